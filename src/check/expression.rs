//! Gives every expression its type: names become fields, constants, definitions; operands must agree.
//!
//! `None` means that the problem has been reported; whoever gets it says nothing more.

use super::context::Context;
use super::policy::*;
use super::scalar::read_scalar;
use super::types::Type;
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, Name};
use crate::value::{Code, Country, Currency, Duration, Number, Unit, Value};

const TYPE: &str = "ukase::check::type";
const UNIT: &str = "ukase::check::unit";

/// The names that an expression can see beside the shipment's facts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Locals {
    names: Vec<(String, Typed)>,
}

impl Locals {
    pub(crate) fn with(&self, name: &str, meaning: Typed) -> Locals {
        let mut names = self.names.clone();
        names.push((name.to_string(), meaning));
        Locals { names }
    }

    pub(super) fn find(&self, name: &str) -> Option<&Typed> {
        self.names.iter().rev().find(|(known, _)| known == name).map(|(_, meaning)| meaning)
    }
}

pub(super) fn typed(span: Span, ty: Type, kind: TypedKind) -> Typed {
    Typed { span, ty, kind }
}

pub(super) fn truth(span: Span, kind: TypedKind) -> Typed {
    typed(span, Type::Truth, kind)
}

pub(super) fn constant(span: Span, ty: Type, value: Value) -> Typed {
    typed(span, ty, TypedKind::Constant(value))
}

pub(super) fn negate(inner: Typed) -> Typed {
    truth(inner.span, TypedKind::Not(Box::new(inner)))
}

