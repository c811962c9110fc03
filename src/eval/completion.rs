//! The exact set of outcomes: over all ways in which unknown facts and open questions may turn out.
//!
//! A depth-first search over regions, pruned by three-valued logic: where that already allows no outcome beyond those that have been
//! reached, nothing below needs to be looked at. What is reached is reachable, since a completion shows it; what is neither
//! reached nor excluded makes the result a superset, and it says so.

use super::regions::Regions;
use super::rows::Evaluation;
use super::standing::{Binding, Order, Outcomes, together};
use crate::check::{RecordId, Type};
use crate::facts::{Cell, Origin, Place};
use crate::program::NodeId;
use crate::value::{Date, Truth, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Up to so many combinations of regions a search goes through all of them, if it must.
const EXACT_COMBINATIONS: usize = 1 << 16;
/// How many steps that takes at most.
const BUDGET: usize = 200_000;
/// How many steps are spent where there are more combinations: what is then neither reached nor excluded stays possible.
const BUDGET_BEYOND: usize = 1_500;

/// Something that is not known and may decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unknown {
    /// The reading of a question.
    Question(usize),
    /// The day judged.
    Day,
    /// A fact.
    Fact(Place),
    /// The elements of a list.
    List(Place),
}

/// One way in which an unknown may turn out.
#[derive(Debug, Clone, PartialEq)]
pub enum Turn {
    /// The question is read so.
    Reading(usize),
    /// The day.
    Day(Date),
    /// The fact.
    Fact(Value),
    /// So many elements that nobody named.
    Elements(usize),
}

/// A set of outcomes, and whether it is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Possible {
    /// The outcomes.
    pub outcomes: Outcomes,
    /// Each is reachable; otherwise the set holds all that are reachable, and perhaps others.
    pub exact: bool,
}

/// What a search looks at.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// The shipment: the strictest of its bindings.
    Shipment,
    /// One binding.
    Binding(Binding),
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
    pub(super) open: Vec<(NodeId, u32)>,
    pub(super) target: Target,
    pub(super) budget: usize,
    pub(super) depth: BTreeMap<(RecordId, u32), usize>,
}

impl<'e, 'a> Search<'e, 'a> {
    /// A search from what is known.
    pub fn new(order: &'e Order, regions: &'e Regions, evaluation: &Evaluation<'a>, target: Target) -> Search<'e, 'a> {
        let mut search = Search {
            order,
            regions,
            evaluation: evaluation.clone(),
            open: Vec::new(),
            target,
            budget: BUDGET,
            depth: BTreeMap::new(),
        };
        search.open = search.changeable();
        search
    }

    /// The nodes that the target hangs on and that may still change, in order.
    pub(super) fn changeable(&self) -> Vec<(NodeId, u32)> {
        let mut seen = BTreeSet::new();
        for (node, row) in self.undecided() {
            self.trace(node, row, &mut seen, &mut BTreeMap::new());
        }
        seen.into_iter().filter(|(node, row)| *node != NodeId::MAX && !self.evaluation.value(*node, *row).is_known()).collect()
    }

    /// How many combinations of regions are open; an open list counts as many.
    pub(super) fn combinations(&mut self) -> usize {
        let unknowns = self.unknowns();
        unknowns.into_iter().fold(1, |product: usize, unknown| {
            let factor = match unknown {
                Unknown::List(_) => EXACT_COMBINATIONS,
                other => self.turns(other).0.len().max(1),
            };
            product.saturating_mul(factor)
        })
    }

    /// The same search from this point on, with a fresh budget.
    pub(super) fn copy(&self) -> Search<'e, 'a> {
        Search {
            order: self.order,
            regions: self.regions,
            evaluation: self.evaluation.clone(),
            open: self.open.clone(),
            target: self.target,
            budget: BUDGET,
            depth: self.depth.clone(),
        }
    }

    /// The set as far as few steps can tell: never too small.
    pub fn roughly(mut self) -> Possible {
        self.search(BUDGET_BEYOND)
    }

    /// The exact set.
    pub fn possible(mut self) -> Possible {
        let budget = if self.combinations() <= EXACT_COMBINATIONS { BUDGET } else { BUDGET_BEYOND };
        self.search(budget)
    }

    pub(super) fn search(&mut self, budget: usize) -> Possible {
        self.budget = budget;
        let mut found = 0;
        let mut unproved = 0;
        self.explore(&mut found, &mut unproved);
        Possible { outcomes: found | unproved, exact: unproved & !found == 0 }
    }

