//! Which changes of clauses bring a change of the verdict about: those without which it would not be.

use super::meaning::Reason;
use crate::diagram::Side;
use crate::eval::{Binding, Judgement, own};
use crate::program::ProgramClause;
use crate::value::Truth;
use std::collections::{BTreeMap, BTreeSet};

/// Takes back one change at a time: of each clause whose condition, while it is in force, holds otherwise under the new version. Those that
/// bring the old verdict back caused the new one; where no single one does, all of them together did.
pub(super) fn causes(sides: &[Side<'_>; 2], judgements: [&Judgement<'_>; 2], before: &Reason) -> Vec<String> {
    let [was, is] = judgements;
    let old = conditions(&sides[0], was);
    let new = conditions(&sides[1], is);
    let changed: BTreeSet<&String> =
        old.keys().chain(new.keys()).map(|(clause, _)| clause).filter(|clause| differs(clause, &old, &new)).collect();
    let taken_back = |clause: &&&String| {
        let verdict = without(&sides[1], is, clause, &old);
        verdict == (before.outcome.clone(), before.by.iter().cloned().collect())
    };
    let alone: Vec<String> = changed.iter().filter(taken_back).map(|clause| (*clause).clone()).collect();
    if alone.is_empty() { changed.into_iter().cloned().collect() } else { alone }
}

/// Whether the condition of each clause holds while it is in force, by its name and what it is bound to.
type Conditions = BTreeMap<(String, Bound), Truth>;
/// The whole shipment, or the row of a list.
type Bound = Option<u32>;

fn bound(binding: Binding) -> Bound {
    (binding.scope != 0).then_some(binding.row)
}

fn conditions(side: &Side<'_>, judgement: &Judgement<'_>) -> Conditions {
    let (policy, program) = (side.judge.policy, side.judge.program());
    let mut found = Conditions::new();
    for binding in side.judge.order().bindings(&judgement.evaluation) {
        for standing in side.judge.order().standings(&judgement.evaluation, binding) {
            let clause: &ProgramClause = &program.clauses[standing.clause];
            let truth = own(&judgement.evaluation, standing.clause, binding);
            let known = found.entry((policy.clause_name(clause.clause), bound(binding))).or_insert(Truth::False);
            *known = known.or(truth);
        }
    }
    found
}

fn differs(clause: &str, old: &Conditions, new: &Conditions) -> bool {
    let of = |all: &Conditions| -> BTreeMap<Bound, Truth> {
        let own = all.iter().filter(|((name, _), truth)| name == clause && !truth.is_false());
        own.map(|((_, bound), truth)| (*bound, *truth)).collect()
    };
    of(old) != of(new)
}

/// The verdict under the new version with one clause as it was under the old: the outcome, and the clauses that decide.
fn without(side: &Side<'_>, judgement: &Judgement<'_>, clause: &str, old: &Conditions) -> (String, BTreeSet<String>) {
    let (policy, program, order) = (side.judge.policy, side.judge.program(), side.judge.order());
    let evaluation = &judgement.evaluation;
    let name = |at: usize| policy.clause_name(program.clauses[at].clause);
    let mut standing = Vec::new();
    for binding in order.bindings(evaluation) {
        let as_it_was = |at: usize| match name(at) == clause {
            true => old.get(&(clause.to_string(), bound(binding))).copied().unwrap_or(Truth::False),
            false => own(evaluation, at, binding),
        };
        let standings = order.standings_if(evaluation, binding, as_it_was);
        standing.extend(standings.into_iter().filter(|one| !one.stands.is_false()).map(|one| one.clause));
    }
    let outcome = standing.iter().filter_map(|at| program.clauses[*at].outcome).max().unwrap_or(0);
    let decide = standing.iter().filter(|at| program.clauses[**at].outcome == Some(outcome));
    (policy.outcomes[outcome].name.clone(), decide.map(|at| name(*at)).collect())
}
