//! The cells of flat lines as one shipment, as if somebody had written it in JSON.

use super::columns::{Column, Columns, Step};
use crate::check::{CheckedPolicy, Type};
use crate::facts::{JsonError, Written, read_json};
use crate::source::{SourceId, Span};
use crate::value::{Raw, RawKind};

/// How long a cell may be, in bytes.
pub(super) const LONGEST_CELL: usize = 64 << 10;

/// A shipment from its lines; the span of a value says which line of the shipment (its source) and which column (its start) it is from. A cell
/// that is empty is unknown.
///
/// # Errors
/// That a cell of a list is no JSON, is too long, or that two lines of a shipment say different things of it.
pub(super) fn shipment(columns: &Columns, lines: &[csv::StringRecord]) -> Result<Raw, JsonError> {
    let mut members = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        for (at, column) in columns.all.iter().enumerate() {
            let cell = line.get(at).unwrap_or_default();
            let span = Span::new(SourceId(number as u32), at, at + 1);
            if cell.is_empty() {
                continue;
            }
            let raw = Raw { kind: kind(cell, &column.ty, span)?, span };
            put(&mut members, &path(columns, column, number), raw).map_err(|other| contradiction(&column.name, span, &other))?;
        }
    }
    let each = columns.each.as_ref().and_then(|each| members.iter_mut().find(|(name, ..)| name == each));
    if let Some((_, span, Raw { kind: RawKind::List(elements), .. })) = each {
        // A line of which nothing is known is an element all the same.
        elements.resize(lines.len(), Raw { kind: RawKind::Object(Vec::new()), span: *span });
    }
    Ok(Raw { kind: RawKind::Object(members), span: Span::new(SourceId(0), 0, 0) })
}

/// Where a cell belongs: of the list that the lines hold, each line has an element of its own.
fn path(columns: &Columns, column: &Column, line: usize) -> Vec<Step> {
    let mut path = column.path.clone();
    let is_each = matches!((path.first(), &columns.each), (Some(Step::Field(field)), Some(each)) if field == each);
    if is_each && let Some(Step::Element(element)) = path.get_mut(1) {
        *element = line;
    }
    path
}

/// How a cell says a single fact of a type, or a set; nothing where it says none, or is too long.
pub(super) fn written<'t>(cell: &'t str, ty: &Type) -> Option<Written<'t>> {
    match ty {
        _ if cell.len() > LONGEST_CELL => None,
        Type::Truth => cell.parse().ok().map(Written::Truth),
        Type::Set(_) if cell.starts_with(['[', '{']) => Some(Written::Json(cell)),
        Type::Set(_) => Some(Written::Words(cell)),
        Type::List(_) | Type::Register(_) | Type::Record(_) => None,
        _ => Some(Written::Text(cell)),
    }
}

/// What arrays say of something of a type: a text in them says what a cell of a table would.
///
/// # Errors
/// That a text says no list, where one belongs.
pub(super) fn with_cells(policy: &CheckedPolicy, ty: &Type, raw: Raw) -> Result<Raw, JsonError> {
    let span = raw.span;
    let kind = match (raw.kind, ty) {
        (RawKind::Text(text), _) if text.is_empty() => RawKind::Null,
        (RawKind::Text(text), Type::Truth | Type::Set(_) | Type::List(_) | Type::Register(_)) => kind(&text, ty, span)?,
        (RawKind::Object(members), Type::Record(record)) => {
            let of = &policy.records[*record];
            let member = |(name, key, inner): (String, Span, Raw)| {
                let inner = match of.field(&name) {
                    Some(field) => with_cells(policy, &of.fields[field].ty, inner)?,
                    None => inner,
                };
                Ok((name, key, inner))
            };
            RawKind::Object(members.into_iter().map(member).collect::<Result<_, JsonError>>()?)
        }
        (RawKind::Object(entries), Type::Register(record)) => {
            let ty = Type::Record(*record);
            let entry = |(name, key, entry): (String, Span, Raw)| Ok((name, key, with_cells(policy, &ty, entry)?));
            RawKind::Object(entries.into_iter().map(entry).collect::<Result<_, JsonError>>()?)
        }
        (RawKind::List(elements), Type::List(record)) => {
            let element = |element: Raw| match element.kind {
                RawKind::Object(_) => with_cells(policy, &Type::Record(*record), element),
                _ => Ok(element),
            };
            RawKind::List(elements.into_iter().map(element).collect::<Result<_, JsonError>>()?)
        }
        (other, _) => other,
    };
    Ok(Raw { kind, span })
}

