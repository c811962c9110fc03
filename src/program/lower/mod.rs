//! A checked policy to a program: expressions to nodes, each in the smallest scope that knows its variables.

mod category;
mod definition;
mod expression;
mod list;

use super::layout::Layout;
use super::node::{Access, Node, NodeId, Op, Scope, ScopeId};
use super::trace::{Trace, TraceKind};
use super::typed::written_out;
use super::{Program, ProgramClause, ProgramCover};
use crate::check::{Binding, CheckedPolicy, Claim, Property, RecordId, Type, Typed, TypedKind, Variable};
use crate::source::Span;
use crate::value::{Date, Value};
use foldhash::fast::RandomState;
use std::collections::{BTreeMap, BTreeSet, HashMap, hash_map};

/// Lowers a policy as it was known on a day; none: knowing all instruments.
pub fn lower(policy: &CheckedPolicy, known_on: Option<Date>) -> Program {
    let mut lowering = Lowering::new(policy, known_on);
    let clauses: Vec<ProgramClause> = (0..policy.clauses.len()).map(|at| lowering.clause(at)).collect();
    let covers = (0..policy.covers.len()).map(|at| lowering.cover(at)).collect();
    let properties = policy.properties.iter().map(|property| lowering.property(property)).collect();
    let mut bindings = vec![0];
    bindings.extend(clauses.iter().map(|clause| clause.scope).collect::<BTreeSet<_>>().into_iter().filter(|scope| *scope != 0));
    Program {
        known_on,
        guidance: lowering.guidance(),
        scopes: lowering.scopes,
        layout: Layout::new(&lowering.nodes),
        circles: circles(&lowering.nodes),
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
    /// Whether the tests of categories ask about other categories of the same record.
    delegating: HashMap<usize, bool>,
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
            delegating: HashMap::new(),
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
        match self.known.entry(Node::new(scope, op, &self.nodes)) {
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
