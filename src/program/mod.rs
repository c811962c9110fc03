//! A checked policy, as known on a day, as one flat program.
//!
//! [`Program`] is a list of nodes in evaluation order, each in a scope. A scope is a table: the rows of a record, or a *join* of the
//! rows of one scope with a list that they reach. A quantifier or a sum is a node that folds the rows of a list into one value; a
//! recursive definition is a node whose range is repeated until nothing changes. Evaluating fills one value for each node and row,
//! and the filled list is the trace that explanations read.

mod asked;
mod calendar;
mod layout;
mod lower;
mod node;
mod trace;
mod typed;

pub use asked::Path;
pub(crate) use layout::{Layout, Other, Start, Where};
pub use lower::lower;
pub use node::{Access, Calendar, Fold, Node, NodeId, Op, Over, Places, Scope, ScopeId};
pub use trace::{Trace, TraceKind};

use crate::check::{FieldId, RecordId};
use crate::value::Date;

/// A policy as known on a day, ready to judge. Lowering cannot fail.
#[derive(Debug, Clone)]
pub struct Program {
    /// The day known; none: everything is known.
    pub known_on: Option<Date>,
    /// The scopes: first the records, then the joins.
    pub scopes: Vec<Scope>,
    /// The nodes in evaluation order.
    pub nodes: Vec<Node>,
    /// The circles that lie in no other one, each as its first and its last node.
    pub circles: Vec<(NodeId, NodeId)>,
    /// Where the values of the nodes stand.
    pub(crate) layout: Layout,
    /// The nodes that test whether something is of a category.
    pub matches: Vec<NodeId>,
    /// The clauses, in the order of the policy.
    pub clauses: Vec<ProgramClause>,
    /// When a licence held covers.
    pub covers: Vec<ProgramCover>,
    /// For each property that is a condition, a node of the shipment for each outcome: whether it holds where that is the verdict.
    pub properties: Vec<Vec<NodeId>>,
    /// For each question, the guidance that settles it from a day on: day, reading, place in the policy.
    pub guidance: Vec<Vec<(Date, usize, usize)>>,
    /// The scopes that clauses are bound to; the first is the shipment.
    pub bindings: Vec<ScopeId>,
    /// How each definition that has rows of its own is explained, and the scope of these rows.
    pub definitions: Vec<Option<(ScopeId, Trace)>>,
    /// The same for the test of each category that has one and is asked for.
    pub categories: Vec<Option<(ScopeId, Trace)>>,
}

impl Program {
    /// The record whose rows a record's scope has.
    pub fn record_of(&self, scope: ScopeId) -> RecordId {
        match &self.scopes[scope] {
            Scope::Record(record) => *record,
            Scope::Join { element, .. } => *element,
        }
    }

    /// The guidance that settles a question on a day: the latest that is out.
    pub fn guided(&self, question: usize, day: Date) -> Option<(Date, usize, usize)> {
        self.guidance[question].iter().rev().find(|(published, ..)| *published <= day).copied()
    }

    /// The rows of a scope lie in those of another, or are the same.
    pub fn lies_in(&self, scope: ScopeId, outside: ScopeId) -> bool {
        scope == outside
            || match &self.scopes[scope] {
                Scope::Join { outer, .. } => self.lies_in(*outer, outside),
                Scope::Record(_) => false,
            }
    }

    /// The lists that clauses go over, as (record, field).
    pub fn bound_lists(&self) -> Vec<(RecordId, FieldId)> {
        let lists = self.bindings.iter().filter_map(|scope| match &self.scopes[*scope] {
            Scope::Record(_) => None,
            Scope::Join { outer, list, .. } => Some((self.record_of(*outer), *list)),
        });
        lists.collect()
    }
}

/// A clause, ready to judge.
#[derive(Debug, Clone)]
pub struct ProgramClause {
    /// Its place in the policy.
    pub clause: usize,
    /// Its instrument was published by the day known.
    pub known: bool,
    /// When it is in force.
    pub calendar: Calendar,
    /// The scope whose rows it is bound to; 0: the whole shipment.
    pub scope: ScopeId,
    /// Its condition, a node of that scope.
    pub condition: NodeId,
    /// How its condition is explained.
    pub trace: Trace,
    /// Its outcome.
    pub outcome: Option<usize>,
    /// The clauses it takes the place of, with a node of the shipment that says whether it does so.
    pub overrides: Vec<(usize, Option<NodeId>)>,
}

/// A cover, ready to judge.
#[derive(Debug, Clone)]
pub struct ProgramCover {
    /// Its place in the policy.
    pub cover: usize,
    /// The scope whose rows it is bound to.
    pub scope: ScopeId,
    /// Its condition, a node of that scope.
    pub condition: NodeId,
}
