//! The exact set of outcomes: over all ways in which unknown facts and open questions may turn out.
//!
//! A depth-first search over regions, pruned by three-valued logic: where that already allows no outcome beyond those that have been
//! reached, nothing below needs to be looked at. What is reached is reachable, since a completion shows it; what is neither
//! reached nor excluded makes the result a superset, and it says so. Effort is counted in values computed, never in time, so that
//! the same facts give the same verdict on every machine.

use super::open::Open;
use super::regions::Regions;
use super::rows::Evaluation;
use super::standing::{Binding, Order, Outcomes, together};
use super::unknown::{Turn, Unknown};
use crate::check::{CheckedPolicy, FieldId, RecordId, Type};
use crate::facts::{Cell, Origin, Place};
use crate::value::Value;
use std::collections::{BTreeMap, HashMap};

/// Up to so many combinations of regions a search goes through all of them, if it must.
const EXACT_COMBINATIONS: usize = 1 << 16;
/// How many values are computed in one search where there are more combinations: what is then neither reached nor excluded stays
/// possible.
const EFFORT_BEYOND: i64 = 400_000;

/// A set of outcomes, and whether it is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Possible {
    /// The outcomes.
    pub outcomes: Outcomes,
    /// Each is reachable; otherwise the set holds all that are reachable, and perhaps others.
    pub exact: bool,
}

impl Possible {
    /// The one outcome, if there is only one.
    pub fn outcome(self) -> Option<usize> {
        (self.outcomes.count_ones() == 1).then_some(self.outcomes.trailing_zeros() as usize)
    }

    /// Their names on a policy's scale, the loosest first.
    pub fn names(self, policy: &CheckedPolicy) -> Vec<&str> {
        let outcomes = policy.outcomes.iter().enumerate().filter(|(at, _)| self.outcomes & (1 << at) != 0);
        outcomes.map(|(_, outcome)| outcome.name.as_str()).collect()
    }

    /// Of two that hang on nothing in common: the stricter of any two.
    pub fn together(self, other: Possible) -> Possible {
        let outcomes = together(self.outcomes, other.outcomes);
        Possible { outcomes, exact: (self.exact && other.exact) || outcomes.count_ones() == 1 }
    }
}

/// What a search looks at.
#[derive(Debug, Clone)]
pub enum Target {
    /// The shipment: the strictest of its bindings, whichever it comes to have, but for some that are settled.
    AllBut(Vec<Binding>),
    /// The strictest of some bindings.
    Bindings(Vec<Binding>),
    /// Two clauses of the policy: the set has 1 where both can stand for one binding.
    Both(usize, usize),
    /// A clause of a binding: the set has 1 where it can stand, 0 where it can fail to.
    Stands(Binding, usize),
}

/// Searches completions of one evaluation.
pub struct Search<'e, 'a> {
    pub(super) order: &'e Order,
    pub(super) regions: &'e Regions,
    pub(super) evaluation: Evaluation<'a>,
    pub(super) target: Target,
    /// An outcome that is reached whatever the target has: only what is stricter shows.
    pub(super) floor: usize,
    pub(super) open: Open,
    /// How many values may still be computed; below zero once a step has taken more than was left.
    pub(super) effort: i64,
    /// How many values have been computed since the search began.
    pub(super) spent: i64,
    /// How deep rows lie that were added for elements that nobody named.
    pub(super) depth: BTreeMap<(RecordId, u32), usize>,
    /// The values of facts of which nothing is known and that are compared with constants alone, once asked for.
    pub(super) plain: HashMap<(RecordId, FieldId), (Vec<Value>, bool)>,
    pub(super) seen: Vec<u32>,
    pub(super) stamp: u32,
}

/// What the way to an outcome came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// There is a completion that has it alone.
    Found,
    /// Every way was followed to where it is excluded.
    Excluded,
    /// The effort was spent, or not every way could be followed.
    Unfinished,
}

/// What a search has come to.
#[derive(Default)]
pub(super) struct Explored {
    /// Outcomes that a completion has.
    reached: Outcomes,
    /// Outcomes that no completion has.
    excluded: Outcomes,
    /// Outcomes that some part of the search was left with.
    left: Outcomes,
}

