//! Which clauses apply and which stand, for each binding; and the outcomes that follow.

use super::rows::Evaluation;
use crate::program::{NodeId, Program, Scope, ScopeId};
use crate::value::Truth;

/// A set of outcomes, one bit each.
pub type Outcomes = u64;

/// What a clause is judged for: a row of a scope. The shipment as a whole is row 0 of scope 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Binding {
    /// The scope.
    pub scope: ScopeId,
    /// The row.
    pub row: u32,
    /// The row is only a possibility: an element of an open list that nobody named.
    pub possible: bool,
}

/// The clauses that are judged in one scope, and how they override each other there.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    pub(super) scope: ScopeId,
    /// The places of the clauses in the program.
    pub(crate) clauses: Vec<usize>,
    /// For each of them: those it overrides, as places in `clauses`, and a node of the shipment that says whether it does.
    pub(crate) targets: Vec<Vec<(usize, Option<NodeId>)>>,
    /// For each of them: those that override it.
    pub(crate) overriders: Vec<Vec<(usize, Option<NodeId>)>>,
    /// Their places, each behind those it overrides, so that one round settles them; those that override each other stand last.
    pub(super) ranked: Vec<usize>,
    /// Where each stands in `ranked`.
    ranks: Vec<usize>,
    /// How many rounds settle all of them: more than one only where some override each other, under different readings.
    pub(super) rounds: usize,
}

/// The order of overriding of a program, worked out once.
#[derive(Debug, Clone)]
pub struct Order {
    bounds: Vec<Judged>,
    /// For each clause of the program: the nodes of the shipment that say whether it overrides another, or another overrides it.
    conditions: Vec<Vec<NodeId>>,
}

/// How a clause stands for a binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The clause's place in the program.
    pub clause: usize,
    /// Its condition holds while it is in force and, where it overrides, one of those applies.
    pub applies: Truth,
    /// It applies and nothing that overrides it stands.
    pub stands: Truth,
}

impl Judged {
    /// Some of the clauses, each behind those it overrides; `of` says where each stands among all.
    pub(super) fn ranked_of(&self, some: usize, of: impl Fn(usize) -> usize) -> Vec<usize> {
        let mut ranked: Vec<usize> = (0..some).collect();
        ranked.sort_unstable_by_key(|at| self.ranks[of(*at)]);
        ranked
    }

    /// How some of the clauses stand, while the others do not apply. `own` says of each whether its condition holds while it is in force, `ranked` has
    /// each behind those it overrides, `of` says where it stands among all, and `among` the other way round; `active` is the truth of a node of the
    /// shipment.
    pub(super) fn standings(
        &self,
        program: &Program,
        own: &[Truth],
        ranked: &[usize],
        of: impl Fn(usize) -> usize,
        among: impl Fn(usize) -> Option<usize>,
        active: impl Fn(NodeId) -> Truth,
    ) -> Vec<Standing> {
        let clause = |at: usize| self.clauses[of(at)];
        let active = |condition: Option<NodeId>| condition.map_or(Truth::True, &active);
        let one_of = |others: &[(usize, Option<NodeId>)], truth: &dyn Fn(usize) -> Truth| {
            let there = others.iter().filter_map(|(other, condition)| Some((among(*other)?, *condition)));
            there.fold(Truth::False, |one, (other, condition)| one.or(active(condition).and(truth(other))))
        };
        let overrides = |at: usize| !program.clauses[clause(at)].overrides.is_empty();
        let begun = |(at, own): (usize, &Truth)| {
            let applies = if own.is_false() || overrides(at) { Truth::False } else { *own };
            Standing { clause: clause(at), applies, stands: Truth::False }
        };
        let mut standings: Vec<Standing> = own.iter().enumerate().map(begun).collect();
        // Those that override only on the strength of one that does, so that two that override each other under different readings do not
        // hold each other up: the least fixed point, of what is sure and of what is possible.
        let may_apply = ranked.iter().copied().filter(|at| !own[*at].is_false());
        let may_override = may_apply.clone().filter(|at| overrides(*at));
        repeat(&mut standings, self.rounds, may_override, |at, all| Standing {
            applies: own[at].and(one_of(&self.targets[of(at)], &|other| all[other].applies)),
            ..all[at]
        });
        // From "unknown" on, this settles everything that is known.
        let is_false = |one: &Standing| one.applies.is_false();
        standings.iter_mut().for_each(|one| one.stands = if is_false(one) { Truth::False } else { Truth::Unknown });
        repeat(&mut standings, self.rounds, may_apply.rev(), |at, all| match is_false(&all[at]) {
            true => all[at],
            false => {
                Standing { stands: all[at].applies.and(!one_of(&self.overriders[of(at)], &|other| all[other].stands)), ..all[at] }
            }
        });
        standings
    }
}

