//! One shipment: a value for every node and row. The filled list is the trace that explanations read.

use super::category::ByCode;
use super::operation::{self, Adder, Rest};
use crate::check::CheckedPolicy;
use crate::facts::{Cell, Facts, Place};
use crate::program::{Access, Fold, Node, NodeId, Op, Over, Places, Program, Scope, ScopeId};
use crate::value::{Date, Number, Truth, Value};
use std::borrow::Cow;
use std::collections::HashSet;

/// The rows of a join.
#[derive(Debug, Clone, Default)]
struct Join {
    /// For each row: the row outside, the element, and whether the element is only a possibility.
    rows: Vec<(u32, u32, bool)>,
    /// Where the rows of each row outside begin; one more at the end.
    starts: Vec<u32>,
    /// For each row outside: whether its list is complete.
    complete: Vec<bool>,
}

/// The memory of an evaluation: one that is done with hands it on to the next.
#[derive(Debug, Clone, Default)]
pub(super) struct Room {
    joins: Vec<Join>,
    rows: Vec<u32>,
    starts: Vec<u32>,
    values: Vec<Value>,
}

/// The values of all nodes for one shipment.
#[derive(Debug, Clone)]
pub struct Evaluation<'a> {
    /// The policy.
    pub policy: &'a CheckedPolicy,
    /// The program.
    pub program: &'a Program,
    /// The facts.
    pub facts: Cow<'a, Facts>,
    /// The day judged.
    pub day: Option<Date>,
    /// The readings that are chosen.
    pub readings: Vec<Option<usize>>,
    /// Elements that open lists may have beside those named, for clauses that go over them.
    possible_elements: Vec<(Place, u32)>,
    joins: Vec<Join>,
    /// How many rows each scope has.
    rows: Vec<u32>,
    starts: Vec<u32>,
    pub(super) values: Vec<Value>,
    /// What given facts prove against a code that was given: it stays so while other facts are supposed.
    pub(super) proved: Option<HashSet<(NodeId, u32)>>,
    /// Nodes that are held at a value, to see what would follow.
    pub(super) held: Vec<(NodeId, u32, Value)>,
}