impl Explored {
    pub(super) fn possible(self) -> Possible {
        let left = self.left & !self.reached & !self.excluded;
        Possible { outcomes: self.reached | left, exact: left == 0 }
    }

    /// Of each of these outcomes it is known whether a completion has it.
    fn is_settled(&self, outcomes: Outcomes) -> bool {
        outcomes & !self.reached & !self.excluded == 0
    }
}

impl<'e, 'a> Search<'e, 'a> {
    /// A search from what is known.
    pub fn new(order: &'e Order, regions: &'e Regions, evaluation: &Evaluation<'a>, target: Target) -> Search<'e, 'a> {
        let mut search = Search {
            order,
            regions,
            evaluation: evaluation.clone(),
            target: Target::Bindings(Vec::new()),
            floor: 0,
            open: Open::default(),
            effort: i64::MAX,
            spent: 0,
            depth: BTreeMap::new(),
            plain: HashMap::new(),
            seen: Vec::new(),
            stamp: 0,
        };
        search.look_at(target, 0);
        search
    }

    /// Looks at another target; `floor` is an outcome that is reached beside it.
    pub fn look_at(&mut self, target: Target, floor: usize) {
        (self.target, self.floor) = (target, floor);
        let roots = self.survey().roots;
        self.open = Open::new(&self.evaluation, roots.keys().copied());
        self.spend(self.open.nodes().len());
    }

    /// The unknowns that may decide, those that most conditions hang on first.
    pub fn unknowns(&self) -> Vec<Unknown> {
        self.open.ranked().to_vec()
    }

    /// Whether so few combinations of regions are open that all of them are gone through; an open list counts as many.
    pub fn is_small(&mut self) -> bool {
        let mut combinations = 1usize;
        for unknown in self.unknowns() {
            if unknown.is_list() || combinations > EXACT_COMBINATIONS {
                return false;
            }
            combinations = combinations.saturating_mul(self.turns(unknown).0.len().max(1));
        }
        combinations <= EXACT_COMBINATIONS
    }

    /// The set of outcomes: exact where few combinations are open and the effort suffices, otherwise as far as it reaches, and never
    /// too small.
    pub fn possible(&mut self, effort: i64) -> Possible {
        let is_small = self.is_small();
        self.within(effort, |this| this.explored(if is_small { i64::MAX } else { EFFORT_BEYOND }).possible())
    }

    /// Looks for a completion with each outcome, then through all of them as far as the effort reaches.
    pub(super) fn explored(&mut self, effort: i64) -> Explored {
        let mut explored = Explored::default();
        for wanted in each(self.allowed()) {
            match self.within(effort / 2, |this| this.reach(wanted, &mut |_| {})) {
                Reach::Found => explored.reached |= wanted,
                Reach::Excluded => explored.excluded |= wanted,
                Reach::Unfinished => {}
            }
        }
        self.within(effort, |this| this.explore(&mut explored));
        explored
    }

    /// Works with no more than an effort, which is taken from what there is.
    pub(super) fn within<T>(&mut self, effort: i64, work: impl FnOnce(&mut Self) -> T) -> T {
        let bound = effort.min(self.effort);
        let before = std::mem::replace(&mut self.effort, bound);
        let found = work(self);
        self.effort = before.saturating_sub(bound.saturating_sub(self.effort));
        found
    }

    pub(super) fn spend(&mut self, values: usize) {
        self.effort = self.effort.saturating_sub(values as i64);
        self.spent += values as i64;
    }

    fn explore(&mut self, explored: &mut Explored) {
        let survey = self.survey();
        let allowed = survey.allowed;
        if explored.is_settled(allowed) {
            return;
        }
        if allowed.count_ones() == 1 {
            explored.reached |= allowed;
            return;
        }
        let next = if self.effort <= 0 { None } else { self.reached(survey.roots.into_keys()).into_iter().next() };
        let Some(unknown) = next else {
            explored.left |= allowed;
            return;
        };
        let (turns, exhaustive) = self.turns(unknown);
        for turn in turns {
            self.with(unknown, &turn, |this| this.explore(explored));
            if explored.is_settled(allowed) {
                return;
            }
        }
        if !exhaustive {
            explored.left |= allowed;
        }
    }

