//! Comparisons and arithmetic: operands must be of one kind, with units and currencies.

use super::context::Context;
use super::expression::{Locals, constant, truth, typed};
use super::policy::*;
use super::types::Type;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{Arithmetic, Comparison, Expr};
use crate::value::{Number, Value};

const TYPE: &str = "ukase::check::type";
const UNIT: &str = "ukase::check::unit";

impl Context<'_> {
    pub(super) fn compare(&mut self, span: Span, op: Comparison, left: &Expr, right: &Expr, locals: &Locals) -> Option<Typed> {
        match op {
            Comparison::Below | Comparison::AtMost | Comparison::Above | Comparison::AtLeast => {
                self.order(span, op, left, right, locals)
            }
            Comparison::Is => self.equality(span, left, right, locals),
            Comparison::IsNot => {
                let equal = self.equality(span, left, right, locals)?;
                Some(truth(span, TypedKind::Not(Box::new(equal))))
            }
            Comparison::In => self.membership(span, left, right, locals),
            Comparison::NotIn => {
                let member = self.membership(span, left, right, locals)?;
                Some(truth(span, TypedKind::Not(Box::new(member))))
            }
            Comparison::Within => self.within(span, left, right, locals),
            Comparison::NotWithin => {
                let within = self.within(span, left, right, locals)?;
                Some(truth(span, TypedKind::Not(Box::new(within))))
            }
            Comparison::Matches => self.matches(span, left, right, locals),
            Comparison::Meets => self.overlap(span, left, right, locals, TypedKind::Or),
            Comparison::Has => self.overlap(span, left, right, locals, TypedKind::And),
        }
    }

    pub(super) fn order(&mut self, span: Span, op: Comparison, left: &Expr, right: &Expr, locals: &Locals) -> Option<Typed> {
        let Some(left) = self.expr(left, locals, None) else {
            self.expr(right, locals, None);
            return None;
        };
        let ordered = match &left.ty {
            Type::Enum(id) => self.enums[*id].ordered,
            ty => ty.is_number() || *ty == Type::Date,
        };
        if !ordered {
            let message = format!("`{}` compares amounts and dates, and this is {}", op.word(), self.describe(&left.ty));
            let help = match &left.ty {
                Type::Enum(id) => {
                    Some(format!("declare `enum {} ordered` if the order of its words means something", self.enums[*id].name))
                }
                _ => None,
            };
            self.report(Diagnostic::error(TYPE, left.span, message).maybe_help(help));
            return None;
        }
        let (left, right) = self.both_from(left, right, locals)?;
        self.same_currency(&left, &right, "compared")?;
        let (left, right, swap) = match op {
            Comparison::Above | Comparison::AtLeast => (right, left, true),
            _ => (left, right, false),
        };
        let strict = matches!(op, Comparison::Below | Comparison::Above);
        super::impossible::order(self, span, if swap { &right } else { &left }, if swap { &left } else { &right }, op);
        let kind = if strict { TypedKind::Below } else { TypedKind::AtMost };
        Some(truth(span, kind(Box::new(left), Box::new(right))))
    }

    pub(super) fn same_currency(&mut self, left: &Typed, right: &Typed, what: &str) -> Option<()> {
        if let (TypedKind::Constant(Value::Money(_, a)), TypedKind::Constant(Value::Money(_, b))) = (&left.kind, &right.kind)
            && a != b
        {
            let message = format!("{a} and {b} cannot be {what}");
            let diagnostic = Diagnostic::error("ukase::check::currency", left.span.to(right.span), message);
            self.report(diagnostic.help("state both in one currency; there are no exchange rates in a policy"));
            return None;
        }
        Some(())
    }

    pub(super) fn equality(&mut self, span: Span, left: &Expr, right: &Expr, locals: &Locals) -> Option<Typed> {
        let subject = self.expr(left, locals, None)?;
        if matches!(subject.ty, Type::List(_) | Type::Set(_) | Type::Register(_) | Type::Record(_)) {
            let message = format!("`is` compares single values, and this is {}", self.describe(&subject.ty));
            let help = match &subject.ty {
                Type::Record(_) => "compare one of its fields",
                _ => "write `meets` or `has`",
            };
            self.report(Diagnostic::error(TYPE, subject.span, message).help(help));
            return None;
        }
        let (left, right) = self.both_from(subject, right, locals)?;
        self.same_currency(&left, &right, "compared")?;
        super::impossible::equality(self, span, &left, &right);
        Some(truth(span, TypedKind::Equal(Box::new(left), Box::new(right))))
    }

    /// Two operands of one type.
    pub(super) fn both_from(&mut self, left: Typed, right: &Expr, locals: &Locals) -> Option<(Typed, Typed)> {
        let right = self.expr(right, locals, Some(&left.ty))?;
        if is_bare_number(&left) && !is_bare_number(&right) {
            let ty = right.ty.clone();
            return Some((self.fit(left, &ty)?, right));
        }
        let ty = left.ty.clone();
        let right = self.fit(right, &ty)?;
        Some((left, right))
    }

    /// The expression as one of that type, or the reason why it is not.
    pub(crate) fn fit(&mut self, found: Typed, wanted: &Type) -> Option<Typed> {
        if found.ty == *wanted {
            return Some(found);
        }
        match (&found.ty, wanted) {
            (Type::Integer, Type::Decimal) | (Type::Decimal, Type::Integer) => return Some(found),
            (Type::Integer | Type::Decimal, Type::Percent) if is_bare_number(&found) => {
                let written = self.sources.text(found.span).to_string();
                let message = format!("`{written}` has no `%`, and it is compared with a share");
                let diagnostic = Diagnostic::error("ukase::check::forgotten_percent", found.span, message);
                self.report(diagnostic.help(format!("write `{written}%`")));
                return None;
            }
            (Type::Integer | Type::Decimal, Type::Quantity(dimension)) if is_bare_number(&found) => {
                let written = self.sources.text(found.span).to_string();
                let message = format!("`{written}` has no unit");
                self.report(
                    Diagnostic::error(UNIT, found.span, message)
                        .help(format!("write `{written} {dimension}`, or another unit of the kind")),
                );
                return None;
            }
            (Type::Integer | Type::Decimal, Type::Money) if is_bare_number(&found) => {
                let written = self.sources.text(found.span).to_string();
                let message = format!("`{written}` has no currency");
                self.report(
                    Diagnostic::error(UNIT, found.span, message).help(format!("write `{written} USD`, or another currency")),
                );
                return None;
            }
            (Type::Quantity(_) | Type::Money, Type::Quantity(_) | Type::Money) => {
                let message = format!("this is {}, and {} is expected", self.describe(&found.ty), self.describe(wanted));
                self.report(Diagnostic::error(UNIT, found.span, message).help("compare amounts of the same kind"));
                return None;
            }
            _ => {}
        }
        let message = format!("this is {}, and {} is expected", self.describe(&found.ty), self.describe(wanted));
        self.report(Diagnostic::error(TYPE, found.span, message));
        None
    }

    pub(super) fn share(&mut self, span: Span, part: &Expr, whole: &Expr, locals: &Locals) -> Option<Typed> {
        let Some(part) = self.expr(part, locals, None) else {
            self.expr(whole, locals, None);
            return None;
        };
        if !part.ty.is_number() {
            let message = format!("a share is taken of amounts, and this is {}", self.describe(&part.ty));
            self.report(Diagnostic::error(TYPE, part.span, message));
            return None;
        }
        let (part, whole) = self.both_from(part, whole, locals)?;
        Some(typed(span, Type::Percent, TypedKind::Share(Box::new(part), Box::new(whole))))
    }

    pub(super) fn negative(&mut self, span: Span, inner: &Expr, locals: &Locals) -> Option<Typed> {
        let inner = self.expr(inner, locals, None)?;
        let value = match &inner.kind {
            TypedKind::Constant(Value::Number(number)) => Value::Number(number.negated()),
            TypedKind::Constant(Value::Money(number, currency)) => Value::Money(number.negated(), *currency),
            _ => {
                let zero = constant(span, inner.ty.clone(), Value::Number(Number::ZERO));
                if inner.ty.is_number() && inner.ty != Type::Money {
                    let ty = inner.ty.clone();
                    return Some(typed(span, ty, TypedKind::Arithmetic(Arithmetic::Minus, Box::new(zero), Box::new(inner))));
                }
                let message = format!("{} has no sign to turn", self.describe(&inner.ty));
                self.report(Diagnostic::error(TYPE, span, message));
                return None;
            }
        };
        Some(constant(span, inner.ty, value))
    }

    pub(super) fn arithmetic(&mut self, span: Span, op: Arithmetic, left: &Expr, right: &Expr, locals: &Locals) -> Option<Typed> {
        let left = self.expr(left, locals, None);
        let right = self.expr(right, locals, None);
        let (left, right) = (left?, right?);
        let what = match op {
            Arithmetic::Plus => "added",
            Arithmetic::Minus => "subtracted",
            Arithmetic::Times => "multiplied",
            Arithmetic::Over => "divided",
        };
        self.same_currency(&left, &right, what)?;
        let ty = match arithmetic_type(op, &left.ty, &right.ty) {
            Some(ty) => ty,
            None => {
                let message = format!("{} and {} do not go together here", self.describe(&left.ty), self.describe(&right.ty));
                let both_amounts = left.ty.is_number() && right.ty.is_number();
                self.report(Diagnostic::error(if both_amounts { UNIT } else { TYPE }, span, message));
                return None;
            }
        };
        Some(typed(span, ty, TypedKind::Arithmetic(op, Box::new(left), Box::new(right))))
    }
}

