//! Random policies and facts, small enough to enumerate every way in which they can turn out.
//!
//! A policy exists twice: as a tree for `reference.rs`, which shares no code with the interpreter, and as text for the interpreter.

use std::fmt::Write;

/// A small generator of numbers (splitmix64), so that a seed is a test case.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())]
    }
}

pub const OUTCOMES: [&str; 4] = ["free", "notify", "licence", "deny"];
pub const KINDS: [&str; 3] = ["metal", "oxide", "magnet"];
pub const COUNTRIES: [&str; 4] = ["CN", "JP", "US", "DE"];
pub const CODES: [&str; 5] = ["1A1", "1A1.a", "1A1.a.1", "1A1.b", "2B2"];
/// Days that calendars begin and end on.
pub const DAYS: [&str; 4] = ["2025-04-04", "2025-10-09", "2025-11-07", "2026-11-10"];

/// A condition.
#[derive(Debug, Clone)]
pub enum Formula {
    Not(Box<Formula>),
    And(Vec<Formula>),
    Or(Vec<Formula>),
    Implies(Box<Formula>, Box<Formula>),
    Truth(usize),
    Kind(Vec<usize>),
    /// The shipment's share is at least so many per cent.
    Share(i64),
    ShareBelow(i64),
    Dest(Vec<usize>),
    Reading(usize),
    /// Of the item that a clause or quantifier speaks of.
    ItemFlag,
    ItemCode(usize),
    ItemShare(i64),
    /// The item's share is at most the shipment's.
    ItemBelowShipment,
    AnyItem(Box<Formula>),
    AllItems(Box<Formula>),
    NoItem(Box<Formula>),
    /// The values of the flagged items add up to so much.
    SumFlagged(i64),
    CountFlagged(i64),
}

#[derive(Debug, Clone)]
pub struct Clause {
    pub each: bool,
    pub when: Formula,
    pub outcome: usize,
    /// Later clauses that it overrides, perhaps under a reading only.
    pub overrides: Vec<(usize, Option<usize>)>,
    /// Places in `DAYS`.
    pub from: usize,
    pub before: Option<usize>,
    /// From and before, as places in `DAYS`.
    pub suspended: Option<(usize, usize)>,
}

#[derive(Debug, Clone)]
pub struct Policy {
    pub clauses: Vec<Clause>,
}

/// An item of which some things are known.
#[derive(Debug, Clone, Default)]
pub struct PartItem {
    pub flag: Option<bool>,
    pub code: Option<usize>,
    pub value: Option<i64>,
    pub share: Option<i64>,
}

/// A shipment of which some things are known. Shares are in half per cents, values in dollars, days as offsets from a boundary.
#[derive(Debug, Clone, Default)]
pub struct Part {
    pub truths: [Option<bool>; 3],
    pub kind: Option<usize>,
    pub share: Option<i64>,
    pub dest: Option<usize>,
    pub items: Vec<PartItem>,
    /// The list is complete.
    pub closed: bool,
    /// The day: a place in `DAYS` and -1, 0 or 1.
    pub day: Option<(usize, i64)>,
}

impl Formula {
    fn random(dice: &mut Dice, depth: usize, item: bool) -> Formula {
        if depth > 0 && dice.chance(60) {
            let inner = |dice: &mut Dice| Formula::random(dice, depth - 1, item);
            let count = 2 + dice.roll(2);
            return match dice.roll(5) {
                0 => Formula::Not(Box::new(inner(dice))),
                1 | 2 => Formula::And((0..count).map(|_| inner(dice)).collect()),
                3 => Formula::Or((0..count).map(|_| inner(dice)).collect()),
                _ => Formula::Implies(Box::new(inner(dice)), Box::new(inner(dice))),
            };
        }
        Formula::atom(dice, item)
    }

