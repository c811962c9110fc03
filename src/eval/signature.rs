//! What of a shipment a policy can tell apart from others, in a few numbers: shipments with the same signature have the same verdict.
//!
//! The constants of a policy cut the values of each fact into regions (`regions.rs`), and no test tells two values of one region apart. A
//! value that is calculated with, compared with another fact, or known only in part stands for itself; a fact that nothing asks about has no
//! part in the signature.

use super::judge::Judge;
use super::reading::Reading;
use crate::check::{CheckedPolicy, FieldId, Inherits, RecordId, Type};
use crate::facts::{Cell, Facts, Origin, Place};
use crate::program::{NodeId, Op, Program};
use crate::value::{Date, Truth, Value};
use std::collections::{BTreeSet, HashMap};

/// A signature: equal for shipments that have the same verdict, clauses, needs and duties.
pub type Signature = Vec<u32>;

/// How much of a fact has a part in the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Nothing asks about it.
    None,
    /// Its region.
    Region,
    /// The value itself.
    Whole,
}

/// Makes signatures for a judge.
pub struct Signatures<'j> {
    judge: &'j Judge<'j>,
    /// By record and field.
    parts: Vec<Vec<Part>>,
    /// The days that the program tells from those before and after; none: it tells every day from others.
    days: Option<Vec<Date>>,
    /// A number for every value that came up, by record and field; values of one region have the same.
    values: HashMap<(RecordId, FieldId), HashMap<Value, u32>>,
    /// A number for every region that came up.
    regions: HashMap<(RecordId, FieldId, Vec<Truth>), u32>,
    next: u32,
    /// How many values have a number.
    size: usize,
}

impl<'j> Signatures<'j> {
    /// Reads what a judge's program asks about.
    pub fn new(judge: &'j Judge<'j>) -> Signatures<'j> {
        let (policy, program) = (judge.policy, judge.program());
        let asked = asked(judge.policy, program);
        let part = |record: RecordId, field: FieldId, ty: &Type| {
            let reading = judge.regions().reading(record, field);
            match (reading, ty) {
                (Some(Reading { peers: false, calculated: false, .. }), ty) if !matches!(ty, Type::Truth | Type::Code) => {
                    Part::Region
                }
                (Some(_), _) => Part::Whole,
                (None, _) if asked.contains(&(record, field)) => Part::Whole,
                (None, _) => Part::None,
            }
        };
        let parts = policy.records.iter().enumerate().map(|(record, of)| {
            of.fields.iter().enumerate().map(|(field, declared)| part(record, field, &declared.ty)).collect()
        });
        let parts: Vec<Vec<Part>> = parts.collect();
        let days = days(judge);
        Signatures { judge, parts, days, values: HashMap::new(), regions: HashMap::new(), next: 0, size: 0 }
    }

    /// The signature of a shipment that is judged on a day; nothing where parties refer to each other by name.
    pub fn of(&mut self, facts: &Facts, day: Option<Date>) -> Option<Signature> {
        let records = 0..self.judge.policy.records.len();
        let mut entries = records.flat_map(|record| (0..facts.rows(record) as u32).map(move |row| (record, row)));
        if entries.any(|(record, row)| matches!(facts.origin(record, row), Origin::Entry(..))) {
            return None;
        }
        let mut signature = Vec::new();
        self.day(day, &mut signature);
        self.row(facts, 0, 0, &mut signature);
        Some(signature)
    }

    /// How many values have come up.
    pub fn size(&self) -> usize {
        self.size
    }

    fn day(&self, day: Option<Date>, into: &mut Signature) {
        let Some(day) = day else { return into.push(0) };
        into.push(1);
        into.push(match &self.days {
            None => day.0 as u32,
            Some(days) => {
                let before = days.partition_point(|known| *known < day);
                2 * before as u32 + u32::from(days.get(before) == Some(&day))
            }
        });
    }

    fn row(&mut self, facts: &Facts, record: RecordId, row: u32, into: &mut Signature) {
        let policy = self.judge.policy;
        for (field, declared) in policy.records[record].fields.iter().enumerate() {
            let place = Place { record, row, field };
            match (facts.cell(place), &declared.ty) {
                (cell @ (Cell::Given(value) | Cell::Assumed(value) | Cell::Supposed(value) | Cell::Unknown(value)), ty) => {
                    let part = self.parts[record][field];
                    if part != Part::None {
                        let number = self.value((record, field), part, ty, value);
                        into.push(2 * number + u32::from(matches!(cell, Cell::Unknown(_))));
                    }
                }
                (Cell::Inherited(_), _) => into.push(0),
                (Cell::Row(inner, _), Type::Record(of)) => self.row(facts, *of, *inner, into),
                (Cell::Row(..), _) => {}
                (Cell::List(rows, is_all), ty) => {
                    into.push(2 * rows.len() as u32 + u32::from(*is_all));
                    if let Type::List(of) = ty {
                        rows.iter().for_each(|inner| self.row(facts, *of, *inner, into));
                    }
                }
            }
        }
    }

    /// The number of a value, from 1.
    fn value(&mut self, at: (RecordId, FieldId), part: Part, ty: &Type, value: &Value) -> u32 {
        if let Some(known) = self.values.get(&at).and_then(|of| of.get(value)) {
            return *known;
        }
        let is_known = value.is_known() && !matches!(ty, Type::Set(_) if !is_whole(value));
        let number = match self.judge.regions().reading(at.0, at.1) {
            Some(reading) if part == Part::Region && is_known => {
                let met: Vec<Truth> = reading.tests.iter().map(|test| test.of(value)).collect();
                let next = self.next + 1;
                let number = *self.regions.entry((at.0, at.1, met)).or_insert(next);
                self.next = self.next.max(number);
                number
            }
            _ => {
                self.next += 1;
                self.next
            }
        };
        self.values.entry(at).or_default().insert(value.clone(), number);
        self.size += 1;
        number
    }
}

