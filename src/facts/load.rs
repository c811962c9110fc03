//! Data as written to [`Facts`]: every problem of a shipment in one go, each with its place.

use super::lookup::look_up;
use super::scalar::{TYPE, closed, in_brackets, read_value, unfit};
use super::table::{Cell, Facts, Origin, Place};
use crate::check::{CheckedPolicy, RecordId, Type, list_of};
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Span;
use crate::value::{Date, Number, Raw, RawKind, Value};
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use std::collections::BTreeMap;

/// The longest `id` of a shipment, in bytes.
pub(super) const LONGEST_ID: usize = 1024;

/// Reads one shipment against the vocabulary of a policy.
///
/// # Errors
/// All problems of the shipment: unknown fields (with the name that was probably meant), wrong types, repeated keys, shares that add up to
/// more than the whole, references to parties that are not there.
pub fn load(policy: &CheckedPolicy, raw: &Raw) -> Result<Facts, Vec<Diagnostic>> {
    load_with(policy, raw, Background::default())
}

/// What counts beside what a shipment says itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Background<'b> {
    /// The assumptions of the policy that fill in what the shipment leaves open, by their places; a later one counts before an
    /// earlier one.
    pub assumptions: &'b [usize],
    /// The day up to which the rows of the policy's tables are known; nothing where all are.
    pub known: Option<Date>,
}

/// Reads one shipment before a background.
///
/// # Errors
/// As [`load`].
pub fn load_with(policy: &CheckedPolicy, raw: &Raw, background: Background<'_>) -> Result<Facts, Vec<Diagnostic>> {
    let mut loader = Loader {
        policy,
        facts: Facts::unknown(policy),
        problems: Vec::new(),
        registers: BTreeMap::new(),
        lists: HashMap::new(),
        is_assuming: false,
    };
    match &raw.kind {
        RawKind::Object(members) => {
            loader.registers(members);
            loader.fill(0, 0, members);
            for at in background.assumptions {
                loader.is_assuming = true;
                loader.assume(0, 0, &policy.assumptions[*at].facts);
            }
            look_up(policy, &mut loader.facts, background.known);
            loader.shares();
        }
        other => {
            let message = format!("a shipment is an object, and this is {}", other.name());
            loader.problems.push(Diagnostic::error(TYPE, raw.span, message).help("write { … }"));
        }
    }
    if loader.problems.is_empty() { Ok(loader.facts) } else { Err(loader.problems) }
}

struct Loader<'a> {
    policy: &'a CheckedPolicy,
    facts: Facts,
    problems: Vec<Diagnostic>,
    /// The rows of registers, by record and name.
    registers: BTreeMap<(RecordId, String), u32>,
    /// Where each list is written.
    lists: HashMap<Place, Span>,
    /// The shipment is read, and what is read now only fills in what it leaves open.
    is_assuming: bool,
}

type Member = (String, Span, Raw);

