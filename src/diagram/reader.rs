//! A program read as diagrams: what each node is, for all shipments at once.

use super::manager::{Diagram, Made};
use super::row::{Row, RowKind};
use super::space::{ClauseOf, Space, Variable};
use super::standing::Bound;
use super::structure::{Structure, structures};
use crate::check::{CheckedPolicy, RecordId, Type};
use crate::eval::operation;
use crate::program::{Access, NodeId, Op, Program, Scope, ScopeId};
use crate::value::{Truth, Value};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

/// What a node is on a row.
#[derive(Clone)]
pub(super) enum Known {
    /// A condition.
    Truth(Diagram),
    /// One of several values, each where its condition holds.
    Cases(Arc<[(Value, Diagram)]>),
    /// An amount that is calculated.
    Calculated,
}

/// Reads the program of one side into a space.
pub struct Reader<'s, 'p> {
    /// The variables.
    pub space: &'s mut Space<'p>,
    pub(super) side: usize,
    pub(super) policy: &'p CheckedPolicy,
    pub(super) program: &'s Program,
    pub(super) structures: Vec<Structure>,
    /// For each node: it asks whether its own row matches some category.
    pub(super) asks_for_categories: Vec<bool>,
    pub(super) known: HashMap<(NodeId, Row), Known>,
}

