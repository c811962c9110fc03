//! Codes that their own facts contradict: no verdict rests on them without saying so.

use super::rows::Evaluation;
use crate::check::CheckedPolicy;
use crate::facts::{Cell, Place};
use crate::program::Op;
use crate::value::{Truth, Value};

/// A code that its own facts contradict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    /// The cell of the code.
    pub code: Place,
    /// The code of the category.
    pub category: u32,
    /// The facts fit the category although the code lies elsewhere; otherwise the code lies within it and the facts do not fit.
    pub fits: bool,
}

/// Codes that their own facts contradict.
pub(super) fn doubts(evaluation: &Evaluation<'_>) -> Vec<Doubt> {
    let Some(record) = evaluation.policy.records.iter().position(|record| record.classified_by.is_some()) else {
        return Vec::new();
    };
    let Some(field) = evaluation.policy.records[record].classified_by else { return Vec::new() };
    let coded = (0..evaluation.facts.rows(record) as u32).filter_map(|row| {
        let code = Place { record, row, field };
        match evaluation.facts.cell(code) {
            Cell::Given(Value::Code(given)) => given.place.map(|place| (code, place)),
            _ => None,
        }
    });
    let coded: Vec<(Place, u32)> = coded.collect();
    let tested = evaluation
        .program
        .matches
        .iter()
        .any(|node| matches!(evaluation.program.nodes[*node as usize].op, Op::Match { test: Some(_), .. }));
    if coded.is_empty() || !tested {
        return Vec::new();
    }
    let without = evaluation.without(&coded.iter().map(|(code, _)| *code).collect::<Vec<_>>());
    let mut doubts: Vec<Doubt> =
        coded.into_iter().flat_map(|(code, place)| doubts_of(evaluation, &without, code, place)).collect();
    doubts.sort();
    doubts.dedup();
    doubts
}

/// The facts beside the code decide: they rule out its own category, or prove another one and not its own.
fn doubts_of(evaluation: &Evaluation<'_>, without: &Evaluation<'_>, code: Place, place: u32) -> Vec<Doubt> {
    let policy = evaluation.policy;
    let mut own: Vec<(u32, Truth)> = Vec::new();
    let mut others: Vec<u32> = Vec::new();
    for node in &evaluation.program.matches {
        let Op::Match { category, inside, test: Some(test), .. } = &evaluation.program.nodes[*node as usize].op else { continue };
        let found = without.truth(*test, code.row);
        if inside.holds(place) {
            own.push((*category, found));
        } else if found.is_true() && !policy.codes.get(*category).is_within(policy.codes.get(place)) {
            others.push(*category);
        }
    }
    let proved = own.iter().any(|(_, found)| found.is_true());
    let refuted =
        own.iter().filter(|(_, found)| found.is_false()).map(|(category, _)| Doubt { code, category: *category, fits: false });
    let refuted: Vec<Doubt> = most_specific(policy, refuted.collect());
    match (proved, refuted.is_empty()) {
        (true, _) => Vec::new(),
        (false, false) => refuted,
        (false, true) => most_specific(policy, others.into_iter().map(|category| Doubt { code, category, fits: true }).collect()),
    }
}

/// Without the categories that hold another one of the same doubts.
fn most_specific(policy: &CheckedPolicy, doubts: Vec<Doubt>) -> Vec<Doubt> {
    let code = |doubt: &Doubt| policy.codes.get(doubt.category);
    let holds_another =
        |doubt: &Doubt| doubts.iter().any(|other| other.category != doubt.category && code(other).is_within(code(doubt)));
    doubts.iter().filter(|doubt| !holds_another(doubt)).copied().collect()
}
