//! Members of a set that a program never tells apart: `end_use meets {a, b, c}` asks only whether one of them is in.

use crate::program::{NodeId, Op, Program};
use std::collections::BTreeSet;

/// Where the test for a member ends up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// As one part of an alternative, so that any other part of it would do as well.
    Or(NodeId),
    /// In some other way, for which it alone counts.
    Alone(NodeId),
}

/// For each node, the nodes that read it; nothing where a clause, a cover or an overriding reads it itself.
pub(super) struct Users {
    of: Vec<Vec<NodeId>>,
    is_root: Vec<bool>,
}

impl Users {
    /// Reads a program.
    pub(super) fn new(program: &Program) -> Users {
        let mut users = Users { of: vec![Vec::new(); program.nodes.len()], is_root: vec![false; program.nodes.len()] };
        for (at, node) in program.nodes.iter().enumerate() {
            node.op.reads().into_iter().for_each(|read| users.of[read as usize].push(at as NodeId));
        }
        let clauses = program.clauses.iter();
        let conditions =
            clauses.flat_map(|clause| clause.overrides.iter().filter_map(|(_, node)| *node).chain([clause.condition]));
        conditions.chain(program.covers.iter().map(|cover| cover.condition)).for_each(|node| users.is_root[node as usize] = true);
        users
    }

    /// The uses of a node, seen through whichever rows.
    pub(super) fn uses(&self, program: &Program, node: NodeId) -> BTreeSet<Use> {
        let mut found = BTreeSet::new();
        let mut waiting = vec![node];
        while let Some(at) = waiting.pop() {
            if self.is_root[at as usize] {
                found.insert(Use::Alone(node));
            }
            for user in &self.of[at as usize] {
                match &program.nodes[*user as usize].op {
                    Op::Or(_) => _ = found.insert(Use::Or(*user)),
                    op if op.is_view() => waiting.push(*user),
                    _ => _ = found.insert(Use::Alone(node)),
                }
            }
        }
        found
    }
}
