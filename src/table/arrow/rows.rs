//! Rows as Arrow's arrays: what is the same in many rows is kept once.

use crate::table::row::Row;
use arrow_array::builder::{BooleanBuilder, Int32Builder, ListBuilder, StringBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use std::collections::HashMap;
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

/// Texts of which few differ, each by its place among those of a batch.
#[derive(Default)]
struct Words {
    places: Int32Builder,
    texts: Vec<String>,
    known: HashMap<String, i32>,
}

impl Words {
    /// The place of a text.
    fn place(&mut self, text: &str) -> i32 {
        if let Some(place) = self.known.get(text) {
            return *place;
        }
        let place = self.texts.len() as i32;
        self.texts.push(text.into());
        self.known.insert(text.into(), place);
        place
    }

    fn take(&mut self) -> Result<ArrayRef, ArrowError> {
        let texts = StringArray::from_iter_values(&self.texts);
        (self.texts, self.known) = Default::default();
        Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(self.places.finish(), Arc::new(texts))?))
    }
}

/// The places of a row's words in a batch, where many rows have the same.
#[derive(Debug, Clone, Copy)]
pub(in crate::table) struct RowWords {
    batch: u64,
    outcome: Option<i32>,
    status: i32,
    known_on: Option<i32>,
    digest: i32,
}

type Texts = ListBuilder<StringBuilder>;

/// Takes rows and makes a batch of them.
pub(in crate::table) struct RowArrays {
    /// How many batches were taken.
    batch: u64,
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
            batch: 0,
            id: StringBuilder::new(),
            item: StringBuilder::new(),
            outcome: Words::default(),
            possible: texts(),
            status: Words::default(),
            covered: BooleanBuilder::new(),
            clauses: texts(),
            needs: texts(),
            duties: texts(),
            on: Words::default(),
            known_on: Words::default(),
            digest: Words::default(),
        }
    }

    /// The places of a row's words in this batch; `known` are those that were found last.
    fn words(&mut self, row: &Row, known: Option<RowWords>) -> RowWords {
        known.filter(|known| known.batch == self.batch).unwrap_or_else(|| RowWords {
            batch: self.batch,
            outcome: row.outcome.as_deref().map(|outcome| self.outcome.place(outcome)),
            status: self.status.place(row.status),
            known_on: row.known_on.as_deref().map(|day| self.known_on.place(day)),
            digest: self.digest.place(&row.digest),
        })
    }

    /// Takes a row, with another shipment's name, item and day in place of its own. Gives back where its words stand, for the next row that is like it.
    pub(in crate::table) fn push(
        &mut self,
        id: Option<&str>,
        item: Option<&str>,
        on: Option<&str>,
        row: &Row,
        known: Option<RowWords>,
    ) -> RowWords {
        let words = self.words(row, known);
        self.id.append_option(id);
        self.item.append_option(item);
        self.outcome.places.append_option(words.outcome);
        texts(&mut self.possible, &row.possible);
        self.status.places.append_value(words.status);
        self.covered.append_option(row.covered);
        texts(&mut self.clauses, &row.clauses);
        texts(&mut self.needs, &row.needs);
        texts(&mut self.duties, &row.duties);
        let on = on.map(|day| self.on.place(day));
        self.on.places.append_option(on);
        self.known_on.places.append_option(words.known_on);
        self.digest.places.append_value(words.digest);
        words
    }

    /// The rows taken so far as a batch; it begins anew.
    ///
    /// # Errors
    /// None that a program that is right could meet.
    pub(in crate::table) fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(self.id.finish()),
            Arc::new(self.item.finish()),
            self.outcome.take()?,
            Arc::new(self.possible.finish()),
            self.status.take()?,
            Arc::new(self.covered.finish()),
            Arc::new(self.clauses.finish()),
            Arc::new(self.needs.finish()),
            Arc::new(self.duties.finish()),
            self.on.take()?,
            self.known_on.take()?,
            self.digest.take()?,
        ];
        self.batch += 1;
        RecordBatch::try_new(Arc::new(row_schema()), arrays)
    }
}

fn texts(list: &mut Texts, texts: &[String]) {
    texts.iter().for_each(|text| list.values().append_value(text));
    list.append(true);
}
