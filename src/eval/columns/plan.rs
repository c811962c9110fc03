//! Which nodes are needed: first those that say which clauses can be in force, then those that these ask.

use crate::eval::question::Question;
use crate::program::{NodeId, Op, Program};
use std::collections::BTreeMap;

/// What each node reads, worked out once for a program.
#[derive(Debug, Clone)]
pub(in crate::eval) struct Plan {
    reads: Vec<Box<[NodeId]>>,
    circles: Vec<(NodeId, NodeId)>,
    /// The nodes that say when which clauses are in force, and which of them take the place of others.
    calendars: Vec<bool>,
    /// For each test of a single fact, or of the day: the group of all tests of it.
    groups: BTreeMap<NodeId, usize>,
    tests: Vec<Tests>,
}

/// The tests of a fact, or of the day, which are asked together.
#[derive(Debug, Clone)]
pub(super) struct Tests {
    /// The node that is asked.
    pub(super) of: NodeId,
    /// Each test, with its question.
    pub(super) all: Vec<(NodeId, Question)>,
}

impl Plan {
    pub(in crate::eval) fn new(program: &Program) -> Plan {
        let reads = program.nodes.iter().map(|node| node.op.reads().into()).collect();
        let mut plan =
            Plan { reads, circles: program.circles.clone(), calendars: Vec::new(), groups: BTreeMap::new(), tests: Vec::new() };
        plan.group(program);
        let known = || program.clauses.iter().filter(|clause| clause.known);
        let overriding = known().flat_map(|clause| clause.overrides.iter().filter_map(|(_, condition)| *condition));
        plan.calendars = plan.wanted(known().map(|clause| clause.calendar.in_force).chain(overriding));
        plan
    }

    /// Groups the tests by what they ask.
    fn group(&mut self, program: &Program) {
        let mut found: BTreeMap<NodeId, usize> = BTreeMap::new();
        for test in 0..program.nodes.len() as NodeId {
            let Some((of, question)) = Question::of(program, test) else { continue };
            if matches!(program.nodes[of as usize].op, Op::Cell(_) | Op::Day) {
                let group = *found.entry(of).or_insert_with(|| {
                    self.tests.push(Tests { of, all: Vec::new() });
                    self.tests.len() - 1
                });
                self.tests[group].all.push((test, question));
                self.groups.insert(test, group);
            }
        }
    }

    /// The tests that are asked together with one.
    pub(super) fn tests_with(&self, test: NodeId) -> Option<&Tests> {
        self.groups.get(&test).map(|group| &self.tests[*group])
    }

    /// The nodes that say when which clauses are in force.
    pub(super) fn calendars(&self) -> &[bool] {
        &self.calendars
    }

    /// These nodes and all that they read; of a circle all or none.
    pub(super) fn wanted(&self, nodes: impl Iterator<Item = NodeId>) -> Vec<bool> {
        let mut wanted = vec![false; self.reads.len()];
        nodes.for_each(|node| wanted[node as usize] = true);
        let mut circles = self.circles.iter().rev().peekable();
        for node in (0..self.reads.len()).rev() {
            // At the end of a circle it is known what of it is asked for from behind.
            if let Some((head, end)) = circles.next_if(|(_, end)| *end as usize == node) {
                let within = *head as usize..=*end as usize;
                if wanted[within.clone()].contains(&true) {
                    wanted[within].fill(true);
                }
            }
            if wanted[node] {
                self.reads[node].iter().for_each(|read| wanted[*read as usize] = true);
            }
        }
        wanted
    }
}
