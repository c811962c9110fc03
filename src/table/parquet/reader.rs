//! A Parquet file as batches of arrays. What is a dictionary in the file stays one.

use crate::check::CheckedPolicy;
use crate::problem::TableError;
use crate::table::arrow;
use crate::table::columns::Columns;
use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::basic::Compression;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

/// Reads the columns of a file against the vocabulary.
///
/// # Errors
/// That it is no Parquet file; every column that the vocabulary has no place for, or of a type that cannot be kept exactly.
pub(in crate::table) fn columns(policy: &CheckedPolicy, path: &Path) -> Result<Columns, Vec<TableError>> {
    let file = open(path, None).map_err(|problem| vec![problem])?;
    if let Some(codec) = unread(&file) {
        let message = format!("{} is packed by {codec}, which is not read", path.display());
        return Err(vec![TableError::new("ukase::table::parquet", message, "write it packed by Snappy, or not packed")]);
    }
    let problems = |problems: Vec<TableError>| problems.into_iter().map(|problem| problem.in_file(path)).collect();
    arrow::columns(policy, file.schema()).map_err(problems)
}

/// The rows of a file, a batch at a time.
pub(in crate::table) struct Rows {
    reader: ParquetRecordBatchReader,
    total: u64,
}

impl Rows {
    /// The rows behind so many, at most so many at once.
    ///
    /// # Errors
    /// That it is no Parquet file.
    pub(in crate::table) fn open(path: &Path, behind: u64, at_once: usize) -> Result<Rows, TableError> {
        let schema = open(path, None)?.schema().clone();
        let file = open(path, Some(as_dictionaries(&schema)))?;
        let behind = usize::try_from(behind).unwrap_or(usize::MAX);
        let total = u64::try_from(file.metadata().file_metadata().num_rows()).unwrap_or_default();
        let reader = guarded(|| file.with_batch_size(at_once).with_offset(behind).build());
        reader.map(|reader| Rows { reader, total }).ok_or_else(|| broken(path))
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
        guarded(|| self.reader.next().transpose()).ok_or_else(|| broken(path))
    }
}

type Builder = ParquetRecordBatchReaderBuilder<File>;

fn open(path: &Path, schema: Option<SchemaRef>) -> Result<Builder, TableError> {
    let file = File::open(path).map_err(|error| TableError::reading(path, &error))?;
    let options = schema.map_or_else(ArrowReaderOptions::new, |schema| ArrowReaderOptions::new().with_schema(schema));
    guarded(|| Builder::try_new_with_options(file, options)).ok_or_else(|| broken(path))
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
    columns.map(|column| column.compression()).find(|codec| !matches!(codec, Compression::UNCOMPRESSED | Compression::SNAPPY))
}

/// What the library reads. It is written to fail by an error, and to panic where a file lies about itself: either way the file is broken.
fn guarded<T, E>(read: impl FnOnce() -> Result<T, E>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(read)).ok()?.ok()
}

fn broken(path: &Path) -> TableError {
    let help = "write it anew; `.parquet` is for files of Apache Parquet, plain or packed by Snappy";
    TableError::new("ukase::table::parquet", format!("{} is no Parquet file, or a broken one", path.display()), help)
}
