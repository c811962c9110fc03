//! The interpreter against the slow judge, on random policies and facts.

use crate::random::{Dice, Part, Policy};
use crate::reference;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use ukase::check::CheckedPolicy;
use ukase::eval::Judge;
use ukase::facts::{Facts, load, read_json};
use ukase::source::{SourceId, Sources};

/// How many completions the slow judge looks at for one pair.
const MOST_COMPLETIONS: usize = 2_000;
/// How many facts each policy is tried on.
const FACTS_A_POLICY: usize = 50;

/// Compiles a random policy. Chance writes conditions that cannot be true, and these are refused; nothing else may be.
pub fn compiled(text: &str) -> Option<CheckedPolicy> {
    let (policy, diagnostics) = ukase::check::check(&Sources::of_text("random.ukase", text));
    let refused = |code: &str| code == "ukase::check::impossible_comparison";
    let others: Vec<_> = diagnostics.iter().filter(|one| one.is_error() && !refused(one.code)).collect();
    assert!(others.is_empty(), "{others:#?}\n{text}");
    policy
}

/// Loads facts that must be right.
pub fn loaded(policy: &CheckedPolicy, json: &str) -> Facts {
    let raw = read_json(json, SourceId(0), 0).unwrap_or_else(|error| panic!("{error:?}\n{json}"));
    load(policy, &raw).unwrap_or_else(|problems| panic!("{problems:#?}\n{json}"))
}

pub fn set_of(outcomes: u64) -> BTreeSet<usize> {
    (0..64).filter(|at| outcomes & (1 << at) != 0).collect()
}

/// Compares `FACTS_A_POLICY` facts of each random policy; gives back how many pairs were compared.
fn compare(seed: u64) -> Result<usize, TestCaseError> {
    let mut dice = Dice::new(seed);
    let policy = Policy::random(&mut dice);
    let text = policy.text(&(0..policy.clauses.len()).collect::<Vec<_>>());
    let Some(checked) = compiled(&text) else { return Ok(0) };
    let judge = Judge::new(&checked, None);
    let mut compared = 0;
    for _ in 0..FACTS_A_POLICY {
        let part = Part::random(&mut dice);
        let Some(expected) = reference::possible(&policy, &part, MOST_COMPLETIONS) else { continue };
        compared += 1;
        let json = part.json();
        let evaluation = judge.evaluate(loaded(&checked, &json), None, Vec::new());
        let possible = judge.possible(&evaluation);
        let found = set_of(possible.outcomes);
        if part.closed {
            prop_assert!(possible.exact, "not exact\n{text}\n{json}");
            prop_assert_eq!(&found, &expected, "\n{}\n{}", text, json);
        } else {
            // The slow judge adds few elements, and only such as are alike, so it may miss outcomes of longer lists.
            prop_assert!(found.is_superset(&expected), "{found:?} lacks some of {expected:?}\n{text}\n{json}");
        }
    }
    Ok(compared)
}

/// P2 on `PAIRS` pairs at least: the set of possible outcomes is that of all completions, however few facts are known.
fn agree() {
    let compared = AtomicUsize::new(0);
    let config = ProptestConfig { cases: 800, failure_persistence: None, max_shrink_iters: 0, ..ProptestConfig::default() };
    let outcome = TestRunner::new(config).run(&any::<u64>(), |seed| {
        compared.fetch_add(compare(seed)?, Ordering::Relaxed);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    let compared = compared.load(Ordering::Relaxed);
    assert!(compared >= PAIRS, "only {compared} pairs were compared");
}

/// Four tests, so that they run side by side: 100 000 pairs together.
const PAIRS: usize = 25_000;

#[test]
fn p02_exactness_first_quarter() {
    agree();
}

#[test]
fn p02_exactness_second_quarter() {
    agree();
}

#[test]
fn p02_exactness_third_quarter() {
    agree();
}

#[test]
fn p02_exactness_last_quarter() {
    agree();
}
