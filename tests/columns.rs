//! Columns against rows: what is said of many shipments at once is what is said of each by itself.

use crate::agreement::{compiled, loaded};
use crate::random::{Dice, Part, Policy};
use std::collections::BTreeMap;
use ukase::cases::{facts_of, judges_of, readings_of};
use ukase::check::CheckedPolicy;
use ukase::eval::{Decisions, Judge};
use ukase::facts::{Builder, Facts};
use ukase::generate::Generator;
use ukase::table::rows;
use ukase::value::Date;

/// Where words of bits begin and end, and a little beside.
const SIZES: [usize; 6] = [0, 1, 63, 64, 65, 500];

/// What rows say of a shipment: nothing where three-valued logic leaves something open, otherwise what stands for each item.
fn by_rows(judge: &Judge<'_>, facts: &Facts, on: Option<Date>, readings: &[Option<usize>]) -> Option<Vec<Row>> {
    let evaluation = judge.evaluate(facts.clone(), on, readings.to_vec());
    if !judge.is_settled(&evaluation) {
        return None;
    }
    let found = rows(judge, &judge.judged(evaluation));
    assert!(found.iter().all(|row| row.status == "settled"), "what three-valued logic settles is settled");
    Some(found.into_iter().map(|row| (row.outcome.unwrap_or_default(), row.clauses, row.covered, row.on)).collect())
}

/// Outcome, clauses, whether licences cover it, the day judged.
type Row = (String, Vec<String>, Option<bool>, Option<String>);

/// What columns say of a shipment.
fn by_columns(judge: &Judge<'_>, decisions: &Decisions, shipment: usize) -> Option<Vec<Row>> {
    let (policy, program) = (judge.policy, judge.program());
    decisions.is_settled(shipment).then(|| {
        let rows = decisions.conclusions(shipment).map(|one| {
            let stand = || {
                decisions.clauses(one.whole).iter().chain(decisions.clauses(one.item)).map(|at| &program.clauses[*at as usize])
            };
            let outcome = stand().filter_map(|clause| clause.outcome).max().unwrap_or(0);
            let mut clauses: Vec<usize> = stand().map(|clause| clause.clause).collect();
            clauses.sort_unstable();
            clauses.dedup();
            let clauses = clauses.into_iter().map(|clause| policy.clause_name(clause)).collect();
            (policy.outcomes[outcome].name.clone(), clauses, one.covered, decisions.day(shipment).map(|day| day.to_string()))
        });
        rows.collect()
    })
}

/// Shipments read straight into columns are those that are loaded one by one; gives back how many are written plainly enough for it.
fn compare_as_read(judge: &Judge<'_>, texts: &[String], context: &str) -> usize {
    let mut builder = Builder::new(judge.policy, judge.program().bound_lists());
    let mut read = 0;
    for texts in texts.chunks(130) {
        let taken: Vec<&String> = texts.iter().filter(|text| builder.json(text)).collect();
        assert_eq!(builder.len(), taken.len());
        read += taken.len();
        let shipments = builder.take();
        let decisions = judge.decide(&shipments, None, &[]);
        for (at, text) in taken.into_iter().enumerate() {
            let facts = loaded(judge.policy, text);
            assert_eq!(shipments.id(at), facts.id.as_deref());
            assert_eq!(by_columns(judge, &decisions, at), by_rows(judge, &facts, None, &[]), "{text}\n{context}");
        }
    }
    read
}

/// Compares all shipments, in batches of several sizes; gives back how many are settled.
fn compare(judge: &Judge<'_>, facts: &[Facts], on: Option<Date>, readings: &[Option<usize>], context: &str) -> usize {
    let expected: Vec<Option<Vec<Row>>> = facts.iter().map(|facts| by_rows(judge, facts, on, readings)).collect();
    for size in SIZES.into_iter().chain([facts.len()]).filter(|size| *size <= facts.len()) {
        let shipments = judge.in_columns(facts[..size].to_vec());
        let decisions = judge.decide(&shipments, on, readings);
        assert_eq!((decisions.len(), decisions.is_empty()), (size, size == 0));
        for (at, expected) in expected[..size].iter().enumerate() {
            let found = by_columns(judge, &decisions, at);
            assert_eq!(&found, expected, "shipment {at} of {size}\n{:#?}\n{context}", facts[at]);
        }
    }
    expected.iter().flatten().count()
}

/// A policy of this project.
pub fn opened(folder: &str) -> CheckedPolicy {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/policies")).join(folder);
    ukase::compile(&ukase::files::read_policy(&folder).unwrap()).0.unwrap()
}

/// So many shipments around the constants of a policy, as JSON.
pub fn synthetic(judge: &Judge<'_>, seed: u64, count: usize) -> Vec<String> {
    Generator::new(judge, seed).take(count).map(|one| one.to_string()).collect()
}

/// Tries so many random policies.
pub fn each_policy(count: usize, seed: u64, mut each: impl FnMut(&mut Dice, &CheckedPolicy, &str)) {
    let mut dice = Dice::new(seed);
    let mut tried = 0;
    while tried < count {
        let random = Policy::random(&mut dice);
        let text = random.text(&(0..random.clauses.len()).collect::<Vec<_>>());
        if let Some(policy) = compiled(&text) {
            each(&mut dice, &policy, &text);
            tried += 1;
        }
    }
}

