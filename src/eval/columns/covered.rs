//! Whether licences that are held cover what shipments ask for.

use super::Columns;
use crate::column::{Bits, Column, Truths};
use crate::program::{NodeId, ScopeId};
use crate::value::Truth;

/// For each shipment: every clause that stands and asks for something a licence can give is covered by one that is held.
pub(super) struct Covered {
    all: Vec<Truth>,
    asked: Bits,
}

impl Covered {
    pub(super) fn new(shipments: usize) -> Covered {
        Covered { all: vec![Truth::True; shipments], asked: Bits::same(shipments, false) }
    }

    /// A clause stands on some rows of a scope.
    pub(super) fn ask(&mut self, columns: &Columns<'_>, scope: ScopeId, clause: usize, stands: &Bits) {
        let (policy, program) = (columns.policy, columns.program);
        let clause = &program.clauses[clause];
        let covers = || program.covers.iter().map(|cover| (cover, &policy.covers[cover.cover]));
        let least = covers().flat_map(|(_, block)| &block.outcomes).min();
        let (Some(least), Some(outcome)) = (least, clause.outcome) else { return };
        if outcome < *least {
            return;
        }
        let counts = covers().filter(|(_, block)| block.outcomes.contains(&outcome) && block.clauses.contains(&clause.clause));
        let mut held = Column::truth_of(Truth::False);
        for (cover, _) in counts {
            held = Column::one([&held, &columns.held_for(scope, cover.scope, cover.condition)]);
        }
        for row in stands.iter() {
            let shipment = columns.shipment_of(scope, row);
            self.asked.set(shipment);
            self.all[shipment] = self.all[shipment].and(held.truth(row));
        }
    }

    pub(super) fn found(self) -> Vec<Option<bool>> {
        self.all.iter().enumerate().map(|(at, all)| all.known().filter(|_| self.asked.get(at))).collect()
    }
}

impl Columns<'_> {
    /// Whether a licence is held for the rows of a scope: for the row that each lies in, or else for every row that lies in it.
    fn held_for(&self, scope: ScopeId, cover: ScopeId, condition: NodeId) -> Column {
        let held = self.column(condition);
        if self.program.lies_in(scope, cover) {
            return self.of_outer(held, cover, scope).into_owned();
        }
        let inside = self.program.lies_in(cover, scope);
        let owners = if inside { self.layout.rows_in(cover, scope) } else { None };
        let owner = |row: usize| match &owners {
            Some(owners) => owners[row] as usize,
            None => self.shipment_of(cover, row),
        };
        let count = if inside { self.rows(scope) } else { self.shipments.len() };
        let (mut all, mut is_there) = (vec![Truth::True; count], vec![false; count]);
        for row in 0..self.rows(cover) {
            let owner = owner(row);
            (all[owner], is_there[owner]) = (all[owner].and(held.truth(row)), true);
        }
        let truths = Column::Truths(Truths::from_fn(count, |row| if is_there[row] { all[row] } else { Truth::False }));
        if inside { truths } else { self.of_shipment(&truths, scope).into_owned() }
    }
}
