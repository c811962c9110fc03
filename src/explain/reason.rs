//! Why a condition holds, does not, or is not known: as a tree with the words of the policy.

use super::read::Reads;
use crate::check::{CheckedPolicy, Type};
use crate::eval::Evaluation;
use crate::facts::{Cell, Place};
use crate::program::{NodeId, Op, Scope, ScopeId, Trace, TraceKind};
use crate::value::{Currency, Number, Truth, Value};
use serde::Serialize;
use std::collections::BTreeSet;

/// How deep definitions are opened.
const DEEPEST: usize = 6;
/// How many elements of a list are shown.
const MOST_ELEMENTS: usize = 40;
/// How many facts one test cites at most.
const MOST_FACTS: usize = 12;

/// One condition with its value and what it rests on.
#[derive(Debug, Clone, Serialize)]
pub struct Reason {
    /// The words of the policy.
    pub text: String,
    /// True, false, or not known.
    pub value: Option<bool>,
    /// `given`, `table` (the policy's own), `assumed`, `unknown`, `reading`, `calculated`.
    pub from: &'static str,
    /// The fact, where it rests on exactly one.
    pub fact: Option<String>,
    /// What that fact is.
    pub is: Option<String>,
    /// The facts that decide it, where they are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rests_on: Vec<Cited>,
    /// For a comparison of amounts: how far from the line, and on which side.
    pub margin: Option<Margin>,
    /// What stands in the way of a comparison although both amounts are known: `USD and EUR cannot be compared`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hindrance: Option<String>,
    /// Where the words stand.
    pub source: SourcePlace,
    /// How it is put together: `all`, `one`, `not`, `each`, `definition`, or nothing for a single test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// The element of a list that this is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Its parts.
    pub parts: Vec<Reason>,
    /// The parts were left out, because the shipment is too large for all of them.
    #[serde(skip_serializing_if = "is_false")]
    pub cut: bool,
    /// The node and row, for those who look further.
    #[serde(skip)]
    pub node: (NodeId, u32),
    /// The facts that it rests on.
    #[serde(skip)]
    pub facts: Vec<Place>,
}

/// A fact and what it is.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Cited {
    /// Its path.
    pub fact: String,
    /// What it is.
    pub is: String,
}

/// A place in a policy, as JSON has it.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct SourcePlace {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

/// How far an amount is from a line.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Margin {
    /// What was found.
    pub value: String,
    /// The line it is compared with.
    pub line: String,
    /// The distance.
    pub by: String,
    /// `above`, `below` or `at`.
    pub side: &'static str,
    /// For a share: the part and the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
}

/// Explains a condition on a row of its scope.
pub(super) fn reason(reads: &mut Reads<'_>, trace: &Trace, scope: ScopeId, row: u32) -> Reason {
    let mut reason = explain(reads, trace, scope, row, 0);
    settle_rests(reads.evaluation, &mut reason);
    reason
}

/// The condition and its value alone.
pub(super) fn outline(reads: &mut Reads<'_>, trace: &Trace, scope: ScopeId, row: u32) -> Reason {
    let evaluation = reads.evaluation;
    let at = evaluation.walk(scope, row, &trace.enter);
    let value = at.map_or(Truth::Unknown, |(_, row)| evaluation.truth(trace.node, row));
    let text = words_of(evaluation.policy, trace);
    let node = (trace.node, at.map_or(0, |(_, row)| row));
    Reason { cut: true, ..leaf(text, source_of(evaluation, trace), value, node) }
}

fn source_of(evaluation: &Evaluation<'_>, trace: &Trace) -> SourcePlace {
    let sources = &evaluation.policy.sources;
    let position = sources.position(trace.span);
    SourcePlace { file: sources.get(trace.span.source).name.clone(), line: position.line, column: position.column }
}

fn is_false(truth: &bool) -> bool {
    !truth
}

impl Reason {
    /// How many reasons it is put together of.
    pub(super) fn size(&self) -> usize {
        1 + self.parts.iter().map(Reason::size).sum::<usize>()
    }
}

/// Gathers from the parts that decide which facts a composed condition rests on.
fn settle_rests(evaluation: &Evaluation<'_>, reason: &mut Reason) {
    reason.parts.iter_mut().for_each(|part| settle_rests(evaluation, part));
    let mut places = BTreeSet::new();
    deciding_facts(reason, &mut places);
    let cited = places.into_iter().take(MOST_FACTS).map(|place| {
        let (place, cell) = evaluation.facts.effective(place);
        Cited { fact: evaluation.facts.path(evaluation.policy, place), is: fact_words(evaluation, place, cell) }
    });
    if reason.fact.is_none() {
        reason.rests_on = cited.collect();
    }
}