impl Loader<'_> {
    fn problem(&mut self, code: &'static str, span: Span, message: String, help: Option<String>) {
        self.problems.push(Diagnostic::error(code, span, message).maybe_help(help));
    }

    /// Gives every entry of a register a row before anything refers to it.
    fn registers(&mut self, members: &[Member]) {
        for (key, _, raw) in members {
            let Some(field) = self.policy.records[0].field(key) else { continue };
            let (Type::Register(record), RawKind::Object(entries)) = (&self.policy.records[0].fields[field].ty, &raw.kind) else {
                continue;
            };
            for (name, span, _) in entries {
                let row = self.facts.add_row(self.policy, *record, Origin::Entry(field, name.clone()));
                if self.registers.insert((*record, name.clone()), row).is_some() {
                    self.problem("ukase::facts::duplicate_key", *span, format!("`{name}` stands here twice"), None);
                }
            }
        }
    }

    fn fill(&mut self, record: RecordId, row: u32, members: &[Member]) {
        let mut seen = HashSet::with_capacity(members.len());
        for (key, key_span, raw) in members {
            if !seen.insert(key) {
                self.problem(
                    "ukase::facts::duplicate_key",
                    *key_span,
                    format!("`{key}` stands here twice"),
                    Some("keep one of them".into()),
                );
                continue;
            }
            if record == 0 && key == "id" {
                self.identify(raw);
                continue;
            }
            let Some(field) = self.policy.records[record].field(key) else {
                self.unknown_field(record, key, *key_span);
                continue;
            };
            if raw.kind == RawKind::Null {
                continue;
            }
            self.put(Place { record, row, field }, raw);
        }
    }

    fn put(&mut self, place: Place, raw: &Raw) {
        match (self.cell(place, raw), self.is_assuming) {
            (Some(Cell::Given(value)), true) => self.facts.assume(place, Cell::Assumed(value), raw.span),
            (Some(cell @ Cell::List(..)), true) => self.facts.assume(place, cell, raw.span),
            (Some(cell), _) => self.facts.give(place, cell),
            (None, _) => {}
        }
    }

    /// Fills in what a shipment leaves open of a row.
    fn assume(&mut self, record: RecordId, row: u32, raw: &Raw) {
        let RawKind::Object(members) = &raw.kind else {
            let message = format!("an assumption is an object, and this is {}", raw.kind.name());
            self.problem(TYPE, raw.span, message, Some("write { … }".into()));
            return;
        };
        let mut open = Vec::new();
        for member in members {
            let (key, _, value) = member;
            let Some(field) = self.policy.records[record].field(key) else {
                open.push(member.clone());
                continue;
            };
            let place = Place { record, row, field };
            match (self.facts.cell(place), &self.policy.records[record].fields[field].ty) {
                (Cell::Row(inside, _), Type::Record(inner)) if matches!(value.kind, RawKind::Object(_)) => {
                    self.assume(*inner, *inside, value);
                }
                (Cell::Given(_), _) => {}
                (Cell::List(..), _) if self.lists.contains_key(&place) && !self.facts.is_assumed(place) => {}
                _ => open.push(member.clone()),
            }
        }
        self.fill(record, row, &open);
    }

    /// The shipment's name: a text or a number, which may also be a fact of the vocabulary.
    fn identify(&mut self, raw: &Raw) {
        self.facts.id = match &raw.kind {
            RawKind::Text(text) | RawKind::Number(text) => Some(text.clone()),
            RawKind::Null => None,
            _ => {
                self.wrong(&Type::Text, raw, None);
                None
            }
        };
        if let Some(length) = self.facts.id.as_ref().map(String::len).filter(|length| *length > LONGEST_ID) {
            let message = format!("this `id` has {length} bytes, and one has at most {LONGEST_ID}");
            let help = "each row of a verdict repeats it: a short name says as well which shipment it is";
            self.problem("ukase::facts::id", raw.span, message, Some(help.into()));
        }
        if let (Some(id), Some(field)) = (&self.facts.id, self.policy.records[0].field("id")) {
            let value = Value::Text(id.as_str().into());
            self.facts.set(Place { record: 0, row: 0, field }, Cell::Given(value));
        }
    }

    fn unknown_field(&mut self, record: RecordId, key: &str, span: Span) {
        let of = &self.policy.records[record];
        let names = || of.fields.iter().map(|field| field.name.as_str());
        let help = match (self.within(record, key), nearest(key, names())) {
            (Some(object), _) => format!("write what lies within another fact as an object: {object}"),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => format!("it has {}", list_of(names())),
        };
        self.problem("ukase::facts::unknown_field", span, format!("`{}` has no field `{key}`", of.name), Some(help));
    }

    /// A key that is a path into the vocabulary, as an object.
    fn within(&self, record: RecordId, path: &str) -> Option<String> {
        let of = &self.policy.records[record];
        let Some((outer, inner)) = path.split_once('.') else { return of.field(path).map(|_| format!("{{\"{path}\": …}}")) };
        match of.fields[of.field(outer)?].ty {
            Type::Record(within) => Some(format!("{{\"{outer}\": {}}}", self.within(within, inner)?)),
            Type::List(within) => Some(format!("{{\"{outer}\": [{}]}}", self.within(within, inner)?)),
            _ => None,
        }
    }

    fn cell(&mut self, place: Place, raw: &Raw) -> Option<Cell> {
        let policy = self.policy;
        let ty = &policy.records[place.record].fields[place.field].ty;
        match ty {
            Type::List(inner) => self.list(place, *inner, raw),
            Type::Record(inner) => self.record(place, *inner, raw),
            Type::Register(inner) => self.register(*inner, raw),
            _ => read_value(policy, ty, raw, &mut self.problems).map(Cell::Given),
        }
    }

    fn wrong(&mut self, ty: &Type, raw: &Raw, help: Option<String>) {
        self.problems.push(unfit(self.policy, ty, raw, help));
    }

    fn list(&mut self, place: Place, inner: RecordId, raw: &Raw) -> Option<Cell> {
        let RawKind::List(elements) = &raw.kind else {
            let help = match (&raw.kind, self.policy.records[inner].key) {
                (RawKind::Text(text), Some(_)) => in_brackets(text),
                _ => "write it in brackets: [{ … }], or [] if there is none".into(),
            };
            self.wrong(&Type::List(inner), raw, Some(help));
            return None;
        };
        self.lists.insert(place, raw.span);
        let (elements, complete) = closed(elements);
        let mut rows = Vec::new();
        for (index, element) in elements.iter().enumerate() {
            let row = self.facts.add_row(self.policy, inner, Origin::Element(place.record, place.row, place.field, index));
            rows.push(row);
            match (&element.kind, self.policy.records[inner].key) {
                (RawKind::Object(members), _) => self.fill(inner, row, members),
                (RawKind::Text(_), Some(key)) => {
                    let at = Place { record: inner, row, field: key };
                    if let Some(cell) = self.cell(at, element) {
                        self.facts.set(at, cell);
                        self.bare(inner, row);
                    }
                }
                _ => self.wrong(&Type::Record(inner), element, Some("write { … }".into())),
            }
        }
        Some(Cell::List(rows, complete))
    }

    /// What is given as the bare key has its other fields by the form it is written in.
    fn bare(&mut self, record: RecordId, row: u32) {
        for field in 0..self.policy.records[record].fields.len() {
            let place = Place { record, row, field };
            if let Cell::Assumed(value) = self.facts.cell(place).clone() {
                self.facts.set(place, Cell::Given(value));
            }
        }
    }

    fn record(&mut self, place: Place, inner: RecordId, raw: &Raw) -> Option<Cell> {
        let RawKind::Object(members) = &raw.kind else {
            self.wrong(&Type::Record(inner), raw, Some("write { … }".into()));
            return None;
        };
        if let [(key, _, name)] = members.as_slice()
            && key == "ref"
            && self.policy.records[inner].field("ref").is_none()
        {
            return self.reference(inner, name);
        }
        let row = match self.facts.cell(place) {
            Cell::Row(row, _) => *row,
            _ => self.facts.add_row(self.policy, inner, Origin::Field(place.record, place.row, place.field)),
        };
        self.fill(inner, row, members);
        Some(Cell::Row(row, true))
    }

    fn reference(&mut self, record: RecordId, raw: &Raw) -> Option<Cell> {
        let RawKind::Text(name) = &raw.kind else {
            self.wrong(&Type::Text, raw, None);
            return None;
        };
        if let Some(row) = self.registers.get(&(record, name.clone())) {
            return Some(Cell::Row(*row, true));
        }
        let names: Vec<String> = self.registers.keys().filter(|(of, _)| *of == record).map(|(_, name)| name.clone()).collect();
        let help = match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "declare it under `parties`".into(),
        };
        self.problem("ukase::facts::reference", raw.span, format!("`{name}` is referred to and nowhere declared"), Some(help));
        None
    }

    fn register(&mut self, inner: RecordId, raw: &Raw) -> Option<Cell> {
        let RawKind::Object(entries) = &raw.kind else {
            self.wrong(&Type::Register(inner), raw, Some("write {\"name\": { … }}".into()));
            return None;
        };
        let mut rows = Vec::new();
        for (name, _, entry) in entries {
            let Some(row) = self.registers.get(&(inner, name.clone())).copied() else { continue };
            match &entry.kind {
                RawKind::Object(members) => self.fill(inner, row, members),
                _ => self.wrong(&Type::Record(inner), entry, Some("write { … }".into())),
            }
            rows.push(row);
        }
        Some(Cell::List(rows, true))
    }

    /// Shares of one whole add up to at most the whole; an unknown one is at most the rest.
    fn shares(&mut self) {
        for record in 0..self.policy.records.len() {
            for row in 0..self.facts.rows(record) as u32 {
                for field in 0..self.policy.records[record].fields.len() {
                    if let Type::List(inner) = self.policy.records[record].fields[field].ty {
                        self.shares_of(Place { record, row, field }, inner);
                    }
                }
            }
        }
    }

    fn shares_of(&mut self, list: Place, inner: RecordId) {
        let policy = self.policy;
        for (field, _) in policy.records[inner].fields.iter().enumerate().filter(|(_, field)| field.of_whole) {
            let rows = self.facts.list(list).0.to_vec();
            let least: Number =
                rows.iter().fold(Number::ZERO, |sum, row| sum.plus(&self.least(Place { record: inner, row: *row, field })));
            if least > Number::ONE {
                let path = self.facts.path(policy, list);
                let message = format!("the shares of `{path}` add up to {} %", least.times(&100.into()));
                let span = self.lists.get(&list).copied().unwrap_or_default();
                self.problem("ukase::facts::share", span, message, Some("shares of one whole add up to 100 % at most".into()));
                continue;
            }
            for row in rows {
                let place = Place { record: inner, row, field };
                if let Cell::Unknown(_) = self.facts.cell(place) {
                    let rest = Number::ONE.minus(&least);
                    let value = Value::of_range(crate::value::Range::up_to(rest), None);
                    self.facts.set(place, Cell::Unknown(value));
                }
            }
        }
    }

    fn least(&self, place: Place) -> Number {
        let value = match self.facts.cell(place) {
            Cell::Given(value) | Cell::Assumed(value) => value.range(),
            _ => None,
        };
        value.and_then(|range| range.low).map_or(Number::ZERO, |low| low.at)
    }
}
