//! The facts of many shipments as columns: a table for each record, its rows those of all shipments.

use super::table::{Facts, Origin, Place};
use crate::check::{CheckedPolicy, FieldId, RecordId, Type};
use crate::column::{Column, NOWHERE};

/// The facts of many shipments.
#[derive(Debug, Clone, Default)]
pub struct Shipments {
    pub(super) tables: Vec<Rows>,
    /// What each is called.
    pub(super) ids: Ids,
}

/// What shipments are called, one behind the other.
#[derive(Debug, Clone, Default)]
pub(super) struct Ids {
    text: String,
    /// Where each begins and ends.
    spans: Vec<Option<(u32, u32)>>,
}

impl Ids {
    /// How many shipments there are.
    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    /// So many more shipments, which have no name yet.
    pub(super) fn push_all(&mut self, count: usize) {
        self.spans.resize(self.spans.len() + count, None);
    }

    /// All of them, and room for as many more.
    pub(super) fn take(&mut self) -> Ids {
        let room = Ids { text: String::with_capacity(self.text.len()), spans: Vec::with_capacity(self.spans.len()) };
        std::mem::replace(self, room)
    }

    /// Names one; those that are named come in their order.
    pub(super) fn name(&mut self, shipment: usize, id: &str) {
        let start = self.text.len() as u32;
        self.text.push_str(id);
        if let Some(span) = self.spans.get_mut(shipment) {
            *span = Some((start, self.text.len() as u32));
        }
    }

    /// Forgets those from one on.
    pub(super) fn cut(&mut self, len: usize) {
        if let Some((start, _)) = self.spans.iter().skip(len).flatten().next() {
            self.text.truncate(*start as usize);
        }
        self.spans.truncate(len);
    }

    fn get(&self, shipment: usize) -> Option<&str> {
        let (start, end) = (*self.spans.get(shipment)?)?;
        self.text.get(start as usize..end as usize)
    }
}

/// Where a row comes from, for naming it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whence {
    /// The shipment itself.
    Shipment,
    /// A field of another row, or the element of a list there.
    Within { record: RecordId, row: u32, field: FieldId, element: Option<u32> },
    /// An entry of a register.
    Register,
}

/// The rows of one record, of all shipments.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    /// The shipment that each row is of.
    pub(super) shipments: Vec<u32>,
    /// Where each row comes from.
    pub(super) whence: Vec<Whence>,
    /// What stands in each field.
    pub(super) fields: Vec<Cells>,
}

/// What stands in a field on all rows.
#[derive(Debug, Clone)]
pub enum Cells {
    /// What is known of a fact.
    Values(Column),
    /// The row that it points to, or [`NOWHERE`].
    Links(Vec<u32>),
    /// The rows of a list.
    Lists(Lists),
}

/// A list on each row.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    /// Where the elements of each row begin and end.
    pub(super) spans: Vec<(u32, u32)>,
    /// The elements of all rows.
    pub(super) elements: Vec<u32>,
    /// Whether each list has no other elements.
    pub(super) complete: Vec<bool>,
    /// For each list that has perhaps others: a row that stands for whatever they are, or [`NOWHERE`].
    pub(super) possible: Vec<u32>,
}

impl Lists {
    /// The elements of a row that somebody named.
    pub fn of(&self, row: u32) -> &[u32] {
        let (start, end) = self.spans.get(row as usize).copied().unwrap_or_default();
        &self.elements[start as usize..end as usize]
    }

    /// There are no other elements.
    pub fn is_complete(&self, row: u32) -> bool {
        self.complete.get(row as usize).copied().unwrap_or(false)
    }

    /// The row that stands for whatever other elements there are.
    pub fn possible(&self, row: u32) -> Option<u32> {
        self.possible.get(row as usize).copied().filter(|row| *row != NOWHERE)
    }

    pub(super) fn push(&mut self, elements: impl IntoIterator<Item = u32>, complete: bool, possible: u32) {
        let start = self.elements.len() as u32;
        self.elements.extend(elements);
        self.spans.push((start, self.elements.len() as u32));
        self.complete.push(complete);
        self.possible.push(possible);
    }
}

impl Shipments {
    /// The facts of shipments side by side. `possible` has, for each shipment, rows that stand for whatever else an open list may hold.
    pub fn of(policy: &CheckedPolicy, facts: &[Facts], possible: &[Vec<(Place, u32)>]) -> Shipments {
        let bases = bases(facts, policy);
        let tables = (0..policy.records.len()).map(|record| Rows::of(policy, facts, possible, &bases, record)).collect();
        let mut ids = Ids::default();
        for facts in facts {
            ids.push_all(1);
            facts.id.iter().for_each(|id| ids.name(ids.len() - 1, id));
        }
        Shipments { tables, ids }
    }

