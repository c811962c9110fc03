//! Facts as JSON: what was given and what is supposed, so that anybody can judge them again.

use super::table::{Cell, Facts, Place};
use crate::check::{CheckedPolicy, RecordId, Type};
use crate::value::{Truth, Value};
use serde_json::{Map, Value as Json};

/// The facts of a shipment that somebody stated, or that are supposed; what is unknown or assumed is left out.
pub fn written(policy: &CheckedPolicy, facts: &Facts) -> Json {
    Writer { policy, facts, counts: |facts, place| !facts.is_assumed(place), above: Vec::new() }.shipment()
}

/// The same with what is assumed, as if somebody had stated it.
pub fn written_as_assumed(policy: &CheckedPolicy, facts: &Facts) -> Json {
    Writer { policy, facts, counts: |_, _| true, above: Vec::new() }.shipment()
}

struct Writer<'f> {
    policy: &'f CheckedPolicy,
    facts: &'f Facts,
    /// Whether what stands at a place is written.
    counts: fn(&Facts, Place) -> bool,
    /// The rows within which the one stands that is written: a row that leads back to one of them is left out.
    above: Vec<(RecordId, u32)>,
}

impl Writer<'_> {
    fn shipment(mut self) -> Json {
        Json::Object(self.row(0, 0))
    }

    fn row(&mut self, record: RecordId, at: u32) -> Map<String, Json> {
        if self.above.contains(&(record, at)) {
            return Map::new();
        }
        self.above.push((record, at));
        let mut object = Map::new();
        for (field, declared) in self.policy.records[record].fields.iter().enumerate() {
            if let Some(found) = self.cell(Place { record, row: at, field }, &declared.ty) {
                object.insert(declared.name.clone(), found);
            }
        }
        self.above.pop();
        object
    }

    fn cell(&mut self, place: Place, ty: &Type) -> Option<Json> {
        let counts = (self.counts)(self.facts, place);
        match (self.facts.cell(place), ty) {
            (Cell::Given(value) | Cell::Supposed(value) | Cell::Assumed(value), ty) if counts && value.is_known() => {
                Some(json_of(self.policy, ty, value))
            }
            (Cell::Row(inner, _), Type::Record(of)) => {
                let inside = self.row(*of, *inner);
                (!inside.is_empty()).then_some(Json::Object(inside))
            }
            // A list that is assumed and holds something stands for any number of elements alike.
            (Cell::List(rows, true), Type::List(of)) if !self.facts.is_assumed(place) || (counts && rows.is_empty()) => {
                Some(rows.iter().map(|inner| Json::Object(self.row(*of, *inner))).collect())
            }
            _ => None,
        }
    }
}

/// A value as facts write it.
pub(crate) fn json_of(policy: &CheckedPolicy, ty: &Type, value: &Value) -> Json {
    match (value, ty) {
        (Value::Truth(truth), _) => Json::Bool(*truth == Truth::True),
        (Value::Set(set), Type::Set(of)) => set.members.iter().map(|member| json_of(policy, of, member)).collect(),
        (Value::Text(text), _) => Json::String(text.to_string()),
        _ => Json::String(ty.write(&policy.enums, value)),
    }
}
