//! What is unknown and may decide: from the conditions that keep a target open down to the facts that make them so.

use super::completion::{Search, Target, Unknown};
use super::standing::Binding;
use crate::facts::{Cell, Place};
use crate::program::{NodeId, Op, Over, Scope};
use std::collections::{BTreeMap, BTreeSet};

impl Search<'_, '_> {
    /// The unknowns that may decide, those that most clauses hang on first.
    pub fn unknowns(&self) -> Vec<Unknown> {
        let mut weights: BTreeMap<Unknown, usize> = BTreeMap::new();
        for (node, row) in self.undecided() {
            let mut of_one = BTreeMap::new();
            self.trace(node, row, &mut BTreeSet::new(), &mut of_one);
            of_one.into_keys().for_each(|unknown| *weights.entry(unknown).or_default() += 1);
        }
        let mut found: Vec<(Unknown, usize)> = weights.into_iter().collect();
        let is_list = |unknown: &Unknown| matches!(unknown, Unknown::List(_));
        found.sort_by(|(a, x), (b, y)| is_list(a).cmp(&is_list(b)).then(y.cmp(x)).then(a.cmp(b)));
        found.into_iter().map(|(unknown, _)| unknown).collect()
    }

    /// The conditions and calendars that keep the target open.
    pub(super) fn undecided(&self) -> BTreeSet<(NodeId, u32)> {
        let evaluation = &self.evaluation;
        let bindings = match self.target {
            Target::Binding(binding) | Target::Stands(binding, _) => vec![binding],
            Target::Shipment | Target::Both(..) => self.order.bindings(evaluation),
        };
        let linked =
            |one: usize, clause: usize| one == clause || self.overridden_by(one, clause) || self.overridden_by(clause, one);
        let wanted = |clause: usize| match self.target {
            Target::Both(a, b) => linked(a, clause) || linked(b, clause),
            Target::Stands(_, one) => linked(one, clause),
            _ => true,
        };
        let of_outcomes = matches!(self.target, Target::Shipment | Target::Binding(_));
        let mut nodes = BTreeSet::new();
        for binding in bindings {
            if of_outcomes && self.order.outcomes(evaluation, binding).count_ones() == 1 {
                continue;
            }
            if binding.possible {
                nodes.extend(self.list_of(binding));
            }
            for standing in self.order.standings(evaluation, binding) {
                if !wanted(standing.clause) || (!standing.stands.is_unknown() && !standing.applies.is_unknown()) {
                    continue;
                }
                let clause = &evaluation.program.clauses[standing.clause];
                nodes.insert((clause.calendar.in_force, 0));
                nodes.insert((clause.condition, super::standing::row_in(evaluation, binding, clause.scope)));
                nodes.extend(clause.overrides.iter().filter_map(|(_, condition)| condition.map(|node| (node, 0))));
                let over = evaluation.program.clauses.iter().flat_map(|other| &other.overrides);
                nodes.extend(
                    over.filter(|(target, _)| *target == standing.clause)
                        .filter_map(|(_, condition)| condition.map(|node| (node, 0))),
                );
            }
        }
        nodes.retain(|(node, row)| *node == NodeId::MAX || evaluation.truth(*node, *row).is_unknown());
        nodes
    }

    /// Whether a clause takes the place of another.
    pub(super) fn overridden_by(&self, clause: usize, target: usize) -> bool {
        self.evaluation.program.clauses[clause].overrides.iter().any(|(one, _)| *one == target)
    }

    /// A marker for the open list that a possible binding comes from.
    pub(super) fn list_of(&self, binding: Binding) -> Option<(NodeId, u32)> {
        matches!(self.evaluation.program.scopes[binding.scope], Scope::Join { .. }).then_some((NodeId::MAX, binding.scope as u32))
    }

