//! A fact that is another one on one side: what more of it would change.

use super::manager::{Diagram, Made};
use super::row::{Row, RowKind};
use super::space::{Space, Variable};
use crate::check::{FieldId, RecordId, Type};
use crate::eval::operation;
use crate::value::Value;

/// The fact that is moved, and the side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) side: usize,
    pub(super) row: Row,
    pub(super) field: (RecordId, FieldId),
}

impl Space<'_> {
    /// From now on the fact at the end of a way from the shipment is another one on a side; all else is the same. The way goes through
    /// lists to the element that clauses are bound to.
    pub fn move_fact(&mut self, side: usize, path: &[(RecordId, FieldId)]) {
        let policy = self.sides[side].judge.policy;
        let mut row = Space::SHIPMENT;
        let Some((last, way)) = path.split_last() else { return };
        for (record, field) in way {
            let of = &policy.records[*record].fields[*field];
            let name = self.name(&of.name);
            row = self.row(match of.ty {
                Type::List(_) => RowKind::Bound(row, name),
                _ => RowKind::Followed(row, name),
            });
        }
        self.moved = Some(Moved { side, row, field: *last });
    }

    pub(super) fn moved_on(&self, side: usize) -> Option<Moved> {
        self.moved.filter(|moved| moved.side == side)
    }

    /// On the side on which the fact is moved there is more of it than elsewhere.
    ///
    /// # Errors
    /// That the diagrams have outgrown their bound.
    pub fn has_more(&mut self) -> Made<Diagram> {
        let Some(Moved { side, row, field: (record, field) }) = self.moved else { return Ok(self.constant(false)) };
        let of = &self.sides[side].judge.policy.records[record];
        let (owner, name) = (of.name.clone(), self.name(&of.fields[field].name));
        let variables = [Variable::Fact(row, name.clone()), Variable::Moved(row, name.clone())];
        let [less, more] = variables.map(|variable| self.known_variable(&variable));
        // What no clause looks at moves nothing.
        let (Some(less), Some(more)) = (less, more) else { return Ok(self.constant(false)) };
        if of.fields[field].ty == Type::Truth {
            return self.is(less, 0)?.and(&self.is(more, 1)?);
        }
        let domain = self.values(&owner, &name);
        let values = domain.of_side(side);
        let mut rises = self.constant(false);
        for (a, low) in values.iter().enumerate() {
            for (b, _) in values.iter().enumerate().filter(|(_, high)| is_more(low, high)) {
                rises = rises.or(&self.is(less, a)?.and(&self.is(more, b)?)?)?;
            }
        }
        Ok(rises)
    }
}

fn is_more(low: &Value, high: &Value) -> bool {
    match (low, high) {
        (Value::Set(low), Value::Set(high)) => {
            low.members.len() < high.members.len() && low.members.iter().all(|member| high.members.contains(member))
        }
        _ => operation::below(low, high).is_true(),
    }
}
