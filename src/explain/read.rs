//! What a value was read from: the facts and questions below a node.

use crate::eval::Evaluation;
use crate::facts::{Cell, Place};
use crate::program::{NodeId, Op, Over};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

/// The facts and questions that some nodes read.
#[derive(Default)]
pub(super) struct Read {
    /// The places of the facts.
    pub facts: BTreeSet<Place>,
    /// The questions.
    pub questions: BTreeSet<usize>,
    seen: HashSet<(NodeId, u32)>,
}

/// What the nodes of an evaluation read, each worked out once.
pub(super) struct Reads<'e> {
    pub evaluation: &'e Evaluation<'e>,
    known: HashMap<(NodeId, u32), Rc<Read>>,
}

impl<'e> Reads<'e> {
    /// Nothing has been asked for yet.
    pub(super) fn new(evaluation: &'e Evaluation<'e>) -> Reads<'e> {
        Reads { evaluation, known: HashMap::new() }
    }

    /// What one node reads.
    pub(super) fn of(&mut self, node: NodeId, row: u32) -> Rc<Read> {
        let evaluation = self.evaluation;
        let found = self.known.entry((node, row)).or_insert_with(|| {
            let mut read = Read::default();
            read.add(evaluation, node, row);
            read.seen = HashSet::new();
            Rc::new(read)
        });
        found.clone()
    }
}

impl Read {
    /// Adds what a node reads on a row.
    pub(super) fn add(&mut self, evaluation: &Evaluation<'_>, node: NodeId, row: u32) {
        if !self.seen.insert((node, row)) {
            return;
        }
        let one = &evaluation.program.nodes[node as usize];
        let scope = one.scope;
        let effective = |field: usize| evaluation.facts.effective(Place { record: scope, row, field });
        match &one.op {
            Op::Cell(field) => _ = self.facts.insert(effective(*field).0),
            Op::Day => self.facts.extend(evaluation.policy.day_field().map(|field| Place { record: 0, row: 0, field })),
            Op::Reading(question, _) => _ = self.questions.insert(*question),
            Op::Match { code, test, .. } => {
                let (place, cell) = effective(*code);
                self.facts.insert(place);
                let by_code = matches!(cell, Cell::Given(_) | Cell::Assumed(_));
                test.filter(|_| !by_code).into_iter().for_each(|test| self.add(evaluation, test, row));
            }
            Op::Follow(field, inner) => {
                if let Some(row) = evaluation.facts.follow(Place { record: scope, row, field: *field }) {
                    self.add(evaluation, *inner, row);
                }
            }
            Op::Outer(inner) => self.add(evaluation, *inner, evaluation.join_row(scope, row).0),
            Op::Element(inner) => self.add(evaluation, *inner, evaluation.join_row(scope, row).1),
            Op::Root(inner) => self.add(evaluation, *inner, 0),
            Op::Any(fold, _) | Op::Count(fold) | Op::Sum(fold, _) => {
                let (elements, complete) = evaluation.elements(scope, row, fold.over);
                for element in elements {
                    one.op.reads().into_iter().for_each(|part| self.add(evaluation, part, element));
                }
                if let Over::List(field) = fold.over
                    && let (list, _) = effective(field)
                    && (!complete || evaluation.facts.is_assumed(list))
                {
                    self.facts.insert(list);
                }
            }
            op => op.operands().into_iter().for_each(|operand| self.add(evaluation, operand, row)),
        }
    }
}
