//! The workload `rare-earth-flat`: flat shipments by the million, the same for every program that is measured on it.

use std::fmt::Write;

pub(crate) const SEED: u64 = 20_250_404;

const COUNTRIES: &str =
    "CN DE US JP KR TW FR NL GB IT VN IN MY TH SG HK AU CA MX BR PL CZ SE FI NO CH AT BE ES PT TR IL AE SA ZA ID PH HU RO DK";
const KINDS: &str = "civil military research distributor";
const USES: &str =
    "wmd terrorism military logic_le_14nm memory_ge_256l semi_equipment military_ai automotive medical consumer wind other";
const PURPOSES: &str = "commercial emergency_medical public_health disaster_relief rnd";

/// A generator of numbers (splitmix64).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One of the numbers below `sides`.
    pub(crate) fn below(&mut self, sides: u64) -> u64 {
        ((self.next() >> 32) * sides) >> 32
    }
}

/// So many days after 2025-01-01.
pub(crate) fn day(offset: i32) -> String {
    ukase::value::Date::parse("2025-01-01").unwrap().plus_days(offset.into()).to_string()
}

/// The words that fields hold, each by its place.
pub(crate) struct Words {
    pub(crate) days: Vec<String>,
    pub(crate) countries: Vec<&'static str>,
    pub(crate) codes: Vec<String>,
    pub(crate) kinds: Vec<&'static str>,
    pub(crate) uses: Vec<&'static str>,
    pub(crate) purposes: Vec<&'static str>,
}

impl Words {
    pub(crate) fn new() -> Words {
        let letter = |base: u8, at: usize| char::from(base + at as u8);
        let code =
            |at: usize| format!("{}{}{}.{}", 1 + at % 9, letter(b'A', (at / 9) % 5), 901 + (at * 7) % 60, letter(b'a', at % 4));
        Words {
            days: (0..730).map(day).collect(),
            countries: COUNTRIES.split(' ').collect(),
            codes: (0..120).map(code).collect(),
            kinds: KINDS.split(' ').collect(),
            uses: USES.split(' ').collect(),
            purposes: PURPOSES.split(' ').collect(),
        }
    }
}

/// A shipment as a program written by hand for it would have it: places of words, shares in ten thousandths and hundredths of a percent.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Flat {
    pub(crate) day: u16,
    pub(crate) departure: u8,
    pub(crate) origin: u8,
    pub(crate) destination: u8,
    pub(crate) code: u8,
    pub(crate) share: u32,
    pub(crate) technology: bool,
    pub(crate) kind: u8,
    pub(crate) listed: bool,
    pub(crate) ownership: u16,
    pub(crate) end_use: u8,
    pub(crate) purpose: u8,
    pub(crate) cents: u64,
}

/// How often each of several values is drawn, in percent.
fn weighed(of: u64, weights: &[(u64, u64)]) -> u64 {
    let mut sum = 0;
    let found = weights.iter().find(|(weight, _)| {
        sum += weight;
        of < sum
    });
    found.map_or(0, |(_, value)| *value)
}

/// Marks a value that is drawn evenly in the place of a fixed one.
const EVENLY: u64 = u64::MAX;
const EVENLY_WHOLE: u64 = u64::MAX - 1;

impl Flat {
    pub(crate) fn draw(dice: &mut Dice) -> Flat {
        let day = dice.below(730) as u16;
        let mut country = |chinese: u64| {
            let (chance, other) = (dice.below(100), dice.below(39));
            if chance < chinese { 0 } else { 1 + other as u8 }
        };
        let (departure, origin, destination) = (country(45), country(50), country(10));
        let code = dice.below(120) as u8;
        let (chance, even) = (dice.below(100), dice.below(1_000_001));
        let share = [(30, 1000), (5, 999), (5, 1001), (3, 990), (3, 1100), (20, 0), (14, EVENLY), (20, EVENLY_WHOLE)];
        let share = match weighed(chance, &share) {
            EVENLY => even / 100,
            EVENLY_WHOLE => even / 100 * 100,
            share => share,
        };
        let technology = dice.below(100) < 20;
        let kind = weighed(dice.below(100), &[(60, 0), (8, 1), (12, 2), (20, 3)]) as u8;
        let listed = dice.below(100) < 4;
        let (chance, even) = (dice.below(100), dice.below(10_001));
        let ownership = match weighed(chance, &[(20, 5000), (5, 4999), (5, 5001), (5, 4990), (45, 0), (20, EVENLY)]) {
            EVENLY => even,
            ownership => ownership,
        };
        let uses = [(1, 0), (1, 1), (3, 2), (5, 3), (4, 4), (8, 5), (3, 6), (15, 7), (10, 8), (20, 9), (8, 10), (22, 11)];
        let end_use = weighed(dice.below(100), &uses) as u8;
        let purpose = weighed(dice.below(100), &[(80, 0), (5, 1), (5, 2), (4, 3), (6, 4)]) as u8;
        let cents = 100 + dice.next() % 100_000_000;
        let (share, ownership) = (share as u32, ownership as u16);
        Flat { day, departure, origin, destination, code, share, technology, kind, listed, ownership, end_use, purpose, cents }
    }
}

/// So many shipments.
pub(crate) fn flats(count: usize) -> Vec<Flat> {
    let mut dice = Dice::new(SEED);
    (0..count).map(|_| Flat::draw(&mut dice)).collect()
}

/// The heads of the columns.
pub(crate) const COLUMNS: &str = "id,date,departure,origin,destination,item_code,cn_content_share,cn_technology,end_user_kind,end_user_listed,end_user_listed_ownership,end_use,purpose,value_usd\n";

/// A shipment as a line of a table.
pub(crate) fn csv(words: &Words, number: usize, flat: &Flat, out: &mut String) {
    let countries = [flat.departure, flat.origin, flat.destination].map(|at| words.countries[usize::from(at)]);
    let _ = writeln!(
        out,
        "S{number:09},{},{},{},{},{},{},{},{},{},{},{},{},{}",
        words.days[usize::from(flat.day)],
        countries[0],
        countries[1],
        countries[2],
        words.codes[usize::from(flat.code)],
        decimal(flat.share.into(), 4),
        flat.technology,
        words.kinds[usize::from(flat.kind)],
        flat.listed,
        decimal(flat.ownership.into(), 2),
        words.uses[usize::from(flat.end_use)],
        words.purposes[usize::from(flat.purpose)],
        decimal(flat.cents, 2)
    );
}

/// A shipment as a line of JSON.
pub(crate) fn jsonl(words: &Words, number: usize, flat: &Flat, out: &mut String) {
    let mut line = String::new();
    csv(words, number, flat, &mut line);
    let is_text = |name: &str| {
        !matches!(name, "cn_content_share" | "cn_technology" | "end_user_listed" | "end_user_listed_ownership" | "value_usd")
    };
    let cells = COLUMNS.trim_end().split(',').zip(line.trim_end().split(','));
    let members: Vec<String> = cells
        .map(|(name, cell)| if is_text(name) { format!("\"{name}\":\"{cell}\"") } else { format!("\"{name}\":{cell}") })
        .collect();
    let _ = writeln!(out, "{{{}}}", members.join(","));
}

/// An amount of so many places, without zeros that say nothing.
fn decimal(amount: u64, places: usize) -> String {
    let digits = format!("{amount:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { whole.to_string() } else { format!("{whole}.{fraction}") }
}
