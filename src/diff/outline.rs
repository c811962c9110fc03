//! A comparison as a reviewer reads it: changes of the text by what did them, changes of verdicts by the clause that decides.

use super::Comparison;
use super::class::Class;
use super::family::{Family, families};

/// Changes of the text that one instrument made alike.
pub(super) struct TextGroup<'c> {
    pub(super) change: &'static str,
    pub(super) by: &'c str,
    pub(super) under_some_readings: bool,
    pub(super) of: Vec<&'c super::Change>,
}

impl TextGroup<'_> {
    /// `, under some readings` where it is so under some only.
    pub(super) fn under(&self) -> &'static str {
        if self.under_some_readings { ", under some readings" } else { "" }
    }
}

/// Classes that one clause decides with one outcome.
pub(super) struct ClassGroup<'c> {
    pub(super) first: &'c Class,
    pub(super) all: Vec<&'c Class>,
}

/// Where a verdict goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Stricter,
    Looser,
    Reason,
}

impl Way {
    pub(super) const ALL: [Way; 3] = [Way::Stricter, Way::Looser, Way::Reason];

    pub(super) fn words(self) -> &'static str {
        match self {
            Way::Stricter => "Stricter",
            Way::Looser => "Looser",
            Way::Reason => "Same outcome, another reason",
        }
    }
}

impl Class {
    pub(super) fn way(&self) -> Way {
        let (from, to) = self.step;
        match to.cmp(&from) {
            std::cmp::Ordering::Greater => Way::Stricter,
            std::cmp::Ordering::Less => Way::Looser,
            std::cmp::Ordering::Equal => Way::Reason,
        }
    }
}

impl ClassGroup<'_> {
    /// `free, certificate → licence`
    pub(super) fn steps(&self) -> String {
        let (ways, ends): (Vec<&str>, &str) = match self.first.way() {
            Way::Looser => (self.all.iter().map(|one| one.to.outcome.as_str()).collect(), &self.first.from.outcome),
            _ => (self.all.iter().map(|one| one.from.outcome.as_str()).collect(), &self.first.to.outcome),
        };
        match self.first.way() {
            Way::Looser => format!("{ends} → {}", ways.join(", ")),
            Way::Stricter => format!("{} → {ends}", ways.join(", ")),
            Way::Reason => format!("{ends} as before"),
        }
    }

    /// The shipments of the corpus in all of its classes.
    pub(super) fn rows(&self) -> Option<usize> {
        self.all.iter().map(|one| one.corpus.as_ref().map(|touched| touched.rows)).sum()
    }
}

impl Comparison {
    pub(super) fn text_groups(&self) -> Vec<TextGroup<'_>> {
        let mut groups: Vec<TextGroup<'_>> = Vec::new();
        for change in &self.text {
            let by = change.by.as_deref().unwrap_or_default();
            let under_some_readings = change.under_some_readings;
            let is_alike = |group: &&mut TextGroup<'_>| {
                (group.change, group.by, group.under_some_readings) == (change.change, by, under_some_readings)
            };
            match groups.iter_mut().find(is_alike) {
                Some(group) => group.of.push(change),
                None => groups.push(TextGroup { change: change.change, by, under_some_readings, of: vec![change] }),
            }
        }
        groups
    }

    pub(super) fn families(&self, way: Way) -> Vec<Family<'_>> {
        families(self.class_groups(way))
    }

    fn class_groups(&self, way: Way) -> Vec<ClassGroup<'_>> {
        let mut groups: Vec<ClassGroup<'_>> = Vec::new();
        for class in self.verdicts.iter().filter(|class| class.way() == way) {
            match groups.iter_mut().find(|group| group.first.clause == class.clause) {
                Some(group) => group.all.push(class),
                None => groups.push(ClassGroup { first: class, all: vec![class] }),
            }
        }
        groups
    }

    /// What the proof comes to, in a sentence.
    pub(super) fn proof(&self) -> String {
        match (self.equal_elsewhere, self.unshown.len()) {
            ("proved", _) if self.verdicts.is_empty() => "No verdict changes: proved.".into(),
            ("proved", _) => "No other verdict changes: proved.".into(),
            (_, 0) => "Nothing is proved.".into(),
            (_, count) => {
                format!("{count} further ways are neither shown by a shipment nor excluded; beside these no verdict changes.")
            }
        }
    }
}

/// The facts of a witness on one line, and the readings.
pub(super) fn witness(class: &Class) -> String {
    let readings: Vec<String> = class.readings.iter().map(|(question, reading)| format!("{question}.{reading}")).collect();
    let under = if readings.is_empty() { String::new() } else { format!(" under {}", readings.join(", ")) };
    format!("{}{under}", class.witness)
}

/// `licence by 2025-61/I(3)`
pub(super) fn verdict(reason: &super::Reason) -> String {
    match reason.by.as_slice() {
        [] => reason.outcome.clone(),
        by => format!("{} by {}", reason.outcome, by.join(", ")),
    }
}
