//! Which shipments and changes a comparison is about.

use crate::facts::Facts;
use std::collections::BTreeMap;

/// Which changes are of interest.
#[derive(Debug, Clone, Default)]
pub struct Narrow {
    /// Only verdicts that become stricter, or only such as become looser.
    pub only: Option<Direction>,
    /// Only shipments with these facts, as the new version reads them; of an item its code, or one within it.
    pub given: Option<Facts>,
    /// Questions that are read in one way only, by their names.
    pub readings: BTreeMap<String, String>,
}

impl Narrow {
    /// What is left out, for the words of the proof.
    pub(super) fn words(&self) -> Vec<String> {
        let only = self.only.map(|only| match only {
            Direction::Stricter => "verdicts that become stricter, and no others".to_string(),
            Direction::Looser => "verdicts that become looser, and no others".to_string(),
        });
        let given = self.given.as_ref().map(|_| "shipments with the facts that were asked for, and no others".to_string());
        let read = |(question, reading): (&String, &String)| format!("{question}.{reading}");
        let readings: Vec<String> = self.readings.iter().map(read).collect();
        let readings = (!readings.is_empty()).then(|| format!("the law read as {}, and in no other way", readings.join(", ")));
        only.into_iter().chain(given).chain(readings).collect()
    }
}

/// Where a verdict goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// It becomes stricter.
    Stricter,
    /// It becomes looser.
    Looser,
}