    fn atom(dice: &mut Dice, item: bool) -> Formula {
        if item && dice.chance(50) {
            return match dice.roll(4) {
                0 => Formula::ItemFlag,
                1 => Formula::ItemCode(dice.roll(CODES.len())),
                2 => Formula::ItemShare(dice.pick(&[10, 25, 50])),
                _ => Formula::ItemBelowShipment,
            };
        }
        match dice.roll(10) {
            0..=2 => Formula::Truth(dice.roll(3)),
            3 => Formula::Kind((0..1 + dice.roll(2)).map(|_| dice.roll(KINDS.len())).collect()),
            4 => Formula::Share(dice.pick(&[10, 25, 50])),
            5 => Formula::ShareBelow(dice.pick(&[10, 25, 50])),
            6 => Formula::Dest((0..1 + dice.roll(2)).map(|_| dice.roll(3)).collect()),
            7 => Formula::Reading(dice.roll(2)),
            _ if item => Formula::ItemFlag,
            8 => {
                let inner = Box::new(Formula::item_atom(dice));
                match dice.roll(3) {
                    0 => Formula::AnyItem(inner),
                    1 => Formula::AllItems(inner),
                    _ => Formula::NoItem(inner),
                }
            }
            _ => match dice.roll(2) {
                0 => Formula::SumFlagged(dice.pick(&[100, 200])),
                _ => Formula::CountFlagged(dice.pick(&[1, 2])),
            },
        }
    }

    fn item_atom(dice: &mut Dice) -> Formula {
        match dice.roll(3) {
            0 => Formula::ItemFlag,
            1 => Formula::ItemCode(dice.roll(CODES.len())),
            _ => Formula::And(vec![Formula::ItemFlag, Formula::ItemShare(dice.pick(&[10, 50]))]),
        }
    }

    /// The formula in the language.
    pub fn text(&self, item: &str) -> String {
        let many = |parts: &[Formula], word: &str| {
            let parts: Vec<String> = parts.iter().map(|part| part.text(item)).collect();
            format!("({})", parts.join(word))
        };
        match self {
            Formula::Not(inner) => format!("not {}", inner.text(item)),
            Formula::And(parts) => many(parts, " and "),
            Formula::Or(parts) => many(parts, " or "),
            Formula::Implies(a, b) => format!("({} implies {})", a.text(item), b.text(item)),
            Formula::Truth(at) => ["a", "b", "c"][*at].to_string(),
            Formula::Kind(kinds) => format!("kind in {{{}}}", kinds.iter().map(|at| KINDS[*at]).collect::<Vec<_>>().join(", ")),
            Formula::Share(percent) => format!("share >= {percent}%"),
            Formula::ShareBelow(percent) => format!("share < {percent}%"),
            Formula::Dest(places) => {
                format!("dest in {{{}}}", places.iter().map(|at| COUNTRIES[*at]).collect::<Vec<_>>().join(", "))
            }
            Formula::Reading(at) => format!("under reading q.r{at}"),
            Formula::ItemFlag => format!("{item}.flag"),
            Formula::ItemCode(at) => format!("{item}.code within {}", CODES[*at]),
            Formula::ItemShare(percent) => format!("{item}.share >= {percent}%"),
            Formula::ItemBelowShipment => format!("{item}.share <= share"),
            Formula::AnyItem(inner) => format!("(any one in items satisfies {})", inner.text("one")),
            Formula::AllItems(inner) => format!("(all one in items satisfies {})", inner.text("one")),
            Formula::NoItem(inner) => format!("(no one in items satisfies {})", inner.text("one")),
            Formula::SumFlagged(line) => format!("(sum of one.value for one in items where one.flag) >= {line} USD"),
            Formula::CountFlagged(line) => format!("(count of one in items where one.flag) >= {line}"),
        }
    }
}

impl Policy {
    pub fn random(dice: &mut Dice) -> Policy {
        let count = 1 + dice.roll(4);
        let each: Vec<bool> = (0..count).map(|_| dice.chance(40)).collect();
        let clause = |dice: &mut Dice, at: usize| {
            let from = dice.roll(2);
            let mut overrides = Vec::new();
            for later in at + 1..count {
                if (!each[at] || each[later]) && dice.chance(45) {
                    overrides.push((later, dice.chance(25).then(|| dice.roll(2))));
                }
            }
            Clause {
                each: each[at],
                when: Formula::random(dice, 2, each[at]),
                outcome: 1 + dice.roll(OUTCOMES.len() - 1),
                overrides,
                from,
                before: dice.chance(20).then(|| from + 1 + dice.roll(DAYS.len() - from - 1)),
                suspended: dice.chance(30).then_some((2, 3)),
            }
        };
        Policy { clauses: (0..count).map(|at| clause(dice, at)).collect() }
    }

