//! Where the values of nodes stand. The nodes of the shipment have one row each, so their places are known before there are facts; those
//! of all others follow.

use super::node::{Node, NodeId, Op};
use crate::value::{Truth, Value};

/// Where what belongs to a node begins: among the truths, and where its other values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Start {
    pub(crate) truth: u32,
    pub(crate) value: Other,
}

/// Where the values of a node are, beside what they are as truths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Other(u32);

/// What [`Other`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Where {
    /// From here on among the values of a shipment.
    Own(u32),
    /// One of the constants of the program.
    Constant(u32),
    /// Nowhere: the node is a truth.
    TruthAlone,
}

impl Other {
    const TRUTH_ALONE: Other = Other(u32::MAX);
    const CONSTANTS: u32 = 1 << 31;

    /// From here on among the values of a shipment.
    pub(crate) fn own(start: u32) -> Other {
        Other(start)
    }

    /// Most are asked for values of the shipment: one look tells these from all others.
    #[inline]
    pub(crate) fn is(self) -> Where {
        match self {
            Other(own) if own < Other::CONSTANTS => Where::Own(own),
            Other::TRUTH_ALONE => Where::TruthAlone,
            Other(constant) => Where::Constant(constant - Other::CONSTANTS),
        }
    }
}

/// The places of a program's values.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// For each node; of those beyond the shipment only whether they are truths.
    pub(crate) starts: Vec<Start>,
    /// The truths of the shipment's nodes, known of constants.
    pub(crate) truths: Vec<Truth>,
    /// How many nodes of the shipment have values beside truths that are computed.
    pub(crate) values: usize,
    pub(crate) constants: Vec<Value>,
    /// The nodes beyond the shipment.
    pub(crate) beyond: Vec<NodeId>,
    /// What is computed, in order: all nodes but the shipment's constants; of a circle the first stands for all.
    pub(crate) steps: Vec<NodeId>,
}

impl Layout {
    pub(super) fn new(nodes: &[Node]) -> Layout {
        let mut layout = Layout {
            starts: Vec::with_capacity(nodes.len()),
            truths: Vec::new(),
            values: 0,
            constants: Vec::new(),
            beyond: Vec::new(),
            steps: Vec::new(),
        };
        let mut circle_ends = 0;
        for (at, node) in (0..).zip(nodes) {
            let value = layout.other(node);
            let is_constant = matches!(value.is(), Where::Constant(_));
            layout.starts.push(Start { truth: layout.truths.len() as u32, value });
            match (&node.op, node.scope) {
                (Op::Constant(value), 0) => layout.truths.push(value.truth()),
                (_, 0) => layout.truths.push(Truth::Unknown),
                _ => layout.beyond.push(at),
            }
            if at >= circle_ends && !is_constant {
                layout.steps.push(at);
            }
            if let Op::Fixpoint { end, .. } = node.op {
                circle_ends = circle_ends.max(end + 1);
            }
        }
        layout
    }

    /// A node is a constant that stands in the program: nothing computes it.
    pub(crate) fn is_constant(&self, node: NodeId) -> bool {
        matches!(self.starts[node as usize].value.is(), Where::Constant(_))
    }

    fn other(&mut self, node: &Node) -> Other {
        match (&node.op, node.scope) {
            _ if node.is_truth => Other::TRUTH_ALONE,
            (Op::Constant(value), 0) => {
                self.constants.push(value.clone());
                Other(Other::CONSTANTS + self.constants.len() as u32 - 1)
            }
            (_, 0) => {
                self.values += 1;
                Other(self.values as u32 - 1)
            }
            _ => Other(0),
        }
    }
}
