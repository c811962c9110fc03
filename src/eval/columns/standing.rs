//! Which clauses stand, for all rows that clauses are judged for at once: the same fixed points as for one row.

use super::Columns;
use crate::column::Column;
use crate::eval::standing::{Judged, repeat};
use crate::program::{NodeId, ScopeId};
use crate::value::{Truth, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

impl Columns<'_> {
    /// How each clause stands on the rows of a scope, in the order of `judged`.
    pub(super) fn standings(&self, scope: ScopeId, judged: &Judged) -> Vec<Column> {
        let active = |condition: &Option<NodeId>| match condition {
            Some(node) => self.of_shipment(self.column(*node), scope),
            None => Cow::Owned(Column::truth_of(Truth::True)),
        };
        let overrides = |at: &usize| !self.program.clauses[judged.clauses[*at]].overrides.is_empty();
        let one_of = |others: &[(usize, Option<NodeId>)], values: &[Column]| {
            let each: Vec<Column> =
                others.iter().map(|(other, condition)| Column::all([&*active(condition), &values[*other]])).collect();
            Column::one(&each)
        };
        let mut found: Vec<Column> = judged.clauses.iter().map(|clause| self.own(*clause, scope)).collect();
        // Those that override only on the strength of one that applies: from nothing up.
        let growing: Vec<usize> = judged.ranked.iter().copied().filter(overrides).collect();
        let own = put(&mut found, &growing, |_| Column::truth_of(Truth::False));
        repeat(&mut found, judged.rounds, growing.iter().copied(), |at, applies| match own[&at].everywhere() {
            Some(Truth::False) => Column::truth_of(Truth::False),
            _ => Column::all([&own[&at], &one_of(&judged.targets[at], applies)]),
        });
        // From "unknown" on, this settles everything that is known.
        let overridden = |at: &usize| !judged.overriders[*at].is_empty() && found[*at].everywhere() != Some(Truth::False);
        let open: Vec<usize> = judged.ranked.iter().rev().copied().filter(overridden).collect();
        let unsettled = |truth: &Value| if truth.truth().is_false() { Truth::False } else { Truth::Unknown };
        let applies = put(&mut found, &open, |applies| applies.test(unsettled));
        repeat(&mut found, judged.rounds, open.iter().copied(), |at, stands| {
            Column::all([&applies[&at], &one_of(&judged.overriders[at], stands).not()])
        });
        found
    }

    /// The condition holds while the clause is known and in force.
    fn own(&self, clause: usize, scope: ScopeId) -> Column {
        let clause = &self.program.clauses[clause];
        let in_force = self.column(clause.calendar.in_force);
        if !clause.known || in_force.everywhere() == Some(Truth::False) {
            return Column::truth_of(Truth::False);
        }
        Column::all([&*self.of_shipment(in_force, scope), &*self.of_outer(self.column(clause.condition), clause.scope, scope)])
    }
}

/// Puts something else in the place of some values, and gives these back.
fn put(values: &mut [Column], some: &[usize], other: impl Fn(&Column) -> Column) -> BTreeMap<usize, Column> {
    let mut put = |at: &usize| {
        let other = other(&values[*at]);
        (*at, std::mem::replace(&mut values[*at], other))
    };
    some.iter().map(&mut put).collect()
}
