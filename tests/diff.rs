//! The comparison of versions: complete on random policies, mirrored, empty where nothing changes, and readable on the flagship.

use crate::agreement::{compiled, loaded};
use crate::random::{Dice, Part, Policy};
use std::collections::BTreeSet;
use std::path::Path;
use ukase::check::{CheckedPolicy, check, check_law};
use ukase::diagnostic::Style;
use ukase::diagram::Side;
use ukase::diff::{Comparison, Narrow, compare, markdown, plain};
use ukase::eval::Judge;
use ukase::files::read_policy;
use ukase::source::{Source, Sources};
use ukase::value::Date;

/// How many pairs of versions are compared, and with how many shipments each.
const PAIRS: usize = 250;
const SHIPMENTS: usize = 800;

fn day(text: &str) -> Date {
    Date::parse(text).expect("a day")
}

/// Every step that is reported: from which outcome to which; also such as are neither shown nor excluded.
fn steps(comparison: &Comparison) -> BTreeSet<(String, String)> {
    let shown = comparison.verdicts.iter().map(|class| (class.from.outcome.clone(), class.to.outcome.clone()));
    let unshown = comparison.unshown.iter().map(|one| (one.from.clone(), one.to.clone()));
    shown.chain(unshown).collect()
}

/// A random policy, and the same with another clause in the place of one of its own.
fn versions(dice: &mut Dice) -> Option<(CheckedPolicy, CheckedPolicy)> {
    let old = Policy::random(dice);
    let mut new = old.clone();
    let at = dice.roll(new.clauses.len());
    let other = Policy::random(dice);
    let replacement = other.clauses.iter().find(|clause| clause.each == new.clauses[at].each)?;
    new.clauses[at].when = replacement.when.clone();
    if dice.chance(50) {
        new.clauses[at].outcome = replacement.outcome;
    }
    let text = |policy: &Policy| policy.text(&(0..policy.clauses.len()).collect::<Vec<_>>());
    Some((compiled(&text(&old))?, compiled(&text(&new))?))
}

/// A shipment with one item at most: what several items come to is the strictest of each.
fn shipment(dice: &mut Dice) -> String {
    let mut part = Part::random(dice);
    part.items.truncate(1);
    part.closed = true;
    part.json()
}

#[test]
fn no_change_of_a_verdict_is_left_out() {
    let mut dice = Dice::new(20_251_009);
    let (mut pairs, mut compared, mut changed, mut ways, mut unshown) = (0, 0, 0, 0, 0);
    while pairs < PAIRS {
        let Some((old, new)) = versions(&mut dice) else { continue };
        pairs += 1;
        let (was, is) = (Judge::new(&old, None), Judge::new(&new, None));
        let on = day("2025-06-15");
        // Every other pair is compared for all days: each shipment is judged on its own.
        let on = (pairs % 2 == 0).then_some(on);
        let sides = (Side { judge: &was, day: on }, Side { judge: &is, day: on });
        let comparison = compare(sides.0, sides.1, &Narrow::default());
        let reported = steps(&comparison);
        ways += comparison.verdicts.len() + comparison.unshown.len();
        unshown += comparison.unshown.len();
        for _ in 0..SHIPMENTS {
            let json = shipment(&mut dice);
            let readings = vec![Some(dice.roll(2))];
            let outcome = |judge: &Judge<'_>, policy: &CheckedPolicy| {
                let evaluation = judge.evaluate(loaded(policy, &json), on, readings.clone());
                let possible = judge.possible(&evaluation);
                possible.outcome().map(|at| policy.outcomes[at].name.clone())
            };
            let (Some(from), Some(to)) = (outcome(&was, &old), outcome(&is, &new)) else { continue };
            compared += 1;
            if from != to {
                changed += 1;
                let step = (from, to);
                assert!(reported.contains(&step), "{step:?} of {json} is not among {reported:?}\n{}", text_of(&old, &new));
            }
        }
    }
    assert!(compared > PAIRS * SHIPMENTS / 4 && changed > 1_000, "{compared} pairs, {changed} changed");
    // Amounts that are summed up over lists, or compared with each other, are where the making of shipments fails.
    assert!(unshown * 5 <= ways, "{unshown} of {ways} ways are neither shown nor excluded");
}

