//! An evaluation under a supposition: computed again where it differs, put back, or evaluated anew.

use super::open::Step;
use super::rows::Evaluation;
use crate::check::FieldId;
use crate::facts::{Cell, Place};
use crate::program::{NodeId, Op, Scope, ScopeId};
use crate::value::Value;

/// Values that stood in places, to be put back.
pub(super) struct Before(Vec<(NodeId, u32, Value)>);

impl<'a> Evaluation<'a> {
    /// Computes these steps again, in order. Gives back what stood there, and adds how many values were looked at to `effort`.
    pub(super) fn compute_again(&mut self, steps: &[Step], effort: &mut usize) -> Before {
        let mut before = Before(Vec::with_capacity(steps.len()));
        for step in steps {
            match step {
                Step::Node(node, row) => {
                    let value = self.result(*node, *row);
                    before.0.push((*node, *row, self.value(*node, *row).clone()));
                    self.values.set(*node, *row, value);
                    *effort += self.cost(*node, *row);
                }
                Step::Circle(within) => {
                    before.0.extend(within.iter().map(|(node, row)| (*node, *row, self.value(*node, *row).clone())));
                    *effort += self.rise(within);
                }
            }
        }
        before
    }

    /// How many values it takes to compute a node on a row: of a list, one for each element.
    fn cost(&self, node: NodeId, row: u32) -> usize {
        let node = &self.program.nodes[node as usize];
        match &node.op {
            Op::Any(fold, _) | Op::Count(fold) | Op::Sum(fold, _) => 1 + self.length(node.scope, row, fold.over),
            _ => 1,
        }
    }

    /// Puts back what stood there before.
    pub(super) fn restore(&mut self, before: Before) {
        before.0.into_iter().for_each(|(node, row, value)| self.values.set(node, row, value));
    }

    /// Evaluates again with a node held at a value.
    pub fn holding(&self, node: NodeId, row: u32, value: Value) -> Evaluation<'a> {
        let mut copy = self.clone();
        copy.held.push((node, row, value));
        copy.run_all();
        copy
    }

    /// Evaluates again with another value of a fact.
    pub fn supposing(&self, place: Place, value: Value) -> Evaluation<'a> {
        let mut copy = self.clone();
        copy.facts.to_mut().set(place, Cell::Given(value));
        copy.proved = None;
        let touched = self.touched_by(place);
        copy.run(|node| touched[node as usize]);
        copy.proved = Some(copy.proofs());
        copy
    }

    /// The nodes that read a fact, directly or through others; a circle as a whole.
    fn touched_by(&self, place: Place) -> Vec<bool> {
        let program = self.program;
        let is_read = |scope: ScopeId, field: FieldId| {
            let record = program.record_of(scope);
            let own = matches!(program.scopes[scope], Scope::Record(_));
            let rows = if own { self.facts.rows(record) } else { 0 };
            (0..rows as u32).any(|row| self.facts.effective(Place { record, row, field }).0 == place)
        };
        let mut touched = vec![false; program.nodes.len()];
        for (at, node) in program.nodes.iter().enumerate() {
            touched[at] |= match &node.op {
                Op::Cell(field) => is_read(node.scope, *field),
                Op::Match { code, test, .. } => is_read(node.scope, *code) || test.is_some_and(|test| touched[test as usize]),
                op => op.reads().into_iter().any(|read| touched[read as usize]),
            };
            let end = program.circles.iter().find(|(_, end)| *end as usize == at);
            if let Some((head, end)) = end {
                let circle = *head as usize..=*end as usize;
                let any = touched[circle.clone()].iter().any(|touched| *touched);
                touched[circle].fill(any);
            }
        }
        touched
    }

    /// Evaluates again with another reading of a question.
    pub fn reading_otherwise(&self, question: usize, reading: usize) -> Evaluation<'a> {
        let mut copy = self.clone();
        copy.readings[question] = Some(reading);
        copy.run_all();
        copy
    }

    /// Evaluates again with these readings chosen, and no others.
    pub fn read_as(&self, readings: Vec<Option<usize>>) -> Evaluation<'a> {
        let mut copy = self.clone();
        copy.readings = readings;
        copy.run_all();
        copy
    }

    /// Evaluates again as if nobody had stated these facts.
    pub fn without(&self, places: &[Place]) -> Evaluation<'a> {
        let mut copy = self.clone();
        places.iter().for_each(|place| copy.facts.to_mut().set(*place, Cell::Unknown(Value::Unknown)));
        copy.proved = None;
        copy.run_all();
        copy.proved = Some(copy.proofs());
        copy
    }
}
