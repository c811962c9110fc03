//! Expressions: each in the smallest scope that knows its variables, and reached from there.

use super::{Lowered, Lowering, Place, test};
use crate::check::{Entry, Type, Typed, TypedKind, Variable};
use crate::program::node::{Access, NodeId, Op, Places, ScopeId};
use crate::program::trace::{Trace, TraceKind};
use crate::program::typed::free_variables;
use crate::source::Span;
use crate::syntax::ast::Arithmetic;
use crate::value::{Classified, Code, Date, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Lowering<'_> {
    /// Lowers an expression where its variables are at home, and reaches it from `place`.
    pub(super) fn lower(&mut self, expr: &Typed, place: &Place) -> Lowered {
        let mut free = BTreeSet::new();
        free_variables(expr, &mut free);
        let records: Vec<Variable> = free.iter().copied().filter(|variable| place.find(*variable).is_some()).collect();
        match records.as_slice() {
            [] if place.scope != 0 => {
                let inner = self.lower_here(expr, &Place::shipment());
                self.reached(inner, place.scope, &[Access::Root])
            }
            [variable] => match place.find(*variable).cloned() {
                Some((variable, record, path)) if !path.is_empty() => {
                    let inner = self.lower_here(expr, &Place::of_record(record, variable));
                    self.reached(inner, place.scope, &path)
                }
                _ => self.lower_here(expr, place),
            },
            _ => self.lower_here(expr, place),
        }
    }

    /// The same value, seen from another scope.
    fn reached(&mut self, inner: Lowered, scope: ScopeId, path: &[Access]) -> Lowered {
        let node = self.reach(inner.node, scope, path);
        let mut trace = inner.trace;
        trace.enter.splice(0..0, path.iter().copied());
        Lowered { node, trace }
    }

    /// A node on the row that `path` leads to, as a node of `scope`.
    pub(super) fn reach(&mut self, inner: NodeId, scope: ScopeId, path: &[Access]) -> NodeId {
        let Some((first, rest)) = path.split_first() else { return inner };
        let next = first.from(scope, &self.scopes, self.policy);
        let inner = self.reach(inner, next, rest);
        match first {
            Access::Root if scope == 0 => inner,
            Access::Root => self.node(scope, Op::Root(inner)),
            Access::Outer => self.node(scope, Op::Outer(inner)),
            Access::Element => self.node(scope, Op::Element(inner)),
            Access::Follow(field) => self.node(scope, Op::Follow(*field, inner)),
        }
    }

    fn lower_here(&mut self, expr: &Typed, place: &Place) -> Lowered {
        let scope = place.scope;
        let span = expr.span;
        let parts =
            |this: &mut Self, parts: &[Typed]| -> Vec<Lowered> { parts.iter().map(|part| this.lower(part, place)).collect() };
        match &expr.kind {
            TypedKind::And(list) | TypedKind::Or(list) => {
                let lowered = parts(self, list);
                let nodes: Box<[NodeId]> = lowered.iter().map(|part| part.node).collect();
                let traces = lowered.into_iter().map(|part| part.trace).collect();
                let (op, kind) = match expr.kind {
                    TypedKind::And(_) => (Op::And(nodes), TraceKind::And(traces)),
                    _ => (Op::Or(nodes), TraceKind::Or(traces)),
                };
                let node = self.node(scope, op);
                // What was written as one test (`meets`, `has`) is explained as one.
                let kind = if list.iter().all(|part| part.span == span) { TraceKind::Test } else { kind };
                Lowered { node, trace: Trace { span, enter: Vec::new(), node, kind, renames: Vec::new() } }
            }
            TypedKind::Not(inner) => {
                let inner = self.lower(inner, place);
                let node = self.node(scope, Op::Not(inner.node));
                Lowered {
                    node,
                    trace: Trace {
                        span,
                        enter: Vec::new(),
                        node,
                        kind: TraceKind::Not(Box::new(inner.trace)),
                        renames: Vec::new(),
                    },
                }
            }
            TypedKind::Quantifier { word, variable, over, filter, body } => {
                self.quantifier(span, *word, *variable, over, filter.as_deref(), body, place)
            }
            TypedKind::Call(define, arguments) => self.call(span, *define, arguments, place),
            _ => {
                let op = self.operation(expr, place);
                match op {
                    Ok(op) => self.single(span, scope, op),
                    Err(node) => Lowered { node, trace: test(span, node) },
                }
            }
        }
    }

    fn single(&mut self, span: Span, scope: ScopeId, op: Op) -> Lowered {
        let node = self.node(scope, op);
        Lowered { node, trace: test(span, node) }
    }

    /// The operation of an expression that is explained as one test; `Err` is a node that is already there.
    fn operation(&mut self, expr: &Typed, place: &Place) -> Result<Op, NodeId> {
        let mut lower = |part: &Typed| self.lower(part, place).node;
        Ok(match &expr.kind {
            TypedKind::Constant(value) => Op::Constant(self.placed(value)),
            TypedKind::Field(base, field) => {
                let Type::Record(record) = base.ty else { return Ok(Op::Constant(Value::Unknown)) };
                let op = if record == 0 && Some(*field) == self.policy.day_field() { Op::Day } else { Op::Cell(*field) };
                let cell = self.node(record, op);
                return Err(self.access(base, cell, place));
            }
            TypedKind::Below(a, b) => Op::Below(lower(a), lower(b)),
            TypedKind::AtMost(a, b) => Op::AtMost(lower(a), lower(b)),
            TypedKind::Equal(a, b) => Op::Equal(lower(a), lower(b)),
            TypedKind::OneOf(a, entries) => {
                let inner = lower(a);
                return Ok(self.dated(place.scope, entries, |this, entries| {
                    let mut values: Vec<Value> = entries.iter().map(|entry| this.placed(&entry.value)).collect();
                    values.sort();
                    Op::OneOf(inner, values.into())
                }));
            }
            TypedKind::Within(a, entries) => {
                let inner = lower(a);
                return Ok(self.dated(place.scope, entries, |this, entries| {
                    let codes: Vec<Code> = entries.iter().filter_map(|entry| code_of(&entry.value)).collect();
                    Op::Within(inner, this.places(&codes))
                }));
            }
            TypedKind::Contains { set, member } => Op::Contains(lower(set), lower(member)),
            TypedKind::WithinFact(a, b) => Op::WithinSet(lower(a), lower(b)),
            TypedKind::Share(a, b) => Op::Share(lower(a), lower(b)),
            TypedKind::Arithmetic(op, a, b) => {
                let (a, b) = (lower(a), lower(b));
                match op {
                    Arithmetic::Plus => Op::Plus(a, b),
                    Arithmetic::Minus => Op::Minus(a, b),
                    Arithmetic::Times => Op::Times(a, b),
                    Arithmetic::Over => Op::Over(a, b),
                }
            }
            TypedKind::If(c, a, b) => Op::If(lower(c), lower(a), lower(b)),
            TypedKind::Under(reading) => {
                let node = self.under(Some(*reading));
                return Err(self.reach(node, place.scope, &[Access::Root]));
            }
            TypedKind::Function(function, arguments) => Op::Function(*function, arguments.iter().map(lower).collect()),
            TypedKind::Matches(item, categories) => return Err(self.matches(item, categories, place)),
            TypedKind::Count { variable, over, filter } => {
                return Err(self.fold(*variable, over, filter.as_deref(), None, place));
            }
            TypedKind::Sum { variable, value, over, filter } => {
                return Err(self.fold(*variable, over, filter.as_deref(), Some(value), place));
            }
            _ => Op::Constant(Value::Unknown),
        })
    }

    /// Entries with days of their own hold only on these days.
    fn dated(&mut self, scope: ScopeId, entries: &[Entry], op: impl Fn(&mut Self, &[Entry]) -> Op) -> Op {
        let mut periods: Vec<(Option<Date>, Option<Date>)> = entries.iter().map(|entry| (entry.from, entry.before)).collect();
        periods.sort();
        periods.dedup();
        if let [] | [(None, None)] = periods.as_slice() {
            return op(self, entries);
        }
        let mut parts = Vec::new();
        for (from, before) in periods {
            let of_period: Vec<Entry> =
                entries.iter().filter(|entry| (entry.from, entry.before) == (from, before)).cloned().collect();
            let member = op(self, &of_period);
            let mut all = vec![self.node(scope, member)];
            let today = self.node(0, Op::Day);
            if let Some(from) = from {
                let day = self.node(0, Op::Constant(Value::Date(from)));
                let begun = self.node(0, Op::AtMost(day, today));
                all.push(self.reach(begun, scope, &[Access::Root]));
            }
            if let Some(before) = before {
                let day = self.node(0, Op::Constant(Value::Date(before)));
                let open = self.node(0, Op::Below(today, day));
                all.push(self.reach(open, scope, &[Access::Root]));
            }
            parts.push(self.node(scope, Op::And(all.into())));
        }
        Op::Or(parts.into())
    }

    /// A constant with its code placed in the policy's table.
    fn placed(&self, value: &Value) -> Value {
        match value {
            Value::Code(classified) => {
                Value::Code(Classified { place: self.policy.codes.place(&classified.code), code: classified.code.clone() })
            }
            other => other.clone(),
        }
    }

    pub(super) fn places(&self, codes: &[Code]) -> Arc<Places> {
        let inside = |code: &Code| codes.iter().any(|outer| code.is_within(outer));
        let found = self.policy.codes.iter().enumerate().filter(|(_, code)| inside(code));
        Arc::new(Places::new(found.map(|(at, _)| at as u32)))
    }

    /// A node of the record that `base` stands for, seen from `place`.
    pub(super) fn access(&mut self, base: &Typed, inner: NodeId, place: &Place) -> NodeId {
        let path = self.row_path(base, place);
        self.reach(inner, place.scope, &path)
    }

    /// The way from a row of `place` to the row that a record expression stands for.
    pub(super) fn row_path(&self, base: &Typed, place: &Place) -> Vec<Access> {
        match &base.kind {
            TypedKind::Shipment if place.scope == 0 => Vec::new(),
            TypedKind::Shipment => vec![Access::Root],
            TypedKind::Field(outer, field) => {
                let mut path = self.row_path(outer, place);
                path.push(Access::Follow(*field));
                path
            }
            TypedKind::Variable(variable) => place.find(*variable).map(|(_, _, path)| path.clone()).unwrap_or_default(),
            _ => Vec::new(),
        }
    }
}

fn code_of(value: &Value) -> Option<Code> {
    match value {
        Value::Code(classified) => Some(classified.code.clone()),
        _ => None,
    }
}
