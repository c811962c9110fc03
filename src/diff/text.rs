//! What became of the text: clause by clause, category by category, list entry by list entry.

use super::clauses::clauses;
use crate::check::CheckedPolicy;
use crate::diagram::Side;
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
    /// It is so under some readings of open questions only.
    #[serde(skip_serializing_if = "is_whatever_the_reading")]
    pub under_some_readings: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_whatever_the_reading(under_some_readings: &bool) -> bool {
    !under_some_readings
}

/// Every change of the text, clauses first, each kind in the order of the policy.
pub(super) fn changes(old: &Side<'_>, new: &Side<'_>, readings: &BTreeMap<String, String>) -> Vec<Change> {
    let mut found = clauses(old, new, readings);
    if !std::ptr::eq(old.judge.policy, new.judge.policy) {
        let (old, new) = (old.judge.policy, new.judge.policy);
        found.extend(named("category", &categories(old), &categories(new)));
        found.extend(named("definition", &definitions(old), &definitions(new)));
        found.extend(named("question", &questions(old), &questions(new)));
        found.extend(lists(old, new));
    }
    found
}

/// Things by name: their words and titles.
type Named = BTreeMap<String, (String, String)>;

/// The words of a block: from the line on which it is declared to the next line that begins with a word, without comments and layout.
pub(super) fn words(policy: &CheckedPolicy, span: Span) -> String {
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
            under_some_readings: false,
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
