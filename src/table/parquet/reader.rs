//! A Parquet file as batches of arrays. What is a dictionary in the file stays one.

use crate::check::CheckedPolicy;
use crate::problem::TableError;
use crate::table::arrow;
use crate::table::columns::Columns;
use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Compression;
use parquet::file::metadata::RowGroupMetaData;
use std::cell::Cell;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

/// A column of a group of rows may take so many bytes when it is unpacked, or so many times what it takes packed.
const LARGE: i64 = 64 << 20;
const MOST_EXPANSION: i64 = 100;

/// About how many values a batch has, and how many bytes they take in the file before they are packed.
const MOST_VALUES: i64 = 1 << 18;
const MOST_BYTES: i64 = 8 << 20;

/// Reads the columns of a file against the vocabulary.
///
/// # Errors
/// That it is no Parquet file, or one that expands beyond measure; every column that the vocabulary has no place for, of a type that cannot be kept
/// exactly, or of another type than its fact.
pub(in crate::table) fn columns(policy: &CheckedPolicy, path: &Path) -> Result<Columns, Vec<TableError>> {
    let file = open(path).map_err(|problem| vec![problem])?;
    if let Some(codec) = unread(&file) {
        let message = format!("{} is packed by {codec}, which is not read", path.display());
        return Err(vec![TableError::new(
            "ukase::table::parquet",
            message,
            "write it packed by Zstandard, Snappy, LZ4 or gzip, or not packed",
        )]);
    }
    if expands(&file) {
        let message = format!("{} would take more than a hundred times its size in memory", path.display());
        return Err(vec![TableError::new(
            "ukase::table::parquet",
            message,
            "write it with dictionaries, or in smaller groups of rows",
        )]);
    }
    let problems = |problems: Vec<TableError>| problems.into_iter().map(|problem| problem.in_file(path)).collect();
    arrow::columns(policy, file.schema()).map_err(problems)
}

/// The rows of a file, a batch at a time. No batch goes over the end of a group of rows.
pub(in crate::table) struct Rows {
    file: File,
    metadata: ArrowReaderMetadata,
    at_once: usize,
    /// The group that is read next, and how many of its rows were read before.
    group: usize,
    behind: usize,
    reader: Option<ParquetRecordBatchReader>,
    total: u64,
}

impl Rows {
    /// The rows behind so many, at most so many at once.
    ///
    /// # Errors
    /// That it is no Parquet file.
    pub(in crate::table) fn open(path: &Path, behind: u64, at_once: usize) -> Result<Rows, TableError> {
        let file = File::open(path).map_err(|error| TableError::reading(path, &error))?;
        let load =
            |options: ArrowReaderOptions| guarded(|| ArrowReaderMetadata::load(&file, options)).ok_or_else(|| broken(path));
        let schema = load(plain())?.schema().clone();
        let metadata = load(ArrowReaderOptions::new().with_schema(as_dictionaries(&schema)))?;
        let (mut group, mut behind) = (0, usize::try_from(behind).unwrap_or(usize::MAX));
        while let Some(rows) = rows_of(&metadata, group).filter(|rows| *rows <= behind) {
            behind -= rows;
            group += 1;
        }
        let total = u64::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or_default();
        Ok(Rows { file, metadata, at_once, group, behind, reader: None, total })
    }

    /// How far so many rows come, of the bytes of the file.
    pub(in crate::table) fn bytes(&self, rows: u64, size: u64) -> u64 {
        (u128::from(size) * u128::from(rows) / u128::from(self.total.max(1))).try_into().unwrap_or(size)
    }

