//! What a careful programmer would write for these eleven rules and nothing else: rows, columns, files. No unknowns, no reasons.

use crate::workload::{COLUMNS, Flat, Words};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

pub(crate) const OUTCOMES: [&str; 6] = ["free", "notify", "licence", "case_by_case", "deny", "prohibit"];
pub(crate) const RULES: [&str; 11] =
    ["A18", "A56", "A57", "A62", "A61-1", "A61-2", "A61-3", "R-DENY-USER", "R-DENY-USE", "R-CASE", "EX-HUM"];

/// An outcome and the rules that decide, a bit each.
pub(crate) type Verdict = (u8, u16);

/// So many rows are judged at once in columns.
const AT_ONCE: usize = 1024;
const FIRST: [u16; 4] = [93, 281, 311, 334];
const SUSPENDED: std::ops::RangeInclusive<u16> = 310..=678;

/// The rules whose conditions hold, a bit each.
fn holding(one: &Flat) -> u16 {
    let code = |range: std::ops::Range<u8>| range.contains(&one.code);
    let from = |at: usize| one.day >= FIRST[at];
    let is_active = !SUSPENDED.contains(&one.day);
    let (out, abroad) = (one.departure == 0 && one.destination != 0, one.departure != 0 && one.destination != 0);
    let rules = [
        out && code(0..30) && from(0),
        out && code(30..55) && from(2) && is_active,
        out && code(55..70) && from(2) && is_active,
        one.departure == 0 && code(62..70) && from(1) && is_active,
        abroad && one.origin != 0 && code(20..45) && one.share >= 1000 && from(3) && is_active,
        abroad && code(0..45) && one.technology && from(3) && is_active,
        abroad && one.origin == 0 && code(0..45) && from(1) && is_active,
        one.kind == 1 || one.listed || one.ownership >= 5000,
        one.end_use < 3,
        (3..7).contains(&one.end_use),
        (1..4).contains(&one.purpose),
    ];
    rules.iter().enumerate().map(|(at, holds)| u16::from(*holds) << at).sum()
}

/// What follows from the rules that hold.
fn combined(holding: u16) -> Verdict {
    let (base, abroad, denied) = (holding & 0x7f, holding & 0x70, holding & 0x180);
    let is_triggered = holding & 0x71 != 0;
    match () {
        () if is_triggered && denied != 0 => (4, denied),
        () if is_triggered && abroad != 0 && holding & 0x400 != 0 => (1, 0x400),
        () if is_triggered && holding & 0x200 != 0 => (3, 0x200),
        () if base != 0 => (2, base),
        () => (0, 0),
    }
}

/// One shipment: most have a code that no rule asks about.
pub(crate) fn row(one: &Flat) -> Verdict {
    if one.code >= 70 {
        return (0, 0);
    }
    combined(holding(one))
}

/// Shipments as columns.
#[derive(Default)]
pub(crate) struct Columns {
    day: Vec<u16>,
    departure: Vec<u8>,
    origin: Vec<u8>,
    destination: Vec<u8>,
    code: Vec<u8>,
    share: Vec<u32>,
    technology: Vec<u8>,
    kind: Vec<u8>,
    listed: Vec<u8>,
    ownership: Vec<u16>,
    end_use: Vec<u8>,
    purpose: Vec<u8>,
}

impl Columns {
    pub(crate) fn of(rows: &[Flat]) -> Columns {
        let mut columns = Columns::default();
        for one in rows {
            columns.day.push(one.day);
            columns.departure.push(one.departure);
            columns.origin.push(one.origin);
            columns.destination.push(one.destination);
            columns.code.push(one.code);
            columns.share.push(one.share);
            columns.technology.push(one.technology.into());
            columns.kind.push(one.kind);
            columns.listed.push(one.listed.into());
            columns.ownership.push(one.ownership);
            columns.end_use.push(one.end_use);
            columns.purpose.push(one.purpose);
        }
        columns
    }

    /// The verdicts of all, so many at once that they stay in the cache.
    pub(crate) fn judge(&self, table: &[Verdict], out: &mut [Verdict]) {
        for (at, out) in out.chunks_mut(AT_ONCE).enumerate() {
            self.part(at * AT_ONCE, table, out);
        }
    }

