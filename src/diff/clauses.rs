//! What became of each clause: its words, and where it stands in its calendar.

use super::text::{Change, words};
use crate::check::Act;
use crate::diagram::Side;
use crate::eval::{CalendarState, Evaluation};
use crate::facts::Facts;
use crate::program::ProgramClause;
use crate::syntax::ast::ActKind;
use crate::value::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A clause in one of the versions.
struct Found {
    words: String,
    title: String,
    state: Option<CalendarState>,
    /// Whether it is in force hangs on open questions.
    is_open: bool,
    /// What happens to it, and on which day.
    events: Vec<(Date, String)>,
    /// The instruments that extend it, or what is done to it, under the readings chosen, with their days.
    extended: Vec<(Date, String)>,
    /// Its instrument, and the day on which it was published.
    published: Vec<(Date, String)>,
}

pub(super) fn clauses(old: &Side<'_>, new: &Side<'_>, readings: &BTreeMap<String, String>) -> Vec<Change> {
    let (before, after) = (clauses_of(old, readings), clauses_of(new, readings));
    let names: Vec<&String> = after.0.iter().chain(before.0.iter().filter(|name| !after.1.contains_key(*name))).collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for name in names.into_iter().filter(|name| seen.insert((*name).clone())) {
        found.extend(clause(name, before.1.get(name), after.1.get(name), old, new));
    }
    found
}

fn clauses_of(side: &Side<'_>, readings: &BTreeMap<String, String>) -> (Vec<String>, BTreeMap<String, Found>) {
    let (policy, program) = (side.judge.policy, side.judge.program());
    let evaluation = side.judge.evaluate(Facts::unknown(policy), side.day, side.readings(readings));
    let mut names = Vec::new();
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    for clause in &program.clauses {
        let name = policy.clause_name(clause.clause);
        let one = of_clause(side, &evaluation, clause);
        match found.get_mut(&name) {
            // Several wordings of one clause: that which is in force speaks for it.
            Some(other) if one.state == Some(CalendarState::InForce) => *other = one,
            Some(_) => {}
            None => {
                names.push(name.clone());
                found.insert(name, one);
            }
        }
    }
    (names, found)
}

fn of_clause(side: &Side<'_>, evaluation: &Evaluation<'_>, clause: &ProgramClause) -> Found {
    let policy = side.judge.policy;
    let checked = &policy.clauses[clause.clause];
    let instrument = &policy.instruments[checked.instrument];
    let state = match (clause.known, side.day) {
        (false, _) => Some(CalendarState::NotKnown),
        (true, Some(_)) => Some(CalendarState::of(evaluation, clause)),
        (true, None) => None,
    };
    Found {
        words: words(policy, checked.span),
        title: checked.title.text.clone(),
        state,
        is_open: evaluation.truth(clause.calendar.in_force, 0).is_unknown(),
        events: clause.calendar.events.clone(),
        extended: extensions(side, evaluation, clause.clause),
        published: vec![(instrument.published, instrument.id.clone())],
    }
}

/// The instruments that extend a clause, or a suspension of it, as it is read, and the days on which they were published.
fn extensions(side: &Side<'_>, evaluation: &Evaluation<'_>, clause: usize) -> Vec<(Date, String)> {
    let policy = side.judge.policy;
    let concerns = |act: &&Act| {
        act.kind == ActKind::Extend
            && (act.clauses.contains(&clause) || act.acts.iter().any(|other| policy.acts[*other].clauses.contains(&clause)))
    };
    let is_read_so = |act: &&Act| act.under.is_none_or(|under| evaluation.readings[under.question] == Some(under.reading));
    let told = |act: &Act| {
        let instrument = &policy.instruments[act.instrument];
        (instrument.published, instrument.id.clone())
    };
    policy.acts.iter().filter(concerns).filter(is_read_so).map(told).collect()
}

fn clause(name: &str, old: Option<&Found>, new: Option<&Found>, was: &Side<'_>, is: &Side<'_>) -> Vec<Change> {
    let change = |change: &'static str, by: Option<String>, old: Option<String>, new: Option<String>, title: &str| Change {
        clause: name.to_string(),
        change,
        by,
        old,
        new,
        title: title.to_string(),
        under_some_readings: false,
    };
    let instrument = name.split('/').next().map(str::to_string);
    let (old, new) = match (old, new) {
        (None, Some(new)) => return vec![change("added", instrument, None, Some(new.words.clone()), &new.title)],
        (Some(old), None) => return vec![change("removed", None, Some(old.words.clone()), None, &old.title)],
        (Some(old), Some(new)) => (old, new),
        (None, None) => return Vec::new(),
    };
    let mut found = Vec::new();
    if old.words != new.words {
        found.push(change("amended", None, Some(old.words.clone()), Some(new.words.clone()), &new.title));
    }
    let (Some(before), Some(after)) = (old.state, new.state) else { return found };
    let (before_words, after_words) = (Some(before.words().into()), Some(after.words().into()));
    let event = between(&new.events, was, is);
    let verb = match event.and_then(done_by) {
        Some("repealed") => Some("repealed"),
        // It is in force before and after, and then it hangs on open questions whether it is.
        done if before == after && old.is_open != new.is_open => done,
        _ => verb(before, after),
    };
    if let Some(verb) = verb {
        let by = event.and_then(|what| what.split([' ', '/']).next().map(str::to_string)).or(instrument);
        let change = change(verb, by, before_words, after_words, &new.title);
        found.push(Change { under_some_readings: old.is_open != new.is_open, ..change });
    } else if let Some(by) = between(&new.extended, was, is) {
        found.push(change("extended", Some(by.to_string()), before_words, after_words, &new.title));
    } else if let (CalendarState::NotYet, Some(by)) = (after, between(&new.published, was, is)) {
        // Its first day is still to come, but by now it is known.
        let verb = if was.day < is.day { "added" } else { "removed" };
        found.push(change(verb, Some(by.to_string()), before_words, after_words, &new.title));
    }
    found
}

/// What happened between two states.
fn verb(old: CalendarState, new: CalendarState) -> Option<&'static str> {
    use CalendarState::{Ended, InForce, NotKnown, NotYet, Suspended};
    Some(match (old, new) {
        (a, b) if a == b => return None,
        (NotKnown, NotYet) => "added",
        (NotYet | NotKnown, InForce) => "began",
        (Suspended, InForce) => "resumed",
        (_, Suspended) => "suspended",
        (_, Ended) => "ended",
        (_, NotYet | NotKnown) => "removed",
        (Ended, InForce) => "extended",
        (InForce, InForce) => return None,
    })
}

/// What an event of a calendar does to a clause.
fn done_by(event: &str) -> Option<&'static str> {
    let verbs = [
        ("stops suspending", "resumed"),
        ("suspends", "suspended"),
        ("resumes", "resumed"),
        ("repeals", "repealed"),
        ("begins", "began"),
        ("ends", "ended"),
        ("is amended", "ended"),
    ];
    verbs.iter().find(|(words, _)| event.contains(words)).map(|(_, verb)| *verb)
}

/// The last of what happens between the two days.
fn between<'e>(events: &'e [(Date, String)], old: &Side<'_>, new: &Side<'_>) -> Option<&'e str> {
    let (from, to) = (old.day?.min(new.day?), old.day?.max(new.day?));
    events.iter().rfind(|(day, _)| *day > from && *day <= to).map(|(_, what)| what.as_str())
}
