//! Facts that no column states: told before the first shipment is judged, since nobody wants to learn it from the last one.

use super::inputs::Inputs;
use super::run::Terms;
use crate::check::{CheckedPolicy, Inherits, Type};
use crate::facts::{Background, Facts, Place, load_with, read_json};
use crate::program::Path;
use crate::source::SourceId;
use crate::value::Date;
use std::collections::BTreeSet;

/// The facts that a policy asks for, that have nothing else to come from, and for which the tables of a run have no column: paths into the vocabulary, in
/// its order. Of a record or a list without any column there is only its own path. Objects in JSON are not looked at: each may state whatever it wants.
pub fn missing_facts(terms: &Terms<'_>, inputs: &Inputs) -> Vec<String> {
    let tables = inputs.files().iter().filter_map(|input| input.columns.as_deref());
    let columns: BTreeSet<&[String]> = tables.flat_map(|columns| columns.stated.keys().map(Vec::as_slice)).collect();
    if columns.is_empty() {
        return Vec::new();
    }
    let policy = terms.judge.policy;
    let search = Search { policy, on: terms.on, columns, assumed: of_nothing(policy, terms.background) };
    let asked = terms.judge.program().facts_asked(policy);
    let missing: BTreeSet<Path> = asked.iter().filter_map(|path| search.missing(path)).collect();
    missing.iter().map(|path| written(policy, path)).collect()
}

/// The facts of a shipment that states nothing: what the vocabulary and the assumptions of the run say of it.
fn of_nothing(policy: &CheckedPolicy, background: Background<'_>) -> Option<Facts> {
    load_with(policy, &read_json("{}", SourceId(0), 0).ok()?, background).ok()
}

/// A path as it is written: `items[].value`.
fn written(policy: &CheckedPolicy, path: &Path) -> String {
    let (mut text, mut is_within_list) = (String::new(), false);
    for (record, field) in path {
        let field = &policy.records[*record].fields[*field];
        if !text.is_empty() {
            text.push_str(if is_within_list { "[]." } else { "." });
        }
        text.push_str(&field.name);
        is_within_list = matches!(field.ty, Type::List(_));
    }
    text
}

/// The search for what no column states.
struct Search<'p> {
    policy: &'p CheckedPolicy,
    on: Option<Date>,
    columns: BTreeSet<&'p [String]>,
    assumed: Option<Facts>,
}

impl Search<'_> {
    /// What has to be stated so that a fact is known, and is not: it, or the first record or list on the way to it without a column.
    fn missing(&self, path: &Path) -> Option<Path> {
        let mut names: Vec<String> = Vec::new();
        for (at, (record, field)) in path.iter().enumerate() {
            let declared = &self.policy.records[*record].fields[*field];
            names.push(declared.name.clone());
            if self.columns.iter().any(|column| names.starts_with(column)) {
                return None;
            }
            if self.columns.iter().any(|column| column.starts_with(&names)) {
                continue;
            }
            let instead = |place: (usize, usize), before: usize| [&path[..before], &[place], &path[at + 1..]].concat();
            return match (declared.inherits, &declared.lookup) {
                _ if declared.default.is_some() || self.is_assumed(&path[..=at]) => None,
                (Some(Inherits::Shipment(source)), _) => self.missing(&instead((0, source), 0)),
                (Some(Inherits::Beside(source)), _) => self.missing(&instead((*record, source), at)),
                // Whoever gives the name need not know the list.
                (None, Some(lookup)) if self.missing(&[&path[..at], &[(*record, lookup.by)]].concat()).is_none() => None,
                _ => Some(path[..=at].to_vec()),
            };
        }
        None
    }

    /// The day of all, or what the run assumes of every shipment.
    fn is_assumed(&self, path: &[(usize, usize)]) -> bool {
        if self.on.is_some() && self.policy.day_field().is_some_and(|day| path == [(0, day)]) {
            return true;
        }
        let (Some(facts), Some(((record, field), outer))) = (&self.assumed, path.split_last()) else { return false };
        let inside = |row: u32, (record, field): &(usize, usize)| facts.follow(Place { record: *record, row, field: *field });
        let Some(row) = outer.iter().try_fold(0, inside) else { return false };
        facts.is_assumed(Place { record: *record, row, field: *field })
    }
}
