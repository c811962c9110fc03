//! Facts as JSON: what was given and what is supposed, so that anybody can judge them again.

use super::table::{Cell, Facts, Place};
use crate::check::{CheckedPolicy, RecordId, Type};
use crate::value::{Truth, Value};
use serde_json::{Map, Value as Json};

/// The facts of a shipment that somebody stated, or that are supposed; what is unknown or assumed is left out.
pub fn written(policy: &CheckedPolicy, facts: &Facts) -> Json {
    Json::Object(row(policy, facts, 0, 0))
}

fn row(policy: &CheckedPolicy, facts: &Facts, record: RecordId, at: u32) -> Map<String, Json> {
    let mut object = Map::new();
    for (field, declared) in policy.records[record].fields.iter().enumerate() {
        let place = Place { record, row: at, field };
        let found = match (facts.cell(place), &declared.ty) {
            (Cell::Given(value) | Cell::Supposed(value), ty) if value.is_known() => Some(json_of(policy, ty, value)),
            (Cell::Row(inner, _), Type::Record(of)) => {
                let inside = row(policy, facts, *of, *inner);
                (!inside.is_empty()).then_some(Json::Object(inside))
            }
            (Cell::List(rows, true), Type::List(of)) if !facts.is_assumed(place) => {
                Some(rows.iter().map(|inner| Json::Object(row(policy, facts, *of, *inner))).collect())
            }
            _ => None,
        };
        if let Some(found) = found {
            object.insert(declared.name.clone(), found);
        }
    }
    object
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
