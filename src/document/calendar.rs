//! When the clauses of a policy are in force: which of them share a calendar, and how each calendar runs.

use crate::check::CheckedPolicy;
use crate::eval::Judge;
use crate::facts::Facts;
use crate::value::{Date, Truth};
use std::collections::{BTreeMap, BTreeSet};

/// How a clause stands with time on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Its first day has not come.
    NotYet,
    /// It counts.
    InForce,
    /// An act suspends it.
    Suspended,
    /// It hangs on how a question is read.
    Open,
    /// Its last day has gone.
    Ended,
}

impl State {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            State::NotYet => "not yet",
            State::InForce => "in force",
            State::Suspended => "suspended",
            State::Open => "open",
            State::Ended => "ended",
        }
    }
}

/// Clauses of one instrument that begin, pause and end together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// The instrument's place in the policy.
    pub instrument: usize,
    /// The places of the clauses in the policy.
    pub clauses: Vec<usize>,
    /// The first day of each state, in order; two that follow each other differ.
    pub states: Vec<(Date, State)>,
}

/// The calendars of a policy, instrument by instrument, knowing all that it knows.
///
/// ```
/// use ukase::{check::check, document::{State, calendars}, eval::Judge, source::Sources};
/// let text = r#"
/// policy tiny "A tiny policy"
/// language 1
/// outcomes from loosest to strictest { free licence }
/// facts shipment { date date   destination country }
/// instrument 1 "A law" { published 2025-01-01 }
/// clause I "To the far north"
///     from    2025-03-01
///     before  2025-06-01
///     when    destination is IS
///     then    licence
/// "#;
/// let (policy, _) = check(&Sources::of_text("tiny.ukase", text.trim()));
/// let policy = policy.unwrap();
/// let states: Vec<State> = calendars(&Judge::new(&policy, None))[0].states.iter().map(|(_, state)| *state).collect();
/// assert_eq!(states, [State::InForce, State::Ended]);
/// ```
pub fn calendars(judge: &Judge<'_>) -> Vec<Calendar> {
    let (policy, program) = (judge.policy, judge.program());
    let days: BTreeSet<Date> =
        program.clauses.iter().flat_map(|clause| clause.calendar.events.iter().map(|(day, _)| *day)).collect();
    let mut states: Vec<Vec<(Date, State)>> = vec![Vec::new(); program.clauses.len()];
    for day in days {
        let evaluation = judge.evaluate(Facts::unknown(policy), Some(day), Vec::new());
        for (at, clause) in program.clauses.iter().enumerate() {
            let calendar = &clause.calendar;
            let truth = |node| evaluation.truth(node, 0);
            let state = match (truth(calendar.in_force), truth(calendar.begun), truth(calendar.ended), truth(calendar.suspended))
            {
                (Truth::True, ..) => State::InForce,
                (_, Truth::False, ..) => State::NotYet,
                (_, _, Truth::True, _) => State::Ended,
                (_, _, _, Truth::True) => State::Suspended,
                _ => State::Open,
            };
            if states[at].last().map_or(State::NotYet, |(_, last)| *last) != state {
                states[at].push((day, state));
            }
        }
    }
    grouped(policy, program.clauses.iter().map(|clause| clause.clause).zip(states))
}

/// Clauses of one instrument with the same states together, in the order of the policy.
fn grouped(policy: &CheckedPolicy, clauses: impl Iterator<Item = (usize, Vec<(Date, State)>)>) -> Vec<Calendar> {
    let mut places: BTreeMap<(usize, Vec<(Date, State)>), usize> = BTreeMap::new();
    let mut found: Vec<Calendar> = Vec::new();
    for (clause, states) in clauses {
        let instrument = policy.clauses[clause].instrument;
        let place = *places.entry((instrument, states.clone())).or_insert_with(|| {
            found.push(Calendar { instrument, clauses: Vec::new(), states });
            found.len() - 1
        });
        found[place].clauses.push(clause);
    }
    found.sort_by_key(|calendar| calendar.instrument);
    found
}
