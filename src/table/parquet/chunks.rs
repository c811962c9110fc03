//! Columns of a group of rows, copied from one file to another as they are packed.

use parquet::column::writer::ColumnCloseResult;
use parquet::errors::Result;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::writer::SerializedRowGroupWriter;
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// A file, and what it says of itself.
pub(super) fn opened(path: &Path) -> Result<(File, ParquetMetaData)> {
    let file = File::open(path)?;
    let metadata = ParquetMetaDataReader::new().parse_and_finish(&file)?;
    Ok((file, metadata))
}

/// Copies the columns of a group behind those that a group has already.
pub(super) fn append(
    file: &File,
    rows: &RowGroupMetaData,
    into: &mut SerializedRowGroupWriter<'_, impl Write + Send>,
) -> Result<()> {
    for column in rows.columns() {
        let close = ColumnCloseResult {
            bytes_written: u64::try_from(column.compressed_size()).unwrap_or_default(),
            rows_written: u64::try_from(rows.num_rows()).unwrap_or_default(),
            metadata: column.clone(),
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        into.append_column(file, close)?;
    }
    Ok(())
}
