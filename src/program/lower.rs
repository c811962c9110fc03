//! A checked policy to a program: expressions to nodes, each in the smallest scope that knows its variables.

use super::node::{Access, Fold, Node, NodeId, Op, Over, Places, Scope, ScopeId};
use super::trace::{Trace, TraceKind};
use super::typed::{asks_about, free_variables, written_out};
use super::{Program, ProgramClause, ProgramCover};
use crate::check::{Binding, CATEGORY_ITEM, CheckedPolicy, Claim, Entry, Property, RecordId, Type, Typed, TypedKind, Variable};
use crate::source::Span;
use crate::syntax::ast::{Arithmetic, Quantifier};
use crate::value::{Classified, Code, Date, Value};
use foldhash::fast::RandomState;
use std::collections::{BTreeMap, BTreeSet, HashMap, hash_map};
use std::sync::Arc;

/// Lowers a policy as it was known on a day; none: knowing all instruments.
pub fn lower(policy: &CheckedPolicy, known_on: Option<Date>) -> Program {
    let mut lowering = Lowering::new(policy, known_on);
    let clauses: Vec<ProgramClause> = (0..policy.clauses.len()).map(|at| lowering.clause(at)).collect();
    let covers = (0..policy.covers.len()).map(|at| lowering.cover(at)).collect();
    let properties = policy.properties.iter().map(|property| lowering.property(property)).collect();
    let mut bindings = vec![0];
    bindings.extend(clauses.iter().map(|clause| clause.scope).collect::<BTreeSet<_>>().into_iter().filter(|scope| *scope != 0));
    let circles = circles(&lowering.nodes);
    Program {
        known_on,
        guidance: lowering.guidance(),
        scopes: lowering.scopes,
        constants: constants(&lowering.nodes, &circles),
        circles,
        matches: matches(&lowering.nodes),
        nodes: lowering.nodes,
        clauses,
        covers,
        properties,
        bindings,
        definitions: lowering.definitions,
        categories: lowering.categories,
    }
}

fn circles(nodes: &[Node]) -> Vec<(NodeId, NodeId)> {
    let mut found: Vec<(NodeId, NodeId)> = Vec::new();
    for (head, node) in nodes.iter().enumerate() {
        if let Op::Fixpoint { end, .. } = node.op
            && found.last().is_none_or(|(_, last)| head as NodeId > *last)
        {
            found.push((head as NodeId, end));
        }
    }
    found
}

fn constants(nodes: &[Node], circles: &[(NodeId, NodeId)]) -> Vec<(NodeId, Value)> {
    let is_within = |at: NodeId| circles.iter().any(|(head, end)| (*head..=*end).contains(&at));
    let constant = |(at, node): (NodeId, &Node)| match &node.op {
        Op::Constant(value) if node.scope == 0 && !is_within(at) => Some((at, value.clone())),
        _ => None,
    };
    (0..).zip(nodes).filter_map(constant).collect()
}

fn matches(nodes: &[Node]) -> Vec<NodeId> {
    let places = (0..).zip(nodes);
    places.filter(|(_, node)| matches!(node.op, Op::Match { .. })).map(|(at, _)| at).collect()
}

/// Where an expression is computed, and how the variables are reached from there.
#[derive(Clone)]
struct Place {
    scope: ScopeId,
    variables: Vec<(Variable, RecordId, Vec<Access>)>,
}

impl Place {
    fn shipment() -> Place {
        Place { scope: 0, variables: Vec::new() }
    }

    fn of_record(record: RecordId, variable: Variable) -> Place {
        Place { scope: record, variables: vec![(variable, record, Vec::new())] }
    }

    fn find(&self, variable: Variable) -> Option<&(Variable, RecordId, Vec<Access>)> {
        self.variables.iter().rev().find(|(known, ..)| *known == variable)
    }
}

/// A node in the scope asked for, and how it is explained.
struct Lowered {
    node: NodeId,
    trace: Trace,
}

pub(super) struct Lowering<'a> {
    pub(super) policy: &'a CheckedPolicy,
    known_on: Option<Date>,
    /// For each clause that another wording takes the place of: the clauses that are that wording.
    pub(super) amending: BTreeMap<usize, Vec<usize>>,
    scopes: Vec<Scope>,
    nodes: Vec<Node>,
    /// Nodes by what they compute, so that nothing is computed twice.
    known: HashMap<Node, NodeId, RandomState>,
    /// The nodes of definitions that have rows of their own.
    columns: HashMap<usize, NodeId>,
    /// The nodes of categories.
    matches: HashMap<usize, NodeId>,
    /// How many tests of categories are being lowered.
    tests_begun: usize,
    /// The tests of categories.
    tests: HashMap<usize, Option<NodeId>>,
    definitions: Vec<Option<(ScopeId, Trace)>>,
    categories: Vec<Option<(ScopeId, Trace)>>,
}