fn is_whole(value: &Value) -> bool {
    matches!(value, Value::Set(set) if set.complete)
}

/// The facts that some node reads.
fn asked(policy: &CheckedPolicy, program: &Program) -> BTreeSet<(RecordId, FieldId)> {
    let cells = program.nodes.iter().filter_map(|node| match node.op {
        Op::Cell(field) => Some((program.record_of(node.scope), field)),
        _ => None,
    });
    let mut asked: BTreeSet<(RecordId, FieldId)> = cells.collect();
    // What another fact stands for is asked about with it.
    let mut open: Vec<(RecordId, FieldId)> = asked.iter().copied().collect();
    while let Some((record, field)) = open.pop() {
        let source = match policy.records[record].fields[field].inherits {
            Some(Inherits::Shipment(field)) => (0, field),
            Some(Inherits::Beside(field)) => (record, field),
            None => continue,
        };
        if asked.insert(source) {
            open.push(source);
        }
    }
    asked
}

/// The days that the program tells from those before and after; nothing where it does more with the day than to compare it with such days.
fn days(judge: &Judge<'_>) -> Option<Vec<Date>> {
    let program = judge.program();
    let is_day = |node: NodeId| is_view_of(program, node, |op| *op == Op::Day);
    let is_constant = |node: NodeId| is_view_of(program, node, |op| matches!(op, Op::Constant(_)));
    let is_plain = |op: &Op| match op {
        Op::Below(a, b) | Op::AtMost(a, b) | Op::Equal(a, b) => {
            (is_day(*a) && is_constant(*b)) || (is_constant(*a) && is_day(*b))
        }
        _ => false,
    };
    let read = program.nodes.iter().filter(|node| !node.op.is_view() && node.op.reads().into_iter().any(is_day));
    read.map(|node| &node.op).all(is_plain).then(|| judge.regions().of_day(program, &[]))
}

fn is_view_of(program: &Program, node: NodeId, is_it: impl Fn(&Op) -> bool) -> bool {
    let mut at = node;
    while program.nodes[at as usize].op.is_view() {
        let Some(inner) = program.nodes[at as usize].op.reads().first().copied() else { return false };
        at = inner;
    }
    is_it(&program.nodes[at as usize].op)
}
