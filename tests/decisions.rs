//! Decisions against rows: what decides a shipment is what stands when all of it is evaluated.

use crate::agreement::{compiled, loaded};
use crate::columns::{each_policy, opened, synthetic};
use crate::random::Part;
use std::collections::BTreeMap;
use ukase::cases::{facts_of, judges_of, readings_of};
use ukase::eval::{Binding, Decider, Judge};
use ukase::facts::Facts;
use ukase::value::Date;

/// Which clauses stand, each with what it stands for; nothing where three-valued logic leaves something open.
fn by_rows(judge: &Judge<'_>, facts: &Facts, on: Option<Date>, readings: &[Option<usize>]) -> Option<Vec<(Binding, usize)>> {
    let evaluation = judge.evaluate(facts.clone(), on, readings.to_vec());
    judge.is_settled(&evaluation).then(|| {
        let of = |binding| judge.order().standings(&evaluation, binding).into_iter().map(move |standing| (binding, standing));
        let all = judge.order().bindings(&evaluation).into_iter().flat_map(of);
        all.filter(|(_, standing)| standing.stands.is_true()).map(|(binding, standing)| (binding, standing.clause)).collect()
    })
}

/// Compares shipments, one decided after the other; gives back how many are settled.
fn compare(
    judge: &Judge<'_>,
    decider: &mut Decider<'_>,
    facts: &[Facts],
    on: Option<Date>,
    readings: &[Option<usize>],
    context: &str,
) -> usize {
    let mut settled = 0;
    for facts in facts {
        let expected = by_rows(judge, facts, on, readings);
        let found = decider.decide(facts, on);
        assert_eq!(found.map(|decision| decision.standing.to_vec()), expected, "{facts:#?}\n{context}");
        let Some(decision) = found else { continue };
        settled += 1;
        let verdict = judge.judge(facts.clone(), on, readings.to_vec()).verdict;
        assert_eq!(Some(decision.outcome), verdict.possible.outcome(), "{facts:#?}\n{context}");
        assert!(decision.outcome == 0 || decision.deciding().next().is_some(), "{facts:#?}\n{context}");
    }
    settled
}

#[test]
fn decisions_agree_with_rows_on_random_policies() {
    let mut settled = 0;
    each_policy(300, 7_062_026, |dice, policy, text| {
        let judge = Judge::new(policy, None);
        let facts: Vec<Facts> = (0..200).map(|_| loaded(policy, &Part::random(dice).json())).collect();
        settled += compare(&judge, &mut judge.decider(Vec::new()), &facts, None, &[], text);
    });
    assert!(settled > 300 * 20, "only {settled} shipments were settled");
}

/// Every worked case of the policies: what they know, what they choose, what they assume. One decider serves all that choose the same.
#[test]
fn decisions_agree_with_rows_on_worked_cases() {
    for folder in ["cn-rare-earth", "us-reach"] {
        let policy = opened(folder);
        let judges = judges_of(&policy);
        let mut alike: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for example in &policy.examples {
            let facts = facts_of(&policy, example).unwrap();
            alike.entry((example.known, readings_of(&policy, example))).or_default().push((example.on, facts));
        }
        let mut settled = 0;
        for ((known, readings), cases) in &alike {
            let judge = &judges[known];
            let mut decider = judge.decider(readings.clone());
            for (on, facts) in cases {
                settled += compare(judge, &mut decider, std::slice::from_ref(facts), *on, readings, folder);
            }
        }
        assert!(settled > policy.examples.len() / 4, "only {settled} cases of {folder} were settled");
    }
}

/// Shipments around the constants of the policies, on their own days and on days that are given.
#[test]
fn decisions_agree_with_rows_on_synthetic_shipments() {
    for folder in ["cn-rare-earth", "us-reach"] {
        let policy = opened(folder);
        let judge = Judge::new(&policy, None);
        let facts: Vec<Facts> = synthetic(&judge, 23, 400).iter().map(|text| loaded(&policy, text)).collect();
        let mut decider = judge.decider(Vec::new());
        let days = [None, Date::parse("2025-12-01"), Date::parse("1949-10-01")];
        let settled: usize = days.iter().map(|on| compare(&judge, &mut decider, &facts, *on, &[], folder)).sum();
        assert!(settled > facts.len(), "only {settled} shipments were settled for {folder}");
    }
}

const ASKED: &str = r#"
policy asked "Asked in many ways"
language 1
outcomes from loosest to strictest { free notify licence deny }
enum use_of { civil military }
facts shipment { date date   destination country   code code   end_use use_of   buyer text }
list first of code = { 1A001, 1A002.a }
instrument 1 "A law" { published 2025-01-01 }
clause I   "Listed" when code in first and destination is not IS then licence
clause II  "For the army" when end_use is military and code in first then deny
clause III "To the north" from 2025-03-01 through 2025-08-31 when destination in {IS, NO} then notify
clause IV  "By name" when buyer is "Ymir" then deny
clause V   "Nothing else stands" overrides I when destination is NO then free
clause VI  "And below" when code within {2B001, 2B002.c} then notify
instrument 2 "Another law" { published 2025-05-01 }
clause VII "Known later" when destination is SE then deny
"#;

