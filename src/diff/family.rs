//! Clauses told together: of one instrument, with the same effect, under conditions that have most in common.

use super::outline::ClassGroup;

/// How many parts of its condition a clause may have for itself.
const MOST_OWN: usize = 2;

/// Clauses that change verdicts alike. Where there are several, the change happens where the parts hold that their conditions have in common,
/// and with them the other parts of one of the clauses.
pub(super) struct Family<'c> {
    pub(super) groups: Vec<ClassGroup<'c>>,
    /// The parts that the conditions have in common.
    pub(super) common: Vec<&'c str>,
}

/// A clause among others.
pub(super) struct Member<'c> {
    /// Its number within the instrument.
    pub(super) number: &'c str,
    pub(super) title: &'c str,
    /// What its condition asks for beyond the common parts.
    pub(super) own: String,
}

impl<'c> Family<'c> {
    pub(super) fn first(&self) -> &ClassGroup<'c> {
        &self.groups[0]
    }

    /// The instrument that they belong to.
    pub(super) fn instrument(&self) -> &'c str {
        name_in_parts(&self.first().first.clause).0
    }

    pub(super) fn members(&self) -> impl Iterator<Item = Member<'c>> {
        self.groups.iter().map(|group| Member {
            number: name_in_parts(&group.first.clause).1,
            title: &group.first.title,
            own: own(group, &self.common).join(" and "),
        })
    }

    /// The shipments of the corpus in all of its classes.
    pub(super) fn rows(&self) -> Option<usize> {
        self.groups.iter().map(ClassGroup::rows).sum()
    }

    /// The changes that brought it about; nothing where each clause did so by itself.
    pub(super) fn caused_by(&self) -> &'c [String] {
        if self.groups.len() > 1 && is_own_cause(self.first()) { &[] } else { &self.first().first.caused_by }
    }

    /// What the conditions would have in common with that of another clause, if it is to be told with them.
    fn with(&self, other: &ClassGroup<'c>) -> Option<Vec<&'c str>> {
        let first = self.first();
        let alike = name_in_parts(&other.first.clause).0 == self.instrument()
            && other.steps() == first.steps()
            && (is_own_cause(first) && is_own_cause(other) || first.first.caused_by == other.first.caused_by);
        let common: Vec<&str> =
            self.common.iter().copied().filter(|part| other.first.when.iter().any(|one| one == part)).collect();
        let is_held = self.groups.len() == 1 || common.len() == self.common.len();
        let is_apart = |group: &ClassGroup<'_>| (1..=MOST_OWN).contains(&own(group, &common).len());
        (alike && is_held && !common.is_empty() && is_apart(first) && is_apart(other)).then_some(common)
    }
}

/// Tells clauses together where that can be.
pub(super) fn families(groups: Vec<ClassGroup<'_>>) -> Vec<Family<'_>> {
    let mut found: Vec<Family<'_>> = Vec::new();
    for group in groups {
        match found.iter_mut().find_map(|family| Some((family.with(&group)?, family))) {
            Some((common, family)) => {
                family.common = common;
                family.groups.push(group);
            }
            None => found.push(Family { common: group.first.when.iter().map(String::as_str).collect(), groups: vec![group] }),
        }
    }
    found
}

/// The parts of a clause's condition beyond those in common.
fn own<'c>(group: &ClassGroup<'c>, common: &[&str]) -> Vec<&'c str> {
    group.first.when.iter().map(String::as_str).filter(|part| !common.contains(part)).collect()
}

fn is_own_cause(group: &ClassGroup<'_>) -> bool {
    group.first.caused_by.contains(&group.first.clause)
}

/// The instrument, and the number of a clause in it.
fn name_in_parts(clause: &str) -> (&str, &str) {
    clause.split_once('/').unwrap_or((clause, clause))
}
