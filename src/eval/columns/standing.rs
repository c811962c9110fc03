//! Which clauses stand, for all rows that clauses are judged for at once: the same fixed points as for one row.

use super::Columns;
use crate::column::Column;
use crate::eval::standing::Judged;
use crate::program::{NodeId, ScopeId};
use crate::value::Truth;

impl Columns<'_> {
    /// How each clause stands on the rows of a scope, in the order of `judged`.
    pub(super) fn standings(&self, scope: ScopeId, judged: &Judged) -> Vec<Column> {
        let own: Vec<Column> = judged.clauses.iter().map(|clause| self.own(*clause, scope)).collect();
        let active = |condition: &Option<NodeId>| match condition {
            Some(node) => self.of_shipment(self.column(*node), scope),
            None => Column::truth_of(Truth::True),
        };
        let overrides = |at: &usize| !self.program.clauses[judged.clauses[*at]].overrides.is_empty();
        let one_of = |others: &[(usize, Option<NodeId>)], values: &[Column]| {
            let each: Vec<Column> =
                others.iter().map(|(other, condition)| Column::all([&active(condition), &values[*other]])).collect();
            Column::one(&each)
        };
        // Those that override only on the strength of one that applies: from nothing up.
        let mut applies = own.clone();
        let growing: Vec<usize> = (0..own.len()).filter(overrides).collect();
        growing.iter().for_each(|at| applies[*at] = Column::truth_of(Truth::False));
        repeat(&mut applies, &growing, |at, applies| match own[at].everywhere() {
            Some(Truth::False) => Column::truth_of(Truth::False),
            _ => Column::all([&own[at], &one_of(&judged.targets[at], applies)]),
        });
        // Overriding has no cycle, so from "unknown" on this settles everything that is known.
        let unsettled = |applies: &Column| match applies.everywhere() {
            Some(Truth::False) => applies.clone(),
            _ => applies.test(|truth| if truth.truth().is_false() { Truth::False } else { Truth::Unknown }),
        };
        let mut stands: Vec<Column> = applies.iter().map(unsettled).collect();
        let open: Vec<usize> = (0..stands.len()).filter(|at| stands[*at].everywhere() != Some(Truth::False)).collect();
        repeat(&mut stands, &open, |at, stands| match judged.overriders[at].as_slice() {
            [] => applies[at].clone(),
            overriders => Column::all([&applies[at], &one_of(overriders, stands).not()]),
        });
        stands
    }

    /// The condition holds while the clause is known and in force.
    fn own(&self, clause: usize, scope: ScopeId) -> Column {
        let clause = &self.program.clauses[clause];
        let in_force = self.column(clause.calendar.in_force);
        if !clause.known || in_force.everywhere() == Some(Truth::False) {
            return Column::truth_of(Truth::False);
        }
        Column::all([&self.of_shipment(in_force, scope), &self.of_outer(self.column(clause.condition), clause.scope, scope)])
    }
}

/// Computes some values again and again until nothing changes.
fn repeat(values: &mut [Column], some: &[usize], next: impl Fn(usize, &[Column]) -> Column) {
    for _ in 0..=2 * values.len() {
        let mut changed = false;
        for at in some {
            let value = next(*at, values);
            if value != values[*at] {
                (values[*at], changed) = (value, true);
            }
        }
        if !changed {
            return;
        }
    }
}
