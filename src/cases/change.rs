//! Small wrong changes to a policy, one at a time: what a slip of the pen or of the mind would make of it.

use crate::check::{CheckedPolicy, Entry, Type, Typed, TypedKind, each_part_mut, is_one_test};
use crate::source::Span;
use crate::value::{Date, Number, Unit, Value};
use std::collections::BTreeMap;

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    pub(super) edit: Edit,
    /// Where it stands in the text.
    pub(super) span: Span,
    /// What it makes of it, in words.
    pub(super) words: String,
}

/// What is changed, and into what.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Edit {
    /// A part of the expressions of a policy, counted in the order in which they are gone through, becomes another.
    Expression(usize, Box<TypedKind>),
    /// One of the categories that a list names is left out, wherever the list is used.
    Category(Vec<usize>, usize),
    /// The first day of a clause.
    Begins(usize, Date),
    /// The day after its last.
    Ends(usize, Date),
    /// A clause no longer overrides one of those that it does.
    Overrides(usize, usize),
    /// The first day of an act.
    ActBegins(usize, Date),
    /// One of the days on which an act ends.
    ActEnds(usize, usize, Date),
    /// The day from which guidance settles.
    Guidance(usize, Date),
}

impl Edit {
    /// The clause that it changes, if it is one alone; `span` is where the change stands.
    pub(super) fn clause(&self, policy: &CheckedPolicy, span: Span) -> Option<usize> {
        let is_around = |outer: Span| outer.source == span.source && outer.start <= span.start && span.end <= outer.end;
        match self {
            Edit::Begins(at, _) | Edit::Ends(at, _) | Edit::Overrides(at, _) => Some(*at),
            _ => policy.clauses.iter().position(|clause| clause.when.as_ref().is_some_and(|when| is_around(when.span))),
        }
    }

    /// The day to which it moves another.
    pub(super) fn day(&self) -> Option<Date> {
        match self {
            Edit::Begins(_, day) | Edit::Ends(_, day) | Edit::ActBegins(_, day) | Edit::ActEnds(_, _, day) => Some(*day),
            Edit::Guidance(_, day) => Some(*day),
            Edit::Expression(..) | Edit::Category(..) | Edit::Overrides(..) => None,
        }
    }
}

/// Every change to a policy, in the order of its parts.
pub(super) fn changes(policy: &CheckedPolicy) -> Vec<Change> {
    let mut found = expressions(policy);
    found.extend(days(policy));
    for (at, clause) in policy.clauses.iter().enumerate() {
        for (which, (target, _)) in clause.overrides.iter().enumerate() {
            let words = format!("no longer overrides {}", policy.clause_name(*target));
            found.push(Change { edit: Edit::Overrides(at, which), span: clause.span, words });
        }
    }
    found
}

/// Changes of single expressions, then of lists of categories.
fn expressions(policy: &CheckedPolicy) -> Vec<Change> {
    let mut found = Vec::new();
    let mut lists: BTreeMap<Vec<usize>, Span> = BTreeMap::new();
    let mut place = 0;
    each_part_of_law(&mut policy.clone(), &mut |part, above| {
        // What one test was written out into is changed as that test, not piece by piece.
        if above.is_none_or(|above| above != part.span) {
            let others = others(policy, part).into_iter();
            found.extend(others.map(|(words, kind)| Change {
                edit: Edit::Expression(place, Box::new(kind)),
                span: part.span,
                words,
            }));
        }
        if let TypedKind::Matches(_, categories) = &part.kind {
            lists.entry(categories.clone()).or_insert(part.span);
        }
        place += 1;
    });
    for (list, span) in lists {
        let text = policy.sources.line_of(span);
        for at in not_included(policy, &list) {
            let words = format!("`{text}` without {}", policy.categories[list[at]].code);
            found.push(Change { edit: Edit::Category(list.clone(), at), span, words });
        }
    }
    found
}

/// Every day of the law moved by a day, either way.
fn days(policy: &CheckedPolicy) -> Vec<Change> {
    let mut found = Vec::new();
    let mut day = |span: Span, what: &str, date: Date, edit: &dyn Fn(Date) -> Edit| {
        for (by, word) in [(-1, "earlier"), (1, "later")] {
            found.push(Change { edit: edit(date.plus_days(by)), span, words: format!("{what} {date}, a day {word}") });
        }
    };
    for (at, clause) in policy.clauses.iter().enumerate() {
        day(clause.span, "begins on", clause.from, &|date| Edit::Begins(at, date));
        clause.before.iter().for_each(|before| day(clause.span, "ends before", *before, &|date| Edit::Ends(at, date)));
    }
    for (at, act) in policy.acts.iter().enumerate() {
        day(act.span, "acts from", act.from, &|date| Edit::ActBegins(at, date));
        for (which, (end, _)) in act.ends.iter().enumerate() {
            day(act.span, "ends before", *end, &|date| Edit::ActEnds(at, which, date));
        }
    }
    for (at, guidance) in policy.guidance.iter().enumerate() {
        let what = format!("settled by {} from", guidance.name);
        day(policy.questions[guidance.question].span, &what, guidance.published, &|date| Edit::Guidance(at, date));
    }
    found
}