impl<'a> Lowering<'a> {
    fn new(policy: &'a CheckedPolicy, known_on: Option<Date>) -> Lowering<'a> {
        let mut amending: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (later, clause) in policy.clauses.iter().enumerate() {
            clause.amends.iter().for_each(|amendment| amending.entry(amendment.replaces).or_default().push(later));
        }
        Lowering {
            policy,
            known_on,
            amending,
            scopes: (0..policy.records.len()).map(Scope::Record).collect(),
            nodes: Vec::new(),
            known: HashMap::default(),
            columns: HashMap::new(),
            matches: HashMap::new(),
            tests_begun: 0,
            tests: HashMap::new(),
            definitions: vec![None; policy.defines.len()],
            categories: vec![None; policy.categories.len()],
        }
    }

    /// The instrument that made a wording: its own, or the one that amended it.
    pub(super) fn acting_instrument(&self, clause: usize) -> usize {
        let span = self.policy.clauses[clause].span;
        let standing = |at: &usize| {
            let instrument = &self.policy.instruments[*at];
            instrument.span.source == span.source && instrument.span.start <= span.start
        };
        let own = self.policy.clauses[clause].instrument;
        let above = (0..self.policy.instruments.len()).filter(standing).max_by_key(|at| self.policy.instruments[*at].span.start);
        if self.policy.clauses[clause].amends.is_some() { above.unwrap_or(own) } else { own }
    }

    pub(super) fn is_known(&self, instrument: usize) -> bool {
        self.known_on.is_none_or(|known| self.policy.instruments[instrument].published <= known)
    }

    fn guidance(&self) -> Vec<Vec<(Date, usize, usize)>> {
        let mut by_question = vec![Vec::new(); self.policy.questions.len()];
        for (at, guidance) in self.policy.guidance.iter().enumerate() {
            if self.known_on.is_none_or(|known| guidance.published <= known) {
                by_question[guidance.question].push((guidance.published, guidance.reading, at));
            }
        }
        by_question.iter_mut().for_each(|found| found.sort_unstable());
        by_question
    }

    /// What a node computes.
    pub(super) fn op(&self, node: NodeId) -> &Op {
        &self.nodes[node as usize].op
    }

    /// The node that computes this, new or known.
    pub(super) fn node(&mut self, scope: ScopeId, op: Op) -> NodeId {
        match self.known.entry(Node { scope, op }) {
            hash_map::Entry::Occupied(known) => *known.get(),
            hash_map::Entry::Vacant(new) => {
                self.nodes.push(new.key().clone());
                *new.insert(self.nodes.len() as NodeId - 1)
            }
        }
    }

    fn join(&mut self, outer: ScopeId, path: Vec<Access>, list: usize, element: RecordId) -> ScopeId {
        let scope = Scope::Join { outer, path: path.into(), list, element };
        match self.scopes.iter().position(|known| *known == scope) {
            Some(at) => at,
            None => {
                self.scopes.push(scope);
                self.scopes.len() - 1
            }
        }
    }

    // ---- clauses --------------------------------------------------------------------------------------------------------------

    fn clause(&mut self, at: usize) -> ProgramClause {
        let policy = self.policy;
        let clause = &policy.clauses[at];
        let place = self.bound(&clause.each);
        let lowered = self.condition(clause.when.as_ref(), &place, clause.span);
        let calendar = self.calendar(at);
        let overrides: Vec<_> = clause
            .overrides
            .iter()
            .map(|(target, reading)| (*target, reading.map(|reading| self.under(Some(reading)))))
            .collect();
        ProgramClause {
            clause: at,
            known: self.is_known(self.acting_instrument(at)),
            overrides,
            calendar,
            scope: place.scope,
            condition: lowered.node,
            trace: lowered.trace,
            outcome: clause.outcome,
        }
    }

    fn cover(&mut self, at: usize) -> ProgramCover {
        let policy = self.policy;
        let cover = &policy.covers[at];
        let place = self.bound(&cover.each);
        let lowered = self.condition(cover.when.as_ref(), &place, Span::default());
        ProgramCover { cover: at, scope: place.scope, condition: lowered.node }
    }

    /// The condition of a property with each outcome in the place of the verdict.
    fn property(&mut self, property: &Property) -> Vec<NodeId> {
        let Claim::Always { body, outcome, scale } = &property.says else { return Vec::new() };
        let with = |at: usize| {
            let word = TypedKind::Constant(Value::Word(at as u32));
            written_out(body, &[(*outcome, Typed { span: body.span, ty: Type::Enum(*scale), kind: word })])
        };
        (0..self.policy.outcomes.len()).map(|at| self.lower(&with(at), &Place::shipment()).node).collect()
    }

    fn bound(&mut self, each: &[Binding]) -> Place {
        let mut place = Place::shipment();
        for binding in each {
            let path = if place.scope == 0 { Vec::new() } else { vec![Access::Element] };
            let scope = self.join(place.scope, path, binding.list, binding.record);
            place = inside(&place, scope, binding.variable, binding.record);
        }
        place
    }

    fn condition(&mut self, when: Option<&Typed>, place: &Place, span: Span) -> Lowered {
        match when {
            Some(when) => self.lower(when, place),
            None => {
                let node = self.node(place.scope, Op::Constant(true.into()));
                Lowered { node, trace: test(span, node) }
            }
        }
    }

    // ---- expressions ----------------------------------------------------------------------------------------------------------

    /// Lowers an expression where its variables are at home, and reaches it from `place`.
    fn lower(&mut self, expr: &Typed, place: &Place) -> Lowered {
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
    fn reach(&mut self, inner: NodeId, scope: ScopeId, path: &[Access]) -> NodeId {
        let Some((first, rest)) = path.split_first() else { return inner };
        let next = self.next_scope(scope, *first);
        let inner = self.reach(inner, next, rest);
        match first {
            Access::Root if scope == 0 => inner,
            Access::Root => self.node(scope, Op::Root(inner)),
            Access::Outer => self.node(scope, Op::Outer(inner)),
            Access::Element => self.node(scope, Op::Element(inner)),
            Access::Follow(field) => self.node(scope, Op::Follow(*field, inner)),
        }
    }

    fn next_scope(&self, scope: ScopeId, step: Access) -> ScopeId {
        match (step, &self.scopes[scope]) {
            (Access::Root, _) => 0,
            (Access::Outer, Scope::Join { outer, .. }) => *outer,
            (Access::Element, Scope::Join { element, .. }) => *element,
            (Access::Follow(field), Scope::Record(record)) => match self.policy.records[*record].fields[field].ty {
                Type::Record(next) => next,
                _ => scope,
            },
            _ => scope,
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

    fn places(&self, codes: &[Code]) -> Arc<Places> {
        let inside = |code: &Code| codes.iter().any(|outer| code.is_within(outer));
        let found = self.policy.codes.iter().enumerate().filter(|(_, code)| inside(code));
        Arc::new(Places::new(found.map(|(at, _)| at as u32)))
    }

    /// A node of the record that `base` stands for, seen from `place`.
    fn access(&mut self, base: &Typed, inner: NodeId, place: &Place) -> NodeId {
        let path = self.row_path(base, place);
        self.reach(inner, place.scope, &path)
    }

    /// The way from a row of `place` to the row that a record expression stands for.
    fn row_path(&self, base: &Typed, place: &Place) -> Vec<Access> {
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

    // ---- categories -----------------------------------------------------------------------------------------------------------

    fn matches(&mut self, item: &Typed, categories: &[usize], place: &Place) -> NodeId {
        let Type::Record(record) = item.ty else { return self.node(place.scope, Op::Constant(false.into())) };
        let nodes: Vec<NodeId> = categories.iter().map(|category| self.category(*category, record)).collect();
        let node = match nodes.as_slice() {
            [one] => *one,
            _ => self.node(record, Op::Or(nodes.into())),
        };
        self.access(item, node, place)
    }

    fn category(&mut self, id: usize, record: RecordId) -> NodeId {
        if let Some(known) = self.matches.get(&id) {
            return *known;
        }
        let test = self.category_test(id, record);
        let code = self.policy.categories[id].code.clone();
        let inside = self.places(std::slice::from_ref(&code));
        let category = self.policy.codes.place(&code).unwrap_or(u32::MAX);
        let field = self.policy.records[record].classified_by.unwrap_or(0);
        let delegates = self.delegates(id, &mut BTreeSet::new());
        let node = self.node(record, Op::Match { code: field, category, inside, test, delegates });
        // Inside a test, a category above may still be without its own.
        if self.tests_begun == 0 {
            self.matches.insert(id, node);
        }
        node
    }

    /// The test of a category, or of one below it, asks whether the same record matches another category.
    fn delegates(&self, id: usize, seen: &mut BTreeSet<usize>) -> bool {
        let category = &self.policy.categories[id];
        seen.insert(id)
            && category.test.as_ref().map_or_else(
                || category.below.iter().any(|below| self.delegates(*below, seen)),
                |test| asks_about(self.policy, test, CATEGORY_ITEM, &mut BTreeSet::new()),
            )
    }

    /// The test of a category, or of one below it where it has none of its own.
    fn category_test(&mut self, id: usize, record: RecordId) -> Option<NodeId> {
        if let Some(known) = self.tests.get(&id) {
            return *known;
        }
        // A category whose test asks about itself is decided by code alone there.
        self.tests.insert(id, None);
        self.tests_begun += 1;
        let policy = self.policy;
        let category = &policy.categories[id];
        let test = match &category.test {
            Some(test) => {
                let lowered = self.lower(test, &Place::of_record(record, CATEGORY_ITEM));
                self.categories[id] = Some((record, lowered.trace));
                Some(lowered.node)
            }
            None => {
                let below: Vec<NodeId> = category.below.iter().filter_map(|below| self.category_test(*below, record)).collect();
                match below.as_slice() {
                    [] => None,
                    [one] => Some(*one),
                    _ => Some(self.node(record, Op::Or(below.into()))),
                }
            }
        };
        self.tests_begun -= 1;
        self.tests.insert(id, test);
        test
    }

    // ---- lists ----------------------------------------------------------------------------------------------------------------

    /// The list, and where filter and body are computed: among the elements where that suffices, otherwise in a join.
    fn over(&mut self, variable: Variable, over: &Typed, parts: &[&Typed], place: &Place) -> (Over, Place, Vec<Access>) {
        let (Type::List(element), TypedKind::Field(base, list)) = (&over.ty, &over.kind) else {
            return (Over::List(0), place.clone(), Vec::new());
        };
        let mut free = BTreeSet::new();
        parts.iter().for_each(|part| free_variables(part, &mut free));
        let alone = free.iter().all(|one| *one == variable || place.find(*one).is_none());
        let path = self.row_path(base, place);
        if alone {
            (Over::List(*list), Place::of_record(*element, variable), path)
        } else {
            let scope = self.join(place.scope, path, *list, *element);
            (Over::Join(scope), inside(place, scope, variable, *element), Vec::new())
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of a quantifier, each used once")]
    fn quantifier(
        &mut self,
        span: Span,
        word: Quantifier,
        variable: Variable,
        over: &Typed,
        filter: Option<&Typed>,
        body: &Typed,
        place: &Place,
    ) -> Lowered {
        let parts: Vec<&Typed> = filter.into_iter().chain([body]).collect();
        let (list, within, path) = self.over(variable, over, &parts, place);
        let filter = filter.map(|filter| self.lower(filter, &within));
        let body = self.lower(body, &within);
        let owner = match list {
            Over::List(_) => self.scope_at(place.scope, &path),
            Over::Join(_) => place.scope,
        };
        let fold = Fold { over: list, filter: filter.as_ref().map(|filter| filter.node) };
        let found = match word {
            Quantifier::Any => self.node(owner, Op::Any(fold, body.node)),
            Quantifier::No => {
                let any = self.node(owner, Op::Any(fold, body.node));
                self.node(owner, Op::Not(any))
            }
            Quantifier::All => {
                let fails = self.node(within.scope, Op::Not(body.node));
                let any = self.node(owner, Op::Any(fold, fails));
                self.node(owner, Op::Not(any))
            }
        };
        let kind =
            TraceKind::Each { word, over: list, filter: filter.map(|filter| Box::new(filter.trace)), body: Box::new(body.trace) };
        let trace = Trace { span, enter: path.clone(), node: found, kind, renames: Vec::new() };
        Lowered { node: self.reach(found, place.scope, &path), trace }
    }

    fn fold(&mut self, variable: Variable, over: &Typed, filter: Option<&Typed>, value: Option<&Typed>, place: &Place) -> NodeId {
        let parts: Vec<&Typed> = filter.into_iter().chain(value).collect();
        let (list, within, path) = self.over(variable, over, &parts, place);
        let filter = filter.map(|filter| self.lower(filter, &within).node);
        let value = value.map(|value| self.lower(value, &within).node);
        let owner = match list {
            Over::List(_) => self.scope_at(place.scope, &path),
            Over::Join(_) => place.scope,
        };
        let fold = Fold { over: list, filter };
        let op = match value {
            Some(value) => Op::Sum(fold, value),
            None => Op::Count(fold),
        };
        let node = self.node(owner, op);
        self.reach(node, place.scope, &path)
    }

    fn scope_at(&self, scope: ScopeId, path: &[Access]) -> ScopeId {
        path.iter().fold(scope, |scope, step| self.next_scope(scope, *step))
    }

    // ---- definitions ----------------------------------------------------------------------------------------------------------

    /// A definition about one record, or about the shipment, is a column of that record's rows; another is written out.
    fn call(&mut self, span: Span, define: usize, arguments: &[Typed], place: &Place) -> Lowered {
        let policy = self.policy;
        let parameters = &policy.defines[define].parameters;
        match (parameters.as_slice(), arguments) {
            ([], _) => {
                let node = self.column(define, 0, None);
                let row = if place.scope == 0 { Vec::new() } else { vec![Access::Root] };
                self.called(span, define, node, row, place)
            }
            ([(variable, Type::Record(record))], [argument]) => {
                let node = self.column(define, *record, Some(*variable));
                let row = self.row_path(argument, place);
                self.called(span, define, node, row, place)
            }
            _ => {
                let values: Vec<(Variable, Typed)> =
                    parameters.iter().zip(arguments).map(|((variable, _), argument)| (*variable, argument.clone())).collect();
                let body = written_out(&policy.defines[define].body, &values);
                let mut lowered = self.lower(&body, place);
                let names = policy.defines[define].names.iter().cloned().zip(arguments.iter().map(|argument| argument.span));
                lowered.trace.rename(&names.collect());
                lowered
            }
        }
    }

    fn called(&mut self, span: Span, define: usize, node: NodeId, row: Vec<Access>, place: &Place) -> Lowered {
        let node = self.reach(node, place.scope, &row);
        let kind = match self.policy.defines[define].body.ty {
            Type::Truth => TraceKind::Call { define, row },
            _ => TraceKind::Test,
        };
        Lowered { node, trace: Trace { span, enter: Vec::new(), node, kind, renames: Vec::new() } }
    }

    fn column(&mut self, define: usize, record: RecordId, variable: Option<Variable>) -> NodeId {
        if let Some(node) = self.columns.get(&define) {
            return *node;
        }
        let policy = self.policy;
        let body = &policy.defines[define].body;
        let place = match variable {
            Some(variable) => Place::of_record(record, variable),
            None => Place::shipment(),
        };
        if !policy.defines[define].recursive {
            let lowered = self.lower(body, &place);
            self.definitions[define] = Some((place.scope, lowered.trace));
            self.columns.insert(define, lowered.node);
            return lowered.node;
        }
        let id = self.nodes.len() as NodeId;
        self.nodes.push(Node { scope: record, op: Op::Fixpoint { body: id, end: id } });
        self.columns.insert(define, id);
        // Inside the circle nothing known from outside may depend on it, and nothing new may be shared before it is closed.
        let lowered = self.lower(body, &place);
        let end = self.nodes.len() as NodeId - 1;
        self.nodes[id as usize].op = Op::Fixpoint { body: lowered.node, end };
        self.definitions[define] = Some((place.scope, lowered.trace));
        id
    }
}

fn test(span: Span, node: NodeId) -> Trace {
    Trace { span, enter: Vec::new(), node, kind: TraceKind::Test, renames: Vec::new() }
}

/// The place inside a join of `place` with a list.
fn inside(place: &Place, scope: ScopeId, variable: Variable, element: RecordId) -> Place {
    let outward = |(variable, record, path): &(Variable, RecordId, Vec<Access>)| {
        let path = std::iter::once(Access::Outer).chain(path.iter().copied()).collect();
        (*variable, *record, path)
    };
    let mut variables: Vec<_> = place.variables.iter().map(outward).collect();
    variables.push((variable, element, vec![Access::Element]));
    Place { scope, variables }
}

fn code_of(value: &Value) -> Option<Code> {
    match value {
        Value::Code(classified) => Some(classified.code.clone()),
        _ => None,
    }
}