    /// The policy as text; `order` is the order in which its clauses are written.
    pub fn text(&self, order: &[usize]) -> String {
        let mut out = String::from(
            "policy random \"a random policy\"\nlanguage 1\noutcomes from loosest to strictest { free notify licence deny }\n\
             facts shipment {\n    date date\n    a truth\n    b truth\n    c truth\n    kind kind\n    share percent\n    dest country\n\
             \x20   items list of item\n}\nrecord item { flag truth   code code   value money   share percent }\n\
             enum kind { metal oxide magnet }\nquestion q \"how?\"\n    reading r0\n    reading r1\n\
             instrument 1 \"a law\" { published 2025-01-01 }\n",
        );
        for at in order {
            let clause = &self.clauses[*at];
            let _ = write!(out, "clause C{at} \"clause {at}\"\n    from {}\n", DAYS[clause.from]);
            if let Some(before) = clause.before {
                let _ = writeln!(out, "    before {}", DAYS[before]);
            }
            if clause.each {
                let _ = writeln!(out, "    each item in items");
            }
            let overrides: Vec<String> = clause
                .overrides
                .iter()
                .map(|(later, reading)| {
                    format!("C{later}{}", reading.map_or(String::new(), |at| format!(" under reading q.r{at}")))
                })
                .collect();
            if !overrides.is_empty() {
                let _ = writeln!(out, "    overrides {}", overrides.join(", and "));
            }
            let _ = write!(out, "    when {}\n    then {}\n", clause.when.text("item"), OUTCOMES[clause.outcome]);
        }
        out.push_str("instrument 2 \"a later law\" { published 2025-01-01 }\n");
        for at in order {
            if let Some((from, before)) = self.clauses[*at].suspended {
                let _ = writeln!(out, "suspend 1/C{at}\n    from {}\n    before {}", DAYS[from], DAYS[before]);
            }
        }
        out
    }
}

/// A boundary day and its neighbours, as text.
pub fn day_text(day: (usize, i64)) -> String {
    let date = ukase::value::Date::parse(DAYS[day.0]).expect("a day of the list");
    date.plus_days(day.1).to_string()
}

impl Part {
    pub fn random(dice: &mut Dice) -> Part {
        let known = 75;
        let items = dice.roll(3);
        Part {
            truths: std::array::from_fn(|_| dice.chance(known).then(|| dice.chance(50))),
            kind: dice.chance(known).then(|| dice.roll(KINDS.len())),
            share: dice.chance(known).then(|| dice.pick(&[0, 19, 20, 21, 49, 50, 51, 99, 100, 101, 200])),
            dest: dice.chance(known).then(|| dice.roll(COUNTRIES.len())),
            items: (0..items)
                .map(|_| PartItem {
                    flag: dice.chance(known).then(|| dice.chance(50)),
                    code: dice.chance(88).then(|| dice.roll(CODES.len())),
                    value: dice.chance(88).then(|| 10 * dice.roll(21) as i64),
                    share: dice.chance(known).then(|| dice.pick(&[0, 19, 20, 49, 50, 99, 100, 200])),
                })
                .collect(),
            closed: dice.chance(85),
            day: dice.chance(85).then(|| (dice.roll(DAYS.len()), dice.roll(3) as i64 - 1)),
        }
    }

    /// The facts as JSON.
    pub fn json(&self) -> String {
        let mut fields: Vec<String> = Vec::new();
        fields.extend(self.day.map(|day| format!("\"date\": \"{}\"", day_text(day))));
        for (at, name) in ["a", "b", "c"].iter().enumerate() {
            fields.extend(self.truths[at].map(|value| format!("\"{name}\": {value}")));
        }
        fields.extend(self.kind.map(|at| format!("\"kind\": \"{}\"", KINDS[at])));
        fields.extend(self.share.map(|half| format!("\"share\": \"{}%\"", half as f64 / 2.0)));
        fields.extend(self.dest.map(|at| format!("\"dest\": \"{}\"", COUNTRIES[at])));
        let mut items: Vec<String> = self.items.iter().map(PartItem::json).collect();
        if !self.closed && !self.items.is_empty() {
            items.push("\"…\"".into());
        }
        if self.closed || !self.items.is_empty() {
            fields.push(format!("\"items\": [{}]", items.join(", ")));
        }
        format!("{{{}}}", fields.join(", "))
    }
}

impl PartItem {
    fn json(&self) -> String {
        let mut fields: Vec<String> = Vec::new();
        fields.extend(self.flag.map(|value| format!("\"flag\": {value}")));
        fields.extend(self.code.map(|at| format!("\"code\": \"{}\"", CODES[at])));
        fields.extend(self.value.map(|value| format!("\"value\": \"{value} USD\"")));
        fields.extend(self.share.map(|half| format!("\"share\": \"{}%\"", half as f64 / 2.0)));
        format!("{{{}}}", fields.join(", "))
    }
}
