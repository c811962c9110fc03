//! Facts as they are seen from a row, and tests of a single one.

use super::need::{Needs, View};
use super::on_demand::OnDemand;
use crate::check::{FieldId, RecordId};
use crate::column::Ask;
use crate::eval::question::Question;
use crate::facts::Place;
use crate::program::{NodeId, Op, Program};
use crate::value::{Truth, Value};

/// A test of a single fact, which needs nothing but its value.
#[derive(Debug, Clone)]
pub(super) struct FactTest {
    /// The node that makes it.
    pub(super) node: NodeId,
    /// The views to the row that is asked; where it is not there, nothing is known.
    row: Box<[NodeId]>,
    fact: Fact,
    pub(super) question: Question,
}

/// A fact, as it is seen from a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Fact {
    /// The views to the row that has it.
    through: Box<[NodeId]>,
    record: RecordId,
    field: FieldId,
}

impl FactTest {
    /// The test that a node makes, if it is one of a single fact.
    pub(super) fn of(program: &Program, needs: &mut Needs<'_>, what: &View) -> Option<FactTest> {
        let (of, question) = match &program.nodes[what.node as usize].op {
            Op::Cell(_) => (what.node, Question::Holds),
            _ => needs.question(what.node)?,
        };
        let of = View::of(program, of);
        let node = &program.nodes[of.node as usize];
        let Op::Cell(field) = node.op else { return None };
        Some(FactTest {
            node: what.node,
            row: what.through.clone(),
            fact: Fact { through: of.through, record: node.scope, field },
            question,
        })
    }

    /// The fact, seen from where the test is seen.
    pub(super) fn seen(&self) -> Fact {
        Fact { through: self.row.iter().chain(&*self.fact.through).copied().collect(), ..self.fact.clone() }
    }

    /// The answer for a row.
    pub(super) fn truth(&self, asked: &OnDemand<'_>, row: u32) -> Truth {
        asked.row_behind(&self.row, row).map_or(Truth::Unknown, |row| self.question.answer(self.fact.value(asked, row)))
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
