//! What judging costs, as ratios to a program written by hand for the same rules, measured side by side in one run.
//!
//! `cargo bench` prints the table: one decision (P1), one decision with its whole trace kept (P2), growth with the number of
//! clauses (P6), loading (P7). Absolute times are one machine's on one day; only the ratios travel.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a bench is no library, and reads the clock"
)]

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};
use ukase::check::{CheckedPolicy, check};
use ukase::eval::Judge;
use ukase::facts::{Facts, load, read_json};
use ukase::source::{SourceId, Sources};

/// Rounds of each measurement; the median counts.
const ROUNDS: usize = 9;

fn median(mut run: impl FnMut() -> Duration) -> f64 {
    let mut found: Vec<Duration> = (0..ROUNDS).map(|_| run()).collect();
    found.sort();
    found[ROUNDS / 2].as_secs_f64() * 1e9
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// A small generator of numbers (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}

fn compiled(text: &str) -> CheckedPolicy {
    let (policy, diagnostics) = check(&Sources::of_text("bench.ukase", text));
    policy.unwrap_or_else(|| unreachable!("{diagnostics:#?}"))
}

fn loaded(policy: &CheckedPolicy, json: &str) -> Facts {
    load(policy, &read_json(json, SourceId(0), 0).unwrap()).unwrap()
}

// ---- eleven rules over flat shipments ---------------------------------------------------------------------------------------

fn code(at: u64) -> String {
    let letter = |base: u8, at: u64| (base + at as u8) as char;
    format!("{}{}{}.{}", 1 + at % 9, letter(b'A', (at / 9) % 5), 901 + (at * 7) % 60, letter(b'a', at % 4))
}

const COUNTRIES: [&str; 8] = ["CN", "DE", "US", "JP", "KR", "VN", "FR", "GB"];
const USES: [&str; 8] = ["wmd", "terrorism", "military", "logic_le_14nm", "automotive", "medical", "wind", "other"];
const PURPOSES: [&str; 4] = ["commercial", "emergency_medical", "public_health", "rnd"];

/// A shipment in the form that a hand-written program would take.
struct Flat {
    day: i32,
    departure: u8,
    origin: u8,
    destination: u8,
    code: u8,
    share: u32,
    technology: bool,
    military: bool,
    listed: bool,
    ownership: u32,
    end_use: u8,
    purpose: u8,
}

fn day(offset: i32) -> String {
    ukase::value::Date::parse("2025-01-01").unwrap().plus_days(offset.into()).to_string()
}

impl Flat {
    fn random(dice: &mut Dice) -> Flat {
        Flat {
            day: dice.roll(730) as i32,
            departure: if dice.roll(100) < 45 { 0 } else { 1 + dice.roll(7) as u8 },
            origin: if dice.roll(100) < 50 { 0 } else { 1 + dice.roll(7) as u8 },
            destination: if dice.roll(100) < 10 { 0 } else { 1 + dice.roll(7) as u8 },
            code: dice.roll(120) as u8,
            share: [1000, 999, 1001, 0, dice.roll(100_000) as u32][dice.roll(5) as usize],
            technology: dice.roll(100) < 20,
            military: dice.roll(100) < 8,
            listed: dice.roll(100) < 4,
            ownership: [5000, 4999, 0, dice.roll(10_000) as u32][dice.roll(4) as usize],
            end_use: dice.roll(8) as u8,
            purpose: if dice.roll(100) < 80 { 0 } else { 1 + dice.roll(3) as u8 },
        }
    }

    fn json(&self) -> String {
        let of = |names: &[&'static str], at: u8| names[at as usize];
        format!(
            "{{\"date\": \"{}\", \"departure\": \"{}\", \"origin\": \"{}\", \"destination\": \"{}\", \"item_code\": \"{}\", \"share\": \"{}.{:04}%\", \
             \"technology\": {}, \"military\": {}, \"listed\": {}, \"ownership\": \"{}.{:02}%\", \"end_use\": \"{}\", \"purpose\": \"{}\"}}",
            day(self.day),
            of(&COUNTRIES, self.departure),
            of(&COUNTRIES, self.origin),
            of(&COUNTRIES, self.destination),
            code(self.code.into()),
            self.share / 10_000,
            self.share % 10_000,
            self.technology,
            self.military,
            self.listed,
            self.ownership / 100,
            self.ownership % 100,
            of(&USES, self.end_use),
            of(&PURPOSES, self.purpose)
        )
    }

    /// The rules by hand: the strictest outcome.
    fn by_hand(&self) -> u8 {
        let suspended = (310..=678).contains(&self.day);
        let abroad = self.departure != 0 && self.destination != 0;
        let from_china = self.departure == 0 && self.destination != 0;
        let list_18 = self.code < 30;
        let a18 = from_china && list_18 && self.day >= 93;
        let a56 = from_china && (30..55).contains(&self.code) && self.day >= 311 && !suspended;
        let a57 = from_china && (55..70).contains(&self.code) && self.day >= 311 && !suspended;
        let a62 = self.departure == 0 && (62..70).contains(&self.code) && self.day >= 281 && !suspended;
        let a61_1 =
            abroad && self.origin != 0 && (20..45).contains(&self.code) && self.share >= 1000 && self.day >= 334 && !suspended;
        let a61_2 = abroad && self.code < 45 && self.technology && self.day >= 334 && !suspended;
        let a61_3 = abroad && self.origin == 0 && self.code < 45 && self.day >= 281 && !suspended;
        let a61 = a61_1 || a61_2 || a61_3;
        let trigger = a18 || a61;
        let deny = trigger && (self.military || self.listed || self.ownership >= 5000 || self.end_use < 3);
        let case = trigger && self.end_use == 3;
        let relief = a61 && (1..3).contains(&self.purpose) && !deny;
        match () {
            () if deny => 4,
            () if relief && !(a18 || a56 || a57 || a62) => 1,
            () if case && !relief => 3,
            () if a18 || a56 || a57 || a62 || a61 => 2,
            () => 0,
        }
    }
}

fn codes(range: std::ops::Range<u64>) -> String {
    range.map(code).collect::<Vec<_>>().join(", ")
}

fn flat_policy() -> CheckedPolicy {
    let lists: String =
        [("list_18", 0..30), ("list_56", 30..55), ("list_57", 55..70), ("techs", 62..70), ("part_2", 20..45), ("annex", 0..45)]
            .into_iter()
            .map(|(name, range)| format!("list {name} of code = {{{}}}\n", codes(range)))
            .collect();
    let late = [
        ("A56", "departure is CN and destination is not CN and item_code within list_56", "2025-11-08"),
        ("A57", "departure is CN and destination is not CN and item_code within list_57", "2025-11-08"),
        ("A62", "departure is CN and item_code within techs", "2025-10-09"),
        (
            "R1",
            "origin is not CN and departure is not CN and destination is not CN and item_code within part_2 and share >= 0.1%",
            "2025-12-01",
        ),
        ("R2", "departure is not CN and destination is not CN and item_code within annex and technology", "2025-12-01"),
        ("R3", "departure is not CN and origin is CN and destination is not CN and item_code within annex", "2025-10-09"),
    ];
    let mut clauses = String::from(
        "clause A18 \"a\"\n    from 2025-04-04\n    when departure is CN and destination is not CN and item_code within list_18\n    then licence\n",
    );
    for (id, when, from) in late {
        let _ = write!(clauses, "clause {id} \"a\"\n    from {from}\n    when {when}\n    then licence\n");
    }
    clauses.push_str(
        "clause DU \"user\" overrides A18, R1, R2, R3, CA when military or listed or ownership >= 50% then deny\n\
         clause DE \"use\" overrides A18, R1, R2, R3, CA when end_use in {wmd, terrorism, military} then deny\n\
         clause CA \"case\" overrides A18, R1, R2, R3 when end_use is logic_le_14nm then case_by_case\n\
         clause EX \"relief\" overrides R1, R2, R3 when purpose in {emergency_medical, public_health} then notify\n\
         instrument 2 \"suspension\" { published 2025-11-07 }\nsuspend 1/A56, 1/A57, 1/A62, 1/R1, 1/R2, 1/R3\n    from 2025-11-07\n    through 2026-11-10\n",
    );
    compiled(&format!(
        "policy flat \"f\"\nlanguage 1\noutcomes from loosest to strictest {{ free notify licence case_by_case deny }}\n\
         facts shipment {{ date date  departure country  origin country  destination country  item_code code  share percent  technology truth\n\
         \x20 military truth  listed truth  ownership percent  end_use end_use  purpose purpose }}\n\
         enum end_use {{ {} }}\nenum purpose {{ {} }}\n{lists}instrument 1 \"l\" {{ published 2025-01-01 }}\n{clauses}",
        USES.join(" "),
        PURPOSES.join(" ")
    ))
}

fn one_decision() {
    let policy = flat_policy();
    let judge = Judge::new(&policy, None);
    let mut dice = Dice(20_250_404);
    let shipments: Vec<Flat> = (0..1000).map(|_| Flat::random(&mut dice)).collect();
    let facts: Vec<Facts> = shipments.iter().map(|one| loaded(&policy, &one.json())).collect();
    let same = shipments.iter().zip(&facts).filter(|(flat, facts)| {
        let evaluation = judge.evaluate((*facts).clone(), None, Vec::new());
        judge.outcomes(&evaluation) == 1 << flat.by_hand()
    });
    println!("{} of 1000 verdicts are those of the program written by hand", same.count());
    let hand = median(|| {
        timed(|| {
            for _ in 0..100 {
                shipments.iter().for_each(|one| {
                    black_box(black_box(one).by_hand());
                });
            }
        })
    }) / 100_000.0;
    let verdict = median(|| {
        timed(|| {
            for one in &facts {
                let evaluation = judge.evaluate(one.clone(), None, Vec::new());
                black_box(judge.outcomes(&evaluation));
            }
        })
    }) / 1000.0;
    let trace = median(|| {
        timed(|| {
            for one in &facts {
                black_box(judge.judge(one.clone(), None, Vec::new()));
            }
        })
    }) / 1000.0;
    println!("hand-written rows                {hand:10.1} ns a decision");
    println!("P1 verdict                       {verdict:10.1} ns   {:8.0} x hand-written", verdict / hand);
    println!("P2 verdict with its whole trace  {trace:10.1} ns   {:8.0} x hand-written", trace / hand);
}

// ---- growth and loading -------------------------------------------------------------------------------------------------------

fn grown_policy(clauses: u64) -> String {
    let mut dice = Dice(0xC0FFEE + clauses);
    let mut text = String::from(
        "policy grown \"g\"\nlanguage 1\noutcomes from loosest to strictest { free notify licence case_by_case deny }\n\
         facts shipment { date date  code code  value decimal }\ninstrument 1 \"l\" { published 2024-01-01 }\n",
    );
    for at in 0..clauses {
        let codes: Vec<String> = (0..8).map(|_| format!("\"G{:06}\"", dice.roll(2 * clauses))).collect();
        let outcome = ["licence", "case_by_case", "deny", "notify"][(at % 4) as usize];
        let (value, from) = (1 + dice.roll(4999), day(dice.roll(365) as i32));
        let codes = codes.iter().enumerate().filter(|(place, code)| codes[..*place].iter().all(|other| other != *code));
        let codes = codes.map(|(_, code)| code.as_str()).collect::<Vec<_>>().join(", ");
        let _ = write!(
            text,
            "clause C{at} \"c\"\n    from {from}\n    when code in {{{codes}}} and value >= {value}\n    then {outcome}\n"
        );
    }
    text
}

fn growth_and_loading() {
    let mut base = 0.0;
    println!("{:>10} {:>18} {:>12} {:>18} {:>14}", "clauses", "P6 ns a decision", "x of ten", "P7 loading, ms", "us a clause");
    for clauses in [10, 100, 1000, 10_000] {
        let text = grown_policy(clauses);
        let rounds = if clauses > 1000 { 3 } else { ROUNDS };
        let mut loading: Vec<Duration> = (0..rounds)
            .map(|_| {
                timed(|| {
                    let policy = compiled(&text);
                    black_box(Judge::new(&policy, None).program().nodes.len());
                })
            })
            .collect();
        loading.sort();
        let loading = loading[rounds / 2].as_secs_f64();
        let policy = compiled(&text);
        let judge = Judge::new(&policy, None);
        let mut dice = Dice(7);
        let facts: Vec<Facts> = (0..50)
            .map(|_| {
                let json = format!(
                    "{{\"date\": \"{}\", \"code\": \"G{:06}\", \"value\": {}}}",
                    day(dice.roll(730) as i32),
                    dice.roll(2 * clauses),
                    dice.roll(10_000)
                );
                loaded(&policy, &json)
            })
            .collect();
        let decision = median(|| {
            timed(|| {
                for one in &facts {
                    let evaluation = judge.evaluate(one.clone(), None, Vec::new());
                    black_box(judge.outcomes(&evaluation));
                }
            })
        }) / 50.0;
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
        timed(|| {
            black_box(ukase::compile(&flagship).1.len());
        })
    }) / 1e6;
    println!("P7 the flagship with all its examples, checked: {checked:.1} ms");
}

fn main() {
    one_decision();
    growth_and_loading();
}
