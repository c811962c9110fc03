//! How a program reads one field: what it is tested against, and what else becomes of it.

use super::alike::Use;
use super::operation;
use crate::value::{Truth, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How a program reads one field.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Tests against constants, each as a function of the value.
    pub(super) tests: Vec<Test>,
    /// It is compared with other facts.
    pub peers: bool,
    /// It is calculated with.
    pub calculated: bool,
    /// For members that a set is tested for: what becomes of the tests.
    pub(super) members: BTreeMap<Value, BTreeSet<Use>>,
}

impl Reading {
    /// The lines that an amount is compared with.
    pub fn lines(&self) -> impl Iterator<Item = &Value> {
        self.tests.iter().filter_map(|test| match test {
            Test::Below(line) | Test::Above(line) | Test::AtMost(line) | Test::AtLeast(line) | Test::Equal(line) => Some(line),
            Test::OneOf(_) | Test::Within(_) | Test::Holds(_) => None,
        })
    }

    pub(super) fn extend(&mut self, other: &Reading) {
        self.tests.extend(other.tests.iter().cloned());
        self.peers |= other.peers;
        self.calculated |= other.calculated;
        for (member, uses) in &other.members {
            self.members.entry(member.clone()).or_default().extend(uses);
        }
    }
}

#[derive(Debug, Clone)]
pub(super) enum Test {
    Below(Value),
    Above(Value),
    AtMost(Value),
    AtLeast(Value),
    Equal(Value),
    OneOf(Arc<[Value]>),
    Within(Arc<crate::program::Places>),
    Holds(Value),
}

impl Test {
    pub(super) fn of(&self, value: &Value) -> Truth {
        match self {
            Test::Below(line) => operation::below(value, line),
            Test::Above(line) => operation::below(line, value),
            Test::AtMost(line) => operation::at_most(value, line),
            Test::AtLeast(line) => operation::at_most(line, value),
            Test::Equal(line) => operation::equal(value, line),
            Test::OneOf(constants) => operation::one_of(value, constants),
            Test::Within(places) => match value {
                Value::Code(code) => code.place.is_some_and(|place| places.holds(place)).into(),
                _ => Truth::Unknown,
            },
            Test::Holds(member) => operation::contains(value, member),
        }
    }

    pub(super) fn constants(&self) -> Vec<&Value> {
        match self {
            Test::Below(value)
            | Test::Above(value)
            | Test::AtMost(value)
            | Test::AtLeast(value)
            | Test::Equal(value)
            | Test::Holds(value) => {
                vec![value]
            }
            Test::OneOf(values) => values.iter().collect(),
            Test::Within(_) => Vec::new(),
        }
    }
}
