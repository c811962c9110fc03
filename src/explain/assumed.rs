//! The assumed facts that a verdict rests on: without them a condition might have another value.

use crate::eval::Evaluation;
use crate::facts::{Cell, Place};
use crate::program::{Fold, NodeId, Op, Over, ProgramClause, Scope};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

type Places = Rc<BTreeSet<Place>>;

/// Works out what nodes rest on, each once.
pub(super) struct Grounds<'e> {
    evaluation: &'e Evaluation<'e>,
    known: HashMap<(NodeId, u32), Places>,
    none: Places,
}

/// A clause that overrides others says nothing where none of those may apply; `may_apply` holds the clauses of the program that do
/// in some binding.
pub(super) fn is_idle(clause: &ProgramClause, may_apply: &BTreeSet<usize>) -> bool {
    !clause.overrides.is_empty() && !clause.overrides.iter().any(|(target, _)| may_apply.contains(target))
}

impl<'e> Grounds<'e> {
    /// Nothing has been asked for yet.
    pub(super) fn new(evaluation: &'e Evaluation<'e>) -> Grounds<'e> {
        Grounds { evaluation, known: HashMap::new(), none: Places::default() }
    }

    /// The assumed facts that the value of a node rests on. Where one part is enough, the part with the fewest counts.
    pub(super) fn of(&mut self, node: NodeId, row: u32) -> Places {
        if let Some(found) = self.known.get(&(node, row)) {
            return found.clone();
        }
        // What is asked for again on its own way adds nothing: chains of owners may go in circles.
        self.known.insert((node, row), self.none.clone());
        let found = self.find(node, row);
        self.known.insert((node, row), found.clone());
        found
    }

    fn find(&mut self, node: NodeId, row: u32) -> Places {
        let evaluation = self.evaluation;
        let one = &evaluation.program.nodes[node as usize];
        let scope = one.scope;
        match &one.op {
            Op::Cell(field) => self.cell(scope, row, *field),
            Op::Follow(field, inner) => match evaluation.facts.follow(Place { record: scope, row, field: *field }) {
                Some(row) => self.of(*inner, row),
                None => self.none.clone(),
            },
            Op::Outer(inner) => self.of(*inner, evaluation.join_row(scope, row).0),
            Op::Element(inner) => self.of(*inner, evaluation.join_row(scope, row).1),
            Op::Root(inner) => self.of(*inner, 0),
            Op::Match { code, test, .. } => {
                let (_, cell) = evaluation.facts.effective(Place { record: scope, row, field: *code });
                let by_code = matches!(cell, Cell::Given(_) | Cell::Assumed(_));
                let own = self.cell(scope, row, *code);
                match test.filter(|_| !by_code) {
                    Some(test) => self.all([(test, row)], own),
                    None => own,
                }
            }
            Op::And(parts) => self.some_or_all(parts, row, |truth| truth.is_false()),
            Op::Or(parts) => self.some_or_all(parts, row, |truth| truth.is_true()),
            Op::Any(fold, body) => self.any(node, scope, row, fold, *body),
            Op::Count(fold) => self.fold(scope, row, fold, &[]),
            Op::Sum(fold, body) => self.fold(scope, row, fold, &[*body]),
            op => self.all(op.operands().into_iter().map(|part| (part, row)), self.none.clone()),
        }
    }

    fn cell(&self, record: usize, row: u32, field: usize) -> Places {
        let (place, _) = self.evaluation.facts.effective(Place { record, row, field });
        match self.evaluation.facts.is_assumed(place) {
            true => Rc::new(BTreeSet::from([place])),
            false => self.none.clone(),
        }
    }

    /// One part that decides alone, or all of them.
    fn some_or_all(&mut self, parts: &[NodeId], row: u32, decides: impl Fn(crate::value::Truth) -> bool) -> Places {
        let alone: Vec<NodeId> = parts.iter().copied().filter(|part| decides(self.evaluation.truth(*part, row))).collect();
        if alone.is_empty() {
            return self.all(parts.iter().map(|part| (*part, row)), self.none.clone());
        }
        self.fewest(alone.into_iter().map(|part| [(part, row)].into_iter().collect()))
    }

    /// One element that is enough, or the whole list.
    fn any(&mut self, node: NodeId, scope: usize, row: u32, fold: &Fold, body: NodeId) -> Places {
        let evaluation = self.evaluation;
        if !evaluation.truth(node, row).is_true() {
            return self.fold(scope, row, fold, &[body]);
        }
        let (elements, _) = evaluation.elements(scope, row, fold.over);
        let parts = || fold.filter.into_iter().chain([body]);
        let holds = |element: &u32| parts().all(|part| evaluation.truth(part, *element).is_true());
        let witnesses: Vec<u32> = elements.into_iter().filter(holds).collect();
        match witnesses.is_empty() {
            true => self.fold(scope, row, fold, &[body]),
            false => self.fewest(witnesses.into_iter().map(|element| parts().map(|part| (part, element)).collect())),
        }
    }

    fn fold(&mut self, scope: usize, row: u32, fold: &Fold, body: &[NodeId]) -> Places {
        let (elements, _) = self.evaluation.elements(scope, row, fold.over);
        let parts: Vec<NodeId> = fold.filter.into_iter().chain(body.iter().copied()).collect();
        let list = match (fold.over, &self.evaluation.program.scopes[scope]) {
            (Over::List(field), Scope::Record(record)) => self.cell(*record, row, field),
            _ => self.none.clone(),
        };
        self.all(
            elements.into_iter().flat_map(|element| parts.iter().map(move |part| (*part, element))).collect::<Vec<_>>(),
            list,
        )
    }

    fn all(&mut self, parts: impl IntoIterator<Item = (NodeId, u32)>, own: Places) -> Places {
        let mut found = own;
        for (part, row) in parts {
            let more = self.of(part, row);
            if found.is_empty() {
                found = more;
            } else if !more.is_empty() {
                Rc::make_mut(&mut found).extend(more.iter().copied());
            }
        }
        found
    }

    fn fewest(&mut self, ways: impl Iterator<Item = Vec<(NodeId, u32)>>) -> Places {
        let mut best: Option<Places> = None;
        for way in ways {
            let found = self.all(way, self.none.clone());
            if best.as_ref().is_none_or(|best| found.len() < best.len()) {
                best = Some(found);
            }
            if best.as_ref().is_some_and(|best| best.is_empty()) {
                break;
            }
        }
        best.unwrap_or_else(|| self.none.clone())
    }
}
