//! Small wrong changes to a policy, one at a time: what a slip of the pen or of the mind would make of it.

use crate::check::{CheckedPolicy, Entry, Typed, TypedKind, each_part, each_part_mut};
use crate::source::Span;
use crate::value::{Date, Number, Unit, Value};
use std::collections::BTreeMap;

/// A place in a policy that holds one expression, one clause or one act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Site {
    /// A part of the expressions of a policy, counted in the order in which they are gone through.
    Expression(usize),
    /// One of the categories that a list names, wherever it is used.
    Category(usize),
    /// The first day of a clause.
    Begins(usize),
    /// The day after its last.
    Ends(usize),
    /// One of the clauses that a clause overrides.
    Overrides(usize, usize),
    /// The first day of an act.
    ActBegins(usize),
    /// One of the days on which an act ends.
    ActEnds(usize, usize),
    /// The day from which guidance settles.
    Guidance(usize),
}

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    pub(super) site: Site,
    /// Where it stands in the text.
    pub(super) span: Span,
    /// What it makes of it, in words.
    pub(super) words: String,
    pub(super) how: How,
}

impl Change {
    /// The clause that it is a part of, if it is of one alone.
    pub(super) fn clause(&self, policy: &CheckedPolicy) -> Option<usize> {
        let is_around =
            |outer: Span| outer.source == self.span.source && outer.start <= self.span.start && self.span.end <= outer.end;
        match self.site {
            Site::Begins(at) | Site::Ends(at) | Site::Overrides(at, _) => Some(at),
            _ => policy.clauses.iter().position(|clause| clause.when.as_ref().is_some_and(|when| is_around(when.span))),
        }
    }

    /// The day to which it moves another.
    pub(super) fn day(&self) -> Option<Date> {
        match self.how {
            How::Day(day) => Some(day),
            _ => None,
        }
    }
}

/// How a change changes its site.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum How {
    /// Another expression stands there.
    Becomes(Box<TypedKind>),
    /// Another day.
    Day(Date),
    /// It is left out.
    Dropped,
    /// It is left out of this list of categories.
    Without(Vec<usize>),
}

/// Every change to a policy, in the order of its parts.
pub(super) fn changes(policy: &CheckedPolicy) -> Vec<Change> {
    let mut found = Vec::new();
    let mut lists: BTreeMap<Vec<usize>, Span> = BTreeMap::new();
    let mut place = 0;
    each_expression(policy, &mut |expr| {
        walk(expr, None, &mut |part, above| {
            let site = Site::Expression(place);
            // What one test was written out into is changed as that test, not piece by piece.
            let is_own = above.is_none_or(|above| above != part.span);
            let others = if is_own { others(policy, part) } else { Vec::new() };
            let others = others.into_iter();
            found.extend(others.map(|(words, kind)| Change { site, span: part.span, words, how: How::Becomes(Box::new(kind)) }));
            if let TypedKind::Matches(_, categories) = &part.kind {
                lists.entry(categories.clone()).or_insert(part.span);
            }
            place += 1;
        });
    });
    for (categories, span) in lists {
        let text = policy.sources.line_of(span);
        for at in redundant_left_out(policy, &categories) {
            let words = format!("`{text}` without {}", policy.categories[categories[at]].code);
            found.push(Change { site: Site::Category(at), span, words, how: How::Without(categories.clone()) });
        }
    }
    let mut day = |site: Site, span: Span, what: &str, date: Date| {
        for (by, word) in [(-1, "earlier"), (1, "later")] {
            let words = format!("{what} {date}, a day {word}");
            found.push(Change { site, span, words, how: How::Day(date.plus_days(by)) });
        }
    };
    for (at, clause) in policy.clauses.iter().enumerate() {
        day(Site::Begins(at), clause.span, "begins on", clause.from);
        clause.before.iter().for_each(|before| day(Site::Ends(at), clause.span, "ends before", *before));
    }
    for (at, act) in policy.acts.iter().enumerate() {
        day(Site::ActBegins(at), act.span, "acts from", act.from);
        act.ends.iter().enumerate().for_each(|(which, (end, _))| day(Site::ActEnds(at, which), act.span, "ends before", *end));
    }
    for (at, guidance) in policy.guidance.iter().enumerate() {
        let span = policy.questions[guidance.question].span;
        day(Site::Guidance(at), span, &format!("settled by {} from", guidance.name), guidance.published);
    }
    for (at, clause) in policy.clauses.iter().enumerate() {
        for (which, (target, _)) in clause.overrides.iter().enumerate() {
            let words = format!("no longer overrides {}", policy.clause_name(*target));
            found.push(Change { site: Site::Overrides(at, which), span: clause.span, words, how: How::Dropped });
        }
    }
    found
}

