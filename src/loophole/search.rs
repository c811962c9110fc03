//! The search: every other value of every fact, one at a time, two where one is not enough, and several shipments in the place of one.

use crate::check::Type;
use crate::eval::{Evaluation, Judge, Search, Target, Turn, Unknown};
use crate::facts::{Cell, Facts, Place};
use crate::value::{Dimension, Number, Truth, Unit, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Into how many shipments one is split.
const SPLITS: [i64; 5] = [2, 3, 5, 10, 100];
/// How many single changes are combined in pairs, where no single one is enough.
const MOST_PAIRED: usize = 80;
/// A change of an amount by this share of it at most is a small one, in per cent.
const SMALL: i64 = 10;

/// What kind of change it is, the cheapest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An amount becomes a little larger or smaller.
    Dilute,
    /// A stake in a company changes hands.
    Stake,
    /// The goods go in several shipments.
    Split,
    /// The shipment takes another way, or goes elsewhere.
    Reroute,
    /// An amount becomes another one.
    Resize,
    /// Another fact is otherwise.
    Other,
}

impl Kind {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Dilute => "dilute",
            Kind::Stake => "stake",
            Kind::Split => "split",
            Kind::Reroute => "reroute",
            Kind::Resize => "resize",
            Kind::Other => "other",
        }
    }
}

/// One change of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What kind of change it is.
    pub kind: Kind,
    /// The path of the fact; of a split `shipments`.
    pub fact: String,
    /// What it was.
    pub from: String,
    /// What it would be.
    pub to: String,
    /// By how much of itself an amount changes.
    size: Number,
}

/// A way out: changes under which the verdict is looser.
#[derive(Debug, Clone)]
pub struct Escape {
    /// One change, or two where one is not enough.
    pub changes: Vec<Change>,
    /// The outcome to which it leads; where the shipment is split, the strictest of its parts.
    pub outcome: usize,
    /// The clauses that decided and no longer stand.
    pub past: Vec<String>,
}

/// The ways out of a verdict that is settled and stricter than the loosest outcome, the cheapest first: fewer changes before more, then by
/// kind, then by size. Nothing where there is nothing to escape from.
///
/// ```
/// use ukase::{check::check, eval::Judge, facts::{load, read_json}, loophole::{Kind, loopholes}, source::{SourceId, Sources}};
/// let text = r#"
/// policy tiny "A tiny policy"
/// language 1
/// outcomes from loosest to strictest { free licence }
/// facts shipment { date date   destination country   mass quantity in kg }
/// instrument 1 "A law" { published 2025-01-01 }
/// clause I "Heavy goods to the far north" when destination is IS and mass > 10 kg then licence
/// "#;
/// let (policy, _) = check(&Sources::of_text("tiny.ukase", text.trim()));
/// let policy = policy.unwrap();
/// let raw = read_json(r#"{"date": "2025-06-01", "destination": "IS", "mass": "10.5 kg"}"#, SourceId(0), 0).unwrap();
/// let judge = Judge::new(&policy, None);
/// let found = loopholes(&judge, judge.evaluate(load(&policy, &raw).unwrap(), None, Vec::new()));
/// assert_eq!((found[0].changes[0].kind, found[0].changes[0].to.as_str()), (Kind::Dilute, "10 kg"));
/// assert!(found.iter().any(|one| one.changes[0].kind == Kind::Reroute));
/// ```
pub fn loopholes(judge: &Judge<'_>, evaluation: Evaluation<'_>) -> Vec<Escape> {
    let Some(outcome) = judge.possible(&evaluation).outcome().filter(|outcome| *outcome > 0) else { return Vec::new() };
    let deciding = deciding(judge, &evaluation, outcome);
    let explorer = Explorer { judge, evaluation, outcome, deciding };
    let steps = explorer.steps();
    let mut found: Vec<Escape> = steps.iter().filter_map(|step| explorer.escape(&[step])).collect();
    found.extend(explorer.splits());
    if found.is_empty() {
        let near = &steps[..steps.len().min(MOST_PAIRED)];
        for (at, first) in near.iter().enumerate() {
            let others = near[at + 1..].iter().filter(|second| second.place != first.place);
            found.extend(others.filter_map(|second| explorer.escape(&[first, second])));
        }
    }
    nearest(found)
}

/// Of the changes of the same facts that lead to the same outcome the smallest, the cheapest first.
fn nearest(mut found: Vec<Escape>) -> Vec<Escape> {
    let cost = |one: &Escape| {
        let kinds: Vec<(Kind, Number)> = one.changes.iter().map(|change| (change.kind, change.size.clone())).collect();
        (one.changes.len(), kinds.iter().map(|(kind, _)| *kind).max(), kinds)
    };
    found.sort_by_key(|one| (cost(one), one.outcome));
    let mut seen: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    found.retain(|one| {
        let facts = one.changes.iter().map(|change| change.fact.clone()).collect();
        let loosest = seen.entry(facts).or_insert(usize::MAX);
        let is_better = one.outcome < *loosest;
        *loosest = (*loosest).min(one.outcome);
        is_better
    });
    found
}