fn text_of(old: &CheckedPolicy, new: &CheckedPolicy) -> String {
    let text = |policy: &CheckedPolicy| policy.sources.iter().map(|(_, one)| one.text.to_string()).collect::<String>();
    format!("{}\n---\n{}", text(old), text(new))
}

#[test]
fn a_comparison_the_other_way_round_is_its_mirror() {
    let mut dice = Dice::new(7);
    for _ in 0..60 {
        let Some((old, new)) = versions(&mut dice) else { continue };
        let (was, is) = (Judge::new(&old, None), Judge::new(&new, None));
        let on = Some(day("2025-06-15"));
        let (before, after) = (Side { judge: &was, day: on }, Side { judge: &is, day: on });
        let there = compare(before, after, &Narrow::default());
        let back = compare(after, before, &Narrow::default());
        let moved = |comparison: &Comparison| -> BTreeSet<(String, String)> {
            steps(comparison).into_iter().filter(|(from, to)| from != to).collect()
        };
        let mirrored: BTreeSet<(String, String)> = moved(&back).into_iter().map(|(from, to)| (to, from)).collect();
        assert_eq!(moved(&there), mirrored, "{}", text_of(&old, &new));
    }
}

#[test]
fn a_policy_does_not_differ_from_itself() {
    let mut dice = Dice::new(11);
    for _ in 0..20 {
        let Some((old, _)) = versions(&mut dice) else { continue };
        let judge = Judge::new(&old, None);
        let side = Side { judge: &judge, day: None };
        let comparison = compare(side, side, &Narrow::default());
        assert!(comparison.text.is_empty() && comparison.verdicts.is_empty(), "{comparison:#?}");
        assert_eq!(comparison.equal_elsewhere, "proved");
    }
}

#[test]
fn a_changed_line_names_its_clause() {
    let text = "policy lines \"Lines\"\nlanguage 1\noutcomes from loosest to strictest { free licence deny }\n\
        record item { mass quantity in kg   share percent }\n\
        facts shipment { date date   destination country   items list of item }\n\
        instrument 1 \"A law\" { published 2025-01-01 }\n\
        clause I \"Heavy\" each item in items when item.mass > 10 kg and destination is not CN then licence\n\
        clause II \"Rich\" each item in items overrides I when item.share >= 0.1% then deny\n";
    let old = compiled(text).expect("the policy is right");
    for (from, to, clause) in [("10 kg", "12 kg", "1/I"), ("0.1%", "0.2%", "1/II"), (">= 0.1%", "> 0.1%", "1/II")] {
        let new = compiled(&text.replace(from, to)).expect("the edit is right");
        let (was, is) = (Judge::new(&old, None), Judge::new(&new, None));
        let on = Some(day("2025-06-15"));
        let comparison = compare(Side { judge: &was, day: on }, Side { judge: &is, day: on }, &Narrow::default());
        assert_eq!(comparison.text.iter().map(|change| change.clause.as_str()).collect::<Vec<_>>(), [clause]);
        assert!(!comparison.verdicts.is_empty(), "{from} to {to}");
        assert!(comparison.verdicts.iter().all(|class| class.caused_by == [clause]), "{:#?}", comparison.verdicts);
        assert_eq!(comparison.equal_elsewhere, "proved");
    }
}

#[test]
fn an_amount_that_is_summed_up_is_found() {
    let text = "policy sums \"Sums\"\nlanguage 1\noutcomes from loosest to strictest { free licence }\n\
        record part { value money   origin country }\n\
        record item { value money   parts list of part }\n\
        facts shipment { date date   items list of item }\n\
        instrument 1 \"A law\" { published 2025-01-01 }\n\
        clause I \"Content\" from 2025-03-01 each item in items\n    \
        when sum of part.value for part in item.parts where part.origin is CN as share of item.value >= 0.1%\n    then licence\n";
    let policy = compiled(text).expect("the policy is right");
    let judge = Judge::new(&policy, None);
    let on = |text: &str| Side { judge: &judge, day: Some(day(text)) };
    let comparison = compare(on("2025-02-01"), on("2025-04-01"), &Narrow::default());
    let steps: Vec<(usize, usize)> = comparison.verdicts.iter().map(|class| class.step).collect();
    assert_eq!((steps, comparison.equal_elsewhere), (vec![(0, 1)], "proved"), "{:#?}", comparison.unshown);
}

