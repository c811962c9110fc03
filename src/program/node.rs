//! The nodes of a program: typed operations on earlier nodes of the same scope.

use crate::check::{CheckedPolicy, FieldId, Function, RecordId, Type};
use crate::value::{Date, Value};
use std::sync::Arc;

/// The place of a node in its program.
pub type NodeId = u32;
/// The place of a scope in its program: first one for each record, then the joins.
pub type ScopeId = usize;

/// One operation, computed once for each row of its scope.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Node {
    /// Where its rows are.
    pub scope: ScopeId,
    /// What it computes.
    pub op: Op,
    /// It is a truth on every row, and never anything else.
    pub is_truth: bool,
}

impl Node {
    /// A node in a scope; `earlier` are the nodes before it.
    pub(super) fn new(scope: ScopeId, op: Op, earlier: &[Node]) -> Node {
        let is_truth = match &op {
            Op::Follow(_, inner) | Op::Outer(inner) | Op::Element(inner) | Op::Root(inner) => earlier[*inner as usize].is_truth,
            op => op.is_test(),
        };
        Node { scope, op, is_truth }
    }
}

/// Every operation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Op {
    /// A literal.
    Constant(Value),
    /// A fact of the row.
    Cell(FieldId),
    /// A node of the record that a field of the row points to.
    Follow(FieldId, NodeId),
    /// In a join: a node of the row outside.
    Outer(NodeId),
    /// In a join: a node of the element.
    Element(NodeId),
    /// A node of the shipment.
    Root(NodeId),
    /// The day judged.
    Day,
    /// A question is read so.
    Reading(usize, usize),
    /// All are true.
    And(Box<[NodeId]>),
    /// One is true.
    Or(Box<[NodeId]>),
    /// It is false.
    Not(NodeId),
    /// The left is below the right.
    Below(NodeId, NodeId),
    /// The left is at most the right.
    AtMost(NodeId, NodeId),
    /// Both are the same.
    Equal(NodeId, NodeId),
    /// The value is one of these, sorted.
    OneOf(NodeId, Arc<[Value]>),
    /// The code's place is one of these.
    Within(NodeId, Arc<Places>),
    /// The set holds the value.
    Contains(NodeId, NodeId),
    /// The code lies within one of the set.
    WithinSet(NodeId, NodeId),
    /// The record of the row matches a category: by its code, or by the test.
    Match {
        /// The field that classifies.
        code: FieldId,
        /// The code of the category.
        category: u32,
        /// The places within it.
        inside: Arc<Places>,
        /// The test, if the category or one below it has one.
        test: Option<NodeId>,
        /// The test asks about other categories of the same record, so that a code beside this one says nothing against it.
        delegates: bool,
    },
    /// One element of the list is so.
    Any(Fold, NodeId),
    /// How many elements of the list.
    Count(Fold),
    /// The sum over the elements.
    Sum(Fold, NodeId),
    /// The left as a share of the right.
    Share(NodeId, NodeId),
    /// The sum.
    Plus(NodeId, NodeId),
    /// The difference.
    Minus(NodeId, NodeId),
    /// The product.
    Times(NodeId, NodeId),
    /// The quotient.
    Over(NodeId, NodeId),
    /// The second where the first is true, otherwise the third.
    If(NodeId, NodeId, NodeId),
    /// A function of the table.
    Function(Function, Box<[NodeId]>),
    /// The least fixed point of a definition that refers to itself: the nodes up to `end` are repeated until it no longer changes.
    Fixpoint {
        /// The definition's body.
        body: NodeId,
        /// The last node of the circle.
        end: NodeId,
    },
}

impl Op {
    /// Every node that the operation reads, on whichever row.
    pub fn reads(&self) -> Vec<NodeId> {
        match self {
            Op::Follow(_, inner) | Op::Outer(inner) | Op::Element(inner) | Op::Root(inner) => vec![*inner],
            Op::Match { test, .. } => test.iter().copied().collect(),
            Op::Any(fold, body) | Op::Sum(fold, body) => fold.filter.into_iter().chain([*body]).collect(),
            Op::Count(fold) => fold.filter.into_iter().collect(),
            op => op.operands(),
        }
    }