impl<'a> Evaluation<'a> {
    /// Evaluates a program on facts.
    pub fn new(
        policy: &'a CheckedPolicy,
        program: &'a Program,
        facts: Cow<'a, Facts>,
        day: Option<Date>,
        readings: Vec<Option<usize>>,
    ) -> Evaluation<'a> {
        let mut evaluation = Evaluation::begun(policy, program, facts, readings, Room::default());
        evaluation.day = day;
        evaluation.run_anew();
        evaluation.proved = Some(evaluation.proofs());
        evaluation
    }

    /// An evaluation on no day, of which nothing is laid out or computed yet.
    pub(super) fn begun(
        policy: &'a CheckedPolicy,
        program: &'a Program,
        mut facts: Cow<'a, Facts>,
        readings: Vec<Option<usize>>,
        room: Room,
    ) -> Evaluation<'a> {
        let possible_elements = possible_elements(policy, program, &mut facts);
        let Room { joins, rows, starts, values } = room;
        Evaluation {
            policy,
            program,
            facts,
            day: None,
            readings,
            possible_elements,
            joins,
            rows,
            starts,
            values,
            proved: None,
            held: Vec::new(),
        }
    }

    /// The memory, and the readings that were chosen, for the next evaluation.
    pub(super) fn ended(self) -> (Room, Vec<Option<usize>>) {
        (Room { joins: self.joins, rows: self.rows, starts: self.starts, values: self.values }, self.readings)
    }

    /// The value of a node on a row.
    pub fn value(&self, node: NodeId, row: u32) -> &Value {
        &self.values[(self.starts[node as usize] + row) as usize]
    }

    /// The truth of a node on a row.
    pub fn truth(&self, node: NodeId, row: u32) -> Truth {
        self.value(node, row).truth()
    }

    /// How many rows a scope has.
    pub fn rows(&self, scope: ScopeId) -> u32 {
        self.rows[scope]
    }

    /// For a row of a join: the row outside, the element, and whether the element is only a possibility.
    pub fn join_row(&self, scope: ScopeId, row: u32) -> (u32, u32, bool) {
        self.joins[scope - self.program_records()].rows[row as usize]
    }

    /// How many values there are.
    pub(super) fn size(&self) -> usize {
        self.values.len()
    }

    /// The place of a value among all.
    pub(super) fn index(&self, node: NodeId, row: u32) -> usize {
        (self.starts[node as usize] + row) as usize
    }

    /// What a row of a scope is made of, from the outside in: this stays when other rows come and go.
    pub(super) fn made_of(&self, scope: ScopeId, row: u32) -> Vec<u32> {
        match &self.program.scopes[scope] {
            Scope::Record(_) => vec![row],
            Scope::Join { outer, .. } => {
                let (outside, element, _) = self.join_row(scope, row);
                let mut made = self.made_of(*outer, outside);
                made.push(element);
                made
            }
        }
    }

    /// The row of a scope that is made of these.
    pub(super) fn row_made_of(&self, scope: ScopeId, made: &[u32]) -> Option<u32> {
        match &self.program.scopes[scope] {
            Scope::Record(_) => made.first().copied(),
            Scope::Join { outer, .. } => {
                let (element, outside) = made.split_last()?;
                let outside = self.row_made_of(*outer, outside)?;
                let join = &self.joins[scope - self.program_records()];
                let mut rows = join.starts[outside as usize]..join.starts[outside as usize + 1];
                rows.find(|row| join.rows[*row as usize].1 == *element)
            }
        }
    }

    /// The elements that a fold goes over, as rows of the scope of its body, and whether there are no others.
    pub fn elements(&self, scope: ScopeId, row: u32, over: Over) -> (Vec<u32>, bool) {
        match over {
            Over::List(field) => {
                let place = Place { record: self.program.record_of(scope), row, field };
                let (rows, complete) = self.facts.list(place);
                (rows.to_vec(), complete)
            }
            Over::Join(join) => {
                let join = &self.joins[join - self.program_records()];
                let rows = join.starts[row as usize]..join.starts[row as usize + 1];
                (rows.filter(|row| !join.rows[*row as usize].2).collect(), join.complete[row as usize])
            }
        }
    }

    /// The scope of the rows that [`Evaluation::elements`] gives.
    pub fn scope_of_elements(&self, scope: ScopeId, over: Over) -> ScopeId {
        match over {
            Over::Join(join) => join,
            Over::List(field) => match self.policy.records[self.program.record_of(scope)].fields[field].ty {
                crate::check::Type::List(element) => element,
                _ => scope,
            },
        }
    }

    /// The row that a path leads to, and its scope.
    pub fn walk(&self, mut scope: ScopeId, mut row: u32, path: &[Access]) -> Option<(ScopeId, u32)> {
        for step in path {
            (scope, row) = match (step, &self.program.scopes[scope]) {
                (Access::Root, _) => (0, 0),
                (Access::Outer, Scope::Join { outer, .. }) => (*outer, self.join_row(scope, row).0),
                (Access::Element, Scope::Join { element, .. }) => (*element, self.join_row(scope, row).1),
                (Access::Follow(field), Scope::Record(record)) => {
                    let next = match self.policy.records[*record].fields[*field].ty {
                        crate::check::Type::Record(next) => next,
                        _ => return None,
                    };
                    (next, self.facts.follow(Place { record: *record, row, field: *field })?)
                }
                _ => return None,
            };
        }
        Some((scope, row))
    }

    /// The reading of a question that counts: chosen, or settled by guidance that is out on the day judged.
    pub fn reading(&self, question: usize) -> Option<usize> {
        self.readings[question].or_else(|| self.guidance(question).map(|(_, reading, _)| reading))
    }

    /// The guidance that settles a question on the day judged.
    pub fn guidance(&self, question: usize) -> Option<(Date, usize, usize)> {
        if self.readings[question].is_some() {
            return None;
        }
        let day = self.day?;
        self.program.guided(question, day)
    }

    fn program_records(&self) -> usize {
        self.policy.records.len()
    }

    // ---- layout ---------------------------------------------------------------------------------------------------------------

    /// The rows of joins.
    pub(super) fn lay_out_joins(&mut self) {
        self.joins.clear();
        self.rows.clear();
        self.rows.extend((0..self.program_records()).map(|record| self.facts.rows(record) as u32));
        for scope in self.program_records()..self.program.scopes.len() {
            let join = self.join(scope);
            self.rows.push(join.rows.len() as u32);
            self.joins.push(join);
        }
    }

    /// How many rows each scope has.
    pub(super) fn shape(&self) -> &[u32] {
        &self.rows
    }

    /// A place for each value, of which nothing is known.
    pub(super) fn lay_out_values(&mut self) {
        let mut start = 0;
        self.starts.clear();
        self.starts.reserve(self.program.nodes.len());
        for node in &self.program.nodes {
            self.starts.push(start);
            start += self.rows[node.scope];
        }
        self.values.clear();
        self.values.resize(start as usize, Value::Unknown);
    }

    fn join(&self, scope: ScopeId) -> Join {
        let Scope::Join { outer, path, list, element: _ } = &self.program.scopes[scope] else { return Join::default() };
        let mut join = Join::default();
        for row in 0..self.rows(*outer) {
            join.starts.push(join.rows.len() as u32);
            let owner = self.walk(*outer, row, path);
            let Some((owner_scope, owner_row)) = owner else {
                join.complete.push(false);
                continue;
            };
            let place = Place { record: self.program.record_of(owner_scope), row: owner_row, field: *list };
            let (elements, complete) = self.facts.list(place);
            join.rows.extend(elements.iter().map(|element| (row, *element, false)));
            if !complete {
                let possible = self.possible_elements.iter().filter(|(at, _)| *at == self.facts.effective(place).0);
                join.rows.extend(possible.map(|(_, element)| (row, *element, true)));
            }
            join.complete.push(complete);
        }
        join.starts.push(join.rows.len() as u32);
        join
    }

    // ---- computing ------------------------------------------------------------------------------------------------------------

    /// Lays out everything anew, and computes all values.
    pub(super) fn run_anew(&mut self) {
        self.lay_out_joins();
        if self.held.is_empty() {
            self.append_all();
        } else {
            self.lay_out_values();
            self.run_all();
        }
    }

    /// Computes all values, each written behind the one before, where no node is held.
    fn append_all(&mut self) {
        let program = self.program;
        self.starts.clear();
        self.starts.reserve(program.nodes.len());
        self.values.clear();
        self.values.reserve(program.nodes.len());
        self.values.extend(program.constants.iter().map(|(_, value)| value.clone()));
        let (mut constants, mut circle_ends) = (0, 0);
        for (at, node) in program.nodes.iter().enumerate() {
            match node.op {
                _ if at < circle_ends => {}
                Op::Constant(_) if program.constants.get(constants).is_some_and(|(place, _)| *place == at as NodeId) => {
                    self.starts.push(constants as u32);
                    constants += 1;
                }
                Op::Fixpoint { end, .. } => {
                    circle_ends = end as usize + 1;
                    for within in &program.nodes[at..circle_ends] {
                        self.starts.push(self.values.len() as u32);
                        self.values.resize(self.values.len() + self.rows[within.scope] as usize, Value::Unknown);
                    }
                    self.fixpoint(at as NodeId, end);
                }
                _ => {
                    self.starts.push(self.values.len() as u32);
                    for row in 0..self.rows[node.scope] {
                        let value = self.result(at as NodeId, node, row);
                        self.values.push(value);
                    }
                }
            }
        }
    }

    /// Computes all nodes again.
    pub(super) fn run_all(&mut self) {
        self.run(|_| true);
    }

    /// Computes the nodes that are wanted, in order; of a circle all or none.
    pub(super) fn run(&mut self, wanted: impl Fn(NodeId) -> bool) {
        let mut node = 0;
        while node < self.program.nodes.len() as NodeId {
            node = if wanted(node) { self.fill(node) } else { self.end_of(node) } + 1;
        }
    }

    /// Computes a node on all rows, or the circle that it begins; gives back the last node that was computed.
    pub(super) fn fill(&mut self, node: NodeId) -> NodeId {
        let end = self.end_of(node);
        match self.program.nodes[node as usize].op {
            Op::Fixpoint { .. } => self.fixpoint(node, end),
            _ => (0..self.rows[self.program.nodes[node as usize].scope]).for_each(|row| self.compute(node, row)),
        }
        end
    }

    /// The last node of the circle that a node begins; of any other node itself.
    fn end_of(&self, node: NodeId) -> NodeId {
        match self.program.nodes[node as usize].op {
            Op::Fixpoint { end, .. } => end,
            _ => node,
        }
    }

    pub(super) fn compute(&mut self, node: NodeId, row: u32) {
        let value = self.held_or_result(node, row);
        let place = (self.starts[node as usize] + row) as usize;
        self.values[place] = value;
    }

    fn held_or_result(&self, node: NodeId, row: u32) -> Value {
        match self.held.iter().find(|(held, at, _)| (*held, *at) == (node, row)) {
            Some((.., value)) => value.clone(),
            None => self.result(node, &self.program.nodes[node as usize], row),
        }
    }

    /// What a node computes on a row; `id` is its place in the program.
    pub(super) fn result(&self, id: NodeId, node: &Node, row: u32) -> Value {
        let scope = node.scope;
        let at = |node: &NodeId| self.value(*node, row);
        match &node.op {
            Op::Constant(value) => value.clone(),
            Op::Cell(field) => self.facts.known(Place { record: scope, row, field: *field }).clone(),
            Op::Follow(field, inner) => match self.facts.follow(Place { record: scope, row, field: *field }) {
                Some(row) => self.value(*inner, row).clone(),
                None => unknown_like(self.value_shape(*inner)),
            },
            Op::Outer(inner) => self.value(*inner, self.join_row(scope, row).0).clone(),
            Op::Element(inner) => self.value(*inner, self.join_row(scope, row).1).clone(),
            Op::Root(inner) => self.value(*inner, 0).clone(),
            Op::Day => self.day.map_or(Value::Unknown, Value::Date),
            Op::Reading(question, reading) => match self.reading(*question) {
                Some(chosen) => (chosen == *reading).into(),
                None => Truth::Unknown.into(),
            },
            // Without a look at which part settles it: to guess that wrongly takes longer than to ask them all.
            Op::And(parts) => parts.iter().fold(Truth::True, |all, part| all.and(at(part).truth())).into(),
            Op::Or(parts) => parts.iter().fold(Truth::False, |one, part| one.or(at(part).truth())).into(),
            Op::Not(inner) => (!at(inner).truth()).into(),
            Op::Below(a, b) => operation::below(at(a), at(b)).into(),
            Op::AtMost(a, b) => operation::at_most(at(a), at(b)).into(),
            Op::Equal(a, b) => operation::equal(at(a), at(b)).into(),
            Op::OneOf(inner, constants) => operation::one_of(at(inner), constants).into(),
            Op::Within(inner, places) => within(at(inner), places).into(),
            Op::Contains(set, member) => operation::contains(at(set), at(member)).into(),
            Op::WithinSet(code, set) => operation::within_set(at(code), at(set)).into(),
            Op::Match { code, category, inside, test, delegates } => {
                let test = test.map(|test| self.truth(test, row));
                match self.by_code(Place { record: scope, row, field: *code }, *category, inside, test.is_none()) {
                    ByCode::Inside => true.into(),
                    ByCode::Beside if *delegates => test.unwrap_or(Truth::False).into(),
                    ByCode::Beside => self.is_proved(id, row, test).into(),
                    ByCode::Silent => test.unwrap_or(Truth::Unknown).into(),
                    ByCode::Foreign => test.unwrap_or(Truth::False).into(),
                }
            }
            Op::Any(fold, body) => self.any(scope, row, fold, *body).into(),
            Op::Count(fold) => self.count(scope, row, fold),
            Op::Sum(fold, value) => self.sum(scope, row, fold, *value),
            Op::Share(a, b) => operation::share(at(a), at(b)),
            Op::Plus(a, b) => operation::plus(at(a), at(b)),
            Op::Minus(a, b) => operation::minus(at(a), at(b)),
            Op::Times(a, b) => operation::times(at(a), at(b)),
            Op::Over(a, b) => operation::over(at(a), at(b)),
            Op::If(condition, then, otherwise) => operation::either(at(condition).truth(), at(then), at(otherwise)),
            Op::Function(function, arguments) => {
                let arguments: Vec<&Value> = arguments.iter().map(at).collect();
                operation::function(*function, &arguments)
            }
            Op::Fixpoint { .. } => self.value(id, row).clone(),
        }
    }

    /// What is known of a node where the row it would be on is not laid out.
    fn value_shape(&self, node: NodeId) -> &Op {
        &self.program.nodes[node as usize].op
    }

    /// What the code of a row says about a category. A code of the policy that somebody gave excludes the categories beside it, unless
    /// the given facts prove them; one that is only supposed does not, and says nothing where there is a test.
    fn by_code(&self, place: Place, category: u32, inside: &Places, has_no_test: bool) -> ByCode {
        let (code, given) = match self.facts.effective(place).1 {
            Cell::Given(Value::Code(code)) | Cell::Assumed(Value::Code(code)) => (code, true),
            Cell::Supposed(Value::Code(code)) if has_no_test => (code, false),
            _ => return ByCode::Silent,
        };
        match ByCode::of(self.policy, code, category, inside) {
            ByCode::Beside if !given => ByCode::Foreign,
            found => found,
        }
    }

    fn is_proved(&self, node: NodeId, row: u32, test: Option<Truth>) -> bool {
        match &self.proved {
            Some(proved) => proved.contains(&(node, row)),
            None => test == Some(Truth::True),
        }
    }

    /// Where given facts prove a category that the code given lies beside.
    pub(super) fn proofs(&self) -> HashSet<(NodeId, u32)> {
        let rows = |node: NodeId| 0..self.rows(self.program.nodes[node as usize].scope);
        let all = self.program.matches.iter().flat_map(|node| rows(*node).map(move |row| (*node, row)));
        all.filter(|(node, row)| self.truth(*node, *row).is_true()).collect()
    }

    // ---- folds ----------------------------------------------------------------------------------------------------------------

    /// Calls `visit` for each element with the truth of the filter; gives back whether the list is complete.
    fn each(&self, scope: ScopeId, row: u32, fold: &Fold, mut visit: impl FnMut(u32, Truth)) -> bool {
        let counts = |row: u32| fold.filter.map_or(Truth::True, |filter| self.truth(filter, row));
        match fold.over {
            Over::List(field) => {
                let (rows, complete) = self.facts.list(Place { record: scope, row, field });
                rows.iter().for_each(|row| visit(*row, counts(*row)));
                complete
            }
            Over::Join(join) => {
                let join = &self.joins[join - self.program_records()];
                for row in join.starts[row as usize]..join.starts[row as usize + 1] {
                    if !join.rows[row as usize].2 {
                        visit(row, counts(row));
                    }
                }
                join.complete[row as usize]
            }
        }
    }

    fn any(&self, scope: ScopeId, row: u32, fold: &Fold, body: NodeId) -> Truth {
        let mut found = Truth::False;
        let complete = self.each(scope, row, fold, |row, counts| found = found.or(counts.and(self.truth(body, row))));
        if complete { found } else { found.or(Truth::Unknown) }
    }

    fn count(&self, scope: ScopeId, row: u32, fold: &Fold) -> Value {
        let one = Value::Number(Number::ONE);
        let mut adder = Adder::new();
        let complete = self.each(scope, row, fold, |_, counts| adder.add(&one, counts));
        adder.finish(complete, Rest::Any)
    }

    fn sum(&self, scope: ScopeId, row: u32, fold: &Fold, value: NodeId) -> Value {
        let mut adder = Adder::new();
        let complete = self.each(scope, row, fold, |row, counts| adder.add(self.value(value, row), counts));
        adder.finish(complete, Rest::of(self.policy, self.program, value))
    }
}

