//! Least fixed points: from nothing up, until nothing changes.
//!
//! What is sure and what is possible both only grow (the checker admits nothing else), so this ends, and the order in which values
//! rise does not matter; circles within a circle rise together with it.

use super::hangs::Hang;
use super::open::At;
use super::rows::Evaluation;
use crate::program::{NodeId, Op};
use crate::value::Value;
use std::collections::BTreeSet;

/// With so many values in a circle it is worth knowing which hang on which.
const MANY: usize = 512;

impl Evaluation<'_> {
    /// The whole of a circle, from its first node to its last.
    pub(super) fn fixpoint(&mut self, head: NodeId, end: NodeId) {
        let rows = |node: NodeId| self.rows(self.program.nodes[node as usize].scope);
        let all: Vec<At> = (head..=end).flat_map(|node| (0..rows(node)).map(move |row| (node, row))).collect();
        if all.len() > MANY { self.rise_by_need(&all) } else { _ = self.rise(&all) }
    }

    /// Some nodes and rows of a circle, in order, the others being settled: all of them again and again. Gives back how many values
    /// were computed.
    pub(super) fn rise(&mut self, within: &[At]) -> usize {
        let heads: Vec<(usize, NodeId, u32)> = within
            .iter()
            .filter_map(|(node, row)| match self.program.nodes[*node as usize].op {
                Op::Fixpoint { body, .. } => Some((self.index(*node, *row), body, *row)),
                _ => None,
            })
            .collect();
        heads.iter().for_each(|(place, ..)| self.values[*place] = false.into());
        let mut computed = 0;
        loop {
            for (node, row) in within {
                self.compute(*node, *row);
            }
            computed += within.len();
            let mut changed = false;
            for (place, body, row) in &heads {
                let value = self.value(*body, *row).clone();
                changed |= self.values[*place] != value;
                self.values[*place] = value;
            }
            if !changed || computed > 2 * within.len() * (heads.len() + 1) {
                return computed;
            }
        }
    }

    /// All values of a circle: first each once, then only those that read one that has changed.
    fn rise_by_need(&mut self, all: &[At]) {
        let Some((first, row)) = all.first().copied() else { return };
        let start = self.index(first, row);
        // What the values were before must not hide who reads whom.
        self.values[start..start + all.len()].fill(Value::Unknown);
        let mut readers: Vec<Vec<u32>> = vec![Vec::new(); all.len()];
        for (at, (node, row)) in all.iter().enumerate() {
            let mut note = |node: NodeId, row: u32| {
                if let Some(read) = self.index(node, row).checked_sub(start).filter(|read| *read < all.len()) {
                    readers[read].push(at as u32);
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
        heads.iter().for_each(|at| self.values[start + *at as usize] = false.into());
        others.into_iter().for_each(|at| self.compute(all[at as usize].0, all[at as usize].1));
        let mut waiting: BTreeSet<u32> = heads.into_iter().collect();
        while let Some(at) = waiting.pop_first() {
            let (node, row) = all[at as usize];
            let before = self.values[start + at as usize].clone();
            match self.program.nodes[node as usize].op {
                Op::Fixpoint { body, .. } => self.values[start + at as usize] = self.value(body, row).clone(),
                _ => self.compute(node, row),
            }
            if self.values[start + at as usize] != before {
                waiting.extend(&readers[at as usize]);
            }
        }
    }
}
