//! The regions into which a program cuts what a fact can be: values that every test of the program treats alike.
//!
//! A fact that nobody stated has infinitely many values, but a policy tells only finitely many apart. One value of each region
//! stands for all the others.

use super::alike::Users;
use super::candidates::{candidates, distinct};
use super::reading::{Reading, Test};
use crate::check::{CheckedPolicy, FieldId, Inherits, RecordId, Type};
use crate::program::{NodeId, Op, Over, Program, Scope};
use crate::value::{Date, Number, Value};
use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

/// How a program reads its fields.
#[derive(Debug, Clone)]
pub struct Regions {
    readings: HashMap<(RecordId, FieldId), Reading>,
    /// Days on which the day judged is tested.
    days: Vec<Date>,
    /// Every constant that facts of a type are tested against.
    constants: HashMap<Type, Vec<Value>>,
    /// What is asked of lists as wholes.
    folds: HashMap<(RecordId, FieldId), Folds>,
}

/// The regions of a program, worked out when they are asked for first: a shipment that is settled never does.
#[derive(Debug, Clone, Default)]
pub(super) struct LateRegions(OnceLock<Regions>);

impl LateRegions {
    /// The regions of the program that these are of.
    pub(super) fn of(&self, policy: &CheckedPolicy, program: &Program) -> &Regions {
        self.0.get_or_init(|| Regions::new(policy, program))
    }
}

/// What a program asks of a list as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folds {
    /// How many quantifiers go over it.
    pub quantifiers: usize,
    /// How often its elements are counted.
    pub counts: usize,
    /// The numbers that such counts are compared with.
    pub lines: BTreeSet<Number>,
    /// It is summed up, or counted in some other way than against a number, or gone over within itself: no number of elements that
    /// could be named stands for all others.
    pub measured: bool,
}

impl Folds {
    fn extend(&mut self, other: &Folds) {
        self.quantifiers += other.quantifiers;
        self.counts += other.counts;
        self.lines.extend(other.lines.iter().cloned());
        self.measured |= other.measured;
    }
}

/// The nodes that are the same fact, seen from other rows.
fn views(program: &Program) -> Vec<Option<NodeId>> {
    let mut views: Vec<Option<NodeId>> = vec![None; program.nodes.len()];
    for (at, node) in program.nodes.iter().enumerate() {
        views[at] = match &node.op {
            Op::Cell(_) | Op::Day => Some(at as NodeId),
            Op::Root(inner) | Op::Outer(inner) | Op::Element(inner) | Op::Follow(_, inner) => {
                views.get(*inner as usize).copied().flatten()
            }
            _ => None,
        };
    }
    views
}

impl Regions {
    /// Reads a program.
    pub fn new(policy: &CheckedPolicy, program: &Program) -> Regions {
        let mut regions =
            Regions { readings: HashMap::new(), days: Vec::new(), constants: HashMap::new(), folds: HashMap::new() };
        let views = views(program);
        let users = Users::new(program);
        for (at, node) in program.nodes.iter().enumerate() {
            regions.read(policy, program, &views, node.scope, &node.op);
            regions.read_member(program, &views, &users, at as NodeId);
        }
        regions.days.sort();
        regions.days.dedup();
        regions.inherit(policy);
        regions.gather_constants(policy);
        regions
    }

    /// A fact that others inherit is read as they are.
    fn inherit(&mut self, policy: &CheckedPolicy) {
        let source = |record: RecordId, field: FieldId| match policy.records[record].fields[field].inherits? {
            Inherits::Shipment(field) => Some((0, field)),
            Inherits::Beside(field) => Some((record, field)),
        };
        // As they are before they are extended: what is inherited over several steps is handed on once.
        let inherits = |at: &(RecordId, FieldId)| source(at.0, at.1).is_some();
        let readings: HashMap<_, _> =
            self.readings.iter().filter(|(at, _)| inherits(at)).map(|(at, of)| (*at, of.clone())).collect();
        let folds: HashMap<_, _> = self.folds.iter().filter(|(at, _)| inherits(at)).map(|(at, of)| (*at, of.clone())).collect();
        for (record, one) in policy.records.iter().enumerate() {
            for field in 0..one.fields.len() {
                let mut at = (record, field);
                while let Some(next) = source(at.0, at.1) {
                    at = next;
                    if let Some(reading) = readings.get(&(record, field)) {
                        self.readings.entry(at).or_default().extend(reading);
                    }
                    if let Some(asked) = folds.get(&(record, field)) {
                        self.folds.entry(at).or_default().extend(asked);
                    }
                }
            }
        }
    }