fn deciding_facts(reason: &Reason, places: &mut BTreeSet<Place>) {
    if reason.parts.is_empty() {
        places.extend(reason.facts.iter().copied());
        return;
    }
    let decides = |part: &&Reason| part.value == reason.value || reason.kind == Some("not");
    reason.parts.iter().filter(decides).for_each(|part| deciding_facts(part, places));
}

fn explain(reads: &mut Reads<'_>, trace: &Trace, scope: ScopeId, row: u32, depth: usize) -> Reason {
    let evaluation = reads.evaluation;
    let source = source_of(evaluation, trace);
    let text = words_of(evaluation.policy, trace);
    let Some((scope, row)) = evaluation.walk(scope, row, &trace.enter) else {
        return leaf(text, source, Truth::Unknown, (trace.node, 0));
    };
    let mut reason = leaf(text, source, evaluation.truth(trace.node, row), (trace.node, row));
    match &trace.kind {
        TraceKind::And(parts) | TraceKind::Or(parts) => {
            reason.kind = Some(if matches!(trace.kind, TraceKind::And(_)) { "all" } else { "one" });
            reason.parts = parts.iter().map(|part| explain(reads, part, scope, row, depth)).collect();
            reason.from = "calculated";
        }
        TraceKind::Not(inner) => {
            let inner = explain(reads, inner, scope, row, depth);
            let is_test = inner.kind.is_none();
            reason.from = inner.from;
            if is_test {
                (reason.fact, reason.is, reason.margin, reason.facts) = (inner.fact, inner.is, inner.margin, inner.facts);
            } else {
                reason.kind = Some("not");
                reason.parts = vec![inner];
            }
        }
        TraceKind::Each { over, filter, body, .. } => {
            reason.kind = Some("each");
            reason.from = "calculated";
            let (elements, _) = evaluation.elements(scope, row, *over);
            let inner = evaluation.scope_of_elements(scope, *over);
            for element in elements.into_iter().take(MOST_ELEMENTS) {
                let counts = filter.as_ref().map(|filter| explain(reads, filter, inner, element, depth));
                if counts.as_ref().is_some_and(|filter| filter.value == Some(false)) {
                    continue;
                }
                let mut part = explain(reads, body, inner, element, depth);
                part.of = Some(element_path(evaluation, inner, element));
                if let Some(filter) = counts.filter(|filter| filter.value.is_none()) {
                    part.parts.push(filter);
                }
                reason.parts.push(part);
            }
            cite(reads, &mut reason, trace.node, row);
        }
        TraceKind::Call { define, row: path } => {
            reason.kind = Some("definition");
            let inner = evaluation.program.definitions[*define].as_ref();
            if let (Some(inner), Some((scope, row))) = (inner.filter(|_| depth < DEEPEST), evaluation.walk(scope, row, path)) {
                reason.parts = vec![explain(reads, &inner.1, scope, row, depth + 1)];
            }
            cite(reads, &mut reason, trace.node, row);
        }
        TraceKind::Test => {
            cite(reads, &mut reason, trace.node, row);
            reason.margin = margin(evaluation, trace.node, row);
            reason.hindrance = hindrance(evaluation, trace.node, row);
        }
    }
    reason
}

/// The words of a condition, with the parameters of definitions replaced by what stands for them.
fn words_of(policy: &CheckedPolicy, trace: &Trace) -> String {
    let names = trace.renames.iter().flat_map(|names| names.iter());
    names
        .fold(policy.sources.line_of(trace.span), |text, (name, meaning)| renamed(&text, name, &policy.sources.line_of(*meaning)))
}

/// A text with a word replaced; what follows a dot is a field, not the word.
fn renamed(text: &str, name: &str, meaning: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let end = at + name.len();
        let inside = is_word(rest[..at].chars().next_back()) || is_word(rest[end..].chars().next()) || rest[..at].ends_with('.');
        out.push_str(&rest[..at]);
        out.push_str(if inside { name } else { meaning });
        rest = &rest[end..];
    }
    out + rest
}

