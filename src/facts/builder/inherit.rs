//! Facts that have the value of another where nobody states them: of the shipment, or beside them.

use super::{Builder, Cellar};
use crate::check::{CheckedPolicy, FieldId, Inherits, RecordId};
use crate::column::{Column, NOWHERE};
use crate::facts::shipments::{Cells, Lists, Shipments};
use crate::value::Value;

/// A link that stands for the one of another field.
pub(super) const INHERITED: u32 = NOWHERE - 1;

/// A field that has the value of another where nobody states it.
pub(super) struct Inherited {
    record: RecordId,
    field: FieldId,
    from: Inherits,
}

/// The fields that have the value of others, those behind the ones they have it from.
pub(super) fn inherited(policy: &CheckedPolicy) -> Vec<Inherited> {
    fn add(policy: &CheckedPolicy, record: RecordId, field: FieldId, into: &mut Vec<Inherited>) {
        let Some(from) = policy.records[record].fields[field].inherits else { return };
        if into.iter().any(|one| (one.record, one.field) == (record, field)) {
            return;
        }
        match from {
            Inherits::Shipment(source) => add(policy, 0, source, into),
            Inherits::Beside(source) => add(policy, record, source, into),
        }
        into.push(Inherited { record, field, from });
    }
    let mut found = Vec::new();
    for (record, of) in policy.records.iter().enumerate() {
        (0..of.fields.len()).for_each(|field| add(policy, record, field, &mut found));
    }
    found
}

impl Shipments {
    /// Puts in what a field has from another, where it is not `stated`; none is stated where that is empty.
    pub(super) fn inherit(&mut self, one: &Inherited, stated: &[bool]) {
        let shipments = &self.tables[one.record].shipments;
        let rows: Vec<u32> = match one.from {
            Inherits::Shipment(_) => shipments.clone(),
            Inherits::Beside(_) => (0..shipments.len() as u32).collect(),
        };
        let source = match one.from {
            Inherits::Shipment(field) => &self.tables[0].fields[field],
            Inherits::Beside(field) => &self.tables[one.record].fields[field],
        };
        let is_stated = |row: usize| stated.get(row).copied().unwrap_or(false);
        let cells = match (source, &self.tables[one.record].fields[one.field]) {
            (Cells::Values(source), Cells::Values(own)) => {
                let source = source.at(&rows, &Value::Unknown);
                let pick = |row: usize| if is_stated(row) { own.get(row) } else { source.get(row) };
                match stated.contains(&true) {
                    true => Cells::Values(Column::of((0..rows.len()).map(|row| pick(row).into_owned()).collect())),
                    false => Cells::Values(source),
                }
            }
            (Cells::Links(source), Cells::Links(own)) => {
                let links = rows.iter().zip(own).map(|(row, own)| if *own == INHERITED { source[*row as usize] } else { *own });
                Cells::Links(links.collect())
            }
            (Cells::Lists(source), Cells::Lists(own)) => {
                let mut lists = Lists::default();
                for (at, row) in rows.iter().enumerate() {
                    let (of, row) = if is_stated(at) { (own, at as u32) } else { (source, *row) };
                    lists.push(of.of(row).iter().copied(), of.is_complete(row), of.possible(row).unwrap_or(NOWHERE));
                }
                Cells::Lists(lists)
            }
            _ => return,
        };
        self.tables[one.record].fields[one.field] = cells;
    }
}

impl Builder<'_> {
    /// On which rows a field is stated that has another's value otherwise.
    pub(super) fn stated(&self, one: &Inherited) -> Vec<bool> {
        let table = &self.tables[one.record];
        let rows = 0..table.shipments.len();
        match &table.fields[one.field] {
            Cellar::Values(values) if values.is_empty() => Vec::new(),
            Cellar::Values(values) => rows.map(|row| values.is_stated(row)).collect(),
            Cellar::Links(links) => links.iter().map(|link| *link != INHERITED).collect(),
            Cellar::Lists(lists) => lists.stated(rows.len()),
        }
    }
}
