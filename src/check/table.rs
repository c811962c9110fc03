//! Tables: the CSV files of a policy's folder, with a place for each cell.

use super::context::Context;
use super::types::Type;
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::{SourceId, Sources, Span};
use crate::syntax::ast::Name;
use crate::value::{Date, Value};

/// A CSV file with its header.
pub(super) struct Table {
    source: SourceId,
    /// Where the policy names it.
    span: Span,
    /// The names of its columns.
    pub(super) header: Vec<String>,
}

/// A row with as many cells as the header has.
pub(super) struct Row {
    /// Its line, from 1.
    pub(super) line: usize,
    /// What stands in its cells, without blanks around it.
    pub(super) cells: Vec<String>,
}

impl Table {
    /// Where a text stands in a line.
    pub(super) fn place(&self, sources: &Sources, line: usize, text: &str) -> Span {
        let file = sources.get(self.source);
        let range = file.line_range(line);
        let inside = file.text.get(range.clone()).and_then(|row| row.find(text)).unwrap_or(0);
        Span::new(self.source, range.start + inside, range.start + inside + text.len())
    }
}

impl Context<'_> {
    /// Opens a file that the policy names.
    pub(super) fn open_table(&mut self, path: &str, span: Span) -> Option<Table> {
        let source = self.find_file(path, span)?;
        let text = &self.sources.get(source).text;
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        match reader.headers() {
            Ok(header) => Some(Table { source, span, header: header.iter().map(|name| name.trim().to_string()).collect() }),
            Err(error) => {
                self.report(Diagnostic::error("ukase::check::csv_column", span, format!("{path} cannot be read: {error}")));
                None
            }
        }
    }

    /// Its rows; one that does not fit the header is told and left out.
    pub(super) fn rows(&mut self, table: &Table) -> Vec<Row> {
        let text = self.sources.get(table.source).text.clone();
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let mut rows = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) if record.len() == table.header.len() => rows.push(Row {
                    line: record.position().map_or(1, |position| position.line() as usize),
                    cells: record.iter().map(|cell| cell.trim().to_string()).collect(),
                }),
                Ok(record) => {
                    let line = record.position().map_or(1, |position| position.line() as usize);
                    let place = table.place(self.sources, line, record.get(0).unwrap_or(""));
                    let message = format!("this row has {} cells, and the header has {}", record.len(), table.header.len());
                    let diagnostic = Diagnostic::error("ukase::check::csv_column", place, message);
                    self.report(diagnostic.help("put cells with commas in quotes"));
                }
                Err(error) => {
                    let message = format!("the file cannot be read: {error}");
                    self.report(Diagnostic::error("ukase::check::csv_column", table.span, message));
                }
            }
        }
        rows
    }

    /// A file of the policy's folder, or the reason why it is none.
    pub(crate) fn find_file(&mut self, path: &str, span: Span) -> Option<SourceId> {
        let leaves = path.starts_with(['/', '\\']) || path.contains(':') || path.split(['/', '\\']).any(|part| part == "..");
        if leaves {
            let message = format!("`{path}` leads out of the policy's folder");
            let diagnostic = Diagnostic::error("ukase::check::outside_folder", span, message);
            self.report(diagnostic.help("keep the file inside the folder: a policy is complete in itself"));
            return None;
        }
        let tidy: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        let found = self.sources.find(&tidy.join("/"));
        if found.is_none() {
            let message = format!("there is no file `{path}` in the policy's folder");
            let near = nearest(path, self.sources.iter().map(|(_, file)| file.name.as_str()));
            let help = near.map(|near| format!("did you mean `{near}`?"));
            self.report(Diagnostic::error("ukase::check::file_missing", span, message).maybe_help(help));
        }
        found.map(|(id, _)| id)
    }

    pub(super) fn column(&mut self, header: &[String], name: &Name, path: &str) -> Option<usize> {
        let found = header.iter().position(|column| *column == name.text);
        if found.is_none() {
            let message = format!("{path} has no column `{}`", name.text);
            let near = nearest(&name.text, header.iter().map(String::as_str));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its columns are {}", super::scalar::list_of(header.iter().map(String::as_str))),
            };
            self.report(Diagnostic::error("ukase::check::csv_column", name.span, message).help(help));
        }
        found
    }

    pub(super) fn day(&mut self, table: &Table, line: usize, text: &str) -> Option<Date> {
        if text.is_empty() {
            return None;
        }
        let place = table.place(self.sources, line, text);
        match self.scalar(place, text, &Type::Date) {
            Some(Value::Date(date)) => Some(date),
            _ => None,
        }
    }
}
