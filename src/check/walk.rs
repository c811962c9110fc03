//! One step down in a typed expression.

use super::policy::{Typed, TypedKind};
use crate::source::Span;

/// The direct parts of an expression, to be read (`&`) or replaced (`&mut`): one walk for both.
macro_rules! walk_parts {
    ($name:ident, $kind:ty, $part:ty) => {
        pub(crate) fn $name(kind: $kind, visit: &mut dyn FnMut($part)) {
            match kind {
                TypedKind::Constant(_) | TypedKind::Shipment | TypedKind::Variable(_) | TypedKind::Under(_) => {}
                TypedKind::Field(inner, _)
                | TypedKind::Not(inner)
                | TypedKind::OneOf(inner, _)
                | TypedKind::Within(inner, _)
                | TypedKind::Matches(inner, _) => visit(inner),
                TypedKind::And(parts) | TypedKind::Or(parts) | TypedKind::Call(_, parts) | TypedKind::Function(_, parts) => {
                    for part in parts {
                        visit(part);
                    }
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
                    if let Some(filter) = filter {
                        visit(filter);
                    }
                    visit(body);
                }
                TypedKind::Count { over, filter, .. } => {
                    visit(over);
                    if let Some(filter) = filter {
                        visit(filter);
                    }
                }
                TypedKind::Sum { value, over, filter, .. } => {
                    visit(over);
                    visit(value);
                    if let Some(filter) = filter {
                        visit(filter);
                    }
                }
                TypedKind::If(a, b, c) => {
                    visit(a);
                    visit(b);
                    visit(c);
                }
            }
        }
    };
}

walk_parts!(each_part, &TypedKind, &Typed);
walk_parts!(each_part_mut, &mut TypedKind, &mut Typed);

/// Whether the parts of an `and` or `or` stand for one test: `has {…}` and `meets {…}` are written out member by member.
pub(crate) fn is_one_test(parts: &[Typed], span: Span) -> bool {
    parts.iter().all(|part| part.span == span)
}
