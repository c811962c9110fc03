//! The values of an unknown amount or day at which comparisons turn over, whatever the other facts are.
//!
//! What an undecided comparison tests is written as linear functions of what is unknown; where a value may be one of several
//! (an element may count or not, a condition is open), there is a function for each. Their zeros are the borders of regions.

use super::candidates::neighbours;
use super::completion::Search;
use super::hangs::Hang;
use super::linear::{Borders, Linear};
use super::open::At;
use super::rows::Evaluation;
use super::unknown::Unknown;
use crate::check::{Function, Type};
use crate::facts::{Origin, Place};
use crate::program::{Fold, NodeId, Op};
use crate::value::{Date, Duration, Number, Value};

/// How many functions stand for one value at most.
const MOST_BRANCHES: usize = 64;

impl Search<'_, '_> {
    /// Where comparisons turn over as an unknown grows, and whether these are all such points.
    pub(super) fn critical(&mut self, unknown: Unknown) -> (Vec<Number>, bool) {
        let mut forms = Forms { evaluation: &self.evaluation, borders: Borders::default(), complete: true, visited: 0 };
        let mut irregular: Vec<At> = Vec::new();
        for at in self.open.nodes().iter().copied().filter(|at| self.evaluation.truth(at.0, at.1).is_unknown()) {
            forms.complete = true;
            forms.compare(at);
            if !forms.complete {
                irregular.push(at);
            }
        }
        let visited = forms.visited;
        let mut borders = forms.borders;
        let linked = self.with_bounds(&mut borders, unknown);
        let mut solved = !irregular
            .into_iter()
            .any(|(node, row)| self.reached([Hang::Node(node, row)]).iter().any(|unknown| linked.contains(unknown)));
        let whole = linked.iter().filter(|unknown| self.is_whole(**unknown)).count();
        if whole > 0 {
            solved &= borders.widen(neighbours) && whole == linked.len();
        }
        self.spend(linked.len() + visited);
        match borders.projected(unknown) {
            Some(values) => (values, solved),
            None => (Vec::new(), false),
        }
    }

    /// Adds what bounds each unknown that is linked to one; leaves the others out.
    fn with_bounds(&self, borders: &mut Borders, unknown: Unknown) -> std::collections::BTreeSet<Unknown> {
        let wholes: Vec<Linear> = borders.linked(unknown).into_iter().filter_map(|one| self.whole(one)).collect();
        wholes.into_iter().for_each(|whole| borders.add(whole));
        let linked = borders.linked(unknown);
        borders.keep(&linked);
        for one in &linked {
            let Unknown::Fact(place) = one else { continue };
            let Some(range) = self.evaluation.facts.known(*place).range() else { continue };
            for bound in range.low.into_iter().chain(range.high) {
                borders.add(Linear::of(*one).minus(&Linear::constant(bound.at)));
            }
        }
        linked
    }

    /// What is left of a whole, if the unknown is a share of it.
    fn whole(&self, unknown: Unknown) -> Option<Linear> {
        let Unknown::Fact(place) = unknown else { return None };
        let evaluation = &self.evaluation;
        if !evaluation.policy.records[place.record].fields[place.field].of_whole {
            return None;
        }
        let Origin::Element(record, row, field, _) = evaluation.facts.origin(place.record, place.row) else { return None };
        let (rows, _) = evaluation.facts.list(Place { record: *record, row: *row, field: *field });
        let shares = rows.iter().map(|row| share(evaluation, Place { row: *row, ..place }));
        Some(shares.fold(Linear::constant(Number::ONE.negated()), |sum, share| sum.plus(&share)))
    }

    /// It counts in steps of one: a whole number or a day.
    fn is_whole(&self, unknown: Unknown) -> bool {
        match unknown {
            Unknown::Fact(place) => {
                matches!(self.evaluation.policy.records[place.record].fields[place.field].ty, Type::Integer | Type::Date)
            }
            _ => true,
        }
    }
}

fn share(evaluation: &Evaluation<'_>, place: Place) -> Linear {
    amount(evaluation.facts.known(place)).map_or_else(|| Linear::of(Unknown::Fact(place)), Linear::constant)
}

