//! How an unknown may turn out: one value of each region, and for amounts that are calculated with the points where comparisons turn.

use super::candidates::neighbours;
use super::completion::{Search, Turn, Unknown};
use super::hangs::Hang;
use super::regions::Folds;
use crate::check::Type;
use crate::facts::{Cell, Origin, Place};
use crate::program::{NodeId, Op};
use crate::value::{Date, Number, Value};
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
        if !reading.calculated && others.is_empty() && known == ty.unstated() {
            let plain = self.plain.entry((place.record, place.field));
            return plain.or_insert_with(|| regions.of_field(policy, place.record, place.field, &known, &[])).clone();
        }
        if !reading.calculated {
            return regions.of_field(policy, place.record, place.field, &known, &others);
        }
        let (critical, solved) = self.critical(place, &known, &others);
        others.extend(critical);
        let (values, all) = regions.of_field(policy, place.record, place.field, &known, &others);
        (values, all && solved)
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
        let open = self.open.nodes().iter();
        let open = open.filter(|(node, row)| is_comparison(*node) && self.evaluation.truth(*node, *row).is_unknown());
        open.copied().collect()
    }

    /// Whether a node hangs on a fact.
    fn depends(&mut self, node: NodeId, row: u32, place: Place) -> bool {
        self.reached([Hang::Node(node, row)]).contains(&Unknown::Fact(place))
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

fn exact(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) | Value::Money(number, _) => Some(number.clone()),
        _ => None,
    }
}