impl Context<'_> {
    /// A condition: an expression that is a truth.
    pub(crate) fn condition(&mut self, expr: &Expr, locals: &Locals) -> Option<Typed> {
        let found = self.expr(expr, locals, Some(&Type::Truth))?;
        if found.ty == Type::Truth {
            return Some(found);
        }
        let message = format!("a condition is expected, and this is {}", self.describe(&found.ty));
        let help = match found.ty {
            Type::List(_) | Type::Set(_) => "write `any … satisfies …`, or `meets`",
            _ => "compare it with something",
        };
        self.report(Diagnostic::error(TYPE, expr.span, message).help(help));
        None
    }

    /// An expression; `expected` is what its place asks for, which decides what a bare word stands for.
    pub(crate) fn expr(&mut self, expr: &Expr, locals: &Locals, expected: Option<&Type>) -> Option<Typed> {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Number(number) => Some(self.number(span, number, expected)),
            ExprKind::Percent(share) => Some(constant(span, Type::Percent, Value::Number(share.clone()))),
            ExprKind::Amount(number, unit) => self.amount(span, number, unit),
            ExprKind::Date(date) => Some(constant(span, Type::Date, Value::Date(*date))),
            ExprKind::Text(text) => self.text(span, text, expected),
            ExprKind::Truth(value) => Some(constant(span, Type::Truth, (*value).into())),
            ExprKind::Code(code) => self.code(span, code),
            ExprKind::Path(path) => self.path(path, locals, expected),
            ExprKind::Call { name, arguments } => self.call(span, name, arguments, locals),
            ExprKind::And(parts) => self.connect(span, parts, locals, TypedKind::And),
            ExprKind::Or(parts) => {
                self.mixed(parts);
                self.connect(span, parts, locals, TypedKind::Or)
            }
            ExprKind::Not(inner) => {
                let inner = self.condition(inner, locals)?;
                Some(truth(span, TypedKind::Not(Box::new(inner))))
            }
            ExprKind::Implies(left, right) => {
                let (left, right) = (self.condition(left, locals), self.condition(right, locals));
                Some(truth(span, TypedKind::Or(vec![negate(left?), right?])))
            }
            ExprKind::Compare { op, left, right } => self.compare(span, *op, left, right, locals),
            ExprKind::Arithmetic { op, left, right } => self.arithmetic(span, *op, left, right, locals),
            ExprKind::Negative(inner) => self.negative(span, inner, locals),
            ExprKind::Share(part, whole) => self.share(span, part, whole, locals),
            ExprKind::Quantifier { word, name, over, filter, body } => {
                self.quantifier(span, *word, name, over, filter.as_deref(), body, locals)
            }
            ExprKind::Count { name, over, filter } => self.count(span, name, over, filter.as_deref(), locals),
            ExprKind::Sum { value, name, over, filter } => self.sum(span, value, name, over, filter.as_deref(), locals),
            ExprKind::If { condition, then, otherwise } => self.conditional(span, condition, then, otherwise, locals, expected),
            ExprKind::Under(reference) => {
                let reading = self.reading(reference)?;
                Some(truth(span, TypedKind::Under(reading)))
            }
            ExprKind::Set(_) => {
                let message = "a set stands only after `in`, `within`, `meets`, `has`, `matches` and in `any … in`";
                self.report(Diagnostic::error(TYPE, span, message));
                None
            }
        }
    }

    /// `a or b and c` reads as `a or (b and c)`: lines that begin with `and` belie it.
    fn mixed(&mut self, parts: &[Expr]) {
        for part in parts.iter().filter(|part| matches!(part.kind, ExprKind::And(_))) {
            let text = self.sources.text(part.span).trim_end();
            if text.contains('\n') && !is_in_parentheses(text) {
                let message = "`and` binds closer than `or`, whatever the lines look like: this is taken together first";
                let diagnostic = Diagnostic::warning("ukase::check::mixed_and_or", part.span, message);
                self.report(diagnostic.help("write parentheses: `a or (b and c)`, or `(a or b) and c`"));
            }
        }
    }

    // ---- literals and names ---------------------------------------------------------------------------------------------------

    pub(super) fn number(&mut self, span: Span, number: &Number, expected: Option<&Type>) -> Typed {
        let ty = match expected {
            Some(Type::Decimal) => Type::Decimal,
            _ if number.is_integer() => Type::Integer,
            _ => Type::Decimal,
        };
        constant(span, ty, Value::Number(number.clone()))
    }

    pub(super) fn amount(&mut self, span: Span, number: &Number, unit: &Name) -> Option<Typed> {
        let whole = number.to_i64();
        match (unit.text.as_str(), whole) {
            ("ppm", _) => {
                let share = number.over(&1_000_000.into()).unwrap_or(Number::ZERO);
                return Some(constant(span, Type::Percent, Value::Number(share)));
            }
            ("day" | "days", Some(days)) => return Some(constant(span, Type::Duration, Value::Duration(Duration::Days(days)))),
            ("month" | "months", Some(months)) => {
                return Some(constant(
                    span,
                    Type::Duration,
                    Value::Duration(Duration::Months(i32::try_from(months).unwrap_or(i32::MAX))),
                ));
            }
            ("year" | "years", Some(years)) => {
                let months = i32::try_from(years.saturating_mul(12)).unwrap_or(i32::MAX);
                return Some(constant(span, Type::Duration, Value::Duration(Duration::Months(months))));
            }
            _ => {}
        }
        if let Some(found) = Unit::find(&unit.text) {
            return Some(constant(span, Type::Quantity(found.dimension), Value::Number(found.to_base(number))));
        }
        if let Some(currency) = Currency::parse(&unit.text) {
            return Some(constant(span, Type::Money, Value::Money(number.clone(), currency)));
        }
        self.unknown(unit, "unit or currency", Unit::symbols().map(String::from));
        None
    }

    pub(super) fn text(&mut self, span: Span, text: &str, expected: Option<&Type>) -> Option<Typed> {
        match expected {
            Some(ty @ Type::Code) => {
                let value = self.scalar(span, text, ty)?;
                Some(constant(span, ty.clone(), value))
            }
            Some(ty @ (Type::Country | Type::Enum(_))) => {
                let message = format!("this is a text, and {} is expected", self.describe(ty));
                let help = match read_scalar(text, ty, &self.enums, &CodeTable::default()) {
                    Ok(_) => Some(format!("write `{text}` without quotes")),
                    Err(misread) => misread.help,
                };
                self.report(Diagnostic::error(TYPE, span, message).maybe_help(help));
                None
            }
            _ => Some(constant(span, Type::Text, Value::Text(text.into()))),
        }
    }

    /// A text as a value of a type, reported where it is none.
    pub(crate) fn scalar(&mut self, span: Span, text: &str, ty: &Type) -> Option<Value> {
        match read_scalar(text, ty, &self.enums, &CodeTable::default()) {
            Ok(value) => {
                if let Value::Code(classified) = &value {
                    self.codes.insert(classified.code.clone());
                }
                Some(value)
            }
            Err(misread) => {
                let code = if *ty == Type::Code { "ukase::check::code_malformed" } else { TYPE };
                self.report(Diagnostic::error(code, span, misread.message).maybe_help(misread.help));
                None
            }
        }
    }

    pub(super) fn code(&mut self, span: Span, text: &str) -> Option<Typed> {
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
        if Unit::find(unit).is_some() && !unit.contains(['.', '-']) {
            let digits = &text[..text.len() - unit.len()];
            let message = format!("`{text}` reads as a code");
            self.report(
                Diagnostic::error(UNIT, span, message).help(format!("write a blank between amount and unit: `{digits} {unit}`")),
            );
            return None;
        }
        self.known_code(span, text).map(|code| constant(span, Type::Code, code))
    }

    /// A code that some category or list has, or a part of one; another is probably a slip.
    pub(super) fn known_code(&mut self, span: Span, text: &str) -> Option<Value> {
        let value = self.scalar(span, text, &Type::Code)?;
        if matches!(&value, Value::Code(code) if self.category_ids.contains_key(&code.code)) {
            return Some(value);
        }
        let squeezed: String = text.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        let same = |code: &&Code| code.chars().filter(char::is_ascii_alphanumeric).eq(squeezed.chars()) && &***code != text;
        let meant = self.category_ids.keys().filter(same).min().map(ToString::to_string);
        let known = Code::parse(text)
            .is_some_and(|code| self.category_ids.keys().any(|known| known.is_within(&code) || code.is_within(known)));
        match meant {
            Some(meant) if !known => {
                let message = format!("`{text}` lies within no category");
                self.report(
                    Diagnostic::error("ukase::check::code_malformed", span, message).help(format!("did you mean `{meant}`?")),
                );
                None
            }
            _ => Some(value),
        }
    }

    pub(super) fn path(&mut self, path: &ast::Path, locals: &Locals, expected: Option<&Type>) -> Option<Typed> {
        let (first, rest) = path.names.split_first()?;
        if rest.is_empty()
            && let Some(word) = self.word(first, expected)
        {
            return Some(word);
        }
        let mut found = self.head(first, locals, expected, rest.is_empty())?;
        for name in rest {
            found = self.field(found, name)?;
        }
        Some(found)
    }

    /// A bare word where a word of an enum, a country or an outcome is expected.
    pub(super) fn word(&mut self, name: &Name, expected: Option<&Type>) -> Option<Typed> {
        let value = match expected? {
            Type::Enum(id) => {
                self.enums[*id].words.iter().position(|word| word.name == name.text).map(|at| Value::Word(at as u32))
            }
            Type::Country => Country::parse(&name.text).map(Value::Country),
            _ => None,
        }?;
        Some(constant(name.span, expected?.clone(), value))
    }

    pub(super) fn head(&mut self, name: &Name, locals: &Locals, expected: Option<&Type>, alone: bool) -> Option<Typed> {
        if let Some(meaning) = locals.find(&name.text) {
            let mut meaning = meaning.clone();
            meaning.span = name.span;
            return Some(meaning);
        }
        let shipment = self.shipment(name.span);
        if let Some(at) = self.records.first().and_then(|record| record.field(&name.text)) {
            let ty = self.records[0].fields[at].ty.clone();
            return Some(typed(name.span, ty, TypedKind::Field(Box::new(shipment), at)));
        }
        if self.records.first().is_some_and(|record| record.name == name.text) {
            return Some(shipment);
        }
        if self.define_blocks.get(&name.text).is_some_and(|(block, _)| block.parameters.is_empty()) {
            return self.call(name.span, name, &[], locals);
        }
        if alone && let Some(country) = Country::parse(&name.text) {
            return Some(constant(name.span, Type::Country, Value::Country(country)));
        }
        self.unknown_head(name, locals, expected);
        None
    }

    pub(super) fn unknown_head(&mut self, name: &Name, locals: &Locals, expected: Option<&Type>) {
        let mut known: Vec<String> = locals.names.iter().map(|(name, _)| name.clone()).collect();
        known.extend(self.records.first().into_iter().flat_map(|record| record.fields.iter().map(|field| field.name.clone())));
        known.extend(self.define_blocks.keys().cloned());
        match expected {
            Some(Type::Enum(id)) => {
                let words: Vec<String> = self.enums[*id].words.iter().map(|word| word.name.clone()).collect();
                let what = format!("word of `{}` called", self.enums[*id].name);
                self.unknown(name, &what, words);
            }
            Some(Type::Country) => {
                if self.broken.contains(&name.text) {
                    return;
                }
                if let Some(near) = nearest(&name.text, known.iter().map(String::as_str)).filter(|_| name.text.len() > 2) {
                    let message = format!("there is no fact or country `{}`", name.text);
                    let diagnostic = Diagnostic::error("ukase::check::unknown_name", name.span, message);
                    self.report(diagnostic.help(format!("did you mean `{near}`?")));
                } else if let Err(misread) = read_scalar(&name.text, &Type::Country, &self.enums, &CodeTable::default()) {
                    let diagnostic = Diagnostic::error("ukase::check::unknown_name", name.span, misread.message);
                    self.report(diagnostic.maybe_help(misread.help));
                }
            }
            _ if self.lists.contains_key(&name.text) => {
                let message = format!("`{}` is a list, and this place asks for one value", name.text);
                self.report(
                    Diagnostic::error(TYPE, name.span, message).help("lists stand after `in`, `within`, `matches` and `meets`"),
                );
            }
            _ if self.define_blocks.contains_key(&name.text) => {
                let message = format!("`{}` needs its arguments", name.text);
                self.report(
                    Diagnostic::error("ukase::check::arguments", name.span, message).help(format!("write `{}(…)`", name.text)),
                );
            }
            _ => self.unknown(name, "fact or definition", known),
        }
    }

    pub(super) fn field(&mut self, base: Typed, name: &Name) -> Option<Typed> {
        let Type::Record(id) = base.ty else {
            let message = format!("this is {}, which has no `{}`", self.describe(&base.ty), name.text);
            let help = match base.ty {
                Type::List(_) => Some(format!("write `any x in … satisfies x.{} …`", name.text)),
                _ => None,
            };
            self.report(Diagnostic::error(TYPE, base.span.to(name.span), message).maybe_help(help));
            return None;
        };
        let record = &self.records[id];
        match record.field(&name.text) {
            Some(at) => {
                let ty = record.fields[at].ty.clone();
                Some(typed(base.span.to(name.span), ty, TypedKind::Field(Box::new(base), at)))
            }
            None => {
                let known: Vec<String> = record.fields.iter().map(|field| field.name.clone()).collect();
                let what = format!("field of `{}` called", record.name);
                self.unknown(name, &what, known);
                None
            }
        }
    }

    // ---- truth ----------------------------------------------------------------------------------------------------------------

    pub(super) fn connect(
        &mut self,
        span: Span,
        parts: &[Expr],
        locals: &Locals,
        kind: fn(Vec<Typed>) -> TypedKind,
    ) -> Option<Typed> {
        let found: Vec<Option<Typed>> = parts.iter().map(|part| self.condition(part, locals)).collect();
        let found: Vec<Typed> = found.into_iter().collect::<Option<_>>()?;
        if matches!(kind(Vec::new()), TypedKind::And(_)) {
            super::impossible::conjunction(self, &found);
        }
        Some(truth(span, kind(found)))
    }

    pub(super) fn conditional(
        &mut self,
        span: Span,
        condition: &Expr,
        then: &Expr,
        otherwise: &Expr,
        locals: &Locals,
        expected: Option<&Type>,
    ) -> Option<Typed> {
        let condition = self.condition(condition, locals);
        let then = self.expr(then, locals, expected);
        let expected = then.as_ref().map(|then| then.ty.clone());
        let otherwise = self.expr(otherwise, locals, expected.as_ref());
        let (condition, then) = (condition?, then?);
        let otherwise = self.fit(otherwise?, &then.ty)?;
        let ty = then.ty.clone();
        Some(typed(span, ty, TypedKind::If(Box::new(condition), Box::new(then), Box::new(otherwise))))
    }
}

/// One pair of parentheses goes around all of it.
fn is_in_parentheses(text: &str) -> bool {
    let mut depth = 0usize;
    let mut in_text = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => in_text = !in_text,
            b'(' if !in_text => depth += 1,
            b')' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1 == text.len() && at > 0;
        }
    }
    false
}
