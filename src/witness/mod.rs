//! Shipments that show what diagrams claim: made from a condition, and judged again by rows before anyone sees them.

mod words;
mod worked;

pub use words::in_words;
pub use worked::worked;

use crate::diagram::{ClauseOf, Diagram, Outcome, Realised, Side, Space};
use crate::eval::{Evaluation, Judgement, Search, Target};
use crate::facts::{Facts, load, read_json, written};
use crate::source::SourceId;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// How many values are computed to find amounts from which something is calculated.
const EFFORT: i64 = 500_000;
/// How many shipments are tried for one condition.
const MOST_TRIES: usize = 4;

/// A shipment, and how the law is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shipment {
    /// Its facts, in the words of a policy.
    pub facts: Json,
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

/// Looks for a shipment that meets a condition and is accepted once it is judged again; where one is not, others are tried. What diagrams do
/// not look into, such as amounts from which something is calculated, the evaluator finds. To be accepted is the shipment as each side
/// has it.
pub fn show<T>(space: &mut Space<'_>, condition: &Diagram, accept: impl Fn(&[Shipment]) -> Option<T>) -> Shown<T> {
    let mut goal = condition.clone();
    for _ in 0..MOST_TRIES {
        match space.realise(&goal) {
            Outcome::Impossible if goal == *condition => return Shown::Never,
            Outcome::Impossible => break,
            Outcome::GivenUp => return Shown::Not("the search for a shipment was given up"),
            Outcome::Found(realised, whole) => {
                let shown = accept(&on_all_sides(space, &realised)).or_else(|| accept(&on_all_sides(space, &whole)));
                let completed = || completed(space, &realised, &accept).or_else(|| completed(space, &whole, &accept));
                if let Some(shown) = shown.or_else(completed) {
                    return Shown::By(shown);
                }
                let Ok(rest) = space.otherwise(&goal, &realised) else { break };
                goal = rest;
            }
        }
    }
    Shown::Not("no shipment that was tried shows it")
}

fn on_all_sides(space: &mut Space<'_>, realised: &Realised) -> Vec<Shipment> {
    (0..space.sides.len()).map(|side| on_side(space, side, realised)).collect()
}

fn on_side(space: &mut Space<'_>, side: usize, realised: &Realised) -> Shipment {
    let (facts, readings) = space.written(side, realised);
    Shipment { facts, readings }
}

/// Leaves open what is supposed, such as the amounts from which something is calculated, and lets the evaluator find such as have the
/// clauses stand whose conditions are to hold.
fn completed<T>(space: &mut Space<'_>, realised: &Realised, accept: &impl Fn(&[Shipment]) -> Option<T>) -> Option<T> {
    if realised.supposed.is_empty() {
        return None;
    }
    let open = realised.open(space).unwrap_or_else(|| realised.clone());
    for ClauseOf { side, clause } in realised.holding(space) {
        let shipment = on_side(space, side, &open);
        let of = space.sides[side];
        let Some(evaluation) = shipment.evaluated(&of) else { continue };
        for binding in of.judge.order().bindings(&evaluation).into_iter().filter(|one| !one.possible) {
            let target = Target::Stands(binding, clause);
            let search = Search::new(of.judge.order(), of.judge.regions(), &evaluation, target);
            let Some(found) = search.completed(EFFORT) else { continue };
            let found = Shipment { facts: written(of.judge.policy, &found), readings: shipment.readings.clone() };
            if let Some(shown) = accept(&vec![found; space.sides.len()]) {
                return Some(shown);
            }
        }
    }
    None
}

impl Shipment {
    /// The verdict of a side, where it is settled; nothing where it is open, or where the side refuses the facts.
    pub fn settled<'p>(&self, side: &Side<'p>) -> Option<Judgement<'p>> {
        side.judge.settled(self.evaluated(side)?)
    }

    /// Every value of a side; nothing where it refuses the facts.
    pub fn evaluated<'p>(&self, side: &Side<'p>) -> Option<Evaluation<'p>> {
        Some(side.judge.evaluate(self.loaded(side)?, side.day, side.readings(&self.readings)))
    }

    fn loaded(&self, side: &Side<'_>) -> Option<Facts> {
        load(side.judge.policy, &read_json(&self.facts.to_string(), SourceId(0), 0).ok()?).ok()
    }
}
