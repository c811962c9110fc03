//! Many shipments: a column for every node, computed by the same operations as for one.
//!
//! `plan` says which nodes are needed while which clauses can be in force, `layout` lays out the rows of joins, this file goes over the nodes,
//! `standing` says which clauses stand, `decisions` what follows for each shipment. What three-valued logic does not settle is left to the
//! search, one shipment at a time.

mod covered;
mod decisions;
mod layout;
mod operation;
mod plan;
mod standing;

pub use decisions::{Conclusion, Decisions};
pub(super) use plan::Plan;

use super::category::ByCode;
use super::operation::{self as exact, Adder, Rest};
use super::question::Question;
use crate::check::CheckedPolicy;
use crate::column::{Column, Truths};
use crate::facts::{Cells, Lists, Shipments};
use crate::program::{Fold, NodeId, Op, Over, Places, Program, ScopeId};
use crate::value::{Number, Truth, Value};
use layout::Layout;
use plan::Tests;
use std::borrow::Cow;

/// The values of nodes for many shipments.
pub(super) struct Columns<'a> {
    policy: &'a CheckedPolicy,
    program: &'a Program,
    plan: &'a Plan,
    shipments: &'a Shipments,
    layout: Layout<'a>,
    /// The day on which each is judged.
    days: Column,
    /// The readings that are chosen.
    readings: &'a [Option<usize>],
    values: Vec<Option<Column>>,
}

