//! Comparisons as diagrams: of a fact with what the policy names, of two facts, of what is calculated with a line.

use super::manager::{Diagram, Made};
use super::reader::{Known, Reader};
use super::row::Row;
use super::space::Variable;
use crate::eval::operation;
use crate::program::{NodeId, Op};
use crate::value::{Truth, Value};

/// So many pairs of values are compared one by one; beyond, the comparison is left open.
const MOST_PAIRS: usize = 1 << 15;

impl<'p: 's, 's> Reader<'s, 'p> {
    pub(super) fn equal(&mut self, node: NodeId, row: Row, (a, b): (NodeId, NodeId)) -> Made<Diagram> {
        if let (Known::Truth(a), Known::Truth(b)) = (self.known_at(a, row), self.known_at(b, row)) {
            return a.then_else(&b, &b.not()?);
        }
        let line = |reader: &mut Self, amount: NodeId, at: &Value| {
            let on = reader.line(amount, row, at, false)?;
            on.and_not(&reader.line(amount, row, at, true)?)
        };
        match (self.known_at(a, row), self.known_at(b, row)) {
            (Known::Calculated, Known::Cases(cases)) if cases.len() == 1 => line(self, a, &cases[0].0),
            (Known::Cases(cases), Known::Calculated) if cases.len() == 1 => line(self, b, &cases[0].0),
            _ => self.pairs(node, row, (a, b), operation::equal),
        }
    }

    pub(super) fn ordered(
        &mut self,
        node: NodeId,
        row: Row,
        (a, b): (NodeId, NodeId),
        compare: fn(&Value, &Value) -> Truth,
    ) -> Made<Diagram> {
        let is_strict = matches!(self.program.nodes[node as usize].op, Op::Below(..));
        match (self.known_at(a, row), self.known_at(b, row)) {
            (Known::Cases(cases), Known::Calculated) if cases.len() == 1 => self.line(b, row, &cases[0].0, is_strict),
            (Known::Calculated, Known::Cases(cases)) if cases.len() == 1 => self.line(a, row, &cases[0].0, !is_strict)?.not(),
            _ => self.pairs(node, row, (a, b), compare),
        }
    }

    /// A calculated amount is on a line or beyond it.
    pub(super) fn line(&mut self, amount: NodeId, row: Row, at: &Value, beyond: bool) -> Made<Diagram> {
        let (node, row) = self.seen_through(amount, row);
        let of = self.structures[node as usize];
        self.space.truth_of(Variable::Line { of, row, at: at.clone(), beyond })
    }

    /// The node itself behind whatever it is seen from, and its row.
    pub(super) fn seen_through(&mut self, mut node: NodeId, mut row: Row) -> (NodeId, Row) {
        while self.program.nodes[node as usize].op.is_view() {
            let Some(next) = self.reads(node, row).into_iter().next() else { break };
            (node, row) = next;
        }
        (node, row)
    }

    /// Each value of the one with each value of the other. Two facts whose values lie in the same region, which holds more than one,
    /// may be the same or not.
    pub(super) fn pairs(
        &mut self,
        node: NodeId,
        row: Row,
        (a, b): (NodeId, NodeId),
        test: fn(&Value, &Value) -> Truth,
    ) -> Made<Diagram> {
        let (Known::Cases(left), Known::Cases(right)) = (self.known_at(a, row), self.known_at(b, row)) else {
            return self.opaque(node, row);
        };
        let are_facts = left.len() > 1 && right.len() > 1;
        // The regions of the day judged and of facts are cut by different days.
        let is_day = are_facts && (self.is_day(a, row) || self.is_day(b, row));
        if is_day || left.len() * right.len() > MOST_PAIRS {
            return self.opaque(node, row);
        }
        let mut holds = self.space.constant(false);
        for (x, where_x) in left.iter() {
            for (y, where_y) in right.iter() {
                let truth = if are_facts && x == y && !self.is_named(x) { Truth::Unknown } else { test(x, y) };
                if truth.is_false() {
                    continue;
                }
                let truth = self.decided(truth, node, row)?;
                holds = holds.or(&where_x.and(where_y)?.and(&truth)?)?;
            }
        }
        Ok(holds)
    }

    pub(super) fn is_day(&mut self, node: NodeId, row: Row) -> bool {
        let (node, _) = self.seen_through(node, row);
        self.program.nodes[node as usize].op == Op::Day
    }

    /// A set holds a member, or a code lies within one. Of two facts that stays open: a set may hold what no region names.
    pub(super) fn member(
        &mut self,
        node: NodeId,
        row: Row,
        (set, member): (NodeId, NodeId),
        test: fn(&Value, &Value) -> Truth,
    ) -> Made<Diagram> {
        let is_fact = |known: &Known| !matches!(known, Known::Cases(cases) if cases.len() == 1);
        match is_fact(&self.known_at(set, row)) && is_fact(&self.known_at(member, row)) {
            true => self.opaque(node, row),
            false => self.pairs(node, row, (set, member), test),
        }
    }

    /// A value that the policy names stands for itself alone.
    pub(super) fn is_named(&self, value: &Value) -> bool {
        self.space.sides.iter().any(|side| side.judge.regions().names(value))
    }
}