fn kind(cell: &str, ty: &Type, span: Span) -> Result<RawKind, JsonError> {
    if cell.len() > LONGEST_CELL {
        return Err(error(span, format!("this cell holds {} bytes; {LONGEST_CELL} are the most", cell.len()), None));
    }
    Ok(match ty {
        Type::Truth if cell == "true" => RawKind::Truth(true),
        Type::Truth if cell == "false" => RawKind::Truth(false),
        Type::Set(_) | Type::List(_) | Type::Register(_) if cell.starts_with(['[', '{']) => {
            let mut raw = read_json(cell, span.source, 0).map_err(|problem| JsonError { span, ..problem })?;
            move_to(&mut raw, span);
            raw.kind
        }
        Type::Set(_) => {
            RawKind::List(cell.split(';').map(|word| Raw { kind: RawKind::Text(word.trim().into()), span }).collect())
        }
        Type::List(_) | Type::Register(_) => {
            return Err(error(span, "a list in a cell is written as in JSON".into(), Some("write [{\"…\": …}], or [] for none")));
        }
        ty if ty.is_number() && read_json(cell, span.source, 0).is_ok_and(|raw| matches!(raw.kind, RawKind::Number(_))) => {
            RawKind::Number(cell.into())
        }
        _ => RawKind::Text(cell.into()),
    })
}

fn error(span: Span, message: String, help: Option<&str>) -> JsonError {
    JsonError { span, code: "ukase::table::cell", message, help: help.map(String::from) }
}

/// What is said twice, and differently.
pub(super) fn contradiction(column: &str, span: Span, other: &str) -> JsonError {
    let message = format!("one shipment says different things of {column}: here another than {other}");
    error(span, message, Some("what is said of the whole shipment is the same wherever it stands"))
}

fn move_to(raw: &mut Raw, span: Span) {
    raw.span = span;
    match &mut raw.kind {
        RawKind::List(elements) => elements.iter_mut().for_each(|inner| move_to(inner, span)),
        RawKind::Object(members) => members.iter_mut().for_each(|(_, key, inner)| {
            *key = span;
            move_to(inner, span);
        }),
        _ => {}
    }
}

pub(super) type Members = Vec<(String, Span, Raw)>;

/// Puts a value where a path leads to; what stands there already, and is another, is given back.
pub(super) fn put(members: &mut Members, path: &[Step], raw: Raw) -> Result<(), String> {
    let [Step::Field(field), rest @ ..] = path else { return Ok(()) };
    let span = raw.span;
    let place = match members.iter().position(|(name, ..)| name == field) {
        Some(place) => place,
        None => {
            let kind = match rest.first() {
                None => RawKind::Null,
                Some(Step::Field(_)) => RawKind::Object(Vec::new()),
                Some(Step::Element(_)) => RawKind::List(Vec::new()),
            };
            members.push((field.clone(), span, Raw { kind, span }));
            members.len() - 1
        }
    };
    let (_, _, there) = &mut members[place];
    if rest.is_empty() {
        match there.kind {
            RawKind::Null => *there = raw,
            _ if said(there) == said(&raw) => {}
            _ => return Err(said(there)),
        }
        return Ok(());
    }
    match (&mut there.kind, rest) {
        (RawKind::Object(inner), [Step::Field(_), ..]) => return put(inner, rest, raw),
        (RawKind::List(elements), [Step::Element(element), deeper @ ..]) => {
            let empty = || Raw { kind: RawKind::Object(Vec::new()), span };
            while elements.len() <= *element {
                elements.push(empty());
            }
            return match &mut elements[*element].kind {
                RawKind::Object(inner) => put(inner, deeper, raw),
                // What names an element alone, or says that there are more, is no place for a part of one.
                _ => Err(said(&elements[*element])),
            };
        }
        _ => {}
    }
    Ok(())
}

/// A value as a person wrote it, to tell whether two say the same.
fn said(raw: &Raw) -> String {
    match &raw.kind {
        RawKind::Null => "nothing".into(),
        RawKind::Truth(truth) => truth.to_string(),
        RawKind::Number(text) | RawKind::Text(text) => text.clone(),
        RawKind::List(elements) => elements.iter().map(said).collect::<Vec<_>>().join("; "),
        RawKind::Object(members) => {
            members.iter().map(|(name, _, inner)| format!("{name}: {}", said(inner))).collect::<Vec<_>>().join(", ")
        }
    }
}
