//! The rows of joins, of many shipments: each element of a list beside the row that reaches it.

use crate::check::{CheckedPolicy, Type};
use crate::column::NOWHERE;
use crate::facts::{Cells, Shipments};
use crate::program::{Access, Program, Scope, ScopeId};

/// The rows of all scopes.
pub(super) struct Layout<'a> {
    policy: &'a CheckedPolicy,
    program: &'a Program,
    facts: &'a Shipments,
    joins: Vec<Join>,
}

/// The rows of a join.
#[derive(Default)]
struct Join {
    /// The row outside of each row.
    outer: Vec<u32>,
    /// The element of each row.
    element: Vec<u32>,
    /// The shipment of each row.
    shipments: Vec<u32>,
    /// Whether the row is only a possibility: an element that nobody named, or of one.
    possible: Vec<bool>,
    /// Where the rows of each row outside begin; one more at the end.
    starts: Vec<u32>,
    /// For each row outside: whether its list is complete.
    complete: Vec<bool>,
}

impl<'a> Layout<'a> {
    pub(super) fn new(policy: &'a CheckedPolicy, program: &'a Program, facts: &'a Shipments) -> Layout<'a> {
        let mut layout = Layout { policy, program, facts, joins: Vec::new() };
        for scope in policy.records.len()..program.scopes.len() {
            let join = layout.laid_out(scope);
            layout.joins.push(join);
        }
        layout
    }

    fn laid_out(&self, scope: ScopeId) -> Join {
        let Scope::Join { outer, path, list, element: _ } = &self.program.scopes[scope] else { return Join::default() };
        let mut join = Join::default();
        let owners = self.walked(*outer, path);
        for (row, owner) in owners.rows.iter().enumerate() {
            join.starts.push(join.outer.len() as u32);
            let lists = match self.facts.field(self.program.record_of(owners.scope), *list) {
                Cells::Lists(lists) if *owner != NOWHERE => lists,
                _ => {
                    join.complete.push(false);
                    continue;
                }
            };
            let named = lists.of(*owner).iter().map(|element| (*element, false));
            for (element, possible) in named.chain(lists.possible(*owner).map(|element| (element, true))) {
                join.outer.push(row as u32);
                join.element.push(element);
                join.possible.push(possible);
                join.shipments.push(self.shipment(*outer, row));
            }
            join.complete.push(lists.is_complete(*owner));
        }
        join.starts.push(join.outer.len() as u32);
        join
    }

    /// The rows that a path leads to from each row of a scope.
    fn walked(&self, scope: ScopeId, path: &[Access]) -> Walked {
        let all = 0..self.rows(scope);
        let mut at = Walked { scope, rows: all.clone().map(|row| row as u32).collect() };
        for step in path {
            let next = |to: ScopeId, rows: &[u32]| Walked { scope: to, rows: follow(&at.rows, rows) };
            at = match (step, &self.program.scopes[at.scope]) {
                (Access::Root, _) => Walked { scope: 0, rows: all.clone().map(|row| self.shipment(scope, row)).collect() },
                (Access::Outer, Scope::Join { outer, .. }) => next(*outer, self.outer(at.scope)),
                (Access::Element, Scope::Join { element, .. }) => next(*element, self.element(at.scope)),
                (Access::Follow(field), Scope::Record(record)) => {
                    match (&self.policy.records[*record].fields[*field].ty, self.facts.field(*record, *field)) {
                        (Type::Record(to), Cells::Links(links)) => next(*to, links),
                        _ => Walked { scope: at.scope, rows: vec![NOWHERE; at.rows.len()] },
                    }
                }
                _ => Walked { scope: at.scope, rows: vec![NOWHERE; at.rows.len()] },
            };
        }
        at
    }

    /// The join that a scope is, if it is one.
    fn join(&self, scope: ScopeId) -> Option<&Join> {
        self.joins.get(scope.checked_sub(self.policy.records.len())?)
    }

    fn shipment(&self, scope: ScopeId, row: usize) -> u32 {
        self.shipments(scope).map_or(row as u32, |shipments| shipments[row])
    }

    /// The shipment of each row of a scope; nothing where the rows are the shipments.
    pub(super) fn shipments(&self, scope: ScopeId) -> Option<&[u32]> {
        match self.join(scope) {
            Some(join) => Some(&join.shipments),
            None => (scope != 0).then(|| self.facts.shipments(scope)),
        }
    }

    /// How many rows a scope has.
    pub(super) fn rows(&self, scope: ScopeId) -> usize {
        self.join(scope).map_or_else(|| self.facts.rows(scope), |join| join.outer.len())
    }

    /// The row outside of each row of a join.
    pub(super) fn outer(&self, scope: ScopeId) -> &[u32] {
        self.join(scope).map_or(&[], |join| &join.outer)
    }

    /// The element of each row of a join.
    pub(super) fn element(&self, scope: ScopeId) -> &[u32] {
        self.join(scope).map_or(&[], |join| &join.element)
    }

    /// The rows of a join that belong to a row outside.
    pub(super) fn of(&self, scope: ScopeId, outside: u32) -> std::ops::Range<u32> {
        let at = outside as usize;
        self.join(scope).map_or(0..0, |join| join.starts[at]..join.starts[at + 1])
    }

    /// The list of a row outside has no other elements.
    pub(super) fn is_complete(&self, scope: ScopeId, outside: u32) -> bool {
        self.join(scope).is_some_and(|join| join.complete[outside as usize])
    }

    /// A row of a join is made of an element that nobody named.
    pub(super) fn is_possible(&self, scope: ScopeId, row: u32) -> bool {
        self.join(scope).is_some_and(|join| join.possible[row as usize])
    }

    /// A row of a join is made of an element that nobody named, or lies within one that is.
    pub(super) fn is_only_possible(&self, scope: ScopeId, row: usize) -> bool {
        match &self.program.scopes[scope] {
            Scope::Record(_) => false,
            Scope::Join { outer, .. } => {
                self.is_possible(scope, row as u32) || self.is_only_possible(*outer, self.outer(scope)[row] as usize)
            }
        }
    }

    /// The rows of a scope outside that the rows of a scope lie in; nothing where both are the same.
    pub(super) fn rows_in(&self, scope: ScopeId, outside: ScopeId) -> Option<Vec<u32>> {
        let mut at = scope;
        let mut rows: Option<Vec<u32>> = None;
        while at != outside {
            let Scope::Join { outer, .. } = &self.program.scopes[at] else { break };
            let to = self.outer(at);
            rows = Some(rows.map_or_else(|| to.to_vec(), |rows| follow(&rows, to)));
            at = *outer;
        }
        rows
    }
}

/// Where a path has led so far.
struct Walked {
    scope: ScopeId,
    rows: Vec<u32>,
}

fn follow(from: &[u32], to: &[u32]) -> Vec<u32> {
    from.iter().map(|row| if *row == NOWHERE { NOWHERE } else { to[*row as usize] }).collect()
}
