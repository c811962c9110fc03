//! The regions into which a program cuts what a fact can be: values that every test of the program treats alike.
//!
//! A fact that nobody stated has infinitely many values, but a policy tells only finitely many apart. One value of each region
//! stands for all the others.

use super::operation;
use crate::check::{CheckedPolicy, FieldId, RecordId, Type};
use crate::program::{NodeId, Op, Program};
use crate::value::{Classified, Code, Country, Currency, Date, Number, Set, Truth, Value};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// How a program reads one field.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Tests against constants, each as a function of the value.
    tests: Vec<Test>,
    /// It is compared with other facts.
    pub peers: bool,
    /// It is calculated with.
    pub calculated: bool,
}

#[derive(Debug, Clone)]
enum Test {
    Below(Value),
    Above(Value),
    AtMost(Value),
    AtLeast(Value),
    Equal(Value),
    OneOf(Arc<[Value]>),
    Within(Arc<crate::program::Places>),
    Holds(Value),
}

impl Test {
    fn of(&self, value: &Value) -> Truth {
        match self {
            Test::Below(line) => operation::below(value, line),
            Test::Above(line) => operation::below(line, value),
            Test::AtMost(line) => operation::at_most(value, line),
            Test::AtLeast(line) => operation::at_most(line, value),
            Test::Equal(line) => operation::equal(value, line),
            Test::OneOf(constants) => operation::one_of(value, constants),
            Test::Within(places) => match value {
                Value::Code(code) => code.place.is_some_and(|place| places.holds(place)).into(),
                _ => Truth::Unknown,
            },
            Test::Holds(member) => operation::contains(value, member),
        }
    }

    fn constants(&self) -> Vec<&Value> {
        match self {
            Test::Below(value)
            | Test::Above(value)
            | Test::AtMost(value)
            | Test::AtLeast(value)
            | Test::Equal(value)
            | Test::Holds(value) => {
                vec![value]
            }
            Test::OneOf(values) => values.iter().collect(),
            Test::Within(_) => Vec::new(),
        }
    }
}

/// How a program reads its fields.
#[derive(Debug, Clone)]
pub struct Regions {
    readings: HashMap<(RecordId, FieldId), Reading>,
    /// Days on which the day judged is tested.
    days: Vec<Date>,
    /// Every constant that facts of a type are tested against.
    constants: HashMap<Type, Vec<Value>>,
    /// How many folds go over a list.
    folds: HashMap<(RecordId, FieldId), usize>,
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
        for node in &program.nodes {
            regions.read(policy, program, &views, node.scope, &node.op);
        }
        regions.days.sort();
        regions.days.dedup();
        regions.gather_constants(policy);
        regions
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

    /// How the program reads a field.
    pub fn reading(&self, record: RecordId, field: FieldId) -> Option<&Reading> {
        self.readings.get(&(record, field))
    }

    /// How many folds go over a list.
    pub fn folds(&self, record: RecordId, field: FieldId) -> usize {
        self.folds.get(&(record, field)).copied().unwrap_or(0)
    }