    // ---- trying it out --------------------------------------------------------------------------------------------------------

    /// Supposes that an unknown turns out so, looks at what follows, and takes it back.
    pub fn with(&mut self, unknown: Unknown, turn: &Turn, look: impl FnOnce(&mut Self)) {
        match (unknown, turn) {
            (Unknown::Question(question), Turn::Reading(reading)) => {
                let before = self.evaluation.readings[question].replace(*reading);
                self.follow(unknown, look);
                self.evaluation.readings[question] = before;
            }
            (Unknown::Day, Turn::Day(day)) => {
                let before = self.evaluation.day.replace(*day);
                self.follow(unknown, look);
                self.evaluation.day = before;
            }
            (Unknown::Fact(place), Turn::Fact(value)) => {
                let before = self.evaluation.facts.cell(place).clone();
                self.evaluation.facts.to_mut().set(place, Cell::Supposed(value.clone()));
                self.follow(unknown, look);
                self.evaluation.facts.to_mut().set(place, before);
            }
            (Unknown::List(place), Turn::Elements(count)) => self.with_elements(place, *count, look),
            _ => {}
        }
    }

    /// Computes again what hangs on an unknown that has been supposed, and puts it back after the look.
    fn follow(&mut self, unknown: Unknown, look: impl FnOnce(&mut Self)) {
        let reach = self.open.reach(self.evaluation.program, unknown);
        let mut effort = 0;
        let before = self.evaluation.compute_again(&reach, &mut effort);
        self.spend(effort);
        look(self);
        self.evaluation.restore(before);
    }

    /// Gives a list so many elements of which nothing is known, and no others.
    fn with_elements(&mut self, place: Place, count: usize, look: impl FnOnce(&mut Self)) {
        let before = self.evaluation.clone();
        let (open, depth, target) = (std::mem::take(&mut self.open), self.depth.clone(), self.target.clone());
        let policy = self.evaluation.policy;
        if let Type::List(element) = policy.records[place.record].fields[place.field].ty {
            let mut rows = self.evaluation.facts.list(place).0.to_vec();
            let level = depth.get(&(place.record, place.row)).copied().unwrap_or(0) + 1;
            for _ in 0..count {
                let origin = Origin::Element(place.record, place.row, place.field, rows.len());
                let first = self.rows_of_all();
                let row = self.evaluation.facts.to_mut().add_row(policy, element, origin);
                rows.push(row);
                for (record, from) in first.into_iter().enumerate() {
                    for row in from..self.evaluation.facts.rows(record) {
                        self.depth.insert((record, row as u32), level);
                    }
                }
            }
            self.evaluation.facts.to_mut().set(place, Cell::List(rows, true));
        }
        self.evaluation.run_anew();
        self.spend(self.evaluation.size());
        self.target = moved(target.clone(), &before, &self.evaluation);
        let roots = self.survey().roots;
        self.open = Open::new(&self.evaluation, roots.keys().copied());
        self.spend(self.open.nodes().len());
        look(self);
        (self.evaluation, self.open, self.depth, self.target) = (before, open, depth, target);
    }

    fn rows_of_all(&self) -> Vec<usize> {
        (0..self.evaluation.policy.records.len()).map(|record| self.evaluation.facts.rows(record)).collect()
    }
}

/// The same target after rows have come: rows are found again by what they are made of.
fn moved(target: Target, before: &Evaluation<'_>, after: &Evaluation<'_>) -> Target {
    let again = |binding: Binding| {
        let made = before.made_of(binding.scope, binding.row);
        after.row_made_of(binding.scope, &made).map(|row| Binding { row, ..binding })
    };
    match target {
        Target::AllBut(settled) => Target::AllBut(settled.into_iter().filter_map(again).collect()),
        Target::Bindings(bindings) => Target::Bindings(bindings.into_iter().filter_map(again).collect()),
        Target::Stands(binding, clause) => Target::Stands(again(binding).unwrap_or(binding), clause),
        other => other,
    }
}

/// Each outcome of a set by itself.
fn each(set: Outcomes) -> impl Iterator<Item = Outcomes> {
    (0..Outcomes::BITS).map(|at| 1 << at).filter(move |one| set & one != 0)
}