/// A value as a number: an amount, or a day since the epoch.
fn amount(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) | Value::Money(number, _) => Some(number.clone()),
        Value::Date(date) => Some(i64::from(date.0).into()),
        _ => None,
    }
}

/// Writes what comparisons test as functions of what is unknown.
struct Forms<'s, 'a> {
    evaluation: &'s Evaluation<'a>,
    borders: Borders,
    /// The functions say all about the comparison that is being written.
    complete: bool,
    /// How many values were written as functions.
    visited: usize,
}

impl Forms<'_, '_> {
    fn compare(&mut self, (node, row): At) {
        match &self.evaluation.program.nodes[node as usize].op {
            Op::Below(a, b) | Op::AtMost(a, b) | Op::Equal(a, b) => {
                if !self.is_amount(*a, row) && !self.is_amount(*b, row) {
                    return;
                }
                let is_done = [(*a, *b), (*b, *a)]
                    .into_iter()
                    .any(|(one, line)| self.compare_quotient(one, line, row) || self.compare_year(one, line, row));
                if is_done {
                    return;
                }
                let (left, right) = (self.branches(*a, row), self.branches(*b, row));
                self.pairs(&left, &right, Linear::minus).into_iter().for_each(|border| self.borders.add(border));
            }
            Op::OneOf(inner, constants) => {
                let numbers: Vec<Linear> = constants.iter().filter_map(amount).map(Linear::constant).collect();
                if numbers.is_empty() {
                    return;
                }
                let values = self.branches(*inner, row);
                self.pairs(&values, &numbers, Linear::minus).into_iter().for_each(|border| self.borders.add(border));
            }
            _ => {}
        }
    }

    /// A quotient against a number, multiplied out so that it stays linear. False where it is none.
    fn compare_quotient(&mut self, quotient: NodeId, line: NodeId, row: u32) -> bool {
        let Some((part, whole, at)) = self.quotient(quotient, row) else { return false };
        let (parts, wholes, lines) = (self.branches(part, at), self.branches(whole, at), self.branches(line, row));
        let Some(lines) = lines.iter().map(|line| line.known().cloned()).collect::<Option<Vec<Number>>>() else {
            self.complete = false;
            return true;
        };
        for line in lines {
            let due: Vec<Linear> = wholes.iter().map(|whole| whole.times(&line)).collect();
            self.pairs(&parts, &due, Linear::minus).into_iter().for_each(|border| self.borders.add(border));
        }
        wholes.into_iter().for_each(|whole| self.borders.add(whole));
        true
    }

    /// The year of a day against a year: it turns over on New Year's days. False where it is none.
    fn compare_year(&mut self, year: NodeId, line: NodeId, row: u32) -> bool {
        let Some((node, at)) = self.behind(year, row) else { return false };
        let Op::Function(Function::Year, arguments) = &self.evaluation.program.nodes[node as usize].op else { return false };
        let line = amount(self.evaluation.value(line, row)).and_then(|line| i16::try_from(line.to_i64()?).ok());
        let (Some(line), [day]) = (line, arguments.as_ref()) else { return false };
        let days = self.branches(*day, at);
        let starts = [line, line.saturating_add(1)].into_iter().filter_map(|year| Date::parse(&format!("{year:04}-01-01")));
        let starts: Vec<Linear> = starts.map(|day| Linear::constant(i64::from(day.0).into())).collect();
        self.pairs(&days, &starts, Linear::minus).into_iter().for_each(|border| self.borders.add(border));
        true
    }

    /// The parts of a quotient whose divisor is not known, and their row.
    fn quotient(&self, node: NodeId, row: u32) -> Option<(NodeId, NodeId, u32)> {
        let (node, row) = self.behind(node, row)?;
        match &self.evaluation.program.nodes[node as usize].op {
            Op::Share(a, b) | Op::Over(a, b) if amount(self.evaluation.value(*b, row)).is_none() => Some((*a, *b, row)),
            _ => None,
        }
    }

