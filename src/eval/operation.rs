//! What each operation computes from what is known of its operands. Nothing here knows rows or facts.

use crate::check::{CheckedPolicy, Function};
use crate::program::{NodeId, Op, Program, Scope};
use crate::value::{Currency, Duration, Number, Range, Truth, Value};
use std::cmp::Ordering;

/// What is known of an amount: its bounds and, where one is known, its currency. Facts are never below zero.
fn amount(value: &Value) -> (Range, Option<Currency>) {
    match value.range() {
        Some(range) => (range, value.currency()),
        None => (Range::NOT_NEGATIVE, None),
    }
}

/// The currency of both, or nothing where they differ.
fn common(a: Option<Currency>, b: Option<Currency>) -> Result<Option<Currency>, ()> {
    match (a, b) {
        (Some(a), Some(b)) if a != b => Err(()),
        (a, b) => Ok(a.or(b)),
    }
}

/// An amount of which nothing can be said: two currencies were mixed, or something was divided by zero.
pub(crate) fn nothing() -> Value {
    Value::Range(Range::default().into())
}

fn combine(a: &Value, b: &Value, op: impl Fn(&Range, &Range) -> Range) -> Value {
    let ((a, in_a), (b, in_b)) = (amount(a), amount(b));
    match common(in_a, in_b) {
        Ok(currency) => Value::of_range(op(&a, &b), currency),
        Err(()) => nothing(),
    }
}

/// `a < b`
pub(crate) fn below(a: &Value, b: &Value) -> Truth {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => (a < b).into(),
        (Value::Date(a), Value::Date(b)) => (a < b).into(),
        (Value::Word(a), Value::Word(b)) => (a < b).into(),
        (Value::Money(a, x), Value::Money(b, y)) if x == y => (a < b).into(),
        _ if is_amount(a) || is_amount(b) => ordered(a, b, Range::is_below),
        _ => Truth::Unknown,
    }
}

/// `a <= b`
pub(crate) fn at_most(a: &Value, b: &Value) -> Truth {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => (a <= b).into(),
        (Value::Date(a), Value::Date(b)) => (a <= b).into(),
        (Value::Word(a), Value::Word(b)) => (a <= b).into(),
        (Value::Money(a, x), Value::Money(b, y)) if x == y => (a <= b).into(),
        _ if is_amount(a) || is_amount(b) => ordered(a, b, Range::is_at_most),
        _ => Truth::Unknown,
    }
}

fn is_amount(value: &Value) -> bool {
    matches!(value, Value::Number(_) | Value::Range(_) | Value::Money(..) | Value::MoneyRange(..))
}

fn ordered(a: &Value, b: &Value, compare: impl Fn(&Range, &Range) -> Truth) -> Truth {
    let ((a, in_a), (b, in_b)) = (amount(a), amount(b));
    match common(in_a, in_b) {
        Ok(_) => compare(&a, &b),
        Err(()) => Truth::Unknown,
    }
}

/// `a is b`
pub(crate) fn equal(a: &Value, b: &Value) -> Truth {
    match (a, b) {
        (Value::Truth(a), Value::Truth(b)) => match (a.known(), b.known()) {
            (Some(a), Some(b)) => (a == b).into(),
            _ => Truth::Unknown,
        },
        // Asked most often, and quicker without a look at what they are beside that.
        (Value::Country(a), Value::Country(b)) => (a == b).into(),
        (Value::Word(a), Value::Word(b)) => (a == b).into(),
        (Value::Unknown, _) | (_, Value::Unknown) if !is_amount(a) && !is_amount(b) => Truth::Unknown,
        (Value::Code(a), Value::Code(b)) => (a.code == b.code).into(),
        _ if is_amount(a) || is_amount(b) => ordered(a, b, Range::equals),
        _ => (a == b).into(),
    }
}

/// The value is one of the sorted constants.
pub(crate) fn one_of(value: &Value, constants: &[Value]) -> Truth {
    match value {
        Value::Unknown => Truth::Unknown,
        Value::Range(_) | Value::MoneyRange(..) | Value::Truth(Truth::Unknown) => {
            constants.iter().fold(Truth::False, |found, constant| found.or(equal(value, constant)))
        }
        _ => value.is_among(constants).into(),
    }
}

