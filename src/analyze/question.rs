//! Questions on whose reading no verdict hangs.
//!
//! A verdict can hang on a reading directly (a calendar, an overriding) or through the condition of a clause. If two readings lead to
//! different verdicts, then by the readings alone, or some condition differs under them on whose truth the verdict hangs, the other
//! conditions that differ being as they may. What can be neither is no split.

use super::finding::{Answer, Finding, Undecided};
use super::ground::Ground;
use crate::check::FindingKind;
use crate::diagram::{Diagram, Made, Space, Variable, VariableId};
use crate::program::Op;
use crate::witness::{Shown, Witness};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn look(ground: &mut Ground<'_, '_>, question: usize) -> Made<Answer> {
    let policy = ground.side.judge.policy;
    let of = &policy.questions[question];
    let kind = FindingKind::IdleQuestion;
    let unknown = |because: &str| Answer::Unknown(Undecided { kind, subject: of.name.clone(), because: because.into() });
    let mut is_excluded = true;
    if let Some(reading) = ground.space().known_variable(&Variable::Reading(of.name.clone())) {
        let mut split = Split { reading, hangs: BTreeMap::new() };
        for (a, b) in pairs(of.readings.len()) {
            for goal in split.goals(ground, (a, b))? {
                match shown(ground, &goal, question, (a, b)) {
                    Shown::By(()) => return Ok(Answer::Fine),
                    Shown::Never => {}
                    Shown::Not(_) => is_excluded = false,
                }
            }
        }
    }
    let is_meant = |op: &Op| matches!(op, Op::Reading(at, _) if *at == question);
    Ok(match is_excluded {
        false => unknown("no shipment that was tried shows it"),
        true if ground.reader.leaves_open(is_meant) => unknown("amounts or recursion hang on it that diagrams do not look into"),
        true => {
            let message = "No verdict hangs on how it is read.".into();
            Answer::Found(Finding::new(policy, kind, vec![of.name.clone()], of.span, message))
        }
    })
}

fn pairs(count: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..count).flat_map(move |a| (a + 1..count).map(move |b| (a, b)))
}

/// A shipment on which two readings lead to different verdicts.
fn shown(ground: &mut Ground<'_, '_>, goal: &Diagram, question: usize, (a, b): (usize, usize)) -> Shown<()> {
    let side = ground.side;
    let of = &side.judge.policy.questions[question];
    ground.show(goal, &[], |witness| {
        let under = |reading: usize| {
            let mut readings = witness.readings.clone();
            readings.insert(of.name.clone(), of.readings[reading].name.clone());
            let read = Witness { facts: witness.facts.clone(), readings };
            side.judge.possible(&read.evaluated(0, &side)?).outcome()
        };
        (under(a)? != under(b)?).then_some(())
    })
}

struct Split {
    reading: VariableId,
    /// For each condition whether it hangs on the reading.
    hangs: BTreeMap<VariableId, bool>,
}

impl Split {
    /// Conditions of which one holds wherever two readings lead to different verdicts.
    fn goals(&mut self, ground: &mut Ground<'_, '_>, (a, b): (usize, usize)) -> Made<Vec<Diagram>> {
        let verdicts = ground.verdicts.clone();
        let space = ground.space();
        let mut directly = space.constant(false);
        let mut affected: BTreeSet<VariableId> = BTreeSet::new();
        for verdict in &verdicts {
            let (first, second) = (space.with(verdict, self.reading, a)?, space.with(verdict, self.reading, b)?);
            directly = directly.or(&first.differs_from(&second)?)?;
            affected.extend(self.affected(space, verdict));
        }
        let mut goals = vec![directly];
        for at in &affected {
            let mut counts = space.constant(false);
            for verdict in &verdicts {
                counts = counts.or(&self.counts(space, verdict, *at, &affected)?)?;
            }
            goals.push(counts.and(&self.difference(space, *at, (a, b))?)?);
        }
        goals.retain(|goal| !goal.is_never());
        Ok(goals)
    }

    /// The conditions in a diagram that hang on the reading.
    fn affected(&mut self, space: &Space<'_>, diagram: &Diagram) -> BTreeSet<VariableId> {
        space.support(diagram).into_iter().filter(|at| self.hangs(space, *at)).collect()
    }

    fn hangs(&mut self, space: &Space<'_>, at: VariableId) -> bool {
        if let Some(known) = self.hangs.get(&at) {
            return *known;
        }
        let hangs = space.body(at).is_some_and(|body| {
            let support = space.support(&body);
            support.contains(&self.reading) || support.iter().any(|inner| self.hangs(space, *inner))
        });
        self.hangs.insert(at, hangs);
        hangs
    }

    /// Where a diagram hangs on a condition, the others that are affected and the reading being as they may.
    fn counts(&self, space: &Space<'_>, diagram: &Diagram, at: VariableId, affected: &BTreeSet<VariableId>) -> Made<Diagram> {
        let differs = space.with(diagram, at, 0)?.differs_from(&space.with(diagram, at, 1)?)?;
        let others: Vec<VariableId> = affected.iter().copied().filter(|other| *other != at).chain([self.reading]).collect();
        space.whatever(&others, &differs)
    }

    /// Where a condition differs under two readings.
    fn difference(&mut self, space: &Space<'_>, at: VariableId, (a, b): (usize, usize)) -> Made<Diagram> {
        let Some(body) = space.body(at) else { return Ok(space.constant(false)) };
        let mut differs = space.with(&body, self.reading, a)?.differs_from(&space.with(&body, self.reading, b)?)?;
        let affected = self.affected(space, &body);
        for inner in &affected {
            let counts = self.counts(space, &body, *inner, &affected)?;
            differs = differs.or(&counts.and(&self.difference(space, *inner, (a, b))?)?)?;
        }
        Ok(differs)
    }
}
