//! Quantifiers, counts and sums over lists of facts.

use super::context::Context;
use super::expression::{Locals, negate, truth, typed};
use super::policy::*;
use super::types::Type;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{Comparison, Expr, ExprKind, Name, Quantifier};

const TYPE: &str = "ukase::check::type";

impl Context<'_> {
    #[allow(clippy::too_many_arguments, reason = "the parts of a quantifier, each used once")]
    pub(super) fn quantifier(
        &mut self,
        span: Span,
        word: Quantifier,
        name: &Name,
        over: &Expr,
        filter: Option<&Expr>,
        body: &Expr,
        locals: &Locals,
    ) -> Option<Typed> {
        if let ExprKind::Set(parts) = &over.kind {
            return self.each_of(span, word, name, parts, filter, body, locals);
        }
        let (over, variable, inner) = self.bind(name, over, locals)?;
        let filter = self.filter(filter, &inner)?;
        let body = self.condition(body, &inner)?;
        let kind = TypedKind::Quantifier { word, variable, over: Box::new(over), filter, body: Box::new(body) };
        Some(truth(span, kind))
    }

    /// `any party in {importer, end_user}`: the condition once for each, with the name standing for it.
    #[allow(clippy::too_many_arguments, reason = "the parts of a quantifier, each used once")]
    pub(super) fn each_of(
        &mut self,
        span: Span,
        word: Quantifier,
        name: &Name,
        parts: &[Expr],
        filter: Option<&Expr>,
        body: &Expr,
        locals: &Locals,
    ) -> Option<Typed> {
        let mut conditions = Vec::new();
        for part in parts {
            let meaning = self.expr(part, locals, None)?;
            if !matches!(meaning.ty, Type::Record(_)) {
                let message = format!("a record is expected, and this is {}", self.describe(&meaning.ty));
                self.report(Diagnostic::error(TYPE, part.span, message).help("compare single values by `in`"));
                return None;
            }
            let inner = locals.with(&name.text, meaning);
            let filter = self.filter(filter, &inner)?;
            let body = self.condition(body, &inner)?;
            conditions.push(match (word, filter) {
                (_, None) => body,
                (Quantifier::All, Some(filter)) => truth(span, TypedKind::Or(vec![negate(*filter), body])),
                (_, Some(filter)) => truth(span, TypedKind::And(vec![*filter, body])),
            });
        }
        Some(match word {
            Quantifier::Any => truth(span, TypedKind::Or(conditions)),
            Quantifier::All => truth(span, TypedKind::And(conditions)),
            Quantifier::No => negate(truth(span, TypedKind::Or(conditions))),
        })
    }

    pub(super) fn bind(&mut self, name: &Name, over: &Expr, locals: &Locals) -> Option<(Typed, Variable, Locals)> {
        if let ExprKind::Set(_) = &over.kind {
            let message = "sums and counts go over a list of facts";
            self.report(Diagnostic::error(TYPE, over.span, message));
            return None;
        }
        let over_typed = self.expr(over, locals, None)?;
        let Type::List(record) = over_typed.ty else {
            let message = format!("a list of records is expected, and this is {}", self.describe(&over_typed.ty));
            let help = match over_typed.ty {
                Type::Set(_) => Some("write `meets`, `has` or `in` for a set of single values".to_string()),
                _ => None,
            };
            self.report(Diagnostic::error(TYPE, over.span, message).maybe_help(help));
            return None;
        };
        let variable = self.fresh();
        let inner = locals.with(&name.text, typed(name.span, Type::Record(record), TypedKind::Variable(variable)));
        Some((over_typed, variable, inner))
    }

    /// `Some(None)`: there is no filter.
    #[allow(clippy::option_option, reason = "the outer one says whether a problem was reported")]
    pub(super) fn filter(&mut self, filter: Option<&Expr>, locals: &Locals) -> Option<Option<Box<Typed>>> {
        match filter {
            None => Some(None),
            Some(filter) => self.condition(filter, locals).map(|filter| Some(Box::new(filter))),
        }
    }

    pub(super) fn count(
        &mut self,
        span: Span,
        name: &Name,
        over: &Expr,
        filter: Option<&Expr>,
        locals: &Locals,
    ) -> Option<Typed> {
        let (over, variable, inner) = self.bind(name, over, locals)?;
        self.folded(span, filter, &inner, locals, |filter| {
            typed(span, Type::Integer, TypedKind::Count { variable, over: Box::new(over), filter })
        })
    }

    pub(super) fn sum(
        &mut self,
        span: Span,
        value: &Expr,
        name: &Name,
        over: &Expr,
        filter: Option<&Expr>,
        locals: &Locals,
    ) -> Option<Typed> {
        let (over, variable, inner) = self.bind(name, over, locals)?;
        let value = self.expr(value, &inner, None)?;
        if !value.ty.is_number() {
            let message = format!("amounts are summed, and this is {}", self.describe(&value.ty));
            self.report(Diagnostic::error(TYPE, value.span, message).help("write `count of` to count"));
            return None;
        }
        self.folded(span, filter, &inner, locals, |filter| {
            let ty = value.ty.clone();
            typed(span, ty, TypedKind::Sum { variable, value: Box::new(value), over: Box::new(over), filter })
        })
    }

    /// A count or a sum with its filter; compared, where the filter ends with the comparison.
    fn folded(
        &mut self,
        span: Span,
        filter: Option<&Expr>,
        inner: &Locals,
        locals: &Locals,
        fold: impl FnOnce(Option<Box<Typed>>) -> Typed,
    ) -> Option<Typed> {
        if let Some((condition, op, line)) = self.regroup(filter, inner) {
            let folded = fold(Some(Box::new(condition?)));
            return self.compare_with(span, folded, op, line, locals);
        }
        let filter = self.filter(filter, inner)?;
        Some(fold(filter))
    }

    /// `sum of … where held(x) >= 50%`: a truth has no order, so the comparison belongs to the sum.
    #[allow(clippy::type_complexity, reason = "the condition, the operator and the line, for two callers")]
    pub(super) fn regroup<'e>(
        &mut self,
        filter: Option<&'e Expr>,
        locals: &Locals,
    ) -> Option<(Option<Typed>, Comparison, &'e Expr)> {
        let (before, last) = match &filter?.kind {
            ExprKind::And(parts) => parts.split_last().map(|(last, before)| (before, last))?,
            _ => (&[][..], filter?),
        };
        let ExprKind::Compare { op, left, right } = &last.kind else { return None };
        if !op.is_order() || !self.is_condition(left, locals) {
            return None;
        }
        let mut parts: Vec<Option<Typed>> = before.iter().map(|part| self.condition(part, locals)).collect();
        parts.push(self.condition(left, locals));
        let span = filter?.span;
        let condition = parts.into_iter().collect::<Option<Vec<Typed>>>().map(|parts| truth(span, TypedKind::And(parts)));
        Some((condition, *op, right))
    }

    /// Whether an operand is itself a condition, without reporting anything.
    pub(super) fn is_condition(&mut self, expr: &Expr, locals: &Locals) -> bool {
        match &expr.kind {
            ExprKind::Compare { .. } | ExprKind::Not(_) | ExprKind::Quantifier { .. } | ExprKind::Under(_) => true,
            ExprKind::Call { name, .. } if self.underway.contains(&name.text) => true,
            ExprKind::Call { .. } | ExprKind::Path(_) => {
                let reported = self.diagnostics.len();
                let found = self.expr(expr, locals, None);
                self.diagnostics.truncate(reported);
                found.is_some_and(|found| found.ty == Type::Truth)
            }
            _ => false,
        }
    }

    pub(super) fn compare_with(
        &mut self,
        span: Span,
        left: Typed,
        op: Comparison,
        line: &Expr,
        locals: &Locals,
    ) -> Option<Typed> {
        let right = self.expr(line, locals, Some(&left.ty.clone()))?;
        let right = self.fit(right, &left.ty.clone())?;
        let (left, right) = (Box::new(left), Box::new(right));
        Some(truth(
            span,
            match op {
                Comparison::Below => TypedKind::Below(left, right),
                Comparison::AtMost => TypedKind::AtMost(left, right),
                Comparison::Above => TypedKind::Below(right, left),
                _ => TypedKind::AtMost(right, left),
            },
        ))
    }
}