/// What is known of a node on a row that is not there.
pub(super) fn unknown_like(op: &Op) -> Value {
    match op {
        Op::And(_)
        | Op::Or(_)
        | Op::Not(_)
        | Op::Below(..)
        | Op::AtMost(..)
        | Op::Equal(..)
        | Op::OneOf(..)
        | Op::Within(..)
        | Op::Contains(..)
        | Op::WithinSet(..)
        | Op::Match { .. }
        | Op::Any(..)
        | Op::Fixpoint { .. } => Truth::Unknown.into(),
        _ => Value::Unknown,
    }
}

pub(super) fn within(code: &Value, places: &Places) -> Truth {
    match code {
        Value::Code(code) => code.place.is_some_and(|place| places.holds(place)).into(),
        _ => Truth::Unknown,
    }
}

/// One more element for every open list that a clause goes over: whatever is true of elements that nobody named.
pub(super) fn possible_elements(policy: &CheckedPolicy, program: &Program, facts: &mut Cow<'_, Facts>) -> Vec<(Place, u32)> {
    let mut found = Vec::new();
    for (record, field) in program.bound_lists() {
        for row in 0..facts.rows(record) as u32 {
            let place = Place { record, row, field };
            if let (crate::check::Type::List(element), Cell::List(rows, false)) =
                (&policy.records[record].fields[field].ty, facts.cell(place))
            {
                let origin = crate::facts::Origin::Element(record, row, field, rows.len());
                let element = facts.to_mut().add_row(policy, *element, origin);
                found.push((place, element));
            }
        }
    }
    found
}
