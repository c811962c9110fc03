//! Fields that a table of the policy fills in: `lists list of listing from "lists/parties.csv" by name`.

use super::context::Context;
use super::table::{Row, Table};
use super::types::{FieldId, RecordId, Type};
use super::vocabulary::{Listed, Lookup};
use crate::diagnostic::Diagnostic;
use crate::syntax::ast::{self, Block, BlockKind};
use std::collections::BTreeMap;

impl Context<'_> {
    /// Reads the tables of all fields that have one.
    pub(super) fn lookups(&mut self, blocks: &[&Block]) {
        for block in blocks {
            let (BlockKind::Facts { name, fields } | BlockKind::Record { name, fields, .. }) = &block.kind else { continue };
            let Some(record) = self.record_ids.get(&name.text).copied() else { continue };
            for field in fields {
                let Some(lookup) = &field.lookup else { continue };
                let Some(at) = self.records[record].field(&field.name.text) else { continue };
                self.records[record].fields[at].lookup = self.lookup(record, at, lookup);
            }
        }
    }

    fn lookup(&mut self, record: RecordId, at: FieldId, lookup: &ast::Lookup) -> Option<Lookup> {
        let field = &self.records[record].fields[at];
        let Type::List(element) = field.ty else {
            let message = format!("a table adds elements to a list, and `{}` is {}", field.name, self.describe(&field.ty));
            self.report(Diagnostic::error("ukase::check::type", lookup.span, message));
            return None;
        };
        let by = self.records[record].fields.iter().position(|field| field.name == lookup.by.text && field.ty == Type::Text);
        let Some(by) = by else {
            let texts = self.records[record].fields.iter().filter(|field| field.ty == Type::Text);
            let known: Vec<String> = texts.map(|field| field.name.clone()).collect();
            self.unknown(&lookup.by, &format!("text of `{}` called", self.records[record].name.clone()), known);
            return None;
        };
        let table = self.open_table(&lookup.path, lookup.span)?;
        let name = self.column(&table.header, &lookup.by, &lookup.path)?;
        let known = match &lookup.known {
            Some(known) => Some(self.column(&table.header, known, &lookup.path)?),
            None => None,
        };
        let columns = self.columns_of(element, &table);
        if columns.is_empty() {
            let message = format!("no column of {} is a fact of `{}`", lookup.path, self.records[element].name);
            self.report(Diagnostic::error("ukase::check::csv_column", lookup.span, message));
            return None;
        }
        let mut rows: BTreeMap<String, Vec<Listed>> = BTreeMap::new();
        for Row { line, cells } in self.rows(&table) {
            let mut found = Vec::new();
            for (column, field) in columns.iter().filter(|(column, _)| !cells[*column].is_empty()) {
                let ty = self.records[element].fields[*field].ty.clone();
                let place = table.place(self.sources, line, &cells[*column]);
                if let Some(value) = self.scalar(place, &cells[*column], &ty) {
                    self.note_code(&value);
                    found.push((*field, value));
                }
            }
            let known = known.and_then(|known| self.day(&table, line, &cells[known]));
            let span = table.place(self.sources, line, &cells[name]);
            rows.entry(cells[name].clone()).or_default().push(Listed { cells: found, known, span });
        }
        Some(Lookup { by, rows })
    }

    /// The columns that have the name of a fact of the element; the others are remarks.
    fn columns_of(&self, element: RecordId, table: &Table) -> Vec<(usize, FieldId)> {
        let record = &self.records[element];
        let is_single = |field: &FieldId| {
            !matches!(record.fields[*field].ty, Type::List(_) | Type::Set(_) | Type::Record(_) | Type::Register(_))
        };
        let named = table.header.iter().enumerate().filter_map(|(column, name)| Some((column, record.field(name)?)));
        named.filter(|(_, field)| is_single(field)).collect()
    }
}