/// The policy with a change made.
pub(super) fn changed(policy: &CheckedPolicy, edit: &Edit) -> CheckedPolicy {
    let mut policy = policy.clone();
    match edit {
        Edit::Expression(wanted, kind) => {
            let mut place = 0;
            each_part_of_law(&mut policy, &mut |part, _| {
                if place == *wanted {
                    part.kind = (**kind).clone();
                }
                place += 1;
            });
        }
        Edit::Category(list, at) => each_part_of_law(&mut policy, &mut |part, _| {
            if let TypedKind::Matches(_, categories) = &mut part.kind
                && categories == list
            {
                categories.remove(*at);
            }
        }),
        Edit::Begins(at, day) => policy.clauses[*at].from = *day,
        Edit::Ends(at, day) => policy.clauses[*at].before = Some(*day),
        Edit::Overrides(at, which) => _ = policy.clauses[*at].overrides.remove(*which),
        Edit::ActBegins(at, day) => policy.acts[*at].from = *day,
        Edit::ActEnds(at, which, day) => policy.acts[*at].ends[*which].0 = *day,
        Edit::Guidance(at, day) => policy.guidance[*at].published = *day,
    }
    policy
}

/// The places of categories that no other one of the list includes, by its code or because it is decided by them.
fn not_included(policy: &CheckedPolicy, list: &[usize]) -> impl Iterator<Item = usize> {
    let code = |at: usize| &policy.categories[list[at]].code;
    let includes = move |other: usize, at: usize| code(at).is_within(code(other)) || is_decided_by(policy, list[other], list[at]);
    let is_included = move |at: &usize| (0..list.len()).any(|other| other != *at && includes(other, *at));
    (0..list.len()).filter(move |at| list.len() > 1 && !is_included(at))
}

/// A category's test is no more than a match of another one.
fn is_decided_by(policy: &CheckedPolicy, category: usize, by: usize) -> bool {
    let test = policy.categories[category].test.as_ref();
    matches!(test.map(|test| &test.kind), Some(TypedKind::Matches(_, categories)) if categories.contains(&by))
}

/// Visits every part of every expression of the law, in one order; each with the place of the part above it.
fn each_part_of_law(policy: &mut CheckedPolicy, visit: &mut dyn FnMut(&mut Typed, Option<Span>)) {
    let defines = policy.defines.iter_mut().map(|define| &mut define.body);
    let categories = policy.categories.iter_mut().filter_map(|category| category.test.as_mut());
    let clauses = policy.clauses.iter_mut().filter_map(|clause| clause.when.as_mut());
    defines.chain(categories).chain(clauses).for_each(|expr| walk(expr, None, visit));
}

/// The parts below an expression first, then the expression.
fn walk(expr: &mut Typed, above: Option<Span>, visit: &mut dyn FnMut(&mut Typed, Option<Span>)) {
    let span = expr.span;
    each_part_mut(&mut expr.kind, &mut |part| walk(part, Some(span), visit));
    visit(expr, above);
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
        TypedKind::OneOf(inner, entries) => without(policy, &text, &inner.ty, entries)
            .map(|(words, rest)| (words, TypedKind::OneOf(inner.clone(), rest)))
            .collect(),
        TypedKind::Within(inner, entries) => without(policy, &text, &inner.ty, entries)
            .map(|(words, rest)| (words, TypedKind::Within(inner.clone(), rest)))
            .collect(),
        // `meets {…}` and `has {…}` are written out member by member.
        TypedKind::Or(parts) if parts.len() > 1 && is_one_test(parts, expr.span) => {
            members(policy, expr, parts).map(|(words, rest)| (words, TypedKind::Or(rest))).collect()
        }
        TypedKind::And(parts) if parts.len() > 1 && is_one_test(parts, expr.span) => {
            members(policy, expr, parts).map(|(words, rest)| (words, TypedKind::And(rest))).collect()
        }
        _ => Vec::new(),
    }
}

/// Each entry of a list left out, with the others.
fn without<'e>(
    policy: &'e CheckedPolicy,
    text: &'e str,
    ty: &'e Type,
    entries: &'e [Entry],
) -> impl Iterator<Item = (String, Vec<Entry>)> + 'e {
    entries.iter().enumerate().map(move |(at, entry)| {
        let mut rest = entries.to_vec();
        rest.remove(at);
        (format!("`{text}` without {}", ty.write(&policy.enums, &entry.value)), rest)
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