impl<'s, 'p: 's> Reader<'s, 'p> {
    /// A reader of a side.
    pub fn new(space: &'s mut Space<'p>, side: usize) -> Reader<'s, 'p> {
        let (judge, day) = (space.sides[side].judge, space.sides[side].day);
        let tag = if space.shares_vocabulary() { String::new() } else { format!("side {side}") };
        let program = judge.program();
        let structures = structures(program, day, &tag);
        let asks_for_categories = asks_for_categories(program);
        Reader { space, side, policy: judge.policy, program, structures, asks_for_categories, known: HashMap::new() }
    }

    /// The policy of the side.
    pub fn policy(&self) -> &'p CheckedPolicy {
        self.policy
    }

    /// The program of the side.
    pub fn program(&self) -> &'s Program {
        self.program
    }

    /// The condition that a node is on a row.
    pub fn truth(&mut self, node: NodeId, row: Row) -> Made<Diagram> {
        self.read_all(node, row)?;
        self.truth_at(node, row)
    }

    /// Remembers of which clause this is the condition.
    pub(super) fn note(&mut self, clause: usize, row: Row, body: Diagram) {
        let of = ClauseOf { side: self.side, clause };
        if let Some(at) = self.space.known_variable(&Variable::Condition { row, body }) {
            self.space.clauses.entry(at).or_default().push(of);
        }
    }

    /// Reads whatever a node hangs on, in order, and the node itself.
    fn read_all(&mut self, node: NodeId, row: Row) -> Made<()> {
        let mut wanted: BTreeSet<(NodeId, bool, NodeId, Row)> = BTreeSet::new();
        let mut waiting = vec![(node, row)];
        while let Some((node, row)) = waiting.pop() {
            if !self.known.contains_key(&(node, row)) && wanted.insert(self.rank(node, row)) {
                waiting.extend(self.reads(node, row));
            }
        }
        for (_, _, node, row) in wanted {
            let known = self.read(node, row)?;
            self.known.insert((node, row), known);
        }
        Ok(())
    }

    /// A node comes after all that it reads; the head of a circle after the circle, which reads it on other rows.
    fn rank(&self, node: NodeId, row: Row) -> (NodeId, bool, NodeId, Row) {
        match self.program.nodes[node as usize].op {
            Op::Fixpoint { end, .. } if !self.space.rows.is_general(row) => (end, true, node, row),
            _ => (node, false, node, row),
        }
    }

    /// The nodes that a node reads, with their rows.
    pub(super) fn reads(&mut self, node: NodeId, row: Row) -> Vec<(NodeId, Row)> {
        let one = &self.program.nodes[node as usize];
        match &one.op {
            Op::Root(inner) => vec![(*inner, Space::SHIPMENT)],
            Op::Follow(field, inner) => {
                let next = self.followed(one.scope, row, *field);
                vec![(*inner, next)]
            }
            Op::Outer(inner) => vec![(*inner, self.outside(row).0)],
            Op::Element(inner) => vec![(*inner, self.outside(row).1)],
            Op::Any(fold, body) => match self.element(one.scope, row, fold.over) {
                Some((element, _)) => {
                    let rows = [Some(element), self.bound_element(row, element)];
                    let nodes = || fold.filter.iter().chain([body]);
                    rows.into_iter().flatten().flat_map(|row| nodes().map(move |node| (*node, row))).collect()
                }
                None => Vec::new(),
            },
            Op::Count(_) | Op::Sum(..) => Vec::new(),
            Op::Match { .. } if self.space.rows.is_general(row) => Vec::new(),
            Op::Match { test, .. } => test.iter().map(|test| (*test, row)).collect(),
            Op::Fixpoint { .. } if self.space.rows.is_general(row) => Vec::new(),
            op => op.operands().into_iter().map(|node| (node, row)).collect(),
        }
    }

    pub(super) fn truth_at(&mut self, node: NodeId, row: Row) -> Made<Diagram> {
        match self.known.get(&(node, row)) {
            Some(Known::Truth(diagram)) => Ok(diagram.clone()),
            // Only the head of a circle is read before it is known, on its own row: a least fixed point begins with false.
            None => Ok(self.space.constant(false)),
            Some(Known::Cases(cases)) => {
                let cases = cases.clone();
                let mut holds = self.space.constant(false);
                for (value, guard) in cases.iter() {
                    let truth = self.decided(value.truth(), node, row)?;
                    holds = holds.or(&guard.and(&truth)?)?;
                }
                Ok(holds)
            }
            Some(Known::Calculated) => self.opaque(node, row),
        }
    }

    pub(super) fn known_at(&self, node: NodeId, row: Row) -> Known {
        self.known.get(&(node, row)).cloned().unwrap_or(Known::Calculated)
    }

    // ---- rows -----------------------------------------------------------------------------------------------------------------

    fn followed(&mut self, scope: ScopeId, row: Row, field: usize) -> Row {
        let record = self.program.record_of(scope);
        let name = self.space.name(&self.policy.records[record].fields[field].name);
        self.space.row(RowKind::Followed(row, name))
    }

    /// The row outside a row of a join, and its element.
    pub(super) fn outside(&self, row: Row) -> (Row, Row) {
        match self.space.kind(row) {
            RowKind::Joined(outer, element) => (*outer, *element),
            _ => (Space::SHIPMENT, row),
        }
    }

    /// The row that a path leads to, and its record's scope.
    pub fn walk(&mut self, mut scope: ScopeId, mut row: Row, path: &[Access]) -> Option<(ScopeId, Row)> {
        for step in path {
            (scope, row) = match (step, &self.program.scopes[scope]) {
                (Access::Root, _) => (0, Space::SHIPMENT),
                (Access::Outer, Scope::Join { outer, .. }) => (*outer, self.outside(row).0),
                (Access::Element, Scope::Join { element, .. }) => (*element, self.outside(row).1),
                (Access::Follow(field), Scope::Record(record)) => match self.policy.records[*record].fields[*field].ty {
                    Type::Record(next) => (next, self.followed(scope, row, *field)),
                    _ => return None,
                },
                _ => return None,
            };
        }
        Some((scope, row))
    }

    /// The row of a scope that clauses are bound to, with one element for each list on the way.
    pub fn bound_row(&mut self, scope: ScopeId) -> Option<Row> {
        match &self.program.scopes[scope] {
            Scope::Record(_) => Some(Space::SHIPMENT),
            Scope::Join { outer, path, list, .. } => {
                let outside = self.bound_row(*outer)?;
                let (owner, at) = self.walk(*outer, outside, path)?;
                let name = self.space.name(&self.policy.records[self.program.record_of(owner)].fields[*list].name);
                let element = self.space.row(RowKind::Bound(at, name));
                Some(self.space.row(RowKind::Joined(outside, element)))
            }
        }
    }

    /// The row of some record of a kind: the one that is reached from the shipment by the fewest steps, if there is one.
    pub fn row_of(&mut self, wanted: RecordId) -> Option<Row> {
        let mut seen = BTreeSet::from([0]);
        let mut waiting = VecDeque::from([(0, Space::SHIPMENT)]);
        while let Some((record, row)) = waiting.pop_front() {
            if record == wanted {
                return Some(row);
            }
            for field in &self.policy.records[record].fields {
                let name = self.space.name(&field.name);
                let (next, kind) = match field.ty {
                    Type::Record(next) => (next, RowKind::Followed(row, name)),
                    Type::List(next) => (next, RowKind::Bound(row, name)),
                    _ => continue,
                };
                if seen.insert(next) {
                    waiting.push_back((next, self.space.row(kind)));
                }
            }
        }
        None
    }

    /// Every element that a bound row is made of is there.
    pub(super) fn present(&mut self, row: Row) -> Made<Diagram> {
        match self.space.kind(row).clone() {
            RowKind::Joined(outer, element) => self.present(outer)?.and(&self.present(element)?),
            RowKind::Bound(outer, _) => {
                let is_there = self.space.truth_of(Variable::Present(row))?;
                self.present(outer)?.and(&is_there)
            }
            RowKind::Followed(outer, _) | RowKind::Any(outer, _) => self.present(outer),
            RowKind::Shipment => Ok(self.space.constant(true)),
        }
    }

    /// The row of a wider scope that something bound lies in.
    pub(super) fn row_in(&self, bound: Bound, scope: ScopeId) -> Row {
        let (mut at, mut row) = (bound.scope, bound.row);
        while at != scope {
            match &self.program.scopes[at] {
                Scope::Join { outer, .. } => (at, row) = (*outer, self.outside(row).0),
                Scope::Record(_) => return Space::SHIPMENT,
            }
        }
        row
    }

    /// Lays the variables out before anything is read: first the facts that are tested most, so that what hangs on them alone stays
    /// apart below each of their values.
    pub(super) fn arrange(&mut self) -> Made<()> {
        for scope in self.program.bindings.iter().rev() {
            let Some(row) = self.bound_row(*scope) else { continue };
            let (scope, row) = match &self.program.scopes[*scope] {
                Scope::Join { element, .. } => (*element, self.outside(row).1),
                Scope::Record(_) => (*scope, row),
            };
            let record = self.program.record_of(scope);
            let tests = |field: &usize| self.space.sides[self.side].judge.regions().tests(record, *field);
            let mut fields: Vec<usize> = (0..self.policy.records[record].fields.len()).filter(|field| tests(field) > 0).collect();
            fields.sort_by_key(|field| std::cmp::Reverse(tests(field)));
            for field in fields {
                self.fact(scope, row, field)?;
            }
        }
        Ok(())
    }

    // ---- nodes ----------------------------------------------------------------------------------------------------------------

    fn read(&mut self, node: NodeId, row: Row) -> Made<Known> {
        let one = &self.program.nodes[node as usize];
        let truth = match &one.op {
            Op::Constant(value) => return Ok(self.constant(value)),
            Op::Cell(field) => return self.fact(one.scope, row, *field),
            Op::Day => return self.day(),
            Op::Root(inner) => return Ok(self.known_at(*inner, Space::SHIPMENT)),
            Op::Follow(field, inner) => {
                let next = self.followed(one.scope, row, *field);
                return Ok(self.known_at(*inner, next));
            }
            Op::Outer(inner) => return Ok(self.known_at(*inner, self.outside(row).0)),
            Op::Element(inner) => return Ok(self.known_at(*inner, self.outside(row).1)),
            Op::Reading(question, reading) => self.reading(*question, *reading)?,
            Op::And(parts) => {
                let mut all = self.space.constant(true);
                for part in parts {
                    all = all.and(&self.truth_at(*part, row)?)?;
                }
                all
            }
            Op::Or(parts) => {
                let mut one = self.space.constant(false);
                for part in parts {
                    one = one.or(&self.truth_at(*part, row)?)?;
                }
                one
            }
            Op::Not(inner) => self.truth_at(*inner, row)?.not()?,
            Op::Below(a, b) => self.ordered(node, row, (*a, *b), operation::below)?,
            Op::AtMost(a, b) => self.ordered(node, row, (*a, *b), operation::at_most)?,
            Op::Equal(a, b) => self.equal(node, row, (*a, *b))?,
            Op::OneOf(inner, values) => self.test(node, row, *inner, |value| operation::one_of(value, values))?,
            Op::Within(inner, places) => self.test(node, row, *inner, |value| within(value, places))?,
            Op::Contains(a, b) => self.member(node, row, (*a, *b), operation::contains)?,
            Op::WithinSet(a, b) => self.member(node, row, (*a, *b), operation::within_set)?,
            Op::Match { code, category, inside, test, .. } => {
                let Known::Cases(codes) = self.fact(one.scope, row, *code)? else { return Ok(Known::Calculated) };
                let mut holds = match test {
                    Some(test) => self.category(*test, row)?,
                    None => self.space.constant(false),
                };
                for (_, guard) in codes.iter().filter(|(code, _)| within(code, inside).is_true()) {
                    holds = holds.or(guard)?;
                }
                // A more general code says nothing; without a test it stays open whether it is this category.
                if test.is_none() && *category != u32::MAX {
                    let of = self.policy.codes.get(*category);
                    for (_, guard) in
                        codes.iter().filter(|(code, _)| matches!(code, Value::Code(code) if of.is_within(&code.code)))
                    {
                        let open = self.opaque(node, row)?;
                        holds = holds.or(&guard.and(&open)?)?;
                    }
                }
                holds
            }
            Op::Any(fold, body) => self.some(node, row, fold, *body)?,
            Op::If(condition, then, otherwise) => return self.either(row, *condition, *then, *otherwise),
            Op::Fixpoint { body, .. } => match self.space.rows.is_general(row) {
                true => self.opaque(node, row)?,
                false => self.truth_at(*body, row)?,
            },
            Op::Count(_) | Op::Sum(..) | Op::Share(..) | Op::Times(..) | Op::Over(..) => return Ok(Known::Calculated),
            Op::Plus(a, b) => return Ok(self.settled(row, &[*a, *b], |values| operation::plus(values[0], values[1]))),
            Op::Minus(a, b) => return Ok(self.settled(row, &[*a, *b], |values| operation::minus(values[0], values[1]))),
            Op::Function(function, parts) => {
                return Ok(self.settled(row, parts, |values| operation::function(*function, values)));
            }
        };
        Ok(Known::Truth(truth))
    }

    /// The test of a category. That of a part is not looked into: a part is classified by its code as well.
    fn category(&mut self, test: NodeId, row: Row) -> Made<Diagram> {
        if self.space.rows.is_general(row) {
            return self.opaque(test, row);
        }
        let holds = self.truth_at(test, row)?;
        if self.asks_for_categories[test as usize] { Ok(holds) } else { self.space.condition(row, holds) }
    }

    fn constant(&self, value: &Value) -> Known {
        match value {
            Value::Truth(truth) if !truth.is_unknown() => Known::Truth(self.space.constant(truth.is_true())),
            _ => Known::Cases(Arc::new([(value.clone(), self.space.constant(true))])),
        }
    }

    fn fact(&mut self, scope: ScopeId, row: Row, field: usize) -> Made<Known> {
        let record = self.program.record_of(scope);
        let of = &self.policy.records[record];
        let name = self.space.name(&of.fields[field].name);
        let about = self.space.fact_of(self.side, row, (record, field), &name);
        if of.fields[field].ty == Type::Truth {
            return self.space.truth_of(about).map(Known::Truth);
        }
        let domain = self.space.values(&of.name, &name);
        let values = domain.of_side(self.side);
        // Where some region has no value, nothing could be said of all shipments: what the fact is tested for stays open.
        if values.is_empty() || !domain.is_whole() {
            return Ok(Known::Calculated);
        }
        let variable = self.space.variable_of(about, values.len(), domain.plainest())?;
        self.cases(variable, values.iter().cloned())
    }

    fn cases(&self, variable: usize, values: impl Iterator<Item = Value>) -> Made<Known> {
        let cases = values.enumerate().map(|(at, value)| Ok((value, self.space.is(variable, at)?)));
        Ok(Known::Cases(cases.collect::<Made<Vec<_>>>()?.into()))
    }

    fn day(&mut self) -> Made<Known> {
        if let Some(day) = self.space.sides[self.side].day {
            return Ok(self.constant(&Value::Date(day)));
        }
        let days = self.space.days();
        let variable = self.space.variable_of(Variable::Day, days.len(), 0)?;
        self.cases(variable, days.into_iter().map(Value::Date))
    }

    /// A question is read so: because guidance settles it on both sides, or by choice, which counts before guidance.
    fn reading(&mut self, question: usize, reading: usize) -> Made<Diagram> {
        let of = &self.policy.questions[question];
        if let Some(settled) = self.space.settled(&of.name) {
            return Ok(self.space.constant(settled == of.readings[reading].name));
        }
        let readings = self.space.readings(&of.name);
        let about = self.space.reading_of(self.side, question, &of.name);
        let variable = self.space.variable_of(about, readings.len(), 0)?;
        let place = readings.iter().position(|name| *name == of.readings[reading].name);
        place.map_or_else(|| Ok(self.space.constant(false)), |place| self.space.is(variable, place))
    }

    fn test(&mut self, node: NodeId, row: Row, inner: NodeId, test: impl Fn(&Value) -> Truth) -> Made<Diagram> {
        let Known::Cases(cases) = self.known_at(inner, row) else { return self.opaque(node, row) };
        let mut holds = self.space.constant(false);
        for (value, guard) in cases.iter() {
            let truth = self.decided(test(value), node, row)?;
            holds = holds.or(&guard.and(&truth)?)?;
        }
        Ok(holds)
    }

    /// What three-valued logic says; what it leaves open is a variable of its own.
    pub(super) fn decided(&mut self, truth: Truth, node: NodeId, row: Row) -> Made<Diagram> {
        match truth.known() {
            Some(truth) => Ok(self.space.constant(truth)),
            None => self.opaque(node, row),
        }
    }

    pub(super) fn opaque(&mut self, node: NodeId, row: Row) -> Made<Diagram> {
        let structure = self.structures[node as usize];
        self.space.truth_of(Variable::Opaque(structure, row))
    }

    fn either(&mut self, row: Row, condition: NodeId, then: NodeId, otherwise: NodeId) -> Made<Known> {
        let condition = self.truth_at(condition, row)?;
        Ok(match (self.known_at(then, row), self.known_at(otherwise, row)) {
            (Known::Truth(a), Known::Truth(b)) => Known::Truth(condition.then_else(&a, &b)?),
            (Known::Cases(a), Known::Cases(b)) => {
                let without = condition.not()?;
                let a = a.iter().map(|(value, guard)| Ok((value.clone(), guard.and(&condition)?)));
                let b = b.iter().map(|(value, guard)| Ok((value.clone(), guard.and(&without)?)));
                Known::Cases(a.chain(b).collect::<Made<Vec<_>>>()?.into())
            }
            _ => Known::Calculated,
        })
    }

    /// A calculation with values that are settled; what hangs on facts stays calculated, since its borders are none of theirs.
    fn settled(&self, row: Row, parts: &[NodeId], result: impl Fn(&[&Value]) -> Value) -> Known {
        let parts: Vec<Known> = parts.iter().map(|part| self.known_at(*part, row)).collect();
        let values: Option<Vec<&Value>> = parts
            .iter()
            .map(|part| match part {
                Known::Cases(cases) if cases.len() == 1 => Some(&cases[0].0),
                _ => None,
            })
            .collect();
        values.map_or(Known::Calculated, |values| self.constant(&result(&values)))
    }
}

fn asks_for_categories(program: &Program) -> Vec<bool> {
    let mut asks = vec![false; program.nodes.len()];
    for (at, node) in program.nodes.iter().enumerate() {
        asks[at] = matches!(node.op, Op::Match { .. }) || node.op.operands().iter().any(|inner| asks[*inner as usize]);
    }
    asks
}

fn within(code: &Value, places: &crate::program::Places) -> Truth {
    match code {
        Value::Code(code) => code.place.is_some_and(|place| places.holds(place)).into(),
        _ => Truth::False,
    }
}