/// The clauses that decide a verdict.
fn deciding(judge: &Judge<'_>, evaluation: &Evaluation<'_>, outcome: usize) -> Vec<usize> {
    let clauses = &judge.program().clauses;
    let mut found: Vec<usize> = Vec::new();
    for binding in judge.order().bindings(evaluation) {
        let standings = judge.order().standings(evaluation, binding).into_iter();
        let deciding = standings.filter(|one| one.stands.is_true() && clauses[one.clause].outcome == Some(outcome));
        found.extend(deciding.map(|one| one.clause));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Another value of one fact.
struct Step {
    place: Place,
    value: Value,
    change: Change,
}

struct Explorer<'x> {
    judge: &'x Judge<'x>,
    evaluation: Evaluation<'x>,
    outcome: usize,
    deciding: Vec<usize>,
}

impl Explorer<'_> {
    /// Every other value of every fact that somebody stated, one of each region, the cheapest first.
    fn steps(&self) -> Vec<Step> {
        let policy = self.judge.policy;
        let mut steps = Vec::new();
        for (record, of) in policy.records.iter().enumerate() {
            for row in 0..self.evaluation.facts.rows(record) as u32 {
                for field in 0..of.fields.len() {
                    self.steps_of(Place { record, row, field }, &mut steps);
                }
            }
        }
        steps.sort_by(|a, b| (a.change.kind, &a.change.size).cmp(&(b.change.kind, &b.change.size)));
        steps
    }

    fn steps_of(&self, place: Place, steps: &mut Vec<Step>) {
        let policy = self.judge.policy;
        let (Cell::Given(given) | Cell::Assumed(given)) = self.evaluation.facts.cell(place) else { return };
        let ty = &policy.records[place.record].fields[place.field].ty;
        let is_changed = ty.is_number() || matches!(ty, Type::Truth | Type::Country | Type::Enum(_) | Type::Set(_));
        if !is_changed {
            return;
        }
        let open = self.evaluation.without(&[place]);
        let mut search = Search::new(self.judge.order(), self.judge.regions(), &open, Target::AllBut(Vec::new()));
        let turns = search.turns(Unknown::Fact(place)).0.into_iter().filter_map(|turn| match turn {
            Turn::Fact(value) => Some(value),
            _ => None,
        });
        let reading = self.judge.regions().reading(place.record, place.field);
        let lines = reading.into_iter().flat_map(|reading| reading.lines()).flat_map(|line| near(line, given));
        let values: BTreeSet<Value> = turns.chain(lines).filter(|value| value != given && value.is_known()).collect();
        for value in values {
            let change = self.change(place, given, &value);
            steps.push(Step { place, value, change });
        }
    }

    fn change(&self, place: Place, from: &Value, to: &Value) -> Change {
        let policy = self.judge.policy;
        let ty = &policy.records[place.record].fields[place.field].ty;
        let size = size(from, to);
        let small = Number::ratio(SMALL, 100).unwrap_or(Number::ONE);
        let kind = match ty {
            Type::Country => Kind::Reroute,
            Type::Percent if self.is_stake(place) => Kind::Stake,
            ty if ty.is_number() && size <= small => Kind::Dilute,
            ty if ty.is_number() => Kind::Resize,
            _ => Kind::Other,
        };
        let write = |value: &Value| match value {
            Value::Truth(truth) => (*truth == Truth::True).to_string(),
            other => ty.write(&policy.enums, other),
        };
        Change { kind, fact: self.evaluation.facts.path(policy, place), from: write(from), to: write(to), size }
    }

    /// A share of a record that names somebody.
    fn is_stake(&self, place: Place) -> bool {
        let policy = self.judge.policy;
        let holds_party = |ty: &Type| matches!(ty, Type::Record(_));
        policy.records[place.record].fields.iter().any(|field| holds_party(&field.ty))
    }

    /// The verdict with these changes, if it is surely looser.
    fn escape(&self, steps: &[&Step]) -> Option<Escape> {
        let (first, rest) = steps.split_first()?;
        let mut changed = self.evaluation.supposing(first.place, first.value.clone());
        for step in rest {
            changed = changed.supposing(step.place, step.value.clone());
        }
        let outcome = self.looser(&changed)?;
        let changes = steps.iter().map(|step| step.change.clone()).collect();
        Some(Escape { changes, outcome, past: self.past(&[changed]) })
    }

    /// The strictest outcome that remains possible, if it is looser than the verdict was.
    fn looser(&self, evaluation: &Evaluation<'_>) -> Option<usize> {
        // Three-valued logic first: it is fast, and mostly enough.
        if self.judge.outcomes(evaluation).trailing_zeros() as usize >= self.outcome {
            return None;
        }
        let strictest = self.judge.possible(evaluation).outcomes.checked_ilog2()? as usize;
        (strictest < self.outcome).then_some(strictest)
    }

    /// The clauses that decided and stand in none of these.
    fn past(&self, evaluations: &[Evaluation<'_>]) -> Vec<String> {
        let policy = self.judge.policy;
        let stands = |clause: usize, evaluation: &Evaluation<'_>| {
            let mut bindings = self.judge.order().bindings(evaluation).into_iter();
            bindings.any(|binding| {
                let mut standings = self.judge.order().standings(evaluation, binding).into_iter();
                standings.any(|one| one.clause == clause && !one.stands.is_false())
            })
        };
        let is_past = |clause: &&usize| !evaluations.iter().any(|evaluation| stands(**clause, evaluation));
        let names = |clause: &usize| policy.clause_name(self.judge.program().clauses[*clause].clause);
        self.deciding.iter().filter(is_past).map(names).collect()
    }

    // ---- several shipments ----------------------------------------------------------------------------------------------------

    /// Each item by itself, and the fewest equal parts that escape.
    fn splits(&self) -> Vec<Escape> {
        let parts = SPLITS.iter().find_map(|count| self.parts(*count));
        self.one_by_one().into_iter().chain(parts).collect()
    }

    fn one_by_one(&self) -> Option<Escape> {
        let (record, field) = *self.judge.program().bound_lists().first()?;
        let place = Place { record, row: 0, field };
        let (rows, is_whole) = self.evaluation.facts.list(place);
        if rows.len() < 2 || !is_whole {
            return None;
        }
        let alone = |row: &u32| {
            let mut facts = self.evaluation.facts.clone().into_owned();
            facts.set(place, Cell::List(vec![*row], true));
            self.anew(facts)
        };
        let parts: Vec<Evaluation<'_>> = rows.iter().map(alone).collect();
        let what = self.evaluation.facts.path(self.judge.policy, place);
        self.split(format!("{}, one for each of {what}", rows.len()), parts)
    }

    /// All prices and masses in so many equal parts.
    fn parts(&self, count: i64) -> Option<Escape> {
        let share = Number::ratio(1, count)?;
        let mut facts = self.evaluation.facts.clone().into_owned();
        let mut is_split = false;
        for (record, of) in self.judge.policy.records.iter().enumerate() {
            for (field, _) in of.fields.iter().enumerate().filter(|(_, field)| is_divided(&field.ty)) {
                for row in 0..facts.rows(record) as u32 {
                    let place = Place { record, row, field };
                    let part = match facts.cell(place) {
                        Cell::Given(Value::Money(amount, currency)) => Value::Money(amount.times(&share), *currency),
                        Cell::Given(Value::Number(amount)) => Value::Number(amount.times(&share)),
                        _ => continue,
                    };
                    facts.set(place, Cell::Given(part));
                    is_split = true;
                }
            }
        }
        if !is_split {
            return None;
        }
        let part = self.anew(facts);
        self.split(format!("{count} equal ones"), vec![part])
    }

    fn anew(&self, facts: Facts) -> Evaluation<'_> {
        self.judge.evaluate(facts, self.evaluation.day, self.evaluation.readings.clone())
    }

    /// A way out if each of the parts is looser.
    fn split(&self, to: String, parts: Vec<Evaluation<'_>>) -> Option<Escape> {
        let outcomes: Option<Vec<usize>> = parts.iter().map(|part| self.looser(part)).collect();
        let outcome = outcomes?.into_iter().max()?;
        let change = Change { kind: Kind::Split, fact: "shipments".into(), from: "1".into(), to, size: Number::ZERO };
        Some(Escape { changes: vec![change], outcome, past: self.past(&parts) })
    }
}

