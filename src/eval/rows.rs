//! One shipment: a value for every node and row. The filled list is the trace that explanations read.

use super::category::ByCode;
use super::operation::{self, Adder, Rest};
use super::values::Values;
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
    values: Values,
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
    pub(super) values: Values,
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
        let Room { joins, rows, values } = room;
        Evaluation {
            policy,
            program,
            facts,
            day: None,
            readings,
            possible_elements,
            joins,
            rows,
            values,
            proved: None,
            held: Vec::new(),
        }
    }

    /// The memory, and the readings that were chosen, for the next evaluation.
    pub(super) fn ended(self) -> (Room, Vec<Option<usize>>) {
        (Room { joins: self.joins, rows: self.rows, values: self.values }, self.readings)
    }

    /// The value of a node on a row.
    #[inline]
    pub fn value(&self, node: NodeId, row: u32) -> &Value {
        self.values.value(&self.program.layout, node, row)
    }

    /// The truth of a node on a row.
    #[inline]
    pub fn truth(&self, node: NodeId, row: u32) -> Truth {
        self.values.truth(node, row)
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
        self.values.place(node, row)
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

    /// How many elements a fold goes over.
    pub(super) fn length(&self, scope: ScopeId, row: u32, over: Over) -> usize {
        match over {
            Over::List(field) => self.facts.list(Place { record: self.program.record_of(scope), row, field }).0.len(),
            Over::Join(join) => {
                let starts = &self.joins[join - self.program_records()].starts;
                (starts[row as usize + 1] - starts[row as usize]) as usize
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

    /// A place for each value, of which nothing is known but of constants.
    pub(super) fn lay_out_values(&mut self) {
        self.values.lay_out(self.program, &self.rows);
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
        self.lay_out_values();
        self.run_all();
    }

    /// Computes all nodes, but for constants: one that is held is put in its place.
    pub(super) fn run_all(&mut self) {
        for (node, row, value) in &self.held {
            self.values.set(*node, *row, value.clone());
        }
        for step in &self.program.layout.steps {
            self.fill(*step);
        }
    }

    /// Computes the nodes that are wanted, in order; of a circle all or none.
    pub(super) fn run(&mut self, wanted: impl Fn(NodeId) -> bool) {
        for step in self.program.layout.steps.iter().filter(|step| wanted(**step)) {
            self.fill(*step);
        }
    }

    /// Computes a node on all rows, or the circle that it begins. In line, as what it calls: a shipment asks this of each node, and calls
    /// would take a third of the time.
    #[inline(always)]
    pub(super) fn fill(&mut self, at: NodeId) {
        let node = &self.program.nodes[at as usize];
        match node.op {
            Op::Fixpoint { end, .. } => self.fixpoint(at, end),
            _ if !self.held.is_empty() => (0..self.rows[node.scope]).for_each(|row| self.compute(at, row)),
            _ if node.is_truth => {
                for row in 0..self.rows[node.scope] {
                    let truth = self.truth_of(at, node, row);
                    self.values.set_truth(at, row, truth);
                }
            }
            _ => {
                for row in 0..self.rows[node.scope] {
                    let value = self.value_of(node, row);
                    self.values.set(at, row, value);
                }
            }
        }
    }

    /// Computes a node on a row, or takes the value that it is held at.
    pub(super) fn compute(&mut self, node: NodeId, row: u32) {
        let value = match self.held.iter().find(|(held, at, _)| (*held, *at) == (node, row)) {
            Some((.., value)) => value.clone(),
            None => self.result(node, row),
        };
        self.values.set(node, row, value);
    }

    /// What a node computes on a row.
    pub(super) fn result(&self, at: NodeId, row: u32) -> Value {
        let node = &self.program.nodes[at as usize];
        if node.is_truth { self.truth_of(at, node, row).into() } else { self.value_of(node, row) }
    }

    /// What a node that is a truth computes on a row; `id` is its place in the program.
    #[inline(always)]
    fn truth_of(&self, id: NodeId, node: &Node, row: u32) -> Truth {
        let scope = node.scope;
        let at = |node: &NodeId| self.value(*node, row);
        let truth = |node: &NodeId| self.truth(*node, row);
        match &node.op {
            Op::Reading(question, reading) => match self.reading(*question) {
                Some(chosen) => (chosen == *reading).into(),
                None => Truth::Unknown,
            },
            // Without a look at which part settles it: to guess that wrongly takes longer than to ask them all.
            Op::And(parts) => parts.iter().fold(Truth::True, |all, part| all.and(truth(part))),
            Op::Or(parts) => parts.iter().fold(Truth::False, |one, part| one.or(truth(part))),
            Op::Not(inner) => !truth(inner),
            Op::Below(a, b) => operation::below(at(a), at(b)),
            Op::AtMost(a, b) => operation::at_most(at(a), at(b)),
            Op::Equal(a, b) => operation::equal(at(a), at(b)),
            Op::OneOf(inner, constants) => operation::one_of(at(inner), constants),
            Op::Within(inner, places) => within(at(inner), places),
            Op::Contains(set, member) => operation::contains(at(set), at(member)),
            Op::WithinSet(code, set) => operation::within_set(at(code), at(set)),
            Op::Match { code, category, inside, test, delegates } => {
                let test = test.map(|test| self.truth(test, row));
                match self.by_code(Place { record: scope, row, field: *code }, *category, inside, test.is_none()) {
                    ByCode::Inside => Truth::True,
                    ByCode::Beside if *delegates => test.unwrap_or(Truth::False),
                    ByCode::Beside => self.is_proved(id, row, test).into(),
                    ByCode::Silent => test.unwrap_or(Truth::Unknown),
                    ByCode::Foreign => test.unwrap_or(Truth::False),
                }
            }
            Op::Any(fold, body) => self.any(scope, row, fold, *body),
            Op::Fixpoint { .. } => self.truth(id, row),
            view => self.seen(scope, view, row).map_or(Truth::Unknown, |(node, row)| self.truth(node, row)),
        }
    }

    /// What a node that may be more than a truth computes on a row.
    #[inline(always)]
    fn value_of(&self, node: &Node, row: u32) -> Value {
        let scope = node.scope;
        let at = |node: &NodeId| self.value(*node, row);
        match &node.op {
            Op::Constant(value) => value.clone(),
            Op::Cell(field) => self.facts.known(Place { record: scope, row, field: *field }).clone(),
            Op::Day => self.day.map_or(Value::Unknown, Value::Date),
            Op::Count(fold) => self.count(scope, row, fold),
            Op::Sum(fold, value) => self.sum(scope, row, fold, *value),
            Op::Share(a, b) => operation::share(at(a), at(b)),
            Op::Plus(a, b) => operation::plus(at(a), at(b)),
            Op::Minus(a, b) => operation::minus(at(a), at(b)),
            Op::Times(a, b) => operation::times(at(a), at(b)),
            Op::Over(a, b) => operation::over(at(a), at(b)),
            Op::If(condition, then, otherwise) => operation::either(self.truth(*condition, row), at(then), at(otherwise)),
            Op::Function(function, arguments) => {
                let arguments: Vec<&Value> = arguments.iter().map(at).collect();
                operation::function(*function, &arguments)
            }
            view => self.seen(scope, view, row).map_or(Value::Unknown, |(node, row)| self.value(node, row).clone()),
        }
    }

    /// What is seen through a view: the node behind it, and its row if there is one.
    fn seen(&self, scope: ScopeId, view: &Op, row: u32) -> Option<(NodeId, u32)> {
        match view {
            Op::Follow(field, inner) => Some((*inner, self.facts.follow(Place { record: scope, row, field: *field })?)),
            Op::Outer(inner) => Some((*inner, self.join_row(scope, row).0)),
            Op::Element(inner) => Some((*inner, self.join_row(scope, row).1)),
            Op::Root(inner) => Some((*inner, 0)),
            _ => None,
        }
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