/// The policy with a change made.
pub(super) fn changed(policy: &CheckedPolicy, change: &Change) -> CheckedPolicy {
    let mut policy = policy.clone();
    match (change.site, &change.how) {
        (Site::Expression(place), How::Becomes(kind)) => replace(&mut policy, place, kind),
        (Site::Begins(at), How::Day(day)) => policy.clauses[at].from = *day,
        (Site::Ends(at), How::Day(day)) => policy.clauses[at].before = Some(*day),
        (Site::ActBegins(at), How::Day(day)) => policy.acts[at].from = *day,
        (Site::ActEnds(at, which), How::Day(day)) => policy.acts[at].ends[which].0 = *day,
        (Site::Guidance(at), How::Day(day)) => policy.guidance[at].published = *day,
        (Site::Category(at), How::Without(list)) => leave_out(&mut policy, list, at),
        (Site::Overrides(at, which), How::Dropped) => _ = policy.clauses[at].overrides.remove(which),
        _ => {}
    }
    policy
}

fn replace(policy: &mut CheckedPolicy, wanted: usize, kind: &TypedKind) {
    let mut place = 0;
    each_part_of_law(policy, &mut |part| {
        if place == wanted {
            part.kind = kind.clone();
        }
        place += 1;
    });
}

fn leave_out(policy: &mut CheckedPolicy, list: &[usize], at: usize) {
    each_part_of_law(policy, &mut |part| {
        if let TypedKind::Matches(_, categories) = &mut part.kind
            && categories == list
        {
            categories.remove(at);
        }
    });
}

/// The places of categories that no other one of the list includes.
fn redundant_left_out(policy: &CheckedPolicy, list: &[usize]) -> impl Iterator<Item = usize> {
    let code = |at: usize| &policy.categories[list[at]].code;
    let is_included = move |at: &usize| (0..list.len()).any(|other| other != *at && code(*at).is_within(code(other)));
    (0..list.len()).filter(move |at| list.len() > 1 && !is_included(at))
}

fn each_part_of_law(policy: &mut CheckedPolicy, visit: &mut dyn FnMut(&mut Typed)) {
    let defines = policy.defines.iter_mut().map(|define| &mut define.body);
    let categories = policy.categories.iter_mut().filter_map(|category| category.test.as_mut());
    let clauses = policy.clauses.iter_mut().filter_map(|clause| clause.when.as_mut());
    defines.chain(categories).chain(clauses).for_each(|expr| walk_mut(expr, visit));
}

fn each_expression<'p>(policy: &'p CheckedPolicy, visit: &mut dyn FnMut(&'p Typed)) {
    policy.defines.iter().for_each(|define| visit(&define.body));
    policy.categories.iter().filter_map(|category| category.test.as_ref()).for_each(&mut *visit);
    policy.clauses.iter().filter_map(|clause| clause.when.as_ref()).for_each(visit);
}

/// Visits the parts below an expression first, then the expression; each with the place of the one above it.
fn walk(expr: &Typed, above: Option<Span>, visit: &mut dyn FnMut(&Typed, Option<Span>)) {
    each_part(&expr.kind, &mut |part| walk(part, Some(expr.span), visit));
    visit(expr, above);
}

/// The same, to change them.
fn walk_mut(expr: &mut Typed, visit: &mut dyn FnMut(&mut Typed)) {
    each_part_mut(&mut expr.kind, &mut |part| walk_mut(part, visit));
    visit(expr);
}

/// What else could stand for an expression, with what that is in words.
fn others(policy: &CheckedPolicy, expr: &Typed) -> Vec<(String, TypedKind)> {
    let text = policy.sources.line_of(expr.span);
    match &expr.kind {
        TypedKind::Below(a, b) => {
            let at_line = (format!("`{text}` holds on the line too"), TypedKind::AtMost(a.clone(), b.clone()));
            let lines = lines(policy, a, b).into_iter().map(|(words, a, b)| (words, TypedKind::Below(a, b)));
            lines.chain([at_line]).collect()
        }
        TypedKind::AtMost(a, b) => {
            let off_line = (format!("`{text}` no longer holds on the line"), TypedKind::Below(a.clone(), b.clone()));
            let lines = lines(policy, a, b).into_iter().map(|(words, a, b)| (words, TypedKind::AtMost(a, b)));
            lines.chain([off_line]).collect()
        }
        TypedKind::OneOf(inner, entries) => without(entries)
            .map(|(left_out, rest)| (left(policy, expr, left_out), TypedKind::OneOf(inner.clone(), rest)))
            .collect(),
        TypedKind::Within(inner, entries) => without(entries)
            .map(|(left_out, rest)| (left(policy, expr, left_out), TypedKind::Within(inner.clone(), rest)))
            .collect(),
        // `meets {…}` and `has {…}` are written out member by member.
        TypedKind::Or(parts) if is_one_test(parts, expr.span) => {
            members(policy, expr, parts).map(|(words, rest)| (words, TypedKind::Or(rest))).collect()
        }
        TypedKind::And(parts) if is_one_test(parts, expr.span) => {
            members(policy, expr, parts).map(|(words, rest)| (words, TypedKind::And(rest))).collect()
        }
        _ => Vec::new(),
    }
}