fn is_bare_number(expr: &Typed) -> bool {
    matches!((&expr.ty, &expr.kind), (Type::Integer | Type::Decimal, TypedKind::Constant(_)))
}

/// What an operation on two types gives; nothing where they do not go together.
fn arithmetic_type(op: Arithmetic, left: &Type, right: &Type) -> Option<Type> {
    use Type::{Date, Decimal, Duration, Integer, Money, Percent, Quantity};
    match (op, left, right) {
        (Arithmetic::Plus | Arithmetic::Minus, Date, Duration) => Some(Date),
        (Arithmetic::Plus, Duration, Date) => Some(Date),
        (Arithmetic::Plus | Arithmetic::Minus | Arithmetic::Times, Integer, Integer) => Some(Integer),
        (Arithmetic::Plus | Arithmetic::Minus, a, b) if a == b && a.is_number() => Some(a.clone()),
        (_, Integer | Decimal, Integer | Decimal) => Some(Decimal),
        (Arithmetic::Times, Quantity(a), Quantity(b)) => Some(Quantity(a.times(*b))),
        (Arithmetic::Over, Quantity(a), Quantity(b)) if a == b => Some(Decimal),
        (Arithmetic::Over, Quantity(a), Quantity(b)) => Some(Quantity(a.over(*b))),
        (Arithmetic::Over, Money, Money) => Some(Decimal),
        (Arithmetic::Times, Percent, Percent) => Some(Percent),
        (Arithmetic::Times, Integer | Decimal | Percent, amount @ (Money | Quantity(_) | Percent)) => Some(amount.clone()),
        (Arithmetic::Times | Arithmetic::Over, amount @ (Money | Quantity(_) | Percent), Integer | Decimal | Percent) => {
            Some(amount.clone())
        }
        _ => None,
    }
}
