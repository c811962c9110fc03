//! Overlaps that nobody settled: two clauses take the place of the same one, neither overrides the other, and both can apply with
//! different outcomes. Until the text says which counts, the stricter does.

use super::finding::{Answer, Finding, Undecided, accepts};
use super::ground::Ground;
use crate::check::{CheckedPolicy, Clause, FindingKind, Reading};
use crate::diagnostic::Diagnostic;
use crate::diagram::Made;
use crate::eval::{Evaluation, Judge, Search, Standing, Target};
use crate::facts::Facts;
use crate::side_by_side::side_by_side;
use crate::witness::Shown;
use std::collections::{BTreeMap, BTreeSet};

/// How many values are computed to find a shipment.
const EFFORT: i64 = 200_000;

/// A warning for each overlap that a short search comes upon and that the policy does not accept, with a shipment that shows it.
pub fn overlaps(policy: &CheckedPolicy) -> Vec<Diagnostic> {
    let mut pairs = candidates(policy);
    pairs.retain(|pair| !is_accepted(policy, *pair));
    if pairs.is_empty() {
        return Vec::new();
    }
    let judge = Judge::new(policy, None);
    let unknown = judge.evaluate(Facts::unknown(policy), None, Vec::new());
    side_by_side(pairs.len(), |at| overlap(&judge, &unknown, pairs[at])).into_iter().flatten().collect()
}

fn is_accepted(policy: &CheckedPolicy, (a, b): (usize, usize)) -> bool {
    let subjects = [policy.clause_name(a), policy.clause_name(b)];
    policy.accepted.iter().any(|accepted| accepts(accepted, FindingKind::Overlap, &subjects, None))
}

/// Pairs that override the same clause, with different outcomes, and of which neither overrides the other under any reading.
pub(super) fn candidates(policy: &CheckedPolicy) -> Vec<(usize, usize)> {
    let mut overriders: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, clause) in policy.clauses.iter().enumerate().filter(|(_, clause)| clause.amends.is_none()) {
        clause.overrides.iter().for_each(|(target, _)| overriders.entry(*target).or_default().push(at));
    }
    let mut pairs = BTreeSet::new();
    for beside in overriders.values() {
        for (place, a) in beside.iter().enumerate() {
            for b in &beside[place + 1..] {
                let (first, second) = (&policy.clauses[*a], &policy.clauses[*b]);
                let differ = matches!((first.outcome, second.outcome), (Some(x), Some(y)) if x != y);
                let settled = overrides(first, *b) || overrides(second, *a);
                if differ && !settled && share_a_target(first, second) {
                    pairs.insert((*a, *b));
                }
            }
        }
    }
    pairs.into_iter().collect()
}

fn overrides(clause: &Clause, target: usize) -> bool {
    clause.overrides.iter().any(|(other, _)| *other == target)
}

fn share_a_target(a: &Clause, b: &Clause) -> bool {
    let compatible = |x: &Option<Reading>, y: &Option<Reading>| match (x, y) {
        (Some(x), Some(y)) => x.question != y.question || x.reading == y.reading,
        _ => true,
    };
    a.overrides.iter().any(|(x, under)| b.overrides.iter().any(|(y, other)| x == y && compatible(under, other)))
}

fn outcome<'p>(policy: &'p CheckedPolicy, clause: &Clause) -> &'p str {
    clause.outcome.map_or("", |at| policy.outcomes[at].name.as_str())
}

fn overlap(judge: &Judge<'_>, unknown: &Evaluation<'_>, (a, b): (usize, usize)) -> Option<Diagnostic> {
    let policy = judge.policy;
    let search = Search::new(judge.order(), judge.regions(), unknown, Target::Both(a, b));
    let witness = search.witness(EFFORT)?;
    let (first, second) = (&policy.clauses[a], &policy.clauses[b]);
    let message = format!(
        "{} ({}) and {} ({}) can both take the place of the same clause, and neither overrides the other",
        first.id,
        outcome(policy, first),
        second.id,
        outcome(policy, second)
    );
    let help = format!(
        "let one override the other, or leave it as a `question`; until then the stricter counts. A shipment: {}",
        witness.join(", ")
    );
    Some(
        Diagnostic::warning("ukase::check::overlap", first.span, message)
            .because("this clause")
            .also(second.span, "and this one")
            .help(help),
    )
}

/// The same for all shipments: where two clauses can both apply to one thing, a shipment to which they do.
pub(super) fn look(ground: &mut Ground<'_, '_>, (a, b): (usize, usize)) -> Made<Answer> {
    let side = ground.side;
    let (policy, program) = (side.judge.policy, side.judge.program());
    let mut both = ground.space().constant(false);
    for bound in &ground.judged.bounds {
        let of = |at: usize| bound.iter().find(|one| program.clauses[one.clause].clause == at);
        if let (Some(first), Some(second)) = (of(a), of(b)) {
            both = both.or(&first.applies.and(&second.applies)?)?;
        }
    }
    let kind = FindingKind::Overlap;
    let names = vec![policy.clause_name(a), policy.clause_name(b)];
    let shown = ground.show(&both, |shipments| {
        let evaluation = shipments[0].evaluated(&side)?;
        let order = side.judge.order();
        let both_apply = order.bindings(&evaluation).into_iter().any(|binding| {
            let standings = order.standings(&evaluation, binding);
            let is_meant = |standing: &Standing, at: usize| program.clauses[standing.clause].clause == at;
            [a, b].into_iter().all(|at| standings.iter().any(|one| is_meant(one, at) && one.applies.is_true()))
        });
        both_apply.then(|| shipments[0].clone())
    });
    Ok(match shown {
        Shown::Never => Answer::Fine,
        Shown::Not(because) => Answer::Unknown(Undecided { kind, subject: names.join(" and "), because: because.into() }),
        Shown::By(shown_by) => {
            let message = "Both can take the place of the same clause, and neither overrides the other.".into();
            let outcomes = [a, b].map(|at| outcome(policy, &policy.clauses[at]).to_string()).to_vec();
            let finding = Finding::new(policy, kind, names, policy.clauses[a].span, message);
            Answer::Found(Finding { outcomes, shown_by: Some(shown_by), ..finding })
        }
    })
}
