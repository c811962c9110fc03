//! What typed expressions speak of, and copies of them with parameters replaced.

use crate::check::{CheckedPolicy, Typed, TypedKind, Variable, each_part, each_part_mut};
use std::collections::BTreeSet;

/// The record variables and value parameters that an expression speaks of.
pub(super) fn free_variables(expr: &Typed, found: &mut BTreeSet<Variable>) {
    if let TypedKind::Variable(variable) = &expr.kind {
        found.insert(*variable);
    }
    each_part(&expr.kind, &mut |part| free_variables(part, found));
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
    each_part(&expr.kind, &mut |part| found = found || asks_about(policy, part, variable, seen));
    found
}

/// An expression with parameters replaced by their arguments.
pub(super) fn written_out(expr: &Typed, values: &[(Variable, Typed)]) -> Typed {
    let mut copy = expr.clone();
    replace(&mut copy, values);
    copy
}

fn replace(expr: &mut Typed, values: &[(Variable, Typed)]) {
    match &expr.kind {
        TypedKind::Variable(variable) => {
            if let Some((_, value)) = values.iter().rev().find(|(known, _)| known == variable) {
                *expr = value.clone();
            }
        }
        _ => each_part_mut(&mut expr.kind, &mut |part| replace(part, values)),
    }
}
