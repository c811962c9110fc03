//! What a node needs: the nodes that are to be computed before it, and it.

use crate::eval::question::Question;
use crate::program::{NodeId, Op, Program};
use std::collections::HashMap;
use std::sync::Arc;

/// Finds out what nodes need, and what they ask.
pub(super) struct Needs<'p> {
    program: &'p Program,
    /// In which search each node was found.
    found: Vec<u32>,
    search: u32,
    known: HashMap<NodeId, Arc<[NodeId]>>,
    questions: HashMap<NodeId, Option<(NodeId, Question)>>,
}

impl<'p> Needs<'p> {
    pub(super) fn new(program: &'p Program) -> Needs<'p> {
        Needs { program, found: vec![0; program.nodes.len()], search: 0, known: HashMap::new(), questions: HashMap::new() }
    }

    /// The program.
    pub(super) fn program(&self) -> &'p Program {
        self.program
    }

    /// The nodes that are computed for one, in order; of a circle its first node stands for all.
    pub(super) fn of(&mut self, node: NodeId) -> Arc<[NodeId]> {
        if let Some(known) = self.known.get(&node) {
            return known.clone();
        }
        let needed = self.search(node);
        self.known.insert(node, needed.clone());
        needed
    }

    /// What a test asks of a single value, and of which node.
    pub(super) fn question(&mut self, test: NodeId) -> Option<(NodeId, Question)> {
        self.questions.entry(test).or_insert_with(|| Question::of(self.program, test)).clone()
    }

    fn search(&mut self, node: NodeId) -> Arc<[NodeId]> {
        self.search += 1;
        let (mut needed, mut waiting) = (Vec::new(), vec![node]);
        while let Some(node) = waiting.pop() {
            let circle = self.circle(node);
            let (head, end) = circle.unwrap_or((node, node));
            if std::mem::replace(&mut self.found[head as usize], self.search) == self.search {
                continue;
            }
            needed.push(head);
            let reads = (head..=end).flat_map(|node| self.program.nodes[node as usize].op.reads());
            waiting.extend(reads.filter(|read| !(head..=end).contains(read)));
        }
        needed.sort_unstable();
        needed.into()
    }

    fn circle(&self, node: NodeId) -> Option<(NodeId, NodeId)> {
        let circles = &self.program.circles;
        let before = circles.partition_point(|(head, _)| *head <= node);
        circles[..before].last().copied().filter(|(_, end)| node <= *end)
    }
}

/// A node seen from another scope: through views to the row where it is at home.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct View {
    /// The nodes that only look at another row, from the outside in.
    pub(super) through: Box<[NodeId]>,
    /// What is seen.
    pub(super) node: NodeId,
}

impl View {
    /// What a node looks at.
    pub(super) fn of(program: &Program, mut node: NodeId) -> View {
        let mut through = Vec::new();
        while let Op::Follow(_, inner) | Op::Outer(inner) | Op::Element(inner) | Op::Root(inner) = program.nodes[node as usize].op
        {
            through.push(node);
            node = inner;
        }
        View { through: through.into(), node }
    }

    /// Another node of the same row, or seen from there.
    pub(super) fn beside(&self, program: &Program, node: NodeId) -> View {
        let inner = View::of(program, node);
        View { through: self.through.iter().chain(&*inner.through).copied().collect(), node: inner.node }
    }
}
