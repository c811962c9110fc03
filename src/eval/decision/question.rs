//! Questions to a single fact.

use super::need::View;
use super::on_demand::OnDemand;
use crate::check::{FieldId, RecordId};
use crate::eval::operation;
use crate::eval::rows::within;
use crate::facts::Place;
use crate::program::{NodeId, Op, Places, Program};
use crate::value::{Truth, Value};
use std::sync::Arc;

/// A question to a single fact, which needs nothing but its value.
#[derive(Debug, Clone)]
pub(super) struct Question {
    /// The views to the row that is asked; where it is not there, nothing is known.
    row: Box<[NodeId]>,
    pub(super) fact: Fact,
    pub(super) test: Test,
}

/// A fact, as it is seen from a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Fact {
    /// The views to the row that has it.
    through: Box<[NodeId]>,
    record: RecordId,
    field: FieldId,
}

/// What is asked.
#[derive(Debug, Clone)]
pub(super) enum Test {
    Holds,
    OneOf(Arc<[Value]>),
    Within(Arc<Places>),
    Equal(Value),
    Below(Value),
    AtMost(Value),
    Above(Value),
    AtLeast(Value),
}

impl Question {
    /// The question that a node asks, if it asks a single fact.
    pub(super) fn of(program: &Program, what: &View) -> Option<Question> {
        let constant = |node: NodeId| match &program.nodes[node as usize].op {
            Op::Constant(value) => Some(value.clone()),
            _ => None,
        };
        let either = |a: NodeId, b: NodeId, left: fn(Value) -> Test, right: fn(Value) -> Test| match (constant(a), constant(b)) {
            (None, Some(value)) => Some((a, left(value))),
            (Some(value), None) => Some((b, right(value))),
            _ => None,
        };
        let (of, test) = match &program.nodes[what.node as usize].op {
            Op::Cell(_) => (what.node, Test::Holds),
            Op::OneOf(of, constants) => (*of, Test::OneOf(constants.clone())),
            Op::Within(of, places) => (*of, Test::Within(places.clone())),
            Op::Equal(a, b) => either(*a, *b, Test::Equal, Test::Equal)?,
            Op::Below(a, b) => either(*a, *b, Test::Below, Test::Above)?,
            Op::AtMost(a, b) => either(*a, *b, Test::AtMost, Test::AtLeast)?,
            _ => return None,
        };
        let of = View::of(program, of);
        let node = &program.nodes[of.node as usize];
        let Op::Cell(field) = node.op else { return None };
        Some(Question { row: what.through.clone(), fact: Fact { through: of.through, record: node.scope, field }, test })
    }

    /// The fact, seen from where the question is seen.
    pub(super) fn seen(&self) -> Fact {
        Fact { through: self.row.iter().chain(&*self.fact.through).copied().collect(), ..self.fact.clone() }
    }

    /// The answer for a row.
    pub(super) fn truth(&self, asked: &OnDemand<'_>, row: u32) -> Truth {
        asked.row_behind(&self.row, row).map_or(Truth::Unknown, |row| self.test.of(self.fact.value(asked, row)))
    }
}

impl Fact {
    /// What is known of it.
    pub(super) fn value<'a>(&self, asked: &'a OnDemand<'_>, row: u32) -> &'a Value {
        match asked.row_behind(&self.through, row) {
            Some(row) => asked.facts().known(Place { record: self.record, row, field: self.field }),
            None => &Value::Unknown,
        }
    }
}

impl Test {
    /// What a value says to it.
    fn of(&self, value: &Value) -> Truth {
        match self {
            Test::Holds => value.truth(),
            Test::OneOf(constants) => operation::one_of(value, constants),
            Test::Within(places) => within(value, places),
            Test::Equal(constant) => operation::equal(value, constant),
            Test::Below(constant) => operation::below(value, constant),
            Test::AtMost(constant) => operation::at_most(value, constant),
            Test::Above(constant) => operation::below(constant, value),
            Test::AtLeast(constant) => operation::at_most(constant, value),
        }
    }
}