    /// It tests something: its result is a truth, perhaps an unknown one.
    fn is_test(&self) -> bool {
        match self {
            Op::Reading(..)
            | Op::And(_)
            | Op::Or(_)
            | Op::Not(_)
            | Op::Below(..)
            | Op::AtMost(..)
            | Op::Equal(..)
            | Op::OneOf(..)
            | Op::Within(..)
            | Op::Contains(..)
            | Op::WithinSet(..)
            | Op::Match { .. }
            | Op::Any(..)
            | Op::Fixpoint { .. } => true,
            Op::Constant(_)
            | Op::Cell(_)
            | Op::Follow(..)
            | Op::Outer(_)
            | Op::Element(_)
            | Op::Root(_)
            | Op::Day
            | Op::Count(_)
            | Op::Sum(..)
            | Op::Share(..)
            | Op::Plus(..)
            | Op::Minus(..)
            | Op::Times(..)
            | Op::Over(..)
            | Op::If(..)
            | Op::Function(..) => false,
        }
    }

    /// The same node seen from another row.
    pub fn is_view(&self) -> bool {
        matches!(self, Op::Follow(..) | Op::Outer(_) | Op::Element(_) | Op::Root(_))
    }

    /// The operands on the operation's own row.
    pub fn operands(&self) -> Vec<NodeId> {
        match self {
            Op::And(parts) | Op::Or(parts) | Op::Function(_, parts) => parts.to_vec(),
            Op::Not(inner) | Op::OneOf(inner, _) | Op::Within(inner, _) => vec![*inner],
            Op::Below(a, b)
            | Op::AtMost(a, b)
            | Op::Equal(a, b)
            | Op::Contains(a, b)
            | Op::WithinSet(a, b)
            | Op::Share(a, b)
            | Op::Plus(a, b)
            | Op::Minus(a, b)
            | Op::Times(a, b)
            | Op::Over(a, b) => vec![*a, *b],
            Op::If(a, b, c) => vec![*a, *b, *c],
            Op::Fixpoint { body, .. } => vec![*body],
            _ => Vec::new(),
        }
    }
}

/// A list that a node folds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fold {
    /// Over what.
    pub over: Over,
    /// Only elements for which this holds.
    pub filter: Option<NodeId>,
}

/// Where the elements come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Over {
    /// The list in a field of the row; filter and body are nodes of the elements.
    List(FieldId),
    /// A join whose outer scope is the node's; filter and body are nodes of the join.
    Join(ScopeId),
}

/// Where rows come from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The rows of a record.
    Record(RecordId),
    /// For each row outside, the elements of a list that it reaches.
    Join {
        /// The scope outside.
        outer: ScopeId,
        /// How to get from a row outside to the row that has the list.
        path: Box<[Access]>,
        /// The list.
        list: FieldId,
        /// The record of the elements.
        element: RecordId,
    },
}

/// A step from one row to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// To the shipment.
    Root,
    /// From a row of a join to the row outside.
    Outer,
    /// From a row of a join to the element.
    Element,
    /// To the record that a field points to.
    Follow(FieldId),
}

impl Access {
    /// Where the step leads from a row of a scope.
    pub(super) fn from(self, scope: ScopeId, scopes: &[Scope], policy: &CheckedPolicy) -> ScopeId {
        match (self, &scopes[scope]) {
            (Access::Root, _) => 0,
            (Access::Outer, Scope::Join { outer, .. }) => *outer,
            (Access::Element, Scope::Join { element, .. }) => *element,
            (Access::Follow(field), Scope::Record(record)) => match policy.records[*record].fields[field].ty {
                Type::Record(next) => next,
                _ => scope,
            },
            _ => scope,
        }
    }
}

/// A set of places in the code table, with a bit for each.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Places {
    bits: Vec<u64>,
}

impl Places {
    /// A set of these places.
    pub fn new(places: impl IntoIterator<Item = u32>) -> Places {
        let mut set = Places::default();
        for place in places {
            let word = place as usize / 64;
            if set.bits.len() <= word {
                set.bits.resize(word + 1, 0);
            }
            set.bits[word] |= 1 << (place % 64);
        }
        set
    }

    /// Whether a place is in.
    pub fn holds(&self, place: u32) -> bool {
        self.bits.get(place as usize / 64).is_some_and(|word| word & (1 << (place % 64)) != 0)
    }

    /// The places, in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        let bits = self.bits.iter().enumerate();
        bits.flat_map(|(at, word)| (0..64).filter(move |bit| word & (1 << bit) != 0).map(move |bit| at as u32 * 64 + bit))
    }
}

/// A node for each part of a clause's calendar, in the shipment's scope.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// Its first day has come.
    pub begun: NodeId,
    /// Its last day has gone, or another wording took its place, or it was repealed.
    pub ended: NodeId,
    /// An act suspends it.
    pub suspended: NodeId,
    /// All of it: the clause is in force.
    pub in_force: NodeId,
    /// The days on which something changes, with what does, in order.
    pub events: Vec<(Date, String)>,
}
