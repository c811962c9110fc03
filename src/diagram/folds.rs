//! What is said of lists as diagrams: some element is so, whichever it is.

use super::manager::{Diagram, Made};
use super::reader::Reader;
use super::row::{Row, RowKind};
use super::space::Variable;
use crate::program::{Fold, NodeId, Over, Scope, ScopeId};

/// So many ways in which a condition on an element can hang on what is outside the list are told apart.
const MOST_WAYS: usize = 256;

impl<'p: 's, 's> Reader<'s, 'p> {
    /// The row of any element that a fold goes over, and the element itself.
    pub fn element(&mut self, scope: ScopeId, row: Row, over: Over) -> Option<(Row, Row)> {
        match over {
            Over::List(field) => {
                let name = self.space.name(&self.policy.records[self.program.record_of(scope)].fields[field].name);
                let element = self.space.row(RowKind::Any(row, name));
                Some((element, element))
            }
            Over::Join(join) => {
                let Scope::Join { outer, path, list, .. } = &self.program.scopes[join] else { return None };
                let (owner, at) = self.walk(*outer, row, path)?;
                let name = self.space.name(&self.policy.records[self.program.record_of(owner)].fields[*list].name);
                let element = self.space.row(RowKind::Any(at, name));
                Some((self.space.row(RowKind::Joined(row, element)), element))
            }
        }
    }

    /// The element that a clause is bound to, where it is one of those that a fold goes over; `any` is the row of any of them.
    pub(super) fn bound_element(&mut self, row: Row, any: Row) -> Option<Row> {
        let (outer, element) = match self.space.kind(any).clone() {
            RowKind::Joined(outer, element) => (Some(outer), element),
            _ => (None, any),
        };
        let RowKind::Any(owner, list) = self.space.kind(element).clone() else { return None };
        let bound = self.space.rows.known(&RowKind::Bound(owner, list))?;
        Some(match outer {
            Some(_) => self.space.row(RowKind::Joined(row, bound)),
            None => bound,
        })
    }

    /// Some element of a list is so.
    pub(super) fn some(&mut self, node: NodeId, row: Row, fold: &Fold, body: NodeId) -> Made<Diagram> {
        let scope = self.program.nodes[node as usize].scope;
        let Some((inner, element)) = self.element(scope, row, fold.over) else { return self.opaque(node, row) };
        let mut is_so = self.truth_at(body, inner)?;
        if let Some(filter) = fold.filter {
            is_so = is_so.and(&self.truth_at(filter, inner)?)?;
        }
        let outside: Vec<usize> = self.space.support(&is_so).into_iter().filter(|at| !self.is_of_element(*at, element)).collect();
        let mut ways = 0;
        let other = self.some_given(element, &is_so, &outside, &mut ways)?;
        let Some(bound) = self.bound_element(row, inner) else { return Ok(other) };
        let mut own = self.present(bound)?.and(&self.truth_at(body, bound)?)?;
        if let Some(filter) = fold.filter {
            own = own.and(&self.truth_at(filter, bound)?)?;
        }
        other.or(&own)
    }

    /// What hangs on facts outside the list is looked at case by case, so that what is said of the element is about it alone.
    pub(super) fn some_given(&mut self, element: Row, is_so: &Diagram, outside: &[usize], ways: &mut usize) -> Made<Diagram> {
        if is_so.is_never() {
            return Ok(is_so.clone());
        }
        let support = self.space.support(is_so);
        let Some(at) = outside.iter().position(|variable| support.contains(variable)).filter(|_| *ways < MOST_WAYS) else {
            return self.space.truth_of(Variable::Some { element, body: is_so.clone() });
        };
        let mut holds = self.space.constant(false);
        let mut done: Vec<(Diagram, Diagram)> = Vec::new();
        for value in 0..self.space.count(outside[at]) {
            let guard = self.space.is(outside[at], value)?;
            let rest = is_so.given(&self.space.literals(outside[at], value)?)?;
            match done.iter_mut().find(|(known, _)| *known == rest) {
                Some((_, guards)) => *guards = guards.or(&guard)?,
                None => done.push((rest, guard)),
            }
        }
        for (rest, guard) in done {
            *ways += 1;
            let inner = self.some_given(element, &rest, &outside[at + 1..], ways)?;
            holds = holds.or(&guard.and(&inner)?)?;
        }
        Ok(holds)
    }

    pub(super) fn is_of_element(&self, variable: usize, element: Row) -> bool {
        let within = |row: &Row| self.space.rows.is_within(*row, element);
        match self.space.variable(variable) {
            Variable::Fact(row, _)
            | Variable::Moved(row, _)
            | Variable::Some { element: row, .. }
            | Variable::Line { row, .. }
            | Variable::Condition { row, .. } => within(row),
            Variable::Opaque(_, row) | Variable::Present(row) => within(row),
            Variable::Day | Variable::Reading(_) | Variable::MovedReading(_) => false,
        }
    }
}
