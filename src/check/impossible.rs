//! Comparisons that cannot be true, or cannot be false: a slip, not a rule.

use super::context::Context;
use super::policy::{Typed, TypedKind};
use super::types::Type;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::Comparison;
use crate::value::{Bound, Range, Truth, Value};

const CODE: &str = "ukase::check::impossible_comparison";

fn constant(expr: &Typed) -> Option<&Value> {
    match &expr.kind {
        TypedKind::Constant(value) => Some(value),
        _ => None,
    }
}

fn is_fact(expr: &Typed) -> bool {
    matches!(expr.kind, TypedKind::Field(..))
}

/// The range of a fact of this type, whatever the shipment.
fn range_of(ty: &Type) -> Option<Range> {
    match ty {
        Type::Percent => Some(Range::WHOLE),
        Type::Money | Type::Integer | Type::Decimal | Type::Quantity(_) => Some(Range::NOT_NEGATIVE),
        _ => None,
    }
}

/// `share > 120%`, `value < 0 USD`, `1 > 2`.
pub(crate) fn order(context: &mut Context<'_>, span: Span, left: &Typed, right: &Typed, op: Comparison) {
    if let Type::Enum(id) = left.ty {
        return ends_of_scale(context, span, id, left, right, op);
    }
    let side = |one: &Typed| match constant(one) {
        Some(value) => value.range(),
        None if is_fact(one) => range_of(&one.ty),
        None if matches!(one.kind, TypedKind::Count { .. }) => Some(Range::NOT_NEGATIVE),
        None => None,
    };
    let (Some(a), Some(b)) = (side(left), side(right)) else { return };
    if constant(left).is_none() && constant(right).is_none() {
        return;
    }
    let result = match op {
        Comparison::Below => a.is_below(&b),
        Comparison::AtMost => a.is_at_most(&b),
        Comparison::Above => b.is_below(&a),
        _ => b.is_at_most(&a),
    };
    let why = match (&left.ty, constant(left).is_some() && constant(right).is_some()) {
        (_, true) => "both sides are constants",
        (Type::Percent, _) => "a share lies between 0 % and 100 %",
        _ => "an amount is not negative",
    };
    report(context, span, result, why);
}

/// `grade < lowest`, `grade <= highest`.
fn ends_of_scale(context: &mut Context<'_>, span: Span, id: usize, left: &Typed, right: &Typed, op: Comparison) {
    let last = context.enums[id].words.len().saturating_sub(1) as u32;
    let word = |one: &Typed| match constant(one) {
        Some(Value::Word(at)) => Some(*at),
        _ => None,
    };
    let (at, op) = match (word(left), word(right)) {
        (None, Some(at)) => (at, op),
        (Some(at), None) => (at, turned(op)),
        _ => return,
    };
    let result = match op {
        Comparison::Below if at == 0 => Truth::False,
        Comparison::Above if at == last => Truth::False,
        Comparison::AtLeast if at == 0 => Truth::True,
        Comparison::AtMost if at == last => Truth::True,
        _ => return,
    };
    report(context, span, result, "nothing lies beyond the end of the scale");
}

fn turned(op: Comparison) -> Comparison {
    match op {
        Comparison::Below => Comparison::Above,
        Comparison::AtMost => Comparison::AtLeast,
        Comparison::Above => Comparison::Below,
        _ => Comparison::AtMost,
    }
}

/// `1 is 2`.
pub(crate) fn equality(context: &mut Context<'_>, span: Span, left: &Typed, right: &Typed) {
    if let (Some(a), Some(b)) = (constant(left), constant(right)) {
        report(context, span, (a == b).into(), "both sides are constants");
    } else if let (Some(a), Some(b)) = (
        constant(left).and_then(Value::range).or_else(|| is_fact(left).then(|| range_of(&left.ty)).flatten()),
        constant(right).and_then(Value::range).or_else(|| is_fact(right).then(|| range_of(&right.ty)).flatten()),
    ) && (constant(left).is_some() || constant(right).is_some())
        && a.equals(&b).is_false()
    {
        report(context, span, Truth::False, "the amount lies outside what such a fact can be");
    }
}

fn report(context: &mut Context<'_>, span: Span, result: Truth, why: &str) {
    let message = match result {
        Truth::False => "this comparison cannot be true",
        Truth::True => "this comparison cannot be false",
        Truth::Unknown => return,
    };
    context.report(
        Diagnostic::error(CODE, span, message).because(why).help("check what is compared, and the direction of the sign"),
    );
}

/// `x < 1 and x > 2`, `kind is magnet and kind is metal`.
pub(crate) fn conjunction(context: &mut Context<'_>, parts: &[Typed]) {
    let mut known: Vec<(&Typed, Limit, Span)> = Vec::new();
    for part in parts {
        let Some((subject, limit)) = limit_of(part) else { continue };
        for (other, earlier, span) in &known {
            if same(&other.kind, &subject.kind) && earlier.excludes(&limit) {
                let message = "these two conditions cannot both be true";
                let diagnostic = Diagnostic::error(CODE, part.span, message).because("and this one");
                context.report(diagnostic.also(*span, "this one").help("join them with `or`, or correct one of them"));
                return;
            }
        }
        known.push((subject, limit, part.span));
    }
}

/// The same fact, wherever it is written.
fn same(a: &TypedKind, b: &TypedKind) -> bool {
    match (a, b) {
        (TypedKind::Field(a, x), TypedKind::Field(b, y)) => x == y && same(&a.kind, &b.kind),
        (TypedKind::Shipment, TypedKind::Shipment) => true,
        (TypedKind::Variable(a), TypedKind::Variable(b)) => a == b,
        _ => false,
    }
}

enum Limit {
    Numbers(Range),
    Values(Vec<Value>),
}

impl Limit {
    fn excludes(&self, other: &Limit) -> bool {
        match (self, other) {
            (Limit::Numbers(a), Limit::Numbers(b)) => a.is_below(b).is_true() || b.is_below(a).is_true(),
            (Limit::Values(a), Limit::Values(b)) => !a.iter().any(|value| b.contains(value)),
            _ => false,
        }
    }
}

/// What a condition lets its subject be.
fn limit_of(part: &Typed) -> Option<(&Typed, Limit)> {
    let number = |value: &Value| match value {
        Value::Number(number) | Value::Money(number, _) => Some(number.clone()),
        _ => None,
    };
    match &part.kind {
        TypedKind::Below(a, b) | TypedKind::AtMost(a, b) => {
            let open = matches!(part.kind, TypedKind::Below(..));
            match (constant(a), constant(b)) {
                (None, Some(high)) if is_fact(a) => {
                    let high = Some(Bound { at: number(high)?, open });
                    Some((a, Limit::Numbers(Range { low: None, high })))
                }
                (Some(low), None) if is_fact(b) => {
                    let low = Some(Bound { at: number(low)?, open });
                    Some((b, Limit::Numbers(Range { low, high: None })))
                }
                _ => None,
            }
        }
        TypedKind::Equal(a, b) if is_fact(a) => {
            let value = constant(b)?;
            let limit = match value.range() {
                Some(range) => Limit::Numbers(range),
                None => Limit::Values(vec![value.clone()]),
            };
            Some((a, limit))
        }
        TypedKind::OneOf(a, entries) if is_fact(a) => {
            Some((a, Limit::Values(entries.iter().map(|entry| entry.value.clone()).collect())))
        }
        _ => None,
    }
}
