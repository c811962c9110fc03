//! What a value that is unknown hangs on: one step down, to other nodes and to facts that nobody stated.

use super::rows::Evaluation;
use super::unknown::Unknown;
use crate::facts::{Cell, Place};
use crate::program::{NodeId, Op, Over, Scope, ScopeId};

/// Something that an unknown value hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hang {
    /// A node on a row.
    Node(NodeId, u32),
    /// A fact, a question, the day or the elements of a list.
    Unknown(Unknown),
}

impl Evaluation<'_> {
    /// Calls `visit` for what a node on a row hangs on; not at all where its value is known.
    pub(super) fn hangs_on(&self, node: NodeId, row: u32, visit: impl FnMut(Hang)) {
        if !self.value(node, row).is_known() {
            self.read_by(node, row, visit);
        }
    }

    /// Calls `visit` for what a node reads on a row, and for what it would learn from.
    pub(super) fn read_by(&self, node: NodeId, row: u32, mut visit: impl FnMut(Hang)) {
        let scope = self.program.nodes[node as usize].scope;
        match &self.program.nodes[node as usize].op {
            Op::Day => visit(Hang::Unknown(Unknown::Day)),
            Op::Reading(question, _) => {
                visit(Hang::Unknown(Unknown::Question(*question)));
                if self.day.is_none() && !self.program.guidance[*question].is_empty() {
                    visit(Hang::Unknown(Unknown::Day));
                }
            }
            Op::Cell(field) => {
                let (place, cell) = self.facts.effective(Place { record: scope, row, field: *field });
                if !matches!(cell, Cell::List(..) | Cell::Row(..)) {
                    visit(Hang::Unknown(Unknown::Fact(place)));
                }
            }
            Op::Match { test: Some(test), .. } => visit(Hang::Node(*test, row)),
            Op::Match { code, test: None, .. } => {
                let place = Place { record: scope, row, field: *code };
                if !self.facts.known(place).is_known() {
                    visit(Hang::Unknown(Unknown::Fact(self.facts.effective(place).0)));
                }
            }
            Op::Any(fold, body) | Op::Sum(fold, body) => {
                self.fold_hangs_on(scope, row, fold.over, fold.filter, Some(*body), visit)
            }
            Op::Count(fold) => self.fold_hangs_on(scope, row, fold.over, fold.filter, None, visit),
            Op::Root(inner) => visit(Hang::Node(*inner, 0)),
            Op::Outer(inner) => visit(Hang::Node(*inner, self.join_row(scope, row).0)),
            Op::Element(inner) => visit(Hang::Node(*inner, self.join_row(scope, row).1)),
            Op::Follow(field, inner) => {
                if let Some(row) = self.facts.follow(Place { record: scope, row, field: *field }) {
                    visit(Hang::Node(*inner, row));
                }
            }
            op => op.operands().into_iter().for_each(|operand| visit(Hang::Node(operand, row))),
        }
    }

    /// A body counts only where the filter may let its element in.
    fn fold_hangs_on(
        &self,
        scope: ScopeId,
        row: u32,
        over: Over,
        filter: Option<NodeId>,
        body: Option<NodeId>,
        mut visit: impl FnMut(Hang),
    ) {
        let (elements, complete) = self.elements(scope, row, over);
        if !complete && let Some(place) = self.list_place(scope, row, over) {
            visit(Hang::Unknown(Unknown::List(place)));
        }
        for element in elements {
            filter.into_iter().for_each(|filter| visit(Hang::Node(filter, element)));
            let is_out = filter.is_some_and(|filter| self.truth(filter, element).is_false());
            body.filter(|_| !is_out).into_iter().for_each(|body| visit(Hang::Node(body, element)));
        }
    }

    fn list_place(&self, scope: ScopeId, row: u32, over: Over) -> Option<Place> {
        let place = match over {
            Over::List(field) => Place { record: self.program.record_of(scope), row, field },
            Over::Join(join) => {
                let Scope::Join { path, list, .. } = &self.program.scopes[join] else { return None };
                let (scope, row) = self.walk(scope, row, path)?;
                Place { record: self.program.record_of(scope), row, field: *list }
            }
        };
        Some(self.facts.effective(place).0)
    }

    /// The open lists whose elements are rows of a join.
    pub(super) fn open_lists(&self, scope: ScopeId) -> Vec<Place> {
        let Scope::Join { outer, path, list, .. } = &self.program.scopes[scope] else { return Vec::new() };
        let owners = (0..self.rows(*outer)).filter_map(|row| self.walk(*outer, row, path));
        let places = owners.map(|(scope, row)| Place { record: self.program.record_of(scope), row, field: *list });
        places.filter(|place| !self.facts.list(*place).1).map(|place| self.facts.effective(place).0).collect()
    }
}