    /// The node itself behind whatever it is seen from, and its row.
    fn behind(&self, node: NodeId, row: u32) -> Option<At> {
        let evaluation = self.evaluation;
        let scope = evaluation.program.nodes[node as usize].scope;
        match &evaluation.program.nodes[node as usize].op {
            Op::Root(inner) => self.behind(*inner, 0),
            Op::Outer(inner) => self.behind(*inner, evaluation.join_row(scope, row).0),
            Op::Element(inner) => self.behind(*inner, evaluation.join_row(scope, row).1),
            Op::Follow(field, inner) => {
                let row = evaluation.facts.follow(Place { record: scope, row, field: *field })?;
                self.behind(*inner, row)
            }
            _ => Some((node, row)),
        }
    }

    fn is_amount(&self, node: NodeId, row: u32) -> bool {
        let Some((node, row)) = self.behind(node, row) else { return false };
        let evaluation = self.evaluation;
        match &evaluation.program.nodes[node as usize].op {
            Op::Cell(field) => {
                let record = evaluation.program.nodes[node as usize].scope;
                let ty = &evaluation.policy.records[record].fields[*field].ty;
                ty.is_number() || matches!(ty, Type::Date)
            }
            Op::Day
            | Op::Plus(..)
            | Op::Minus(..)
            | Op::Times(..)
            | Op::Over(..)
            | Op::Share(..)
            | Op::Sum(..)
            | Op::Count(_) => true,
            Op::If(_, then, otherwise) => self.is_amount(*then, row) || self.is_amount(*otherwise, row),
            Op::Function(function, _) => !matches!(function, Function::BelowDetection),
            _ => amount(evaluation.value(node, row)).is_some(),
        }
    }

    /// What a value may be, as functions of what is unknown.
    fn branches(&mut self, node: NodeId, row: u32) -> Vec<Linear> {
        self.visited += 1;
        let Some((node, row)) = self.behind(node, row) else { return self.nothing() };
        let evaluation = self.evaluation;
        if let Some(known) = amount(evaluation.value(node, row)) {
            return vec![Linear::constant(known)];
        }
        match &evaluation.program.nodes[node as usize].op {
            Op::Cell(field) => {
                let record = evaluation.program.nodes[node as usize].scope;
                let place = evaluation.facts.effective(Place { record, row, field: *field }).0;
                vec![Linear::of(Unknown::Fact(place))]
            }
            Op::Day => vec![Linear::of(Unknown::Day)],
            Op::Plus(a, b) => self.moved(*a, *b, row, 1),
            Op::Minus(a, b) => self.moved(*a, *b, row, -1),
            Op::Times(a, b) => self.multiplied(*a, *b, row),
            Op::Over(a, b) | Op::Share(a, b) => match amount(evaluation.value(*b, row)).and_then(|by| Number::ONE.over(&by)) {
                Some(by) => self.branches(*a, row).iter().map(|one| one.times(&by)).collect(),
                None => self.nothing(),
            },
            Op::If(_, then, otherwise) => {
                let then = self.branches(*then, row);
                self.either(then, *otherwise, row)
            }
            Op::Function(Function::Min | Function::Max, arguments) => self.extreme(arguments, row),
            Op::Function(Function::Abs, arguments) => {
                let values: Vec<Linear> = arguments.iter().flat_map(|one| self.branches(*one, row)).collect();
                values.iter().for_each(|value| self.borders.add(value.clone()));
                values.iter().flat_map(|value| [value.clone(), value.times(&Number::ONE.negated())]).collect()
            }
            Op::Function(Function::DaysBetween, arguments) => match arguments.as_ref() {
                [from, to] => {
                    let (from, to) = (self.branches(*from, row), self.branches(*to, row));
                    self.pairs(&to, &from, Linear::minus)
                }
                _ => self.nothing(),
            },
            Op::Sum(fold, value) => self.sum(node, row, fold, *value),
            Op::Count(_) => self.counts(node, row),
            _ => self.nothing(),
        }
    }

    /// It cannot be written so.
    fn nothing(&mut self) -> Vec<Linear> {
        self.complete = false;
        Vec::new()
    }

    /// Each of some with each of others, as far as they are not too many.
    fn pairs(&mut self, left: &[Linear], right: &[Linear], join: impl Fn(&Linear, &Linear) -> Linear) -> Vec<Linear> {
        let all = left.iter().flat_map(|one| right.iter().map(move |other| (one, other)));
        let pairs: Vec<Linear> = all.take(MOST_BRANCHES).map(|(one, other)| join(one, other)).collect();
        self.complete &= left.len() * right.len() <= MOST_BRANCHES;
        pairs
    }

