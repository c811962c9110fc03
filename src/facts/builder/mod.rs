//! Shipments into columns as they are read, without a tree of values between: for files of any size.
//!
//! What is written in an unusual way (an escape, a reference to a register, two contradicting lines, a value that cannot be read) is not taken
//! in: whoever reads then loads that shipment by itself, as [`super::load`] does, which also knows what to say about it.

mod cells;
mod dictionary;
mod inherit;
mod json;
mod lists;
mod scaled;
mod whole;

use super::load::LONGEST_ID;
use super::read_json;
use super::scalar::{DAYS, read_value};
use super::shipments::{Cells, Ids, Rows, Shipments, Whence};
use super::table::DEEPEST_UNKNOWN;
use crate::check::{CheckedPolicy, FieldId, RecordId, Type};
use crate::column::NOWHERE;
use crate::source::{SourceId, Span};
use crate::value::{Date, Raw, RawKind, Value};
use cells::Values;
use inherit::{INHERITED, Inherited, inherited};
use lists::Stated;
use whole::{Whole, wholes};

/// Takes shipments in, one after the other.
///
/// ```
/// use ukase::{check::check, facts::{Builder, Cells, Written}, source::Sources, value::{Country, Value}};
/// let text = r#"
/// policy tiny "A tiny policy"
/// language 1
/// outcomes from loosest to strictest { free licence }
/// facts shipment { date date   destination country }
/// instrument 1 "A law" { published 2025-01-01 }
/// clause I "To the far north" when destination is IS then licence
/// "#;
/// let (policy, _) = check(&Sources::of_text("tiny.ukase", text.trim()));
/// let policy = policy.unwrap();
/// let mut builder = Builder::new(&policy, Vec::new());
/// assert!(builder.json(r#"{"id": "a", "destination": "IS"}"#));
/// assert!(!builder.json(r#"{"id": "b", "destination": "XX"}"#)); // no country: nothing of it stays
/// let shipment = builder.begin();
/// assert!(builder.id(shipment, Written::Text("c")));
/// assert!(builder.state(shipment, 1, Written::Text("DE")));
/// assert!(builder.end());
///
/// let shipments = builder.take();
/// assert_eq!((shipments.len(), shipments.id(1)), (2, Some("c")));
/// let Cells::Values(destinations) = shipments.field(0, 1) else { unreachable!() };
/// assert_eq!(*destinations.get(0), Value::Country(Country::parse("IS").unwrap()));
/// ```
pub struct Builder<'p> {
    policy: &'p CheckedPolicy,
    /// The lists that clauses go over: an open one has a row for whatever else it may hold.
    bound: Vec<(RecordId, FieldId)>,
    inherited: Vec<Inherited>,
    wholes: Vec<Whole>,
    tables: Vec<Table>,
    ids: Ids,
    /// The fact that says what a shipment is called, where the vocabulary has one.
    id: Option<FieldId>,
    /// How far each table was filled when the shipment began.
    marks: Vec<usize>,
}

struct Table {
    shipments: Vec<u32>,
    whence: Vec<Whence>,
    fields: Vec<Cellar>,
    /// The fields that point to records.
    links: Vec<(FieldId, RecordId, bool)>,
}

/// Where the cells of a field are kept.
enum Cellar {
    Values(Box<Values>),
    Links(Vec<u32>),
    Lists(Stated),
}

/// The row of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowId {
    /// The record.
    pub record: RecordId,
    /// The row.
    pub at: u32,
}

