//! A value for every node and row. What it is as a truth, which most nodes are and nothing else, takes a byte; other values are there for
//! the nodes that may be more. What reads and writes them is in line: it is a few instructions, and what most of an evaluation is made of.

use crate::program::{Layout, NodeId, Other, Program, Start, Where};
use crate::value::{Truth, Value};

static TRUTHS: [Value; 3] = [Value::Truth(Truth::False), Value::Truth(Truth::Unknown), Value::Truth(Truth::True)];

/// The values of all nodes, those of a node side by side.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    starts: Vec<Start>,
    /// For every node and row what it is as a truth: unknown where it is something else.
    truths: Vec<Truth>,
    values: Vec<Value>,
}

impl Values {
    /// A place for each node of a program and each row of its scope. Of constants the value is known, of all others nothing.
    pub(super) fn lay_out(&mut self, program: &Program, rows: &[u32]) {
        let layout = &program.layout;
        self.starts.clone_from(&layout.starts);
        let (mut truths, mut values) = (layout.truths.len() as u32, layout.values as u32);
        for node in &layout.beyond {
            let (start, rows) = (&mut self.starts[*node as usize], rows[program.nodes[*node as usize].scope]);
            start.truth = truths;
            truths += rows;
            if let Where::Own(_) = start.value.is() {
                start.value = Other::own(values);
                values += rows;
            }
        }
        self.truths.clone_from(&layout.truths);
        self.truths.resize(truths as usize, Truth::Unknown);
        self.values.clear();
        self.values.resize(values as usize, Value::Unknown);
    }

    /// How many places there are.
    pub(super) fn len(&self) -> usize {
        self.truths.len()
    }

    /// The place of a node and row among all.
    #[inline(always)]
    pub(super) fn place(&self, node: NodeId, row: u32) -> usize {
        (self.starts[node as usize].truth + row) as usize
    }

    /// What stands there as a truth.
    #[inline(always)]
    pub(super) fn truth(&self, node: NodeId, row: u32) -> Truth {
        self.truths[self.place(node, row)]
    }

    /// What stands there.
    #[inline(always)]
    pub(super) fn value<'v>(&'v self, layout: &'v Layout, node: NodeId, row: u32) -> &'v Value {
        let start = self.starts[node as usize];
        match start.value.is() {
            Where::Own(value) => &self.values[(value + row) as usize],
            Where::Constant(constant) => &layout.constants[constant as usize],
            Where::TruthAlone => &TRUTHS[self.truths[(start.truth + row) as usize] as usize],
        }
    }

    /// Puts a truth in the place of a node that is nothing else.
    #[inline(always)]
    pub(super) fn set_truth(&mut self, node: NodeId, row: u32, truth: Truth) {
        let place = self.place(node, row);
        self.truths[place] = truth;
    }

    /// Puts a value in its place.
    #[inline(always)]
    pub(super) fn set(&mut self, node: NodeId, row: u32, value: Value) {
        self.set_truth(node, row, value.truth());
        match self.starts[node as usize].value.is() {
            Where::Own(start) => self.values[(start + row) as usize] = value,
            Where::TruthAlone => {}
            // A constant that is computed all the same, in a circle or held at another value, has a place of its own from now on.
            Where::Constant(_) => {
                self.starts[node as usize].value = Other::own(self.values.len() as u32);
                self.values.push(value);
            }
        }
    }
}
