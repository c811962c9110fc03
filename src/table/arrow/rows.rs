//! Rows as Arrow's arrays: what many of them share is looked at once.

use crate::table::rows::{Own, Row, RowColumn};
use arrow_array::builder::StringBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, BooleanArray, DictionaryArray, Int32Array, ListArray, RecordBatch, StringArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, Field, Schema};
use std::collections::HashMap;
use std::sync::Arc;

/// The columns of rows as those of arrays.
pub fn row_schema(columns: &[RowColumn]) -> Schema {
    let texts = || DataType::List(Arc::new(element()));
    let word = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let field = |column: &RowColumn| {
        let (ty, is_nullable) = match column {
            RowColumn::Id | RowColumn::Item => (DataType::Utf8, true),
            RowColumn::Outcome | RowColumn::Status | RowColumn::On | RowColumn::KnownOn | RowColumn::Digest => (word(), true),
            RowColumn::Possible | RowColumn::Clauses | RowColumn::Needs | RowColumn::Duties | RowColumn::Questions => {
                (texts(), false)
            }
            RowColumn::Covered | RowColumn::Exact => (DataType::Boolean, true),
        };
        Field::new(column.name(), ty, is_nullable)
    };
    Schema::new(columns.iter().map(field).collect::<Vec<_>>())
}

fn element() -> Field {
    Field::new("element", DataType::Utf8, false)
}

/// Texts of which few differ, each by its place among them.
#[derive(Default)]
struct Words {
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

    fn array(self, places: Int32Array) -> Result<ArrayRef, ArrowError> {
        let texts = StringArray::from_iter_values(&self.texts);
        Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(places, Arc::new(texts))?))
    }
}

/// The place of a row among those of a batch, where many rows are the same but for what is their own.
#[derive(Debug, Clone, Copy)]
pub(in crate::table) struct RowPlace {
    batch: u64,
    at: u32,
}

/// What rows do not share with others.
const OWN: [RowColumn; 3] = [RowColumn::Id, RowColumn::Item, RowColumn::On];

/// Takes rows and makes a batch of them.
pub(in crate::table) struct RowArrays {
    columns: Vec<RowColumn>,
    /// Those of them that each row has of its own.
    own: Vec<RowColumn>,
    /// How many batches were taken.
    batch: u64,
    /// What the rows share, and for each row which of it.
    rows: Vec<Row>,
    places: Vec<u32>,
    /// What each has of its own.
    id: StringBuilder,
    item: StringBuilder,
    days: Words,
    on: Vec<Option<i32>>,
}

impl RowArrays {
    pub(in crate::table) fn new(columns: &[RowColumn]) -> RowArrays {
        RowArrays {
            columns: columns.into(),
            own: columns.iter().copied().filter(|column| OWN.contains(column)).collect(),
            batch: 0,
            rows: Vec::new(),
            places: Vec::new(),
            id: StringBuilder::new(),
            item: StringBuilder::new(),
            days: Words::default(),
            on: Vec::new(),
        }
    }

    /// The place of what a row shares with others in this batch; `known` is the one that was found last.
    pub(in crate::table) fn place(&mut self, row: &Row, known: Option<RowPlace>) -> RowPlace {
        known.filter(|known| known.batch == self.batch).unwrap_or_else(|| {
            self.rows.push(row.clone());
            RowPlace { batch: self.batch, at: self.rows.len() as u32 - 1 }
        })
    }

    /// Takes a row: what is its own, and where the rest stands.
    pub(in crate::table) fn push(&mut self, own: Own<'_>, place: RowPlace) {
        self.places.push(place.at);
        for column in &self.own {
            match column {
                RowColumn::Id => self.id.append_option(own.id),
                RowColumn::Item => self.item.append_option(own.item),
                RowColumn::On => self.on.push(own.on.map(|day| self.days.place(day))),
                _ => {}
            }
        }
    }

    /// The rows taken so far as a batch; it begins anew.
    ///
    /// # Errors
    /// None that a program that is right could meet.
    pub(in crate::table) fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        let arrays = self.columns.clone().into_iter().map(|column| self.array(column)).collect::<Result<Vec<_>, _>>()?;
        self.rows.clear();
        self.places.clear();
        self.batch += 1;
        RecordBatch::try_new(Arc::new(row_schema(&self.columns)), arrays)
    }

    fn array(&mut self, column: RowColumn) -> Result<ArrayRef, ArrowError> {
        match column {
            RowColumn::Id => {
                // The next batch has about as many.
                let room = StringBuilder::with_capacity(self.places.len(), self.id.values_slice().len());
                Ok(Arc::new(std::mem::replace(&mut self.id, room).finish()))
            }
            RowColumn::Item => Ok(Arc::new(self.item.finish())),
            RowColumn::On => std::mem::take(&mut self.days).array(std::mem::take(&mut self.on).into()),
            RowColumn::Covered => Ok(Arc::new(self.all(|row| row.covered).collect::<BooleanArray>())),
            RowColumn::Exact => Ok(Arc::new(self.all(|row| row.exact).collect::<BooleanArray>())),
            RowColumn::Outcome => self.words(|row| row.outcome.as_deref()),
            RowColumn::Status => self.words(|row| Some(row.status)),
            RowColumn::KnownOn => self.words(|row| row.known_on.as_deref()),
            RowColumn::Digest => self.words(|row| Some(&row.digest)),
            RowColumn::Possible => self.lists(|row| &row.possible),
            RowColumn::Clauses => self.lists(|row| &row.clauses),
            RowColumn::Needs => self.lists(|row| &row.needs),
            RowColumn::Duties => self.lists(|row| &row.duties),
            RowColumn::Questions => self.lists(|row| &row.questions),
        }
    }

    /// Something that rows share, found once for all that share it.
    fn all<'r, T: Copy>(&'r self, of: impl Fn(&'r Row) -> T) -> impl Iterator<Item = T> + Clone {
        let found: Arc<[T]> = self.rows.iter().map(of).collect();
        self.places.iter().map(move |place| found[*place as usize])
    }

    fn words<'r>(&'r self, text: impl Fn(&'r Row) -> Option<&'r str>) -> Result<ArrayRef, ArrowError> {
        let mut words = Words::default();
        let known: Vec<Option<i32>> = self.rows.iter().map(|row| text(row).map(|text| words.place(text))).collect();
        words.array(self.places.iter().map(|place| known[*place as usize]).collect())
    }

    fn lists<'r>(&'r self, list: impl Fn(&'r Row) -> &'r [String]) -> Result<ArrayRef, ArrowError> {
        let lists = self.all(list);
        let mut texts = StringBuilder::new();
        lists.clone().flatten().for_each(|text| texts.append_value(text));
        let offsets = OffsetBuffer::from_lengths(lists.map(<[String]>::len));
        Ok(Arc::new(ListArray::try_new(Arc::new(element()), offsets, Arc::new(texts.finish()), None)?))
    }
}