impl Order {
    /// Works out the order of a program.
    pub fn new(program: &Program) -> Order {
        let bounds = program.bindings.iter().map(|scope| bound(program, *scope)).collect();
        let mut conditions = vec![Vec::new(); program.clauses.len()];
        for (at, clause) in program.clauses.iter().enumerate() {
            for (target, condition) in clause.overrides.iter().filter_map(|(target, node)| Some((*target, (*node)?))) {
                conditions[at].push(condition);
                conditions[target].push(condition);
            }
        }
        Order { bounds, conditions }
    }

    /// The nodes of the shipment that say whether a clause overrides another, or another overrides it.
    pub(super) fn conditions(&self, clause: usize) -> &[NodeId] {
        &self.conditions[clause]
    }

    /// The clauses that are judged in each scope.
    pub(super) fn all(&self) -> &[Judged] {
        &self.bounds
    }

    /// The clauses that are judged in a scope.
    pub(crate) fn judged(&self, scope: ScopeId) -> Option<&Judged> {
        self.bounds.iter().find(|judged| judged.scope == scope)
    }

    /// The bindings of a shipment, the shipment itself first.
    pub fn bindings(&self, evaluation: &Evaluation<'_>) -> Vec<Binding> {
        let mut bindings = Vec::new();
        for bound in &self.bounds {
            for row in 0..evaluation.rows(bound.scope) {
                let possible = is_possible(evaluation, bound.scope, row);
                bindings.push(Binding { scope: bound.scope, row, possible });
            }
        }
        bindings
    }

    /// How each clause stands for a binding.
    pub fn standings(&self, evaluation: &Evaluation<'_>, binding: Binding) -> Vec<Standing> {
        self.standings_if(evaluation, binding, |clause| own(evaluation, clause, binding))
    }

    /// How each clause would stand if the conditions of clauses, while in force, held as `own` says.
    pub(crate) fn standings_if(
        &self,
        evaluation: &Evaluation<'_>,
        binding: Binding,
        own: impl Fn(usize) -> Truth,
    ) -> Vec<Standing> {
        let Some(judged) = self.judged(binding.scope) else { return Vec::new() };
        let own: Vec<Truth> = judged.clauses.iter().map(|clause| own(*clause)).collect();
        judged.standings(evaluation.program, &own, &judged.ranked, |at| at, Some, |node| evaluation.truth(node, 0))
    }

    /// The outcomes that are possible for a binding, as far as three-valued logic can tell.
    pub fn outcomes(&self, evaluation: &Evaluation<'_>, binding: Binding) -> Outcomes {
        self.outcomes_of(evaluation, binding, &self.standings(evaluation, binding))
    }

    /// The same, where it is known how the clauses stand.
    pub fn outcomes_of(&self, evaluation: &Evaluation<'_>, binding: Binding, standings: &[Standing]) -> Outcomes {
        let least = if binding.possible { 0 } else { self.least(evaluation, binding, standings) };
        let may_stand = standings.iter().filter(|standing| !standing.stands.is_false());
        let possible =
            may_stand.filter_map(|standing| evaluation.program.clauses[standing.clause].outcome).fold(0, |set, at| set | 1 << at);
        above(possible, least) | 1 << least
    }