    /// Walks down from an unknown node to the facts that make it so.
    pub(super) fn trace(
        &self,
        node: NodeId,
        row: u32,
        seen: &mut BTreeSet<(NodeId, u32)>,
        weights: &mut BTreeMap<Unknown, usize>,
    ) {
        if !seen.insert((node, row)) {
            return;
        }
        if node == NodeId::MAX {
            self.trace_bound_list(row as usize, weights);
            return;
        }
        let evaluation = &self.evaluation;
        if evaluation.value(node, row).is_known() {
            return;
        }
        let scope = evaluation.program.nodes[node as usize].scope;
        let mut add = |unknown| *weights.entry(unknown).or_default() += 1;
        match &evaluation.program.nodes[node as usize].op {
            Op::Day => add(Unknown::Day),
            Op::Reading(question, _) => {
                add(Unknown::Question(*question));
                if evaluation.day.is_none() && !evaluation.program.guidance[*question].is_empty() {
                    add(Unknown::Day);
                }
            }
            Op::Cell(field) => {
                let place = Place { record: scope, row, field: *field };
                let (place, cell) = evaluation.facts.effective(place);
                if !matches!(cell, Cell::List(..) | Cell::Row(..)) {
                    add(Unknown::Fact(place));
                }
            }
            Op::Match { code, test, .. } => {
                let place = Place { record: scope, row, field: *code };
                if test.is_none() && !evaluation.cell(place).is_known() {
                    add(Unknown::Fact(evaluation.facts.effective(place).0));
                }
                test.iter().for_each(|test| self.trace(*test, row, seen, weights));
            }
            Op::Any(fold, body) | Op::Sum(fold, body) => {
                self.trace_fold(scope, row, fold.over, &[fold.filter, Some(*body)], seen, weights)
            }
            Op::Count(fold) => self.trace_fold(scope, row, fold.over, &[fold.filter], seen, weights),
            Op::Root(inner) => self.trace(*inner, 0, seen, weights),
            Op::Outer(inner) => self.trace(*inner, evaluation.join_row(scope, row).0, seen, weights),
            Op::Element(inner) => self.trace(*inner, evaluation.join_row(scope, row).1, seen, weights),
            Op::Follow(field, inner) => {
                if let Some(row) = evaluation.facts.follow(Place { record: scope, row, field: *field }) {
                    self.trace(*inner, row, seen, weights);
                }
            }
            op => operands(op).into_iter().for_each(|operand| self.trace(operand, row, seen, weights)),
        }
    }

    pub(super) fn trace_fold(
        &self,
        scope: usize,
        row: u32,
        over: Over,
        parts: &[Option<NodeId>],
        seen: &mut BTreeSet<(NodeId, u32)>,
        weights: &mut BTreeMap<Unknown, usize>,
    ) {
        let (elements, complete) = self.evaluation.elements(scope, row, over);
        if !complete {
            self.list_place(scope, row, over)
                .into_iter()
                .for_each(|place| *weights.entry(Unknown::List(place)).or_default() += 1);
        }
        for element in elements {
            let excluded = parts.len() == 2 && parts[0].is_some_and(|filter| self.evaluation.truth(filter, element).is_false());
            for part in parts.iter().flatten() {
                if !excluded {
                    self.trace(*part, element, seen, weights);
                }
            }
        }
    }

    pub(super) fn list_place(&self, scope: usize, row: u32, over: Over) -> Option<Place> {
        let evaluation = &self.evaluation;
        let place = match over {
            Over::List(field) => Place { record: evaluation.program.record_of(scope), row, field },
            Over::Join(join) => {
                let Scope::Join { path, list, .. } = &evaluation.program.scopes[join] else { return None };
                let (scope, row) = evaluation.walk(scope, row, path)?;
                Place { record: evaluation.program.record_of(scope), row, field: *list }
            }
        };
        Some(evaluation.facts.effective(place).0)
    }

    pub(super) fn trace_bound_list(&self, scope: usize, weights: &mut BTreeMap<Unknown, usize>) {
        let evaluation = &self.evaluation;
        let Scope::Join { outer, path, list, .. } = &evaluation.program.scopes[scope] else { return };
        for row in 0..evaluation.rows(*outer) {
            let Some((scope, row)) = evaluation.walk(*outer, row, path) else { continue };
            let place = Place { record: evaluation.program.record_of(scope), row, field: *list };
            if !evaluation.facts.list(place).1 {
                *weights.entry(Unknown::List(place)).or_default() += 1;
            }
        }
    }
}

/// The operands of an operation on its own row.
pub(crate) fn operands(op: &Op) -> Vec<NodeId> {
    match op {
        Op::And(parts) | Op::Or(parts) | Op::Function(_, parts) => parts.to_vec(),
        Op::Not(inner) | Op::OneOf(inner, _) | Op::Within(inner, _) => vec![*inner],
        Op::Below(a, b)
        | Op::AtMost(a, b)
        | Op::Equal(a, b)
        | Op::Contains(a, b)
        | Op::WithinSet(a, b)
        | Op::Share(a, b)
        | Op::Plus(a, b)
        | Op::Minus(a, b)
        | Op::Times(a, b)
        | Op::Over(a, b) => vec![*a, *b],
        Op::If(a, b, c) => vec![*a, *b, *c],
        Op::Fixpoint { body, .. } => vec![*body],
        _ => Vec::new(),
    }
}
