//! A condition in words: what must hold, part by part, with the titles of what it names.

use crate::check::{CheckedPolicy, Entry, Type, Typed, TypedKind, is_one_test};
use crate::diagnostic::printable;
use crate::explain::escape;
use crate::source::Span;
use crate::value::Value;

/// How many categories or words are named before they are counted.
const MOST_NAMED: usize = 8;

/// A condition as a Markdown list, one line for each part, parts of parts indented below.
pub(super) fn words(policy: &CheckedPolicy, condition: &Typed) -> String {
    let mut words = Words { policy, out: String::new() };
    words.part(condition, 0);
    words.out
}

struct Words<'p> {
    policy: &'p CheckedPolicy,
    out: String,
}

impl Words<'_> {
    fn line(&mut self, depth: usize, text: &str) {
        self.out.push_str(&"  ".repeat(depth));
        self.out.push_str("- ");
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn part(&mut self, part: &Typed, depth: usize) {
        match &part.kind {
            TypedKind::And(parts) if !is_one_test(parts, part.span) => self.parts("all of this holds:", parts, depth),
            TypedKind::Or(parts) if !is_one_test(parts, part.span) => self.parts("any of this holds:", parts, depth),
            TypedKind::Not(inner) if inner.span != part.span => {
                self.line(depth, "this does not hold:");
                self.part(inner, depth + 1);
            }
            TypedKind::Quantifier { filter, body, .. } if self.is_spelt_out(part.span) => {
                let until = filter.as_ref().map_or(body.span.start, |filter| filter.span.start).min(body.span.start);
                let head = self.code(Span { end: until, ..part.span });
                let head = head.trim_end_matches(['(', ' ']).trim_end_matches("where").trim_end_matches("satisfies").trim_end();
                self.line(depth, &format!("`{head}`"));
                if let Some(filter) = filter {
                    self.line(depth + 1, "where:");
                    self.part(filter, depth + 2);
                    self.line(depth + 1, "satisfies:");
                    self.part(body, depth + 2);
                } else {
                    self.part(body, depth + 1);
                }
            }
            _ => {
                let text = self.leaf(part);
                self.line(depth, &text);
            }
        }
    }

    /// `any … satisfies …`, and no short form of it.
    fn is_spelt_out(&self, span: Span) -> bool {
        ["any ", "all ", "no "].iter().any(|word| self.code(span).starts_with(word))
    }

    fn parts(&mut self, head: &str, parts: &[Typed], depth: usize) {
        self.line(depth, head);
        parts.iter().for_each(|part| self.part(part, depth + 1));
    }

    /// A test as it is written, with what it names in words.
    fn leaf(&self, part: &Typed) -> String {
        let policy = self.policy;
        let code = format!("`{}`", self.code(part.span));
        match &part.kind {
            TypedKind::Under(reading) => {
                let question = &policy.questions[reading.question];
                let title = &question.readings[reading.reading].title.text;
                format!("{code}: {} {}", escape(&question.title.text), escape(title))
            }
            TypedKind::Call(define, _) => {
                let name = &policy.defines[*define].name;
                format!("[{code}](#define-{name})")
            }
            TypedKind::Matches(_, categories) => {
                with_titles(&code, categories.iter().map(|at| policy.categories[*at].title.text.as_str()).collect())
            }
            TypedKind::OneOf(inner, entries) => with_titles(&code, self.words_of(&inner.ty, entries)),
            _ => code,
        }
    }

    /// The titles of the words of an enum.
    fn words_of(&self, ty: &Type, entries: &[Entry]) -> Vec<&str> {
        let Type::Enum(id) = ty else { return Vec::new() };
        let words = &self.policy.enums[*id].words;
        let title = |entry: &Entry| match &entry.value {
            Value::Word(at) => words.get(*at as usize).map(|word| word.title.text.as_str()),
            _ => None,
        };
        entries.iter().filter_map(title).filter(|title| !title.is_empty()).collect()
    }

    fn code(&self, span: Span) -> String {
        let text = printable(&self.policy.sources.line_of(span)).replace('`', "'");
        let unopened = |text: &str| text.matches('(').count() != text.matches(')').count();
        let text = if unopened(&text) { text.trim_start_matches('(') } else { text.as_str() };
        match text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
            Some(inner) if !inner.contains(['(', ')']) => inner.to_string(),
            _ => text.to_string(),
        }
    }
}

fn with_titles(code: &str, titles: Vec<&str>) -> String {
    match titles.len() {
        0 => code.to_string(),
        count if count > MOST_NAMED => format!("{code}: {count} of them"),
        _ => format!("{code}: {}", escape(&titles.join("; "))),
    }
}
