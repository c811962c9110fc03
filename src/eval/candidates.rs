//! Values of a type, at least one of each region that the tests of a program cut it into.

use super::alike::Use;
use super::operation;
use super::reading::{Reading, Test};
use crate::check::{CheckedPolicy, Type};
use crate::value::{Classified, Code, Country, Currency, Date, Number, Set, Truth, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Keeps one value of each combination of test results; values that other facts have stay apart.
pub(super) fn distinct(candidates: Vec<Value>, reading: &Reading, others: &[Value]) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    candidates
        .into_iter()
        .filter(|value| {
            let results: Vec<Truth> = reading.tests.iter().map(|test| test.of(value)).collect();
            let peers: Vec<(Truth, Truth)> = match reading.peers {
                true => others.iter().map(|other| (operation::equal(value, other), operation::below(value, other))).collect(),
                false => Vec::new(),
            };
            seen.insert((results, peers))
        })
        .collect()
}

/// Candidates, and whether every region has one.
pub(super) fn candidates(
    policy: &CheckedPolicy,
    ty: &Type,
    reading: &Reading,
    known: &Value,
    others: &[Value],
) -> (Vec<Value>, bool) {
    match ty {
        Type::Set(of) => {
            let members: Vec<Value> = values(policy, of, &members(reading), &Value::Unknown, others);
            let (sets, all) = sets(reading, known, &members);
            (sets, all && !(reading.peers && is_endless(policy, of)))
        }
        _ => (values(policy, ty, reading, known, others), true),
    }
}

fn values(policy: &CheckedPolicy, ty: &Type, reading: &Reading, known: &Value, others: &[Value]) -> Vec<Value> {
    let constants = || reading.tests.iter().flat_map(|test| test.constants().into_iter().cloned().collect::<Vec<_>>());
    match ty {
        Type::Truth => vec![true.into(), false.into()],
        Type::Enum(id) => {
            let declared = (0..policy.enums[*id].words.len()).map(|at| Value::Word(at as u32));
            let other = policy.enums[*id].open.then(|| fresh("other", others));
            declared.chain(other).chain(others.iter().cloned()).collect()
        }
        Type::Country => {
            let mentioned = constants().chain(others.iter().cloned()).filter(|value| matches!(value, Value::Country(_)));
            let familiar = FAMILIAR.iter().filter_map(|code| Country::parse(code));
            mentioned.chain(familiar.chain(Country::all()).map(Value::Country)).collect()
        }
        Type::Text => constants().chain(others.iter().cloned()).chain([fresh("another", others)]).collect(),
        Type::Code => codes(policy, others).chain(others.iter().cloned()).collect(),
        Type::Date => {
            let mut days = BTreeSet::new();
            for value in constants().chain(others.iter().cloned()) {
                if let Value::Date(date) = value {
                    days.extend([date.plus_days(-1), date, date.plus_days(1)]);
                }
            }
            days.insert(Date(20_000));
            days.into_iter().map(Value::Date).collect()
        }
        Type::Money => {
            let currency =
                constants().chain(others.iter().cloned()).find_map(|value| value.currency()).or_else(|| Currency::parse("USD"));
            let lines: Vec<Number> = constants().chain(others.iter().cloned()).filter_map(|value| point(&value)).collect();
            let amounts = numbers(&lines, known, false, reading.calculated);
            currency.map_or_else(Vec::new, |currency| amounts.into_iter().map(|amount| Value::Money(amount, currency)).collect())
        }
        Type::Integer | Type::Decimal | Type::Percent | Type::Quantity(_) => {
            let lines: Vec<Number> = constants().chain(others.iter().cloned()).filter_map(|value| point(&value)).collect();
            numbers(&lines, known, *ty == Type::Integer, reading.calculated).into_iter().map(Value::Number).collect()
        }
        _ => Vec::new(),
    }
}

/// Countries that are shown first where any of many would do.
const FAMILIAR: &[&str] = &["DE", "US", "JP", "KR", "FR", "GB", "VN", "IN"];

fn point(value: &Value) -> Option<Number> {
    value.range().and_then(|range| range.point().cloned())
}

/// There are always others of the type: members that several sets and facts share cannot all be named beforehand.
fn is_endless(policy: &CheckedPolicy, ty: &Type) -> bool {
    match ty {
        Type::Enum(id) => policy.enums[*id].open,
        _ => true,
    }
}

/// A text that no other fact has.
fn fresh(word: &str, others: &[Value]) -> Value {
    let numbered = (2..).map(|number| Value::Text(format!("{word} {number}").into()));
    let mut texts = std::iter::once(Value::Text(word.into())).chain(numbered);
    texts.find(|text| !others.contains(text)).unwrap_or(Value::Unknown)
}

