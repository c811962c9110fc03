//! The part of a program that a target hangs on and that may still change: a graph from the facts that nobody stated up to the
//! conditions that they keep open.

use super::hangs::Hang;
use super::rows::Evaluation;
use super::unknown::Unknown;
use crate::program::{NodeId, Program};
use foldhash::{HashMap, HashMapExt};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A node on a row.
pub(super) type At = (NodeId, u32);

/// One step of computing again.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// A node on a row.
    Node(NodeId, u32),
    /// The nodes and rows of a circle that may change, in order: from nothing up, until nothing changes.
    Circle(Box<[At]>),
}

/// What is open below some roots.
#[derive(Debug, Clone, Default)]
pub(super) struct Open {
    nodes: Vec<At>,
    /// For each node: those that hang on it.
    users: Vec<Vec<u32>>,
    /// The nodes that an unknown is read by.
    readers: BTreeMap<Unknown, Vec<u32>>,
    /// The unknowns, those that most roots hang on first, lists last; and the place of each.
    ranked: Vec<Unknown>,
    ranks: HashMap<Unknown, usize>,
    /// What must be computed again when an unknown changes, as far as somebody asked.
    reach: HashMap<Unknown, Arc<[Step]>>,
}

impl Open {
    /// The graph below the roots, as things stand.
    pub(super) fn new(evaluation: &Evaluation<'_>, roots: impl Iterator<Item = Hang>) -> Open {
        let roots: Vec<Hang> = roots.collect();
        let mut open = Open::default();
        let mut places: HashMap<At, u32> = HashMap::new();
        let mut operands: Vec<Vec<Hang>> = Vec::new();
        let mut waiting: Vec<At> = roots.iter().filter_map(Hang::node).collect();
        while let Some(at) = waiting.pop() {
            if places.contains_key(&at) || evaluation.value(at.0, at.1).is_known() {
                continue;
            }
            places.insert(at, open.nodes.len() as u32);
            open.nodes.push(at);
            let mut below = Vec::new();
            evaluation.hangs_on(at.0, at.1, |hang| below.push(hang));
            waiting.extend(below.iter().filter_map(Hang::node));
            operands.push(below);
        }
        open.users = vec![Vec::new(); open.nodes.len()];
        for (user, below) in operands.iter().enumerate() {
            for hang in below {
                match hang {
                    Hang::Unknown(unknown) => open.readers.entry(*unknown).or_default().push(user as u32),
                    Hang::Node(node, row) => {
                        if let Some(place) = places.get(&(*node, *row)) {
                            open.users[*place as usize].push(user as u32);
                        }
                    }
                }
            }
        }
        open.rank(&roots, &places, &operands);
        open
    }

    /// Orders the unknowns by how many roots hang on each.
    fn rank(&mut self, roots: &[Hang], places: &HashMap<At, u32>, operands: &[Vec<Hang>]) {
        let mut weights: BTreeMap<Unknown, usize> = BTreeMap::new();
        let mut seen: Vec<usize> = vec![usize::MAX; operands.len()];
        for (which, root) in roots.iter().enumerate() {
            let mut met: BTreeSet<Unknown> = BTreeSet::new();
            let mut waiting = vec![*root];
            while let Some(hang) = waiting.pop() {
                match hang {
                    Hang::Unknown(unknown) => _ = met.insert(unknown),
                    Hang::Node(node, row) => {
                        let Some(place) = places.get(&(node, row)).map(|place| *place as usize) else { continue };
                        if std::mem::replace(&mut seen[place], which) != which {
                            waiting.extend(operands[place].iter().copied());
                        }
                    }
                }
            }
            met.into_iter().for_each(|unknown| *weights.entry(unknown).or_default() += 1);
        }
        let mut found: Vec<(Unknown, usize)> = weights.into_iter().collect();
        found.sort_by(|(a, x), (b, y)| a.is_list().cmp(&b.is_list()).then(y.cmp(x)).then(a.cmp(b)));
        self.ranked = found.into_iter().map(|(unknown, _)| unknown).collect();
        self.ranks = self.ranked.iter().enumerate().map(|(rank, unknown)| (*unknown, rank)).collect();
    }

    /// The unknowns, those that most roots hang on first, lists last.
    pub(super) fn ranked(&self) -> &[Unknown] {
        &self.ranked
    }

    /// The place of an unknown among them.
    pub(super) fn rank_of(&self, unknown: Unknown) -> usize {
        self.ranks.get(&unknown).copied().unwrap_or(usize::MAX)
    }

    /// The nodes in the graph.
    pub(super) fn nodes(&self) -> &[At] {
        &self.nodes
    }

    /// What must be computed again when an unknown changes, in order.
    pub(super) fn reach(&mut self, program: &Program, unknown: Unknown) -> Arc<[Step]> {
        if let Some(known) = self.reach.get(&unknown) {
            return known.clone();
        }
        let mut waiting: Vec<u32> = self.readers.get(&unknown).cloned().unwrap_or_default();
        let mut seen = vec![false; self.nodes.len()];
        let mut steps: BTreeMap<At, Step> = BTreeMap::new();
        while let Some(place) = waiting.pop() {
            if std::mem::replace(&mut seen[place as usize], true) {
                continue;
            }
            let at = self.nodes[place as usize];
            waiting.extend(&self.users[place as usize]);
            let Some((head, end)) = circle_of(program, at.0) else {
                steps.insert(at, Step::Node(at.0, at.1));
                continue;
            };
            if let Entry::Vacant(step) = steps.entry((head, 0)) {
                let within = (0..self.nodes.len() as u32).filter(|one| (head..=end).contains(&self.nodes[*one as usize].0));
                let within: Vec<u32> = within.collect();
                let mut rows: Vec<At> = within.iter().map(|one| self.nodes[*one as usize]).collect();
                rows.sort_unstable();
                step.insert(Step::Circle(rows.into()));
                waiting.extend(within);
            }
        }
        let reach: Arc<[Step]> = steps.into_values().collect();
        self.reach.insert(unknown, reach.clone());
        reach
    }
}

/// The outermost circle that a node lies in: its head and its last node.
fn circle_of(program: &Program, node: NodeId) -> Option<(NodeId, NodeId)> {
    program.circles.iter().copied().find(|(head, end)| (*head..=*end).contains(&node))
}

impl Hang {
    /// The node, if it is one.
    pub(super) fn node(&self) -> Option<At> {
        match self {
            Hang::Node(node, row) => Some((*node, *row)),
            Hang::Unknown(_) => None,
        }
    }
}
