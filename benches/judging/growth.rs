//! Growth with the number of clauses (P6), and loading (P7): until there is something to judge with, which is then thrown away untimed.

use crate::measure::{ROUNDS, median, timed};
use crate::workload::{Dice, day};
use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};
use ukase::check::{CheckedPolicy, check};
use ukase::eval::Judge;
use ukase::facts::{Facts, load, read_json};
use ukase::source::{SourceId, Sources};

/// How many shipments are decided.
const SHIPMENTS: usize = 1000;

fn compiled(text: &str) -> CheckedPolicy {
    let (policy, diagnostics) = check(&Sources::of_text("bench.ukase", text));
    policy.unwrap_or_else(|| unreachable!("{diagnostics:#?}"))
}

fn loaded(policy: &CheckedPolicy, json: &str) -> Facts {
    load(policy, &read_json(json, SourceId(0), 0).unwrap()).unwrap()
}

fn grown_policy(clauses: u64) -> String {
    let mut dice = Dice::new(0xC0FFEE + clauses);
    let mut text = String::from(
        "policy grown \"g\"\nlanguage 1\noutcomes from loosest to strictest { free notify licence case_by_case deny }\n\
         facts shipment { date date  code code  value decimal }\ninstrument 1 \"l\" { published 2024-01-01 }\n",
    );
    for at in 0..clauses {
        let codes: Vec<String> = (0..8).map(|_| format!("\"G{:06}\"", dice.below(2 * clauses))).collect();
        let outcome = ["licence", "case_by_case", "deny", "notify"][(at % 4) as usize];
        let (value, from) = (1 + dice.below(4999), day(dice.below(365) as i32));
        let codes = codes.iter().enumerate().filter(|(place, code)| codes[..*place].iter().all(|other| other != *code));
        let codes = codes.map(|(_, code)| code.as_str()).collect::<Vec<_>>().join(", ");
        let _ = write!(
            text,
            "clause C{at} \"c\"\n    from {from}\n    when code in {{{codes}}} and value >= {value}\n    then {outcome}\n"
        );
    }
    text
}

pub(crate) fn growth_and_loading() {
    let mut base = 0.0;
    println!("{:>10} {:>18} {:>12} {:>18} {:>14}", "clauses", "P6 ns a decision", "x of ten", "P7 loading, ms", "us a clause");
    for clauses in [10, 100, 1000, 10_000] {
        let text = grown_policy(clauses);
        let rounds = if clauses > 1000 { 3 } else { ROUNDS };
        let mut loading: Vec<Duration> = (0..rounds)
            .map(|_| {
                let start = Instant::now();
                let policy = compiled(&text);
                let judge = black_box(Judge::new(&policy, None));
                let loaded = start.elapsed();
                drop(judge);
                loaded
            })
            .collect();
        loading.sort();
        let loading = loading[rounds / 2].as_secs_f64();
        let policy = compiled(&text);
        let judge = Judge::new(&policy, None);
        let mut dice = Dice::new(7);
        let facts: Vec<Facts> = (0..SHIPMENTS)
            .map(|_| {
                let json = format!(
                    "{{\"date\": \"{}\", \"code\": \"G{:06}\", \"value\": {}}}",
                    day(dice.below(730) as i32),
                    dice.below(2 * clauses),
                    dice.below(10_000)
                );
                loaded(&policy, &json)
            })
            .collect();
        let mut decider = judge.decider(Vec::new());
        for one in &facts {
            let found = decider.decide(one, None).map(|decision| 1 << decision.outcome);
            assert_eq!(found, Some(judge.outcomes(&judge.evaluate(one, None, Vec::new()))), "a decision is wrong");
        }
        let decision = median(|| {
            timed(|| {
                for _ in 0..20 {
                    facts.iter().for_each(|one| _ = black_box(decider.decide(black_box(one), None)));
                }
            })
        }) / (20 * SHIPMENTS) as f64;
        base = if base == 0.0 { decision } else { base };
        println!(
            "{clauses:>10} {decision:>18.0} {:>12.1} {:>18.2} {:>14.1}",
            decision / base,
            loading * 1e3,
            loading * 1e6 / clauses as f64
        );
    }
    let flagship =
        ukase::files::read_policy(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/policies/cn-rare-earth"))).unwrap();
    let checked = median(|| {
        let start = Instant::now();
        let compiled = black_box(ukase::compile(&flagship));
        let loaded = start.elapsed();
        drop(compiled);
        loaded
    }) / 1e6;
    println!("P7 the flagship with all its examples, checked: {checked:.1} ms");
}
