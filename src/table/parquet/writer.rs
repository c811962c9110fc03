//! Rows into a Parquet file, in groups: each is a file of its own until all are done, so that a run that is interrupted loses one at most. In
//! the end their bytes are put behind one another, as they are.

use crate::problem::TableError;
use crate::table::journal::beside;
use arrow_array::RecordBatch;
use arrow_schema::{Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::Compression;
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A group ends with the batch that brings it to so many rows.
const ROWS: usize = 1 << 16;

/// The rows of an output, in groups.
pub(in crate::table) struct Groups {
    output: PathBuf,
    schema: SchemaRef,
    /// The file that will take the place of the output; who has it locked writes.
    whole: File,
    /// How many groups are done.
    done: usize,
    current: Option<ArrowWriter<File>>,
}

impl Groups {
    /// Begins an output, or goes on behind so many groups.
    ///
    /// # Errors
    /// That a file cannot be written, or that another run writes to it.
    pub(in crate::table) fn open(output: &Path, schema: Schema, done: usize) -> Result<Groups, TableError> {
        let path = beside(output, "part");
        let failed = |error: std::io::Error| TableError::writing(output, &error);
        let whole = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        if whole.try_lock().is_err() {
            return Err(TableError::locked(output));
        }
        let groups = Groups { output: output.into(), schema: Arc::new(schema), whole, done, current: None };
        if (0..done).any(|group| !groups.path(group).is_file()) {
            let message = format!("a group of {} is gone that its journal names", output.display());
            return Err(TableError::new("ukase::table::journal", message, "remove the journal beside it, and begin anew"));
        }
        // What an earlier run began and nobody goes on with.
        for path in (done..).map(|group| groups.path(group)).take_while(|path| path.exists()) {
            fs::remove_file(path).map_err(failed)?;
        }
        Ok(groups)
    }

    /// How many groups are done.
    pub(in crate::table) fn done(&self) -> usize {
        self.done
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
        match writer.in_progress_rows() < ROWS {
            true => self.current = Some(writer),
            false => self.end(writer)?,
        }
        Ok(())
    }

    fn end(&mut self, writer: ArrowWriter<File>) -> Result<(), TableError> {
        let file = writer.into_inner().map_err(|error| self.failed(error))?;
        file.sync_all().map_err(|error| TableError::writing(&self.output, &error))?;
        self.done += 1;
        Ok(())
    }

    /// Every group is on the disk.
    pub(in crate::table) fn settle(&mut self) -> Result<(), TableError> {
        match self.current.take() {
            Some(writer) => self.end(writer),
            None => Ok(()),
        }
    }

    /// Puts the groups behind one another, in the place of the file that was there before.
    pub(in crate::table) fn finish(self) -> Result<(), TableError> {
        let io = |error: std::io::Error| TableError::writing(&self.output, &error);
        self.whole.set_len(0).map_err(io)?;
        self.join().map_err(|error| self.failed(error))?;
        self.whole.sync_all().map_err(io)?;
        fs::rename(beside(&self.output, "part"), &self.output).map_err(io)?;
        // From the last on: where this is interrupted, the next run finds what is left behind the first that is there.
        (0..self.done).rev().try_for_each(|group| fs::remove_file(self.path(group))).map_err(io)
    }

    fn join(&self) -> Result<(), ParquetError> {
        if self.done == 0 {
            return ArrowWriter::try_new_with_options(self.whole.try_clone()?, self.schema.clone(), options())?.close().map(drop);
        }
        let open = |group: usize| -> Result<(File, ParquetMetaData), ParquetError> {
            let file = File::open(self.path(group))?;
            let metadata = ParquetMetaDataReader::new().parse_and_finish(&file)?;
            Ok((file, metadata))
        };
        let schema = open(0)?.1.file_metadata().schema_descr().root_schema_ptr();
        let mut joined = SerializedFileWriter::new(self.whole.try_clone()?, schema, Arc::new(properties()))?;
        for group in 0..self.done {
            let (file, metadata) = open(group)?;
            for rows in metadata.row_groups() {
                let mut into = joined.next_row_group()?;
                for column in rows.columns() {
                    let close = ColumnCloseResult {
                        bytes_written: u64::try_from(column.compressed_size()).unwrap_or_default(),
                        rows_written: u64::try_from(rows.num_rows()).unwrap_or_default(),
                        metadata: column.clone(),
                        bloom_filter: None,
                        column_index: None,
                        offset_index: None,
                    };
                    into.append_column(&file, close)?;
                }
                into.close()?;
            }
        }
        joined.close().map(drop)
    }

    fn writer(&self) -> Result<ArrowWriter<File>, ParquetError> {
        ArrowWriter::try_new_with_options(File::create(self.path(self.done))?, self.schema.clone(), options())
    }

    fn path(&self, group: usize) -> PathBuf {
        beside(&self.output, &format!("group{group}"))
    }

    fn failed(&self, error: ParquetError) -> TableError {
        TableError::writing(&self.output, &std::io::Error::other(error))
    }
}

fn options() -> ArrowWriterOptions {
    ArrowWriterOptions::new().with_properties(properties()).with_skip_arrow_metadata(true)
}

fn properties() -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        // Hardly any two are the same: a dictionary of them would be made in vain.
        .set_column_dictionary_enabled("id".into(), false)
        .set_created_by("ukase".into())
        .build()
}