// ---- the flagship ---------------------------------------------------------------------------------------------------------------

/// The files of the flagship, with one of its words in place of another.
fn flagship(from: &str, to: &str) -> Sources {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/cn-rare-earth");
    let sources = read_policy(Path::new(root)).expect("the flagship is there");
    let edited = |(_, source): (_, &Source)| Source::new(source.name.clone(), &source.text.replacen(from, to, 1));
    Sources::new(sources.iter().map(edited).collect())
}

fn law(sources: &Sources) -> CheckedPolicy {
    check_law(sources).0.expect("the flagship is right")
}

/// Compares two versions of the flagship as they are named on the command line, with its worked cases where the diagrams show too little.
fn compared(old: &str, new: &str, readings: &[(&str, &str)]) -> Comparison {
    let sources = flagship("", "");
    let readings = readings.iter().map(|(question, reading)| (question.to_string(), reading.to_string())).collect();
    let narrow = Narrow { readings, ..Narrow::default() };
    let under = |policy: &CheckedPolicy, tell: &dyn Fn(Side<'_>, Side<'_>) -> Comparison| {
        let version = |name: &str| match policy.versions.iter().find(|version| version.name == name) {
            Some(version) => (version.on, version.known),
            None => (day(name), None),
        };
        let ((was, was_known), (is, is_known)) = (version(old), version(new));
        let (before, after) = (Judge::new(policy, was_known), Judge::new(policy, is_known));
        tell(Side { judge: &before, day: Some(was) }, Side { judge: &after, day: Some(is) })
    };
    let found = under(&law(&sources), &|old, new| compare(old, new, &narrow));
    let policy = check(&sources).0.expect("the flagship is right");
    under(&policy, &|old, new| found.clone().with_cases(old, new, &narrow))
}

fn plainly(comparison: &Comparison) -> String {
    plain(comparison, Style { colour: false, width: 140 })
}

#[test]
fn what_october_changed_is_shown_whole() {
    let comparison = compared("april", "october", &[]);
    assert_eq!(comparison.equal_elsewhere, "proved", "{:#?}", comparison.unshown);
    insta::assert_snapshot!("april_to_october", markdown(&comparison));
}

#[test]
fn what_december_was_to_bring_is_shown() {
    insta::assert_snapshot!("october_to_december", plainly(&compared("october", "december_as_announced", &[])));
}

#[test]
fn what_the_suspension_took_back_is_shown() {
    insta::assert_snapshot!("december_to_suspension", plainly(&compared("december_as_announced", "suspension", &[])));
}

#[test]
fn what_the_end_of_the_suspension_brings_is_shown_where_it_was_not_extended() {
    let lapsed = [("truce", "lapsed"), ("truce_72", "lapsed"), ("start_day", "begins_by_itself")];
    insta::assert_snapshot!("suspension_to_its_end_lapsed", plainly(&compared("suspension", "2026-11-11", &lapsed)));
}

#[test]
fn what_the_end_of_the_suspension_brings_is_shown_where_it_was_extended() {
    let extended = [("truce", "extended_to_2027_01_10"), ("truce_72", "extended_to_2027_01_10")];
    insta::assert_snapshot!("suspension_to_its_end_extended", plainly(&compared("suspension", "2026-11-11", &extended)));
}

#[test]
fn the_edit_of_one_figure_is_shown_with_what_hangs_on_it() {
    let (old, new) = (law(&flagship("", "")), law(&flagship("detail.layers >= 256", "detail.layers >= 200")));
    let (was, is) = (Judge::new(&old, None), Judge::new(&new, None));
    let on = Some(day("2025-10-09"));
    let comparison = compare(Side { judge: &was, day: on }, Side { judge: &is, day: on }, &Narrow::default());
    assert_eq!(comparison.equal_elsewhere, "proved", "{:#?}", comparison.unshown);
    insta::assert_snapshot!("one_figure", plainly(&comparison));
}