/// Every code of the policy, one from elsewhere, and one below each code of the policy that it does not name; none of them is one that
/// another fact has.
fn codes(policy: &CheckedPolicy, others: &[Value]) -> impl Iterator<Item = Value> {
    let is_taken = |code: &Code| others.iter().any(|other| matches!(other, Value::Code(taken) if taken.code == *code));
    let first_free = |stem: String| {
        let numbered = (0..100).rev().filter_map(move |number| Code::parse(&format!("{stem}{number}")));
        numbered
            .into_iter()
            .find(|code| !is_taken(code) && policy.codes.place(code).is_none_or(|place| policy.codes.get(place) != code))
    };
    let below: Vec<Code> = policy.codes.iter().filter_map(|code| first_free(format!("{code}."))).collect();
    let elsewhere = first_free("EAR".into());
    let all = elsewhere.into_iter().chain(policy.codes.iter().cloned()).chain(below);
    all.map(|code| Value::Code(Classified { place: policy.codes.place(&code), code }))
}

/// The members that the tests of a set ask for, as tests of one member.
fn members(reading: &Reading) -> Reading {
    let tests = reading.tests.iter().filter_map(|test| match test {
        Test::Holds(value) => Some(Test::Equal(value.clone())),
        _ => None,
    });
    Reading { tests: tests.collect(), ..Reading::default() }
}

/// How many members a set is composed of at most while its regions are made.
const MOST_MEMBERS: usize = 10;

/// Sets made of the members that are asked for, each with and without, together with those that are known. Of members that are never
/// told apart one does for all.
fn sets(reading: &Reading, known: &Value, of: &[Value]) -> (Vec<Value>, bool) {
    let given: Vec<Value> = match known {
        Value::Set(set) => set.members.clone(),
        _ => Vec::new(),
    };
    let mut alike: BTreeSet<&BTreeSet<Use>> = BTreeSet::new();
    let mut is_asked = |value: &&Value| match reading.members.get(*value) {
        Some(uses) => reading.peers || alike.insert(uses),
        None => reading.peers,
    };
    let open: Vec<&Value> = of.iter().filter(|value| !given.contains(value)).filter(&mut is_asked).collect();
    let all = open.len() <= MOST_MEMBERS;
    let open = &open[..open.len().min(MOST_MEMBERS)];
    let of_choice = |choice: u32| {
        let chosen = open.iter().enumerate().filter(|(at, _)| choice & (1 << at) != 0).map(|(_, value)| (*value).clone());
        Value::Set(Arc::new(Set::new(given.iter().cloned().chain(chosen).collect(), true)))
    };
    ((0..1u32 << open.len()).map(of_choice).collect(), all)
}

/// Numbers on, between and beyond the lines, within what is known.
fn numbers(lines: &[Number], known: &Value, whole: bool, calculated: bool) -> Vec<Number> {
    let range = known.range().unwrap_or(crate::value::Range::NOT_NEGATIVE);
    let mut marks: BTreeSet<Number> = lines.iter().cloned().collect();
    marks.extend(range.low.as_ref().map(|low| low.at.clone()));
    marks.extend(range.high.as_ref().map(|high| high.at.clone()));
    if calculated {
        marks.extend([Number::ONE, 1000.into()]);
    }
    let sorted: Vec<Number> = marks.iter().cloned().collect();
    for pair in sorted.windows(2) {
        marks.insert(pair[0].between(&pair[1]));
    }
    if let Some(last) = sorted.last() {
        marks.insert(last.plus(&Number::ONE));
    }
    let inside = |number: &Number| {
        let at = crate::value::Range::exactly(number.clone());
        let below = range
            .low
            .as_ref()
            .is_some_and(|low| at.is_below(&crate::value::Range { low: Some(low.clone()), high: None }).is_true());
        let above = range
            .high
            .as_ref()
            .is_some_and(|high| crate::value::Range { low: None, high: Some(high.clone()) }.is_below(&at).is_true());
        !below && !above
    };
    if whole {
        let floors: BTreeSet<Number> = marks.iter().flat_map(neighbours).collect();
        return floors.into_iter().filter(inside).collect();
    }
    marks.into_iter().filter(inside).collect()
}

/// The whole numbers at and beside a number.
pub(super) fn neighbours(number: &Number) -> Vec<Number> {
    let floor = number.decimal(0).trim_end_matches('…').parse::<i64>().unwrap_or(0);
    vec![(floor - 1).into(), floor.into(), (floor + 1).into()]
}
