//! Membership in sets, lists, codes and categories.

use super::context::{Context, Kind};
use super::expression::{Locals, constant, negate, truth, typed};
use super::policy::*;
use super::types::Type;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind, Name, Quantifier};
use crate::value::Value;

const TYPE: &str = "ukase::check::type";

impl Context<'_> {
    pub(super) fn membership(&mut self, span: Span, left: &Expr, right: &Expr, locals: &Locals) -> Option<Typed> {
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
    pub(super) fn constants(&mut self, expr: &Expr, ty: &Type, locals: &Locals) -> Option<Option<Vec<Entry>>> {
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

    pub(super) fn list_entries(&mut self, name: &Name, ty: &Type) -> Option<Vec<Entry>> {
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

    pub(super) fn constant(&mut self, expr: &Expr, ty: &Type, locals: &Locals) -> Option<Entry> {
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

    pub(super) fn within(&mut self, span: Span, left: &Expr, right: &Expr, locals: &Locals) -> Option<Typed> {
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

    pub(super) fn matches(&mut self, span: Span, left: &Expr, right: &Expr, locals: &Locals) -> Option<Typed> {
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
    pub(super) fn overlap(
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
                let help = match other {
                    Type::List(_) => "write `any … satisfies …`, or give the record a key with `keyed by`",
                    _ => "write `is`, or `in` before a set",
                };
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
    pub(super) fn keyed(&mut self, span: Span, list: &Typed, record: usize, key: usize, value: Typed) -> Typed {
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
}
