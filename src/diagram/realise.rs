//! From a condition to a shipment that meets it.
//!
//! What diagrams abstract from is looked into on the way: a condition by its body, a list by elements that are made for it. Where a choice
//! turns out to be impossible, that is noted in the goal and another is made (counterexample-guided refinement, Clarke et al. 2000).

use super::manager::{Diagram, Made};
use super::row::{Row, RowKind};
use super::space::{ClauseOf, Space, Variable, VariableId};
use std::collections::{BTreeMap, BTreeSet};

/// How often a choice is made anew before a goal is given up.
const MOST_CHOICES: usize = 400;

/// Of two conditions that are taken together from the start one has no more nodes than this.
const MOST_AT_ONCE: usize = 1000;

/// Values of variables.
pub type Assignment = BTreeMap<VariableId, usize>;

/// The facts of one shipment, or of one element of a list.
#[derive(Debug, Clone, Default)]
pub struct Realised {
    /// Its facts, and the readings under which it is looked at.
    pub values: Assignment,
    /// The elements of lists that have to be complete, by the row that stands for any of them.
    pub lists: BTreeMap<Row, Vec<Realised>>,
    /// What is supposed and could not be made: calculated amounts, recursion.
    pub supposed: BTreeSet<VariableId>,
}

impl Realised {
    /// The same without what is said of the lists from which something is calculated that has to hold: these are still to be found. What is
    /// calculated elsewhere and has to fail still does.
    #[must_use]
    pub fn open(&self, space: &Space<'_>) -> Option<Realised> {
        let row = |at: VariableId| {
            space.calculated_for(at).map(|row| match space.kind(row) {
                RowKind::Joined(_, element) => *element,
                _ => row,
            })
        };
        let holding = self.supposed.iter().filter(|at| self.values.get(at) == Some(&1));
        let rows: BTreeSet<Row> = holding.filter_map(|at| row(*at)).collect();
        if rows.is_empty() {
            return None;
        }
        let mut open = self.clone();
        open.lists.retain(|element, _| space.outer(*element).is_none_or(|(outer, _)| !rows.contains(&outer)));
        open.supposed.retain(|at| row(*at).is_none_or(|row| !rows.contains(&row)));
        Some(open)
    }
}

impl Realised {
    /// The clauses whose conditions hold.
    pub fn holding(&self, space: &Space<'_>) -> Vec<ClauseOf> {
        let holding = self.values.iter().filter(|(_, value)| **value == 1);
        holding.filter_map(|(at, _)| space.clauses.get(at)).flatten().copied().collect()
    }
}

/// What became of a goal.
pub enum Outcome {
    /// A shipment that says as little as it can, and the same with more said of it.
    Found(Realised, Realised),
    /// There is none.
    Impossible,
    /// The search was given up.
    GivenUp,
}

/// What became of a choice.
enum Fulfilled {
    By(Realised),
    /// It cannot be, because of these.
    Never(Assignment),
    Unknown,
}

/// Whether two conditions may be taken together: two large ones could be as large as their product.
fn is_small_beside(one: &Diagram, other: &Diagram) -> bool {
    one.size().min(other.size()) <= MOST_AT_ONCE
}

/// A condition that has to hold, or has to fail.
pub(super) type Want = (Diagram, bool);