    /// What three-valued logic allows at this point.
    pub fn allowed(&self) -> Outcomes {
        match self.target {
            Target::Binding(binding) => self.order.outcomes(&self.evaluation, binding),
            Target::Shipment => {
                let bindings = self.order.bindings(&self.evaluation);
                bindings.into_iter().map(|binding| self.order.outcomes(&self.evaluation, binding)).fold(1, together)
            }
            Target::Both(a, b) => either_way(self.both(a, b)),
            Target::Stands(binding, clause) => {
                let standings = self.order.standings(&self.evaluation, binding);
                either_way(standings.iter().find(|one| one.clause == clause).map_or(Truth::False, |one| one.stands))
            }
        }
    }

    /// Whether two clauses stand for one binding.
    pub(super) fn both(&self, a: usize, b: usize) -> Truth {
        let mut found = Truth::False;
        for binding in self.order.bindings(&self.evaluation) {
            let standings = self.order.standings(&self.evaluation, binding);
            let stands = |clause| standings.iter().find(|one| one.clause == clause).map_or(Truth::False, |one| one.stands);
            let both = stands(a).and(stands(b));
            found = found.or(if binding.possible { both.and(Truth::Unknown) } else { both });
        }
        found
    }

    /// The facts and readings of one completion in which the target is surely reached, in words.
    pub fn witness(mut self, steps: usize) -> Option<Vec<String>> {
        self.budget = steps;
        self.look_for(0b10)
    }

