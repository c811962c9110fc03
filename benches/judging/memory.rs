//! Decisions in memory: one by one (P1, P2), and in columns (P3).

use crate::by_hand::{self, RULES, Verdict};
use crate::measure::{ROUNDS, in_turn, line, timed};
use crate::workload::{Words, csv, flats};
use std::hint::black_box;
use std::path::Path;
use ukase::check::{CheckedPolicy, check};
use ukase::eval::{Decisions, Judge};
use ukase::facts::{Builder, Facts, Written, load, read_json};
use ukase::source::SourceId;

/// How many shipments are judged at once, and how many one by one.
const MANY: usize = 1 << 16;
const SOME: usize = 2000;
/// How many shipments a batch of columns has, as in a file.
const BATCH: usize = 8192;
/// The digest of the first hundred thousand shipments.
const DIGEST: u64 = 0x7ccc_907c_f638_de60;

pub(crate) fn policy() -> CheckedPolicy {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/rare-earth-flat/policy.ukase"));
    check(&ukase::files::read_policy(path).unwrap()).0.unwrap()
}

/// The verdict of a shipment in the form of the digest: the rules whose own outcome it is.
fn verdict(judge: &Judge<'_>, standing: impl Iterator<Item = usize> + Clone) -> Verdict {
    let clauses = || standing.clone().map(|at| &judge.program().clauses[at]);
    let outcome = clauses().filter_map(|clause| clause.outcome).max().unwrap_or(0);
    let names = ["A18", "A56", "A57", "A62", "A61(1)", "A61(2)", "A61(3)", "DENY(user)", "DENY(use)", "CASE", "HUM"];
    let rule = |clause: usize| names.iter().position(|name| *name == judge.policy.clauses[clause].id).unwrap();
    let deciding = clauses().filter(|clause| clause.outcome == Some(outcome));
    (outcome as u8, deciding.map(|clause| 1 << rule(clause.clause)).sum())
}

/// The verdict of one of many shipments.
fn verdict_of(judge: &Judge<'_>, decisions: &Decisions, at: usize) -> Verdict {
    let conclusion = decisions.conclusions(at).next().unwrap();
    verdict(judge, decisions.clauses(conclusion.whole).iter().map(|at| *at as usize))
}

pub(crate) fn decisions() {
    let policy = policy();
    let judge = Judge::new(&policy, None);
    let (words, rows) = (Words::new(), flats(100_000));
    let columns: Vec<&str> = crate::workload::COLUMNS.trim_end().split(',').collect();
    let fields: Vec<Option<usize>> = columns.iter().map(|name| policy.records[0].field(name)).collect();
    let mut builder = Builder::new(&policy, Vec::new());
    let (mut texts, mut batches) = (Vec::new(), Vec::new());
    for (at, one) in rows.iter().enumerate() {
        let mut text = String::new();
        csv(&words, at + 1, one, &mut text);
        let row = builder.begin();
        for (field, cell) in fields.iter().zip(text.trim_end().split(',')) {
            let written = match cell {
                "true" | "false" => Written::Truth(cell == "true"),
                cell => Written::Text(cell),
            };
            let is_taken = match field {
                Some(field) => builder.state(row, *field, written),
                None => builder.id(row, written),
            };
            assert!(is_taken, "{cell}");
        }
        assert!(builder.end());
        texts.push(text);
        if builder.len() == BATCH || texts.len() == rows.len() {
            batches.push(builder.take());
        }
    }
    let found: Vec<Decisions> = batches.iter().map(|batch| judge.decide(batch, None, &[])).collect();
    let by_digest =
        |verdict: &dyn Fn(usize) -> Verdict| by_hand::digest((0..rows.len()).map(|at| (format!("S{:09}", at + 1), verdict(at))));
    assert_eq!(by_digest(&|at| by_hand::row(&rows[at])), DIGEST, "the program written by hand is wrong");
    assert_eq!(by_digest(&|at| verdict_of(&judge, &found[at / BATCH], at % BATCH)), DIGEST, "a verdict in columns is wrong");

    let json = |text: &str| {
        let cells = columns.iter().zip(text.trim_end().split(','));
        let members: Vec<String> =
            cells
                .map(|(name, cell)| {
                    if matches!(cell, "true" | "false") {
                        format!("\"{name}\": {cell}")
                    } else {
                        format!("\"{name}\": \"{cell}\"")
                    }
                })
                .collect();
        format!("{{{}}}", members.join(", "))
    };
    let facts: Vec<Facts> =
        texts[..SOME].iter().map(|text| load(&policy, &read_json(&json(text), SourceId(0), 0).unwrap()).unwrap()).collect();
    let mut decider = judge.decider(Vec::new());
    for (at, facts) in facts.iter().enumerate() {
        let decision = decider.decide(facts, None).unwrap();
        let found = verdict(&judge, decision.standing.iter().map(|(_, clause)| *clause));
        assert_eq!(found, by_hand::row(&rows[at]), "a single verdict is wrong");
    }
    // Once untimed: what stood between them has put its own data into the caches.
    let per = |count: usize, work: &mut dyn FnMut()| {
        work();
        timed(work).as_secs_f64() * 1e9 / count as f64
    };
    let [hand, one, traced] = in_turn(
        ROUNDS,
        [
            &mut || {
                per(20 * rows.len(), &mut || {
                    for _ in 0..20 {
                        rows.iter().for_each(|one| _ = black_box(by_hand::row(black_box(one))));
                    }
                })
            },
            &mut || {
                per(20 * SOME, &mut || {
                    for _ in 0..20 {
                        facts.iter().for_each(|facts| _ = black_box(decider.decide(black_box(facts), None)));
                    }
                })
            },
            &mut || per(SOME, &mut || facts.iter().for_each(|facts| _ = black_box(judge.judge(facts, None, Vec::new())))),
        ],
    );
    line("P1 one decision: verdict and clauses", &one, &hand, "ns");
    line("P2 one decision, its whole trace kept", &traced, &hand, "ns");

    let (many, table) = (by_hand::Columns::of(&rows[..MANY]), by_hand::table());
    let mut out: Vec<Verdict> = vec![(0, 0); MANY];
    many.judge(&table, &mut out);
    assert!(out.iter().zip(&rows).all(|(found, row)| *found == by_hand::row(row)), "the columns written by hand are wrong");
    let [hand, ours] = in_turn(
        ROUNDS,
        [
            &mut || {
                per(50 * MANY, &mut || {
                    for _ in 0..50 {
                        black_box(&many).judge(&table, &mut out);
                        black_box(&out);
                    }
                })
            },
            &mut || {
                per(MANY, &mut || {
                    batches[..MANY / BATCH].iter().for_each(|batch| _ = black_box(judge.decide(black_box(batch), None, &[])));
                })
            },
        ],
    );
    line("P3 columns in memory", &ours, &hand, "ns");
    assert_eq!(RULES.len(), judge.policy.clauses.len());
}
