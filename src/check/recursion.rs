//! Recursion is allowed where it has a least fixed point: a truth about one record that only grows with itself.

use super::context::Context;
use super::policy::{Define, Typed, TypedKind};
use super::types::Type;
use crate::diagnostic::Diagnostic;
use crate::syntax::ast::{Arithmetic, Quantifier};
use crate::value::Value;

/// How a part moves the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Grows,
    Shrinks,
    Unclear,
}

impl Sign {
    fn turned(self) -> Sign {
        match self {
            Sign::Grows => Sign::Shrinks,
            Sign::Shrinks => Sign::Grows,
            Sign::Unclear => Sign::Unclear,
        }
    }
}

pub(crate) fn check(context: &mut Context<'_>) {
    let defines = std::mem::take(&mut context.defines);
    for (at, define) in defines.iter().enumerate().filter(|(_, define)| define.recursive) {
        if !matches!(define.parameters.as_slice(), [(_, Type::Record(_))]) {
            let message = format!("`{}` refers to itself, so it is about exactly one record", define.name);
            context.report(
                Diagnostic::error("ukase::check::not_monotone", define.span, message).help("give it one parameter, a record"),
            );
            continue;
        }
        let mut found = None;
        walk(&define.body, Sign::Grows, &mut |call, target, sign| {
            if sign != Sign::Grows && reaches(&defines, target, at) {
                found.get_or_insert(call.span);
            }
        });
        if let Some(span) = found {
            let message = format!("`{}` must not hang on its own denial", define.name);
            let diagnostic = Diagnostic::error("ukase::check::not_monotone", span, message);
            let help = "it may refer to itself under `and`, `or`, `any`, `all`, right of `implies` and in the `where` of a sum compared by `>=` or `>`; not under `not`, `no`, `<`, `is` or left of `implies`";
            context.report(diagnostic.help(help));
        }
    }
    context.defines = defines;
}

fn reaches(defines: &[Define], from: usize, to: usize) -> bool {
    let mut seen = vec![false; defines.len()];
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if at == to {
            return true;
        }
        if std::mem::replace(&mut seen[at], true) {
            continue;
        }
        walk(&defines[at].body, Sign::Grows, &mut |_, target, _| open.push(target));
    }
    false
}

/// Calls `visit` for each call of a definition, with the way it moves the whole.
fn walk(expr: &Typed, sign: Sign, visit: &mut impl FnMut(&Typed, usize, Sign)) {
    match &expr.kind {
        TypedKind::Constant(_) | TypedKind::Shipment | TypedKind::Variable(_) | TypedKind::Under(_) => {}
        TypedKind::Field(base, _) => walk(base, Sign::Unclear, visit),
        TypedKind::And(parts) | TypedKind::Or(parts) => parts.iter().for_each(|part| walk(part, sign, visit)),
        TypedKind::Not(inner) => walk(inner, sign.turned(), visit),
        TypedKind::Below(a, b) | TypedKind::AtMost(a, b) => {
            walk(a, sign.turned(), visit);
            walk(b, sign, visit);
        }
        TypedKind::Equal(a, b) | TypedKind::WithinFact(a, b) | TypedKind::Contains { set: a, member: b } => {
            walk(a, Sign::Unclear, visit);
            walk(b, Sign::Unclear, visit);
        }
        TypedKind::OneOf(inner, _) | TypedKind::Within(inner, _) | TypedKind::Matches(inner, _) => {
            walk(inner, Sign::Unclear, visit)
        }
        TypedKind::Quantifier { word, filter, body, over, .. } => {
            walk(over, Sign::Unclear, visit);
            let (of_filter, of_body) = match word {
                Quantifier::Any => (sign, sign),
                Quantifier::All => (sign.turned(), sign),
                Quantifier::No => (sign.turned(), sign.turned()),
            };
            filter.iter().for_each(|filter| walk(filter, of_filter, visit));
            walk(body, of_body, visit);
        }
        TypedKind::Count { over, filter, .. } => {
            walk(over, Sign::Unclear, visit);
            filter.iter().for_each(|filter| walk(filter, sign, visit));
        }
        TypedKind::Sum { value, over, filter, .. } => {
            walk(over, Sign::Unclear, visit);
            walk(value, Sign::Unclear, visit);
            let of_filter = if is_not_negative(value) { sign } else { Sign::Unclear };
            filter.iter().for_each(|filter| walk(filter, of_filter, visit));
        }
        TypedKind::Share(a, b) => {
            walk(a, sign, visit);
            walk(b, sign.turned(), visit);
        }
        TypedKind::Arithmetic(Arithmetic::Plus, a, b) => {
            walk(a, sign, visit);
            walk(b, sign, visit);
        }
        TypedKind::Arithmetic(Arithmetic::Minus, a, b) => {
            walk(a, sign, visit);
            walk(b, sign.turned(), visit);
        }
        TypedKind::Arithmetic(_, a, b) => {
            walk(a, Sign::Unclear, visit);
            walk(b, Sign::Unclear, visit);
        }
        TypedKind::If(condition, then, otherwise) => {
            walk(condition, Sign::Unclear, visit);
            walk(then, sign, visit);
            walk(otherwise, sign, visit);
        }
        TypedKind::Call(target, arguments) => {
            visit(expr, *target, sign);
            arguments.iter().for_each(|argument| walk(argument, Sign::Unclear, visit));
        }
        TypedKind::Function(_, arguments) => arguments.iter().for_each(|argument| walk(argument, Sign::Unclear, visit)),
    }
}

/// Facts are never below zero.
fn is_not_negative(value: &Typed) -> bool {
    match &value.kind {
        TypedKind::Field(..) => true,
        TypedKind::Constant(Value::Number(number)) | TypedKind::Constant(Value::Money(number, _)) => !number.is_negative(),
        _ => false,
    }
}