/// The set holds the value.
pub(crate) fn contains(set: &Value, member: &Value) -> Truth {
    match (set, member) {
        (Value::Set(set), Value::Unknown) => {
            if set.complete && set.members.is_empty() {
                Truth::False
            } else {
                Truth::Unknown
            }
        }
        (Value::Set(set), member) => set.holds(member),
        _ => Truth::Unknown,
    }
}

/// The code lies within another code, or within one of a set of codes.
pub(crate) fn within_set(code: &Value, set: &Value) -> Truth {
    if let (Value::Code(code), Value::Code(outer)) = (code, set) {
        return code.code.is_within(&outer.code).into();
    }
    let (Value::Code(code), Value::Set(set)) = (code, set) else {
        return match set {
            Value::Set(set) if set.complete && set.members.is_empty() => Truth::False,
            _ => Truth::Unknown,
        };
    };
    let inside = |member: &Value| matches!(member, Value::Code(outer) if code.code.is_within(&outer.code));
    if set.members.iter().any(inside) {
        Truth::True
    } else if set.complete {
        Truth::False
    } else {
        Truth::Unknown
    }
}

/// `a as share of b`; nothing where the whole is zero.
pub(crate) fn share(a: &Value, b: &Value) -> Value {
    match over(a, b) {
        Value::Money(number, _) => Value::Number(number),
        Value::MoneyRange(range, _) => Value::Range(range),
        other => other,
    }
}

/// `a + b`
pub(crate) fn plus(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Value::Number(a.plus(b)),
        (Value::Date(date), Value::Duration(duration)) | (Value::Duration(duration), Value::Date(date)) => {
            Value::Date(match duration {
                Duration::Days(days) => date.plus_days(*days),
                Duration::Months(months) => date.plus_months(*months),
            })
        }
        (Value::Duration(_), Value::Unknown) | (Value::Unknown, Value::Duration(_)) => Value::Unknown,
        _ => combine(a, b, Range::plus),
    }
}

/// `a - b`
pub(crate) fn minus(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Value::Number(a.minus(b)),
        (_, Value::Duration(Duration::Days(days))) => plus(a, &Value::Duration(Duration::Days(-days))),
        (_, Value::Duration(Duration::Months(months))) => plus(a, &Value::Duration(Duration::Months(-months))),
        _ => combine(a, b, Range::minus),
    }
}

/// `a * b`
pub(crate) fn times(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Value::Number(a.times(b)),
        _ => combine(a, b, Range::times),
    }
}

/// `a / b`; nothing where the divisor is zero.
pub(crate) fn over(a: &Value, b: &Value) -> Value {
    let ((range, in_a), (divisor, in_b)) = (amount(a), amount(b));
    let currency = match (in_a, in_b) {
        (Some(x), Some(y)) if x != y => return nothing(),
        (Some(_), Some(_)) => None,
        (currency, _) => currency,
    };
    range.over(&divisor).map_or_else(nothing, |quotient| Value::of_range(quotient, currency))
}

/// The second where the first is true, the third where it is false, what both have in common otherwise.
pub(crate) fn either(condition: Truth, then: &Value, otherwise: &Value) -> Value {
    match condition {
        Truth::True => then.clone(),
        Truth::False => otherwise.clone(),
        Truth::Unknown if then == otherwise => then.clone(),
        Truth::Unknown => hull(then, otherwise),
    }
}

/// What is known of something that is one of two.
pub(crate) fn hull(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Truth(_), _) | (_, Value::Truth(_)) => Truth::Unknown.into(),
        _ if is_amount(a) && is_amount(b) => combine(a, b, Range::hull),
        _ => Value::Unknown,
    }
}

/// A function of the table.
pub(crate) fn function(function: Function, arguments: &[&Value]) -> Value {
    match (function, arguments) {
        (Function::Min, [a, b]) => extreme(a, b, Ordering::Less),
        (Function::Max, [a, b]) => extreme(a, b, Ordering::Greater),
        (Function::Abs, [a]) => {
            let (range, currency) = amount(a);
            Value::of_range(magnitude(&range), currency)
        }
        (Function::Year, [Value::Date(date)]) => Value::Number(date.year().into()),
        (Function::DaysBetween, [Value::Date(a), Value::Date(b)]) => Value::Number((i64::from(b.0) - i64::from(a.0)).into()),
        (Function::DaysBetween, _) => nothing(),
        (Function::BelowDetection, [a]) => is_below_detection(a).into(),
        _ => Value::Unknown,
    }
}

