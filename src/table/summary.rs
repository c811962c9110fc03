//! What a run came to.

use super::rejected::Rejected;
use super::rows::Row;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// How many clauses and facts the text names.
const MOST_NAMED: usize = 10;

/// Counts of everything that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The shipments that were judged.
    pub shipments: u64,
    /// The rows that were written, one for each item.
    pub rows: u64,
    /// The rows by outcome; an open one by all that it may be: `free or licence`.
    pub outcomes: BTreeMap<String, u64>,
    /// Every outcome that remains possible for some shipment, also through elements that its lists leave open.
    #[serde(default)]
    pub possible: BTreeSet<String>,
    /// The rows in which a clause stands.
    pub clauses: BTreeMap<String, u64>,
    /// The rows that are open.
    pub open: u64,
    /// Those of them whose outcomes are all that is not excluded, and not each shown to be possible.
    #[serde(default)]
    pub inexact: u64,
    /// The rows that ask for a fact: `items[].components`.
    pub needs: BTreeMap<String, u64>,
    /// The rows in which a question of law is open.
    #[serde(default)]
    pub questions: BTreeMap<String, u64>,
    /// The shipments that three-valued logic did not settle, so that a search went over what is not known.
    #[serde(default)]
    pub searched: u64,
    /// The shipments that were set aside.
    pub rejected: u64,
    /// The same by the first problem of each.
    pub rejected_by: BTreeMap<String, u64>,
}

impl Summary {
    /// Counts a row that was written so many times.
    pub(super) fn count(&mut self, row: &Row, times: u64) {
        self.rows += times;
        *self.outcomes.entry(row.possible.join(" or ")).or_default() += times;
        self.possible.extend(row.possible.iter().cloned());
        self.inexact += if row.exact == Some(false) { times } else { 0 };
        self.open += if row.outcome.is_none() { times } else { 0 };
        row.clauses.iter().for_each(|clause| *self.clauses.entry(clause.clone()).or_default() += times);
        row.needs.iter().for_each(|need| *self.needs.entry(without_places(need)).or_default() += times);
        row.questions.iter().for_each(|question| *self.questions.entry(question.clone()).or_default() += times);
    }

    /// Outcomes that remain possible for a shipment, whether or not one of its rows has them.
    pub(super) fn allow<'n>(&mut self, outcomes: impl IntoIterator<Item = &'n str>) {
        self.possible.extend(outcomes.into_iter().map(String::from));
    }

    /// Counts a shipment that was set aside.
    pub(super) fn reject(&mut self, rejected: &Rejected) {
        self.rejected += 1;
        *self.rejected_by.entry(rejected.error.code.clone()).or_default() += 1;
    }

    /// Adds what another part of the run came to.
    pub(super) fn add(&mut self, other: Summary) {
        self.shipments += other.shipments;
        self.rows += other.rows;
        self.open += other.open;
        self.inexact += other.inexact;
        self.possible.extend(other.possible);
        self.searched += other.searched;
        self.rejected += other.rejected;
        let pairs = [
            (&mut self.outcomes, other.outcomes),
            (&mut self.clauses, other.clauses),
            (&mut self.needs, other.needs),
            (&mut self.questions, other.questions),
            (&mut self.rejected_by, other.rejected_by),
        ];
        for (own, others) in pairs {
            others.into_iter().for_each(|(name, count)| *own.entry(name).or_default() += count);
        }
    }

    /// The summary for a person.
    pub fn text(&self) -> String {
        let counted = |count: u64, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
        let mut out = format!("{}, {}", counted(self.shipments, "shipment"), counted(self.rows, "row"));
        if self.searched > 0 {
            let _ = write!(out, "; searched, since three-valued logic leaves them open: {}", self.searched);
        }
        if self.inexact > 0 {
            let _ = write!(out, "; open at most as said: {}", self.inexact);
        }
        out.push('\n');
        let mut part = |title: &str, of: &BTreeMap<String, u64>| {
            if of.is_empty() {
                return;
            }
            let _ = writeln!(out, "\n{title}");
            let mut of: Vec<(&String, &u64)> = of.iter().collect();
            of.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), (*name).clone()));
            of.iter().take(MOST_NAMED).for_each(|(name, count)| _ = writeln!(out, "  {count:>12}  {name}"));
            if of.len() > MOST_NAMED {
                let _ = writeln!(out, "  {:>12}  and {} more", "", of.len() - MOST_NAMED);
            }
        };
        part("by outcome", &self.outcomes);
        part("clauses that stand", &self.clauses);
        part("facts that are missing, in rows that are open", &self.needs);
        part("questions of law, in rows that are open", &self.questions);
        part("set aside, by reason", &self.rejected_by);
        out
    }
}

/// `items[3].components` as `items[].components`.
fn without_places(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut is_inside = false;
    for character in path.chars() {
        match character {
            '[' => is_inside = true,
            ']' => is_inside = false,
            _ if is_inside => continue,
            _ => {}
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_counted_whatever_the_item() {
        assert_eq!(without_places("items[3].components[0].value"), "items[].components[].value");
        assert_eq!(without_places("end_user.military"), "end_user.military");
    }
}
