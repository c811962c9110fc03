//! Whether the worked cases would notice a wrong policy: each small change is made, and the cases are judged again.

use super::change::{Change, Edit, changed, changes};
use super::idle::{is_idle, turning_day};
use super::verdicts::{facts_of, judge_example, judges_of, readings_of};
use crate::check::{CheckedPolicy, Example};
use crate::eval::{Binding, Judge, Standing};
use crate::facts::Facts;
use crate::program::{Calendar, Program, ProgramClause, ProgramCover};
use crate::side_by_side::side_by_side;
use crate::source::Span;
use crate::value::{Date, Truth};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// A change that no worked case notices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survivor {
    /// Where the policy was changed.
    pub span: Span,
    /// What the change makes of it.
    pub words: String,
}

/// What became of all changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mutation {
    /// How many changes were made.
    pub made: usize,
    /// Those that nothing noticed, in the order of the policy.
    pub survivors: Vec<Survivor>,
}

/// Makes every small change to a policy, one at a time, and judges its worked cases until one of them fails.
///
/// The changes: a line by one step either way, `>=` to `>` and back, a day by a day, an entry of a list or set left out, an
/// `overrides` left out. A change that comes to the same program is none, nor is a day moved for a clause that has nothing to say
/// on it.
pub fn mutation(policy: &CheckedPolicy) -> Mutation {
    let cases = Cases::new(policy);
    let law = CheckedPolicy { examples: Vec::new(), ..policy.clone() };
    let all = changes(&law);
    let noticed = side_by_side(all.len(), |at| cases.notice(&law, &all[at]));
    let made = noticed.iter().flatten().count();
    let survivors = all.iter().zip(&noticed).filter(|(_, noticed)| **noticed == Some(false));
    let survivors = survivors.map(|(change, _)| Survivor { span: change.span, words: change.words.clone() }).collect();
    Mutation { made, survivors }
}

/// How the clauses stand for one shipment, and what would cover.
#[derive(PartialEq)]
struct Fingerprint {
    stands: Vec<(Binding, Vec<Standing>)>,
    covers: Vec<Truth>,
}

/// A worked case, and how the clauses stand in it under the policy as it is.
struct Case<'p> {
    example: &'p Example,
    facts: Facts,
    readings: Vec<Option<usize>>,
    stands: Fingerprint,
    /// The clauses of the policy that apply to it, or may.
    about: BTreeSet<usize>,
}

struct Cases<'p> {
    cases: Vec<Case<'p>>,
    /// The policy as it is, for each day known.
    programs: BTreeMap<Option<Date>, Judge<'p>>,
    /// The cases that noticed a change last: they are tried first.
    recent: Mutex<Vec<usize>>,
}

/// How many cases that noticed something are remembered.
const MOST_RECENT: usize = 24;

impl<'p> Cases<'p> {
    fn new(policy: &'p CheckedPolicy) -> Cases<'p> {
        let programs = judges_of(policy);
        let mut cases = Vec::new();
        for example in &policy.examples {
            let Ok(facts) = facts_of(policy, example) else { continue };
            let readings = readings_of(policy, example);
            let judge = &programs[&example.known];
            let stands = fingerprint(judge, facts.clone(), example.on, readings.clone());
            let may_apply = stands.stands.iter().flat_map(|(_, standings)| standings).filter(|one| !one.applies.is_false());
            let about = may_apply.map(|one| judge.program().clauses[one.clause].clause).collect();
            cases.push(Case { example, facts, readings, stands, about });
        }
        Cases { cases, programs, recent: Mutex::new(Vec::new()) }
    }

    /// Whether some case notices a change; nothing where the change changes nothing.
    fn notice(&self, law: &CheckedPolicy, change: &Change) -> Option<bool> {
        let turning_day = turning_day(law, &change.edit);
        let law = changed(law, &change.edit);
        let mut judges: BTreeMap<Option<Date>, Judge<'_>> = BTreeMap::new();
        for (known, before) in &self.programs {
            let after = Judge::new(&law, *known);
            if !is_same(before, &after) && !is_idle(before, &after, &change.edit) {
                judges.insert(*known, after);
            }
        }
        if judges.is_empty() {
            return None;
        }
        let found = self.order(change.edit.clause(&law, change.span), change.edit.day()).into_iter().find(|at| {
            let case = &self.cases[*at];
            case.may_notice(&change.edit, turning_day) && judges.get(&case.example.known).is_some_and(|judge| case.notices(judge))
        });
        if let (Some(at), Ok(mut recent)) = (found, self.recent.lock()) {
            recent.retain(|one| *one != at);
            recent.insert(0, at);
            recent.truncate(MOST_RECENT);
        }
        Some(found.is_some())
    }

    /// The cases, those first that are likely to notice a change: near the day, about the clause, or such as noticed something last.
    fn order(&self, clause: Option<usize>, day: Option<Date>) -> Vec<usize> {
        let recent = self.recent.lock().map(|recent| recent.clone()).unwrap_or_default();
        let rank = |at: &usize| {
            let case = &self.cases[*at];
            let is_near = |day: Date| case.example.on.is_some_and(|on| (day.0 - on.0).abs() <= 1);
            let about = clause.is_none_or(|clause| case.about.contains(&clause));
            (!day.is_none_or(is_near), !about, recent.iter().position(|one| one == at).unwrap_or(MOST_RECENT))
        };
        let mut order: Vec<usize> = (0..self.cases.len()).collect();
        order.sort_by_cached_key(rank);
        order
    }
}

impl Case<'_> {
    /// A moved day can matter on one day only, and what a clause overrides only where it applies.
    fn may_notice(&self, edit: &Edit, turning_day: Option<Date>) -> bool {
        match edit {
            Edit::Overrides(clause, _) => self.about.contains(clause),
            _ => turning_day.is_none_or(|day| self.example.on.is_none_or(|on| on == day)),
        }
    }

    /// Whether an expectation is no longer met. Where all clauses stand as before, most expectations are met as before.
    fn notices(&self, judge: &Judge<'_>) -> bool {
        let stands = fingerprint(judge, self.facts.clone(), self.example.on, self.readings.clone());
        stands != self.stands && !judge_example(judge, self.example, self.facts.clone()).1.is_empty()
    }
}

fn fingerprint(judge: &Judge<'_>, facts: Facts, on: Option<Date>, readings: Vec<Option<usize>>) -> Fingerprint {
    let evaluation = judge.evaluate(facts, on, readings);
    let order = judge.order();
    let stands =
        order.bindings(&evaluation).into_iter().map(|binding| (binding, order.standings(&evaluation, binding))).collect();
    let of_cover =
        |cover: &ProgramCover| (0..evaluation.rows(cover.scope)).map(|row| evaluation.truth(cover.condition, row)).collect();
    let covers = judge.program().covers.iter().flat_map(|cover| -> Vec<Truth> { of_cover(cover) }).collect();
    Fingerprint { stands, covers }
}

/// Two programs judge alike: the same nodes, and clauses that read the same of them.
fn is_same(a: &Judge<'_>, b: &Judge<'_>) -> bool {
    let (a, b) = (a.program(), b.program());
    let reads = |clause: &ProgramClause| {
        let Calendar { begun, ended, suspended, in_force, .. } = clause.calendar;
        (clause.condition, begun, ended, suspended, in_force, clause.overrides.clone())
    };
    let covers = |program: &Program| program.covers.iter().map(|cover| cover.condition).collect::<Vec<_>>();
    a.nodes == b.nodes
        && a.guidance == b.guidance
        && a.clauses.iter().map(reads).eq(b.clauses.iter().map(reads))
        && covers(a) == covers(b)
}
