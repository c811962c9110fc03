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
use crate::program::{NodeId, Op, Over, Scope};
use crate::value::{Date, Number, Truth, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Up to so many combinations of regions a search goes through all of them, if it must.
const EXACT_COMBINATIONS: usize = 1 << 16;
/// How many steps that takes at most.
const BUDGET: usize = 200_000;
/// How many steps are spent where there are more combinations: what is then neither reached nor excluded stays possible.
const BUDGET_BEYOND: usize = 1_500;
/// How many elements an open list is given at most.
const MOST_ELEMENTS: usize = 2;
/// How deep elements of open lists have open lists that are filled.
const DEEPEST: usize = 2;

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
    order: &'e Order,
    regions: &'e Regions,
    evaluation: Evaluation<'a>,
    open: Vec<(NodeId, u32)>,
    target: Target,
    budget: usize,
    depth: BTreeMap<(RecordId, u32), usize>,
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
    fn changeable(&self) -> Vec<(NodeId, u32)> {
        let mut seen = BTreeSet::new();
        for (node, row) in self.undecided() {
            self.trace(node, row, &mut seen, &mut BTreeMap::new());
        }
        seen.into_iter().filter(|(node, row)| *node != NodeId::MAX && !self.evaluation.value(*node, *row).is_known()).collect()
    }

    /// How many combinations of regions are open; an open list counts as many.
    fn combinations(&mut self) -> usize {
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

    fn search(&mut self, budget: usize) -> Possible {
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
    fn both(&self, a: usize, b: usize) -> Truth {
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

    fn look_for(&mut self, wanted: Outcomes) -> Option<Vec<String>> {
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

    fn explore(&mut self, found: &mut Outcomes, unproved: &mut Outcomes) {
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

    // ---- what is unknown ------------------------------------------------------------------------------------------------------

    /// The unknowns that may decide, those that most clauses hang on first.
    pub fn unknowns(&self) -> Vec<Unknown> {
        let mut weights: BTreeMap<Unknown, usize> = BTreeMap::new();
        for (node, row) in self.undecided() {
            let mut of_one = BTreeMap::new();
            self.trace(node, row, &mut BTreeSet::new(), &mut of_one);
            of_one.into_keys().for_each(|unknown| *weights.entry(unknown).or_default() += 1);
        }
        let mut found: Vec<(Unknown, usize)> = weights.into_iter().collect();
        let is_list = |unknown: &Unknown| matches!(unknown, Unknown::List(_));
        found.sort_by(|(a, x), (b, y)| is_list(a).cmp(&is_list(b)).then(y.cmp(x)).then(a.cmp(b)));
        found.into_iter().map(|(unknown, _)| unknown).collect()
    }

    /// The conditions and calendars that keep the target open.
    fn undecided(&self) -> BTreeSet<(NodeId, u32)> {
        let evaluation = &self.evaluation;
        let bindings = match self.target {
            Target::Binding(binding) | Target::Stands(binding, _) => vec![binding],
            Target::Shipment | Target::Both(..) => self.order.bindings(evaluation),
        };
        let linked =
            |one: usize, clause: usize| one == clause || self.overridden_by(one, clause) || self.overridden_by(clause, one);
        let wanted = |clause: usize| match self.target {
            Target::Both(a, b) => linked(a, clause) || linked(b, clause),
            Target::Stands(_, one) => linked(one, clause),
            _ => true,
        };
        let of_outcomes = matches!(self.target, Target::Shipment | Target::Binding(_));
        let mut nodes = BTreeSet::new();
        for binding in bindings {
            if of_outcomes && self.order.outcomes(evaluation, binding).count_ones() == 1 {
                continue;
            }
            if binding.possible {
                nodes.extend(self.list_of(binding));
            }
            for standing in self.order.standings(evaluation, binding) {
                if !wanted(standing.clause) || (!standing.stands.is_unknown() && !standing.applies.is_unknown()) {
                    continue;
                }
                let clause = &evaluation.program.clauses[standing.clause];
                nodes.insert((clause.calendar.in_force, 0));
                nodes.insert((clause.condition, super::standing::row_in(evaluation, binding, clause.scope)));
                nodes.extend(clause.overrides.iter().filter_map(|(_, condition)| condition.map(|node| (node, 0))));
                let over = evaluation.program.clauses.iter().flat_map(|other| &other.overrides);
                nodes.extend(
                    over.filter(|(target, _)| *target == standing.clause)
                        .filter_map(|(_, condition)| condition.map(|node| (node, 0))),
                );
            }
        }
        nodes.retain(|(node, row)| *node == NodeId::MAX || evaluation.truth(*node, *row).is_unknown());
        nodes
    }

    /// Whether a clause takes the place of another.
    fn overridden_by(&self, clause: usize, target: usize) -> bool {
        self.evaluation.program.clauses[clause].overrides.iter().any(|(one, _)| *one == target)
    }

    /// A marker for the open list that a possible binding comes from.
    fn list_of(&self, binding: Binding) -> Option<(NodeId, u32)> {
        matches!(self.evaluation.program.scopes[binding.scope], Scope::Join { .. }).then_some((NodeId::MAX, binding.scope as u32))
    }

    /// Walks down from an unknown node to the facts that make it so.
    fn trace(&self, node: NodeId, row: u32, seen: &mut BTreeSet<(NodeId, u32)>, weights: &mut BTreeMap<Unknown, usize>) {
        if !seen.insert((node, row)) {
            return;
        }
        if node == NodeId::MAX {
            self.trace_bound_list(row as usize, weights);
            return;
        }
        let evaluation = &self.evaluation;
        if evaluation.value(node, row).is_known() {
            return;
        }
        let scope = evaluation.program.nodes[node as usize].scope;
        let mut add = |unknown| *weights.entry(unknown).or_default() += 1;
        match &evaluation.program.nodes[node as usize].op {
            Op::Day => add(Unknown::Day),
            Op::Reading(question, _) => {
                add(Unknown::Question(*question));
                if evaluation.day.is_none() && !evaluation.program.guidance[*question].is_empty() {
                    add(Unknown::Day);
                }
            }
            Op::Cell(field) => {
                let place = Place { record: scope, row, field: *field };
                let (place, cell) = evaluation.facts.effective(place);
                if !matches!(cell, Cell::List(..) | Cell::Row(..)) {
                    add(Unknown::Fact(place));
                }
            }
            Op::Match { code, test, .. } => {
                let place = Place { record: scope, row, field: *code };
                if test.is_none() && !evaluation.cell(place).is_known() {
                    add(Unknown::Fact(evaluation.facts.effective(place).0));
                }
                test.iter().for_each(|test| self.trace(*test, row, seen, weights));
            }
            Op::Any(fold, body) | Op::Sum(fold, body) => {
                self.trace_fold(scope, row, fold.over, &[fold.filter, Some(*body)], seen, weights)
            }
            Op::Count(fold) => self.trace_fold(scope, row, fold.over, &[fold.filter], seen, weights),
            Op::Root(inner) => self.trace(*inner, 0, seen, weights),
            Op::Outer(inner) => self.trace(*inner, evaluation.join_row(scope, row).0, seen, weights),
            Op::Element(inner) => self.trace(*inner, evaluation.join_row(scope, row).1, seen, weights),
            Op::Follow(field, inner) => {
                if let Some(row) = evaluation.facts.follow(Place { record: scope, row, field: *field }) {
                    self.trace(*inner, row, seen, weights);
                }
            }
            op => operands(op).into_iter().for_each(|operand| self.trace(operand, row, seen, weights)),
        }
    }

    fn trace_fold(
        &self,
        scope: usize,
        row: u32,
        over: Over,
        parts: &[Option<NodeId>],
        seen: &mut BTreeSet<(NodeId, u32)>,
        weights: &mut BTreeMap<Unknown, usize>,
    ) {
        let (elements, complete) = self.evaluation.elements(scope, row, over);
        if !complete {
            self.list_place(scope, row, over)
                .into_iter()
                .for_each(|place| *weights.entry(Unknown::List(place)).or_default() += 1);
        }
        for element in elements {
            let excluded = parts.len() == 2 && parts[0].is_some_and(|filter| self.evaluation.truth(filter, element).is_false());
            for part in parts.iter().flatten() {
                if !excluded {
                    self.trace(*part, element, seen, weights);
                }
            }
        }
    }

    fn list_place(&self, scope: usize, row: u32, over: Over) -> Option<Place> {
        let evaluation = &self.evaluation;
        let place = match over {
            Over::List(field) => Place { record: evaluation.program.record_of(scope), row, field },
            Over::Join(join) => {
                let Scope::Join { path, list, .. } = &evaluation.program.scopes[join] else { return None };
                let (scope, row) = evaluation.walk(scope, row, path)?;
                Place { record: evaluation.program.record_of(scope), row, field: *list }
            }
        };
        Some(evaluation.facts.effective(place).0)
    }

    fn trace_bound_list(&self, scope: usize, weights: &mut BTreeMap<Unknown, usize>) {
        let evaluation = &self.evaluation;
        let Scope::Join { outer, path, list, .. } = &evaluation.program.scopes[scope] else { return };
        for row in 0..evaluation.rows(*outer) {
            let Some((scope, row)) = evaluation.walk(*outer, row, path) else { continue };
            let place = Place { record: evaluation.program.record_of(scope), row, field: *list };
            if !evaluation.facts.list(place).1 {
                *weights.entry(Unknown::List(place)).or_default() += 1;
            }
        }
    }

    // ---- how it may turn out --------------------------------------------------------------------------------------------------

    /// The ways in which an unknown may turn out, and whether these are all that matter.
    pub fn turns(&mut self, unknown: Unknown) -> (Vec<Turn>, bool) {
        match unknown {
            Unknown::Question(question) => {
                let readings = self.evaluation.policy.questions[question].readings.len();
                ((0..readings).map(Turn::Reading).collect(), true)
            }
            Unknown::Day => {
                let others = self.known_dates();
                let days = self.regions.of_day(self.evaluation.program, &others);
                (days.into_iter().map(Turn::Day).collect(), true)
            }
            Unknown::Fact(place) => {
                let (values, exhaustive) = self.values(place);
                (values.into_iter().map(Turn::Fact).collect(), exhaustive)
            }
            Unknown::List(place) => self.element_counts(place),
        }
    }

    fn element_counts(&self, place: Place) -> (Vec<Turn>, bool) {
        let depth = self.depth.get(&(place.record, place.row)).copied().unwrap_or(0);
        let folds = self.regions.folds(place.record, place.field);
        let most = if depth >= DEEPEST { 0 } else { folds.clamp(1, MOST_ELEMENTS) };
        ((0..=most).map(Turn::Elements).collect(), most >= folds && folds > 0)
    }

    fn known_dates(&self) -> Vec<Date> {
        let mut dates = Vec::new();
        self.known_values(&Type::Date, |value| {
            if let Value::Date(date) = value {
                dates.push(*date);
            }
        });
        dates
    }

    /// Every value of a type that stands in some cell.
    fn known_values(&self, ty: &Type, mut visit: impl FnMut(&Value)) {
        let evaluation = &self.evaluation;
        for (record, one) in evaluation.policy.records.iter().enumerate() {
            for (field, _) in one.fields.iter().enumerate().filter(|(_, field)| field.ty == *ty) {
                for row in 0..evaluation.facts.rows(record) as u32 {
                    if let Cell::Given(value) | Cell::Assumed(value) | Cell::Supposed(value) =
                        evaluation.facts.cell(Place { record, row, field })
                        && value.is_known()
                    {
                        visit(value);
                    }
                }
            }
        }
    }

    fn values(&mut self, place: Place) -> (Vec<Value>, bool) {
        let (policy, regions) = (self.evaluation.policy, self.regions);
        let ty = policy.records[place.record].fields[place.field].ty.clone();
        let reading = regions.reading(place.record, place.field).cloned().unwrap_or_default();
        let mut others = Vec::new();
        if reading.peers || ty == Type::Money {
            let wanted = match &ty {
                Type::Set(of) => (**of).clone(),
                other => other.clone(),
            };
            self.known_values(&wanted, |value| others.push(value.clone()));
            others.extend(self.evaluation.day.filter(|_| ty == Type::Date).map(Value::Date));
            others.sort();
            others.dedup();
        }
        let known = self.narrowed(place);
        if !reading.calculated {
            return (regions.of_field(policy, place.record, place.field, &known, &others), true);
        }
        let (critical, solved) = self.critical(place, &known, &others);
        others.extend(critical);
        (regions.of_field(policy, place.record, place.field, &known, &others), solved)
    }

    /// What is known of a fact; a share of a whole is at most what the others leave.
    fn narrowed(&self, place: Place) -> Value {
        let evaluation = &self.evaluation;
        let known = evaluation.cell(place);
        if !evaluation.policy.records[place.record].fields[place.field].of_whole {
            return known;
        }
        let Origin::Element(record, row, field, _) = evaluation.facts.origin(place.record, place.row) else { return known };
        let (rows, _) = evaluation.facts.list(Place { record: *record, row: *row, field: *field });
        let least = rows.iter().filter(|row| **row != place.row).fold(Number::ZERO, |sum, row| {
            let value = evaluation.cell(Place { row: *row, ..place });
            value.range().and_then(|range| range.low).map_or(sum.clone(), |low| sum.plus(&low.at))
        });
        match known {
            Value::Range(range) => {
                let rest = crate::value::Range::up_to(Number::ONE.minus(&least));
                let high = match (&range.high, &rest.high) {
                    (Some(a), Some(b)) if a.at <= b.at => range.high.clone(),
                    _ => rest.high,
                };
                Value::of_range(crate::value::Range { low: range.low.clone(), high }, None)
            }
            other => other,
        }
    }

    /// Where comparisons turn over as this number grows, the other facts being as they are; and whether that was found for all.
    fn critical(&mut self, place: Place, known: &Value, others: &[Value]) -> (Vec<Value>, bool) {
        let comparisons: Vec<(NodeId, u32)> = self.comparisons();
        let currency = others.iter().find_map(Value::currency).or_else(|| crate::value::Currency::parse("USD"));
        let is_money = self.evaluation.policy.records[place.record].fields[place.field].ty == Type::Money;
        let value_of = |number: Number| match (is_money, currency) {
            (true, Some(currency)) => Value::Money(number, currency),
            _ => Value::Number(number),
        };
        let most = known.range().and_then(|range| range.high).map_or(8.into(), |high| high.at);
        let at = |share: i64| most.times(&Number::ratio(share, 8).unwrap_or(Number::ZERO));
        let samples: Vec<Number> = vec![at(2), at(4), at(8)];
        let mut measured: Vec<Vec<Option<Ends>>> = Vec::new();
        for sample in &samples {
            let turn = Turn::Fact(value_of(sample.clone()));
            let mut row = Vec::new();
            self.with(Unknown::Fact(place), &turn, |this| {
                row = comparisons.iter().map(|(node, at)| this.difference(*node, *at)).collect();
            });
            measured.push(row);
        }
        let mut roots = Vec::new();
        let mut solved = true;
        for (which, (node, row)) in comparisons.iter().enumerate() {
            let [Some(a), Some(b), Some(c)] = [&measured[0][which], &measured[1][which], &measured[2][which]] else {
                solved &= !self.depends(*node, *row, place);
                continue;
            };
            for end in [|ends: &Ends| ends.0.clone(), |ends: &Ends| ends.1.clone()] {
                solved &= root(&samples, [end(a), end(b), end(c)], &mut roots);
            }
        }
        (roots.into_iter().map(value_of).collect(), solved)
    }

    /// The comparisons of amounts that are not decided.
    fn comparisons(&self) -> Vec<(NodeId, u32)> {
        let is_comparison = |node: NodeId| {
            matches!(self.evaluation.program.nodes[node as usize].op, Op::Below(..) | Op::AtMost(..) | Op::Equal(..))
        };
        let open = self.open.iter().filter(|(node, row)| is_comparison(*node) && self.evaluation.truth(*node, *row).is_unknown());
        open.copied().collect()
    }

    fn depends(&self, node: NodeId, row: u32, place: Place) -> bool {
        let mut weights = BTreeMap::new();
        self.trace(node, row, &mut BTreeSet::new(), &mut weights);
        weights.contains_key(&Unknown::Fact(place))
    }

    /// Left less right of a comparison, at both ends of what is known of the other facts; a share is multiplied out, so that it stays
    /// linear, and needs all other facts. Sums whose other parts are unknown are all parallel: their ends are all that matters.
    fn difference(&self, node: NodeId, row: u32) -> Option<Ends> {
        let (Op::Below(a, b) | Op::AtMost(a, b) | Op::Equal(a, b)) = &self.evaluation.program.nodes[node as usize].op else {
            return None;
        };
        if let (Some((part, whole)), Some((line, one))) = (self.parts(*a, row), self.parts(*b, row)) {
            let exact = part.times(&one).minus(&line.times(&whole));
            return Some((Some(exact.clone()), Some(exact)));
        }
        let (left, right) = (self.plain_sum(*a, row)?, self.plain_sum(*b, row)?);
        let difference = left.minus(&right);
        Some((difference.low.map(|low| low.at), difference.high.map(|high| high.at)))
    }

    /// What is known of a sum of facts, or of one.
    fn plain_sum(&self, node: NodeId, row: u32) -> Option<crate::value::Range> {
        let evaluation = &self.evaluation;
        let scope = evaluation.program.nodes[node as usize].scope;
        match &evaluation.program.nodes[node as usize].op {
            Op::Element(inner) => self.plain_sum(*inner, evaluation.join_row(scope, row).1),
            Op::Outer(inner) => self.plain_sum(*inner, evaluation.join_row(scope, row).0),
            Op::Root(inner) => self.plain_sum(*inner, 0),
            Op::Sum(..) | Op::Count(_) | Op::Plus(..) | Op::Cell(_) | Op::Constant(_) => evaluation.value(node, row).range(),
            _ => None,
        }
    }

    /// A number as a fraction: numerator and denominator of a share, the number itself over one otherwise.
    fn parts(&self, node: NodeId, row: u32) -> Option<(Number, Number)> {
        let evaluation = &self.evaluation;
        let scope = evaluation.program.nodes[node as usize].scope;
        match &evaluation.program.nodes[node as usize].op {
            Op::Share(a, b) | Op::Over(a, b) => Some((exact(evaluation.value(*a, row))?, exact(evaluation.value(*b, row))?)),
            Op::Element(inner) => self.parts(*inner, evaluation.join_row(scope, row).1),
            Op::Outer(inner) => self.parts(*inner, evaluation.join_row(scope, row).0),
            Op::Root(inner) => self.parts(*inner, 0),
            _ => Some((exact(evaluation.value(node, row))?, Number::ONE)),
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

    fn again(&mut self) {
        let open = std::mem::take(&mut self.open);
        self.evaluation.run_again(&open);
        self.open = open;
    }

    /// Gives a list so many elements of which nothing is known, and no others.
    fn with_elements(&mut self, place: Place, count: usize, look: impl FnOnce(&mut Self)) {
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

    fn rows_of_all(&self) -> Vec<usize> {
        (0..self.evaluation.policy.records.len()).map(|record| self.evaluation.facts.rows(record)).collect()
    }

    // ---- relevance ------------------------------------------------------------------------------------------------------------

    /// Whether two completions that differ only in this unknown have different outcomes.
    pub fn is_relevant(&mut self, unknown: Unknown, steps: usize) -> bool {
        self.budget = steps;
        self.relevant(unknown)
    }

    fn relevant(&mut self, unknown: Unknown) -> bool {
        if self.allowed().count_ones() == 1 {
            return false;
        }
        let (turns, _) = self.turns(unknown);
        let mut met: Outcomes = !0;
        let mut settled = BTreeSet::new();
        for turn in &turns {
            self.with(unknown, turn, |this| {
                let allowed = this.allowed();
                met &= allowed;
                if allowed.count_ones() == 1 {
                    settled.insert(allowed);
                }
            });
        }
        let is_list = matches!(unknown, Unknown::List(_));
        if settled.len() > 1 || met == 0 || (is_list && turns.len() > 1) {
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

/// What a difference is at least and at most; nothing where it has no bound.
type Ends = (Option<Number>, Option<Number>);

/// Where a linear function crosses zero, from three of its values. False where it is not linear.
fn root(samples: &[Number], values: [Option<Number>; 3], roots: &mut Vec<Number>) -> bool {
    let [Some(a), Some(b), Some(c)] = &values else { return values.iter().all(Option::is_none) };
    let slope = b.minus(a).over(&samples[1].minus(&samples[0])).unwrap_or(Number::ZERO);
    if b.plus(&slope.times(&samples[2].minus(&samples[1]))) != *c {
        return false;
    }
    let root = a.negated().over(&slope).map(|step| samples[0].plus(&step));
    roots.extend(root.filter(|root| !root.is_negative()));
    true
}

/// Whether something can be so (1) and can fail to be (0), as a set.
fn either_way(truth: Truth) -> Outcomes {
    match truth {
        Truth::True => 0b10,
        Truth::False => 0b01,
        Truth::Unknown => 0b11,
    }
}

fn exact(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) | Value::Money(number, _) => Some(number.clone()),
        _ => None,
    }
}

/// The operands of an operation on its own row.
pub(crate) fn operands(op: &Op) -> Vec<NodeId> {
    match op {
        Op::And(parts) | Op::Or(parts) | Op::Function(_, parts) => parts.to_vec(),
        Op::Not(inner) | Op::OneOf(inner, _) | Op::Within(inner, _) => vec![*inner],
        Op::Below(a, b)
        | Op::AtMost(a, b)
        | Op::Equal(a, b)
        | Op::Contains(a, b)
        | Op::WithinSet(a, b)
        | Op::Share(a, b)
        | Op::Plus(a, b)
        | Op::Minus(a, b)
        | Op::Times(a, b)
        | Op::Over(a, b) => vec![*a, *b],
        Op::If(a, b, c) => vec![*a, *b, *c],
        Op::Fixpoint { body, .. } => vec![*body],
        _ => Vec::new(),
    }
}