    /// Facts that are compared with each other must tell apart what either is tested against.
    fn gather_constants(&mut self, policy: &CheckedPolicy) {
        for ((record, field), reading) in &self.readings {
            let ty = match &policy.records[*record].fields[*field].ty {
                Type::Set(of) => (**of).clone(),
                other => other.clone(),
            };
            let found = self.constants.entry(ty).or_default();
            found.extend(reading.tests.iter().flat_map(Test::constants).cloned());
        }
        self.constants.values_mut().for_each(|found| {
            found.sort();
            found.dedup();
        });
    }

    /// Whether facts are tested against this very value: it stands for itself alone.
    pub(crate) fn names(&self, value: &Value) -> bool {
        self.constants.values().any(|known| known.binary_search(value).is_ok())
    }

    /// How many of the program's tests of a field a value meets.
    pub(crate) fn satisfied(&self, record: RecordId, field: FieldId, value: &Value) -> usize {
        self.reading(record, field).map_or(0, |reading| reading.tests.iter().filter(|test| test.of(value).is_true()).count())
    }

    /// Whether the program's tests of a field cannot tell two values apart.
    pub(crate) fn are_alike(&self, record: RecordId, field: FieldId, a: &Value, b: &Value) -> bool {
        self.reading(record, field).is_none_or(|reading| reading.tests.iter().all(|test| test.of(a) == test.of(b)))
    }

    /// How often the program tests a field.
    pub(crate) fn tests(&self, record: RecordId, field: FieldId) -> usize {
        self.reading(record, field).map_or(0, |reading| reading.tests.len())
    }

    /// How the program reads a field.
    pub fn reading(&self, record: RecordId, field: FieldId) -> Option<&Reading> {
        self.readings.get(&(record, field))
    }

    /// What is asked of a list as a whole.
    pub fn folds(&self, record: RecordId, field: FieldId) -> Option<&Folds> {
        self.folds.get(&(record, field))
    }

    fn read(&mut self, policy: &CheckedPolicy, program: &Program, views: &[Option<NodeId>], scope: usize, op: &Op) {
        let mut pair = |a: NodeId, b: NodeId, left: fn(Value) -> Test, right: fn(Value) -> Test| match (
            constant(program, a),
            constant(program, b),
        ) {
            (None, Some(line)) => self.test(policy, program, views, a, left(line)),
            (Some(line), None) => self.test(policy, program, views, b, right(line)),
            _ => {
                self.peer(policy, program, views, a);
                self.peer(policy, program, views, b);
            }
        };
        match op {
            Op::Below(a, b) => pair(*a, *b, Test::Below, Test::Above),
            Op::AtMost(a, b) => pair(*a, *b, Test::AtMost, Test::AtLeast),
            Op::Equal(a, b) => pair(*a, *b, Test::Equal, Test::Equal),
            Op::OneOf(inner, constants) => self.test(policy, program, views, *inner, Test::OneOf(constants.clone())),
            Op::Within(inner, places) => self.test(policy, program, views, *inner, Test::Within(places.clone())),
            Op::Match { code, inside, .. } => {
                let reading = self.readings.entry((program.record_of(scope), *code)).or_default();
                reading.tests.push(Test::Within(inside.clone()));
            }
            Op::Contains(set, member) => match constant(program, *member) {
                Some(member) => self.test(policy, program, views, *set, Test::Holds(member)),
                None => {
                    self.peer(policy, program, views, *set);
                    self.peer(policy, program, views, *member);
                }
            },
            Op::WithinSet(a, b) => {
                self.peer(policy, program, views, *a);
                self.peer(policy, program, views, *b);
            }
            Op::Share(a, b) | Op::Plus(a, b) | Op::Minus(a, b) | Op::Times(a, b) | Op::Over(a, b) => {
                self.calculated(program, views, *a);
                self.calculated(program, views, *b);
            }
            Op::If(_, a, b) => {
                self.calculated(program, views, *a);
                self.calculated(program, views, *b);
            }
            Op::Sum(_, value) => self.calculated(program, views, *value),
            Op::Function(_, arguments) => arguments.iter().for_each(|argument| self.calculated(program, views, *argument)),
            _ => {}
        }
        self.read_fold(policy, program, scope, op);
        self.read_count(policy, program, op);
    }

