//! How an unknown may turn out: one value of each region, and for amounts that are calculated with the points where comparisons turn.

use super::candidates::neighbours;
use super::completion::Search;
use super::regions::Folds;
use super::unknown::{Turn, Unknown};
use crate::check::Type;
use crate::facts::{Cell, Origin, Place};
use crate::value::{Currency, Date, Number, Value};
use std::collections::BTreeSet;

/// How many elements an open list is given at most.
const MOST_ELEMENTS: usize = 2;
/// How many elements an open list is given to bring a count over its line.
const MOST_COUNTED: usize = 12;
/// How deep elements of open lists have open lists that are filled.
const DEEPEST: usize = 2;

impl Search<'_, '_> {
    /// The ways in which an unknown may turn out, and whether these are all that matter.
    pub fn turns(&mut self, unknown: Unknown) -> (Vec<Turn>, bool) {
        match unknown {
            Unknown::Question(question) => {
                let readings = self.evaluation.policy.questions[question].readings.len();
                ((0..readings).map(Turn::Reading).collect(), true)
            }
            Unknown::Day => {
                let (critical, solved) = self.critical(unknown);
                let critical = critical.iter().filter_map(|number| number.to_i64()?.try_into().ok()).map(Date);
                let others: Vec<Date> = self.known_dates().into_iter().chain(critical).collect();
                let days = self.regions.of_day(self.evaluation.program, &others);
                (days.into_iter().map(Turn::Day).collect(), solved)
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
        let nothing = Folds::default();
        let folds = self.regions.folds(place.record, place.field).unwrap_or(&nothing);
        if depth >= DEEPEST {
            return (vec![Turn::Elements(0)], false);
        }
        let most = folds.quantifiers.clamp(1, MOST_ELEMENTS);
        let mut counts: BTreeSet<usize> = (0..=most).collect();
        // A count turns over on its line and just beyond it, beside those that are there already.
        let there = self.evaluation.facts.list(place).0.len();
        let near = folds.lines.iter().flat_map(neighbours).filter_map(|line| usize::try_from(line.to_i64()?).ok());
        let wanted: BTreeSet<usize> = near.filter_map(|line| line.checked_sub(there)).collect();
        counts.extend(wanted.iter().filter(|count| **count <= MOST_COUNTED));
        let few = match folds.counts {
            0 => (1..=MOST_ELEMENTS).contains(&folds.quantifiers),
            1 => folds.quantifiers == 0 && wanted.iter().all(|count| *count <= MOST_COUNTED),
            _ => false,
        };
        (counts.into_iter().map(Turn::Elements).collect(), few && !folds.measured)
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

    /// Every value of a type that stands in some cell, by itself or in a set.
    fn known_values(&self, ty: &Type, mut visit: impl FnMut(&Value)) {
        let evaluation = &self.evaluation;
        let is_wanted = |other: &Type| other == ty || matches!(other, Type::Set(of) if **of == *ty);
        for (record, one) in evaluation.policy.records.iter().enumerate() {
            for (field, _) in one.fields.iter().enumerate().filter(|(_, field)| is_wanted(&field.ty)) {
                for row in 0..evaluation.facts.rows(record) as u32 {
                    match evaluation.facts.cell(Place { record, row, field }) {
                        Cell::Given(Value::Set(set))
                        | Cell::Assumed(Value::Set(set))
                        | Cell::Unknown(Value::Set(set))
                        | Cell::Supposed(Value::Set(set)) => {
                            set.members.iter().for_each(&mut visit);
                        }
                        Cell::Given(value) | Cell::Assumed(value) | Cell::Supposed(value) if value.is_known() => visit(value),
                        _ => {}
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
        let is_solved_for = reading.calculated || (reading.peers && (ty.is_number() || ty == Type::Date));
        if !is_solved_for && others.is_empty() && known == ty.unstated() {
            let plain = self.plain.entry((place.record, place.field));
            return plain.or_insert_with(|| regions.of_field(policy, place.record, place.field, &known, &[])).clone();
        }
        if !is_solved_for {
            return regions.of_field(policy, place.record, place.field, &known, &others);
        }
        let (critical, solved) = self.critical(Unknown::Fact(place));
        let currency = others.iter().find_map(Value::currency).or_else(|| Currency::parse("USD"));
        others.extend(critical.into_iter().filter_map(|number| written(&ty, number, currency)));
        let (values, all) = regions.of_field(policy, place.record, place.field, &known, &others);
        (values, all && solved)
    }

    /// What is known of a fact; a share of a whole is at most what the others leave.
    fn narrowed(&self, place: Place) -> Value {
        let evaluation = &self.evaluation;
        let known = evaluation.facts.known(place).clone();
        if !evaluation.policy.records[place.record].fields[place.field].of_whole {
            return known;
        }
        let Origin::Element(record, row, field, _) = evaluation.facts.origin(place.record, place.row) else { return known };
        let (rows, _) = evaluation.facts.list(Place { record: *record, row: *row, field: *field });
        let least = rows.iter().filter(|row| **row != place.row).fold(Number::ZERO, |sum, row| {
            let value = evaluation.facts.known(Place { row: *row, ..place });
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
}

/// A number as a value of a type; a day is the one that it falls on.
fn written(ty: &Type, number: Number, currency: Option<Currency>) -> Option<Value> {
    match ty {
        Type::Money => currency.map(|currency| Value::Money(number, currency)),
        Type::Date => number.decimal(0).trim_end_matches('…').parse().ok().map(|day| Value::Date(Date(day))),
        _ => Some(Value::Number(number)),
    }
}
