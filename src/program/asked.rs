//! Which facts a program asks for: paths from the shipment.

use super::Program;
use super::node::{Access, Fold, NodeId, Op, Over, Scope, ScopeId};
use crate::check::{CheckedPolicy, FieldId, RecordId, Type};
use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

/// The fields that lead from the shipment to a fact, through records and lists, each with the record that has it.
pub type Path = Vec<(RecordId, FieldId)>;

impl Program {
    /// The facts that clauses and covers ask for, in the order of the vocabulary. Of what holds things of its own kind, such as parts of parts, those one
    /// level deep: deeper ones are asked for in the same way.
    pub fn facts_asked(&self, policy: &CheckedPolicy) -> BTreeSet<Path> {
        let mut search = Search { program: self, policy, asked: BTreeSet::new(), seen: HashSet::new(), next: Vec::new() };
        let shipment = search.shipment();
        for clause in self.clauses.iter().filter(|clause| clause.known) {
            let calendar = [clause.calendar.in_force].into_iter();
            let overriding = clause.overrides.iter().filter_map(|(_, condition)| *condition);
            search.next.extend(calendar.chain(overriding).map(|node| (node, shipment.clone())));
            search.begin(clause.condition, clause.scope);
        }
        self.covers.iter().for_each(|cover| search.begin(cover.condition, cover.scope));
        while let Some((node, row)) = search.next.pop() {
            if search.seen.insert((node, row.clone())) {
                search.look_at(node, &row);
            }
        }
        search.asked
    }
}

/// A row of a scope, by the fields that lead to it; of a join by those that lead to its element, and with the row outside.
#[derive(PartialEq, Eq, Hash)]
struct Row {
    scope: ScopeId,
    path: Path,
    outer: Option<Rc<Row>>,
}

struct Search<'p> {
    program: &'p Program,
    policy: &'p CheckedPolicy,
    asked: BTreeSet<Path>,
    seen: HashSet<(NodeId, Rc<Row>)>,
    /// What is still to be looked at: a stack of its own, since programs are as deep as their authors want.
    next: Vec<(NodeId, Rc<Row>)>,
}

impl Search<'_> {
    fn shipment(&self) -> Rc<Row> {
        Rc::new(Row { scope: 0, path: Path::new(), outer: None })
    }

    /// Looks at a condition on the rows of a scope.
    fn begin(&mut self, condition: NodeId, scope: ScopeId) {
        if let Some(row) = self.of(scope) {
            self.next.push((condition, row));
        }
    }

    /// A row of a scope that clauses are bound to.
    fn of(&mut self, scope: ScopeId) -> Option<Rc<Row>> {
        match &self.program.scopes[scope] {
            Scope::Join { outer, .. } => {
                let outer = self.of(*outer)?;
                self.element(Over::Join(scope), &outer)
            }
            Scope::Record(_) => Some(self.shipment()),
        }
    }

    fn look_at(&mut self, node: NodeId, row: &Rc<Row>) {
        let program = self.program;
        match &program.nodes[node as usize].op {
            Op::Cell(field) => self.ask(row, *field),
            Op::Match { code, test, .. } => {
                self.ask(row, *code);
                self.next.extend(test.map(|test| (test, row.clone())));
            }
            Op::Day => self.asked.extend(self.policy.day_field().map(|field| vec![(0, field)])),
            Op::Follow(field, inner) => self.go_on(*inner, self.step(row, Access::Follow(*field))),
            Op::Outer(inner) => self.go_on(*inner, self.step(row, Access::Outer)),
            Op::Element(inner) => self.go_on(*inner, self.step(row, Access::Element)),
            Op::Root(inner) => self.go_on(*inner, self.step(row, Access::Root)),
            Op::Any(fold, body) | Op::Sum(fold, body) => self.fold(fold, Some(*body), row),
            Op::Count(fold) => self.fold(fold, None, row),
            Op::Fixpoint { body, .. } => self.next.push((*body, row.clone())),
            op => self.next.extend(op.operands().into_iter().map(|node| (node, row.clone()))),
        }
    }

    fn go_on(&mut self, node: NodeId, row: Option<Rc<Row>>) {
        self.next.extend(row.map(|row| (node, row)));
    }

    fn fold(&mut self, fold: &Fold, body: Option<NodeId>, row: &Rc<Row>) {
        if let Some(element) = self.element(fold.over, row) {
            self.next.extend(fold.filter.into_iter().chain(body).map(|node| (node, element.clone())));
        }
    }

    /// The elements that a fold goes over, whose list is asked for by that.
    fn element(&mut self, over: Over, row: &Rc<Row>) -> Option<Rc<Row>> {
        let program = self.program;
        let (owner, list) = match over {
            Over::List(list) => (row.clone(), list),
            Over::Join(join) => {
                let Scope::Join { path, list, .. } = &program.scopes[join] else { return None };
                (path.iter().try_fold(row.clone(), |row, step| self.step(&row, *step))?, *list)
            }
        };
        self.ask(&owner, list);
        let element = self.within(&owner, list)?;
        match over {
            Over::List(_) => Some(element),
            Over::Join(join) => {
                let row = Row { scope: join, path: element.path.clone(), outer: Some(row.clone()) };
                Some(Rc::new(row))
            }
        }
    }

    fn ask(&mut self, row: &Row, field: FieldId) {
        let mut path = row.path.clone();
        path.push((self.program.record_of(row.scope), field));
        self.asked.insert(path);
    }

    fn step(&self, row: &Rc<Row>, step: Access) -> Option<Rc<Row>> {
        match (step, &self.program.scopes[row.scope]) {
            (Access::Root, _) => Some(self.shipment()),
            (Access::Outer, _) => row.outer.clone(),
            (Access::Element, Scope::Join { element, .. }) => {
                Some(Rc::new(Row { scope: *element, path: row.path.clone(), outer: None }))
            }
            (Access::Follow(field), Scope::Record(_)) => self.within(row, field),
            _ => None,
        }
    }

    /// The record or the elements that a field holds; nothing where the same field was gone through before.
    fn within(&self, row: &Row, field: FieldId) -> Option<Rc<Row>> {
        let record = self.program.record_of(row.scope);
        let (Type::Record(inner) | Type::List(inner)) = self.policy.records[record].fields[field].ty else { return None };
        if row.path.contains(&(record, field)) {
            return None;
        }
        let path = row.path.iter().copied().chain([(record, field)]).collect();
        Some(Rc::new(Row { scope: inner, path, outer: None }))
    }
}