    fn read_fold(&mut self, policy: &CheckedPolicy, program: &Program, scope: usize, op: &Op) {
        let Some(list) = folded(policy, program, scope, op) else { return };
        let folds = self.folds.entry(list).or_default();
        folds.quantifiers += usize::from(matches!(op, Op::Any(..)));
        folds.counts += usize::from(matches!(op, Op::Count(_)));
        folds.measured |= matches!(op, Op::Sum(..)) || matches!(program.scopes[scope], Scope::Join { .. });
    }

    /// Notes what counts are compared with; a count that is read in any other way is measured.
    fn read_count(&mut self, policy: &CheckedPolicy, program: &Program, op: &Op) {
        if op.is_view() {
            return;
        }
        let counted = |node: NodeId| {
            let node = &program.nodes[seen_through(program, node) as usize];
            matches!(node.op, Op::Count(_)).then(|| folded(policy, program, node.scope, &node.op)).flatten()
        };
        let line = |node: NodeId| constant(program, node).and_then(|value| value.range()?.point().cloned());
        if let Op::Below(a, b) | Op::AtMost(a, b) | Op::Equal(a, b) = op {
            for (count, other) in [(*a, *b), (*b, *a)] {
                let Some(list) = counted(count) else { continue };
                let folds = self.folds.entry(list).or_default();
                match line(other) {
                    Some(line) => _ = folds.lines.insert(line),
                    None => folds.measured = true,
                }
            }
            return;
        }
        for list in op.reads().into_iter().filter_map(counted) {
            self.folds.entry(list).or_default().measured = true;
        }
    }

    /// What becomes of a test for a member of a set.
    fn read_member(&mut self, program: &Program, views: &[Option<NodeId>], users: &Users, node: NodeId) {
        let Op::Contains(set, member) = program.nodes[node as usize].op else { return };
        let Some(member) = constant(program, member) else { return };
        if let Some(reading) = self.field(program, views, set) {
            reading.members.entry(member).or_default().extend(users.uses(program, node));
        }
    }

    fn field(&mut self, program: &Program, views: &[Option<NodeId>], node: NodeId) -> Option<&mut Reading> {
        let fact = views[node as usize]?;
        match program.nodes[fact as usize].op {
            Op::Cell(field) => Some(self.readings.entry((program.nodes[fact as usize].scope, field)).or_default()),
            _ => None,
        }
    }

    fn test(&mut self, policy: &CheckedPolicy, program: &Program, views: &[Option<NodeId>], node: NodeId, test: Test) {
        let is_day = views[node as usize].is_some_and(|fact| program.nodes[fact as usize].op == Op::Day);
        if is_day {
            self.days.extend(test.constants().into_iter().filter_map(|value| match value {
                Value::Date(date) => Some(*date),
                _ => None,
            }));
        }
        match self.field(program, views, node) {
            Some(reading) => reading.tests.push(test),
            // The result of a calculation: what it was calculated from knows so already.
            None => self.peer(policy, program, views, node),
        }
    }

