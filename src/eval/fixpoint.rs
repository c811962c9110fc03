//! Least fixed points: from nothing up, until nothing changes.
//!
//! What is sure and what is possible both only grow (the checker admits nothing else), so this ends, and the order in which values
//! rise does not matter; circles within a circle rise together with it.

use super::hangs::Hang;
use super::open::At;
use super::rows::Evaluation;
use crate::program::{NodeId, Op};
use crate::value::{Truth, Value};
use std::collections::BTreeSet;

/// With so many values in a circle it is worth knowing which hang on which.
const MANY: usize = 512;

impl Evaluation<'_> {
    /// The whole of a circle, from its first node to its last.
    pub(super) fn fixpoint(&mut self, head: NodeId, end: NodeId) {
        let rows = |node: NodeId| self.rows(self.program.nodes[node as usize].scope);
        let all: Vec<At> = (head..=end).flat_map(|node| (0..rows(node)).map(move |row| (node, row))).collect();
        if all.len() > MANY { self.rise_by_need(head, &all) } else { _ = self.rise(&all) }
    }

    /// Some nodes and rows of a circle, in order, the others being settled: all of them again and again. Gives back how many values
    /// were computed.
    pub(super) fn rise(&mut self, within: &[At]) -> usize {
        let heads: Vec<(NodeId, NodeId, u32)> = within
            .iter()
            .filter_map(|(node, row)| match self.program.nodes[*node as usize].op {
                Op::Fixpoint { body, .. } => Some((*node, body, *row)),
                _ => None,
            })
            .collect();
        heads.iter().for_each(|(head, _, row)| self.values.set_truth(*head, *row, Truth::False));
        let mut computed = 0;
        loop {
            for (node, row) in within {
                self.compute(*node, *row);
            }
            computed += within.len();
            let mut changed = false;
            for (head, body, row) in &heads {
                let truth = self.truth(*body, *row);
                changed |= self.truth(*head, *row) != truth;
                self.values.set_truth(*head, *row, truth);
            }
            if !changed || computed > 2 * within.len() * (heads.len() + 1) {
                return computed;
            }
        }
    }

    /// All values of a circle, from its first node on: first each once, then only those that read one that has changed.
    fn rise_by_need(&mut self, first: NodeId, all: &[At]) {
        let mut starts: Vec<usize> = Vec::new();
        for (at, (node, _)) in all.iter().enumerate() {
            starts.resize((node - first) as usize + 1, at);
        }
        // What the values were before must not hide who reads whom.
        all.iter().for_each(|(node, row)| self.values.set(*node, *row, Value::Unknown));
        let mut readers: Vec<Vec<u32>> = vec![Vec::new(); all.len()];
        for (at, (node, row)) in all.iter().enumerate() {
            let mut note = |node: NodeId, row: u32| {
                if let Some(start) = node.checked_sub(first).and_then(|node| starts.get(node as usize)) {
                    readers[start + row as usize].push(at as u32);
                }
            };
            match self.program.nodes[*node as usize].op {
                Op::Fixpoint { body, .. } => note(body, *row),
                _ => self.read_by(*node, *row, |hang| {
                    if let Hang::Node(node, row) = hang {
                        note(node, row);
                    }
                }),
            }
        }
        let is_head = |(node, _): &At| matches!(self.program.nodes[*node as usize].op, Op::Fixpoint { .. });
        let (heads, others): (Vec<u32>, Vec<u32>) = (0..all.len() as u32).partition(|at| is_head(&all[*at as usize]));
        heads.iter().map(|at| all[*at as usize]).for_each(|(head, row)| self.values.set_truth(head, row, Truth::False));
        others.into_iter().for_each(|at| self.compute(all[at as usize].0, all[at as usize].1));
        let mut waiting: BTreeSet<u32> = heads.into_iter().collect();
        while let Some(at) = waiting.pop_first() {
            let (node, row) = all[at as usize];
            let before = self.value(node, row).clone();
            match self.program.nodes[node as usize].op {
                Op::Fixpoint { body, .. } => self.values.set_truth(node, row, self.truth(body, row)),
                _ => self.compute(node, row),
            }
            if *self.value(node, row) != before {
                waiting.extend(&readers[at as usize]);
            }
        }
    }
}
