//! Verdicts beside the columns of the input: each group of rows of the output is one of the input, with the columns of the verdicts behind its own. What
//! the input's columns hold is copied as it is packed, and not looked into again.

use super::chunks::{append, opened};
use super::reader::{broken, guarded};
use crate::problem::TableError;
use crate::table::inputs::{Format, Input};
use crate::table::rows::RowColumn;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::writer::SerializedRowGroupWriter;
use parquet::schema::types::TypePtr;
use std::fs::File;
use std::io::Write;

/// How many groups of rows a file may have: they are numbered by 16 bits.
const MOST_GROUPS: usize = 1 << 15;

/// The input whose columns stand in front, in groups of rows.
pub(in crate::table) struct Beside {
    inputs: Vec<Input>,
    /// The groups that have rows.
    groups: Vec<Group>,
    fields: Vec<TypePtr>,
    /// The file whose groups are copied, and what it says of itself.
    current: Option<(usize, File, ParquetMetaData)>,
}

/// A group of rows of the input.
#[derive(Clone, Copy)]
struct Group {
    file: usize,
    /// Which it is of those of its file.
    at: usize,
    rows: usize,
}

impl Beside {
    /// The groups of some files, and whether these columns of verdicts can stand beside their columns.
    ///
    /// # Errors
    /// Every file that is none of Parquet, or has other columns than the first; every column of verdicts that the files have themselves.
    pub(in crate::table) fn of(inputs: &[Input], columns: &[RowColumn]) -> std::result::Result<Beside, Vec<TableError>> {
        let mut beside = Beside { inputs: inputs.to_vec(), groups: Vec::new(), fields: Vec::new(), current: None };
        let mut problems: Vec<TableError> =
            inputs.iter().enumerate().filter_map(|(file, input)| beside.add(file, input).err()).collect();
        let has = |column: &&RowColumn| beside.fields.iter().any(|field| field.name() == column.name());
        problems.extend(columns.iter().filter(has).map(|column| {
            let message = format!("the input has a column `{}` already", column.name());
            wrong(message, "choose others by --columns, such as --columns outcome,clauses")
        }));
        if beside.groups.len() > MOST_GROUPS {
            let message = format!("the input has {} groups of rows, and a file holds {MOST_GROUPS} at most", beside.groups.len());
            problems.push(wrong(message, "judge the files in several runs, or write them anew with larger groups"));
        }
        if problems.is_empty() { Ok(beside) } else { Err(problems) }
    }

    fn add(&mut self, file: usize, input: &Input) -> std::result::Result<(), TableError> {
        if input.format != Format::Parquet {
            let message =
                format!("{} is no Parquet file, and only such a one can have verdicts beside its columns", input.path.display());
            return Err(wrong(message, "leave out --with-input, and join the rows by their `id`"));
        }
        let metadata = guarded(|| opened(&input.path).map(|(_, metadata)| metadata)).ok_or_else(|| broken(&input.path))?;
        let fields = metadata.file_metadata().schema_descr().root_schema().get_fields();
        if file > 0 && self.fields != fields {
            let message = format!("{} has other columns than {}", input.path.display(), self.inputs[0].path.display());
            return Err(wrong(message, "judge files with the same columns in one run"));
        }
        self.fields = fields.to_vec();
        for (at, group) in metadata.row_groups().iter().enumerate() {
            let rows = usize::try_from(group.num_rows()).unwrap_or_default();
            if rows > 0 {
                self.groups.push(Group { file, at, rows });
            }
        }
        Ok(())
    }

    /// How many rows a group has; more than there can be behind the last.
    pub(super) fn rows(&self, group: usize) -> usize {
        self.groups.get(group).map_or(usize::MAX, |group| group.rows)
    }

    /// The columns of the input, in front of others.
    pub(super) fn in_front_of(&self, others: &[TypePtr]) -> Vec<TypePtr> {
        self.fields.iter().chain(others).cloned().collect()
    }

    /// Copies the columns of a group of the input.
    ///
    /// # Errors
    /// That the file was changed, or cannot be read.
    pub(super) fn copy(&mut self, group: usize, into: &mut SerializedRowGroupWriter<'_, impl Write + Send>) -> Result<()> {
        let Some(Group { file: number, at, .. }) = self.groups.get(group).copied() else {
            return Err(ParquetError::General("there are more rows than the input has".into()));
        };
        let input = &self.inputs[number];
        if self.current.as_ref().is_none_or(|(current, ..)| *current != number) {
            let (file, metadata) = opened(&input.path)?;
            self.current = Some((number, file, metadata));
        }
        let found = self.current.as_ref().and_then(|(_, file, metadata)| Some((file, metadata.row_groups().get(at)?)));
        match found.filter(|_| !input.is_changed()) {
            Some((file, rows)) => append(file, rows, into),
            None => Err(ParquetError::General(format!("{} was changed while it was judged", input.path.display()))),
        }
    }
}

fn wrong(message: String, help: &str) -> TableError {
    TableError::new("ukase::table::beside", message, help)
}