fn is_one_test(parts: &[Typed], span: Span) -> bool {
    parts.len() > 1 && parts.iter().all(|part| part.span == span)
}

fn left(policy: &CheckedPolicy, expr: &Typed, entry: &Entry) -> String {
    let text = policy.sources.line_of(expr.span);
    let ty = match &expr.kind {
        TypedKind::OneOf(inner, _) | TypedKind::Within(inner, _) => &inner.ty,
        _ => &expr.ty,
    };
    format!("`{text}` without {}", ty.write(&policy.enums, &entry.value))
}

/// Each entry, and the others.
fn without(entries: &[Entry]) -> impl Iterator<Item = (&Entry, Vec<Entry>)> {
    entries.iter().enumerate().map(|(at, entry)| {
        let mut rest = entries.to_vec();
        rest.remove(at);
        (entry, rest)
    })
}

/// Each member of a set that is tested for left out, and the tests for the others.
fn members<'e>(policy: &'e CheckedPolicy, expr: &'e Typed, parts: &'e [Typed]) -> impl Iterator<Item = (String, Vec<Typed>)> {
    (0..parts.len()).map(move |at| {
        let mut rest = parts.to_vec();
        rest.remove(at);
        let text = policy.sources.line_of(expr.span);
        let named = text.split_once('{').and_then(|(_, set)| set.split(',').nth(at));
        let member = named.map_or_else(|| "its part".into(), |name| name.trim_matches([' ', '}', ')']).to_string());
        (format!("`{text}` without {member}"), rest)
    })
}

/// A comparison with its line one step lower and one step higher.
fn lines(policy: &CheckedPolicy, a: &Typed, b: &Typed) -> Vec<(String, Box<Typed>, Box<Typed>)> {
    let mut found = Vec::new();
    for (line, is_left) in [(a, true), (b, false)] {
        let TypedKind::Constant(value) = &line.kind else { continue };
        let text = policy.sources.line_of(line.span);
        for (up, word) in [(false, "lower"), (true, "higher")] {
            let Some(moved) = moved(value, &text, up) else { continue };
            let moved = Box::new(Typed { kind: TypedKind::Constant(moved), ..line.clone() });
            let words = format!("the line {text} one step {word}");
            found.push(match is_left {
                true => (words, moved, Box::new(b.clone())),
                false => (words, Box::new(a.clone()), moved),
            });
        }
    }
    found
}

/// A line one step off: a day, or one in the last digit that is written.
fn moved(value: &Value, text: &str, up: bool) -> Option<Value> {
    let by = |at: &Number| step(text).map(|step| if up { at.plus(&step) } else { at.minus(&step) });
    match value {
        Value::Date(date) => Some(Value::Date(date.plus_days(if up { 1 } else { -1 }))),
        Value::Number(number) => by(number).map(Value::Number),
        Value::Money(number, currency) => by(number).map(|number| Value::Money(number, *currency)),
        _ => None,
    }
}

/// One in the last digit of an amount as it is written, in base units: of `0.1%` a thousandth, of `14 nm` a nanometre.
fn step(text: &str) -> Option<Number> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (digits, unit) = (&text[..end], text[end..].trim());
    let places = digits.split_once('.').map_or(0, |(_, places)| places.len());
    let one = Number::parse(&format!("{}1", if places == 0 { String::new() } else { format!("0.{}", "0".repeat(places - 1)) }))?;
    match Unit::find(unit) {
        _ if digits.is_empty() => None,
        Some(unit) => Some(unit.to_base(&one).minus(&unit.to_base(&Number::ZERO))),
        None if unit == "%" => one.over(&100.into()),
        None => Some(one),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_one_in_the_last_digit() {
        let of = |text: &str| step(text).map(|step| step.decimal(12).trim_end_matches('0').to_string());
        assert_eq!(of("0.1%").as_deref(), Some("0.001"));
        assert_eq!(of("50%").as_deref(), Some("0.01"));
        assert_eq!(of("1.5 T").as_deref(), Some("0.1"));
        assert_eq!(of("14 nm").as_deref(), Some("0.000000001"));
        assert_eq!(of("item.value"), None);
    }
}
