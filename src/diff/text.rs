//! What became of the text: clause by clause, category by category, list entry by list entry.

use crate::check::CheckedPolicy;
use crate::diagram::Side;
use crate::eval::{CalendarState, Evaluation};
use crate::facts::Facts;
use crate::program::ProgramClause;
use crate::source::Span;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A change of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What it is about: `2025-61/I(1)`, `category 1C902.a`, `definition held`, `lists/annex-1.csv: 1C905.a`.
    pub clause: String,
    /// `added`, `removed`, `amended`, `began`, `ended`, `suspended`, `resumed`, `extended`, `repealed`.
    pub change: &'static str,
    /// The instrument that does it, where one does.
    pub by: Option<String>,
    /// How it was: its state on the day, or its words.
    pub old: Option<String>,
    /// How it is.
    pub new: Option<String>,
    /// Its title.
    pub title: String,
}

/// Every change of the text, clauses first, each kind in the order of the policy.
pub(super) fn changes(old: &Side<'_>, new: &Side<'_>) -> Vec<Change> {
    let mut found = clauses(old, new);
    if !std::ptr::eq(old.judge.policy, new.judge.policy) {
        let (old, new) = (old.judge.policy, new.judge.policy);
        found.extend(named("category", &categories(old), &categories(new)));
        found.extend(named("definition", &definitions(old), &definitions(new)));
        found.extend(named("question", &questions(old), &questions(new)));
        found.extend(lists(old, new));
    }
    found
}

// ---- clauses --------------------------------------------------------------------------------------------------------------------

/// A clause in one of the versions.
struct Found {
    words: String,
    title: String,
    state: Option<CalendarState>,
    events: Vec<(String, String)>,
}

fn clauses(old: &Side<'_>, new: &Side<'_>) -> Vec<Change> {
    let (before, after) = (clauses_of(old), clauses_of(new));
    let names: Vec<&String> = after.0.iter().chain(before.0.iter().filter(|name| !after.1.contains_key(*name))).collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for name in names.into_iter().filter(|name| seen.insert((*name).clone())) {
        found.extend(clause(name, before.1.get(name), after.1.get(name), old, new));
    }
    found
}

fn clauses_of(side: &Side<'_>) -> (Vec<String>, BTreeMap<String, Found>) {
    let (policy, program) = (side.judge.policy, side.judge.program());
    let evaluation = side.judge.evaluate(Facts::unknown(policy), side.day, Vec::new());
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
    let events = clause.calendar.events.iter().map(|(day, what)| (day.to_string(), what.clone())).collect();
    let state = match (clause.known, side.day) {
        (false, _) => Some(CalendarState::NotKnown),
        (true, Some(_)) => Some(CalendarState::of(evaluation, clause)),
        (true, None) => None,
    };
    Found { words: words(policy, checked.span), title: checked.title.text.clone(), state, events }
}

fn clause(name: &str, old: Option<&Found>, new: Option<&Found>, was: &Side<'_>, is: &Side<'_>) -> Vec<Change> {
    let change = |change: &'static str, by: Option<String>, old: Option<String>, new: Option<String>, title: &str| Change {
        clause: name.to_string(),
        change,
        by,
        old,
        new,
        title: title.to_string(),
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
    if let (Some(before), Some(after)) = (old.state, new.state)
        && let Some(verb) = verb(before, after)
    {
        let by = acting(new, was, is).or(instrument);
        found.push(change(verb, by, Some(before.words().into()), Some(after.words().into()), &new.title));
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

/// The instrument whose act is the last of the events between the two days.
fn acting(clause: &Found, old: &Side<'_>, new: &Side<'_>) -> Option<String> {
    let (from, to) = (old.day?.to_string(), new.day?.to_string());
    let (from, to) = if from <= to { (from, to) } else { (to, from) };
    let between = clause.events.iter().rfind(|(day, what)| *day > from && *day <= to && what.contains(' '));
    between.and_then(|(_, what)| what.split([' ', '/']).next().map(str::to_string))
}

// ---- what else a policy consists of ---------------------------------------------------------------------------------------------

/// Things by name: their words and titles.
type Named = BTreeMap<String, (String, String)>;

/// The words of a block: from the line on which it is declared to the next line that begins with a word, without comments and layout.
fn words(policy: &CheckedPolicy, span: Span) -> String {
    let text = &policy.sources.get(span.source).text;
    let before = text.get(..span.start as usize).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let lines = text.get(start..).unwrap_or_default().lines();
    let begins = |line: &str| line.starts_with(|first: char| first.is_alphabetic());
    let block = lines.enumerate().take_while(|(at, line)| *at == 0 || !begins(line)).map(|(_, line)| line);
    let plain = block.map(|line| line.split_once("//").map_or(line, |(code, _)| code));
    plain.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

fn categories(policy: &CheckedPolicy) -> Named {
    let of = policy.categories.iter();
    of.map(|one| (one.code.to_string(), (words(policy, one.span), one.title.text.clone()))).collect()
}

fn definitions(policy: &CheckedPolicy) -> Named {
    policy.defines.iter().map(|one| (one.name.clone(), (words(policy, one.span), String::new()))).collect()
}

fn questions(policy: &CheckedPolicy) -> Named {
    policy.questions.iter().map(|one| (one.name.clone(), (words(policy, one.span), one.title.text.clone()))).collect()
}

fn named(kind: &str, old: &Named, new: &Named) -> Vec<Change> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let change = |name: &String| {
        let (before, after) = (old.get(name), new.get(name));
        let change = match (before, after) {
            (None, Some(_)) => "added",
            (Some(_), None) => "removed",
            (Some((a, _)), Some((b, _))) if a != b => "amended",
            _ => return None,
        };
        Some(Change {
            clause: format!("{kind} {name}"),
            change,
            by: None,
            old: before.map(|(words, _)| words.clone()),
            new: after.map(|(words, _)| words.clone()),
            title: after.or(before).map(|(_, title)| title.clone()).unwrap_or_default(),
        })
    };
    names.into_iter().filter_map(change).collect()
}

/// The entries of every table, by the first cell of their lines.
fn lists(old: &CheckedPolicy, new: &CheckedPolicy) -> Vec<Change> {
    let tables = |policy: &CheckedPolicy| -> BTreeMap<String, Named> {
        let files = policy.sources.iter().map(|(_, source)| source).filter(|source| source.name.ends_with(".csv"));
        files.map(|source| (in_policy(&source.name), entries(&source.text))).collect()
    };
    let (before, after) = (tables(old), tables(new));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let nothing = Named::new();
    let of =
        |name: &&String| named(&format!("{name}:"), before.get(*name).unwrap_or(&nothing), after.get(*name).unwrap_or(&nothing));
    names.iter().flat_map(of).collect()
}

/// The name of a file within its policy.
fn in_policy(name: &str) -> String {
    let parts: Vec<&str> = name.rsplit('/').take(2).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("/")
}

fn entries(text: &str) -> Named {
    let mut found = Named::new();
    for line in text.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        let key = line.split(',').next().unwrap_or_default().trim_matches('"').to_string();
        let entry = found.entry(key).or_default();
        if !entry.0.is_empty() {
            entry.0.push_str("; ");
        }
        entry.0.push_str(line);
    }
    found
}
