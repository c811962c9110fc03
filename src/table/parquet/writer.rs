//! Rows into a Parquet file, in groups: each is a file of its own until all are done, so that a run that is interrupted loses one at most. In
//! the end their bytes are put behind one another, as they are.

use super::beside::Beside;
use super::chunks::{append, opened};
use crate::problem::TableError;
use crate::table::arrow::row_schema;
use crate::table::checked::{Checked, Stamp, holds};
use crate::table::journal::{beside, damaged, unfinished};
use crate::table::rows::RowColumn;
use arrow_array::RecordBatch;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::arrow::{ArrowSchemaConverter, ArrowWriter};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};
use std::fs::{self, File, OpenOptions};
use std::io::Seek;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A group ends with the batch that brings it to so many rows.
const ROWS: usize = 1 << 16;

/// The rows of an output, in groups.
pub(in crate::table) struct Groups {
    output: PathBuf,
    columns: Vec<RowColumn>,
    /// The file that will take the place of the output; who has it locked writes.
    whole: File,
    /// The input whose columns stand in front of those of the rows.
    input: Option<Beside>,
    /// The groups that are done.
    done: Vec<Stamp>,
    current: Option<ArrowWriter<Checked>>,
}

impl Groups {
    /// Begins an output, or goes on behind the groups that are done.
    ///
    /// # Errors
    /// That a file cannot be written, that another run writes to it, or that a group is not what it was.
    pub(in crate::table) fn open(
        output: &Path,
        columns: &[RowColumn],
        input: Option<Beside>,
        done: Vec<Stamp>,
    ) -> Result<Groups, TableError> {
        let path = unfinished(output);
        let failed = |error: std::io::Error| TableError::writing(output, &error);
        let whole = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        if whole.try_lock().is_err() {
            return Err(TableError::locked(output));
        }
        let groups = Groups { output: output.into(), columns: columns.into(), whole, input, done, current: None };
        if let Some(at) = (0..groups.done.len()).find(|at| !holds(&groups.path(*at), groups.done[*at])) {
            return Err(damaged(&groups.path(at), output));
        }
        // What an earlier run began and nobody goes on with.
        for path in (groups.done.len()..).map(|group| groups.path(group)).take_while(|path| path.exists()) {
            fs::remove_file(path).map_err(failed)?;
        }
        Ok(groups)
    }

    /// The groups that are done.
    pub(in crate::table) fn done(&self) -> &[Stamp] {
        &self.done
    }

    /// No group is begun.
    pub(in crate::table) fn is_at_rest(&self) -> bool {
        self.current.is_none()
    }

    /// Adds rows; a group that has enough of them is done with it.
    pub(in crate::table) fn write(&mut self, rows: &RecordBatch) -> Result<(), TableError> {
        if rows.num_rows() == 0 {
            return Ok(());
        }
        let begun = self.current.take().map_or_else(|| self.writer(), Ok);
        let mut writer = begun.map_err(|error| self.failed(error))?;
        writer.write(rows).map_err(|error| self.failed(error))?;
        let most = self.input.as_ref().map_or(ROWS, |input| input.rows(self.done.len()));
        match writer.in_progress_rows() < most {
            true => self.current = Some(writer),
            false => self.end(writer)?,
        }
        Ok(())
    }

    fn end(&mut self, writer: ArrowWriter<Checked>) -> Result<(), TableError> {
        let file = writer.into_inner().map_err(|error| self.failed(error))?;
        file.settle().map_err(|error| TableError::writing(&self.output, &error))?;
        self.done.push(file.stamp());
        Ok(())
    }

    /// Every group is on the disk.
    pub(in crate::table) fn settle(&mut self) -> Result<(), TableError> {
        match self.current.take() {
            Some(writer) => self.end(writer),
            None => Ok(()),
        }
    }

    /// Puts the groups behind one another, in a file that is not in its place yet.
    pub(in crate::table) fn join(&mut self) -> Result<(), TableError> {
        let output = self.output.clone();
        let io = |error: std::io::Error| TableError::writing(&output, &error);
        self.whole.set_len(0).and_then(|()| self.whole.rewind()).map_err(io)?;
        self.joined().map_err(|error| self.failed(error))?;
        self.whole.sync_all().map_err(io)
    }

    /// Takes the place of the file that was there before.
    pub(in crate::table) fn finish(self) -> Result<(), TableError> {
        let io = |error: std::io::Error| TableError::writing(&self.output, &error);
        fs::rename(unfinished(&self.output), &self.output).map_err(io)?;
        // From the last on: where this is interrupted, the next run finds what is left behind the first that is there.
        (0..self.done.len()).rev().try_for_each(|group| fs::remove_file(self.path(group))).map_err(io)
    }

    fn joined(&mut self) -> Result<(), ParquetError> {
        let own = fields_of(&self.columns)?;
        let fields = self.input.as_ref().map_or_else(|| own.clone(), |input| input.in_front_of(&own));
        let root = Type::group_type_builder("schema").with_fields(fields).build()?;
        let mut joined = SerializedFileWriter::new(self.whole.try_clone()?, Arc::new(root), Arc::new(properties()))?;
        for group in 0..self.done.len() {
            let (file, metadata) = opened(&self.path(group))?;
            for rows in metadata.row_groups() {
                let mut into = joined.next_row_group()?;
                if let Some(input) = &mut self.input {
                    input.copy(group, &mut into)?;
                }
                append(&file, rows, &mut into)?;
                into.close()?;
            }
        }
        joined.close().map(drop)
    }

    fn writer(&self) -> Result<ArrowWriter<Checked>, ParquetError> {
        let file = Checked::new(File::create(self.path(self.done.len()))?);
        ArrowWriter::try_new_with_options(file, Arc::new(row_schema(&self.columns)), options())
    }

    fn path(&self, group: usize) -> PathBuf {
        beside(&self.output, &format!("group{group}"))
    }

    fn failed(&self, error: ParquetError) -> TableError {
        let error = match error {
            ParquetError::External(inner) => {
                inner.downcast::<std::io::Error>().map_or_else(std::io::Error::other, |error| *error)
            }
            other => std::io::Error::other(other),
        };
        TableError::writing(&self.output, &error)
    }
}

/// The columns of rows, as a file has them.
fn fields_of(columns: &[RowColumn]) -> Result<Vec<TypePtr>, ParquetError> {
    let schema = ArrowSchemaConverter::new().convert(&row_schema(columns))?;
    Ok(schema.root_schema().get_fields().to_vec())
}

fn options() -> ArrowWriterOptions {
    ArrowWriterOptions::new().with_properties(properties()).with_skip_arrow_metadata(true)
}

fn properties() -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        // The least and the greatest say where a shipment is; of words that every group has they say nothing.
        .set_statistics_enabled(EnabledStatistics::None)
        .set_column_statistics_enabled("id".into(), EnabledStatistics::Chunk)
        // Where a group ends is said by whoever writes it.
        .set_max_row_group_row_count(None)
        // Hardly any two are the same: a dictionary of them would be made in vain.
        .set_column_dictionary_enabled("id".into(), false)
        .set_created_by("ukase".into())
        .build()
}