impl<'a> Columns<'a> {
    pub(super) fn new(
        policy: &'a CheckedPolicy,
        program: &'a Program,
        plan: &'a Plan,
        shipments: &'a Shipments,
        days: Column,
        readings: &'a [Option<usize>],
    ) -> Columns<'a> {
        let layout = Layout::new(policy, program, shipments);
        Columns { policy, program, plan, shipments, layout, days, readings, values: vec![None; program.nodes.len()] }
    }

    /// How many rows a scope has.
    fn rows(&self, scope: ScopeId) -> usize {
        self.layout.rows(scope)
    }

    /// The values of a node that was computed.
    fn column(&self, node: NodeId) -> &Column {
        static NOTHING: Column = Column::Same(Value::Unknown);
        let one = &self.program.nodes[node as usize];
        match (&one.op, &self.values[node as usize]) {
            (_, Some(column)) => column,
            (Op::Cell(field), None) => match self.shipments.field(self.program.record_of(one.scope), *field) {
                Cells::Values(column) => column,
                _ => &NOTHING,
            },
            (Op::Day, None) => &self.days,
            _ => &NOTHING,
        }
    }

    /// Computes the nodes that are wanted and were not computed yet, in order; of a circle all or none.
    fn run(&mut self, wanted: &[bool]) {
        let mut node = 0;
        while node < self.program.nodes.len() as NodeId {
            let end = match self.program.nodes[node as usize].op {
                Op::Fixpoint { end, .. } => end,
                _ => node,
            };
            if wanted[node as usize] && self.values[node as usize].is_none() {
                match self.plan.tests_with(node) {
                    Some(tests) => self.ask(tests, wanted),
                    None if end == node => self.compute(node),
                    None => self.rise(node, end),
                }
            }
            node = end + 1;
        }
    }

    /// Makes the tests of a fact that are wanted.
    fn ask(&mut self, tests: &Tests, wanted: &[bool]) {
        let open = |test: &NodeId| wanted[*test as usize] && self.values[*test as usize].is_none();
        let (nodes, questions): (Vec<NodeId>, Vec<&Question>) =
            tests.all.iter().filter(|(test, _)| open(test)).map(|(test, question)| (*test, question)).unzip();
        let answers = self.column(tests.of).ask(&questions);
        nodes.into_iter().zip(answers).for_each(|(node, answer)| self.values[node as usize] = Some(answer));
    }

    fn compute(&mut self, node: NodeId) {
        if !matches!(self.program.nodes[node as usize].op, Op::Cell(_) | Op::Day | Op::Fixpoint { .. }) {
            self.values[node as usize] = Some(self.result(node));
        }
    }

    /// A circle: from nothing up, all rows a level at a time, until nothing changes.
    fn rise(&mut self, head: NodeId, end: NodeId) {
        let bodies = (head..=end).filter_map(|node| match self.program.nodes[node as usize].op {
            Op::Fixpoint { body, .. } => Some((node, body)),
            _ => None,
        });
        let heads: Vec<(NodeId, NodeId)> = bodies.collect();
        heads.iter().for_each(|(head, _)| self.values[*head as usize] = Some(Column::truth_of(Truth::False)));
        loop {
            (head..=end).for_each(|node| self.compute(node));
            let mut changed = false;
            for (head, body) in &heads {
                let rows = self.rows(self.program.nodes[*head as usize].scope);
                let risen = self.column(*body).clone();
                changed |= self.column(*head).truths(rows) != risen.truths(rows);
                self.values[*head as usize] = Some(risen);
            }
            if !changed {
                return;
            }
        }
    }

    fn result(&self, node: NodeId) -> Column {
        let one = &self.program.nodes[node as usize];
        let (scope, rows) = (one.scope, self.rows(one.scope));
        let at = |node: &NodeId| self.column(*node);
        match &one.op {
            Op::Constant(value) => Column::Same(value.clone()),
            Op::Cell(_) | Op::Day | Op::Fixpoint { .. } => at(&node).clone(),
            Op::Follow(field, inner) => {
                let unknown = if one.is_truth { Truth::Unknown.into() } else { Value::Unknown };
                match self.shipments.field(self.program.record_of(scope), *field) {
                    Cells::Links(links) => at(inner).at(links, &unknown),
                    _ => Column::Same(unknown),
                }
            }
            Op::Outer(inner) => at(inner).at(self.layout.outer(scope), &Value::Unknown),
            Op::Element(inner) => at(inner).at(self.layout.element(scope), &Value::Unknown),
            Op::Root(inner) => self.of_shipment(at(inner), scope).into_owned(),
            Op::Reading(question, reading) => self.reading(*question, *reading),
            Op::And(parts) => Column::all(parts.iter().map(at)),
            Op::Or(parts) => Column::one(parts.iter().map(at)),
            Op::Not(inner) => at(inner).not(),
            Op::Below(a, b) => operation::below(at(a), at(b), rows),
            Op::AtMost(a, b) => operation::at_most(at(a), at(b), rows),
            Op::Equal(a, b) => operation::equal(at(a), at(b), rows),
            Op::OneOf(inner, constants) => operation::one_of(at(inner), constants),
            Op::Within(inner, places) => at(inner).test(|value| super::rows::within(value, places)),
            Op::Contains(set, member) => operation::tested(at(set), at(member), rows, exact::contains),
            Op::WithinSet(code, set) => operation::tested(at(code), at(set), rows, exact::within_set),
            Op::Match { code, category, inside, test, delegates } => {
                let codes = match self.shipments.field(self.program.record_of(scope), *code) {
                    Cells::Values(column) => column,
                    _ => return Column::truth_of(Truth::Unknown),
                };
                self.matches(codes, *category, inside, test.as_ref().map(at), *delegates)
            }
            Op::Any(fold, body) => self.any(scope, fold, *body),
            Op::Count(fold) => self.count(scope, fold),
            Op::Sum(fold, value) => self.sum(scope, fold, *value),
            Op::Share(a, b) => operation::made(at(a), at(b), rows, exact::share),
            Op::Plus(a, b) => operation::made(at(a), at(b), rows, exact::plus),
            Op::Minus(a, b) => operation::made(at(a), at(b), rows, exact::minus),
            Op::Times(a, b) => operation::made(at(a), at(b), rows, exact::times),
            Op::Over(a, b) => operation::made(at(a), at(b), rows, exact::over),
            Op::If(condition, then, otherwise) => operation::either(at(condition), at(then), at(otherwise), rows),
            Op::Function(function, arguments) => {
                operation::function(*function, &arguments.iter().map(at).collect::<Vec<_>>(), rows)
            }
        }
    }

    /// What is so of each shipment, for the rows of a scope.
    fn of_shipment<'c>(&self, column: &'c Column, scope: ScopeId) -> Cow<'c, Column> {
        match (column, self.layout.shipments(scope)) {
            (Column::Same(_), _) | (_, None) => Cow::Borrowed(column),
            (_, Some(shipments)) => Cow::Owned(column.at(shipments, &Value::Unknown)),
        }
    }

    /// What is so of the rows of a scope outside, for the rows of one within it.
    fn of_outer<'c>(&self, column: &'c Column, outer: ScopeId, scope: ScopeId) -> Cow<'c, Column> {
        match (column, self.layout.rows_in(scope, outer)) {
            (Column::Same(_), _) | (_, None) => Cow::Borrowed(column),
            (_, Some(rows)) => Cow::Owned(column.at(&rows, &Value::Unknown)),
        }
    }

    /// Whether a question is read so: as it was chosen, or as guidance settles it that is out on the day judged.
    fn reading(&self, question: usize, reading: usize) -> Column {
        if let Some(chosen) = self.readings[question] {
            return Column::truth_of((chosen == reading).into());
        }
        if self.program.guidance[question].is_empty() {
            return Column::truth_of(Truth::Unknown);
        }
        let guided = |day: &Value| match day {
            Value::Date(day) => self.program.guided(question, *day),
            _ => None,
        };
        self.days.test(|day| guided(day).map_or(Truth::Unknown, |(_, taken, _)| (taken == reading).into()))
    }

    // ---- categories -------------------------------------------------------------------------------------------------------------

    /// What codes and tests say of a category. A code of the policy excludes the categories beside it, unless the facts prove them; a code
    /// from elsewhere says nothing where there is a test.
    fn matches(&self, codes: &Column, category: u32, inside: &Places, test: Option<&Column>, delegates: bool) -> Column {
        let by_code = |code: &Value| match code {
            Value::Code(code) => ByCode::of(self.policy, code, category, inside),
            _ => ByCode::Silent,
        };
        let is = |wanted: ByCode| codes.test(|code| (by_code(code) == wanted).into());
        let is_inside = is(ByCode::Inside);
        let Some(test) = test else {
            // Without a test: unknown where the code is silent.
            let silent = Column::all([&is(ByCode::Silent), &Column::truth_of(Truth::Unknown)]);
            return Column::one([&is_inside, &silent]);
        };
        if is_inside.everywhere() == Some(Truth::True) {
            return is_inside;
        }
        let beside = is(ByCode::Beside);
        let proved = match delegates {
            true => test.clone(),
            false => test.test(|test| test.truth().is_true().into()),
        };
        let of_beside = Column::all([&beside, &proved]);
        let of_others = Column::all([&beside.not(), test]);
        Column::one([&is_inside, &of_beside, &of_others])
    }

    // ---- folds ------------------------------------------------------------------------------------------------------------------

    /// Calls `visit` with each row of a scope, its elements, and whether there are no others.
    fn each(&self, scope: ScopeId, over: Over, mut visit: impl FnMut(&[u32], bool)) {
        match over {
            Over::List(field) => {
                let empty = Lists::default();
                let lists = match self.shipments.field(self.program.record_of(scope), field) {
                    Cells::Lists(lists) => lists,
                    _ => &empty,
                };
                (0..self.rows(scope) as u32).for_each(|row| visit(lists.of(row), lists.is_complete(row)));
            }
            Over::Join(join) => {
                let mut elements = Vec::new();
                for row in 0..self.rows(scope) as u32 {
                    elements.clear();
                    elements.extend(self.layout.of(join, row).filter(|element| !self.layout.is_possible(join, *element)));
                    visit(&elements, self.layout.is_complete(join, row));
                }
            }
        }
    }

    fn any(&self, scope: ScopeId, fold: &Fold, body: NodeId) -> Column {
        let is_so = Column::all([&self.counts(fold), self.column(body)]);
        let mut found = Vec::with_capacity(self.rows(scope));
        self.each(scope, fold.over, |elements, complete| {
            let one = elements.iter().fold(Truth::False, |one, element| one.or(is_so.truth(*element as usize)));
            found.push(if complete { one } else { one.or(Truth::Unknown) });
        });
        match found.first() {
            Some(first) if found.iter().all(|other| other == first) => Column::truth_of(*first),
            None => Column::truth_of(Truth::Unknown),
            _ => Column::Truths(Truths::from_fn(found.len(), |row| found[row])),
        }
    }

    fn count(&self, scope: ScopeId, fold: &Fold) -> Column {
        let one = Column::Same(Value::Number(Number::ONE));
        self.added(scope, fold, &one, Rest::Any)
    }

    fn sum(&self, scope: ScopeId, fold: &Fold, value: NodeId) -> Column {
        self.added(scope, fold, self.column(value), Rest::of(self.policy, self.program, value))
    }

    /// Adds up what the elements of each row have.
    fn added(&self, scope: ScopeId, fold: &Fold, values: &Column, rest: Rest) -> Column {
        let counts = self.counts(fold);
        let mut found = Vec::with_capacity(self.rows(scope));
        self.each(scope, fold.over, |elements, complete| {
            let mut adder = Adder::new();
            for element in elements.iter().map(|element| *element as usize) {
                adder.add(&values.get(element), counts.truth(element));
            }
            found.push(adder.finish(complete, rest));
        });
        Column::of(found)
    }

    /// Which elements a fold counts.
    fn counts(&self, fold: &Fold) -> Column {
        fold.filter.map_or(Column::truth_of(Truth::True), |filter| self.column(filter).clone())
    }
}
