//! Overlaps that nobody settled: two clauses take the place of the same one, neither overrides the other, and both can apply with
//! different outcomes. Until the text says which counts, the stricter does.

use crate::check::{CheckedPolicy, Clause, Reading};
use crate::diagnostic::Diagnostic;
use crate::eval::{Judge, Search, Target};
use crate::facts::Facts;
use std::collections::BTreeSet;

/// How many values are computed to find a shipment.
const EFFORT: i64 = 200_000;

/// A warning for each overlap, with a shipment that shows it.
pub fn overlaps(policy: &CheckedPolicy) -> Vec<Diagnostic> {
    let pairs = candidates(policy);
    if pairs.is_empty() {
        return Vec::new();
    }
    let judge = Judge::new(policy, None);
    pairs.into_iter().filter_map(|(a, b)| overlap(&judge, a, b)).collect()
}

/// Pairs that override the same clause, with different outcomes, and of which neither overrides the other under any reading.
fn candidates(policy: &CheckedPolicy) -> Vec<(usize, usize)> {
    let mut pairs = BTreeSet::new();
    for (a, first) in policy.clauses.iter().enumerate() {
        for (b, second) in policy.clauses.iter().enumerate().skip(a + 1) {
            let differ = matches!((first.outcome, second.outcome), (Some(x), Some(y)) if x != y);
            let settled = overrides(first, b) || overrides(second, a) || first.amends.is_some() || second.amends.is_some();
            if differ && !settled && share_a_target(first, second) {
                pairs.insert((a, b));
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

fn overlap(judge: &Judge<'_>, a: usize, b: usize) -> Option<Diagnostic> {
    let policy = judge.policy;
    let evaluation = judge.evaluate(Facts::unknown(policy), None, Vec::new());
    let search = Search::new(judge.order(), judge.regions(), &evaluation, Target::Both(a, b));
    let witness = search.witness(EFFORT)?;
    let (first, second) = (&policy.clauses[a], &policy.clauses[b]);
    let outcome = |clause: &Clause| clause.outcome.map_or("", |at| policy.outcomes[at].name.as_str());
    let message = format!(
        "{} ({}) and {} ({}) can both take the place of the same clause, and neither overrides the other",
        first.id,
        outcome(first),
        second.id,
        outcome(second)
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