    /// The verdicts of some: without a branch, so that the compiler takes many rows at once.
    fn part(&self, start: usize, table: &[Verdict], out: &mut [Verdict]) {
        let rows = start..start + out.len();
        let (day, departure, origin) = (&self.day[rows.clone()], &self.departure[rows.clone()], &self.origin[rows.clone()]);
        let (destination, code, share) = (&self.destination[rows.clone()], &self.code[rows.clone()], &self.share[rows.clone()]);
        let (technology, kind, listed) = (&self.technology[rows.clone()], &self.kind[rows.clone()], &self.listed[rows.clone()]);
        let (ownership, end_use, purpose) = (&self.ownership[rows.clone()], &self.end_use[rows.clone()], &self.purpose[rows]);
        let mut holding = [0u16; AT_ONCE];
        let bit = |holds: bool| u16::from(holds);
        for (at, holding) in holding[..out.len()].iter_mut().enumerate() {
            let active = bit(!(day[at] >= 310 && day[at] <= 678));
            let (home, away) = (bit(departure[at] == 0), bit(destination[at] != 0));
            let (out, abroad, own) = (home & away, (home ^ 1) & away, bit(origin[at] == 0));
            let (code, from) = (code[at], |first: u16| bit(day[at] >= first));
            let late = from(311) & active;
            *holding = (out & bit(code < 30) & from(93))
                | (out & bit(code.wrapping_sub(30) < 25) & late) << 1
                | (out & bit(code.wrapping_sub(55) < 15) & late) << 2
                | (home & bit(code.wrapping_sub(62) < 8) & from(281) & active) << 3
                | (abroad & (own ^ 1) & bit(code.wrapping_sub(20) < 25) & bit(share[at] >= 1000) & from(334) & active) << 4
                | (abroad & bit(code < 45) & u16::from(technology[at]) & from(334) & active) << 5
                | (abroad & own & bit(code < 45) & from(281) & active) << 6
                | (bit(kind[at] == 1) | u16::from(listed[at]) | bit(ownership[at] >= 5000)) << 7
                | bit(end_use[at] < 3) << 8
                | bit(end_use[at].wrapping_sub(3) < 4) << 9
                | bit(purpose[at].wrapping_sub(1) < 3) << 10;
        }
        out.iter_mut().zip(holding).for_each(|(out, holding)| *out = table[usize::from(holding) & 2047]);
    }
}

/// What follows from each set of rules that hold.
pub(crate) fn table() -> Vec<Verdict> {
    (0..2048).map(combined).collect()
}

// ---- files ------------------------------------------------------------------------------------------------------------------

/// How many places there are for words, and for days.
const SLOTS: usize = 4096;

/// The places of words: tables in which no two words meet, so that a look is enough. No other word is asked for.
pub(crate) struct Places {
    days: Vec<u16>,
    words: Vec<u16>,
    /// "military" is a kind and a use: uses are kept apart.
    uses: Vec<u16>,
    /// What words are multiplied with so that they do not meet.
    by: u64,
}

impl Places {
    pub(crate) fn new(words: &Words) -> Places {
        let of_words = words.countries.iter().copied().enumerate();
        let of_words = of_words.chain(words.codes.iter().map(String::as_str).enumerate());
        let of_words: Vec<(usize, &str)> =
            of_words.chain(words.kinds.iter().copied().enumerate()).chain(words.purposes.iter().copied().enumerate()).collect();
        let of_uses: Vec<(usize, &str)> = words.uses.iter().copied().enumerate().collect();
        let table = |by: u64, of: &[(usize, &str)]| {
            let mut slots = vec![u16::MAX; SLOTS];
            let is_free =
                of.iter().all(|(at, word)| std::mem::replace(&mut slots[slot(by, word.as_bytes())], *at as u16) == u16::MAX);
            is_free.then_some(slots)
        };
        let mut dice = (1..).map(|at: u64| at.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let found = dice.find_map(|by| Some((by, table(by, &of_words)?, table(by, &of_uses)?)));
        let (by, of_words, of_uses) = found.unwrap();
        let mut days = vec![0; SLOTS];
        words.days.iter().enumerate().for_each(|(at, day)| days[slot_of_day(day.as_bytes())] = at as u16);
        Places { days, words: of_words, uses: of_uses, by }
    }
}

fn slot(by: u64, word: &[u8]) -> usize {
    let ends = match (word.first_chunk::<4>(), word.last_chunk::<4>()) {
        (Some(first), Some(last)) => u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)),
        _ => word.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)),
    };
    ((ends ^ word.len() as u64).wrapping_mul(by) >> 40) as usize % SLOTS
}

