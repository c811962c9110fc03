//! The variables of the diagrams: facts cut into regions, readings, and what is said of lists.

use super::domain::Domain;
use super::manager::{Bit, Diagram, Made, Manager};
use super::moved::Moved;
use super::realise::{Assignment, Realised};
use super::row::{Row, RowKind, Rows};
use super::side::Side;
use super::structure::Structure;
use crate::check::{FieldId, RecordId, Type};
use crate::facts::{Cell, Facts, Place};
use crate::value::Value;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The place of a variable.
pub type VariableId = usize;

/// What a variable is about.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Variable {
    /// A fact: the field of a row.
    Fact(Row, Arc<str>),
    /// The same fact as it is on a side on which it is moved.
    Moved(Row, Arc<str>),
    /// The day judged.
    Day,
    /// The reading of a question, by its name.
    Reading(String),
    /// The same as it is on a side on which it is moved.
    MovedReading(String),
    /// Some element of the list in a field of a row is so; the element is a row of its own.
    Some {
        /// The row of any element.
        element: Row,
        /// What is said of it.
        body: Diagram,
    },
    /// The element that a clause is bound to is there.
    Present(Row),
    /// A condition on a row: that of a clause, or the test of a category. What it asks for is looked into only where it matters, since
    /// all of it at once would be too large.
    Condition {
        /// The row.
        row: Row,
        /// What it asks for.
        body: Diagram,
    },
    /// A calculated amount of a row is at least so much, or more than so much.
    Line {
        /// What is calculated.
        of: Structure,
        /// The row for which it is.
        row: Row,
        /// The line.
        at: Value,
        /// Beyond it; otherwise on it or beyond.
        beyond: bool,
    },
    /// What the diagrams do not look into.
    Opaque(Structure, Row),
}

/// A variable with its binary ones.
struct Encoded {
    variable: Variable,
    bits: Vec<(Bit, Diagram)>,
    /// How many values it has.
    count: usize,
    /// The value that it has where there is a choice.
    plainest: usize,
    /// The bits as they are when it has a value; made when they are asked for.
    literals: Vec<OnceCell<Diagram>>,
}

/// All variables, and what they mean.
pub struct Space<'p> {
    /// The versions that are looked at.
    pub sides: Vec<Side<'p>>,
    pub(super) rows: Rows,
    manager: Manager,
    variables: Vec<Encoded>,
    places: HashMap<Variable, VariableId>,
    owners: Vec<(VariableId, usize)>,
    pub(super) domains: HashMap<(String, Arc<str>), Arc<Domain>>,
    names: HashMap<String, Arc<str>>,
    implied: HashMap<(VariableId, VariableId), bool>,
    pub(super) asked: HashMap<VariableId, Diagram>,
    pub(super) supports: HashMap<VariableId, Arc<BTreeSet<VariableId>>>,
    pub(super) prepared: HashMap<VariableId, Diagram>,
    /// Values that have turned out to exclude each other, whatever else is so.
    pub(super) conflicts: Vec<Assignment>,
    pub(super) moved: Option<Moved>,
    /// The readings of questions that are read in one way only.
    pub(super) chosen: BTreeMap<String, String>,
    /// The clauses whose condition a variable is.
    pub(super) clauses: HashMap<VariableId, Vec<ClauseOf>>,
}

/// A clause of a side, by its place in the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClauseOf {
    /// The side.
    pub side: usize,
    /// The clause.
    pub clause: usize,
}

impl<'p> Space<'p> {
    /// A space for one version, or for several that are compared. The facts are those of the last one.
    pub fn new(sides: Vec<Side<'p>>) -> Space<'p> {
        let mut rows = Rows::default();
        rows.row(RowKind::Shipment);
        let manager = Manager::new();
        Space {
            sides,
            rows,
            manager,
            implied: HashMap::new(),
            asked: HashMap::new(),
            supports: HashMap::new(),
            prepared: HashMap::new(),
            conflicts: Vec::new(),
            moved: None,
            chosen: BTreeMap::new(),
            clauses: HashMap::new(),
            variables: Vec::new(),
            places: HashMap::new(),
            owners: Vec::new(),
            domains: HashMap::new(),
            names: HashMap::new(),
        }
    }

    /// The same, where these questions are read in one way on every side.
    #[must_use]
    pub fn read_as(self, readings: &BTreeMap<String, String>) -> Space<'p> {
        Space { chosen: readings.clone(), ..self }
    }

    /// The row of the shipment itself.
    pub const SHIPMENT: Row = 0;

    /// A row.
    pub fn row(&mut self, kind: RowKind) -> Row {
        self.rows.row(kind)
    }

