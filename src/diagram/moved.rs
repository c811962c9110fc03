//! A fact or a reading that is another one on a side: what would change with it.

use super::manager::{Diagram, Made};
use super::reader::Reader;
use super::row::{Row, RowKind};
use super::space::{Space, Variable};
use super::structure;
use crate::check::{FieldId, RecordId, Type};
use crate::eval::operation;
use crate::program::{NodeId, Op, Scope};
use crate::value::Value;

/// What is moved, and on which side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) side: usize,
    pub(super) what: What,
}

/// What is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A fact of a row.
    Fact(Row, (RecordId, FieldId)),
    /// The reading of a question.
    Reading(usize),
}

impl<'p: 's, 's> Reader<'s, 'p> {
    /// Reads the same policy once more for a side on which something is another one. Only what hangs on it is read anew.
    pub fn moved(&mut self, side: usize, what: What) -> Reader<'_, 'p> {
        let hangs = self.hangs_on(what);
        let structures = self.structures.iter().zip(&hangs);
        let structures = structures.map(|(own, hangs)| if *hangs { structure::moved(own) } else { *own }).collect();
        let known = self.known.iter().filter(|((node, _), _)| !hangs[*node as usize]);
        let known = known.map(|(at, known)| (*at, known.clone())).collect();
        self.space.moved = Some(Moved { side, what });
        Reader {
            side,
            policy: self.policy,
            program: self.program,
            structures,
            asks_for_categories: self.asks_for_categories.clone(),
            known,
            space: self.space,
        }
    }

    /// Something is asked of the elements of a list that hangs on it: what one element says counts for others as well.
    pub fn is_folded(&self, what: What) -> bool {
        let hangs = self.hangs_on(what);
        let is_so = |node: &NodeId| hangs[*node as usize];
        self.program.nodes.iter().any(|node| match &node.op {
            Op::Any(fold, body) | Op::Sum(fold, body) => fold.filter.iter().any(is_so) || is_so(body),
            Op::Count(fold) => fold.filter.iter().any(is_so),
            _ => false,
        })
    }

    /// For each node whether it hangs on something; a circle does so as a whole.
    fn hangs_on(&self, what: What) -> Vec<bool> {
        let is_meant = |node: NodeId| {
            let one = &self.program.nodes[node as usize];
            match (what, &one.op) {
                (What::Reading(question), Op::Reading(at, _)) => *at == question,
                (What::Fact(_, (record, field)), Op::Cell(at)) => (self.program.record_of(one.scope), *at) == (record, field),
                (What::Fact(_, (record, field)), Op::Match { code, .. }) => {
                    matches!(self.program.scopes[one.scope], Scope::Record(of) if of == record) && *code == field
                }
                _ => false,
            }
        };
        let mut hangs: Vec<bool> = Vec::with_capacity(self.program.nodes.len());
        for (at, node) in self.program.nodes.iter().enumerate() {
            let below = node.op.reads().iter().any(|read| hangs.get(*read as usize).copied().unwrap_or(false));
            hangs.push(below || is_meant(at as NodeId));
            if let Some((head, end)) = self.program.circles.iter().find(|(_, end)| *end as usize == at) {
                let circle = *head as usize..=*end as usize;
                let any = hangs[circle.clone()].contains(&true);
                hangs[circle].fill(any);
            }
        }
        hangs
    }
}

impl Space<'_> {
    /// The fact at the end of a way from the shipment; through lists the way goes to the element that clauses are bound to.
    pub fn fact_at(&mut self, path: &[(RecordId, FieldId)]) -> Option<What> {
        let policy = self.sides[0].judge.policy;
        let mut row = Space::SHIPMENT;
        let (last, way) = path.split_last()?;
        for (record, field) in way {
            let of = &policy.records[*record].fields[*field];
            let name = self.name(&of.name);
            row = self.row(match of.ty {
                Type::List(_) => RowKind::Bound(row, name),
                _ => RowKind::Followed(row, name),
            });
        }
        Some(What::Fact(row, *last))
    }

    /// On the side on which a fact is moved there is more of it than elsewhere.
    ///
    /// # Errors
    /// That the diagrams have outgrown their bound.
    pub fn has_more(&mut self) -> Made<Diagram> {
        let Some(Moved { side, what: What::Fact(row, (record, field)) }) = self.moved else { return Ok(self.constant(false)) };
        let of = &self.sides[side].judge.policy.records[record];
        let (owner, name) = (of.name.clone(), self.name(&of.fields[field].name));
        let both = [Variable::Fact(row, name.clone()), Variable::Moved(row, name.clone())];
        if of.fields[field].ty == Type::Truth {
            let [less, more] = both.map(|variable| self.truth_of(variable));
            return more?.and_not(&less?);
        }
        let domain = self.values(&owner, &name);
        let values = domain.of_side(side);
        // Where some region has no value, nothing says of which there is more.
        if values.is_empty() || !domain.is_whole() {
            return Ok(self.constant(true));
        }
        let [less, more] = both.map(|variable| self.variable_of(variable, values.len(), domain.plainest()));
        let (less, more) = (less?, more?);
        let mut rises = self.constant(false);
        for (a, low) in values.iter().enumerate() {
            // Within one region there is more as well, which shows only in what is calculated.
            for (b, _) in values.iter().enumerate().filter(|(b, high)| *b == a || is_more(low, high)) {
                rises = rises.or(&self.is(less, a)?.and(&self.is(more, b)?)?)?;
            }
        }
        Ok(rises)
    }

    /// The variable of a fact as a side has it.
    pub(super) fn fact_of(&self, side: usize, row: Row, place: (RecordId, FieldId), name: &std::sync::Arc<str>) -> Variable {
        match self.moved {
            Some(moved) if moved == (Moved { side, what: What::Fact(row, place) }) => Variable::Moved(row, name.clone()),
            _ => Variable::Fact(row, name.clone()),
        }
    }

    /// The variable of a reading as a side has it.
    pub(super) fn reading_of(&self, side: usize, question: usize, name: &str) -> Variable {
        match self.moved {
            Some(moved) if moved == (Moved { side, what: What::Reading(question) }) => Variable::MovedReading(name.into()),
            _ => Variable::Reading(name.into()),
        }
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
