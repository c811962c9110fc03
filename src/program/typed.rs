//! Walks over typed expressions: which variables they speak of, and copies of them with parameters replaced.

use crate::check::{CheckedPolicy, Typed, TypedKind, Variable};
use std::collections::BTreeSet;

/// The record variables and value parameters that an expression speaks of.
pub(super) fn free_variables(expr: &Typed, found: &mut BTreeSet<Variable>) {
    if let TypedKind::Variable(variable) = &expr.kind {
        found.insert(*variable);
    }
    each_part(expr, &mut |part| free_variables(part, found));
}

/// The direct parts of an expression.
pub(super) fn each_part(expr: &Typed, visit: &mut dyn FnMut(&Typed)) {
    match &expr.kind {
        TypedKind::Constant(_) | TypedKind::Shipment | TypedKind::Variable(_) | TypedKind::Under(_) => {}
        TypedKind::Field(inner, _)
        | TypedKind::Not(inner)
        | TypedKind::OneOf(inner, _)
        | TypedKind::Within(inner, _)
        | TypedKind::Matches(inner, _) => visit(inner),
        TypedKind::And(parts) | TypedKind::Or(parts) | TypedKind::Call(_, parts) | TypedKind::Function(_, parts) => {
            parts.iter().for_each(visit);
        }
        TypedKind::Below(a, b)
        | TypedKind::AtMost(a, b)
        | TypedKind::Equal(a, b)
        | TypedKind::WithinFact(a, b)
        | TypedKind::Contains { set: a, member: b }
        | TypedKind::Share(a, b)
        | TypedKind::Arithmetic(_, a, b) => {
            visit(a);
            visit(b);
        }
        TypedKind::Quantifier { over, filter, body, .. } => {
            visit(over);
            filter.iter().for_each(|filter| visit(filter));
            visit(body);
        }
        TypedKind::Count { over, filter, .. } => {
            visit(over);
            filter.iter().for_each(|filter| visit(filter));
        }
        TypedKind::Sum { value, over, filter, .. } => {
            visit(over);
            visit(value);
            filter.iter().for_each(|filter| visit(filter));
        }
        TypedKind::If(a, b, c) => {
            visit(a);
            visit(b);
            visit(c);
        }
    }
}

/// Whether an expression asks if what `variable` stands for matches a category, directly or through definitions.
pub(super) fn asks_about(policy: &CheckedPolicy, expr: &Typed, variable: Variable, seen: &mut BTreeSet<usize>) -> bool {
    let is_variable = |one: &Typed| matches!(one.kind, TypedKind::Variable(found) if found == variable);
    match &expr.kind {
        TypedKind::Matches(item, _) if is_variable(item) => return true,
        TypedKind::Call(define, arguments) => {
            let define_of = &policy.defines[*define];
            let passed = define_of.parameters.iter().zip(arguments).filter(|(_, argument)| is_variable(argument));
            for ((parameter, _), _) in passed {
                if seen.insert(*define) && asks_about(policy, &define_of.body, *parameter, seen) {
                    return true;
                }
            }
        }
        _ => {}
    }
    let mut found = false;
    each_part(expr, &mut |part| found = found || asks_about(policy, part, variable, seen));
    found
}

/// An expression with parameters replaced by their arguments.
pub(super) fn written_out(expr: &Typed, values: &[(Variable, Typed)]) -> Typed {
    if let TypedKind::Variable(variable) = &expr.kind
        && let Some((_, value)) = values.iter().rev().find(|(known, _)| known == variable)
    {
        return value.clone();
    }
    let mut copy = expr.clone();
    replace_parts(&mut copy.kind, &|part| written_out(part, values));
    copy
}

fn replace_parts(kind: &mut TypedKind, replace: &dyn Fn(&Typed) -> Typed) {
    let one = |part: &mut Box<Typed>| **part = replace(part);
    match kind {
        TypedKind::Constant(_) | TypedKind::Shipment | TypedKind::Variable(_) | TypedKind::Under(_) => {}
        TypedKind::Field(inner, _)
        | TypedKind::Not(inner)
        | TypedKind::OneOf(inner, _)
        | TypedKind::Within(inner, _)
        | TypedKind::Matches(inner, _) => one(inner),
        TypedKind::And(parts) | TypedKind::Or(parts) | TypedKind::Call(_, parts) | TypedKind::Function(_, parts) => {
            parts.iter_mut().for_each(|part| *part = replace(part));
        }
        TypedKind::Below(a, b)
        | TypedKind::AtMost(a, b)
        | TypedKind::Equal(a, b)
        | TypedKind::WithinFact(a, b)
        | TypedKind::Contains { set: a, member: b }
        | TypedKind::Share(a, b)
        | TypedKind::Arithmetic(_, a, b) => {
            one(a);
            one(b);
        }
        TypedKind::Quantifier { over, filter, body, .. } => {
            one(over);
            filter.iter_mut().for_each(one);
            one(body);
        }
        TypedKind::Count { over, filter, .. } => {
            one(over);
            filter.iter_mut().for_each(one);
        }
        TypedKind::Sum { value, over, filter, .. } => {
            one(over);
            one(value);
            filter.iter_mut().for_each(one);
        }
        TypedKind::If(a, b, c) => {
            one(a);
            one(b);
            one(c);
        }
    }
}