    /// The outcome that is reached at least: a clause that surely applies stands, or one that overrides it does.
    fn least(&self, evaluation: &Evaluation<'_>, binding: Binding, standings: &[Standing]) -> usize {
        let Some(bound) = self.judged(binding.scope) else { return 0 };
        let outcome = |at: usize| evaluation.program.clauses[standings[at].clause].outcome.unwrap_or(0);
        let active = |condition: Option<NodeId>| condition.is_none_or(|node| !evaluation.truth(node, 0).is_false());
        let sure = (0..standings.len()).filter(|at| standings[*at].applies.is_true());
        let reached = sure.map(|at| {
            let own = (!standings[at].stands.is_false()).then(|| outcome(at));
            let over =
                bound.overriders[at].iter().filter(|(by, condition)| active(*condition) && !standings[*by].stands.is_false());
            own.into_iter().chain(over.map(|(by, _)| outcome(*by))).min().unwrap_or(0)
        });
        reached.max().unwrap_or(0)
    }
}

/// The outcomes of a set that are stricter than `least`.
fn above(set: Outcomes, least: usize) -> Outcomes {
    set & !((2u64 << least).wrapping_sub(1))
}

/// The outcomes of two bindings together: the stricter of any two.
pub fn together(a: Outcomes, b: Outcomes) -> Outcomes {
    let least = a.trailing_zeros().max(b.trailing_zeros());
    let low = (1u64 << least).wrapping_sub(1);
    (a | b) & !low
}

/// The condition holds while the clause is known and in force.
pub(crate) fn own(evaluation: &Evaluation<'_>, clause: usize, binding: Binding) -> Truth {
    let clause = &evaluation.program.clauses[clause];
    if !clause.known {
        return Truth::False;
    }
    let in_force = evaluation.truth(clause.calendar.in_force, 0);
    if in_force.is_false() {
        return Truth::False;
    }
    let row = if binding.scope == clause.scope { binding.row } else { row_in(evaluation, binding, clause.scope) };
    in_force.and(evaluation.truth(clause.condition, row))
}

/// The row of an outer scope that a binding lies in.
pub fn row_in(evaluation: &Evaluation<'_>, binding: Binding, scope: ScopeId) -> u32 {
    let (mut at, mut row) = (binding.scope, binding.row);
    while at != scope {
        match &evaluation.program.scopes[at] {
            Scope::Join { outer, .. } => {
                row = evaluation.join_row(at, row).0;
                at = *outer;
            }
            Scope::Record(_) => return 0,
        }
    }
    row
}

/// A row is only a possibility, or lies within one that is.
pub(super) fn is_possible(evaluation: &Evaluation<'_>, scope: ScopeId, row: u32) -> bool {
    match &evaluation.program.scopes[scope] {
        Scope::Record(_) => false,
        Scope::Join { outer, .. } => {
            let (outside, _, possible) = evaluation.join_row(scope, row);
            possible || is_possible(evaluation, *outer, outside)
        }
    }
}

/// Computes some values in their order, so many rounds or until nothing changes.
pub(super) fn repeat<T: PartialEq>(
    values: &mut [T],
    rounds: usize,
    some: impl Iterator<Item = usize> + Clone,
    next: impl Fn(usize, &[T]) -> T,
) {
    for _ in 0..rounds {
        let mut changed = false;
        for at in some.clone() {
            let value = next(at, values);
            changed |= value != values[at];
            values[at] = value;
        }
        if !changed {
            return;
        }
    }
}