/// A condition whose definitions share their parts is not taken apart for each of these: it would have 8^16 of them.
#[test]
fn shared_definitions_are_decided_without_taking_them_apart_again_and_again() {
    let mut text = String::from(ASKED.trim());
    text.push_str("\ndefine d0 = destination is NO or end_use is military\n");
    for at in 1..=16 {
        let part = |country: &str| format!("(d{} or destination is {country})", at - 1);
        let parts: Vec<String> = ["DE", "FR", "IT", "ES", "PT", "PL", "AT", "SE"].into_iter().map(part).collect();
        text.push_str(&format!("define d{at} = {}\n", parts.join(" and ")));
    }
    text.push_str("clause VIII \"Of all of them\" when d16 then deny\n");
    let policy = compiled(&text).expect("a policy");
    let judge = Judge::new(&policy, None);
    let facts: Vec<Facts> = ["NO", "DE", "IS"].map(|to| loaded(&policy, &format!(r#"{{"destination": "{to}"}}"#))).into();
    compare(&judge, &mut judge.decider(Vec::new()), &facts, Date::parse("2025-06-01"), &[], &text);
}

/// A list that is too long to be told apart for each of the clauses that ask for it is asked once.
#[test]
fn a_long_list_of_many_clauses_is_asked_once() {
    let codes: Vec<String> = (0..1100).map(|at| format!("L{at:04}")).collect();
    let mut text = ASKED.trim().replace("{ 1A001, 1A002.a }", &format!("{{ 1A001, {} }}", codes.join(", ").replace('L', "9L")));
    for at in 0..1000 {
        text.push_str(&format!("\nclause L{at} \"Of a long list\" when code in first and destination is FR then notify"));
    }
    let policy = compiled(&text).expect("a policy");
    let judge = Judge::new(&policy, None);
    let codes = ["\"9L0007\"", "\"9L9999\"", "\"1A001\"", "null"];
    let facts: Vec<Facts> = codes
        .iter()
        .flat_map(|code| {
            ["FR", "DE"].map(|to| format!(r#"{{"code": {code}, "destination": "{to}", "end_use": "civil", "buyer": "Odin"}}"#))
        })
        .map(|facts| loaded(&policy, &facts))
        .collect();
    let settled = compare(&judge, &mut judge.decider(Vec::new()), &facts, Date::parse("2025-06-01"), &[], "a long list");
    assert_eq!(settled, 6);
}

/// The index leads to a clause by a code, by what lies below it, by a country, a word and a name; what is not known leads to all.
#[test]
fn the_index_leads_to_every_clause_that_asks() {
    let policy = compiled(ASKED.trim()).expect("a policy");
    let judge = Judge::new(&policy, None);
    let mut decider = judge.decider(Vec::new());
    let cases = [
        (r#""code": "1A001", "destination": "DE", "end_use": "civil", "buyer": "Odin""#, Some(("licence", vec!["I"]))),
        (r#""code": "1A002.a.4", "destination": "DE", "end_use": "civil", "buyer": "Odin""#, Some(("free", vec![]))),
        (r#""code": "2B002.c.1", "destination": "DE", "end_use": "civil", "buyer": "Odin""#, Some(("notify", vec!["VI"]))),
        (r#""code": "2B002", "destination": "DE", "end_use": "civil", "buyer": "Odin""#, Some(("free", vec![]))),
        (r#""code": "1A002", "destination": "DE", "end_use": "military", "buyer": "Odin""#, Some(("free", vec![]))),
        (r#""code": "9Z", "destination": "IS", "end_use": "military", "buyer": "Ymir""#, Some(("deny", vec!["III", "IV"]))),
        (r#""code": "1A001", "destination": "NO", "end_use": "civil", "buyer": "Odin""#, Some(("notify", vec!["III", "V"]))),
        (r#""code": "9Z", "destination": "IS", "end_use": "military""#, None),
        (r#""destination": "DE", "end_use": "civil", "buyer": "Odin""#, None),
        (r#""destination": "NO", "end_use": "civil", "buyer": "Odin""#, None),
    ];
    let (before, known) = (Judge::new(&policy, Date::parse("2025-04-01")), r#"{"date": "2025-06-01", "destination": "SE"}"#);
    compare(&before, &mut before.decider(Vec::new()), &[loaded(&policy, known)], None, &[], ASKED);
    for (facts, expected) in cases {
        let facts = loaded(&policy, &format!(r#"{{"date": "2025-06-01", {facts}}}"#));
        compare(&judge, &mut decider, std::slice::from_ref(&facts), None, &[], ASKED);
        let found = decider.decide(&facts, None).map(|decision| {
            let ids = decision.standing.iter().map(|(_, clause)| policy.clauses[*clause].id.as_str());
            (policy.outcomes[decision.outcome].name.as_str(), ids.collect::<Vec<_>>())
        });
        assert_eq!(found, expected, "{facts:#?}");
    }
}