/// What is written in a cell.
#[derive(Debug, Clone, Copy)]
pub enum Written<'t> {
    /// `true`, `false`
    Truth(bool),
    /// A number, as its text.
    Number(&'t str),
    /// A text.
    Text(&'t str),
    /// Words between semicolons.
    Words(&'t str),
    /// A list as JSON writes it.
    Json(&'t str),
}

impl<'p> Builder<'p> {
    /// A builder for the vocabulary of a policy. `bound` are the lists that clauses go over, as records and fields.
    pub fn new(policy: &'p CheckedPolicy, bound: Vec<(RecordId, FieldId)>) -> Builder<'p> {
        let tables = policy.records.iter().map(|record| {
            let links = record.fields.iter().enumerate().filter_map(|(at, field)| match field.ty {
                Type::Record(to) => Some((at, to, field.inherits.is_some())),
                _ => None,
            });
            let fields = record.fields.iter().map(|field| match field.ty {
                Type::Record(_) => Cellar::Links(Vec::new()),
                Type::List(_) | Type::Register(_) => Cellar::Lists(Stated::new(field.default.is_some())),
                _ => Cellar::Values(Box::new(Values::new(field))),
            });
            Table { shipments: Vec::new(), whence: Vec::new(), fields: fields.collect(), links: links.collect() }
        });
        Builder {
            policy,
            bound,
            inherited: inherited(policy),
            wholes: wholes(policy),
            tables: tables.collect(),
            ids: Ids::default(),
            id: policy.records[0].field("id"),
            marks: Vec::new(),
        }
    }

    /// The policy whose vocabulary it knows.
    pub fn policy(&self) -> &'p CheckedPolicy {
        self.policy
    }

    /// How many shipments were taken in.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// None was.
    pub fn is_empty(&self) -> bool {
        self.ids.len() == 0
    }

    /// Begins a shipment.
    pub fn begin(&mut self) -> RowId {
        self.begin_all(1)
    }

    /// Begins so many shipments, to state them a column at a time, each fact once. Gives back the row of the first; those of the others follow it.
    pub fn begin_all(&mut self, count: usize) -> RowId {
        self.marks.clear();
        self.marks.extend(self.tables.iter().map(|table| table.shipments.len()));
        let first = self.ids.len() as u32;
        let all = first..first + count as u32;
        self.ids.push_all(count);
        match self.tables[0].links.is_empty() {
            true => {
                self.tables[0].shipments.extend(all);
                self.tables[0].whence.extend(std::iter::repeat_n(Whence::Shipment, count));
            }
            false => all.for_each(|shipment| _ = self.row(0, shipment, Whence::Shipment, 0)),
        }
        RowId { record: 0, at: first }
    }

    /// Takes what was begun last out again.
    pub fn cancel(&mut self) {
        self.ids.cut(self.marks.first().copied().unwrap_or(self.ids.len()));
        for (table, len) in self.tables.iter_mut().zip(&self.marks) {
            table.shipments.truncate(*len);
            table.whence.truncate(*len);
            for field in &mut table.fields {
                match field {
                    Cellar::Values(values) => values.cut(*len),
                    Cellar::Links(links) => links.truncate(*len),
                    Cellar::Lists(lists) => lists.cut(*len),
                }
            }
        }
    }

    /// Ends what was begun last. Gives back whether it could be taken in: shares of one whole do not add up to more than the whole.
    pub fn end(&mut self) -> bool {
        let is_sound = self.shares_are_sound();
        if !is_sound {
            self.cancel();
        }
        is_sound
    }

    /// What a shipment that was begun is called.
    pub fn id(&mut self, row: RowId, written: Written<'_>) -> bool {
        let text = match written {
            Written::Number(text) | Written::Text(text) if text.len() <= LONGEST_ID => text,
            _ => return false,
        };
        self.ids.name(row.at as usize, text);
        match self.id {
            Some(field) => self.state(row, field, Written::Text(text)),
            None => true,
        }
    }

    /// What shipments that were begun together are called, where the vocabulary has no fact of that name. Gives back whether they could be taken in.
    pub fn ids_all<'t>(&mut self, first: RowId, ids: impl Iterator<Item = Option<&'t str>>) -> bool {
        let mut named = (first.at as usize..).zip(ids).filter_map(|(at, id)| Some((at, id?)));
        named.all(|(at, id)| {
            let is_short = id.len() <= LONGEST_ID;
            if is_short {
                self.ids.name(at, id);
            }
            is_short
        })
    }

    /// States a fact. Gives back whether what is written could be taken in.
    pub fn state(&mut self, row: RowId, field: FieldId, written: Written<'_>) -> bool {
        let policy = self.policy;
        let declared = &policy.records[row.record].fields[field];
        let Cellar::Values(values) = &mut self.tables[row.record].fields[field] else { return false };
        let at = row.at as usize;
        let text = match (written, &declared.ty) {
            (Written::Truth(truth), Type::Truth) => return values.truth(at, truth),
            (Written::Number(text), Type::Integer | Type::Decimal | Type::Percent) => text,
            (Written::Words(text) | Written::Json(text), Type::Set(_)) => text,
            (Written::Text(text), ty) if !matches!(ty, Type::Set(_) | Type::Truth) => text,
            _ => return false,
        };
        let read = || read(policy, &declared.ty, written).filter(|value| !is_listed(policy, row.record, field, value));
        values.text(at, text.as_bytes(), read)
    }

    /// States a fact of rows that follow one another, from the bytes of their texts; an empty one says nothing. `written` says how a text is written. Calls
    /// `refused` with the place of each that could not be taken in, from 0.
    pub fn texts_all<'t>(
        &mut self,
        first: RowId,
        field: FieldId,
        texts: impl Iterator<Item = &'t [u8]>,
        written: impl Fn(&str) -> Option<Written<'_>>,
        mut refused: impl FnMut(usize),
    ) {
        let policy = self.policy;
        let declared = &policy.records[first.record].fields[field];
        let Cellar::Values(values) = &mut self.tables[first.record].fields[field] else {
            return (0..texts.count()).for_each(refused);
        };
        let read = |text: &[u8]| {
            let written = written(std::str::from_utf8(text).ok()?)?;
            read(policy, &declared.ty, written).filter(|value| !is_listed(policy, first.record, field, value))
        };
        values.texts(first.at as usize, texts, read, &mut refused);
    }

    /// States texts of rows that follow one another, each by its place among some; of none nothing. `written` says how a text is written. Gives back
    /// whether all of them could be taken in.
    pub fn words_all<'t>(
        &mut self,
        first: RowId,
        field: FieldId,
        texts: &[Option<&'t str>],
        places: impl Iterator<Item = Option<usize>> + Clone,
        written: impl Fn(&'t str) -> Option<Written<'t>>,
    ) -> bool {
        let policy = self.policy;
        let declared = &policy.records[first.record].fields[field];
        let Cellar::Values(values) = &mut self.tables[first.record].fields[field] else { return false };
        let read = |text: &'t str| {
            let value = read(policy, &declared.ty, written(text)?);
            value.filter(|value| !is_listed(policy, first.record, field, value))
        };
        values.words(first.at as usize, texts, places, read)
    }

    /// States truths of rows that follow one another. Gives back whether they could be taken in.
    pub fn truths_all(&mut self, first: RowId, field: FieldId, truths: impl Iterator<Item = Option<bool>>) -> bool {
        let Cellar::Values(values) = &mut self.tables[first.record].fields[field] else { return false };
        values.truths(first.at as usize, truths)
    }

    /// States days of rows that follow one another. Gives back whether they could be taken in.
    pub fn days_all(&mut self, first: RowId, field: FieldId, days: impl Iterator<Item = Option<Date>> + Clone) -> bool {
        let is_day = self.policy.records[first.record].fields[field].ty == Type::Date;
        let Cellar::Values(values) = &mut self.tables[first.record].fields[field] else { return false };
        is_day && values.days_all(first.at as usize, days)
    }

    /// States numbers of rows that follow one another: integers divided by so many powers of ten. Gives back whether they could be taken in.
    pub fn scaled_all(
        &mut self,
        first: RowId,
        field: FieldId,
        numbers: impl Iterator<Item = Option<i128>> + Clone,
        places: u32,
    ) -> bool {
        let Some(most) = self.most(first.record, field, places) else { return false };
        let Cellar::Values(values) = &mut self.tables[first.record].fields[field] else { return false };
        values.scaled_all(first.at as usize, numbers, most, places)
    }

    /// The largest integer that a field takes in, divided by so many powers of ten; nothing where it takes none.
    fn most(&self, record: RecordId, field: FieldId, places: u32) -> Option<i64> {
        match self.policy.records[record].fields[field].ty {
            Type::Decimal => Some(i64::MAX),
            Type::Integer => (places == 0).then_some(i64::MAX),
            Type::Percent => 10i64.checked_pow(places),
            _ => None,
        }
    }

    /// States a number: an integer that is divided by so many powers of ten. Gives back whether it could be taken in.
    pub fn scaled(&mut self, row: RowId, field: FieldId, mantissa: i64, places: u32) -> bool {
        let is_fit = self.most(row.record, field, places).is_some_and(|most| (0..=most).contains(&mantissa));
        let Cellar::Values(values) = &mut self.tables[row.record].fields[field] else { return false };
        is_fit && values.scaled(row.at as usize, mantissa, places)
    }

    /// States a day. Gives back whether it could be taken in.
    pub fn day(&mut self, row: RowId, field: FieldId, day: Date) -> bool {
        let is_day = self.policy.records[row.record].fields[field].ty == Type::Date;
        let Cellar::Values(values) = &mut self.tables[row.record].fields[field] else { return false };
        let is_sound = is_day && DAYS.contains(&day);
        is_sound && values.value(row.at as usize, Value::Date(day))
    }

    /// The row of the record that a field points to.
    pub fn record(&mut self, row: RowId, field: FieldId) -> Option<RowId> {
        let Type::Record(to) = self.policy.records[row.record].fields[field].ty else { return None };
        let there = match &self.tables[row.record].fields[field] {
            Cellar::Links(links) => links.get(row.at as usize).copied().filter(|link| *link < INHERITED),
            _ => None,
        };
        if let Some(at) = there {
            return Some(RowId { record: to, at });
        }
        let shipment = self.shipment_of(row)?;
        let at = self.row(to, shipment, Whence::Within { record: row.record, row: row.at, field, element: None }, 0);
        if let Cellar::Links(links) = &mut self.tables[row.record].fields[field] {
            links[row.at as usize] = at;
        }
        Some(RowId { record: to, at })
    }

    /// A new row for an element of a list: the one that stands there at this place.
    pub fn element(&mut self, row: RowId, field: FieldId, place: usize) -> Option<RowId> {
        let Type::List(to) = self.policy.records[row.record].fields[field].ty else { return None };
        let shipment = self.shipment_of(row)?;
        let at =
            self.row(to, shipment, Whence::Within { record: row.record, row: row.at, field, element: Some(place as u32) }, 0);
        Some(RowId { record: to, at })
    }

    /// States a list: its elements, and whether there are no others. Gives back whether the field is one.
    pub fn list(&mut self, row: RowId, field: FieldId, elements: &[RowId], complete: bool) -> bool {
        if !matches!(self.policy.records[row.record].fields[field].ty, Type::List(_)) {
            return false;
        }
        if let Cellar::Lists(lists) = &mut self.tables[row.record].fields[field] {
            lists.state(row.at, elements.iter().map(|element| element.at), complete);
        }
        true
    }

    fn shipment_of(&self, row: RowId) -> Option<u32> {
        self.tables[row.record].shipments.get(row.at as usize).copied()
    }

    fn row(&mut self, record: RecordId, shipment: u32, whence: Whence, depth: usize) -> u32 {
        let table = &mut self.tables[record];
        let row = table.shipments.len() as u32;
        table.shipments.push(shipment);
        table.whence.push(whence);
        // What lies within may be of the same record: the place of each link is kept before its rows are.
        for at in 0..self.tables[record].links.len() {
            let (field, _, inherits) = self.tables[record].links[at];
            self.link(record, field, None, if inherits { INHERITED } else { NOWHERE });
        }
        for at in 0..self.tables[record].links.len() {
            let (field, to, inherits) = self.tables[record].links[at];
            if !inherits && depth < DEEPEST_UNKNOWN {
                let inner = self.row(to, shipment, Whence::Within { record, row, field, element: None }, depth + 1);
                self.link(record, field, Some(row), inner);
            }
        }
        row
    }

    /// Puts a link on a row, or behind all.
    fn link(&mut self, record: RecordId, field: FieldId, row: Option<u32>, to: u32) {
        if let Cellar::Links(links) = &mut self.tables[record].fields[field] {
            match row {
                Some(row) => links[row as usize] = to,
                None => links.push(to),
            }
        }
    }

    // ---- columns ----------------------------------------------------------------------------------------------------------------

    /// The shipments that were taken in, as columns; the builder begins anew.
    pub fn take(&mut self) -> Shipments {
        let possible = self.possible();
        let stated: Vec<Vec<bool>> = self.inherited.iter().map(|one| self.stated(one)).collect();
        let tables = self.tables.iter_mut().map(|table| {
            let rows = table.shipments.len();
            let fields = table.fields.iter_mut().map(|field| match field {
                Cellar::Values(values) => Cells::Values(values.take(rows)),
                Cellar::Links(links) => Cells::Links(std::mem::take(links)),
                Cellar::Lists(lists) => Cells::Lists(lists.take(rows)),
            });
            let fields = fields.collect();
            Rows { shipments: std::mem::take(&mut table.shipments), whence: std::mem::take(&mut table.whence), fields }
        });
        let mut found = Shipments { tables: tables.collect(), ids: self.ids.take() };
        for (list, row, element) in possible {
            if let Cells::Lists(lists) = &mut found.tables[list.0].fields[list.1] {
                lists.possible[row as usize] = element;
            }
        }
        for (one, stated) in self.inherited.iter().zip(stated) {
            found.inherit(one, &stated);
        }
        found
    }

    /// A row for whatever else an open list may hold that clauses go over.
    fn possible(&mut self) -> Vec<((RecordId, FieldId), u32, u32)> {
        let mut found = Vec::new();
        for (record, field) in self.bound.clone() {
            let Type::List(to) = self.policy.records[record].fields[field].ty else { continue };
            let rows = self.tables[record].shipments.len();
            let is_open = match &self.tables[record].fields[field] {
                Cellar::Lists(lists) => lists.open(rows),
                _ => continue,
            };
            for row in is_open {
                let shipment = self.tables[record].shipments[row as usize];
                let within = Whence::Within { record, row, field, element: Some(u32::MAX) };
                found.push(((record, field), row, self.row(to, shipment, within, 0)));
            }
        }
        found
    }
}

/// A value as it is written.
fn read(policy: &CheckedPolicy, ty: &Type, written: Written<'_>) -> Option<Value> {
    let span = Span::default();
    let kind = match written {
        Written::Truth(truth) => RawKind::Truth(truth),
        Written::Number(text) => RawKind::Number(text.into()),
        Written::Text(text) => RawKind::Text(text.into()),
        Written::Words(text) => {
            RawKind::List(text.split(';').map(|word| Raw { kind: RawKind::Text(word.trim().into()), span }).collect())
        }
        Written::Json(text) => read_json(text, SourceId(0), 0).ok()?.kind,
    };
    let mut problems = Vec::new();
    read_value(policy, ty, &Raw { kind, span }, &mut problems).filter(|_| problems.is_empty())
}

/// A table of the policy may say more of the record that has this value.
fn is_listed(policy: &CheckedPolicy, record: RecordId, field: FieldId, value: &Value) -> bool {
    let Value::Text(name) = value else { return false };
    let lookups = policy.records[record].fields.iter().filter_map(|one| one.lookup.as_ref());
    lookups.filter(|lookup| lookup.by == field).any(|lookup| lookup.rows.contains_key(name.as_ref()))
}
