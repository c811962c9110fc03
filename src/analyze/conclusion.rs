//! What follows from a shipment: its outcomes, and whether the clauses stand that have duties.

use crate::check::CheckedPolicy;
use crate::eval::{Evaluation, Judge, Outcomes};
use crate::value::Truth;
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conclusion {
    outcomes: Outcomes,
    duties: BTreeMap<usize, Truth>,
}

impl Conclusion {
    pub(super) fn of(judge: &Judge<'_>, evaluation: &Evaluation<'_>) -> Conclusion {
        let mut duties = BTreeMap::new();
        for binding in judge.order().bindings(evaluation) {
            for standing in judge.order().standings(evaluation, binding) {
                let clause = judge.program().clauses[standing.clause].clause;
                if has_duties(judge.policy, clause) {
                    let stands = duties.entry(clause).or_insert(Truth::False);
                    *stands = stands.or(standing.stands);
                }
            }
        }
        Conclusion { outcomes: judge.possible(evaluation).outcomes, duties }
    }

    /// The two differ, whatever the facts come to that the shipments leave open.
    pub(super) fn surely_differs(&self, other: &Conclusion) -> bool {
        let is_turned = |(clause, stands): (&usize, &Truth)| {
            let there = other.duties.get(clause).copied().unwrap_or(Truth::Unknown);
            (stands.is_true() && there.is_false()) || (stands.is_false() && there.is_true())
        };
        self.outcomes & other.outcomes == 0 || self.duties.iter().any(is_turned)
    }
}

/// A clause of the policy, or a wording of it, has duties.
pub(super) fn has_duties(policy: &CheckedPolicy, clause: usize) -> bool {
    !policy.clauses[clause].duties.is_empty()
}
