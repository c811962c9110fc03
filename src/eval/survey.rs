//! How things stand at one point of a search: what is allowed, and what keeps it open.

use super::completion::{Search, Target};
use super::hangs::Hang;
use super::standing::{Binding, Outcomes, Standing, row_in, together};
use super::unknown::Unknown;
use crate::program::{NodeId, Scope};
use crate::value::Truth;
use std::collections::{BTreeMap, BTreeSet};

/// What working out how the clauses of one binding stand is counted as.
const EFFORT_OF_BINDING: usize = 50;

/// How things stand at one point of a search.
pub(super) struct Survey {
    pub allowed: Outcomes,
    /// What keeps it open, with the clauses that hang on it.
    pub roots: BTreeMap<Hang, BTreeSet<usize>>,
}

impl Search<'_, '_> {
    /// What three-valued logic allows at this point.
    pub fn allowed(&mut self) -> Outcomes {
        let survey = self.survey();
        survey.allowed
    }

    pub(super) fn bindings(&self) -> Vec<Binding> {
        match &self.target {
            Target::Bindings(bindings) => bindings.clone(),
            Target::Stands(binding, _) => vec![*binding],
            Target::AllBut(settled) => {
                let mut all = self.order.bindings(&self.evaluation);
                all.retain(|binding| !settled.contains(binding));
                all
            }
            Target::Both(..) => self.order.bindings(&self.evaluation),
        }
    }

    /// What three-valued logic allows, and the conditions and calendars that keep it open.
    pub(super) fn survey(&mut self) -> Survey {
        let bindings = self.bindings();
        self.spend(bindings.len() * EFFORT_OF_BINDING);
        let evaluation = &self.evaluation;
        let mut roots = BTreeMap::new();
        let mut outcomes = 1;
        let mut truth = Truth::False;
        for binding in bindings {
            let standings = self.order.standings(evaluation, binding);
            match self.target {
                Target::AllBut(_) | Target::Bindings(_) => {
                    let own = self.order.outcomes_of(evaluation, binding, &standings);
                    outcomes = together(outcomes, own);
                    if own.count_ones() == 1 {
                        continue;
                    }
                }
                Target::Both(a, b) => {
                    let both = stands(&standings, a).and(stands(&standings, b));
                    truth = truth.or(if binding.possible { both.and(Truth::Unknown) } else { both });
                }
                Target::Stands(_, clause) => truth = stands(&standings, clause),
            }
            self.add_roots(binding, &standings, &mut roots);
        }
        let allowed = match self.target {
            Target::AllBut(_) | Target::Bindings(_) => together(outcomes, 1 << self.floor),
            Target::Both(..) | Target::Stands(..) => either_way(truth),
        };
        Survey { allowed, roots }
    }

    /// What keeps the clauses of a binding open.
    fn add_roots(&self, binding: Binding, standings: &[Standing], roots: &mut BTreeMap<Hang, BTreeSet<usize>>) {
        let evaluation = &self.evaluation;
        let program = evaluation.program;
        let mut add = |node: NodeId, row: u32, clause: usize| {
            if evaluation.truth(node, row).is_unknown() {
                roots.entry(Hang::Node(node, row)).or_default().insert(clause);
            }
        };
        for standing in standings {
            if (!standing.stands.is_unknown() && !standing.applies.is_unknown()) || !self.concerns(standing.clause) {
                continue;
            }
            let clause = &program.clauses[standing.clause];
            add(clause.calendar.in_force, 0, standing.clause);
            add(clause.condition, row_in(evaluation, binding, clause.scope), standing.clause);
            self.order.conditions(standing.clause).iter().for_each(|condition| add(*condition, 0, standing.clause));
        }
        if binding.possible && matches!(program.scopes[binding.scope], Scope::Join { .. }) {
            let lists = evaluation.open_lists(binding.scope);
            roots.extend(lists.into_iter().map(|place| (Hang::Unknown(Unknown::List(place)), BTreeSet::new())));
        }
    }

    /// Whether the target hangs on how a clause stands.
    fn concerns(&self, clause: usize) -> bool {
        let overrides = |one: usize, target: usize| {
            let clause = &self.evaluation.program.clauses[one];
            clause.overrides.iter().any(|(other, _)| *other == target)
        };
        let linked = |one: usize| one == clause || overrides(one, clause) || overrides(clause, one);
        match self.target {
            Target::Both(a, b) => linked(a) || linked(b),
            Target::Stands(_, one) => linked(one),
            Target::AllBut(_) | Target::Bindings(_) => true,
        }
    }

    /// The unknowns that the roots hang on as things stand, in the order of their rank.
    pub(super) fn reached(&mut self, roots: impl IntoIterator<Item = Hang>) -> Vec<Unknown> {
        self.seen.resize(self.evaluation.size().max(self.seen.len()), 0);
        self.stamp += 1;
        let (seen, stamp, evaluation) = (&mut self.seen, self.stamp, &self.evaluation);
        let mut found: BTreeSet<(usize, Unknown)> = BTreeSet::new();
        let mut waiting: Vec<Hang> = roots.into_iter().collect();
        let mut visited = 0;
        while let Some(hang) = waiting.pop() {
            match hang {
                Hang::Unknown(unknown) => _ = found.insert((self.open.rank_of(unknown), unknown)),
                Hang::Node(node, row) => {
                    let place = evaluation.index(node, row);
                    if std::mem::replace(&mut seen[place], stamp) != stamp {
                        visited += 1;
                        evaluation.hangs_on(node, row, |hang| waiting.push(hang));
                    }
                }
            }
        }
        self.spend(visited);
        found.into_iter().map(|(_, unknown)| unknown).collect()
    }
}

fn stands(standings: &[Standing], clause: usize) -> Truth {
    standings.iter().find(|one| one.clause == clause).map_or(Truth::False, |one| one.stands)
}

/// Whether something can be so (1) and can fail to be (0), as a set.
fn either_way(truth: Truth) -> Outcomes {
    match truth {
        Truth::True => 0b10,
        Truth::False => 0b01,
        Truth::Unknown => 0b11,
    }
}
