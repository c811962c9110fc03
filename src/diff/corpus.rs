//! The shipments of a corpus: how their outcomes moved, and which of them lie in which class.

use super::Comparison;
use super::class::{Class, decided_by};
use crate::diagnostic::Diagnostic;
use crate::diagram::Side;
use crate::eval::Possible;
use crate::facts::Facts;
use crate::side_by_side::side_by_side;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many shipments of a class are named.
const MOST_NAMED: usize = 20;

/// A corpus under both versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Corpus {
    /// How many shipments it has.
    pub rows: usize,
    /// How many of them have another verdict, or another reason.
    pub changed: usize,
    /// How many were settled and are open now.
    pub became_open: usize,
    /// How many were open and are settled now.
    pub became_settled: usize,
    /// How many could not be read.
    pub rejected: usize,
    /// How many went from which outcome to which; an open verdict is all that it may be.
    pub matrix: Vec<Move>,
}

/// Shipments that went from one outcome to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Move {
    /// What it was.
    pub from: String,
    /// What it is.
    pub to: String,
    /// How many.
    pub rows: usize,
}

/// The shipments of a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Touched {
    /// How many.
    pub rows: usize,
    /// The first of them by name.
    pub ids: Vec<String>,
}

/// A shipment under one version.
struct Judged {
    possible: Possible,
    by: BTreeSet<String>,
}

/// A shipment by its name: its facts as either version reads them, or what is wrong with them.
pub type Named = (String, Result<(Facts, Facts), Vec<Diagnostic>>);

impl Comparison {
    /// Judges a corpus under both versions and tells what moved; each shipment comes with its facts as either version reads them.
    #[must_use]
    pub fn with_corpus(mut self, old: Side<'_>, new: Side<'_>, rows: &[Named]) -> Comparison {
        let judged = side_by_side(rows.len(), |at| {
            let (_, facts) = &rows[at];
            let (before, after) = facts.as_ref().ok()?;
            Some((judge(&old, before, &self.readings), judge(&new, after, &self.readings)))
        });
        let name = |possible: Possible| {
            let outcomes = new.judge.policy.outcomes.iter().enumerate();
            let possible: Vec<&str> =
                outcomes.filter(|(at, _)| possible.outcomes >> at & 1 == 1).map(|(_, one)| one.name.as_str()).collect();
            possible.join(" or ")
        };
        let mut matrix: BTreeMap<(u64, u64), usize> = BTreeMap::new();
        let mut corpus =
            Corpus { rows: rows.len(), changed: 0, became_open: 0, became_settled: 0, rejected: 0, matrix: Vec::new() };
        let mut touched: Vec<Vec<String>> = vec![Vec::new(); self.verdicts.len()];
        for ((id, _), judged) in rows.iter().zip(&judged) {
            let Some((was, is)) = judged else {
                corpus.rejected += 1;
                continue;
            };
            *matrix.entry((was.possible.outcomes, is.possible.outcomes)).or_default() += 1;
            let is_changed = was.possible.outcomes != is.possible.outcomes || was.by != is.by;
            corpus.changed += usize::from(is_changed);
            let settled = (was.possible.outcome(), is.possible.outcome());
            corpus.became_open += usize::from(matches!(settled, (Some(_), None)));
            corpus.became_settled += usize::from(matches!(settled, (None, Some(_))));
            let (Some(from), Some(to)) = settled else { continue };
            for at in classes(&self.verdicts, (from, to), was, is) {
                touched[at].push(id.clone());
            }
        }
        let possible = |outcomes: u64| name(Possible { outcomes, exact: true });
        corpus.matrix =
            matrix.into_iter().map(|((from, to), rows)| Move { from: possible(from), to: possible(to), rows }).collect();
        for (class, ids) in self.verdicts.iter_mut().zip(touched) {
            class.corpus = Some(Touched { rows: ids.len(), ids: ids.into_iter().take(MOST_NAMED).collect() });
        }
        self.corpus = Some(corpus);
        self
    }
}

/// The classes that a shipment lies in. Classes are about an item by itself; of several items another may have been as strict before, or be so
/// now: then the clause and the stricter end of the step tell the class.
fn classes(all: &[Class], step: (usize, usize), was: &Judged, is: &Judged) -> Vec<usize> {
    let decided = |class: &&(usize, &Class)| decided_by(&class.1.clause, step, &was.by, &is.by).is_some();
    let decided: Vec<(usize, &Class)> = all.iter().enumerate().filter(|class| decided(&class)).collect();
    let of = |is_so: &dyn Fn(&Class) -> bool| -> Vec<usize> {
        decided.iter().filter(|(_, class)| is_so(class)).map(|(at, _)| *at).collect()
    };
    let exact = of(&|class| class.step == step);
    let strictest = |(from, to): (usize, usize)| (from.cmp(&to), from.max(to));
    if exact.is_empty() { of(&|class| strictest(class.step) == strictest(step)) } else { exact }
}

fn judge(side: &Side<'_>, facts: &Facts, readings: &BTreeMap<String, String>) -> Judged {
    let judgement = side.judge.judge(facts, side.day, side.readings(readings));
    let (deciding, _) = judgement.verdict.deciding(side.judge.program());
    let by = deciding.into_iter().map(|clause| side.judge.policy.clause_name(clause)).collect();
    Judged { possible: judgement.verdict.possible, by }
}
