//! Conditions that exclude each other: found from what their bodies ask for, so that a goal need not come upon each pair by itself.

use super::manager::{Diagram, Made};
use super::realise::Assignment;
use super::space::{Space, VariableId};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Space<'_> {
    /// What was chosen and cannot be together, with as little of it as is easily seen.
    pub(super) fn sparing(&mut self, chosen: &Assignment, used: BTreeSet<VariableId>) -> Made<Assignment> {
        let mut kept: Assignment = used.into_iter().filter_map(|at| Some((at, *chosen.get(&at)?))).collect();
        if !self.exclude_each_other(&kept)? {
            return Ok(kept);
        }
        for at in kept.keys().copied().collect::<Vec<_>>() {
            let Some(value) = kept.remove(&at) else { continue };
            if !self.exclude_each_other(&kept)? {
                kept.insert(at, value);
            }
        }
        Ok(kept)
    }

    /// The bodies alone show that these values cannot be together.
    pub(super) fn exclude_each_other(&mut self, values: &Assignment) -> Made<bool> {
        let mut about: BTreeSet<VariableId> = BTreeSet::new();
        values.keys().for_each(|at| about.extend(self.asked_by(*at).iter()));
        let mut all = self.implications(&about)?;
        for (at, value) in values {
            if let Some(body) = self.body(*at) {
                let support = self.asked_by(*at);
                let body = self.among(&support, &body, values)?;
                all = if *value == 1 { all.and(&body)? } else { all.and_not(&body)? };
            }
            if all.is_never() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What a condition asks of each fact by itself.
    pub(super) fn asked(&mut self, at: VariableId) -> Made<Diagram> {
        if let Some(known) = self.asked.get(&at) {
            return Ok(known.clone());
        }
        let mut asked = self.constant(true);
        if let Some(body) = self.body(at) {
            let support = self.support(&body);
            for fact in support.iter().filter(|one| self.is_fact(**one)) {
                let others: Vec<VariableId> = support.iter().copied().filter(|one| one != fact).collect();
                asked = asked.and(&self.whatever(&others, &body)?)?;
            }
        }
        self.asked.insert(at, asked.clone());
        Ok(asked)
    }

    /// Two conditions ask for different values of one fact.
    pub(super) fn are_rivals(&mut self, a: VariableId, b: VariableId) -> Made<bool> {
        let first = self.asked(a)?;
        Ok(!first.meets(&self.asked(b)?)?)
    }

    /// Where two conditions have turned out to exclude each other: each of them with all that it excludes for the same reason.
    pub(super) fn rivals(&mut self, conflict: &Assignment, goal: &Diagram) -> Made<Diagram> {
        let mut all = self.constant(true);
        let pair: Vec<VariableId> = conflict.iter().filter(|(_, value)| **value == 1).map(|(at, _)| *at).collect();
        let [a, b] = pair.as_slice() else { return Ok(all) };
        if conflict.len() != 2 || !self.are_rivals(*a, *b)? {
            return Ok(all);
        }
        let others: Vec<VariableId> = self.support(goal).into_iter().filter(|at| self.body(*at).is_some()).collect();
        for one in [*a, *b] {
            let mut none = self.constant(true);
            for other in others.iter().filter(|other| **other != one).rev() {
                if self.are_rivals(one, *other)? {
                    none = none.and(&self.is(*other, 0)?)?;
                }
            }
            let lemma = self.is(one, 0)?.or(&none)?;
            all = all.and(&lemma)?;
        }
        Ok(all)
    }

    /// What has turned out before to exclude a choice.
    pub(super) fn known_conflict(&self, chosen: &Assignment) -> Option<Assignment> {
        let excludes = |conflict: &&Assignment| conflict.iter().all(|(at, value)| chosen.get(at) == Some(value));
        self.conflicts.iter().find(excludes).cloned()
    }

    /// The body of a condition, with what is known from the start of what it speaks of: things said of lists that follow from others,
    /// and what the conditions within it ask of facts.
    pub(super) fn prepared(&mut self, at: VariableId) -> Made<Diagram> {
        if let Some(known) = self.prepared.get(&at) {
            return Ok(known.clone());
        }
        let Some(body) = self.body(at) else { return Ok(self.constant(true)) };
        let about = self.support(&body);
        let mut hints = self.implications(&about)?;
        for inner in about.into_iter().rev() {
            hints = hints.and(&self.is(inner, 0)?.or(&self.asked(inner)?)?)?;
        }
        let prepared = body.and(&hints)?;
        self.prepared.insert(at, prepared.clone());
        Ok(prepared)
    }

    /// What the body of a condition depends on.
    pub(super) fn asked_by(&mut self, at: VariableId) -> Arc<BTreeSet<VariableId>> {
        if let Some(known) = self.supports.get(&at) {
            return known.clone();
        }
        let support: Arc<BTreeSet<VariableId>> = self.body(at).map(|body| self.support(&body)).unwrap_or_default().into();
        self.supports.insert(at, support.clone());
        support
    }
}