/// Years of this decade, months, days.
fn slot_of_day(day: &[u8]) -> usize {
    let digit = |at: usize| usize::from(day[at] - b'0');
    (digit(3) % 4 * 512 + (digit(5) * 10 + digit(6)) * 32 + digit(8) * 10 + digit(9)) % SLOTS
}

fn scaled(text: &[u8], places: usize) -> u64 {
    let (mut value, mut behind) = (0, None);
    for byte in text {
        match byte {
            b'.' => behind = Some(0),
            digit => {
                value = value * 10 + u64::from(digit - b'0');
                behind = behind.map(|count: usize| count + 1);
            }
        }
    }
    value * 10u64.pow((places - behind.unwrap_or(0)) as u32)
}

/// A table in, verdicts out, with the usual library for tables.
pub(crate) fn csv(places: &Places, input: &Path, output: &Path) -> std::io::Result<()> {
    let mut lines = csv::ReaderBuilder::new().from_path(input)?;
    let mut out = BufWriter::with_capacity(1 << 20, File::create(output)?);
    out.write_all(b"id,verdict,rules\n")?;
    let mut cells = csv::ByteRecord::new();
    while lines.read_byte_record(&mut cells)? {
        let verdict = row(&flat(places, |at| &cells[at]));
        out.write_all(&cells[0])?;
        write_verdict(&mut out, verdict)?;
    }
    out.flush()
}

/// JSON lines in, verdicts out, with a scanner that knows where everything stands.
pub(crate) fn jsonl(places: &Places, input: &Path, output: &Path) -> std::io::Result<()> {
    let mut lines = BufReader::with_capacity(1 << 20, File::open(input)?);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(output)?);
    let names: Vec<&str> = COLUMNS.trim_end().split(',').collect();
    let (mut line, mut cells) = (Vec::new(), [(0, 0); 14]);
    while lines.read_until(b'\n', &mut line)? > 0 {
        let mut at = 1;
        for (cell, name) in cells.iter_mut().zip(&names) {
            at += name.len() + 3;
            let is_text = line[at] == b'"';
            let start = at + usize::from(is_text);
            let length = line[start..].iter().position(|byte| matches!(byte, b'"' | b',' | b'}')).unwrap_or(0);
            *cell = (start, start + length);
            at = start + length + usize::from(is_text) + 1;
        }
        let cell = |at: usize| &line[cells[at].0..cells[at].1];
        let verdict = row(&flat(places, cell));
        out.write_all(b"{\"id\":\"")?;
        out.write_all(cell(0))?;
        out.write_all(b"\",\"verdict\":\"")?;
        write_verdict(&mut out, verdict)?;
        line.clear();
    }
    out.flush()
}

fn flat<'c>(places: &Places, cell: impl Fn(usize) -> &'c [u8]) -> Flat {
    let word = |at: usize| places.words[slot(places.by, cell(at))];
    Flat {
        day: places.days[slot_of_day(cell(1))],
        departure: word(2) as u8,
        origin: word(3) as u8,
        destination: word(4) as u8,
        code: word(5) as u8,
        share: scaled(cell(6), 4) as u32,
        technology: cell(7) == b"true",
        kind: word(8) as u8,
        listed: cell(9) == b"true",
        ownership: scaled(cell(10), 2) as u16,
        end_use: places.uses[slot(places.by, cell(11))] as u8,
        purpose: word(12) as u8,
        cents: scaled(cell(13), 2),
    }
}

fn write_verdict(out: &mut impl Write, (outcome, rules): Verdict) -> std::io::Result<()> {
    out.write_all(b",")?;
    out.write_all(OUTCOMES[usize::from(outcome)].as_bytes())?;
    out.write_all(b",")?;
    let mut first = true;
    for (at, rule) in RULES.iter().enumerate().filter(|(at, _)| rules & (1 << at) != 0) {
        out.write_all(if first { b"" } else { b"+" })?;
        out.write_all(RULES[at].as_bytes())?;
        first = rule.is_empty();
    }
    out.write_all(b"\n")
}

/// The digest of verdicts: FNV-1a of `id|verdict|rules`, summed over all rows.
pub(crate) fn digest(verdicts: impl Iterator<Item = (String, Verdict)>) -> u64 {
    verdicts.fold(0u64, |sum, (id, (outcome, rules))| {
        let rules: Vec<&str> = (0..RULES.len()).filter(|at| rules & (1 << at) != 0).map(|at| RULES[at]).collect();
        let text = format!("{id}|{}|{}", OUTCOMES[usize::from(outcome)], rules.join("+"));
        let hash =
            text.bytes().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        sum.wrapping_add(hash)
    })
}
