//! Facts that no column states: told before the first shipment is judged, since nobody wants to learn it from the last one.

use super::columns::{Columns, Step};
use super::inputs::{Input, Inputs};
use crate::check::{CheckedPolicy, Field, FieldId, RecordId, Type};
use crate::eval::Judge;
use crate::problem::TableError;
use crate::value::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The facts that a policy asks for, that have nothing else to come from, and for which no file of a run has a column: paths into the vocabulary, in its
/// order. Of a record or a list without any column there is only its own path. None, where objects in JSON may state whatever they want. The day is not
/// missed where all are judged `on` one.
pub fn unstated(judge: &Judge<'_>, inputs: &Inputs, on: Option<Date>) -> Vec<String> {
    let Some(columns) = inputs.files().iter().map(|input| input.columns.as_deref()).collect::<Option<Vec<_>>>() else {
        return Vec::new();
    };
    let policy = judge.policy;
    let mut asked = judge.program().facts_asked(policy);
    if let Some(day) = policy.day_field().filter(|_| on.is_some()) {
        asked.remove(&(0, day));
    }
    let mut search = Search { policy, asked, columns: columns.into_iter().flat_map(facts).collect(), found: Vec::new() };
    search.record(0, &mut Vec::new(), "");
    search.found
}

/// What each file lacks that another one has a column for.
pub(super) fn uneven(files: &[Input]) -> Vec<TableError> {
    let tables: Vec<(&Input, BTreeSet<Vec<&str>>)> =
        files.iter().filter_map(|file| Some((file, facts(file.columns.as_deref()?).collect()))).collect();
    let mut stated: BTreeMap<&[&str], &Input> = BTreeMap::new();
    for (file, columns) in &tables {
        columns.iter().for_each(|fact| _ = stated.entry(fact).or_insert(file));
    }
    let lacking = tables.iter().filter_map(|(file, columns)| {
        let lacked = stated.iter().filter(|(fact, _)| !is_stated(fact, columns));
        let names: Vec<String> = lacked.map(|(fact, other)| format!("`{}` ({})", fact.join("."), other.path.display())).collect();
        let message = format!("it lacks columns that other files of the run have: {}", names.join(", "));
        let help = "add them, with empty cells where nothing is known, or judge this file in a run of its own";
        (!names.is_empty()).then(|| TableError::new("ukase::table::column", message, help).in_file(&file.path))
    });
    lacking.collect()
}

/// The fact that each column states, wherever in a list.
fn facts(columns: &Columns) -> impl Iterator<Item = Vec<&str>> {
    columns.all.iter().map(|column| column.path.iter().filter_map(field).collect())
}

fn field(step: &Step) -> Option<&str> {
    match step {
        Step::Field(name) => Some(name),
        Step::Element(_) => None,
    }
}

/// Some column states a fact, or something within it, or what it lies in.
fn is_stated(fact: &[&str], columns: &BTreeSet<Vec<&str>>) -> bool {
    columns.iter().any(|column| fact.starts_with(column) || column.starts_with(fact))
}

/// The search for what no column states.
struct Search<'p> {
    policy: &'p CheckedPolicy,
    asked: BTreeSet<(RecordId, FieldId)>,
    columns: BTreeSet<Vec<&'p str>>,
    found: Vec<String>,
}

impl<'p> Search<'p> {
    /// Looks through the fields of a record, which is written so in paths.
    fn record(&mut self, record: RecordId, path: &mut Vec<&'p str>, written: &str) {
        let policy = self.policy;
        for (at, field) in policy.records[record].fields.iter().enumerate() {
            path.push(&field.name);
            let is_within = self.columns.iter().any(|column| path.starts_with(column));
            let is_around = self.columns.iter().any(|column| column.starts_with(path));
            match field.ty {
                _ if is_within => {}
                Type::Record(inner) if is_around => self.record(inner, path, &format!("{written}{}.", field.name)),
                Type::List(inner) if is_around => self.record(inner, path, &format!("{written}{}[].", field.name)),
                _ if self.asked.contains(&(record, at)) && is_by_itself(field) => {
                    self.found.push(format!("{written}{}", field.name));
                }
                _ => {}
            }
            path.pop();
        }
    }
}

/// A field has its value from nowhere else.
fn is_by_itself(field: &Field) -> bool {
    field.default.is_none() && field.inherits.is_none() && field.lookup.is_none()
}
