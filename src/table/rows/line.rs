//! Rows as lines: of all that are alike but in the shipment, the item and the day, what they share is written once.

use super::Row;
use super::shape::{Cell, LineFormat, RowColumn};
use serde::Serialize;
use std::borrow::Cow;

/// What a row has of its own.
#[derive(Debug, Clone, Copy)]
pub(in crate::table) struct Own<'r> {
    pub(in crate::table) id: Option<&'r str>,
    pub(in crate::table) item: Option<&'r str>,
    pub(in crate::table) on: Option<&'r str>,
}

impl<'r> Own<'r> {
    pub(super) fn of(row: &'r Row) -> Own<'r> {
        Own { id: row.id.as_deref(), item: row.item.as_deref(), on: row.on.as_deref() }
    }
}

/// Lines that are alike: what stands in front, then each cell of a row's own with what stands behind it.
#[derive(Debug)]
pub(super) struct Line {
    format: LineFormat,
    front: Vec<u8>,
    own: Vec<(RowColumn, Vec<u8>)>,
}

/// The first line of a table, in which the columns have their names.
pub(in crate::table) fn header(columns: &[RowColumn]) -> String {
    columns.iter().map(|column| column.name()).collect::<Vec<_>>().join(",") + "\n"
}

impl Line {
    /// The lines of rows like this one.
    pub(super) fn of(row: &Row, format: LineFormat, columns: &[RowColumn]) -> Line {
        let mut line = Line { format, front: Vec::new(), own: Vec::new() };
        for (place, column) in columns.iter().enumerate() {
            let shared = line.shared();
            match format {
                LineFormat::Jsonl => {
                    shared.push(if place == 0 { b'{' } else { b',' });
                    json(column.name(), shared);
                    shared.push(b':');
                }
                LineFormat::Csv if place > 0 => shared.push(b','),
                LineFormat::Csv => {}
            }
            match (column, format) {
                (RowColumn::Id | RowColumn::Item | RowColumn::On, _) => line.own.push((*column, Vec::new())),
                (_, LineFormat::Jsonl) => value(column.of(row), shared),
                (_, LineFormat::Csv) => text(&written(column.of(row)), shared),
            }
        }
        let end: &[u8] = if format == LineFormat::Jsonl { b"}\n" } else { b"\n" };
        line.shared().extend_from_slice(end);
        line
    }

    /// Writes the line of a row.
    pub(super) fn write(&self, row: Own<'_>, out: &mut Vec<u8>) {
        let begin = out.len();
        out.extend_from_slice(&self.front);
        for (column, behind) in &self.own {
            let own = match column {
                RowColumn::Id => row.id,
                RowColumn::Item => row.item,
                _ => row.on,
            };
            match (self.format, column) {
                (LineFormat::Jsonl, _) => json(own, out),
                (LineFormat::Csv, RowColumn::Id) => text(&harmless(own.unwrap_or_default()), out),
                (LineFormat::Csv, _) => text(own.unwrap_or_default(), out),
            }
            out.extend_from_slice(behind);
        }
        // Who reads a table takes a line with nothing on it for no line.
        if out.len() == begin + 1 {
            out.splice(begin..begin, *b"\"\"");
        }
    }

    /// What is written behind the row's own cells so far.
    fn shared(&mut self) -> &mut Vec<u8> {
        self.own.last_mut().map_or(&mut self.front, |(_, behind)| behind)
    }
}

fn value(cell: Cell<'_>, out: &mut Vec<u8>) {
    match cell {
        Cell::Text(text) => json(text, out),
        Cell::Truth(truth) => json(truth, out),
        Cell::List(list) => json(list, out),
    }
}

fn json(value: impl Serialize, out: &mut Vec<u8>) {
    // To write into memory cannot fail.
    let _ = serde_json::to_writer(out, &value);
}

fn written(cell: Cell<'_>) -> String {
    match cell {
        Cell::Text(text) => text.unwrap_or_default().into(),
        Cell::Truth(truth) => truth.map(|truth| truth.to_string()).unwrap_or_default(),
        Cell::List(list) => list.join(";"),
    }
}

/// A cell of a table, in quotes where it has to be.
fn text(text: &str, out: &mut Vec<u8>) {
    if !text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
        return out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
    out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    out.push(b'"');
}

/// A text that no spreadsheet takes for a formula (OWASP ASVS 1.2.10): `'` stands before one that it might.
fn harmless(text: &str) -> Cow<'_, str> {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        let texts = |texts: &[&str]| texts.iter().map(|text| text.to_string()).collect::<Vec<_>>();
        Row {
            id: Some("=1+1".into()),
            item: None,
            outcome: Some("licence".into()),
            possible: texts(&["licence"]),
            status: "settled",
            covered: Some(false),
            clauses: texts(&["2025-18/I", "2025-18/\"II\""]),
            needs: Vec::new(),
            duties: Vec::new(),
            on: Some("2025-06-01".into()),
            known_on: None,
            digest: "blake3:0".into(),
            exact: Some(true),
            questions: Vec::new(),
        }
    }

    fn line(format: LineFormat, columns: &[RowColumn]) -> String {
        let (row, mut out) = (row(), Vec::new());
        Line::of(&row, format, columns).write(Own::of(&row), &mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_row_is_its_columns_in_the_order_in_which_they_are_asked_for() {
        let columns = [RowColumn::Clauses, RowColumn::On, RowColumn::Covered, RowColumn::Id, RowColumn::KnownOn];
        let json = "{\"clauses\":[\"2025-18/I\",\"2025-18/\\\"II\\\"\"],\"on\":\"2025-06-01\",\"covered\":false,\"id\":\"=1+1\",\"known_on\":null}\n";
        assert_eq!(line(LineFormat::Jsonl, &columns), json);
        assert_eq!(line(LineFormat::Csv, &columns), "\"2025-18/I;2025-18/\"\"II\"\"\",2025-06-01,false,'=1+1,\n");
        assert_eq!(header(&columns), "clauses,on,covered,id,known_on\n");
    }

    #[test]
    fn a_line_with_nothing_on_it_is_a_line() {
        assert_eq!(line(LineFormat::Csv, &[RowColumn::Item]), "\"\"\n");
        assert_eq!(line(LineFormat::Csv, &[RowColumn::Item, RowColumn::KnownOn]), ",\n");
        assert_eq!(line(LineFormat::Jsonl, &[RowColumn::Item]), "{\"item\":null}\n");
    }
}