    /// The next batch, if there is one.
    ///
    /// # Errors
    /// That the file is broken.
    pub(in crate::table) fn next(&mut self, path: &Path) -> Result<Option<RecordBatch>, TableError> {
        loop {
            if let Some(reader) = &mut self.reader
                && let Some(batch) = guarded(|| reader.next().transpose()).ok_or_else(|| broken(path))?
            {
                return Ok(Some(batch));
            }
            if self.group >= self.metadata.metadata().num_row_groups() {
                return Ok(None);
            }
            let file = self.file.try_clone().map_err(|error| TableError::reading(path, &error))?;
            let at_once = self.at_once.min(as_many_as_fit(self.metadata.metadata().row_group(self.group)));
            let builder = Builder::new_with_metadata(file, self.metadata.clone()).with_batch_size(at_once);
            let of_group = builder.with_row_groups(vec![self.group]).with_offset(std::mem::take(&mut self.behind));
            self.reader = Some(guarded(|| of_group.build()).ok_or_else(|| broken(path))?);
            self.group += 1;
        }
    }
}

/// How many rows of a group take about as many values, and as many bytes, as a batch should have: its rows may each have many items.
fn as_many_as_fit(group: &RowGroupMetaData) -> usize {
    let values = group.columns().iter().fold(0, |all: i64, column| all.saturating_add(column.num_values()));
    let share = |most: i64, all: i64| most.saturating_mul(group.num_rows()) / all.max(1);
    usize::try_from(share(MOST_VALUES, values).min(share(MOST_BYTES, group.total_byte_size()))).unwrap_or(1).max(1)
}

/// How many rows a group has.
fn rows_of(metadata: &ArrowReaderMetadata, group: usize) -> Option<usize> {
    let groups = metadata.metadata().row_groups();
    Some(usize::try_from(groups.get(group)?.num_rows()).unwrap_or_default())
}

type Builder = ParquetRecordBatchReaderBuilder<File>;

/// As the file itself says what its columns are, whatever its writer had in memory: a list of a fixed length is a list.
fn plain() -> ArrowReaderOptions {
    ArrowReaderOptions::new().with_skip_arrow_metadata(true)
}

fn open(path: &Path) -> Result<Builder, TableError> {
    let file = File::open(path).map_err(|error| TableError::reading(path, &error))?;
    guarded(|| Builder::try_new_with_options(file, plain())).ok_or_else(|| broken(path))
}

/// The same columns, with texts by their places in a dictionary: those of facts repeat, only the `id` does not.
fn as_dictionaries(schema: &Schema) -> SchemaRef {
    let word = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let fields = schema.fields().iter().map(|field| match field.data_type() {
        DataType::Utf8 if field.name() != "id" => Arc::new(Field::new(field.name(), word.clone(), field.is_nullable())),
        _ => field.clone(),
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// How some of the file is packed that is not read.
fn unread(file: &Builder) -> Option<Compression> {
    let columns = file.metadata().row_groups().iter().flat_map(|group| group.columns());
    columns.map(|column| column.compression()).find(|codec| matches!(codec, Compression::BROTLI(_) | Compression::LZO))
}

/// Some of the file says of itself that it is small only as long as nobody reads it.
fn expands(file: &Builder) -> bool {
    let mut columns = file.metadata().row_groups().iter().flat_map(|group| group.columns());
    columns.any(|column| {
        column.uncompressed_size() > LARGE && column.uncompressed_size() / MOST_EXPANSION > column.compressed_size()
    })
}

/// What the library reads. It is written to fail by an error, and to panic where a file lies about itself: either way the file is broken.
pub(super) fn guarded<T, E>(read: impl FnOnce() -> Result<T, E>) -> Option<T> {
    IS_GUARDED.set(true);
    let read = catch_unwind(AssertUnwindSafe(read));
    IS_GUARDED.set(false);
    read.ok()?.ok()
}

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// A panic on this thread, now, would be one over a broken file: who reads it says so, and the words of the panic help nobody.
pub fn is_guarded() -> bool {
    IS_GUARDED.get()
}

pub(super) fn broken(path: &Path) -> TableError {
    let help = "write it anew; `.parquet` is for files of Apache Parquet";
    TableError::new("ukase::table::parquet", format!("{} is no Parquet file, or a broken one", path.display()), help)
}