    /// Where a row comes from.
    pub fn kind(&self, row: Row) -> &RowKind {
        self.rows.kind(row)
    }

    /// A name, once for all rows.
    pub(super) fn name(&mut self, name: &str) -> Arc<str> {
        self.names.entry(name.to_string()).or_insert_with(|| name.into()).clone()
    }

    /// True or false.
    pub fn constant(&self, truth: bool) -> Diagram {
        self.manager.constant(truth)
    }

    /// Gives back the room of diagrams that are no longer used.
    pub(super) fn tidy(&self) {
        self.manager.tidy();
    }

    /// Whether the body of one variable implies that of another.
    pub(super) fn implies(&mut self, (a, first): (VariableId, &Diagram), (b, second): (VariableId, &Diagram)) -> Made<bool> {
        if let Some(known) = self.implied.get(&(a, b)) {
            return Ok(*known);
        }
        let implies = first.and_not(second)?.is_never();
        self.implied.insert((a, b), implies);
        Ok(implies)
    }

    // ---- variables ------------------------------------------------------------------------------------------------------------

    /// What a variable is about.
    pub fn variable(&self, at: VariableId) -> &Variable {
        &self.variables[at].variable
    }

    /// The place of a variable that came up already.
    pub fn known_variable(&self, variable: &Variable) -> Option<VariableId> {
        self.places.get(variable).copied()
    }

    pub(super) fn variable_of(&mut self, variable: Variable, count: usize, plainest: usize) -> Made<VariableId> {
        if let Some(at) = self.places.get(&variable) {
            return Ok(*at);
        }
        let at = self.variables.len();
        let wanted = usize::BITS - count.saturating_sub(1).leading_zeros();
        let mut bits = Vec::new();
        for place in 0..wanted as usize {
            bits.push(self.manager.variable()?);
            self.owners.push((at, place));
        }
        self.variables.push(Encoded {
            variable: variable.clone(),
            bits,
            count,
            plainest,
            literals: vec![OnceCell::new(); count],
        });
        self.places.insert(variable, at);
        Ok(at)
    }

    /// A variable that is true or false.
    pub(super) fn truth_of(&mut self, variable: Variable) -> Made<Diagram> {
        let at = self.variable_of(variable, 2, 0)?;
        self.is(at, 1)
    }

    /// A condition that is looked into only where it matters.
    pub(super) fn condition(&mut self, row: Row, body: Diagram) -> Made<Diagram> {
        match body.is_never() || body.is_always() {
            true => Ok(body),
            false => self.truth_of(Variable::Condition { row, body }),
        }
    }

    /// A variable has the value at a place; the last one stands for all codes beyond it.
    pub(super) fn is(&self, at: VariableId, value: usize) -> Made<Diagram> {
        if value + 1 < self.count(at) { self.literals(at, value) } else { self.at_least(at, value) }
    }

    /// The binary variables of a value read as a number, the least significant first, are no less than a value.
    fn at_least(&self, at: VariableId, value: usize) -> Made<Diagram> {
        let mut bits = self.variables[at].bits.iter().enumerate();
        bits.try_fold(
            self.constant(true),
            |lower, (place, (_, bit))| {
                if value >> place & 1 == 1 { lower.and(bit) } else { lower.or(bit) }
            },
        )
    }

    /// The value that a variable has where there is a choice.
    pub(super) fn plainest(&self, at: VariableId) -> usize {
        self.variables[at].plainest
    }

    /// How many values a variable has.
    pub(super) fn count(&self, at: VariableId) -> usize {
        self.variables[at].count
    }

    /// The binary variables of a value, as they are when a variable has it.
    pub(super) fn literals(&self, at: VariableId, value: usize) -> Made<Diagram> {
        let Encoded { bits, literals, .. } = &self.variables[at];
        if let Some(known) = literals[value].get() {
            return Ok(known.clone());
        }
        let made = bits.iter().enumerate().rev().try_fold(self.constant(true), |all, (place, (_, bit))| {
            if value >> place & 1 == 1 { all.and(bit) } else { all.and_not(bit) }
        })?;
        Ok(literals[value].get_or_init(|| made).clone())
    }

    /// A fact of a row, on whichever side.
    pub(super) fn is_fact(&self, at: VariableId) -> bool {
        matches!(self.variable(at), Variable::Fact(..) | Variable::Moved(..))
    }

    // ---- looking into diagrams ------------------------------------------------------------------------------------------------

