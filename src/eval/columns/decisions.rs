//! What follows for each shipment, where three-valued logic settles it.

use super::Columns;
use super::covered::Covered;
use crate::check::RecordId;
use crate::column::{Bits, Column};
use crate::eval::standing::Order;
use crate::program::ScopeId;
use crate::value::{Date, Truth, Value};

/// What follows for many shipments, each of its items by itself.
#[derive(Debug, Clone)]
pub struct Decisions {
    /// For each shipment: three-valued logic settles all of it.
    settled: Bits,
    /// The day on which each is judged.
    days: Column,
    /// What stands for each shipment as a whole.
    wholes: Vec<u32>,
    /// The items of all shipments, those of one behind one another, and where those of each begin; nothing where there are none.
    items: Vec<Item>,
    starts: Vec<u32>,
    /// Whether a licence that is held covers what each asks for; nothing where the policy knows of none.
    covered: Option<Vec<Option<bool>>>,
    /// Sets of clauses, by their number.
    sets: Vec<Vec<u32>>,
}

/// An item of a shipment: the row of a record that clauses are bound to, and what stands for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Item {
    element: (RecordId, u32),
    set: u32,
}

/// What follows for an item, or for a shipment that has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Conclusion {
    /// The clauses that stand for the whole shipment, as a number for [`Decisions::clauses`].
    pub whole: u32,
    /// Those that stand for the item.
    pub item: u32,
    /// A licence that is held covers what the shipment asks for.
    pub covered: Option<bool>,
}

impl Decisions {
    /// How many shipments there are.
    pub fn len(&self) -> usize {
        self.settled.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.settled.is_empty()
    }

    /// Whether three-valued logic settles all of a shipment; otherwise it is to be judged by itself.
    pub fn is_settled(&self, shipment: usize) -> bool {
        self.settled.get(shipment)
    }

    /// The day on which a shipment is judged.
    pub fn day(&self, shipment: usize) -> Option<Date> {
        match &*self.days.get(shipment) {
            Value::Date(day) => Some(*day),
            _ => None,
        }
    }

    /// What follows for each item of a shipment that is settled, in the order of the items.
    pub fn conclusions(&self, shipment: usize) -> impl Iterator<Item = Conclusion> + '_ {
        let (whole, items) = (self.whole(shipment), self.items_of(shipment));
        let sets = items.iter().map(|item| item.set).chain(items.is_empty().then_some(0));
        sets.map(move |item| Conclusion { item, ..whole })
    }

    /// Clauses are bound to something that a shipment has.
    pub fn has_items(&self, shipment: usize) -> bool {
        !self.items_of(shipment).is_empty()
    }

    /// What follows for a shipment as a whole.
    pub fn whole(&self, shipment: usize) -> Conclusion {
        Conclusion { whole: self.wholes[shipment], item: 0, covered: self.covered.as_ref().and_then(|covered| covered[shipment]) }
    }

    /// The items of a shipment, each the row of a record; none where clauses are bound to nothing that it has.
    pub fn items(&self, shipment: usize) -> impl Iterator<Item = (RecordId, u32)> + '_ {
        self.items_of(shipment).iter().map(|item| item.element)
    }

    fn items_of(&self, shipment: usize) -> &[Item] {
        match (self.starts.get(shipment), self.starts.get(shipment + 1)) {
            (Some(start), Some(end)) => &self.items[*start as usize..*end as usize],
            _ => &[],
        }
    }

    /// The clauses of a set, as places in the program, in its order.
    pub fn clauses(&self, set: u32) -> &[u32] {
        &self.sets[set as usize]
    }
}

/// Sets of clauses that grow by one clause after the other, each with a number; 0 is the empty one. Each is the one it grew from and one clause more.
struct Sets {
    grown: Vec<(u32, u32)>,
    /// For each set the one with the clause that is added at present, and when that was found.
    with: Vec<(u32, u32)>,
    now: u32,
}

impl Sets {
    fn new() -> Sets {
        Sets { grown: vec![(0, 0)], with: Vec::new(), now: 0 }
    }

    /// Begins to add another clause, to sets that do not have it yet.
    fn begin(&mut self) {
        self.now += 1;
        self.with.resize(self.grown.len(), (0, 0));
    }

