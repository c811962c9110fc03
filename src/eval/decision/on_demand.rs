//! An evaluation that computes what it is asked for, in memory that serves one shipment after the other.

use super::need::View;
use crate::check::CheckedPolicy;
use crate::eval::rows::{Evaluation, Room};
use crate::eval::standing::{Binding, is_possible, row_in};
use crate::facts::{Facts, Place};
use crate::program::{NodeId, Op, Program, ScopeId};
use crate::value::{Date, Truth};
use std::borrow::Cow;

/// Stands for a value that no shipment changes.
const FOR_GOOD: u32 = u32::MAX;

/// What is kept from one shipment to the next.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    room: Room,
    readings: Vec<Option<usize>>,
    /// How many rows each scope had.
    shape: Vec<u32>,
    /// In which round each node was computed.
    computed: Vec<u32>,
    round: u32,
}

impl Memory {
    /// Nothing is remembered yet; `readings` are the ones that are chosen.
    pub(super) fn new(readings: Vec<Option<usize>>) -> Memory {
        Memory { readings, ..Memory::default() }
    }

    /// Whatever was computed is to be computed again.
    fn forget(&mut self) {
        if self.round + 1 == FOR_GOOD {
            self.computed.iter_mut().filter(|round| **round != FOR_GOOD).for_each(|round| *round = 0);
            self.round = 0;
        }
        self.round += 1;
    }
}

/// A shipment that is asked, and an evaluation of it, once it is asked for more than its facts.
pub(super) struct OnDemand<'e> {
    policy: &'e CheckedPolicy,
    pub(super) program: &'e Program,
    facts: &'e Facts,
    pub(super) day: Option<Date>,
    evaluation: Option<Evaluation<'e>>,
    memory: &'e mut Memory,
}

impl<'e> OnDemand<'e> {
    pub(super) fn new(
        policy: &'e CheckedPolicy,
        program: &'e Program,
        facts: &'e Facts,
        day: Option<Date>,
        memory: &'e mut Memory,
    ) -> OnDemand<'e> {
        OnDemand { policy, program, facts, day, evaluation: None, memory }
    }

    /// The evaluation, begun if it was not yet.
    fn evaluation(&mut self) -> &mut Evaluation<'e> {
        let memory = &mut *self.memory;
        self.evaluation.get_or_insert_with(|| {
            let (room, readings) = (std::mem::take(&mut memory.room), std::mem::take(&mut memory.readings));
            let mut evaluation = Evaluation::begun(self.policy, self.program, Cow::Borrowed(self.facts), readings, room);
            evaluation.day = self.day;
            lay_out(&mut evaluation, memory);
            memory.forget();
            evaluation
        })
    }

    /// How many rows a scope has that clauses are judged in.
    pub(super) fn rows(&mut self, scope: ScopeId) -> u32 {
        if scope == 0 { 1 } else { self.evaluation().rows(scope) }
    }

    /// What clauses are judged for on a row.
    pub(super) fn binding(&mut self, scope: ScopeId, row: u32) -> Binding {
        Binding { scope, row, possible: scope != 0 && is_possible(self.evaluation(), scope, row) }
    }

    /// The row of a scope that a binding lies in.
    pub(super) fn row_in(&mut self, binding: Binding, scope: ScopeId) -> u32 {
        if binding.scope == scope { binding.row } else { row_in(self.evaluation(), binding, scope) }
    }

    /// Judges another day.
    pub(super) fn set_day(&mut self, day: Option<Date>) {
        self.day = day;
        self.evaluation().day = day;
        self.memory.forget();
    }

    /// Computes these nodes, as far as they are not computed yet.
    pub(super) fn need(&mut self, nodes: &[NodeId]) {
        if nodes.is_empty() {
            return;
        }
        self.evaluation();
        let Some(evaluation) = &mut self.evaluation else { return };
        for node in nodes {
            let computed = &mut self.memory.computed[*node as usize];
            if *computed != self.memory.round && *computed != FOR_GOOD {
                if !self.program.layout.is_constant(*node) {
                    evaluation.fill(*node);
                }
                let is_constant = matches!(self.program.nodes[*node as usize].op, Op::Constant(_));
                *computed = if is_constant { FOR_GOOD } else { self.memory.round };
            }
        }
    }

    /// The truth of a node that was computed, seen from a row.
    pub(super) fn truth(&self, what: &View, row: u32) -> Truth {
        self.row_behind(&what.through, row).map_or(Truth::Unknown, |row| self.truth_here(what.node, row))
    }

    /// The truth of a node that was computed.
    pub(super) fn truth_here(&self, node: NodeId, row: u32) -> Truth {
        self.evaluation.as_ref().map_or(Truth::Unknown, |evaluation| evaluation.truth(node, row))
    }

    /// The facts, and what may be in open lists beside those named.
    pub(super) fn facts(&self) -> &Facts {
        self.evaluation.as_ref().map_or(self.facts, |evaluation| &evaluation.facts)
    }

    /// The row that is seen through views.
    pub(super) fn row_behind(&self, through: &[NodeId], mut row: u32) -> Option<u32> {
        for view in through {
            let node = &self.program.nodes[*view as usize];
            row = match &node.op {
                Op::Follow(field, _) => self.facts().follow(Place { record: node.scope, row, field: *field })?,
                Op::Outer(_) => self.evaluation.as_ref()?.join_row(node.scope, row).0,
                Op::Element(_) => self.evaluation.as_ref()?.join_row(node.scope, row).1,
                _ => 0,
            };
        }
        Some(row)
    }
}

impl Drop for OnDemand<'_> {
    /// The memory serves the next shipment.
    fn drop(&mut self) {
        if let Some(evaluation) = self.evaluation.take() {
            (self.memory.room, self.memory.readings) = evaluation.ended();
        }
    }
}

/// Lays out the rows of joins, and the values anew where the scopes have other rows than those of the shipment before.
fn lay_out(evaluation: &mut Evaluation<'_>, memory: &mut Memory) {
    evaluation.lay_out_joins();
    if memory.shape != evaluation.shape() {
        evaluation.shape().clone_into(&mut memory.shape);
        evaluation.lay_out_values();
        memory.computed.clear();
        memory.computed.resize(evaluation.program.nodes.len(), 0);
        memory.round = 0;
    }
}
