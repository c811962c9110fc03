//! The analysis of a policy, held against shipments that are judged one by one: what is proved has no exception.

use crate::agreement::{compiled, loaded};
use crate::random::{Dice, OUTCOMES, Part, Policy};
use serde_json::{Value as Json, json};
use ukase::analyze::{Analysis, Finding, Tried, analyze};
use ukase::check::{CheckedPolicy, FindingKind};
use ukase::diagram::Side;
use ukase::eval::{Evaluation, Judge};

/// How many policies are analysed, and with how many shipments each is tried.
const POLICIES: usize = 150;
const SHIPMENTS: usize = 250;

/// A random policy that claims something of itself.
fn claiming(dice: &mut Dice) -> Option<(CheckedPolicy, usize)> {
    let policy = Policy::random(dice);
    let outcome = 1 + dice.roll(OUTCOMES.len() - 1);
    let other = Policy::random(dice);
    let condition = other.clauses.iter().find(|clause| !clause.each)?.when.text("item");
    let claims = format!(
        "always \"one\" ({condition}) implies outcome is not {}\nmonotone \"truth\" a\nmonotone \"share\" share\n\
         monotone \"flag\" items.flag\n",
        OUTCOMES[outcome]
    );
    let text = policy.text(&(0..policy.clauses.len()).collect::<Vec<_>>()) + &claims;
    Some((compiled(&text)?, outcome))
}

/// A shipment with up to two items, as JSON.
fn shipment(dice: &mut Dice) -> Json {
    let mut part = Part::random(dice);
    part.closed = true;
    serde_json::from_str(&part.json()).expect("JSON")
}

fn judged<'j>(judge: &'j Judge<'_>, facts: &Json, reading: usize) -> Evaluation<'j> {
    judge.evaluate(loaded(judge.policy, &facts.to_string()), None, vec![Some(reading)])
}

fn of_kind(analysis: &Analysis, kind: FindingKind) -> impl Iterator<Item = &Finding> {
    analysis.findings.iter().filter(move |finding| finding.kind == kind)
}

fn proved<'a>(analysis: &'a Analysis, name: &str) -> Option<&'a Tried> {
    analysis.properties.iter().find(|one| one.name == name && one.holds == Some(true))
}

#[test]
fn what_is_proved_of_a_policy_has_no_exception() {
    let mut dice = Dice::new(20_260_101);
    let (mut policies, mut found, mut proofs, mut refuted, mut open) = (0, 0, 0, 0, 0);
    while policies < POLICIES {
        let Some((policy, outcome)) = claiming(&mut dice) else { continue };
        policies += 1;
        let judge = Judge::new(&policy, None);
        let analysis = analyze(Side { judge: &judge, day: None });
        found += analysis.findings.len();
        proofs += analysis.properties.iter().filter(|one| one.holds == Some(true)).count();
        refuted += analysis.properties.iter().filter(|one| one.holds == Some(false)).count();
        open += analysis.undecided.len() + analysis.properties.iter().filter(|one| one.holds.is_none()).count();
        for _ in 0..SHIPMENTS {
            let (facts, reading) = (shipment(&mut dice), dice.roll(2));
            findings_hold(&judge, &analysis, &facts, reading);
            properties_hold(&judge, &analysis, outcome, &facts, reading);
        }
    }
    assert!(found > POLICIES && proofs > POLICIES && refuted > POLICIES / 2, "{found}, {proofs}, {refuted}");
    // What is summed up or compared within lists is where the making of shipments fails.
    assert!(open * 5 < found + proofs + refuted, "{open} are open beside {found}, {proofs}, {refuted}");
}

fn findings_hold(judge: &Judge<'_>, analysis: &Analysis, facts: &Json, reading: usize) {
    let evaluation = judged(judge, facts, reading);
    let order = judge.order();
    let verdict = judge.possible(&evaluation).outcome();
    let standings: Vec<_> =
        order.bindings(&evaluation).into_iter().flat_map(|binding| order.standings(&evaluation, binding)).collect();
    let text = || judge.policy.sources.iter().map(|(_, one)| one.text.to_string()).collect::<String>();
    for finding in of_kind(analysis, FindingKind::DeadClause) {
        let stands = |one: &&ukase::eval::Standing| {
            one.stands.is_true() && judge.policy.clause_name(judge.program().clauses[one.clause].clause) == finding.subjects[0]
        };
        let decides = standings.iter().find(stands).and_then(|one| judge.program().clauses[one.clause].outcome);
        assert!(decides.is_none() || verdict != decides, "{finding:?} of {facts}\n{}", text());
    }
    for finding in of_kind(analysis, FindingKind::UnreachedOutcome) {
        let name = verdict.map(|at| judge.policy.outcomes[at].name.as_str());
        assert_ne!(name, Some(finding.subjects[0].as_str()), "{finding:?} of {facts}\n{}", text());
    }
    for finding in of_kind(analysis, FindingKind::IdleQuestion) {
        let other = judge.possible(&judged(judge, facts, 1 - reading)).outcome();
        assert!(verdict.is_none() || other.is_none() || verdict == other, "{finding:?} of {facts}\n{}", text());
    }
}

fn properties_hold(judge: &Judge<'_>, analysis: &Analysis, outcome: usize, facts: &Json, reading: usize) {
    let verdict = |facts: &Json| judge.possible(&judged(judge, facts, reading)).outcome();
    let text = || judge.policy.sources.iter().map(|(_, one)| one.text.to_string()).collect::<String>();
    if proved(analysis, "one").is_some() && verdict(facts) == Some(outcome) {
        let condition = judge.program().properties[0][outcome];
        assert!(!judged(judge, facts, reading).truth(condition, 0).is_false(), "{facts}\n{}", text());
    }
    let with = |path: &str, value: Json| {
        let mut changed = facts.clone();
        if let Some(place) = changed.pointer_mut(path) {
            *place = value;
        }
        changed
    };
    for (name, path, less, more) in [
        ("truth", "/a", json!(false), json!(true)),
        ("share", "/share", json!("9.5%"), json!("30%")),
        ("share", "/share", json!("20%"), json!("100%")),
        ("flag", "/items/0/flag", json!(false), json!(true)),
    ] {
        if proved(analysis, name).is_some() && facts.pointer(path).is_some() {
            let (before, after) = (verdict(&with(path, less)), verdict(&with(path, more)));
            assert!(before.is_none() || after.is_none() || before <= after, "{name} of {facts}\n{}", text());
        }
    }
}
