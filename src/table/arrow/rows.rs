//! Rows as Arrow's arrays: what is the same in many rows is kept once.

use crate::table::row::Row;
use arrow_array::builder::{BooleanBuilder, ListBuilder, StringBuilder, StringDictionaryBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use std::sync::Arc;

/// The columns of rows: `id`, `item`, `outcome`, `possible`, `status`, `covered`, `clauses`, `needs`, `duties`, `on`, `known_on`, `digest`.
pub fn row_schema() -> Schema {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let word = |name: &str| Field::new_dictionary(name, DataType::Int32, DataType::Utf8, true);
    let list = |name: &str| Field::new_list(name, Field::new("element", DataType::Utf8, false), false);
    Schema::new(vec![
        text("id"),
        text("item"),
        word("outcome"),
        list("possible"),
        word("status"),
        Field::new("covered", DataType::Boolean, true),
        list("clauses"),
        list("needs"),
        list("duties"),
        word("on"),
        word("known_on"),
        word("digest"),
    ])
}

type Words = StringDictionaryBuilder<Int32Type>;
type Texts = ListBuilder<StringBuilder>;

/// Takes rows and makes a batch of them.
pub(in crate::table) struct RowArrays {
    id: StringBuilder,
    item: StringBuilder,
    outcome: Words,
    possible: Texts,
    status: Words,
    covered: BooleanBuilder,
    clauses: Texts,
    needs: Texts,
    duties: Texts,
    on: Words,
    known_on: Words,
    digest: Words,
}

impl RowArrays {
    pub(in crate::table) fn new() -> RowArrays {
        let texts = || ListBuilder::new(StringBuilder::new()).with_field(Field::new("element", DataType::Utf8, false));
        RowArrays {
            id: StringBuilder::new(),
            item: StringBuilder::new(),
            outcome: Words::new(),
            possible: texts(),
            status: Words::new(),
            covered: BooleanBuilder::new(),
            clauses: texts(),
            needs: texts(),
            duties: texts(),
            on: Words::new(),
            known_on: Words::new(),
            digest: Words::new(),
        }
    }

    /// Takes a row, with another shipment's name, item and day in place of its own.
    pub(in crate::table) fn push(&mut self, id: Option<&str>, item: Option<&str>, on: Option<&str>, row: &Row) {
        self.id.append_option(id);
        self.item.append_option(item);
        self.outcome.append_option(row.outcome.as_deref());
        texts(&mut self.possible, &row.possible);
        self.status.append_value(row.status);
        self.covered.append_option(row.covered);
        texts(&mut self.clauses, &row.clauses);
        texts(&mut self.needs, &row.needs);
        texts(&mut self.duties, &row.duties);
        self.on.append_option(on);
        self.known_on.append_option(row.known_on.as_deref());
        self.digest.append_value(&row.digest);
    }

    /// The rows taken so far as a batch; it begins anew.
    ///
    /// # Errors
    /// None that a program that is right could meet.
    pub(in crate::table) fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(self.id.finish()),
            Arc::new(self.item.finish()),
            Arc::new(self.outcome.finish()),
            Arc::new(self.possible.finish()),
            Arc::new(self.status.finish()),
            Arc::new(self.covered.finish()),
            Arc::new(self.clauses.finish()),
            Arc::new(self.needs.finish()),
            Arc::new(self.duties.finish()),
            Arc::new(self.on.finish()),
            Arc::new(self.known_on.finish()),
            Arc::new(self.digest.finish()),
        ];
        RecordBatch::try_new(Arc::new(row_schema()), arrays)
    }
}

fn texts(list: &mut Texts, texts: &[String]) {
    texts.iter().for_each(|text| list.values().append_value(text));
    list.append(true);
}
