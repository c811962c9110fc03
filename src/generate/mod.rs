//! Synthetic shipments around the constants of a policy: for tests of speed, and to try a policy on more than anybody has at hand.

mod dice;

use crate::check::{FieldId, RecordId, Type};
use crate::eval::Judge;
use crate::facts::{json_of, load, read_json};
use crate::source::SourceId;
use crate::value::Value;
use dice::Dice;
use serde_json::{Map, Value as Json};
use std::collections::HashMap;

/// How deep lists and records lie within one another.
const DEEPEST: usize = 3;
/// How often a shipment is made anew that its own vocabulary refuses, for shares above the whole, say.
const MOST_TRIES: usize = 50;
/// In how many of a hundred shipments a fact is left out, a fact that stands for another's is given, and a list is given.
const LEFT_OUT: u64 = 15;
const IN_PLACE_OF_ANOTHER: u64 = 20;
const LISTED: u64 = 70;
/// The most elements of a list, and one.
const MOST_ELEMENTS: u64 = 3;

/// Makes shipments, one after the other; the same policy and seed make the same.
pub struct Generator<'j> {
    judge: &'j Judge<'j>,
    dice: Dice,
    made: u64,
    /// The values that are drawn for each fact.
    values: HashMap<(RecordId, FieldId), Vec<Value>>,
}

impl<'j> Generator<'j> {
    /// A generator for a policy.
    ///
    /// ```
    /// use ukase::{check::check, eval::Judge, generate::Generator, source::Sources};
    /// let text = r#"
    /// policy tiny "A tiny policy"
    /// language 1
    /// outcomes from loosest to strictest { free licence }
    /// facts shipment { date date   mass quantity in kg }
    /// instrument 1 "A law" { published 2025-01-01 }
    /// clause I "Heavy" when mass > 2 kg then licence
    /// "#;
    /// let (policy, _) = check(&Sources::of_text("tiny.ukase", text.trim()));
    /// let policy = policy.unwrap();
    /// let judge = Judge::new(&policy, None);
    /// let made: Vec<_> = Generator::new(&judge, 7).take(20).collect();
    /// assert!(made.iter().any(|shipment| shipment["mass"] == "2 kg"));
    /// assert_eq!(made, Generator::new(&judge, 7).take(20).collect::<Vec<_>>());
    /// ```
    pub fn new(judge: &'j Judge<'j>, seed: u64) -> Generator<'j> {
        Generator { judge, dice: Dice::new(seed), made: 0, values: HashMap::new() }
    }

    fn shipment(&mut self) -> Json {
        let mut shipment = Map::new();
        shipment.insert("id".into(), Json::String(format!("G-{}", self.made)));
        for (name, value) in self.record(0, 0) {
            shipment.entry(name).or_insert(value);
        }
        Json::Object(shipment)
    }

    fn record(&mut self, record: RecordId, depth: usize) -> Map<String, Json> {
        let policy = self.judge.policy;
        let mut found = Map::new();
        for (field, declared) in policy.records[record].fields.iter().enumerate() {
            if declared.inherits.is_some() && !self.dice.chance(IN_PLACE_OF_ANOTHER) {
                continue;
            }
            let value = match &declared.ty {
                Type::Record(inner) if depth < DEEPEST => {
                    let inside = self.record(*inner, depth + 1);
                    (!inside.is_empty()).then_some(Json::Object(inside))
                }
                Type::List(inner) if depth < DEEPEST => self.dice.chance(LISTED).then(|| self.list(*inner, depth)),
                Type::List(_) => Some(Json::Array(Vec::new())),
                Type::Record(_) | Type::Register(_) => None,
                ty => (!self.dice.chance(LEFT_OUT)).then(|| self.value((record, field), ty)).flatten(),
            };
            if let Some(value) = value {
                found.insert(declared.name.clone(), value);
            }
        }
        found
    }

    fn list(&mut self, record: RecordId, depth: usize) -> Json {
        // What a shipment is about is there; what lies within it often is not.
        let least = u64::from(depth == 0);
        let count = least + self.dice.below(MOST_ELEMENTS >> depth.min(2));
        (0..count).map(|_| Json::Object(self.record(record, depth + 1))).collect()
    }

    /// A value of one of the regions into which the policy's constants cut a fact.
    fn value(&mut self, at: (RecordId, FieldId), ty: &Type) -> Option<Json> {
        let judge = self.judge;
        let is_day = at.0 == 0 && judge.policy.day_field() == Some(at.1);
        let values = self.values.entry(at).or_insert_with(|| {
            if is_day {
                return judge.regions().of_day(judge.program(), &[]).into_iter().map(Value::Date).collect();
            }
            let (values, _) = judge.regions().of_field(judge.policy, at.0, at.1, &ty.unstated(), &[]);
            // What lies exactly on a line is where a policy is wrong most often.
            let lines = judge.regions().reading(at.0, at.1).into_iter().flat_map(|reading| reading.lines().cloned());
            let mut values: Vec<Value> = values.into_iter().chain(lines).filter(Value::is_known).collect();
            values.sort();
            values.dedup();
            values
        });
        let drawn = self.dice.below(values.len() as u64) as usize;
        values.get(drawn).map(|value| json_of(judge.policy, ty, value))
    }
}

impl Iterator for Generator<'_> {
    type Item = Json;

    fn next(&mut self) -> Option<Json> {
        self.made += 1;
        let is_whole = |shipment: &Json| {
            read_json(&shipment.to_string(), SourceId(0), 0).is_ok_and(|raw| load(self.judge.policy, &raw).is_ok())
        };
        for _ in 0..MOST_TRIES {
            let shipment = self.shipment();
            if is_whole(&shipment) {
                return Some(shipment);
            }
        }
        None
    }
}
