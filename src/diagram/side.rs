//! A version that is looked at.

use crate::check::Question;
use crate::eval::Judge;
use crate::value::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// A policy as known on a day, and the day judged where it is fixed.
#[derive(Clone, Copy)]
pub struct Side<'p> {
    /// The policy, ready to judge.
    pub judge: &'p Judge<'p>,
    /// The day judged.
    pub day: Option<Date>,
}

/// What identifies a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionWords {
    /// The policy's name.
    pub name: String,
    /// The day judged, where it is fixed.
    pub on: Option<String>,
    /// The day known; none: everything is known.
    pub known_on: Option<String>,
    /// The digest of its files.
    pub digest: String,
}

impl Side<'_> {
    /// The readings that were chosen by name, for each of its questions.
    pub fn readings(&self, chosen: &BTreeMap<String, String>) -> Vec<Option<usize>> {
        let reading = |question: &Question| {
            let name = chosen.get(&question.name)?;
            question.readings.iter().position(|reading| reading.name == *name)
        };
        self.judge.policy.questions.iter().map(reading).collect()
    }

    /// What identifies it.
    pub fn words(&self) -> VersionWords {
        let policy = self.judge.policy;
        VersionWords {
            name: policy.name.clone(),
            on: self.day.map(|day| day.to_string()),
            known_on: self.judge.program().known_on.map(|day| day.to_string()),
            digest: policy.digest.clone(),
        }
    }
}

impl VersionWords {
    /// `cn_rare_earth on 2025-12-01, known 2025-10-09`
    pub fn words(&self) -> String {
        let on = self.on.as_ref().map(|on| format!(" on {on}")).unwrap_or_default();
        let known = self.known_on.as_ref().map(|known| format!(", known {known}")).unwrap_or_default();
        format!("{}{on}{known}", self.name)
    }
}
