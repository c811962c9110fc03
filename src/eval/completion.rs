//! The exact set of outcomes: over all ways in which unknown facts and open questions may turn out.
//!
//! A depth-first search over regions, pruned by three-valued logic: where that already allows no outcome beyond those that have been
//! reached, nothing below needs to be looked at. What is reached is reachable, since a completion shows it; what is neither
//! reached nor excluded makes the result a superset, and it says so. Effort is counted in values computed, never in time, so that
//! the same facts give the same verdict on every machine.

use super::hangs::Hang;
use super::open::Open;
use super::regions::Regions;
use super::rows::Evaluation;
use super::standing::{Binding, Order, Outcomes, Standing, row_in, together};
use crate::check::{FieldId, RecordId, Type};
use crate::facts::{Cell, Origin, Place};
use crate::program::{NodeId, Scope};
use crate::value::{Date, Truth, Value};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Up to so many combinations of regions a search goes through all of them, if it must.
const EXACT_COMBINATIONS: usize = 1 << 16;
/// How many values are computed in one search where there are more combinations: what is then neither reached nor excluded stays
/// possible.
const EFFORT_BEYOND: i64 = 400_000;
/// How many values are computed to see what a number of elements of a list leads to.
const EFFORT_OF_LIST: i64 = 20_000;
/// What working out how the clauses of one binding stand is counted as.
const EFFORT_OF_BINDING: usize = 50;

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

impl Unknown {
    /// It is the elements of a list.
    pub fn is_list(&self) -> bool {
        matches!(self, Unknown::List(_))
    }
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

impl Possible {
    /// Of two that hang on nothing in common: the stricter of any two.
    pub fn together(self, other: Possible) -> Possible {
        let outcomes = together(self.outcomes, other.outcomes);
        Possible { outcomes, exact: (self.exact && other.exact) || outcomes.count_ones() == 1 }
    }
}

/// What a search looks at.
#[derive(Debug, Clone)]
pub enum Target {
    /// The shipment: the strictest of its bindings, whichever it comes to have.
    Shipment,
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
    target: Target,
    /// An outcome that is reached whatever the target has: only what is stricter shows.
    floor: usize,
    pub(super) open: Open,
    /// How many values may still be computed; below zero once a step has taken more than was left.
    effort: i64,
    /// How many values have been computed since the search began.
    pub(super) spent: i64,
    /// How deep rows lie that were added for elements that nobody named.
    pub(super) depth: BTreeMap<(RecordId, u32), usize>,
    /// The values of facts of which nothing is known and that are compared with constants alone, once asked for.
    pub(super) plain: HashMap<(RecordId, FieldId), (Vec<Value>, bool)>,
    seen: Vec<u32>,
    stamp: u32,
}

/// What a search has come to.
#[derive(Default)]
struct Explored {
    /// Outcomes that a completion has.
    reached: Outcomes,
    /// Outcomes that some part of the search was left with.
    left: Outcomes,
}

impl Explored {
    fn possible(self) -> Possible {
        Possible { outcomes: self.reached | self.left, exact: self.left & !self.reached == 0 }
    }
}

/// How things stand at one point of a search.
struct Survey {
    allowed: Outcomes,
    /// What keeps it open, with the clauses that hang on it.
    roots: BTreeMap<Hang, BTreeSet<usize>>,
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
    fn explored(&mut self, effort: i64) -> Explored {
        let mut explored = Explored::default();
        for wanted in each(self.allowed()) {
            if self.within(effort / 2, |this| this.reach(wanted, &mut |_| {})) {
                explored.reached |= wanted;
            }
        }
        self.within(effort, |this| this.explore(&mut explored));
        explored
    }

    /// Works with no more than an effort, which is taken from what there is.
    fn within<T>(&mut self, effort: i64, work: impl FnOnce(&mut Self) -> T) -> T {
        let bound = effort.min(self.effort);
        let before = std::mem::replace(&mut self.effort, bound);
        let found = work(self);
        self.effort = before.saturating_sub(bound.saturating_sub(self.effort));
        found
    }

    fn spend(&mut self, values: usize) {
        self.effort = self.effort.saturating_sub(values as i64);
        self.spent += values as i64;
    }

    fn explore(&mut self, explored: &mut Explored) {
        let survey = self.survey();
        let allowed = survey.allowed;
        if allowed & !explored.reached == 0 {
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
            if allowed & !explored.reached == 0 {
                return;
            }
        }
        if !exhaustive {
            explored.left |= allowed;
        }
    }