/// A line and what lies just beyond it, seen from an amount.
fn near(line: &Value, from: &Value) -> Vec<Value> {
    let beyond = |line: &Number, from: &Number| {
        let step = line.magnitude().times(&Number::ratio(1, 100).unwrap_or(Number::ZERO));
        if from > line { line.minus(&step) } else { line.plus(&step) }
    };
    match (line, from) {
        (Value::Number(line), Value::Number(from)) => vec![Value::Number(line.clone()), Value::Number(beyond(line, from))],
        (Value::Money(line, currency), Value::Money(from, _)) => {
            vec![Value::Money(line.clone(), *currency), Value::Money(beyond(line, from), *currency)]
        }
        _ => Vec::new(),
    }
}

/// An amount that goes into parts where a shipment does: a price or a mass. Other quantities are properties of the goods.
fn is_divided(ty: &Type) -> bool {
    let mass: Option<Dimension> = Unit::find("kg").map(|unit| unit.dimension);
    match ty {
        Type::Money => true,
        Type::Quantity(dimension) => Some(*dimension) == mass,
        _ => false,
    }
}

/// By how much of itself an amount changes; wholly where it was nothing.
fn size(from: &Value, to: &Value) -> Number {
    let amount = |value: &Value| match value {
        Value::Number(amount) | Value::Money(amount, _) => Some(amount.clone()),
        _ => None,
    };
    let (Some(from), Some(to)) = (amount(from), amount(to)) else { return Number::ZERO };
    to.minus(&from).magnitude().over(&from.magnitude()).unwrap_or(Number::ONE)
}
