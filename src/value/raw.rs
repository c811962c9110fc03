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
