//! The way to one outcome: a search that looks for a completion instead of going through all of them.

use super::completion::{Reach, Search, Target};
use super::hangs::Hang;
use super::standing::{Binding, Outcomes, row_in};
use super::survey::Survey;
use super::unknown::Unknown;
use crate::facts::{Cell, Facts, Place};
use std::cmp::Reverse;
use std::collections::BTreeSet;

impl Search<'_, '_> {
    /// The facts and readings of one completion in which the target is surely reached, in words.
    pub fn witness(mut self, effort: i64) -> Option<Vec<String>> {
        let mut words = None;
        self.within(effort, |this| this.reach(0b10, &mut |search| words = Some(search.supposed())));
        words
    }

    /// The facts of a completion in which the target is surely reached.
    pub fn completed(mut self, effort: i64) -> Option<Facts> {
        let mut facts = None;
        self.within(effort, |this| this.reach(0b10, &mut |search| facts = Some(search.evaluation.facts.clone().into_owned())));
        facts
    }

    /// Looks for a completion with exactly the outcomes that are wanted: at each step first where fewer lesser outcomes are left, more
    /// of what the wanted one needs is sure, and fewer others are left. Calls `there` at the first one that it finds.
    pub(super) fn reach(&mut self, wanted: Outcomes, there: &mut dyn FnMut(&Self)) -> Reach {
        let goals = self.goals(wanted);
        self.reach_by(wanted, &goals, there)
    }

    fn reach_by(&mut self, wanted: Outcomes, goals: &[usize], there: &mut dyn FnMut(&Self)) -> Reach {
        let survey = self.survey();
        if survey.allowed == wanted {
            there(self);
            return Reach::Found;
        }
        if survey.allowed & wanted == 0 {
            return Reach::Excluded;
        }
        let next = if self.effort <= 0 { None } else { self.towards(wanted, goals, survey) };
        let Some(unknown) = next else { return Reach::Unfinished };
        let (all, exhaustive) = self.turns(unknown);
        let mut turns = Vec::new();
        for turn in all {
            self.with(unknown, &turn, |this| {
                let allowed = this.allowed();
                if allowed & wanted != 0 {
                    let lesser = (allowed & (wanted - 1)).count_ones();
                    turns.push(((lesser, Reverse(this.progress(goals)), allowed.count_ones()), turn.clone()));
                }
            });
        }
        turns.sort_by_key(|(order, _)| *order);
        let mut come_to = if exhaustive { Reach::Excluded } else { Reach::Unfinished };
        for (_, turn) in turns {
            let mut one = Reach::Unfinished;
            self.with(unknown, &turn, |this| one = this.reach_by(wanted, goals, there));
            match one {
                Reach::Found => return Reach::Found,
                Reach::Unfinished => come_to = Reach::Unfinished,
                Reach::Excluded => {}
            }
        }
        come_to
    }

    /// The clauses that an outcome needs: those that have it, and those that they take the place of.
    fn goals(&self, wanted: Outcomes) -> Vec<usize> {
        let clauses = &self.evaluation.program.clauses;
        let mut goals: Vec<usize> = match self.target {
            Target::Both(a, b) => vec![a, b],
            Target::Stands(_, clause) if wanted == 0b10 => vec![clause],
            Target::Stands(..) => Vec::new(),
            _ => (0..clauses.len()).filter(|at| clauses[*at].outcome.is_some_and(|at| 1 << at == wanted)).collect(),
        };
        let mut at = 0;
        while at < goals.len() {
            for (target, _) in &clauses[goals[at]].overrides {
                if !goals.contains(target) {
                    goals.push(*target);
                }
            }
            at += 1;
        }
        goals
    }

    /// How many of these clauses surely have their condition while they are in force.
    fn progress(&self, goals: &[usize]) -> usize {
        let evaluation = &self.evaluation;
        let is_sure = |binding: Binding, clause: usize| {
            let clause = &evaluation.program.clauses[clause];
            let is_within = clause.scope == binding.scope || clause.scope == 0;
            is_within
                && evaluation.truth(clause.calendar.in_force, 0).is_true()
                && evaluation.truth(clause.condition, row_in(evaluation, binding, clause.scope)).is_true()
        };
        let bindings = self.bindings();
        bindings.into_iter().map(|binding| goals.iter().filter(|clause| is_sure(binding, **clause)).count()).sum()
    }

    /// The unknown to look at next on the way to an outcome: first those that the clauses hang on that it needs.
    fn towards(&mut self, wanted: Outcomes, goals: &[usize], survey: Survey) -> Option<Unknown> {
        let is_short = survey.allowed & (wanted - 1) != 0;
        let of_goal = |clauses: &BTreeSet<usize>| goals.iter().any(|goal| clauses.contains(goal));
        let own = survey.roots.iter().filter(|(_, clauses)| is_short && of_goal(clauses));
        let own: Vec<Hang> = own.map(|(root, _)| *root).collect();
        let next = self.reached(own).into_iter().next();
        next.or_else(|| self.reached(survey.roots.into_keys()).into_iter().next())
    }

    /// What has been supposed so far, in words.
    fn supposed(&self) -> Vec<String> {
        let evaluation = &self.evaluation;
        let policy = evaluation.policy;
        let mut words: Vec<String> = evaluation.day.iter().map(|day| format!("date: {day}")).collect();
        for (record, one) in policy.records.iter().enumerate() {
            for row in 0..evaluation.facts.rows(record) as u32 {
                for (field, declared) in one.fields.iter().enumerate() {
                    let place = Place { record, row, field };
                    if let Cell::Supposed(value) = evaluation.facts.cell(place) {
                        let path = evaluation.facts.path(policy, place);
                        words.push(format!("{path}: {}", declared.ty.write(&policy.enums, value)));
                    }
                }
            }
        }
        let readings =
            evaluation.readings.iter().enumerate().filter_map(|(question, reading)| reading.map(|reading| (question, reading)));
        words.extend(readings.map(|(question, reading)| {
            format!("under reading {}.{}", policy.questions[question].name, policy.questions[question].readings[reading].name)
        }));
        words
    }
}