/// P3: random policies, random facts.
#[test]
fn columns_agree_with_rows_on_random_policies() {
    let mut settled = 0;
    each_policy(150, 20_251_201, |dice, policy, text| {
        let judge = Judge::new(policy, None);
        let texts: Vec<String> = (0..500).map(|_| Part::random(dice).json()).collect();
        let facts: Vec<Facts> = texts.iter().map(|text| loaded(policy, text)).collect();
        settled += compare(&judge, &facts, None, &[], text);
        assert_eq!(compare_as_read(&judge, &texts, text), texts.len());
    });
    assert!(settled > 150 * 50, "only {settled} shipments were settled");
}

/// Large batches, at the edges of a power of two: the same shipments again and again.
#[test]
fn columns_agree_with_rows_in_large_batches() {
    each_policy(5, 8192, |dice, policy, text| {
        let judge = Judge::new(policy, None);
        let texts: Vec<String> = (0..97).map(|_| Part::random(dice).json()).collect();
        let expected: Vec<_> = texts.iter().map(|text| by_rows(&judge, &loaded(policy, text), None, &[])).collect();
        let mut builder = Builder::new(policy, judge.program().bound_lists());
        for size in [8191, 8192, 8193] {
            assert!((0..size).all(|at| builder.json(&texts[at % texts.len()])));
            let decisions = judge.decide(&builder.take(), None, &[]);
            for at in 0..size {
                assert_eq!(by_columns(&judge, &decisions, at), expected[at % texts.len()], "shipment {at} of {size}\n{text}");
            }
        }
    });
}

/// Every worked case of the policies: what they know, what they choose, what they assume.
#[test]
fn columns_agree_with_rows_on_worked_cases() {
    for folder in ["cn-rare-earth", "us-reach"] {
        let policy = opened(folder);
        let judges = judges_of(&policy);
        let mut alike: BTreeMap<_, Vec<Facts>> = BTreeMap::new();
        for example in &policy.examples {
            let facts = facts_of(&policy, example).unwrap();
            alike.entry((example.known, example.on, readings_of(&policy, example))).or_default().push(facts);
        }
        let settled: usize =
            alike.iter().map(|((known, on, readings), facts)| compare(&judges[known], facts, *on, readings, folder)).sum();
        assert!(settled > policy.examples.len() / 4, "only {settled} cases of {folder} were settled");
    }
}

/// Shipments around the constants of the policies, on each shipment's own day.
#[test]
fn columns_agree_with_rows_on_synthetic_shipments() {
    for folder in ["cn-rare-earth", "us-reach"] {
        let policy = opened(folder);
        let judge = Judge::new(&policy, None);
        let texts = synthetic(&judge, 11, 1200);
        let facts: Vec<Facts> = texts.iter().map(|text| loaded(&policy, text)).collect();
        compare(&judge, &facts, None, &[], folder);
        assert!(compare_as_read(&judge, &texts, folder) > texts.len() / 2);
    }
}

const HELD: &str = r#"
policy held "Licences"
language 1
outcomes from loosest to strictest { free licence }
record item { code code   licensed truth }
facts shipment { date date   destination country   items list of item }
instrument 1 "A law" { published 2025-01-01 }
clause I "The far north, for all that is sent there" when destination is IS then licence
cover licence by 1
    each  item in items
    when  item.licensed
"#;

/// A licence for each item covers what is asked of the whole shipment only if every item has one.
#[test]
fn what_is_asked_of_a_shipment_is_covered_where_every_item_is() {
    let policy = compiled(HELD.trim()).unwrap();
    let judge = Judge::new(&policy, None);
    let cases = [
        ("[]", Some(false)),
        (r#"[{"licensed": true}]"#, Some(true)),
        (r#"[{"licensed": true}, {"licensed": false}]"#, Some(false)),
        (r#"[{"licensed": true}, {}]"#, None),
    ];
    let facts: Vec<Facts> = cases
        .iter()
        .map(|(items, _)| loaded(&policy, &format!(r#"{{"date": "2025-06-01", "destination": "IS", "items": {items}}}"#)))
        .collect();
    assert_eq!(compare(&judge, &facts, None, &[], HELD), cases.len());
    let decisions = judge.decide(&judge.in_columns(facts), None, &[]);
    for (at, (items, covered)) in cases.iter().enumerate() {
        assert_eq!(decisions.conclusions(at).next().unwrap().covered, *covered, "{items}");
    }
}

const SENT: &str = r#"
policy sent "Sent"
language 1
outcomes from loosest to strictest { free licence }
facts shipment { date date inherits sent   sent date   destination country   routed_by country inherits destination }
instrument 1 "A law" { published 2025-01-01 }
clause I "By the far north" when routed_by is IS and date >= 2025-02-01 then licence
"#;

/// A fact of a shipment may stand for another one of it, the day too.
#[test]
fn a_fact_of_a_shipment_stands_for_another() {
    let policy = compiled(SENT.trim()).unwrap();
    let judge = Judge::new(&policy, None);
    let texts = [
        r#"{"sent": "2025-06-01", "destination": "IS"}"#,
        r#"{"sent": "2025-06-01", "destination": "IS", "routed_by": "DE"}"#,
        r#"{"sent": "2025-06-01", "date": "2025-01-05", "destination": "IS"}"#,
    ]
    .map(String::from);
    let facts: Vec<Facts> = texts.iter().map(|text| loaded(&policy, text)).collect();
    assert_eq!(compare(&judge, &facts, None, &[], SENT), texts.len());
    assert_eq!(compare_as_read(&judge, &texts, SENT), texts.len());
    let outcomes: Vec<String> = facts.iter().map(|facts| by_rows(&judge, facts, None, &[]).unwrap()[0].0.clone()).collect();
    assert_eq!(outcomes, ["licence", "free", "free"]);
}