    pub(super) fn look_for(&mut self, wanted: Outcomes) -> Option<Vec<String>> {
        let allowed = self.allowed();
        if allowed == wanted {
            return Some(self.supposed());
        }
        if allowed & wanted == 0 || self.budget == 0 {
            return None;
        }
        self.budget -= 1;
        let unknown = self.unknowns().into_iter().next()?;
        let (mut turns, _) = self.turns(unknown);
        if matches!(unknown, Unknown::List(_)) {
            turns.reverse();
        }
        for turn in turns {
            let mut found = None;
            self.with(unknown, &turn, |this| found = this.look_for(wanted));
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// What has been supposed so far, in words.
    pub(super) fn supposed(&self) -> Vec<String> {
        let evaluation = &self.evaluation;
        let policy = evaluation.policy;
        let mut words: Vec<String> = evaluation.day.iter().map(|day| format!("date: {day}")).collect();
        for (record, one) in policy.records.iter().enumerate() {
            for row in 0..evaluation.facts.rows(record) as u32 {
                for (field, declared) in one.fields.iter().enumerate() {
                    let place = Place { record, row, field };
                    if let Cell::Supposed(value) = evaluation.facts.cell(place) {
                        let path = evaluation.facts.path(policy, place);
                        words.push(format!("{path}: {}", declared.ty.write(&policy.enums, value)));
                    }
                }
            }
        }
        let readings =
            evaluation.readings.iter().enumerate().filter_map(|(question, reading)| reading.map(|reading| (question, reading)));
        words.extend(readings.map(|(question, reading)| {
            format!("under reading {}.{}", policy.questions[question].name, policy.questions[question].readings[reading].name)
        }));
        words
    }

    pub(super) fn explore(&mut self, found: &mut Outcomes, unproved: &mut Outcomes) {
        let allowed = self.allowed();
        if allowed & !*found == 0 {
            return;
        }
        if allowed.count_ones() == 1 {
            *found |= allowed;
            return;
        }
        let next = if self.budget == 0 { None } else { self.unknowns().into_iter().next() };
        let Some(unknown) = next else {
            *unproved |= allowed;
            return;
        };
        self.budget = self.budget.saturating_sub(1);
        let (turns, exhaustive) = self.turns(unknown);
        for turn in turns {
            self.with(unknown, &turn, |this| this.explore(found, unproved));
            if allowed & !*found == 0 {
                return;
            }
        }
        if !exhaustive {
            *unproved |= allowed;
        }
    }

    // ---- trying it out --------------------------------------------------------------------------------------------------------

    /// Supposes that an unknown turns out so, looks at what follows, and takes it back.
    pub fn with(&mut self, unknown: Unknown, turn: &Turn, look: impl FnOnce(&mut Self)) {
        match (unknown, turn) {
            (Unknown::Question(question), Turn::Reading(reading)) => {
                let before = self.evaluation.readings[question].replace(*reading);
                self.again();
                look(self);
                self.evaluation.readings[question] = before;
                self.again();
            }
            (Unknown::Day, Turn::Day(day)) => {
                let before = self.evaluation.day.replace(*day);
                self.again();
                look(self);
                self.evaluation.day = before;
                self.again();
            }
            (Unknown::Fact(place), Turn::Fact(value)) => {
                let before = self.evaluation.facts.cell(place).clone();
                self.evaluation.facts.set(place, Cell::Supposed(value.clone()));
                self.again();
                look(self);
                self.evaluation.facts.set(place, before);
                self.again();
            }
            (Unknown::List(place), Turn::Elements(count)) => self.with_elements(place, *count, look),
            _ => {}
        }
    }

    pub(super) fn again(&mut self) {
        let open = std::mem::take(&mut self.open);
        self.evaluation.run_again(&open);
        self.open = open;
    }

    /// Gives a list so many elements of which nothing is known, and no others.
    pub(super) fn with_elements(&mut self, place: Place, count: usize, look: impl FnOnce(&mut Self)) {
        let before = self.evaluation.clone();
        let (open, depth) = (self.open.clone(), self.depth.clone());
        let policy = self.evaluation.policy;
        if let Type::List(element) = policy.records[place.record].fields[place.field].ty {
            let mut rows = self.evaluation.facts.list(place).0.to_vec();
            let level = depth.get(&(place.record, place.row)).copied().unwrap_or(0) + 1;
            for _ in 0..count {
                let origin = Origin::Element(place.record, place.row, place.field, rows.len());
                let first = self.rows_of_all();
                let row = self.evaluation.facts.add_row(policy, element, origin);
                rows.push(row);
                for (record, from) in first.into_iter().enumerate() {
                    for row in from..self.evaluation.facts.rows(record) {
                        self.depth.insert((record, row as u32), level);
                    }
                }
            }
            self.evaluation.facts.set(place, Cell::List(rows, true));
        }
        self.evaluation.lay_out();
        self.evaluation.run_all();
        self.open = self.changeable();
        look(self);
        self.evaluation = before;
        self.open = open;
        self.depth = depth;
    }

    pub(super) fn rows_of_all(&self) -> Vec<usize> {
        (0..self.evaluation.policy.records.len()).map(|record| self.evaluation.facts.rows(record)).collect()
    }

    // ---- relevance ------------------------------------------------------------------------------------------------------------

    /// Whether two completions that differ only in this unknown have different outcomes.
    pub fn is_relevant(&mut self, unknown: Unknown, steps: usize) -> bool {
        self.budget = steps;
        self.relevant(unknown)
    }

    pub(super) fn relevant(&mut self, unknown: Unknown) -> bool {
        if self.allowed().count_ones() == 1 {
            return false;
        }
        let (turns, _) = self.turns(unknown);
        let is_list = matches!(unknown, Unknown::List(_));
        let mut found: Vec<Possible> = Vec::new();
        for turn in &turns {
            // What an element that nobody named brings is unknown in its turn, so that a list takes a search of its own.
            self.with(unknown, turn, |this| {
                found.push(if is_list { this.copy().roughly() } else { Possible { outcomes: this.allowed(), exact: false } });
            });
        }
        if found.iter().fold(!0, |met: Outcomes, one| met & one.outcomes) == 0 {
            return true;
        }
        let settles = |one: &Possible| one.outcomes.count_ones() == 1;
        let differs = |one: &Possible, other: &Possible| other.outcomes != one.outcomes && (settles(other) || other.exact);
        if found.iter().filter(|one| settles(one)).any(|one| found.iter().any(|other| differs(one, other))) {
            return true;
        }
        if self.budget == 0 {
            return true;
        }
        self.budget -= 1;
        let Some(other) = self.unknowns().into_iter().find(|other| *other != unknown) else { return false };
        let (turns, _) = self.turns(other);
        for turn in turns {
            let mut found = false;
            self.with(other, &turn, |this| found = this.relevant(unknown));
            if found {
                return true;
            }
        }
        false
    }

    /// For each way in which an unknown may turn out, what is then allowed.
    pub fn consequences(&mut self, unknown: Unknown) -> Vec<(Turn, Outcomes)> {
        let (turns, _) = self.turns(unknown);
        let mut found = Vec::new();
        for turn in turns {
            let mut allowed = 0;
            self.with(unknown, &turn, |this| allowed = this.allowed());
            found.push((turn, allowed));
        }
        found
    }
}

/// Whether something can be so (1) and can fail to be (0), as a set.
fn either_way(truth: Truth) -> Outcomes {
    match truth {
        Truth::True => 0b10,
        Truth::False => 0b01,
        Truth::Unknown => 0b11,
    }
}
