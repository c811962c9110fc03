//! A class of shipments whose verdict changes alike, shown by one of them.

use super::cause::causes;
use crate::check::CheckedPolicy;
use crate::diagram::Side;
use crate::eval::Judgement;
use crate::witness::Shipment;
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// An outcome, and the clauses by which it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The outcome's name.
    pub outcome: String,
    /// The clauses that decide, as `2025-61/I(1)`.
    pub by: Vec<String>,
}

/// A class of shipments whose verdict changes alike.
#[derive(Debug, Clone, Serialize)]
pub struct Class {
    /// The verdict of the witness under the old version.
    pub from: Reason,
    /// The verdict of the witness under the new version.
    pub to: Reason,
    /// The clause that decides in all of the class: in the new version where the verdict is as strict or stricter, in the old one where it
    /// is looser.
    pub clause: String,
    /// Its title.
    pub title: String,
    /// When that clause applies, in the words of the policy.
    pub when: Vec<String>,
    /// The changes without which it would not happen.
    pub caused_by: Vec<String>,
    /// The facts of a shipment that shows it.
    pub witness: Json,
    /// The readings under which it is judged.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub readings: BTreeMap<String, String>,
    /// The shipments of the corpus that lie in the class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corpus: Option<super::corpus::Touched>,
    /// Where the outcomes stand on the scale.
    #[serde(skip)]
    pub step: (usize, usize),
}

/// A change that is neither shown nor excluded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unshown {
    /// The outcome that was.
    pub from: String,
    /// The outcome that is.
    pub to: String,
    /// The clause by which it would be.
    pub clause: String,
    /// Why it is not shown.
    pub because: &'static str,
    /// Where the outcomes stand on the scale.
    #[serde(skip)]
    pub step: (usize, usize),
}

impl Class {
    /// Judges a shipment under both versions; nothing where it does not show the step by the clause.
    pub(super) fn of(sides: &[Side<'_>; 2], step: (usize, usize), clause: &str, shipments: &[Shipment]) -> Option<Class> {
        // What to ask of an open verdict is nobody's question here: only one that is settled as it should be counts.
        let judged = |at: usize, outcome: usize| {
            let judgement = shipments[at].settled(&sides[at])?;
            (judgement.verdict.outcome() == Some(outcome)).then_some(judgement)
        };
        let (was, is) = (judged(0, step.0)?, judged(1, step.1)?);
        let (from, to) = (reason(&sides[0], &was, step.0), reason(&sides[1], &is, step.1));
        let side = &sides[decided_by(clause, step, &from.by, &to.by)?];
        let (title, when) = words(side.judge.policy, clause);
        Some(Class {
            caused_by: causes(sides, [&was, &is], [&from, &to]),
            from,
            to,
            clause: clause.to_string(),
            title,
            when,
            witness: shipments[1].facts.clone(),
            readings: shipments[1].readings.clone(),
            corpus: None,
            step,
        })
    }

    /// The strictest change first; what becomes looser after what becomes stricter, and other reasons last.
    pub(super) fn rank(&self) -> impl Ord + use<> {
        let (from, to) = self.step;
        let kind = usize::from(to < from) + 2 * usize::from(to == from);
        (kind, std::cmp::Reverse(to.abs_diff(from)), std::cmp::Reverse(to.max(from)))
    }
}

/// The version in which a clause decides a change, if it does: the new one where the verdict is stricter or the reason came, the old one
/// where it is looser or the reason is lost. `was` and `is` are the clauses that decide under either.
pub(super) fn decided_by<'n>(
    clause: &str,
    (from, to): (usize, usize),
    was: impl IntoIterator<Item = &'n String>,
    is: impl IntoIterator<Item = &'n String>,
) -> Option<usize> {
    let was = was.into_iter().any(|name| name == clause);
    let is = is.into_iter().any(|name| name == clause);
    match to.cmp(&from) {
        std::cmp::Ordering::Greater => is.then_some(1),
        std::cmp::Ordering::Less => was.then_some(0),
        std::cmp::Ordering::Equal if was == is => None,
        std::cmp::Ordering::Equal => Some(usize::from(is)),
    }
}

fn reason(side: &Side<'_>, judgement: &Judgement<'_>, outcome: usize) -> Reason {
    let policy = side.judge.policy;
    let (deciding, _) = judgement.verdict.deciding(side.judge.program());
    Reason {
        outcome: policy.outcomes[outcome].name.clone(),
        by: deciding.into_iter().map(|clause| policy.clause_name(clause)).collect(),
    }
}

/// The title of a clause, and its condition: each part that has to hold, in the words of the policy.
fn words(policy: &CheckedPolicy, name: &str) -> (String, Vec<String>) {
    use crate::check::{Typed, TypedKind, is_one_test};
    let Some(at) = (0..policy.clauses.len()).find(|at| policy.clause_name(*at) == name) else { return Default::default() };
    let clause = &policy.clauses[at];
    let text = |part: &Typed| policy.sources.text(part.span).split_whitespace().collect::<Vec<_>>().join(" ");
    let when = match clause.when.as_ref().map(|when| (when, &when.kind)) {
        Some((when, TypedKind::And(parts))) if !is_one_test(parts, when.span) => parts.iter().map(text).collect(),
        Some((when, _)) => vec![text(when)],
        None => vec!["always".into()],
    };
    (clause.title.text.clone(), when)
}