    fn peer(&mut self, _: &CheckedPolicy, program: &Program, views: &[Option<NodeId>], node: NodeId) {
        if let Some(reading) = self.field(program, views, node) {
            reading.peers = true;
        }
    }

    fn calculated(&mut self, program: &Program, views: &[Option<NodeId>], node: NodeId) {
        if let Some(reading) = self.field(program, views, node) {
            reading.calculated = true;
        }
    }

    /// Values of the day judged, one of each region; `others` are days of facts that it is compared with.
    pub fn of_day(&self, program: &Program, others: &[Date]) -> Vec<Date> {
        let guidance = program.guidance.iter().flatten().map(|(day, ..)| *day);
        let mut days: BTreeSet<Date> = BTreeSet::new();
        for day in self.days.iter().copied().chain(guidance).chain(others.iter().copied()) {
            days.extend([day.plus_days(-1), day, day.plus_days(1)]);
        }
        if days.is_empty() {
            days.insert(Date(20_000));
        }
        days.into_iter().collect()
    }

    /// Values of a field, one of each region, and whether these are all regions. `others` are values of facts that it is compared
    /// with; `known` bounds a number.
    pub fn of_field(
        &self,
        policy: &CheckedPolicy,
        record: RecordId,
        field: FieldId,
        known: &Value,
        others: &[Value],
    ) -> (Vec<Value>, bool) {
        let nothing = Reading::default();
        let reading = self.readings.get(&(record, field)).unwrap_or(&nothing);
        let ty = &policy.records[record].fields[field].ty;
        let mut others = others.to_vec();
        if reading.peers {
            let of = match ty {
                Type::Set(of) => of,
                other => other,
            };
            others.extend(self.constants.get(of).into_iter().flatten().cloned());
            others.sort();
            others.dedup();
        }
        let (candidates, all) = candidates(policy, ty, reading, known, &others);
        let is_compared = reading.peers && (ty.is_number() || matches!(ty, Type::Date | Type::Set(_)));
        if *ty == Type::Truth || reading.calculated || is_compared {
            // A truth is a condition by itself; what an amount is calculated into or compared with tells apart more than its own
            // tests do, and so does what a set may hold of another fact.
            return (candidates, all);
        }
        (distinct(candidates, reading, &others), all)
    }
}

/// The list that a fold goes over.
fn folded(policy: &CheckedPolicy, program: &Program, scope: usize, op: &Op) -> Option<(RecordId, FieldId)> {
    let (Op::Any(fold, _) | Op::Count(fold) | Op::Sum(fold, _)) = op else { return None };
    match fold.over {
        Over::List(field) => Some((program.record_of(scope), field)),
        Over::Join(join) => match &program.scopes[join] {
            Scope::Join { outer, path, list, .. } => Some((owner(policy, program, *outer, path), *list)),
            Scope::Record(_) => None,
        },
    }
}

/// The node itself behind whatever it is seen from.
fn seen_through(program: &Program, node: NodeId) -> NodeId {
    match &program.nodes[node as usize].op {
        op if op.is_view() => op.reads().first().map_or(node, |inner| seen_through(program, *inner)),
        _ => node,
    }
}

/// The literal that a node is, seen from whichever row.
fn constant(program: &Program, node: NodeId) -> Option<Value> {
    match &program.nodes[node as usize].op {
        Op::Constant(value) => Some(value.clone()),
        op if op.is_view() => op.reads().first().and_then(|inner| constant(program, *inner)),
        _ => None,
    }
}

fn owner(policy: &CheckedPolicy, program: &Program, outer: usize, path: &[crate::program::Access]) -> RecordId {
    use crate::program::Access;
    path.iter().fold(program.record_of(outer), |record, step| match step {
        Access::Root => 0,
        Access::Outer | Access::Element => record,
        Access::Follow(field) => match policy.records[record].fields[*field].ty {
            Type::Record(next) => next,
            _ => record,
        },
    })
}
