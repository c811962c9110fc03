//! Lists: entries written in the policy, and entries from CSV files of its folder.

use super::context::{Context, ListEntries};
use super::policy::{Entry, TypedKind};
use super::types::Type;
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::{SourceId, Sources, Span};
use crate::syntax::ast::{Block, BlockKind, Entries, Expr, List, Name};
use crate::value::{Date, Value};
use std::collections::HashMap;

impl Context<'_> {
    pub(crate) fn declare_lists(&mut self, blocks: &[&Block]) {
        let mut spans: HashMap<&str, Span> = HashMap::new();
        for block in blocks {
            let BlockKind::List(list) = &block.kind else { continue };
            if let Some(first) = spans.insert(&list.name.text, list.name.span) {
                self.duplicate("list", &list.name.text, first, list.name.span);
                continue;
            }
            let entries = self.list(list);
            self.lists.insert(list.name.text.clone(), entries);
        }
    }

    fn list(&mut self, list: &List) -> Option<ListEntries> {
        let ty = match &list.of {
            Some(of) => self.resolve_type(&crate::syntax::ast::TypeName::Named(of.clone()))?,
            None => match &list.entries {
                Entries::Inline(entries) => self.guess(entries),
                Entries::File { .. } => Type::Code,
            },
        };
        let entries = match &list.entries {
            Entries::Inline(entries) => self.inline(entries, &ty)?,
            Entries::File { path, span, column, tests, days } => {
                self.file(list, path, *span, column.as_ref(), tests, days.as_ref(), &ty)?
            }
        };
        for entry in &entries {
            self.note_code(&entry.value);
        }
        Some(ListEntries { ty, entries })
    }

    /// The kind of an inline list that does not say it: codes where the first is one, countries otherwise.
    fn guess(&mut self, entries: &[Expr]) -> Type {
        match entries.first().map(|entry| &entry.kind) {
            Some(crate::syntax::ast::ExprKind::Code(_)) => Type::Code,
            Some(crate::syntax::ast::ExprKind::Text(_)) => Type::Text,
            _ => Type::Country,
        }
    }

    fn inline(&mut self, entries: &[Expr], ty: &Type) -> Option<Vec<Entry>> {
        let mut found: Vec<Entry> = Vec::new();
        for entry in entries {
            let typed = self.expr(entry, &Default::default(), Some(ty))?;
            let typed = self.fit(typed, ty)?;
            let TypedKind::Constant(value) = typed.kind else { continue };
            if found.iter().any(|one| one.value == value) {
                let message = "this entry stands in the list twice";
                self.report(Diagnostic::warning("ukase::check::code_duplicate", entry.span, message).help("remove one of them"));
                continue;
            }
            found.push(Entry { value, from: None, before: None });
        }
        Some(found)
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one block, each used once")]
    fn file(
        &mut self,
        list: &List,
        path: &str,
        span: Span,
        column: Option<&Name>,
        tests: &[(Name, String)],
        days: Option<&(Name, Option<Name>)>,
        ty: &Type,
    ) -> Option<Vec<Entry>> {
        let source = self.find_file(path, span)?;
        let text = self.sources.get(source).text.clone();
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let header: Vec<String> = match reader.headers() {
            Ok(header) => header.iter().map(|name| name.trim().to_string()).collect(),
            Err(error) => {
                self.report(Diagnostic::error("ukase::check::csv_column", span, format!("{path} cannot be read: {error}")));
                return None;
            }
        };
        let columns = |this: &mut Self, name: &Name| this.column(&header, name, path);
        let entry_column = match column {
            Some(name) => columns(self, name),
            None => Some(0),
        };
        let tests: Vec<Option<(usize, &str)>> =
            tests.iter().map(|(name, value)| columns(self, name).map(|at| (at, value.as_str()))).collect();
        let days = days.map(|(from, through)| (columns(self, from), through.as_ref().map(|name| columns(self, name))));
        let entry_column = entry_column?;
        let tests: Vec<(usize, &str)> = tests.into_iter().collect::<Option<_>>()?;
        let rows = Rows { source, span, column: entry_column, width: header.len() };
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen: HashMap<Value, usize> = HashMap::new();
        for record in reader.records() {
            let Some(record) = rows.sound(self, record) else { continue };
            if !tests.iter().all(|(at, value)| record.get(*at).unwrap_or("").trim() == *value) {
                continue;
            }
            let line = record.position().map_or(1, |position| position.line() as usize);
            let text = record.get(rows.column).unwrap_or("").trim();
            let place = rows.place(self.sources, line, text);
            let Some(value) = self.scalar(place, text, ty) else { continue };
            let day = |this: &mut Self, at: Option<usize>| this.day(&rows, line, at.and_then(|at| record.get(at)).unwrap_or(""));
            let (from, through) = match &days {
                Some((from, through)) => (day(self, *from), through.as_ref().and_then(|at| day(self, *at))),
                None => (None, None),
            };
            if matches!((from, through), (Some(from), Some(through)) if through < from) {
                let message = format!("`{text}` ends before it begins");
                self.report(Diagnostic::error("ukase::check::dates_reversed", place, message));
                continue;
            }
            if days.is_none()
                && let Some(first) = seen.insert(value.clone(), line)
            {
                let message = format!("`{text}` stands in `{}` twice, first on line {first}", list.name.text);
                self.report(Diagnostic::warning("ukase::check::code_duplicate", place, message).help("remove one of the rows"));
                continue;
            }
            entries.push(Entry { value, from, before: through.map(|day| day.plus_days(1)) });
        }
        if entries.is_empty() {
            let message = format!("no row of {path} belongs to `{}`", list.name.text);
            self.report(Diagnostic::warning("ukase::check::csv_column", span, message).help("check the values after `where`"));
        }
        Some(entries)
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

    fn column(&mut self, header: &[String], name: &Name, path: &str) -> Option<usize> {
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

    fn day(&mut self, rows: &Rows, line: usize, text: &str) -> Option<Date> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let place = rows.place(self.sources, line, text);
        match self.scalar(place, text, &Type::Date) {
            Some(Value::Date(date)) => Some(date),
            _ => None,
        }
    }
}

/// The rows of a file, for finding places in it.
struct Rows {
    source: SourceId,
    span: Span,
    column: usize,
    width: usize,
}

impl Rows {
    fn place(&self, sources: &Sources, line: usize, text: &str) -> Span {
        let file = sources.get(self.source);
        let range = file.line_range(line);
        let inside = file.text.get(range.clone()).and_then(|row| row.find(text)).unwrap_or(0);
        Span::new(self.source, range.start + inside, range.start + inside + text.len())
    }

    fn sound(&self, context: &mut Context<'_>, record: csv::Result<csv::StringRecord>) -> Option<csv::StringRecord> {
        match record {
            Ok(record) if record.len() == self.width => Some(record),
            Ok(record) => {
                let line = record.position().map_or(1, |position| position.line() as usize);
                let place = self.place(context.sources, line, record.get(0).unwrap_or(""));
                let message = format!("this row has {} cells, and the header has {}", record.len(), self.width);
                context.report(
                    Diagnostic::error("ukase::check::csv_column", place, message).help("put cells with commas in quotes"),
                );
                None
            }
            Err(error) => {
                context.report(Diagnostic::error(
                    "ukase::check::csv_column",
                    self.span,
                    format!("the file cannot be read: {error}"),
                ));
                None
            }
        }
    }
}
