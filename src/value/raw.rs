//! Data as it was written, before a vocabulary gives it types: what JSON holds, and what `given` in an example holds.

use crate::source::Span;

/// A value as written, with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Raw {
    /// What was written.
    pub kind: RawKind,
    /// Where.
    pub span: Span,
}

impl Raw {
    /// The path of the innermost value around a span: `items[0].value`.
    pub fn path_to(&self, span: Span) -> Option<String> {
        let holds = |outer: Span| outer.start <= span.start && span.end <= outer.end;
        let deeper = |step: String, inner: &Raw| {
            Some(inner.path_to(span).map_or(step.clone(), |rest| match rest.starts_with('[') {
                true => format!("{step}{rest}"),
                false => format!("{step}.{rest}"),
            }))
        };
        match &self.kind {
            RawKind::Object(members) => {
                let (name, _, inner) = members.iter().find(|(_, key, inner)| holds(*key) || holds(inner.span))?;
                deeper(name.clone(), inner)
            }
            RawKind::List(elements) => {
                let (at, inner) = elements.iter().enumerate().find(|(_, inner)| holds(inner.span))?;
                deeper(format!("[{at}]"), inner)
            }
            _ => None,
        }
    }
}

/// The shapes of data.
#[derive(Debug, Clone, PartialEq)]
pub enum RawKind {
    /// `null`
    Null,
    /// `true`, `false`
    Truth(bool),
    /// A number, kept as its text: `0.1`
    Number(String),
    /// `"text"`; in an example also `CN`, `70.00 USD`, `1C905.a.4`
    Text(String),
    /// `[a, b]`
    List(Vec<Raw>),
    /// `{a: b}`, in the order written; keys may repeat here and are refused later.
    Object(Vec<(String, Span, Raw)>),
}

impl RawKind {
    /// The words for a person.
    pub fn name(&self) -> &'static str {
        match self {
            RawKind::Null => "null",
            RawKind::Truth(_) => "true or false",
            RawKind::Number(_) => "a number",
            RawKind::Text(_) => "a text",
            RawKind::List(_) => "a list",
            RawKind::Object(_) => "an object",
        }
    }
}