    /// The shipments that have the facts given here, or such as no version tells from them: of each list its first element, within the
    /// code that is given. What no version looks at narrows nothing.
    ///
    /// # Errors
    /// That the diagrams have outgrown their bound.
    pub fn like(&mut self, given: &Facts) -> Made<Diagram> {
        self.row_like(given, 0, 0, Space::SHIPMENT)
    }

    fn row_like(&mut self, given: &Facts, record: RecordId, at: u32, row: Row) -> Made<Diagram> {
        let side = self.sides.len() - 1;
        let of = &self.sides[side].judge.policy.records[record];
        let mut all = self.constant(true);
        for (field, declared) in of.fields.iter().enumerate() {
            let name = self.name(&declared.name);
            let like = match (given.cell(Place { record, row: at, field }), &declared.ty) {
                (Cell::Given(value), _) => self.fact_like((record, field), row, &of.name, &name, value)?,
                (Cell::Row(inner, true), Type::Record(next)) => {
                    let followed = self.row(RowKind::Followed(row, name));
                    self.row_like(given, *next, *inner, followed)?
                }
                (Cell::List(rows, true), Type::List(next)) if !rows.is_empty() => {
                    let bound = self.row(RowKind::Bound(row, name));
                    let is_there = self.truth_of(Variable::Present(bound))?;
                    is_there.and(&self.row_like(given, *next, rows[0], bound)?)?
                }
                _ => continue,
            };
            all = all.and(&like)?;
        }
        Ok(all)
    }

    fn fact_like(
        &mut self,
        (record, field): (RecordId, FieldId),
        row: Row,
        of: &str,
        name: &Arc<str>,
        value: &Value,
    ) -> Made<Diagram> {
        let Some(variable) = self.places.get(&Variable::Fact(row, name.clone())).copied() else { return Ok(self.constant(true)) };
        if let Value::Truth(truth) = value {
            return self.is(variable, usize::from(truth.is_true()));
        }
        let domain = self.values(of, name);
        let mut found = self.constant(false);
        for (at, one) in domain.of_side(self.sides.len() - 1).iter().enumerate() {
            let is_meant = match (one, value) {
                (Value::Code(one), Value::Code(wanted)) => one.code.is_within(&wanted.code),
                _ => self.sides.iter().all(|side| side.judge.regions().are_alike(record, field, one, value)),
            };
            if is_meant {
                found = found.or(&self.is(variable, at)?)?;
            }
        }
        Ok(found)
    }

    /// A goal without what a shipment has shown already: other ways in which it may be met.
    ///
    /// # Errors
    /// That the diagrams have outgrown their bound.
    pub fn otherwise(&self, goal: &Diagram, shown: &Realised) -> Made<Diagram> {
        let mut same = self.constant(true);
        for at in self.support(goal) {
            if let Some(value) = shown.values.get(&at) {
                same = same.and(&self.is(at, *value)?)?;
            }
        }
        goal.and_not(&same)
    }

    /// Holds where a diagram does for some values of these variables.
    ///
    /// # Errors
    /// That the diagrams have outgrown their bound.
    pub fn whatever(&self, variables: &[VariableId], diagram: &Diagram) -> Made<Diagram> {
        let mut all = self.constant(true);
        for (_, bit) in variables.iter().flat_map(|at| &self.variables[*at].bits).rev() {
            all = all.and(bit)?;
        }
        diagram.whatever(&all)
    }

    /// What is left of a diagram where a variable has a value.
    ///
    /// # Errors
    /// That the diagrams have outgrown their bound.
    pub fn with(&self, diagram: &Diagram, at: VariableId, value: usize) -> Made<Diagram> {
        diagram.given(&self.literals(at, value)?)
    }

    /// The variables that a diagram depends on.
    pub fn support(&self, diagram: &Diagram) -> BTreeSet<VariableId> {
        diagram.bits().into_iter().map(|bit| self.owners[bit as usize].0).collect()
    }

    /// One way to make a diagram true: the values of the variables that must be so, the plainest where there is a choice.
    pub fn example(&self, diagram: &Diagram) -> Option<Vec<(VariableId, usize)>> {
        let wished = |bit: Bit| {
            let (variable, place) = self.owners[bit as usize];
            self.variables[variable].plainest >> place & 1 == 1
        };
        let cube = diagram.cube(wished)?;
        let mut found: BTreeMap<VariableId, usize> = BTreeMap::new();
        for (bit, value) in &cube {
            let (variable, place) = self.owners[*bit as usize];
            *found.entry(variable).or_insert(0) |= usize::from(*value) << place;
        }
        Some(found.into_iter().map(|(variable, value)| (variable, value.min(self.variables[variable].count - 1))).collect())
    }
}
