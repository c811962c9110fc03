//! Questions to a single value: tests that need nothing else.

use super::operation;
use super::rows::within;
use crate::column::{Ask, Orders};
use crate::program::{NodeId, Op, Places, Program};
use crate::value::{Truth, Value};
use std::cmp::Ordering;
use std::sync::Arc;

/// What a test asks of a single value.
#[derive(Debug, Clone)]
pub(super) enum Question {
    /// It is true.
    Holds,
    /// It is one of these, sorted.
    OneOf(Arc<[Value]>),
    /// It is one of these codes, sorted, each at one of these places, sorted too.
    Codes(Arc<[Value]>, Arc<[u32]>),
    /// It is a code at one of these places.
    Within(Arc<Places>),
    /// It is this.
    Equal(Value),
    /// It is below this.
    Below(Value),
    /// It is at most this.
    AtMost(Value),
    /// It is above this.
    Above(Value),
    /// It is at least this.
    AtLeast(Value),
}

impl Question {
    /// The question of a test, and the node that it asks; nothing where it takes more than one value.
    pub(super) fn of(program: &Program, test: NodeId) -> Option<(NodeId, Question)> {
        let constant = |node: NodeId| match &program.nodes[node as usize].op {
            Op::Constant(value) => Some(value.clone()),
            _ => None,
        };
        let either =
            |a: NodeId, b: NodeId, left: fn(Value) -> Question, right: fn(Value) -> Question| match (constant(a), constant(b)) {
                (None, Some(value)) => Some((a, left(value))),
                (Some(value), None) => Some((b, right(value))),
                _ => None,
            };
        match &program.nodes[test as usize].op {
            Op::OneOf(of, constants) => Some((*of, one_of(constants))),
            Op::Within(of, places) => Some((*of, Question::Within(places.clone()))),
            Op::Equal(a, b) => either(*a, *b, Question::Equal, Question::Equal),
            Op::Below(a, b) => either(*a, *b, Question::Below, Question::Above),
            Op::AtMost(a, b) => either(*a, *b, Question::AtMost, Question::AtLeast),
            _ => None,
        }
    }
}

fn one_of(constants: &Arc<[Value]>) -> Question {
    let place = |value: &Value| match value {
        Value::Code(code) => code.place,
        _ => None,
    };
    // Codes are sorted by their places first.
    match constants.iter().map(place).collect::<Option<Arc<[u32]>>>() {
        Some(places) => Question::Codes(constants.clone(), places),
        None => Question::OneOf(constants.clone()),
    }
}

impl Ask for Question {
    fn answer(&self, value: &Value) -> Truth {
        match self {
            Question::Holds => value.truth(),
            Question::OneOf(constants) => operation::one_of(value, constants),
            Question::Codes(codes, places) => match value {
                Value::Code(code) if code.place.is_none_or(|place| places.binary_search(&place).is_err()) => Truth::False,
                _ => operation::one_of(value, codes),
            },
            Question::Within(places) => within(value, places),
            Question::Equal(constant) => operation::equal(value, constant),
            Question::Below(constant) => operation::below(value, constant),
            Question::AtMost(constant) => operation::at_most(value, constant),
            Question::Above(constant) => operation::below(constant, value),
            Question::AtLeast(constant) => operation::at_most(constant, value),
        }
    }

    fn compares(&self) -> Option<(&Value, Orders)> {
        match self {
            Question::Equal(constant) => Some((constant, Ordering::is_eq)),
            Question::Below(constant) => Some((constant, Ordering::is_lt)),
            Question::AtMost(constant) => Some((constant, Ordering::is_le)),
            Question::Above(constant) => Some((constant, Ordering::is_gt)),
            Question::AtLeast(constant) => Some((constant, Ordering::is_ge)),
            _ => None,
        }
    }
}