    fn read(&mut self, policy: &CheckedPolicy, program: &Program, views: &[Option<NodeId>], scope: usize, op: &Op) {
        let constant = |node: NodeId| match &program.nodes[node as usize].op {
            Op::Constant(value) => Some(value.clone()),
            Op::Root(inner) | Op::Element(inner) | Op::Outer(inner) => match &program.nodes[*inner as usize].op {
                Op::Constant(value) => Some(value.clone()),
                _ => None,
            },
            _ => None,
        };
        let mut pair = |a: NodeId, b: NodeId, left: fn(Value) -> Test, right: fn(Value) -> Test| match (constant(a), constant(b))
        {
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
            Op::Contains(set, member) => match constant(*member) {
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
        if let Op::Any(fold, _) | Op::Count(fold) | Op::Sum(fold, _) = op {
            let list = match fold.over {
                crate::program::Over::List(field) => Some((program.record_of(scope), field)),
                crate::program::Over::Join(join) => match &program.scopes[join] {
                    crate::program::Scope::Join { outer, path, list, .. } => Some((owner(policy, program, *outer, path), *list)),
                    crate::program::Scope::Record(_) => None,
                },
            };
            if let Some(list) = list {
                *self.folds.entry(list).or_default() += 1;
            }
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

    /// Values of a field, one of each region. `others` are values of facts that it is compared with; `known` bounds a number.
    pub fn of_field(
        &self,
        policy: &CheckedPolicy,
        record: RecordId,
        field: FieldId,
        known: &Value,
        others: &[Value],
    ) -> Vec<Value> {
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
        let candidates = candidates(policy, ty, reading, known, &others);
        let is_compared = reading.peers && (ty.is_number() || *ty == Type::Date);
        if *ty == Type::Truth || reading.calculated || is_compared {
            // A truth is a condition by itself; what an amount is calculated into or compared with tells apart more than its own
            // tests do.
            return candidates;
        }
        distinct(candidates, reading, &others)
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

/// Keeps one value of each combination of test results; values that other facts have stay apart.
fn distinct(candidates: Vec<Value>, reading: &Reading, others: &[Value]) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    candidates
        .into_iter()
        .filter(|value| {
            let results: Vec<Truth> = reading.tests.iter().map(|test| test.of(value)).collect();
            let peers: Vec<(Truth, Truth)> = match reading.peers {
                true => others.iter().map(|other| (operation::equal(value, other), operation::below(value, other))).collect(),
                false => Vec::new(),
            };
            seen.insert((results, peers))
        })
        .collect()
}

fn candidates(policy: &CheckedPolicy, ty: &Type, reading: &Reading, known: &Value, others: &[Value]) -> Vec<Value> {
    let constants = || reading.tests.iter().flat_map(|test| test.constants().into_iter().cloned().collect::<Vec<_>>());
    match ty {
        Type::Truth => vec![true.into(), false.into()],
        Type::Enum(id) => {
            let declared = (0..policy.enums[*id].words.len()).map(|at| Value::Word(at as u32));
            let other = policy.enums[*id].open.then(|| Value::Text("other".into()));
            declared.chain(other).chain(others.iter().cloned()).collect()
        }
        Type::Country => {
            let mentioned = constants().chain(others.iter().cloned()).filter(|value| matches!(value, Value::Country(_)));
            let familiar = FAMILIAR.iter().filter_map(|code| Country::parse(code));
            mentioned.chain(familiar.chain(Country::all()).map(Value::Country)).collect()
        }
        Type::Text => {
            let fresh = (1..).map(|number| Value::Text(format!("another {number}").into()));
            let fresh = fresh.into_iter().find(|text| !others.contains(text));
            constants().chain(others.iter().cloned()).chain(fresh).collect()
        }
        Type::Code => codes(policy).chain(others.iter().cloned()).collect(),
        Type::Date => {
            let mut days = BTreeSet::new();
            for value in constants().chain(others.iter().cloned()) {
                if let Value::Date(date) = value {
                    days.extend([date.plus_days(-1), date, date.plus_days(1)]);
                }
            }
            days.insert(Date(20_000));
            days.into_iter().map(Value::Date).collect()
        }
        Type::Set(of) => sets(reading, known, &candidates(policy, of, &members(reading), &Value::Unknown, others)),
        Type::Money => {
            let currency =
                constants().chain(others.iter().cloned()).find_map(|value| value.currency()).or_else(|| Currency::parse("USD"));
            let lines: Vec<Number> = constants().chain(others.iter().cloned()).filter_map(|value| point(&value)).collect();
            let amounts = numbers(&lines, known, false, reading.calculated);
            currency.map_or_else(Vec::new, |currency| amounts.into_iter().map(|amount| Value::Money(amount, currency)).collect())
        }
        Type::Integer | Type::Decimal | Type::Percent | Type::Quantity(_) => {
            let lines: Vec<Number> = constants().chain(others.iter().cloned()).filter_map(|value| point(&value)).collect();
            numbers(&lines, known, *ty == Type::Integer, reading.calculated).into_iter().map(Value::Number).collect()
        }
        _ => Vec::new(),
    }
}

/// Countries that are shown first where any of many would do.
const FAMILIAR: &[&str] = &["DE", "US", "JP", "KR", "FR", "GB", "VN", "IN"];

fn point(value: &Value) -> Option<Number> {
    value.range().and_then(|range| range.point().cloned())
}

/// Every code of the policy, and one from elsewhere.
fn codes(policy: &CheckedPolicy) -> impl Iterator<Item = Value> {
    let elsewhere = Code::parse("EAR99").map(|code| Classified { place: policy.codes.place(&code), code });
    let known = policy.codes.iter().map(|code| Classified { place: policy.codes.place(code), code: code.clone() });
    elsewhere.into_iter().chain(known).map(Value::Code)
}

/// The members that the tests of a set ask for, as tests of one member.
fn members(reading: &Reading) -> Reading {
    let tests = reading.tests.iter().filter_map(|test| match test {
        Test::Holds(value) => Some(Test::Equal(value.clone())),
        _ => None,
    });
    Reading { tests: tests.collect(), ..Reading::default() }
}

/// How many members a set is composed of at most while its regions are made.
const MOST_MEMBERS: usize = 10;

/// Sets made of the members that are asked for, each with and without, together with those that are known.
fn sets(reading: &Reading, known: &Value, of: &[Value]) -> Vec<Value> {
    let (given, asked): (Vec<Value>, Vec<Value>) = {
        let asked = |value: &Value| {
            reading.tests.iter().any(|test| matches!(test, Test::Holds(member) if member == value)) || reading.peers
        };
        let given = match known {
            Value::Set(set) => set.members.clone(),
            _ => Vec::new(),
        };
        let open: Vec<Value> =
            of.iter().filter(|value| asked(value) && !given.contains(value)).take(MOST_MEMBERS).cloned().collect();
        (given, open)
    };
    (0..1u32 << asked.len())
        .map(|choice| {
            let chosen = asked.iter().enumerate().filter(|(at, _)| choice & (1 << at) != 0).map(|(_, value)| value.clone());
            Value::Set(Arc::new(Set::new(given.iter().cloned().chain(chosen).collect(), true)))
        })
        .collect()
}

/// Numbers on, between and beyond the lines, within what is known.
fn numbers(lines: &[Number], known: &Value, whole: bool, calculated: bool) -> Vec<Number> {
    let range = known.range().unwrap_or_else(crate::value::Range::not_negative);
    let mut marks: BTreeSet<Number> = lines.iter().cloned().collect();
    marks.extend(range.low.as_ref().map(|low| low.at.clone()));
    marks.extend(range.high.as_ref().map(|high| high.at.clone()));
    if calculated {
        marks.extend([Number::ONE, 1000.into()]);
    }
    let sorted: Vec<Number> = marks.iter().cloned().collect();
    for pair in sorted.windows(2) {
        marks.insert(pair[0].between(&pair[1]));
    }
    if let Some(last) = sorted.last() {
        marks.insert(last.plus(&Number::ONE));
    }
    let inside = |number: &Number| {
        let at = crate::value::Range::exactly(number.clone());
        let below = range
            .low
            .as_ref()
            .is_some_and(|low| at.is_below(&crate::value::Range { low: Some(low.clone()), high: None }).is_true());
        let above = range
            .high
            .as_ref()
            .is_some_and(|high| crate::value::Range { low: None, high: Some(high.clone()) }.is_below(&at).is_true());
        !below && !above
    };
    if whole {
        let floors: BTreeSet<Number> = marks.iter().flat_map(neighbours).collect();
        return floors.into_iter().filter(inside).collect();
    }
    marks.into_iter().filter(inside).collect()
}

/// The whole numbers at and beside a number.
fn neighbours(number: &Number) -> Vec<Number> {
    let floor = number.decimal(0).trim_end_matches('…').parse::<i64>().unwrap_or(0);
    vec![(floor - 1).into(), floor.into(), (floor + 1).into()]
}