fn bound(program: &Program, scope: ScopeId) -> Judged {
    let clauses = judged_in(program, scope);
    let place = |clause: usize| clauses.iter().position(|one| *one == clause);
    let mut targets = vec![Vec::new(); clauses.len()];
    let mut overriders = vec![Vec::new(); clauses.len()];
    for (at, clause) in clauses.iter().enumerate() {
        for (target, condition) in &program.clauses[*clause].overrides {
            if let Some(target) = place(*target) {
                targets[at].push((target, *condition));
                overriders[target].push((at, *condition));
            }
        }
    }
    let (ranked, is_circular) = ranked(&targets, &overriders);
    let rounds = if is_circular { 2 * clauses.len() } else { 1 };
    let mut ranks = vec![0; clauses.len()];
    ranked.iter().enumerate().for_each(|(rank, at)| ranks[*at] = rank);
    Judged { scope, clauses, targets, overriders, ranked, ranks, rounds }
}

/// Clauses behind those they override, and whether some override each other.
fn ranked(targets: &[Vec<(usize, Option<NodeId>)>], overriders: &[Vec<(usize, Option<NodeId>)>]) -> (Vec<usize>, bool) {
    let mut waits: Vec<usize> = targets.iter().map(Vec::len).collect();
    let mut ranked: Vec<usize> = (0..waits.len()).filter(|at| waits[*at] == 0).collect();
    let mut next = 0;
    while let Some(at) = ranked.get(next).copied() {
        for (overrider, _) in &overriders[at] {
            waits[*overrider] -= 1;
            if waits[*overrider] == 0 {
                ranked.push(*overrider);
            }
        }
        next += 1;
    }
    let circular: Vec<usize> = (0..waits.len()).filter(|at| waits[*at] > 0).collect();
    let is_circular = !circular.is_empty();
    ranked.extend(circular);
    (ranked, is_circular)
}

/// The clauses bound to a scope, and those of wider scopes that take the place of one of them.
fn judged_in(program: &Program, scope: ScopeId) -> Vec<usize> {
    let wider = scopes_outside(program, scope);
    let mut judged: Vec<usize> = (0..program.clauses.len())
        .filter(|at| {
            let clause = &program.clauses[*at];
            let here = |target: &usize| program.clauses[*target].scope == scope;
            let elsewhere = clause.overrides.iter().all(|(target, _)| !here(target)) && !clause.overrides.is_empty();
            clause.scope == scope && !(scope == 0 && elsewhere)
        })
        .collect();
    let mut grown = true;
    while grown {
        grown = false;
        for at in 0..program.clauses.len() {
            let clause = &program.clauses[at];
            let reaches = clause.overrides.iter().any(|(target, _)| judged.contains(target));
            if wider.contains(&clause.scope) && reaches && !judged.contains(&at) {
                judged.push(at);
                grown = true;
            }
        }
    }
    judged.sort_unstable();
    judged
}

fn scopes_outside(program: &Program, scope: ScopeId) -> Vec<ScopeId> {
    match &program.scopes[scope] {
        Scope::Record(_) => Vec::new(),
        Scope::Join { outer, .. } => {
            let mut found = scopes_outside(program, *outer);
            found.push(*outer);
            found
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P7 of the list of properties: combining sets is combining every pair.
    #[test]
    fn p07_sets_combine_as_all_their_pairs() {
        for a in 1..64u64 {
            for b in 1..64u64 {
                let mut expected = 0u64;
                for x in (0..6).filter(|x| a & (1 << x) != 0) {
                    for y in (0..6).filter(|y| b & (1 << y) != 0) {
                        expected |= 1 << x.max(y);
                    }
                }
                assert_eq!(together(a, b), expected, "{a:b} {b:b}");
            }
        }
    }

    /// P6: the combiner is commutative, associative and idempotent, and `free` alone is its identity.
    #[test]
    fn p06_the_combiner_is_a_semilattice() {
        for a in 1..32u64 {
            assert_eq!(together(a, a), a);
            assert_eq!(together(a, 1), a);
            for b in 1..32u64 {
                assert_eq!(together(a, b), together(b, a));
                for c in 1..32u64 {
                    assert_eq!(together(together(a, b), c), together(a, together(b, c)));
                }
            }
        }
    }
}