fn leaf(text: String, source: SourcePlace, value: Truth, node: (NodeId, u32)) -> Reason {
    Reason {
        text,
        value: value.known(),
        from: "calculated",
        fact: None,
        is: None,
        rests_on: Vec::new(),
        margin: None,
        hindrance: None,
        source,
        kind: None,
        of: None,
        parts: Vec::new(),
        cut: false,
        node,
        facts: Vec::new(),
    }
}

/// The path of an element: `items[0].components[1]`.
pub fn element_path(evaluation: &Evaluation<'_>, scope: ScopeId, row: u32) -> String {
    let (record, row) = match &evaluation.program.scopes[scope] {
        Scope::Record(record) => (*record, row),
        Scope::Join { element, .. } => (*element, evaluation.join_row(scope, row).1),
    };
    evaluation.facts.row_path(evaluation.policy, record, row)
}

/// Notes the facts that a test rests on.
fn cite(reads: &mut Reads<'_>, reason: &mut Reason, node: NodeId, row: u32) {
    let evaluation = reads.evaluation;
    let read = reads.of(node, row);
    let (facts, questions) = (&read.facts, &read.questions);
    let known = |place: &Place| evaluation.facts.effective(*place);
    let is_day =
        |place: &Place| place.record == 0 && Some(place.field) == evaluation.policy.day_field() && evaluation.day.is_some();
    let is_unknown = |place: &Place| !is_day(place) && matches!(known(place).1, Cell::Unknown(_) | Cell::List(_, false));
    let is_told = |place: &Place| evaluation.facts.told_at(known(place).0).is_some();
    let is_assumed = |place: &Place| evaluation.facts.is_assumed(known(place).0);
    reason.from = match reason.value {
        None if facts.iter().any(is_unknown) => "unknown",
        None if !questions.is_empty() => "reading",
        _ if facts.is_empty() && !questions.is_empty() => "reading",
        _ if facts.len() > 1 => "calculated",
        _ if facts.iter().any(is_assumed) => "assumed",
        _ if facts.iter().any(is_unknown) => "unknown",
        _ if facts.is_empty() => "calculated",
        _ if facts.iter().any(is_told) => "table",
        _ => "given",
    };
    if let (1, Some(place)) = (facts.len(), facts.first()) {
        let (place, cell) = evaluation.facts.effective(*place);
        reason.fact = Some(evaluation.facts.path(evaluation.policy, place));
        reason.is = Some(fact_words(evaluation, place, cell));
    }
    reason.facts = facts.iter().copied().take(MOST_FACTS).collect();
}

/// A fact in words; the shipment's day is the day judged.
fn fact_words(evaluation: &Evaluation<'_>, place: Place, cell: &Cell) -> String {
    let is_day = place.record == 0 && Some(place.field) == evaluation.policy.day_field();
    match evaluation.day.filter(|_| is_day) {
        Some(day) => day.to_string(),
        None => cell_words(evaluation.policy, place, cell),
    }
}

/// A fact in words.
pub(super) fn cell_words(policy: &CheckedPolicy, place: Place, cell: &Cell) -> String {
    let ty = &policy.records[place.record].fields[place.field].ty;
    match cell {
        Cell::Given(value) | Cell::Assumed(value) | Cell::Supposed(value) => ty.write(&policy.enums, value),
        Cell::List(rows, complete) => match (rows.len(), complete) {
            (0, true) => "none".into(),
            (0, false) => "unknown".into(),
            (count, true) => format!("{count} of them"),
            (count, false) => format!("{count} of them, perhaps more"),
        },
        _ => "unknown".into(),
    }
}

/// How far a comparison of amounts is from its line.
fn margin(evaluation: &Evaluation<'_>, node: NodeId, row: u32) -> Option<Margin> {
    let (node, row) = home(evaluation, node, row);
    let (Op::Below(a, b) | Op::AtMost(a, b)) = &evaluation.program.nodes[node as usize].op else { return None };
    let (left, right) = (evaluation.value(*a, row), evaluation.value(*b, row));
    let is_constant =
        |node: NodeId, row: u32| matches!(evaluation.program.nodes[home(evaluation, node, row).0 as usize].op, Op::Constant(_));
    let (found, line, found_node) = if is_constant(*a, row) { (right, left, *b) } else { (left, right, *a) };
    let (found_point, line_point) = (exact(found)?, exact(line)?);
    if two_currencies(left, right).is_some() {
        return None;
    }
    let side = match found_point.cmp(&line_point) {
        std::cmp::Ordering::Less => "below",
        std::cmp::Ordering::Equal => "at",
        std::cmp::Ordering::Greater => "above",
    };
    let policy = evaluation.policy;
    let ty = type_of(evaluation, found_node, row);
    let write = |value: &Value| ty.write(&policy.enums, value);
    let distance = found_point.minus(&line_point).magnitude();
    let share = share_parts(evaluation, found_node, row);
    let (by, of) = match share {
        Some((part, whole)) => {
            let (part_number, whole_number) = (exact(&part)?, exact(&whole)?);
            let on_line = line_point.times(&whole_number);
            let by = rewrap(&part, &whole, part_number.minus(&on_line).magnitude());
            let words = |value: &Value| Type::Decimal.write(&policy.enums, value);
            (words(&by), Some(format!("{} of {}", words(&rewrap(&part, &whole, part_number)), words(&whole))))
        }
        None => (write(&rewrap(found, line, distance)), None),
    };
    Some(Margin { value: write(found), line: write(line), by, side, of })
}

