//! Conditions, asked a part at a time until the answer is certain.

use super::fact::FactTest;
use super::need::{Needs, View};
use super::on_demand::OnDemand;
use crate::program::{NodeId, Op, Program};
use crate::value::Truth;
use std::sync::Arc;

/// How deep conditions are taken apart, and into how many parts; what is left is computed as a whole. Definitions that many parts share would
/// otherwise be taken apart for each of them, and for each of theirs.
const DEEPEST: usize = 32;
const MOST_PARTS: usize = 256;

/// A condition, or a part of one.
#[derive(Debug, Clone)]
pub(super) enum Condition {
    /// All of these.
    All(Box<[Condition]>),
    /// One of these.
    One(Box<[Condition]>),
    /// The contrary.
    Not(Box<Condition>),
    /// A test of a single fact.
    Fact(FactTest),
    /// Something else, and the nodes that it needs.
    Node(View, Arc<[NodeId]>),
}

impl Condition {
    /// Takes a condition apart.
    pub(super) fn of(program: &Program, needs: &mut Needs<'_>, node: NodeId) -> Condition {
        Condition::of_view(program, needs, View::of(program, node), DEEPEST, &mut { MOST_PARTS })
    }

    fn of_view(program: &Program, needs: &mut Needs<'_>, what: View, depth: usize, left: &mut usize) -> Condition {
        let is_whole = depth == 0 || *left == 0;
        *left = left.saturating_sub(1);
        let mut part =
            |part: NodeId| Condition::of_view(program, needs, what.beside(program, part), depth.saturating_sub(1), left);
        match &program.nodes[what.node as usize].op {
            // On a row that is not there nothing is known of a part, so that nothing is known of the whole, unless it has no parts.
            Op::And(parts) if !is_whole && !parts.is_empty() => {
                Condition::all(parts.iter().flat_map(|one| part(*one).into_parts()).collect())
            }
            Op::Or(parts) if !is_whole && !parts.is_empty() => Condition::One(parts.iter().map(|one| part(*one)).collect()),
            Op::Not(inner) if !is_whole => Condition::Not(Box::new(part(*inner))),
            _ => match FactTest::of(program, needs, &what) {
                Some(test) => Condition::Fact(test),
                None => {
                    let needs = needs.of(what.node);
                    Condition::Node(what, needs)
                }
            },
        }
    }

    /// All of these together.
    pub(super) fn all(mut parts: Vec<Condition>) -> Condition {
        match (parts.len(), parts.pop()) {
            (1, Some(one)) => one,
            (_, last) => Condition::All(parts.into_iter().chain(last).collect()),
        }
    }

    /// The parts that all have to hold.
    pub(super) fn into_parts(self) -> Vec<Condition> {
        match self {
            Condition::All(parts) => parts.into_vec(),
            one => vec![one],
        }
    }

    /// Whether it holds on a row of its scope.
    pub(super) fn truth(&self, asked: &mut OnDemand<'_>, row: u32) -> Truth {
        match self {
            Condition::All(parts) => joined(parts, Truth::True, Truth::and, asked, row),
            Condition::One(parts) => joined(parts, Truth::False, Truth::or, asked, row),
            Condition::Not(inner) => !inner.truth(asked, row),
            Condition::Fact(test) => test.truth(asked, row),
            Condition::Node(what, needs) => {
                asked.need(needs);
                asked.truth(what, row)
            }
        }
    }
}

/// Joins the truths of parts. `neutral` changes nothing, and its opposite decides whatever the others are.
fn joined(parts: &[Condition], neutral: Truth, join: fn(Truth, Truth) -> Truth, asked: &mut OnDemand<'_>, row: u32) -> Truth {
    let mut found = neutral;
    for part in parts {
        found = join(found, part.truth(asked, row));
        if found == !neutral {
            break;
        }
    }
    found
}