    /// What a shipment is called.
    pub fn id(&self, shipment: usize) -> Option<&str> {
        self.ids.get(shipment)
    }

    /// The path of a row: `items[0].components[2]`; nothing for a shipment, and for entries of a register and what lies within them.
    pub fn path(&self, policy: &CheckedPolicy, record: RecordId, row: u32) -> Option<String> {
        match self.tables[record].whence[row as usize] {
            Whence::Shipment => Some(String::new()),
            Whence::Register => None,
            Whence::Within { record, row, field, element } => {
                let outer = self.path(policy, record, row)?;
                let name = &policy.records[record].fields[field].name;
                let path = if outer.is_empty() { name.clone() } else { format!("{outer}.{name}") };
                Some(element.map_or(path.clone(), |element| format!("{path}[{element}]")))
            }
        }
    }

    /// How many shipments there are.
    pub fn len(&self) -> usize {
        self.tables.first().map_or(0, |table| table.shipments.len())
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many rows a record has.
    pub fn rows(&self, record: RecordId) -> usize {
        self.tables[record].shipments.len()
    }

    /// The shipment that each row of a record is of.
    pub fn shipments(&self, record: RecordId) -> &[u32] {
        &self.tables[record].shipments
    }

    /// What stands in a field.
    pub fn field(&self, record: RecordId, field: FieldId) -> &Cells {
        &self.tables[record].fields[field]
    }
}

impl Rows {
    fn of(policy: &CheckedPolicy, facts: &[Facts], possible: &[Vec<(Place, u32)>], bases: &[Vec<u32>], record: RecordId) -> Rows {
        // Each row with its shipment, and where the rows of that begin among all.
        let rows = || {
            let shipments = facts.iter().zip(bases).enumerate();
            shipments.flat_map(|(at, (facts, bases))| (0..facts.rows(record) as u32).map(move |row| (at, facts, bases, row)))
        };
        let fields = policy.records[record].fields.iter().enumerate();
        let fields = fields.map(|(field, declared)| {
            let place = |row: u32| Place { record, row, field };
            match declared.ty {
                Type::Record(to) => {
                    let link =
                        |facts: &Facts, bases: &[u32], row| facts.follow(place(row)).map_or(NOWHERE, |row| bases[to] + row);
                    Cells::Links(rows().map(|(_, facts, bases, row)| link(facts, bases, row)).collect())
                }
                Type::List(to) | Type::Register(to) => {
                    let mut lists = Lists::default();
                    for (at, facts, bases, row) in rows() {
                        let (elements, complete) = facts.list(place(row));
                        let of = facts.effective(place(row)).0;
                        let found = possible.get(at).into_iter().flatten().find(|(list, _)| *list == of);
                        let element = found.filter(|_| !complete).map_or(NOWHERE, |(_, row)| bases[to] + row);
                        lists.push(elements.iter().map(|row| bases[to] + row), complete, element);
                    }
                    Cells::Lists(lists)
                }
                _ => Cells::Values(Column::of(rows().map(|(_, facts, _, row)| facts.known(place(row)).clone()).collect())),
            }
        });
        Rows {
            fields: fields.collect(),
            whence: rows().map(|(_, facts, bases, row)| whence(facts.origin(record, row), bases)).collect(),
            shipments: rows().map(|(at, ..)| at as u32).collect(),
        }
    }
}

/// For each shipment, how many rows of each record stand before its own.
fn bases(facts: &[Facts], policy: &CheckedPolicy) -> Vec<Vec<u32>> {
    let mut next = vec![0; policy.records.len()];
    let base = |facts: &Facts| {
        let base = next.clone();
        next.iter_mut().enumerate().for_each(|(record, next)| *next += facts.rows(record) as u32);
        base
    };
    facts.iter().map(base).collect()
}

fn whence(origin: &Origin, bases: &[u32]) -> Whence {
    match origin {
        Origin::Shipment => Whence::Shipment,
        Origin::Entry(..) => Whence::Register,
        Origin::Field(record, row, field) => {
            Whence::Within { record: *record, row: bases[*record] + row, field: *field, element: None }
        }
        Origin::Element(record, row, field, element) => {
            Whence::Within { record: *record, row: bases[*record] + row, field: *field, element: Some(*element as u32) }
        }
    }
}