    fn with(&mut self, set: u32, clause: u32) -> u32 {
        let (found, number) = self.with[set as usize];
        if found == self.now {
            return number;
        }
        self.grown.push((set, clause));
        let number = self.grown.len() as u32 - 1;
        self.with[set as usize] = (self.now, number);
        number
    }

    /// Writes out the sets that are left in the end, and numbers these anew.
    fn written<'n>(&self, numbers: impl Iterator<Item = &'n mut u32>) -> Vec<Vec<u32>> {
        let mut written = vec![Vec::new()];
        let mut places = vec![None; self.grown.len()];
        places[0] = Some(0);
        for number in numbers {
            *number = *places[*number as usize].get_or_insert_with(|| {
                written.push(self.clauses(*number));
                written.len() as u32 - 1
            });
        }
        written
    }

    fn clauses(&self, mut set: u32) -> Vec<u32> {
        let mut clauses = Vec::new();
        while set != 0 {
            let (before, clause) = self.grown[set as usize];
            clauses.push(clause);
            set = before;
        }
        clauses.reverse();
        clauses
    }
}

impl Columns<'_> {
    /// What follows for each shipment.
    pub(in crate::eval) fn decisions(mut self, order: &Order) -> Decisions {
        self.run(self.plan.calendars());
        let program = self.program;
        let live = |clause: &&crate::program::ProgramClause| {
            clause.known && self.column(clause.calendar.in_force).everywhere() != Some(Truth::False)
        };
        let covers = program.covers.iter().map(|cover| cover.condition);
        let asked: Vec<u32> = program.clauses.iter().filter(live).map(|clause| clause.condition).chain(covers).collect();
        let wanted = self.plan.wanted(asked.into_iter());
        self.run(&wanted);
        self.decided(order)
    }

    fn decided(&self, order: &Order) -> Decisions {
        let count = self.shipments.len();
        let mut sets = Sets::new();
        let mut found = Decisions {
            settled: Bits::same(count, true),
            wholes: Vec::new(),
            items: Vec::new(),
            starts: Vec::new(),
            days: self.days.clone(),
            covered: None,
            sets: Vec::new(),
        };
        let mut items: Vec<(u32, Item)> = Vec::new();
        let mut open = Bits::same(count, false);
        let mut covered = (!self.program.covers.is_empty()).then(|| Covered::new(count));
        for scope in &self.program.bindings {
            let Some(judged) = order.judged(*scope) else { continue };
            let rows = self.rows(*scope);
            let mut numbers = vec![0u32; rows];
            for (clause, stands) in judged.clauses.iter().zip(self.standings(*scope, judged)) {
                if stands.everywhere() == Some(Truth::False) {
                    continue;
                }
                let stands = stands.truths(rows);
                sets.begin();
                stands.unknown().iter().for_each(|row| open.set(self.shipment_of(*scope, row)));
                for row in stands.yes().iter() {
                    match self.is_possible(*scope, row) {
                        true => open.set(self.shipment_of(*scope, row)),
                        false => numbers[row] = sets.with(numbers[row], *clause as u32),
                    }
                }
                if let Some(covered) = &mut covered {
                    covered.ask(self, *scope, *clause, stands.yes());
                }
            }
            match scope {
                0 => found.wholes = numbers,
                _ => {
                    let record = self.program.record_of(*scope);
                    let elements = self.layout.element(*scope);
                    for (row, set) in numbers.into_iter().enumerate().filter(|(row, _)| !self.is_possible(*scope, *row)) {
                        items.push((self.shipment_of(*scope, row) as u32, Item { element: (record, elements[row]), set }));
                    }
                }
            }
        }
        if !items.is_empty() {
            items.sort_by_key(|(shipment, _)| *shipment);
            found.starts = (0..=count as u32).map(|at| items.partition_point(|(shipment, _)| *shipment < at) as u32).collect();
            found.items = items.into_iter().map(|(_, item)| item).collect();
        }
        found.settled.keep(&open.others());
        found.covered = covered.map(Covered::found);
        found.sets = sets.written(found.wholes.iter_mut().chain(found.items.iter_mut().map(|item| &mut item.set)));
        found
    }

    pub(super) fn shipment_of(&self, scope: ScopeId, row: usize) -> usize {
        self.layout.shipments(scope).map_or(row, |shipments| shipments[row] as usize)
    }

    fn is_possible(&self, scope: ScopeId, row: usize) -> bool {
        self.layout.is_only_possible(scope, row)
    }
}
