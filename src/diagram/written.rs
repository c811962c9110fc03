//! A shipment that was made from diagrams, as facts that anybody can judge again.

use super::domain::place_of;
use super::realise::Realised;
use super::row::{Row, RowKind};
use super::space::{Space, Variable, VariableId};
use crate::check::{CheckedPolicy, Type};
use crate::facts::json_of;
use crate::value::{Date, Value};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Space<'_> {
    /// The facts as JSON in the words of a side, and the readings that were chosen.
    pub fn written(&mut self, side: usize, shipment: &Realised) -> (Json, BTreeMap<String, String>) {
        let mut root = Map::new();
        self.write(side, shipment, None, &mut root);
        let reading = |(at, value): (&usize, &usize)| match self.variable(*at) {
            about @ (Variable::Reading(name) | Variable::MovedReading(name)) => {
                let question = self.sides[side].judge.policy.questions.iter().position(|one| one.name == *name)?;
                let is_own = self.reading_of(side, question, name) == *about;
                is_own.then(|| Some((name.clone(), self.readings(name).get(*value)?.clone())))?
            }
            _ => None,
        };
        let readings = shipment.values.iter().filter_map(reading);
        let asked =
            |(question, _): &(&String, &String)| self.sides[side].judge.policy.questions.iter().any(|one| one.name == **question);
        let chosen = self.chosen.iter().filter(asked).map(|(question, reading)| (question.clone(), reading.clone()));
        let readings = chosen.chain(readings).collect();
        (Json::Object(root), readings)
    }

    /// Writes the facts of a row and of those below it; `within` is the row that stands for the element that is written.
    fn write(&mut self, side: usize, of: &Realised, within: Option<Row>, into: &mut Map<String, Json>) {
        for (at, value) in &of.values {
            match self.variable(*at).clone() {
                Variable::Fact(row, field) | Variable::Moved(row, field) => {
                    if !self.is_own(side, *at, row, &field) {
                        continue;
                    }
                    let Some(written) = self.fact(side, row, &field, *value) else { continue };
                    if let Some(place) = self.object(row, within, into) {
                        place.insert(field.to_string(), written);
                    }
                }
                Variable::Present(row) if *value == 1 => _ = self.object(row, within, into),
                Variable::Present(row) => {
                    let list = self.outer(row).map(|(outer, field)| (outer, field.to_string()));
                    if let Some((outer, field)) = list
                        && let Some(place) = self.object(outer, within, into)
                    {
                        place.insert(field, Json::Array(Vec::new()));
                    }
                }
                Variable::Day => {
                    if let Some(day) = self.days().get(*value) {
                        into.insert("date".into(), Json::String(day.to_string()));
                    }
                }
                _ => {}
            }
        }
        for at in &of.supposed {
            self.write_nothing(side, *at, within, into);
        }
        for (element, elements) in &of.lists {
            let Some((outer, field)) = self.outer(*element).map(|(outer, field)| (outer, field.to_string())) else { continue };
            let mut all = Vec::new();
            for one in elements {
                let mut object = Map::new();
                self.write(side, one, Some(*element), &mut object);
                all.push(Json::Object(object));
            }
            if let Some(place) = self.object(outer, within, into) {
                // Where a clause is bound to one element, that one is there already.
                match place.entry(field).or_insert_with(|| Json::Array(Vec::new())) {
                    Json::Array(there) => there.extend(all),
                    other => *other = Json::Array(all),
                }
            }
        }
    }

    /// What is calculated from lists and supposed to fail fails where they are empty.
    fn write_nothing(&self, side: usize, supposed: usize, within: Option<Row>, into: &mut Map<String, Json>) {
        let policy = self.sides[side].judge.policy;
        let Some(row) = self.calculated_for(supposed) else { return };
        let Some(name) = self.record_of(policy, row) else { return };
        let Some(record) = policy.records.iter().find(|one| one.name == name) else { return };
        let Some(place) = self.object(row, within, into) else { return };
        for field in record.fields.iter().filter(|field| matches!(field.ty, Type::List(_))) {
            place.entry(field.name.clone()).or_insert_with(|| Json::Array(Vec::new()));
        }
    }

    /// The object of a row; those on the way to it are made.
    fn object<'m>(&self, row: Row, within: Option<Row>, root: &'m mut Map<String, Json>) -> Option<&'m mut Map<String, Json>> {
        if Some(row) == within || *self.kind(row) == RowKind::Shipment {
            return Some(root);
        }
        let (outer, field) = self.outer(row)?;
        let field = field.to_string();
        let is_element = matches!(self.kind(row), RowKind::Bound(..));
        let object = self.object(outer, within, root)?;
        let empty = || Json::Object(Map::new());
        let place = object.entry(field).or_insert_with(|| if is_element { Json::Array(vec![empty()]) } else { empty() });
        match place {
            Json::Object(inner) => Some(inner),
            Json::Array(elements) => elements.first_mut()?.as_object_mut(),
            _ => None,
        }
    }

    /// A variable is about a fact as it is on this side.
    fn is_own(&self, side: usize, at: VariableId, row: Row, field: &Arc<str>) -> bool {
        let policy = self.sides[side].judge.policy;
        let place = self.record_of(policy, row).and_then(|record| place_of(policy, &record, field));
        place.is_none_or(|place| self.fact_of(side, row, place, field) == *self.variable(at))
    }

    fn fact(&mut self, side: usize, row: Row, field: &str, value: usize) -> Option<Json> {
        let policy = self.sides[side].judge.policy;
        let record = self.record_of(policy, row)?;
        let (at, place) = place_of(policy, &record, field)?;
        let ty = &policy.records[at].fields[place].ty;
        if *ty == Type::Truth {
            return Some(Json::Bool(value == 1));
        }
        let name = self.name(field);
        let domain = self.values(&record, &name);
        let value = domain.of_side(side).get(value)?;
        // The first day of the calendar stands for "always": a vocabulary says so by a default, and nobody else does.
        (*value != Value::Date(Date::FIRST)).then(|| json_of(policy, ty, value))
    }

    /// The name of the record that a row is of.
    fn record_of(&self, policy: &CheckedPolicy, row: Row) -> Option<String> {
        let Some((outer, field)) = self.outer(row) else {
            return (*self.kind(row) == RowKind::Shipment).then(|| policy.records[0].name.clone());
        };
        let (record, place) = place_of(policy, &self.record_of(policy, outer)?, field)?;
        match &policy.records[record].fields[place].ty {
            Type::List(inner) | Type::Record(inner) | Type::Register(inner) => Some(policy.records[*inner].name.clone()),
            _ => None,
        }
    }
}