    // ---- how things stand -----------------------------------------------------------------------------------------------------

    /// What three-valued logic allows at this point.
    pub fn allowed(&mut self) -> Outcomes {
        let survey = self.survey();
        survey.allowed
    }

    fn bindings(&self) -> Vec<Binding> {
        match &self.target {
            Target::Bindings(bindings) => bindings.clone(),
            Target::Stands(binding, _) => vec![*binding],
            Target::Shipment | Target::Both(..) => self.order.bindings(&self.evaluation),
        }
    }

    /// What three-valued logic allows, and the conditions and calendars that keep it open.
    fn survey(&mut self) -> Survey {
        let bindings = self.bindings();
        self.spend(bindings.len() * EFFORT_OF_BINDING);
        let evaluation = &self.evaluation;
        let mut roots = BTreeMap::new();
        let mut outcomes = 1;
        let mut truth = Truth::False;
        for binding in bindings {
            let standings = self.order.standings(evaluation, binding);
            match self.target {
                Target::Shipment | Target::Bindings(_) => {
                    let own = self.order.outcomes_of(evaluation, binding, &standings);
                    outcomes = together(outcomes, own);
                    if own.count_ones() == 1 {
                        continue;
                    }
                }
                Target::Both(a, b) => {
                    let both = stands(&standings, a).and(stands(&standings, b));
                    truth = truth.or(if binding.possible { both.and(Truth::Unknown) } else { both });
                }
                Target::Stands(_, clause) => truth = stands(&standings, clause),
            }
            self.add_roots(binding, &standings, &mut roots);
        }
        let allowed = match self.target {
            Target::Shipment | Target::Bindings(_) => together(outcomes, 1 << self.floor),
            Target::Both(..) | Target::Stands(..) => either_way(truth),
        };
        Survey { allowed, roots }
    }

    /// What keeps the clauses of a binding open.
    fn add_roots(&self, binding: Binding, standings: &[Standing], roots: &mut BTreeMap<Hang, BTreeSet<usize>>) {
        let evaluation = &self.evaluation;
        let program = evaluation.program;
        let mut add = |node: NodeId, row: u32, clause: usize| {
            if evaluation.truth(node, row).is_unknown() {
                roots.entry(Hang::Node(node, row)).or_default().insert(clause);
            }
        };
        for standing in standings {
            if !self.concerns(standing.clause) || (!standing.stands.is_unknown() && !standing.applies.is_unknown()) {
                continue;
            }
            let clause = &program.clauses[standing.clause];
            add(clause.calendar.in_force, 0, standing.clause);
            add(clause.condition, row_in(evaluation, binding, clause.scope), standing.clause);
            let over = program.clauses.iter().flat_map(|other| &other.overrides).filter(|(target, _)| *target == standing.clause);
            clause
                .overrides
                .iter()
                .chain(over)
                .filter_map(|(_, condition)| *condition)
                .for_each(|condition| add(condition, 0, standing.clause));
        }
        if binding.possible && matches!(program.scopes[binding.scope], Scope::Join { .. }) {
            let lists = evaluation.open_lists(binding.scope);
            roots.extend(lists.into_iter().map(|place| (Hang::Unknown(Unknown::List(place)), BTreeSet::new())));
        }
    }

    /// Whether the target hangs on how a clause stands.
    fn concerns(&self, clause: usize) -> bool {
        let overrides = |one: usize, target: usize| {
            let clause = &self.evaluation.program.clauses[one];
            clause.overrides.iter().any(|(other, _)| *other == target)
        };
        let linked = |one: usize| one == clause || overrides(one, clause) || overrides(clause, one);
        match self.target {
            Target::Both(a, b) => linked(a) || linked(b),
            Target::Stands(_, one) => linked(one),
            Target::Shipment | Target::Bindings(_) => true,
        }
    }