impl Space<'_> {
    /// A shipment for which a goal holds, as far as diagrams can tell.
    pub fn realise(&mut self, goal: &Diagram) -> Outcome {
        self.settle(vec![(goal.clone(), true)], 0).unwrap_or_else(|_| {
            self.tidy();
            Outcome::GivenUp
        })
    }

    /// Chooses how the conditions of a goal are to be, and looks for facts under which they are so; where there are none, chooses again.
    pub(super) fn settle(&mut self, wants: Vec<Want>, depth: usize) -> Made<Outcome> {
        let mut goal = self.constant(true);
        for (want, _) in wants.iter().filter(|(_, truth)| *truth) {
            goal = goal.and(want)?;
        }
        let mut never = Vec::new();
        for (want, _) in wants.into_iter().filter(|(_, truth)| !truth) {
            match is_small_beside(&goal, &want) {
                true => goal = goal.and_not(&want)?,
                false => never.push(want),
            }
        }
        let wanted = goal.clone();
        for _ in 0..MOST_CHOICES {
            let Some(chosen) = self.plain_example(&goal)? else { return Ok(Outcome::Impossible) };
            let chosen = chosen.into_iter().collect();
            let fulfilled = match self.known_conflict(&chosen) {
                Some(conflict) => Fulfilled::Never(conflict),
                None => self.fulfil(&chosen, &never, depth)?,
            };
            match fulfilled {
                Fulfilled::By(realised) => return self.spared(realised, wanted, &never, depth),
                Fulfilled::Never(conflict) => {
                    if never.is_empty() && self.known_conflict(&conflict).is_none() {
                        self.conflicts.push(conflict.clone());
                    }
                    goal = goal.and(&self.rivals(&conflict, &goal)?)?;
                    let mut lemma = self.constant(false);
                    for (at, value) in conflict {
                        lemma = lemma.or(&self.is(at, value)?.not()?)?;
                    }
                    goal = goal.and(&lemma)?;
                }
                Fulfilled::Unknown => return Ok(Outcome::GivenUp),
            }
        }
        Ok(Outcome::GivenUp)
    }

    /// The same without what nothing hangs on.
    fn spared(&mut self, realised: Realised, goal: Diagram, never: &[Diagram], depth: usize) -> Made<Outcome> {
        let mut values = realised.values.clone();
        let mut owed: Vec<(Option<VariableId>, Diagram)> = vec![(None, goal)];
        for never in never {
            owed.push((None, never.not()?));
        }
        for (at, value) in &values {
            if let Some(body) = self.body(*at) {
                owed.push((Some(*at), if *value == 1 { body } else { body.not()? }));
            }
        }
        let supports: Vec<BTreeSet<VariableId>> = owed.iter().map(|(_, diagram)| self.support(diagram)).collect();
        let mut order: Vec<VariableId> = values.keys().copied().collect();
        order.sort_by_key(|at| (self.body(*at).is_none(), std::cmp::Reverse(*at)));
        for at in order {
            let Some(value) = values.remove(&at) else { continue };
            let mut is_spare = true;
            for ((of, diagram), support) in owed.iter().zip(&supports) {
                let counts = of.is_none_or(|of| values.contains_key(&of)) && support.contains(&at);
                if counts && !self.among(support, diagram, &values)?.is_always() {
                    is_spare = false;
                    break;
                }
            }
            if !is_spare {
                values.insert(at, value);
            }
        }
        let supposed = values.keys().copied().filter(|at| self.is_supposed(*at)).collect();
        let whole = self.stated_in_full(realised)?;
        Ok(match self.lists(&values, depth)? {
            Ok(lists) => Outcome::Found(Realised { values, lists, supposed }, whole),
            Err(_) => Outcome::Found(whole.clone(), whole),
        })
    }

    /// The same with the plainest value of every other fact that its conditions look at.
    fn stated_in_full(&self, mut realised: Realised) -> Made<Realised> {
        let bodies: Vec<Diagram> = realised.values.keys().filter_map(|at| self.body(*at)).collect();
        for at in bodies.iter().flat_map(|body| self.support(body)) {
            if self.is_fact(at) {
                realised.values.entry(at).or_insert_with(|| self.plainest(at));
            }
        }
        Ok(realised)
    }

    /// Looks for facts under which everything is as chosen and some conditions never hold.
    fn fulfil(&mut self, chosen: &Assignment, never: &[Diagram], depth: usize) -> Made<Fulfilled> {
        let conditions: Vec<(VariableId, usize)> =
            chosen.iter().filter(|(at, _)| self.body(**at).is_some()).map(|(at, value)| (*at, *value)).collect();
        let holding: Vec<VariableId> = conditions.iter().filter(|(_, value)| *value == 1).map(|(at, _)| *at).collect();
        for (place, one) in holding.iter().enumerate() {
            for other in &holding[place + 1..] {
                if self.are_rivals(*one, *other)? {
                    return Ok(Fulfilled::Never(Assignment::from([(*one, 1), (*other, 1)])));
                }
            }
        }
        let mut goal = self.constant(true);
        for at in holding {
            let prepared = self.prepared(at)?;
            let asked = self.under(&prepared, chosen)?;
            // What is left out is looked into below.
            if is_small_beside(&goal, &asked) {
                goal = goal.and(&asked)?;
            }
        }
        let mut used: BTreeSet<VariableId> =
            chosen.keys().copied().filter(|at| chosen[at] == 1 || self.body(*at).is_none()).collect();
        for _ in 0..MOST_CHOICES {
            let Some(more) = self.plain_example(&goal)? else {
                return Ok(Fulfilled::Never(self.sparing(chosen, used)?));
            };
            let mut all = chosen.clone();
            all.extend(more);
            let refused = match self.look_into(never, &mut all)? {
                Some((of, lemma)) => {
                    used.extend(of.filter(|at| chosen.contains_key(at)));
                    Some(lemma)
                }
                None => match self.lists(&all, depth)? {
                    Ok(lists) => {
                        let supposed = all.keys().copied().filter(|at| self.is_supposed(*at)).collect();
                        return Ok(Fulfilled::By(Realised { values: all, lists, supposed }));
                    }
                    Err(refused) => refused,
                },
            };
            let Some(refused) = refused else { return Ok(Fulfilled::Unknown) };
            goal = goal.and(&self.under(&refused, chosen)?)?;
        }
        Ok(Fulfilled::Unknown)
    }

    /// The body of a condition, if a variable is one.
    pub(super) fn body(&self, at: VariableId) -> Option<Diagram> {
        match self.variable(at) {
            Variable::Condition { body, .. } => Some(body.clone()),
            _ => None,
        }
    }

    /// Decides what is wanted, and every condition that was chosen, by further facts. Gives back what the goal has to heed where that is
    /// impossible, and the condition for whose sake.
    #[allow(clippy::type_complexity, reason = "a lemma and what it is about")]
    fn look_into(&mut self, never: &[Diagram], chosen: &mut Assignment) -> Made<Option<(Option<VariableId>, Diagram)>> {
        let mut done: BTreeSet<VariableId> = BTreeSet::new();
        for want in never {
            if let Some(refused) = self.decide(want, false, None, chosen)? {
                return Ok(Some((None, refused)));
            }
        }
        while let Some((at, value)) = self.next_condition(chosen, &done) {
            done.insert(at);
            let Some(body) = self.body(at) else { continue };
            if let Some(refused) = self.decide(&body, value == 1, Some(at), chosen)? {
                return Ok(Some((Some(at), refused)));
            }
        }
        Ok(None)
    }

    /// The next condition that was chosen and not looked into: those that hold first, since they say more.
    fn next_condition(&self, chosen: &Assignment, done: &BTreeSet<VariableId>) -> Option<(VariableId, usize)> {
        let open = chosen.iter().filter(|(at, _)| !done.contains(at));
        let conditions = open.filter(|(at, _)| matches!(self.variable(**at), Variable::Condition { .. }));
        conditions.max_by_key(|(at, value)| (**value, std::cmp::Reverse(**at))).map(|(at, value)| (*at, *value))
    }

    /// Adds facts until a condition is decided as wanted; where these facts exclude that, what the goal has to heed.
    fn decide(&mut self, body: &Diagram, truth: bool, of: Option<VariableId>, chosen: &mut Assignment) -> Made<Option<Diagram>> {
        let target = if truth { body.clone() } else { body.not()? };
        let support = match of {
            Some(at) => self.asked_by(at),
            None => self.support(body).into(),
        };
        let rest = self.among(&support, &target, chosen)?;
        if rest.is_always() {
            return Ok(None);
        }
        if let Some(more) = self.plain_example(&rest)? {
            chosen.extend(more);
            return Ok(None);
        }
        let lemma = match of {
            None => self.constant(false),
            Some(at) => self.is(at, usize::from(!truth))?,
        };
        let conflict = self.conflict(&target, &support, chosen)?;
        let asked: Vec<VariableId> = support.iter().copied().filter(|at| !conflict.contains_key(at)).collect();
        // Whatever else is so, these variables must be as the condition allows: one lemma for all of their values.
        Ok(Some(lemma.or(&self.whatever(&asked, &target)?)?))
    }

    /// Values that exclude a condition, none of which can be spared.
    fn conflict(&self, target: &Diagram, support: &BTreeSet<VariableId>, chosen: &Assignment) -> Made<Assignment> {
        let mut values: Assignment =
            chosen.iter().filter(|(at, _)| support.contains(at)).map(|(at, value)| (*at, *value)).collect();
        for at in support {
            let Some(value) = values.remove(at) else { continue };
            if !self.among(support, target, &values)?.is_never() {
                values.insert(*at, value);
            }
        }
        Ok(values)
    }

    /// What is left of a condition where variables have their values.
    pub(super) fn under(&self, diagram: &Diagram, values: &Assignment) -> Made<Diagram> {
        self.among(&self.support(diagram), diagram, values)
    }

    /// The same, where it is known what the condition depends on.
    pub(super) fn among(&self, support: &BTreeSet<VariableId>, diagram: &Diagram, values: &Assignment) -> Made<Diagram> {
        let mut literals = self.constant(true);
        for at in support.iter().rev() {
            if let Some(value) = values.get(at) {
                literals = literals.and(&self.literals(*at, *value)?)?;
            }
        }
        diagram.given(&literals)
    }

    /// One way to make a diagram true, where it can be without supposing what cannot be made.
    pub(super) fn plain_example(&self, diagram: &Diagram) -> Made<Option<Vec<(VariableId, usize)>>> {
        let Some(first) = self.example(diagram) else { return Ok(None) };
        if !first.iter().any(|(at, value)| *value == 1 && self.is_supposed(*at)) {
            return Ok(Some(first));
        }
        let supposed: Assignment =
            self.support(diagram).into_iter().filter(|at| self.is_supposed(*at)).map(|at| (at, 0)).collect();
        let plain = self.example(&self.under(diagram, &supposed)?);
        Ok(Some(plain.map_or(first, |found| found.into_iter().chain(supposed).collect())))
    }

    pub(super) fn is_supposed(&self, at: VariableId) -> bool {
        self.calculated_for(at).is_some()
    }

    /// The row for which a variable is calculated, where diagrams do not look into it.
    pub(super) fn calculated_for(&self, at: VariableId) -> Option<Row> {
        match self.variable(at) {
            Variable::Line { row, .. } | Variable::Opaque(_, row) => Some(*row),
            _ => None,
        }
    }

    /// The row around a row, and the field that leads to it.
    pub(super) fn outer(&self, row: Row) -> Option<(Row, &str)> {
        match self.kind(row) {
            RowKind::Followed(outer, field) | RowKind::Bound(outer, field) | RowKind::Any(outer, field) => Some((*outer, field)),
            RowKind::Shipment | RowKind::Joined(..) => None,
        }
    }
}
