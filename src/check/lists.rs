//! Lists: entries written in the policy, and entries from CSV files of its folder.

use super::context::{Context, ListEntries};
use super::policy::{Entry, TypedKind};
use super::table::Row;
use super::types::Type;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{Block, BlockKind, Entries, Expr, List, Name};
use crate::value::Value;
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
        let table = self.open_table(path, span)?;
        let columns = |this: &mut Self, name: &Name| this.column(&table.header, name, path);
        let entry_column = match column {
            Some(name) => columns(self, name),
            None => Some(0),
        };
        let tests: Vec<Option<(usize, &str)>> =
            tests.iter().map(|(name, value)| columns(self, name).map(|at| (at, value.as_str()))).collect();
        let days = days.map(|(from, through)| (columns(self, from), through.as_ref().map(|name| columns(self, name))));
        let entry_column = entry_column?;
        let tests: Vec<(usize, &str)> = tests.into_iter().collect::<Option<_>>()?;
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen: HashMap<Value, usize> = HashMap::new();
        for Row { line, cells } in self.rows(&table) {
            if !tests.iter().all(|(at, value)| cells[*at] == *value) {
                continue;
            }
            let text = cells[entry_column].as_str();
            let place = table.place(self.sources, line, text);
            let Some(value) = self.scalar(place, text, ty) else { continue };
            let day = |this: &mut Self, at: Option<usize>| this.day(&table, line, at.map_or("", |at| &cells[at]));
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
}
