//! Which changes of clauses bring a change of the verdict about: those without which it would not be.

use super::class::Reason;
use crate::diagram::Side;
use crate::eval::{Binding, Judgement, own};
use crate::value::Truth;
use std::collections::{BTreeMap, BTreeSet};

/// Takes back one change at a time: of each clause whose condition, while it is in force, holds otherwise under the new version. Those without
/// which the new verdict would not be caused it; where no single one is needed, all of them together did.
pub(super) fn causes(sides: &[Side<'_>; 2], judgements: [&Judgement<'_>; 2], reasons: [&Reason; 2]) -> Vec<String> {
    let [was, is] = judgements;
    let [before, after] = reasons;
    let old = conditions(&sides[0], was, before);
    let new = conditions(&sides[1], is, after);
    let changed: BTreeSet<&String> =
        old.keys().chain(new.keys()).map(|(clause, _)| clause).filter(|clause| differs(clause, &old, &new)).collect();
    let taken_back = |clause: &&&String| {
        let verdict = without(&sides[1], is, clause, &old, &new);
        verdict != (after.outcome.clone(), after.by.iter().cloned().collect())
    };
    let alone: Vec<String> = changed.iter().filter(taken_back).map(|clause| (*clause).clone()).collect();
    if alone.is_empty() { changed.into_iter().cloned().collect() } else { alone }
}

/// Whether the condition of each clause holds while it is in force, by its name and what it is bound to.
type Conditions = BTreeMap<(String, Bound), bool>;
/// The whole shipment, or the row of a list.
type Bound = Option<u32>;

fn bound(binding: Binding) -> Bound {
    (binding.scope != 0).then_some(binding.row)
}

/// A clause that decides has its condition, whatever facts were left out; of others that is so where it is sure.
fn conditions(side: &Side<'_>, judgement: &Judgement<'_>, reason: &Reason) -> Conditions {
    let (policy, program) = (side.judge.policy, side.judge.program());
    let mut found = Conditions::new();
    for binding in side.judge.order().bindings(&judgement.evaluation) {
        for standing in side.judge.order().standings(&judgement.evaluation, binding) {
            let name = policy.clause_name(program.clauses[standing.clause].clause);
            let truth = own(&judgement.evaluation, standing.clause, binding);
            let holds = truth.is_true() || (reason.by.contains(&name) && !truth.is_false());
            *found.entry((name, bound(binding))).or_default() |= holds;
        }
    }
    found
}

fn differs(clause: &str, old: &Conditions, new: &Conditions) -> bool {
    let of = |all: &Conditions| -> BTreeSet<Bound> {
        all.iter().filter(|((name, _), holds)| name == clause && **holds).map(|((_, bound), _)| *bound).collect()
    };
    of(old) != of(new)
}

/// The verdict under the new version with one clause as it was under the old: the outcome, and the clauses that decide.
fn without(
    side: &Side<'_>,
    judgement: &Judgement<'_>,
    clause: &str,
    old: &Conditions,
    new: &Conditions,
) -> (String, BTreeSet<String>) {
    let (policy, program, order) = (side.judge.policy, side.judge.program(), side.judge.order());
    let evaluation = &judgement.evaluation;
    let name = |at: usize| policy.clause_name(program.clauses[at].clause);
    let mut standing = Vec::new();
    for binding in order.bindings(evaluation) {
        let as_it_was = |at: usize| {
            let conditions = if name(at) == clause { old } else { new };
            Truth::from(conditions.get(&(name(at), bound(binding))).copied().unwrap_or(false))
        };
        let standings = order.standings_if(evaluation, binding, as_it_was);
        standing.extend(standings.into_iter().filter(|one| !one.stands.is_false()).map(|one| one.clause));
    }
    let outcome = standing.iter().filter_map(|at| program.clauses[*at].outcome).max().unwrap_or(0);
    let decide = standing.iter().filter(|at| program.clauses[**at].outcome == Some(outcome));
    (policy.outcomes[outcome].name.clone(), decide.map(|at| name(*at)).collect())
}
