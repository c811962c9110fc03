//! Shipments that show what diagrams claim: made from a condition, and judged again by rows before anyone sees them.

mod words;

pub use words::in_words;

use crate::check::Question;
use crate::diagram::{Diagram, Outcome, Realised, Side, Space};
use crate::eval::{Evaluation, Judgement, Search, Target};
use crate::facts::{Facts, load, read_json, written};
use crate::source::SourceId;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// How many values are computed to find amounts from which something is calculated.
const EFFORT: i64 = 2_000_000;
/// How many shipments are tried for one condition.
const MOST_TRIES: usize = 4;

/// A shipment, and how the law is read.
#[derive(Debug, Clone)]
pub struct Witness {
    /// For each side its facts, in the words of its policy.
    pub facts: Vec<Json>,
    /// The readings of questions, by name.
    pub readings: BTreeMap<String, String>,
}

/// What became of a condition.
pub enum Shown<T> {
    /// A shipment shows it.
    By(T),
    /// It cannot be.
    Never,
    /// It is neither shown nor excluded, for this reason.
    Not(&'static str),
}

/// A clause of a side, by its place in the program; it has to stand where a condition is to hold.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// The side.
    pub side: usize,
    /// The clause.
    pub clause: usize,
}

/// Looks for a shipment that meets a condition and is accepted once it is judged again; where one is not, others are tried. Amounts from
/// which something is calculated are found by having one of these clauses stand.
pub fn show<T>(
    space: &mut Space<'_>,
    condition: &Diagram,
    standing: &[Standing],
    accept: impl Fn(&Witness) -> Option<T>,
) -> Shown<T> {
    let mut goal = condition.clone();
    for _ in 0..MOST_TRIES {
        match space.realise(&goal) {
            Outcome::Impossible if goal == *condition => return Shown::Never,
            Outcome::Impossible => break,
            Outcome::GivenUp => return Shown::Not("the search for a shipment was given up"),
            Outcome::Found(realised, whole) => {
                let shown = accept(&on_all_sides(space, &realised)).or_else(|| accept(&on_all_sides(space, &whole)));
                if let Some(shown) = shown.or_else(|| completed(space, &realised, standing, &accept)) {
                    return Shown::By(shown);
                }
                let Ok(rest) = space.otherwise(&goal, &realised) else { break };
                goal = rest;
            }
        }
    }
    Shown::Not("no shipment that was tried shows it")
}

fn on_all_sides(space: &mut Space<'_>, realised: &Realised) -> Witness {
    let mut witness = Witness { facts: Vec::new(), readings: BTreeMap::new() };
    for side in 0..space.sides.len() {
        let (facts, readings) = space.written(side, realised);
        witness.facts.push(facts);
        witness.readings = readings;
    }
    witness
}

/// Leaves the amounts open from which something is calculated, and lets the evaluator find such as have a clause stand.
fn completed<T>(
    space: &mut Space<'_>,
    realised: &Realised,
    standing: &[Standing],
    accept: &impl Fn(&Witness) -> Option<T>,
) -> Option<T> {
    let open = realised.open(space)?;
    for Standing { side, clause } in standing {
        let (facts, readings) = space.written(*side, &open);
        let witness = Witness { facts: vec![facts; space.sides.len()], readings };
        let of = space.sides[*side];
        let Some(evaluation) = witness.evaluated(*side, &of) else { continue };
        for binding in of.judge.order().bindings(&evaluation).into_iter().filter(|one| !one.possible) {
            let target = Target::Stands(binding, *clause);
            let search = Search::new(of.judge.order(), of.judge.regions(), &evaluation, target);
            let Some(found) = search.completed(EFFORT) else { continue };
            let facts = written(of.judge.policy, &found);
            let witness = Witness { facts: vec![facts; space.sides.len()], readings: witness.readings.clone() };
            if let Some(shown) = accept(&witness) {
                return Some(shown);
            }
        }
    }
    None
}

impl Witness {
    /// The verdict of a side; nothing where it refuses the facts.
    pub fn judged<'s>(&self, at: usize, side: &'s Side<'_>) -> Option<Judgement<'s>> {
        Some(side.judge.judge(self.loaded(at, side)?, side.day, self.chosen(side)))
    }

    /// Every value of a side; nothing where it refuses the facts.
    pub fn evaluated<'p>(&self, at: usize, side: &Side<'p>) -> Option<Evaluation<'p>> {
        Some(side.judge.evaluate(self.loaded(at, side)?, side.day, self.chosen(side)))
    }

    fn loaded(&self, at: usize, side: &Side<'_>) -> Option<Facts> {
        load(side.judge.policy, &read_json(&self.facts[at].to_string(), SourceId(0), 0).ok()?).ok()
    }

    /// The readings that were chosen, for each question of a side.
    fn chosen(&self, side: &Side<'_>) -> Vec<Option<usize>> {
        let reading = |question: &Question| {
            let chosen = self.readings.get(&question.name)?;
            question.readings.iter().position(|reading| reading.name == *chosen)
        };
        side.judge.policy.questions.iter().map(reading).collect()
    }
}