/// Amounts that are compared, or set in proportion, in different currencies.
fn hindrance(evaluation: &Evaluation<'_>, node: NodeId, row: u32) -> Option<String> {
    let (node, row) = home(evaluation, node, row);
    let (Op::Below(a, b) | Op::AtMost(a, b) | Op::Equal(a, b)) = &evaluation.program.nodes[node as usize].op else { return None };
    let share = |node: NodeId| {
        let (node, row) = home(evaluation, node, row);
        match &evaluation.program.nodes[node as usize].op {
            Op::Share(a, b) => two_currencies(evaluation.value(*a, row), evaluation.value(*b, row)),
            _ => None,
        }
    };
    let found = two_currencies(evaluation.value(*a, row), evaluation.value(*b, row)).or_else(|| share(*a)).or_else(|| share(*b));
    found.map(|(a, b)| format!("{a} and {b} cannot be compared, give both in one currency"))
}

fn two_currencies(a: &Value, b: &Value) -> Option<(Currency, Currency)> {
    let (a, b) = (a.currency()?, b.currency()?);
    (a != b).then_some((a, b))
}

/// A number in the currency of one of two amounts.
fn rewrap(a: &Value, b: &Value, number: Number) -> Value {
    match a.currency().or(b.currency()) {
        Some(currency) => Value::Money(number, currency),
        None => Value::Number(number),
    }
}

fn exact(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) | Value::Money(number, _) => Some(number.clone()),
        _ => None,
    }
}

/// The node that a view shows, and its row.
fn home(evaluation: &Evaluation<'_>, node: NodeId, row: u32) -> (NodeId, u32) {
    let one = &evaluation.program.nodes[node as usize];
    match &one.op {
        Op::Root(inner) => home(evaluation, *inner, 0),
        Op::Outer(inner) => home(evaluation, *inner, evaluation.join_row(one.scope, row).0),
        Op::Element(inner) => home(evaluation, *inner, evaluation.join_row(one.scope, row).1),
        Op::Follow(field, inner) => match evaluation.facts.follow(Place { record: one.scope, row, field: *field }) {
            Some(row) => home(evaluation, *inner, row),
            None => (node, row),
        },
        _ => (node, row),
    }
}

fn share_parts(evaluation: &Evaluation<'_>, node: NodeId, row: u32) -> Option<(Value, Value)> {
    let (node, row) = home(evaluation, node, row);
    match &evaluation.program.nodes[node as usize].op {
        Op::Share(part, whole) => Some((evaluation.value(*part, row).clone(), evaluation.value(*whole, row).clone())),
        _ => None,
    }
}

/// The type of a fact or a share, for writing its value.
fn type_of(evaluation: &Evaluation<'_>, node: NodeId, row: u32) -> Type {
    let (node, row) = home(evaluation, node, row);
    let one = &evaluation.program.nodes[node as usize];
    match &one.op {
        Op::Cell(field) => evaluation.policy.records[one.scope].fields[*field].ty.clone(),
        Op::Share(..) => Type::Percent,
        Op::Sum(fold, value) => {
            let inner = evaluation.elements(one.scope, row, fold.over).0.first().copied().unwrap_or(0);
            if evaluation.rows(evaluation.program.nodes[*value as usize].scope) == 0 {
                Type::Decimal
            } else {
                type_of(evaluation, *value, inner)
            }
        }
        Op::Plus(a, _) | Op::Minus(a, _) => type_of(evaluation, *a, row),
        _ => Type::Decimal,
    }
}
