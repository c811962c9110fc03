//! What another fact would change: single changes that settle on another outcome.

use super::reason::Reason;
use crate::check::Type;
use crate::eval::{Evaluation, Judge, Judgement};
use crate::facts::{Cell, Place};
use crate::value::{Truth, Value};
use serde::Serialize;
use std::collections::BTreeSet;

/// An outcome that another fact would lead to.
#[derive(Debug, Clone, Serialize)]
pub struct WouldBe {
    /// The outcome.
    pub outcome: String,
    /// What would have to be otherwise.
    #[serde(rename = "if")]
    pub facts: Vec<WouldBeFact>,
}

/// A fact that would have to be otherwise.
#[derive(Debug, Clone, Serialize)]
pub struct WouldBeFact {
    /// Its path, or the words of a test.
    pub fact: String,
    /// What it would have to be.
    pub is: serde_json::Value,
}

/// How many changes are shown.
const MOST: usize = 8;
/// How many facts are tried.
const MOST_TRIED: usize = 24;

/// Single changes of facts under which the outcome would be another one, nearest to the reasons first.
pub(super) fn would_be<'r>(
    judge: &Judge<'_>,
    judgement: &Judgement<'_>,
    reasons: impl Iterator<Item = &'r Reason>,
) -> Vec<WouldBe> {
    let Some(outcome) = judgement.verdict.outcome() else { return Vec::new() };
    let mut tests: Vec<&Reason> = Vec::new();
    reasons.for_each(|reason| deciding(reason, &mut tests));
    let mut explorer = Explorer { judge, evaluation: &judgement.evaluation, outcome, tried: BTreeSet::new(), found: Vec::new() };
    for test in tests {
        explorer.test(test);
    }
    explorer.found.truncate(MOST);
    explorer.found
}

/// The single tests that a condition's truth rests on.
fn deciding<'r>(reason: &'r Reason, found: &mut Vec<&'r Reason>) {
    match reason.kind {
        None => found.push(reason),
        Some(_) => reason
            .parts
            .iter()
            .filter(|part| part.value == reason.value || reason.kind == Some("not"))
            .for_each(|part| deciding(part, found)),
    }
}

struct Explorer<'x> {
    judge: &'x Judge<'x>,
    evaluation: &'x Evaluation<'x>,
    outcome: usize,
    tried: BTreeSet<(Place, u32)>,
    found: Vec<WouldBe>,
}

impl Explorer<'_> {
    fn test(&mut self, test: &Reason) {
        if self.found.len() >= MOST || self.tried.len() >= MOST_TRIED || test.value.is_none() {
            return;
        }
        match test.facts.as_slice() {
            [place] => self.fact(*place),
            _ if test.margin.is_some() => self.line(test),
            _ => {}
        }
    }

    /// Other values of one fact that was given.
    fn fact(&mut self, place: Place) {
        let Cell::Given(given) = self.evaluation.facts.cell(place) else { return };
        if !self.tried.insert((place, 0)) || self.is_day(place) {
            return;
        }
        let policy = self.judge.policy;
        let ty = &policy.records[place.record].fields[place.field].ty;
        if !matches!(
            ty,
            Type::Truth
                | Type::Country
                | Type::Enum(_)
                | Type::Set(_)
                | Type::Percent
                | Type::Integer
                | Type::Quantity(_)
                | Type::Money
        ) {
            return;
        }
        let known = ty.unstated();
        let mut seen = BTreeSet::new();
        let (others, _) = self.judge.regions().of_field(policy, place.record, place.field, &known, std::slice::from_ref(given));
        for value in others {
            if value == *given {
                continue;
            }
            let evaluation = self.evaluation.supposing(place, value.clone());
            let outcomes = self.judge.outcomes(&evaluation);
            let other = outcomes.trailing_zeros() as usize;
            if outcomes.count_ones() == 1 && other != self.outcome && seen.insert(other) {
                let fact = self.evaluation.facts.path(policy, place);
                let is = match value {
                    Value::Truth(truth) => serde_json::Value::from(truth == Truth::True),
                    ref other => serde_json::Value::from(ty.write(&policy.enums, other)),
                };
                self.found.push(WouldBe { outcome: policy.outcomes[other].name.clone(), facts: vec![WouldBeFact { fact, is }] });
            }
        }
    }

    fn is_day(&self, place: Place) -> bool {
        place.record == 0 && Some(place.field) == self.judge.policy.day_field()
    }

    /// The other side of a line that a calculated amount is compared with.
    fn line(&mut self, test: &Reason) {
        let (Some(margin), Some(value)) = (&test.margin, test.value) else { return };
        let (node, row) = test.node;
        if !self.tried.insert((Place { record: usize::MAX, row, field: node as usize }, 0)) {
            return;
        }
        let evaluation = self.evaluation.holding(node, row, (!value).into());
        let outcomes = self.judge.outcomes(&evaluation);
        let other = outcomes.trailing_zeros() as usize;
        if outcomes.count_ones() != 1 || other == self.outcome {
            return;
        }
        let signs = [" >= ", " > ", " <= ", " < "];
        let subject = signs
            .iter()
            .find_map(|sign| test.text.split_once(sign))
            .map_or(test.text.as_str(), |(subject, _)| subject)
            .to_string();
        let side = if margin.side == "below" { "at or above" } else { "below" };
        let is = serde_json::Value::from(format!("{side} {}", margin.line));
        let outcome = self.judge.policy.outcomes[other].name.clone();
        self.found.push(WouldBe { outcome, facts: vec![WouldBeFact { fact: subject, is }] });
    }
}