    /// The unknowns that the roots hang on as things stand, in the order of their rank.
    pub(super) fn reached(&mut self, roots: impl IntoIterator<Item = Hang>) -> Vec<Unknown> {
        self.seen.resize(self.evaluation.size().max(self.seen.len()), 0);
        self.stamp += 1;
        let (seen, stamp, evaluation) = (&mut self.seen, self.stamp, &self.evaluation);
        let mut found: BTreeSet<(usize, Unknown)> = BTreeSet::new();
        let mut waiting: Vec<Hang> = roots.into_iter().collect();
        let mut visited = 0;
        while let Some(hang) = waiting.pop() {
            match hang {
                Hang::Unknown(unknown) => _ = found.insert((self.open.rank_of(unknown), unknown)),
                Hang::Node(node, row) => {
                    let place = evaluation.index(node, row);
                    if std::mem::replace(&mut seen[place], stamp) != stamp {
                        visited += 1;
                        evaluation.hangs_on(node, row, |hang| waiting.push(hang));
                    }
                }
            }
        }
        self.spend(visited);
        found.into_iter().map(|(_, unknown)| unknown).collect()
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
                self.evaluation.facts.set(place, Cell::Supposed(value.clone()));
                self.follow(unknown, look);
                self.evaluation.facts.set(place, before);
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

    // ---- a witness ------------------------------------------------------------------------------------------------------------

    /// The facts and readings of one completion in which the target is surely reached, in words.
    pub fn witness(mut self, effort: i64) -> Option<Vec<String>> {
        let mut words = None;
        self.within(effort, |this| this.reach(0b10, &mut |search| words = Some(search.supposed())));
        words
    }

    /// Looks for a completion with exactly the outcomes that are wanted: at each step first where fewer lesser outcomes are left, more
    /// of what the wanted one needs is sure, and fewer others are left. Calls `there` at the first one that it finds; gives back
    /// whether there was one.
    fn reach(&mut self, wanted: Outcomes, there: &mut dyn FnMut(&Self)) -> bool {
        let goals = self.goals(wanted);
        self.reach_by(wanted, &goals, there)
    }

    fn reach_by(&mut self, wanted: Outcomes, goals: &[usize], there: &mut dyn FnMut(&Self)) -> bool {
        let survey = self.survey();
        if survey.allowed == wanted {
            there(self);
            return true;
        }
        if survey.allowed & wanted == 0 || self.effort <= 0 {
            return false;
        }
        let Some(unknown) = self.towards(wanted, goals, survey) else { return false };
        let mut turns = Vec::new();
        for turn in self.turns(unknown).0 {
            self.with(unknown, &turn, |this| {
                let allowed = this.allowed();
                if allowed & wanted != 0 {
                    let lesser = (allowed & (wanted - 1)).count_ones();
                    turns.push(((lesser, Reverse(this.progress(goals)), allowed.count_ones()), turn.clone()));
                }
            });
        }
        turns.sort_by_key(|(order, _)| *order);
        for (_, turn) in turns {
            let mut found = false;
            self.with(unknown, &turn, |this| found = this.reach_by(wanted, goals, there));
            if found {
                return true;
            }
        }
        false
    }

    /// The clauses that an outcome needs: those that have it, and those that they take the place of.
    fn goals(&self, wanted: Outcomes) -> Vec<usize> {
        let clauses = &self.evaluation.program.clauses;
        let mut goals: Vec<usize> = match self.target {
            Target::Both(a, b) => vec![a, b],
            Target::Stands(_, clause) if wanted == 0b10 => vec![clause],
            Target::Stands(..) => Vec::new(),
            _ => (0..clauses.len()).filter(|at| clauses[*at].outcome.is_some_and(|at| 1 << at == wanted)).collect(),
        };
        let mut at = 0;
        while at < goals.len() {
            for (target, _) in &clauses[goals[at]].overrides {
                if !goals.contains(target) {
                    goals.push(*target);
                }
            }
            at += 1;
        }
        goals
    }

    /// How many of these clauses surely have their condition while they are in force.
    fn progress(&self, goals: &[usize]) -> usize {
        let evaluation = &self.evaluation;
        let is_sure = |binding: Binding, clause: usize| {
            let clause = &evaluation.program.clauses[clause];
            let is_within = clause.scope == binding.scope || clause.scope == 0;
            is_within
                && evaluation.truth(clause.calendar.in_force, 0).is_true()
                && evaluation.truth(clause.condition, row_in(evaluation, binding, clause.scope)).is_true()
        };
        let bindings = self.bindings();
        bindings.into_iter().map(|binding| goals.iter().filter(|clause| is_sure(binding, **clause)).count()).sum()
    }

    /// The unknown to look at next on the way to an outcome: first those that the clauses hang on that it needs.
    fn towards(&mut self, wanted: Outcomes, goals: &[usize], survey: Survey) -> Option<Unknown> {
        let is_short = survey.allowed & (wanted - 1) != 0;
        let of_goal = |clauses: &BTreeSet<usize>| goals.iter().any(|goal| clauses.contains(goal));
        let own = survey.roots.iter().filter(|(_, clauses)| is_short && of_goal(clauses));
        let own: Vec<Hang> = own.map(|(root, _)| *root).collect();
        let next = self.reached(own).into_iter().next();
        next.or_else(|| self.reached(survey.roots.into_keys()).into_iter().next())
    }

    /// What has been supposed so far, in words.
    fn supposed(&self) -> Vec<String> {
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

    // ---- relevance ------------------------------------------------------------------------------------------------------------

    /// Whether two completions that differ only in this unknown have different outcomes; also where the effort does not suffice to
    /// tell.
    pub fn is_relevant(&mut self, unknown: Unknown, effort: i64) -> bool {
        self.within(effort, |this| this.relevant(unknown))
    }

    fn relevant(&mut self, unknown: Unknown) -> bool {
        let survey = self.survey();
        if survey.allowed.count_ones() == 1 {
            return false;
        }
        let reached = self.reached(survey.roots.into_keys());
        if !reached.contains(&unknown) {
            return false;
        }
        if self.turns_part(unknown) || self.effort <= 0 {
            return true;
        }
        let Some(other) = reached.into_iter().find(|other| *other != unknown) else { return false };
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

    /// Whether the ways in which an unknown may turn out already show different outcomes. What an element that nobody named brings
    /// is unknown in its turn, so that a list takes a search of its own.
    fn turns_part(&mut self, unknown: Unknown) -> bool {
        let mut found: Vec<Possible> = Vec::new();
        let mut common: Outcomes = !0;
        for turn in self.turns(unknown).0 {
            let mut next = Possible { outcomes: 0, exact: false };
            self.with(unknown, &turn, |this| {
                next = match unknown.is_list() {
                    true => this.explored(EFFORT_OF_LIST).possible(),
                    false => Possible { outcomes: this.allowed(), exact: false },
                };
            });
            common &= next.outcomes;
            if common == 0 || found.iter().any(|one| one.differs_surely(next) || next.differs_surely(*one)) {
                return true;
            }
            if self.effort <= 0 {
                return false;
            }
            found.push(next);
        }
        false
    }

    /// For each way in which an unknown may turn out, what is then allowed; as much as now where the effort does not reach.
    pub fn consequences(&mut self, unknown: Unknown, effort: i64) -> Vec<Outcomes> {
        let (turns, _) = self.turns(unknown);
        let now = self.allowed();
        let of_turn = |this: &mut Self, turn: &Turn| {
            let mut allowed = now;
            if this.effort > 0 {
                this.with(unknown, turn, |this| allowed = this.allowed());
            }
            allowed
        };
        self.within(effort, |this| turns.iter().map(|turn| of_turn(this, turn)).collect())
    }
}

impl Possible {
    /// This one is settled, and the other surely has another outcome.
    fn differs_surely(self, other: Possible) -> bool {
        let is_settled = |one: Possible| one.outcomes.count_ones() == 1;
        is_settled(self) && self.outcomes != other.outcomes && (is_settled(other) || other.exact)
    }
}

/// The same target after rows have come: rows are found again by what they are made of.
fn moved(target: Target, before: &Evaluation<'_>, after: &Evaluation<'_>) -> Target {
    let again = |binding: Binding| {
        let made = before.made_of(binding.scope, binding.row);
        after.row_made_of(binding.scope, &made).map(|row| Binding { row, ..binding })
    };
    match target {
        Target::Bindings(bindings) => Target::Bindings(bindings.into_iter().filter_map(again).collect()),
        Target::Stands(binding, clause) => Target::Stands(again(binding).unwrap_or(binding), clause),
        other => other,
    }
}

/// Each outcome of a set by itself.
fn each(set: Outcomes) -> impl Iterator<Item = Outcomes> {
    (0..Outcomes::BITS).map(|at| 1 << at).filter(move |one| set & one != 0)
}

fn stands(standings: &[Standing], clause: usize) -> Truth {
    standings.iter().find(|one| one.clause == clause).map_or(Truth::False, |one| one.stands)
}

/// Whether something can be so (1) and can fail to be (0), as a set.
fn either_way(truth: Truth) -> Outcomes {
    match truth {
        Truth::True => 0b10,
        Truth::False => 0b01,
        Truth::Unknown => 0b11,
    }
}
