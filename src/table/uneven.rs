//! What one table of a run lacks and another one has.

use super::inputs::Input;
use crate::problem::TableError;
use std::collections::BTreeMap;

/// What each table lacks that another one has a column for.
pub(super) fn uneven(files: &[Input]) -> Vec<TableError> {
    let tables: Vec<(&Input, &BTreeMap<Vec<String>, String>)> =
        files.iter().filter_map(|file| Some((file, &file.columns.as_deref()?.stated))).collect();
    let mut stated: BTreeMap<&[String], (&str, &Input)> = BTreeMap::new();
    for (file, columns) in &tables {
        columns.iter().for_each(|(fact, column)| _ = stated.entry(fact).or_insert((column, file)));
    }
    let lacking = tables.iter().filter_map(|(file, columns)| {
        let lacked = stated.iter().filter(|(fact, _)| !is_stated(fact, columns));
        let names: Vec<String> = lacked.map(|(_, (column, other))| format!("`{column}` ({})", other.path.display())).collect();
        let message = format!("it lacks columns that other files of the run have: {}", names.join(", "));
        let help = "add them, with empty cells where nothing is known, or judge this file in a run of its own";
        (!names.is_empty()).then(|| TableError::new("ukase::table::column", message, help).in_file(&file.path))
    });
    lacking.collect()
}

/// Some column states a fact, or something within it, or what it lies in.
fn is_stated(fact: &[String], columns: &BTreeMap<Vec<String>, String>) -> bool {
    columns.keys().any(|column| fact.starts_with(column) || column.starts_with(fact))
}
