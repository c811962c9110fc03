//! Gives every expression its type: names become fields, constants, definitions; operands must agree.
//!
//! `None` means that the problem has been reported; whoever gets it says nothing more.

use super::context::{Context, Kind, Progress};
use super::functions::{FUNCTIONS, Signature};
use super::policy::*;
use super::scalar::read_scalar;
use super::types::Type;
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast::{self, Arithmetic, Comparison, Expr, ExprKind, Name, Quantifier};
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

    fn find(&self, name: &str) -> Option<&Typed> {
        self.names.iter().rev().find(|(known, _)| known == name).map(|(_, meaning)| meaning)
    }
}

fn typed(span: Span, ty: Type, kind: TypedKind) -> Typed {
    Typed { span, ty, kind }
}

fn truth(span: Span, kind: TypedKind) -> Typed {
    typed(span, Type::Truth, kind)
}

fn constant(span: Span, ty: Type, value: Value) -> Typed {
    typed(span, ty, TypedKind::Constant(value))
}

fn negate(inner: Typed) -> Typed {
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
            ExprKind::Or(parts) => self.connect(span, parts, locals, TypedKind::Or),
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

    // ---- literals and names ---------------------------------------------------------------------------------------------------

    fn number(&mut self, span: Span, number: &Number, expected: Option<&Type>) -> Typed {
        let ty = match expected {
            Some(Type::Decimal) => Type::Decimal,
            _ if number.is_integer() => Type::Integer,
            _ => Type::Decimal,
        };
        constant(span, ty, Value::Number(number.clone()))
    }

    fn amount(&mut self, span: Span, number: &Number, unit: &Name) -> Option<Typed> {
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

    fn text(&mut self, span: Span, text: &str, expected: Option<&Type>) -> Option<Typed> {
        match expected {
            Some(ty @ Type::Code) => {
                let value = self.scalar(span, text, ty)?;
                Some(constant(span, ty.clone(), value))
            }
            Some(ty @ (Type::Country | Type::Enum(_))) => {
                let message = format!("this is a text, and {} is expected", self.describe(ty));
                self.report(Diagnostic::error(TYPE, span, message).help(format!("write `{text}` without quotes")));
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

    fn code(&mut self, span: Span, text: &str) -> Option<Typed> {
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
    fn known_code(&mut self, span: Span, text: &str) -> Option<Value> {
        let value = self.scalar(span, text, &Type::Code)?;
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

    fn path(&mut self, path: &ast::Path, locals: &Locals, expected: Option<&Type>) -> Option<Typed> {
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
    fn word(&mut self, name: &Name, expected: Option<&Type>) -> Option<Typed> {
        let value = match expected? {
            Type::Enum(id) => {
                self.enums[*id].words.iter().position(|word| word.name == name.text).map(|at| Value::Word(at as u32))
            }
            Type::Country => Country::parse(&name.text).map(Value::Country),
            _ => None,
        }?;
        Some(constant(name.span, expected?.clone(), value))
    }

    fn head(&mut self, name: &Name, locals: &Locals, expected: Option<&Type>, alone: bool) -> Option<Typed> {
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

    fn unknown_head(&mut self, name: &Name, locals: &Locals, expected: Option<&Type>) {
        let mut known: Vec<String> = locals.names.iter().map(|(name, _)| name.clone()).collect();
        known.extend(self.records.first().into_iter().flat_map(|record| record.fields.iter().map(|field| field.name.clone())));
        known.extend(self.define_blocks.keys().cloned());
        match expected {
            Some(Type::Enum(id)) => {
                let words: Vec<String> = self.enums[*id].words.iter().map(|word| word.name.clone()).collect();
                let what = format!("word of `{}`", self.enums[*id].name);
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

    fn field(&mut self, base: Typed, name: &Name) -> Option<Typed> {
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

    // ---- calls ----------------------------------------------------------------------------------------------------------------

    fn call(&mut self, span: Span, name: &Name, arguments: &[Expr], locals: &Locals) -> Option<Typed> {
        if let Some(signature) = Signature::find(&name.text) {
            return self.function(span, signature, arguments, locals);
        }
        if !self.define_blocks.contains_key(&name.text) {
            let known: Vec<String> =
                self.define_blocks.keys().cloned().chain(FUNCTIONS.iter().map(|one| one.name.to_string())).collect();
            self.unknown(name, "definition or function", known);
            return None;
        }
        self.used.insert((Kind::Definition, name.text.clone()));
        let parameters = self.parameters(&name.text)?;
        if parameters.len() != arguments.len() {
            let message = format!("`{}` takes {}, and here are {}", name.text, count(parameters.len()), arguments.len());
            self.report(Diagnostic::error("ukase::check::arguments", span, message));
            return None;
        }
        let mut typed_arguments = Vec::new();
        for (argument, (_, ty)) in arguments.iter().zip(&parameters) {
            let found = self.expr(argument, locals, Some(ty))?;
            typed_arguments.push(self.fit(found, ty)?);
        }
        match self.define(&name.text)? {
            Some(id) => {
                let ty = self.defines[id].body.ty.clone();
                Some(typed(span, ty, TypedKind::Call(id, typed_arguments)))
            }
            None => Some(truth(span, TypedKind::Call(self.place_of(&name.text), typed_arguments))),
        }
    }

    fn function(&mut self, span: Span, signature: &'static Signature, arguments: &[Expr], locals: &Locals) -> Option<Typed> {
        if signature.arity != arguments.len() {
            let message = format!("`{}` takes {}, and here are {}", signature.name, count(signature.arity), arguments.len());
            self.report(Diagnostic::error("ukase::check::arguments", span, message));
            return None;
        }
        let found: Vec<Option<Typed>> = arguments.iter().map(|argument| self.expr(argument, locals, None)).collect();
        let found: Vec<Typed> = found.into_iter().collect::<Option<_>>()?;
        for pair in found.windows(2) {
            self.same_currency(&pair[0], &pair[1])?;
        }
        let types: Vec<Type> = found.iter().map(|one| one.ty.clone()).collect();
        match signature.result(&types) {
            Ok(ty) => Some(typed(span, ty, TypedKind::Function(signature.function, found))),
            Err(wanted) => {
                let message = format!("`{}` takes {wanted}", signature.name);
                self.report(Diagnostic::error(TYPE, span, message));
                None
            }
        }
    }

    /// The parameters of a definition with their types, resolved once.
    fn parameters(&mut self, name: &str) -> Option<Vec<(String, Type)>> {
        let (block, _) = self.define_blocks.get(name)?;
        let parameters = block.parameters;
        let mut resolved = Vec::new();
        for parameter in parameters {
            let ty = match &parameter.ty {
                Some(ty) => self.resolve_type(ty)?,
                None => match self.record_ids.get(&parameter.name.text) {
                    Some(id) => {
                        self.used.insert((Kind::Record, parameter.name.text.clone()));
                        Type::Record(*id)
                    }
                    None => {
                        self.untyped_parameter(&parameter.name);
                        return None;
                    }
                },
            };
            resolved.push((parameter.name.text.clone(), ty));
        }
        Some(resolved)
    }

    fn untyped_parameter(&mut self, name: &Name) {
        if self.broken.contains(&name.text)
            || self.diagnostics.iter().any(|one| one.labels.first().map(|label| label.span) == Some(name.span))
        {
            return;
        }
        let message = format!("the parameter `{}` is not named like a record, and has no type", name.text);
        let diagnostic = Diagnostic::error("ukase::check::unknown_name", name.span, message);
        self.report(diagnostic.help(format!("name it like a record, or write its type: `{}: percent`", name.text)));
    }

    /// The place of a definition, checked on first use. `Some(None)`: it is being checked, so this is a circle.
    fn define(&mut self, name: &str) -> Option<Option<usize>> {
        match &self.define_blocks.get(name)?.1 {
            Progress::Done(place) => return place.map(Some),
            Progress::Under => {
                let from = self.underway.iter().position(|one| one == name).unwrap_or(0);
                self.circular.extend(self.underway[from..].iter().cloned());
                return Some(None);
            }
            Progress::Untouched => {}
        }
        self.check_define(name).map(Some)
    }

    /// Reserved while a definition is under way, so that a circle can name it.
    fn place_of(&self, name: &str) -> usize {
        self.defines.iter().position(|define| define.name == name).unwrap_or(0)
    }

    /// Checks a definition and gives it a place.
    pub(crate) fn check_define(&mut self, name: &str) -> Option<usize> {
        let (block, progress) = self.define_blocks.get_mut(name)?;
        if let Progress::Done(place) = progress {
            return *place;
        }
        let (body, span) = (block.body, block.span);
        *progress = Progress::Under;
        let parameters = self.parameters(name);
        let place = parameters.and_then(|parameters| self.define_body(name, parameters, body, span));
        if let Some((_, progress)) = self.define_blocks.get_mut(name) {
            *progress = Progress::Done(place);
        }
        place
    }

    fn define_body(&mut self, name: &str, parameters: Vec<(String, Type)>, body: &Expr, span: Span) -> Option<usize> {
        let mut locals = Locals::default();
        let mut variables = Vec::new();
        let names = parameters.iter().map(|(name, _)| name.clone()).collect();
        for (parameter, ty) in parameters {
            let variable = self.fresh();
            locals = locals.with(&parameter, typed(span, ty.clone(), TypedKind::Variable(variable)));
            variables.push((variable, ty));
        }
        let place = self.defines.len();
        let unknown = constant(span, Type::Truth, Value::Truth(Default::default()));
        self.defines.push(Define { name: name.into(), parameters: variables, names, body: unknown, recursive: false, span });
        self.underway.push(name.to_string());
        let found = self.expr(body, &locals, None);
        self.underway.pop();
        let recursive = self.circular.contains(name);
        let found = found?;
        if recursive && found.ty != Type::Truth {
            let message = format!("`{name}` refers to itself, and only a truth may");
            self.report(Diagnostic::error("ukase::check::not_monotone", span, message));
            return None;
        }
        self.defines[place].body = found;
        self.defines[place].recursive = recursive;
        Some(place)
    }

    // ---- truth ----------------------------------------------------------------------------------------------------------------

    fn connect(&mut self, span: Span, parts: &[Expr], locals: &Locals, kind: fn(Vec<Typed>) -> TypedKind) -> Option<Typed> {
        let found: Vec<Option<Typed>> = parts.iter().map(|part| self.condition(part, locals)).collect();
        let found: Vec<Typed> = found.into_iter().collect::<Option<_>>()?;
        if matches!(kind(Vec::new()), TypedKind::And(_)) {
            super::impossible::conjunction(self, &found);
        }
        Some(truth(span, kind(found)))
    }

    fn conditional(
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

    // ---- comparisons ----------------------------------------------------------------------------------------------------------

    fn compare(&mut self, span: Span, op: Comparison, left: &Expr, right: &Expr, locals: &Locals) -> Option<Typed> {
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

    fn order(&mut self, span: Span, op: Comparison, left: &Expr, right: &Expr, locals: &Locals) -> Option<Typed> {
        let (left, right) = self.both(left, right, locals)?;
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
        self.same_currency(&left, &right)?;
        let (left, right, swap) = match op {
            Comparison::Above | Comparison::AtLeast => (right, left, true),
            _ => (left, right, false),
        };
        let strict = matches!(op, Comparison::Below | Comparison::Above);
        super::impossible::order(self, span, if swap { &right } else { &left }, if swap { &left } else { &right }, op);
        let kind = if strict { TypedKind::Below } else { TypedKind::AtMost };
        Some(truth(span, kind(Box::new(left), Box::new(right))))
    }

    fn same_currency(&mut self, left: &Typed, right: &Typed) -> Option<()> {
        if let (TypedKind::Constant(Value::Money(_, a)), TypedKind::Constant(Value::Money(_, b))) = (&left.kind, &right.kind)
            && a != b
        {
            let message = format!("{a} and {b} cannot be compared");
            let diagnostic = Diagnostic::error("ukase::check::currency", left.span.to(right.span), message);
            self.report(diagnostic.help("state both in one currency; there are no exchange rates in a policy"));
            return None;
        }
        Some(())
    }

    fn equality(&mut self, span: Span, left: &Expr, right: &Expr, locals: &Locals) -> Option<Typed> {
        let subject = self.expr(left, locals, None)?;
        if matches!(subject.ty, Type::List(_) | Type::Set(_) | Type::Register(_) | Type::Record(_)) {
            let message = format!("`is` compares single values, and this is {}", self.describe(&subject.ty));
            self.report(
                Diagnostic::error(TYPE, subject.span, message).help("write `meets` or `has`, or compare one of its fields"),
            );
            return None;
        }
        let (left, right) = self.both_from(subject, right, locals)?;
        self.same_currency(&left, &right)?;
        super::impossible::equality(self, span, &left, &right);
        Some(truth(span, TypedKind::Equal(Box::new(left), Box::new(right))))
    }

    /// Two operands of one type.
    fn both(&mut self, left: &Expr, right: &Expr, locals: &Locals) -> Option<(Typed, Typed)> {
        let left = self.expr(left, locals, None);
        match left {
            Some(left) => self.both_from(left, right, locals),
            None => {
                self.expr(right, locals, None);
                None
            }
        }
    }

    fn both_from(&mut self, left: Typed, right: &Expr, locals: &Locals) -> Option<(Typed, Typed)> {
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

    // ---- sets, lists, codes ---------------------------------------------------------------------------------------------------

    fn membership(&mut self, span: Span, left: &Expr, right: &Expr, locals: &Locals) -> Option<Typed> {
        let member = self.expr(left, locals, None)?;
        if matches!(member.ty, Type::List(_) | Type::Set(_) | Type::Record(_) | Type::Register(_)) {
            let message = format!("`in` asks about a single value, and this is {}", self.describe(&member.ty));
            self.report(Diagnostic::error(TYPE, member.span, message).help("write `meets`"));
            return None;
        }
        if let Some(entries) = self.constants(right, &member.ty, locals)? {
            return Some(truth(span, TypedKind::OneOf(Box::new(member), entries)));
        }
        let set = self.expr(right, locals, None)?;
        let wanted = Type::Set(Box::new(member.ty.clone()));
        let set = self.fit(set, &wanted)?;
        Some(truth(span, TypedKind::Contains { set: Box::new(set), member: Box::new(member) }))
    }

    /// The constants of `{a, b}` or of a list's name. `Some(None)`: the expression is neither.
    fn constants(&mut self, expr: &Expr, ty: &Type, locals: &Locals) -> Option<Option<Vec<Entry>>> {
        match &expr.kind {
            ExprKind::Set(parts) => {
                let found: Vec<Option<Entry>> = parts.iter().map(|part| self.constant(part, ty, locals)).collect();
                found.into_iter().collect::<Option<Vec<Entry>>>().map(Some)
            }
            ExprKind::Path(path) if path.names.len() == 1 && self.lists.contains_key(&path.names[0].text) => {
                self.list_entries(&path.names[0], ty).map(Some)
            }
            _ => Some(None),
        }
    }

    fn list_entries(&mut self, name: &Name, ty: &Type) -> Option<Vec<Entry>> {
        self.used.insert((Kind::List, name.text.clone()));
        let list = self.lists.get(&name.text)?.as_ref()?;
        if list.ty != *ty {
            let message = format!("`{}` lists values of another kind: {}", name.text, self.describe(&list.ty));
            let wanted = self.describe(ty);
            self.report(Diagnostic::error(TYPE, name.span, message).help(format!("a list of {wanted} is asked for")));
            return None;
        }
        Some(list.entries.clone())
    }

    fn constant(&mut self, expr: &Expr, ty: &Type, locals: &Locals) -> Option<Entry> {
        let found = self.expr(expr, locals, Some(ty))?;
        let found = self.fit(found, ty)?;
        match found.kind {
            TypedKind::Constant(value) => Some(Entry { value, from: None, before: None }),
            _ => {
                let message = "a set holds constants";
                self.report(
                    Diagnostic::error(TYPE, expr.span, message)
                        .help("compare facts with each other by `is`, and join the comparisons with `or`"),
                );
                None
            }
        }
    }

    fn within(&mut self, span: Span, left: &Expr, right: &Expr, locals: &Locals) -> Option<Typed> {
        let code = self.expr(left, locals, None)?;
        let code = self.fit(code, &Type::Code)?;
        if let Some(entries) = self.constants(right, &Type::Code, locals)? {
            return Some(truth(span, TypedKind::Within(Box::new(code), entries)));
        }
        let outer = self.expr(right, locals, Some(&Type::Code))?;
        match (outer.ty.clone(), outer.kind) {
            (Type::Code, TypedKind::Constant(value)) => {
                let entries = vec![Entry { value, from: None, before: None }];
                Some(truth(span, TypedKind::Within(Box::new(code), entries)))
            }
            (Type::Set(of), kind) if *of == Type::Code => {
                let outer = Typed { span: outer.span, ty: Type::Set(of), kind };
                Some(truth(span, TypedKind::WithinFact(Box::new(code), Box::new(outer))))
            }
            (Type::Code, kind) => {
                let outer = Typed { span: outer.span, ty: Type::Code, kind };
                Some(truth(span, TypedKind::WithinFact(Box::new(code), Box::new(outer))))
            }
            (ty, _) => {
                let message = format!("`within` asks for a code, a list or a set of codes, and this is {}", self.describe(&ty));
                self.report(Diagnostic::error(TYPE, outer.span, message));
                None
            }
        }
    }

    fn matches(&mut self, span: Span, left: &Expr, right: &Expr, locals: &Locals) -> Option<Typed> {
        let item = self.expr(left, locals, None)?;
        let classified = match item.ty {
            Type::Record(id) => self.records[id].classified_by.is_some(),
            _ => false,
        };
        if !classified && self.broken.contains("classified") {
            return None;
        }
        if !classified {
            let message = format!(
                "only a record that is `classified by` a code matches a category, and this is {}",
                self.describe(&item.ty)
            );
            self.report(
                Diagnostic::error("ukase::check::category_unclassified", item.span, message)
                    .help("write `record item classified by code { … }`"),
            );
            return None;
        }
        let entries = match self.constants(right, &Type::Code, locals)? {
            Some(entries) => entries,
            None => {
                let code = self.expr(right, locals, Some(&Type::Code))?;
                let code = self.fit(code, &Type::Code)?;
                match code.kind {
                    TypedKind::Constant(value) => vec![Entry { value, from: None, before: None }],
                    _ => return None,
                }
            }
        };
        let mut categories = Vec::new();
        for entry in entries {
            let Value::Code(classified) = entry.value else { continue };
            match self.category_ids.get(&classified.code) {
                Some(category) => categories.push(*category),
                None => {
                    let name = Name { text: classified.code.to_string(), span: right.span };
                    let known: Vec<String> = self.category_ids.keys().map(ToString::to_string).collect();
                    self.unknown(&name, "category", known);
                    return None;
                }
            }
        }
        Some(truth(span, TypedKind::Matches(Box::new(item), categories)))
    }

    /// `meets` (one of them) and `has` (all of them).
    fn overlap(
        &mut self,
        span: Span,
        left: &Expr,
        right: &Expr,
        locals: &Locals,
        connect: fn(Vec<Typed>) -> TypedKind,
    ) -> Option<Typed> {
        let set = self.expr(left, locals, None)?;
        let (of, key) = match &set.ty {
            Type::Set(of) => ((**of).clone(), None),
            Type::List(id) if self.records[*id].key.is_some() => {
                let key = self.records[*id].key?;
                (self.records[*id].fields[key].ty.clone(), Some((*id, key)))
            }
            other => {
                let message = format!("`meets` and `has` ask about a set, and this is {}", self.describe(other));
                let help = "for a list of records write `any … satisfies …`, or give the record a key with `keyed by`";
                self.report(Diagnostic::error(TYPE, set.span, message).help(help));
                return None;
            }
        };
        let members = match self.constants(right, &of, locals)? {
            Some(entries) => entries.into_iter().map(|entry| constant(right.span, of.clone(), entry.value)).collect(),
            None => {
                let member = self.expr(right, locals, Some(&of))?;
                vec![self.fit(member, &of)?]
            }
        };
        let member = |this: &mut Self, value: Typed| match key {
            None => truth(span, TypedKind::Contains { set: Box::new(set.clone()), member: Box::new(value) }),
            Some((record, key)) => this.keyed(span, &set, record, key, value),
        };
        let parts: Vec<Typed> = members.into_iter().map(|value| member(self, value)).collect();
        Some(match <[Typed; 1]>::try_from(parts) {
            Ok([one]) => one,
            Err(parts) => truth(span, connect(parts)),
        })
    }

    /// A keyed list has an entry of that key; an entry of an amount below detection does not count.
    fn keyed(&mut self, span: Span, list: &Typed, record: usize, key: usize, value: Typed) -> Typed {
        let variable = self.fresh();
        let entry = || Box::new(typed(span, Type::Record(record), TypedKind::Variable(variable)));
        let field = |at: usize, ty: &Type| typed(span, ty.clone(), TypedKind::Field(entry(), at));
        let fields = &self.records[record].fields;
        let mut parts = vec![truth(span, TypedKind::Equal(Box::new(field(key, &fields[key].ty)), Box::new(value)))];
        for (at, amount) in fields.iter().enumerate().filter(|(_, one)| matches!(one.ty, Type::Percent | Type::Quantity(_))) {
            let below = TypedKind::Function(super::functions::Function::BelowDetection, vec![field(at, &amount.ty)]);
            parts.push(negate(truth(span, below)));
        }
        let body = if parts.len() == 1 { parts.remove(0) } else { truth(span, TypedKind::And(parts)) };
        let kind = TypedKind::Quantifier {
            word: Quantifier::Any,
            variable,
            over: Box::new(list.clone()),
            filter: None,
            body: Box::new(body),
        };
        truth(span, kind)
    }

    // ---- quantifiers and sums -------------------------------------------------------------------------------------------------

    #[allow(clippy::too_many_arguments, reason = "the parts of a quantifier, each used once")]
    fn quantifier(
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
    fn each_of(
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

    fn bind(&mut self, name: &Name, over: &Expr, locals: &Locals) -> Option<(Typed, Variable, Locals)> {
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
    fn filter(&mut self, filter: Option<&Expr>, locals: &Locals) -> Option<Option<Box<Typed>>> {
        match filter {
            None => Some(None),
            Some(filter) => self.condition(filter, locals).map(|filter| Some(Box::new(filter))),
        }
    }

    fn count(&mut self, span: Span, name: &Name, over: &Expr, filter: Option<&Expr>, locals: &Locals) -> Option<Typed> {
        let (over_typed, variable, inner) = self.bind(name, over, locals)?;
        if let Some((condition, op, line)) = self.regroup(filter, &inner) {
            let counted = typed(
                span,
                Type::Integer,
                TypedKind::Count { variable, over: Box::new(over_typed), filter: Some(Box::new(condition?)) },
            );
            return self.compare_with(span, counted, op, line, locals);
        }
        let filter = self.filter(filter, &inner)?;
        Some(typed(span, Type::Integer, TypedKind::Count { variable, over: Box::new(over_typed), filter }))
    }

    fn sum(
        &mut self,
        span: Span,
        value: &Expr,
        name: &Name,
        over: &Expr,
        filter: Option<&Expr>,
        locals: &Locals,
    ) -> Option<Typed> {
        let (over_typed, variable, inner) = self.bind(name, over, locals)?;
        let value = self.expr(value, &inner, None)?;
        if !value.ty.is_number() {
            let message = format!("amounts are summed, and this is {}", self.describe(&value.ty));
            self.report(Diagnostic::error(TYPE, value.span, message).help("write `count of` to count"));
            return None;
        }
        let ty = value.ty.clone();
        let summed = |value, filter| {
            typed(span, ty, TypedKind::Sum { variable, value: Box::new(value), over: Box::new(over_typed), filter })
        };
        if let Some((condition, op, line)) = self.regroup(filter, &inner) {
            let sum = summed(value, Some(Box::new(condition?)));
            return self.compare_with(span, sum, op, line, locals);
        }
        let filter = self.filter(filter, &inner)?;
        Some(summed(value, filter))
    }

    /// `sum of … where held(x) >= 50%`: a truth has no order, so the comparison belongs to the sum.
    #[allow(clippy::type_complexity, reason = "the condition, the operator and the line, for two callers")]
    fn regroup<'e>(&mut self, filter: Option<&'e Expr>, locals: &Locals) -> Option<(Option<Typed>, Comparison, &'e Expr)> {
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
    fn is_condition(&mut self, expr: &Expr, locals: &Locals) -> bool {
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

    fn compare_with(&mut self, span: Span, left: Typed, op: Comparison, line: &Expr, locals: &Locals) -> Option<Typed> {
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

    // ---- arithmetic -----------------------------------------------------------------------------------------------------------

    fn share(&mut self, span: Span, part: &Expr, whole: &Expr, locals: &Locals) -> Option<Typed> {
        let (part, whole) = self.both(part, whole, locals)?;
        if !part.ty.is_number() {
            let message = format!("a share is taken of amounts, and this is {}", self.describe(&part.ty));
            self.report(Diagnostic::error(TYPE, part.span, message));
            return None;
        }
        Some(typed(span, Type::Percent, TypedKind::Share(Box::new(part), Box::new(whole))))
    }

    fn negative(&mut self, span: Span, inner: &Expr, locals: &Locals) -> Option<Typed> {
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

    fn arithmetic(&mut self, span: Span, op: Arithmetic, left: &Expr, right: &Expr, locals: &Locals) -> Option<Typed> {
        let left = self.expr(left, locals, None);
        let right = self.expr(right, locals, None);
        let (left, right) = (left?, right?);
        self.same_currency(&left, &right)?;
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

fn count(number: usize) -> String {
    match number {
        0 => "no argument".into(),
        1 => "one argument".into(),
        _ => format!("{number} arguments"),
    }
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