/// An amount reported as `"<0.01%"` is a range from zero up to an end that it does not reach; one that nobody stated is not.
fn is_below_detection(value: &Value) -> bool {
    match value {
        Value::Range(range) => {
            let from_zero = range.low.as_ref().is_some_and(|low| low.at.is_zero() && !low.open);
            from_zero && range.high.as_ref().is_some_and(|high| high.open)
        }
        _ => false,
    }
}

fn extreme(a: &Value, b: &Value, wanted: Ordering) -> Value {
    combine(a, b, |a, b| {
        let ends = |a: &Option<crate::value::Bound>, b: &Option<crate::value::Bound>| match (a, b) {
            (Some(x), Some(y)) if (x.at.cmp(&y.at) == wanted) || x.at == y.at => Some(x.clone()),
            (Some(_), Some(y)) => Some(y.clone()),
            _ => None,
        };
        let infinite_low = ends(&a.low, &b.low);
        let high = match (wanted, &a.high, &b.high) {
            (Ordering::Less, Some(x), None) | (Ordering::Less, None, Some(x)) => Some(x.clone()),
            _ => ends(&a.high, &b.high),
        };
        let low = match (wanted, &a.low, &b.low) {
            (Ordering::Greater, Some(x), None) | (Ordering::Greater, None, Some(x)) => Some(x.clone()),
            _ => infinite_low,
        };
        Range { low, high }
    })
}

fn magnitude(range: &Range) -> Range {
    match range.is_below(&Range::exactly(Number::ZERO)) {
        Truth::True => range.negated(),
        _ if Range::exactly(Number::ZERO).is_at_most(range).is_true() => range.clone(),
        _ => Range::NOT_NEGATIVE,
    }
}

/// What elements of a list that nobody named may add to a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    /// Whatever is not below zero.
    Any,
    /// What is left of one whole.
    OfWhole,
}

impl Rest {
    /// What others may add of a node: shares of one whole leave the rest of it.
    pub(crate) fn of(policy: &CheckedPolicy, program: &Program, node: NodeId) -> Rest {
        let one = &program.nodes[node as usize];
        match (&one.op, &program.scopes[one.scope]) {
            (Op::Cell(field), Scope::Record(record)) if policy.records[*record].fields[*field].of_whole => Rest::OfWhole,
            (Op::Element(inner), _) => Rest::of(policy, program, *inner),
            _ => Rest::Any,
        }
    }
}

/// Adds up the elements of a list.
#[derive(Debug)]
pub(crate) struct Adder {
    sum: Value,
    /// What all elements have at least, whether or not they count.
    least: Number,
    mixed: bool,
}

impl Adder {
    pub(crate) fn new() -> Adder {
        Adder { sum: Value::Number(Number::ZERO), least: Number::ZERO, mixed: false }
    }

    /// One element: it counts surely, or perhaps.
    pub(crate) fn add(&mut self, value: &Value, counts: Truth) {
        if let Some(low) = value.range().and_then(|range| range.low) {
            self.least = self.least.plus(&low.at);
        }
        let added = match counts {
            Truth::False => return,
            Truth::True => plus(&self.sum, value),
            Truth::Unknown => {
                let (range, currency) = amount(value);
                let perhaps = Value::of_range(range.hull(&Range::exactly(Number::ZERO)), currency);
                plus(&self.sum, &perhaps)
            }
        };
        self.mixed |= matches!((self.sum.currency(), value.currency()), (Some(a), Some(b)) if a != b);
        self.sum = added;
    }

    /// The sum; where the list is not complete, others may add the rest.
    pub(crate) fn finish(self, complete: bool, rest: Rest) -> Value {
        if self.mixed {
            return nothing();
        }
        let tail = match rest {
            _ if complete => return self.sum,
            Rest::Any => Range::NOT_NEGATIVE,
            Rest::OfWhole => Range::up_to(Number::ONE.minus(&self.least)),
        };
        plus(&self.sum, &Value::of_range(tail, self.sum.currency()))
    }
}
