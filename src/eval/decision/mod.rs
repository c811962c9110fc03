//! One shipment, and of it no more than decides: the verdict and the clauses that make it, without a trace.
//!
//! `index` leads from what a shipment says to the clauses that ask for it, `calendar` says which of them are in force, `condition` asks each a part
//! at a time, `fact` asks a single fact. What takes more than that `on_demand` computes, by the operations and in the memory of the rows; `need` knows
//! what it takes. So what a decision costs does not grow with the clauses that have nothing to do with the shipment, while shipments follow one another that have as many rows.

mod calendar;
mod condition;
mod fact;
mod index;
mod need;
mod on_demand;

use super::judge::own_day;
use super::standing::{Binding, Judged, Order};
use crate::check::{CheckedPolicy, FieldId};
use crate::facts::Facts;
use crate::program::{NodeId, Program, ScopeId};
use crate::value::{Date, Truth};
use calendar::Days;
use condition::Condition;
use index::Index;
use need::Needs;
use on_demand::{Memory, OnDemand};
use std::collections::HashMap;

/// Decides one shipment after the other.
///
/// ```
/// use ukase::{check::check, eval::Judge, facts::{load, read_json}, source::{SourceId, Sources}};
/// let text = r#"
/// policy tiny "A tiny policy"
/// language 1
/// outcomes from loosest to strictest { free licence }
/// facts shipment { date date   destination country }
/// instrument 1 "A law" { published 2025-01-01 }
/// clause I "To the far north" when destination is IS then licence
/// "#;
/// let (policy, _) = check(&Sources::of_text("tiny.ukase", text.trim()));
/// let policy = policy.unwrap();
/// let facts = |text: &str| load(&policy, &read_json(text, SourceId(0), 0).unwrap()).unwrap();
/// let judge = Judge::new(&policy, None);
/// let mut decider = judge.decider(Vec::new());
/// let decision = decider.decide(&facts(r#"{"date": "2025-06-01", "destination": "IS"}"#), None).unwrap();
/// assert_eq!(policy.outcomes[decision.outcome].name, "licence");
/// assert_eq!(decision.deciding().collect::<Vec<_>>(), [0]); // the first clause
/// // Where the destination is not known, three-valued logic does not settle the verdict: `Judge::judge` says what is possible.
/// assert!(decider.decide(&facts(r#"{"date": "2025-06-01"}"#), None).is_none());
/// ```
#[derive(Debug, Clone)]
pub struct Decider<'j> {
    policy: &'j CheckedPolicy,
    program: &'j Program,
    /// The field that has the day of a shipment.
    day: Option<FieldId>,
    /// For each of the scopes that clauses are judged in.
    scopes: Vec<Considered<'j>>,
    memory: Memory,
    /// The clauses that stand, each with what it stands for.
    standing: Vec<(Binding, usize)>,
}

/// A clause, ready to be asked.
#[derive(Debug, Clone)]
struct Ready {
    /// Its place in the program.
    clause: usize,
    /// The scope of its condition.
    scope: ScopeId,
    in_force: Days,
    condition: Condition,
    /// It overrides others, and what is to be computed to know which.
    overrides: bool,
    overriding: Box<[NodeId]>,
    /// The clauses that override it.
    overriders: Box<[u32]>,
    /// When it was considered last.
    seen: u32,
}

/// The clauses that are judged in a scope.
#[derive(Debug, Clone)]
struct Considered<'j> {
    judged: &'j Judged,
    /// In the order of `judged`.
    clauses: Vec<Ready>,
    index: Index,
    now: u32,
    /// Those that may apply, with the truth of their condition while they are in force.
    some: Vec<(u32, Truth)>,
}

/// What follows for a shipment.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'d> {
    program: &'d Program,
    /// The strictest outcome of a clause that stands, or the loosest there is.
    pub outcome: usize,
    /// The clauses that stand, as places in the program, each with what it stands for.
    pub standing: &'d [(Binding, usize)],
}

impl Decision<'_> {
    /// The clauses whose own outcome is the verdict.
    pub fn deciding(&self) -> impl Iterator<Item = usize> + '_ {
        let clauses = self.standing.iter().map(|(_, clause)| *clause);
        clauses.filter(|clause| self.program.clauses[*clause].outcome == Some(self.outcome))
    }
}

impl<'j> Decider<'j> {
    pub(super) fn new(
        policy: &'j CheckedPolicy,
        program: &'j Program,
        order: &'j Order,
        readings: Vec<Option<usize>>,
    ) -> Decider<'j> {
        let (mut memory, mut needs) = (Memory::new(readings), Needs::new(program));
        let nothing = Facts::unknown(policy);
        let mut asked = OnDemand::new(policy, program, &nothing, None, &mut memory);
        let considered = |judged: &'j Judged| Considered::new(policy, program, judged, &mut asked, &mut needs);
        let scopes = order.all().iter().map(considered).collect();
        drop(asked);
        Decider { policy, program, day: policy.day_field(), scopes, memory, standing: Vec::new() }
    }

    /// Decides a shipment: on the day given, or else on its own; nothing where three-valued logic does not settle how all clauses stand.
    pub fn decide(&mut self, facts: &Facts, on: Option<Date>) -> Option<Decision<'_>> {
        self.standing.clear();
        let day = on.or_else(|| own_day(facts, self.day?));
        let mut asked = OnDemand::new(self.policy, self.program, facts, day, &mut self.memory);
        let mut is_settled = true;
        for considered in &mut self.scopes {
            let scope = considered.judged.scope;
            for row in 0..asked.rows(scope) {
                let binding = asked.binding(scope, row);
                considered.consider(self.policy, &mut asked, binding);
                is_settled &= considered.settle(&asked, binding, &mut self.standing);
            }
        }
        drop(asked);
        let outcomes = self.standing.iter().filter_map(|(_, clause)| self.program.clauses[*clause].outcome);
        let outcome = outcomes.max().unwrap_or(0);
        is_settled.then_some(Decision { program: self.program, outcome, standing: &self.standing })
    }
}

