//! What the tables of a policy say of the records of a shipment: the listings of a party, found by its name.
//!
//! A table adds to what is given and takes nothing away. It is never complete: who is not in it may be listed all the same, unless
//! the facts say that there is no listing.

use super::table::{Cell, Facts, Origin, Place};
use crate::check::{CheckedPolicy, FieldId, Listed, RecordId, Type};
use crate::value::{Date, Value};

/// Adds the rows of all tables that are known by a day.
pub(super) fn look_up(policy: &CheckedPolicy, facts: &mut Facts, known: Option<Date>) {
    for (record, of) in policy.records.iter().enumerate() {
        for (field, one) in of.fields.iter().enumerate() {
            let (Some(lookup), Type::List(element)) = (&one.lookup, &one.ty) else { continue };
            for row in 0..facts.rows(record) as u32 {
                let (Cell::Given(Value::Text(name)) | Cell::Assumed(Value::Text(name))) =
                    facts.cell(Place { record, row, field: lookup.by })
                else {
                    continue;
                };
                let listed = lookup.rows.get(name.as_ref()).into_iter().flatten();
                for one in listed.filter(|one| known.is_none_or(|known| one.known.is_none_or(|since| since <= known))) {
                    add(policy, facts, Place { record, row, field }, *element, one);
                }
            }
        }
    }
}

/// Adds a row to a list. Where something with its key stands there and says nothing else, it fills that in instead.
fn add(policy: &CheckedPolicy, facts: &mut Facts, list: Place, element: RecordId, listed: &Listed) {
    let Cell::List(rows, complete) = facts.cell(list).clone() else { return };
    let key = policy.records[element].key.and_then(|key| Some((key, said(listed, key)?)));
    let same = |row: &u32| {
        let at = |field: FieldId| Place { record: element, row: *row, field };
        let agrees = |(field, value): &(FieldId, Value)| match facts.cell(at(*field)) {
            Cell::Given(given) => given == value,
            _ => true,
        };
        key.is_some_and(|(field, value)| holds(facts, at(field), value)) && listed.cells.iter().all(agrees)
    };
    if let Some(row) = rows.iter().copied().find(same) {
        for (field, value) in listed.cells.iter().filter(|(field, _)| key.is_none_or(|(key, _)| key != *field)) {
            facts.tell(Place { record: element, row, field: *field }, Cell::Given(value.clone()), listed.span);
        }
        return;
    }
    let row = facts.add_row(policy, element, Origin::Element(list.record, list.row, list.field, rows.len()));
    for (field, value) in &listed.cells {
        facts.tell(Place { record: element, row, field: *field }, Cell::Given(value.clone()), listed.span);
    }
    facts.set(list, Cell::List(rows.into_iter().chain([row]).collect(), complete));
}

fn said(listed: &Listed, field: FieldId) -> Option<&Value> {
    listed.cells.iter().find(|(at, _)| *at == field).map(|(_, value)| value)
}

fn holds(facts: &Facts, place: Place, value: &Value) -> bool {
    matches!(facts.cell(place), Cell::Given(given) | Cell::Assumed(given) if given == value)
}
