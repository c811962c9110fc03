//! A file of facts as shipments: one object, a list of objects, or one object a line.

use super::json::{JsonError, read_json};
use crate::source::{SourceId, Span};
use crate::value::{Raw, RawKind};

/// One shipment as written, or why it could not be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The line it begins on, from 1.
    pub line: usize,
    /// What was written.
    pub raw: Result<Raw, JsonError>,
}

impl Document {
    /// What it is called: its `id`, or its line.
    pub fn name(&self) -> String {
        self.id().unwrap_or_else(|| format!("line {}", self.line))
    }

    /// The `id` of the shipment, as text.
    pub fn id(&self) -> Option<String> {
        id_of(self.raw.as_ref().ok()?)
    }
}

/// The `id` of a shipment as written, as text.
pub fn id_of(raw: &Raw) -> Option<String> {
    let RawKind::Object(members) = &raw.kind else { return None };
    members.iter().find(|(key, ..)| key == "id").and_then(|(.., value)| match &value.kind {
        RawKind::Text(text) | RawKind::Number(text) => Some(text.clone()),
        _ => None,
    })
}

/// The shipments of a file. What is wrong with one is no reason to leave out another.
///
/// ```
/// use ukase::{facts::documents, source::SourceId};
/// let found = documents("{\"id\": 1}\nrubbish\n{\"id\": 2}\n", SourceId(0));
/// assert_eq!(found.iter().map(|one| one.raw.is_ok()).collect::<Vec<_>>(), [true, false, true]);
/// ```
pub fn documents(text: &str, source: SourceId) -> Vec<Document> {
    let lines: Vec<(usize, usize, &str)> = lines(text).filter(|(_, _, line)| !line.trim().is_empty()).collect();
    match lines.as_slice() {
        [] => vec![Document { line: 1, raw: Err(empty(source)) }],
        [_] => whole(text, source),
        [(_, start, first), (_, _, second), ..] => {
            let one_a_line =
                first.trim_start().starts_with('{') && (read_json(first, source, *start).is_ok() || second.starts_with('{'));
            if one_a_line {
                let read =
                    |(line, start, text): &(usize, usize, &str)| Document { line: *line, raw: read_json(text, source, *start) };
                lines.iter().map(read).collect()
            } else {
                whole(text, source)
            }
        }
    }
}

fn empty(source: SourceId) -> JsonError {
    JsonError {
        span: Span::new(source, 0, 0),
        code: "ukase::facts::empty",
        message: "there are no facts here".into(),
        help: Some("write one JSON object for a shipment, or one a line".into()),
    }
}

fn whole(text: &str, source: SourceId) -> Vec<Document> {
    let line_of = |raw: &Raw| text[..(raw.span.start as usize).min(text.len())].matches('\n').count() + 1;
    match read_json(text, source, 0) {
        Ok(Raw { kind: RawKind::List(elements), .. }) => {
            elements.into_iter().map(|raw| Document { line: line_of(&raw), raw: Ok(raw) }).collect()
        }
        Ok(raw) => vec![Document { line: line_of(&raw), raw: Ok(raw) }],
        Err(error) => {
            let line = text[..(error.span.start as usize).min(text.len())].matches('\n').count() + 1;
            vec![Document { line, raw: Err(error) }]
        }
    }
}

fn lines(text: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').enumerate().map(move |(number, line)| {
        let start = at;
        at += line.len();
        (number + 1, start, line.trim_end_matches(['\n', '\r']))
    })
}