impl<'j> Considered<'j> {
    fn new(
        policy: &CheckedPolicy,
        program: &Program,
        judged: &'j Judged,
        asked: &mut OnDemand<'_>,
        needs: &mut Needs<'_>,
    ) -> Considered<'j> {
        let is_known = |at: &usize| program.clauses[judged.clauses[*at]].known;
        let mut calendars: HashMap<NodeId, Days> = HashMap::new();
        let ready = judged.clauses.iter().enumerate().map(|(at, place)| {
            let clause = &program.clauses[*place];
            let calendar = clause.calendar.in_force;
            let in_force = match clause.known {
                true => calendars.entry(calendar).or_insert_with(|| Days::of(asked, needs, calendar)).clone(),
                false => Days::never(),
            };
            let overriders = judged.overriders[at].iter().map(|(overrider, _)| *overrider).filter(is_known);
            Ready {
                clause: *place,
                scope: clause.scope,
                in_force,
                condition: Condition::of(program, needs, clause.condition),
                overrides: !clause.overrides.is_empty(),
                overriding: clause
                    .overrides
                    .iter()
                    .filter_map(|(_, node)| *node)
                    .flat_map(|node| needs.of(node).to_vec())
                    .collect(),
                overriders: overriders.map(|at| at as u32).collect(),
                seen: 0,
            }
        });
        let mut clauses: Vec<Ready> = ready.collect();
        let first = clauses.iter_mut().enumerate().filter(|(at, clause)| is_known(at) && !clause.overrides);
        let index = Index::new(policy, first.map(|(at, clause)| (at as u32, &mut clause.condition)).collect());
        Considered { judged, clauses, index, now: 0, some: Vec::new() }
    }

    /// Finds the clauses that may apply to a binding: those that the index leads to, then those that override one of them.
    fn consider(&mut self, policy: &CheckedPolicy, asked: &mut OnDemand<'_>, binding: Binding) {
        let Considered { clauses, index, now, some, .. } = self;
        some.clear();
        *now = now.checked_add(1).unwrap_or_else(|| {
            clauses.iter_mut().for_each(|clause| clause.seen = 0);
            1
        });
        index.candidates(policy, asked, binding.row, |asked, at, looked_up| {
            let own = clauses[at as usize].ask(asked, binding, looked_up);
            if !own.is_false() {
                some.push((at, own));
            }
        });
        let mut next = 0;
        while let Some((at, _)) = some.get(next).copied() {
            for nth in 0..clauses[at as usize].overriders.len() {
                let overrider = clauses[at as usize].overriders[nth];
                let clause = &mut clauses[overrider as usize];
                if std::mem::replace(&mut clause.seen, *now) != *now {
                    let own = clause.ask(asked, binding, Truth::True);
                    if !own.is_false() {
                        some.push((overrider, own));
                    }
                }
            }
            next += 1;
        }
    }

    /// Says which of the clauses that may apply stand; gives back whether that is settled for all of them.
    fn settle(&mut self, asked: &OnDemand<'_>, binding: Binding, standing: &mut Vec<(Binding, usize)>) -> bool {
        let some = &mut self.some;
        some.sort_unstable();
        let is_sure = |stands: Truth| stands.is_false() || (stands.is_true() && !binding.possible);
        if some.iter().all(|(at, _)| self.clauses[*at as usize].is_free()) {
            let stand = some.iter().filter(|(_, own)| own.is_true());
            standing.extend(stand.map(|(at, _)| (binding, self.clauses[*at as usize].clause)));
            return some.iter().all(|(_, own)| is_sure(*own));
        }
        let own: Vec<Truth> = some.iter().map(|(_, own)| *own).collect();
        let among = |at: usize| some.binary_search_by_key(&(at as u32), |(at, _)| *at).ok();
        let of = |at: usize| some[at].0 as usize;
        let ranked = self.judged.ranked_of(some.len(), of);
        let found = self.judged.standings(asked.program, &own, &ranked, of, among, |node| asked.truth_here(node, 0));
        standing.extend(found.iter().filter(|one| one.stands.is_true()).map(|one| (binding, one.clause)));
        found.iter().all(|one| is_sure(one.stands))
    }
}

impl Ready {
    /// No clause overrides it, and it overrides none.
    fn is_free(&self) -> bool {
        !self.overrides && self.overriders.is_empty()
    }

    /// Whether it is in force and its condition holds, where what was looked up of that is known.
    fn ask(&self, asked: &mut OnDemand<'_>, binding: Binding, looked_up: Truth) -> Truth {
        let in_force = self.in_force.on(asked.day).and(looked_up);
        if in_force.is_false() {
            return in_force;
        }
        let row = asked.row_in(binding, self.scope);
        let own = in_force.and(self.condition.truth(asked, row));
        if !own.is_false() {
            asked.need(&self.overriding);
        }
        own
    }
}