    fn either(&mut self, mut one: Vec<Linear>, other: NodeId, row: u32) -> Vec<Linear> {
        one.extend(self.branches(other, row));
        self.complete &= one.len() <= MOST_BRANCHES;
        one.truncate(MOST_BRANCHES);
        one
    }

    /// A sum or a difference; a day is moved by days, but not by months, which differ in length.
    fn moved(&mut self, a: NodeId, b: NodeId, row: u32, sign: i64) -> Vec<Linear> {
        for (day, by) in [(a, b), (b, a)] {
            match self.evaluation.value(by, row) {
                Value::Duration(Duration::Days(days)) => {
                    let step = Linear::constant((days * sign).into());
                    return self.branches(day, row).iter().map(|day| day.plus(&step)).collect();
                }
                Value::Duration(Duration::Months(_)) => return self.nothing(),
                _ => {}
            }
        }
        let (left, right) = (self.branches(a, row), self.branches(b, row));
        self.pairs(&left, &right, |one, other| one.plus(&other.times(&sign.into())))
    }

    fn multiplied(&mut self, a: NodeId, b: NodeId, row: u32) -> Vec<Linear> {
        let (left, right) = (self.branches(a, row), self.branches(b, row));
        if left.iter().any(|one| one.known().is_none()) && right.iter().any(|one| one.known().is_none()) {
            return self.nothing();
        }
        self.pairs(&left, &right, |one, other| match (one.known(), other.known()) {
            (_, Some(by)) => one.times(by),
            (Some(by), None) => other.times(by),
            (None, None) => one.clone(),
        })
    }

    /// The least or the greatest of two: either, and it turns over where they meet.
    fn extreme(&mut self, arguments: &[NodeId], row: u32) -> Vec<Linear> {
        let values: Vec<Vec<Linear>> = arguments.iter().map(|one| self.branches(*one, row)).collect();
        if let [left, right] = values.as_slice() {
            self.pairs(left, right, Linear::minus).into_iter().for_each(|border| self.borders.add(border));
        }
        values.concat()
    }

    /// A sum over a list: elements that may count are in or out. Elements that nobody named are left out, which is not all that may be.
    fn sum(&mut self, node: NodeId, row: u32, fold: &Fold, value: NodeId) -> Vec<Linear> {
        let evaluation = self.evaluation;
        let scope = evaluation.program.nodes[node as usize].scope;
        let (elements, complete) = evaluation.elements(scope, row, fold.over);
        self.complete &= complete;
        let mut sums = vec![Linear::constant(Number::ZERO)];
        for element in elements {
            let counts = fold.filter.map(|filter| evaluation.truth(filter, element));
            if counts.is_some_and(|counts| counts.is_false()) {
                continue;
            }
            let values = self.branches(value, element);
            let is_certain = counts.is_none_or(|counts| !counts.is_unknown());
            // Most elements have one value: to write the sum anew for each would take as many times as long as there are elements.
            if let (true, [sum], [value]) = (is_certain, sums.as_mut_slice(), values.as_slice()) {
                sum.add(value);
                continue;
            }
            let with = self.pairs(&sums, &values, Linear::plus);
            sums = if is_certain { with } else { [sums, with].concat() };
            self.complete &= sums.len() <= MOST_BRANCHES;
            sums.truncate(MOST_BRANCHES);
        }
        sums
    }

    /// How many elements there may be.
    fn counts(&mut self, node: NodeId, row: u32) -> Vec<Linear> {
        let range = self.evaluation.value(node, row).range().unwrap_or_default();
        let ends = (range.low.and_then(|low| low.at.to_i64()), range.high.and_then(|high| high.at.to_i64()));
        let (Some(least), Some(most)) = ends else { return self.nothing() };
        self.complete &= most - least < MOST_BRANCHES as i64;
        (least..=most).take(MOST_BRANCHES).map(|count| Linear::constant(count.into())).collect()
    }
}
