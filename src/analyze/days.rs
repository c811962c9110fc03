//! The verdict of one shipment as a function of the day: intervals that cover every day, and what begins each.
//!
//! Between two neighbouring days that the policy or the facts name nothing can change, so that only these days and the days after
//! them are judged.

use crate::check::Type;
use crate::eval::{Judge, Possible, Verdict};
use crate::facts::{Cell, Facts, Place};
use crate::program::{Node, NodeId, Op, Program};
use crate::side_by_side::side_by_side;
use crate::value::{Date, Value};
use std::collections::BTreeSet;

/// Where a policy computes with days (`date + 12 months`), each day is judged from so many days before the first that it names …
const DAYS_BEFORE: i64 = 400;
/// … to so many after the last.
const DAYS_AFTER: i64 = 4_000;

/// Days in a row with the same verdict for the same reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub through: Date,
    /// The outcomes that remain possible.
    pub possible: Possible,
    /// The clauses that stand and have an outcome that remains possible.
    pub by: Vec<String>,
    /// The clauses that may stand with such an outcome.
    pub perhaps_by: Vec<String>,
    /// What happens on its first day.
    pub event: Option<String>,
}

/// The intervals of a shipment, from the first day of the calendar to the last, without a gap.
///
/// ```
/// use ukase::{analyze::intervals, check::check, eval::Judge, facts::{load, read_json}, source::{SourceId, Sources}};
/// let text = r#"
/// policy tiny "A tiny policy"
/// language 1
/// outcomes from loosest to strictest { free licence }
/// facts shipment { date date   destination country }
/// instrument 1 "A law" { published 2025-01-01 }
/// clause I "To the far north"
///     from     2025-03-01
///     through  2025-03-31
///     when     destination is IS
///     then     licence
/// "#;
/// let (policy, _) = check(&Sources::of_text("tiny.ukase", text.trim()));
/// let policy = policy.unwrap();
/// let facts = load(&policy, &read_json(r#"{"destination": "IS"}"#, SourceId(0), 0).unwrap()).unwrap();
/// let found = intervals(&Judge::new(&policy, None), &facts, &[]);
/// assert_eq!(found.iter().map(|one| one.from.to_string()).collect::<Vec<_>>(), ["0001-01-01", "2025-03-01", "2025-04-01"]);
/// assert_eq!(found[1].by, ["1/I"]);
/// ```
pub fn intervals(judge: &Judge<'_>, facts: &Facts, readings: &[Option<usize>]) -> Vec<Interval> {
    let days: Vec<Date> = turning_days(judge, facts).into_iter().collect();
    let judged = side_by_side(days.len(), |at| interval(judge, facts, readings, days[at]));
    let mut found: Vec<Interval> = Vec::new();
    for next in judged {
        match found.last_mut() {
            Some(last) if last.is_alike(&next) => {}
            Some(last) => {
                last.through = next.from.plus_days(-1);
                let event = event(judge.program(), last, &next);
                found.push(Interval { event, ..next });
            }
            None => found.push(next),
        }
    }
    found
}

fn interval(judge: &Judge<'_>, facts: &Facts, readings: &[Option<usize>], day: Date) -> Interval {
    let judgement = judge.judge(facts, Some(day), readings.to_vec());
    let verdict = &judgement.verdict;
    let (by, perhaps_by) = standing(judge, verdict);
    Interval { from: day, through: Date::LAST, possible: verdict.possible, by, perhaps_by, event: None }
}

impl Interval {
    fn is_alike(&self, other: &Interval) -> bool {
        (self.possible, &self.by, &self.perhaps_by) == (other.possible, &other.by, &other.perhaps_by)
    }

    fn clauses(&self) -> impl Iterator<Item = &String> {
        self.by.iter().chain(&self.perhaps_by)
    }
}

/// The names of the clauses that decide, and of those that may.
fn standing(judge: &Judge<'_>, verdict: &Verdict) -> (Vec<String>, Vec<String>) {
    let names = |clauses: Vec<usize>| clauses.into_iter().map(|clause| judge.policy.clause_name(clause)).collect();
    let (certain, perhaps) = verdict.deciding(judge.program());
    (names(certain), names(perhaps))
}

/// What happens to the clauses that come or go.
fn event(program: &Program, before: &Interval, after: &Interval) -> Option<String> {
    let concerned = |what: &str| before.clauses().chain(after.clauses()).any(|name| what.split(' ').any(|word| word == name));
    let events = program.clauses.iter().flat_map(|clause| &clause.calendar.events);
    let words: BTreeSet<&str> =
        events.filter(|(day, what)| *day == after.from && concerned(what)).map(|(_, what)| what.as_str()).collect();
    (!words.is_empty()).then(|| words.into_iter().collect::<Vec<_>>().join("; "))
}

/// Every day on which something may change, the first day of the calendar among them.
fn turning_days(judge: &Judge<'_>, facts: &Facts) -> BTreeSet<Date> {
    let program = judge.program();
    let mut named: BTreeSet<Date> = program.nodes.iter().flat_map(constants).collect();
    for (record, of) in judge.policy.records.iter().enumerate() {
        for (field, _) in of.fields.iter().enumerate().filter(|(_, field)| field.ty == Type::Date) {
            for row in 0..facts.rows(record) as u32 {
                if let Cell::Given(Value::Date(day)) | Cell::Assumed(Value::Date(day)) = facts.cell(Place { record, row, field })
                {
                    named.insert(*day);
                }
            }
        }
    }
    let mut days: BTreeSet<Date> = named.iter().flat_map(|day| [*day, day.plus_days(1)]).collect();
    let is_computed = program.nodes.iter().any(|node| computes_with_days(judge, node));
    if let (true, Some(first), Some(last)) = (is_computed, named.iter().find(|day| **day > Date::FIRST), named.last()) {
        let (first, last) = (first.plus_days(-DAYS_BEFORE), last.plus_days(DAYS_AFTER));
        days.extend((0..).map(|more| first.plus_days(more)).take_while(|day| *day <= last));
    }
    days.insert(Date::FIRST);
    days
}

fn constants(node: &Node) -> Vec<Date> {
    let date = |value: &Value| match value {
        Value::Date(day) => Some(*day),
        _ => None,
    };
    match &node.op {
        Op::Constant(value) => date(value).into_iter().collect(),
        Op::OneOf(_, values) => values.iter().filter_map(date).collect(),
        _ => Vec::new(),
    }
}

/// Sums, differences and functions of days have borders that no constant names.
fn computes_with_days(judge: &Judge<'_>, node: &Node) -> bool {
    match &node.op {
        Op::Plus(a, b) | Op::Minus(a, b) => is_day(judge, *a) || is_day(judge, *b),
        Op::Function(_, parts) => parts.iter().any(|part| is_day(judge, *part)),
        _ => false,
    }
}

fn is_day(judge: &Judge<'_>, node: NodeId) -> bool {
    let program = judge.program();
    let one = &program.nodes[node as usize];
    match &one.op {
        Op::Day | Op::Constant(Value::Date(_)) => true,
        Op::Cell(field) => judge.policy.records[program.record_of(one.scope)].fields[*field].ty == Type::Date,
        Op::Follow(_, inner) | Op::Outer(inner) | Op::Element(inner) | Op::Root(inner) => is_day(judge, *inner),
        Op::Plus(inner, _) | Op::Minus(inner, _) | Op::If(_, inner, _) => is_day(judge, *inner),
        _ => false,
    }
}
