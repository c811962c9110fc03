//! The files of a run: opened, and the names of their columns read, before the first shipment is.

use super::batches::{Batches, Position};
use super::columns::Columns;
use super::cutter::Cutter;
use super::lines::{Quoting, record};
use super::uneven::uneven;
use super::written::Written;
use crate::check::CheckedPolicy;
use crate::problem::TableError;
use std::fs::{File, Metadata};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// How the shipments of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    Jsonl,
    /// Flat lines under the names of their columns.
    Csv,
    /// Apache Parquet, one shipment a row.
    Parquet,
}

impl Format {
    /// The format that a file's name tells.
    ///
    /// # Errors
    /// That it tells none.
    pub fn of(path: &Path) -> Result<Format, TableError> {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("jsonl" | "ndjson") => Ok(Format::Jsonl),
            Some("csv") => Ok(Format::Csv),
            Some("parquet") => Ok(Format::Parquet),
            _ => Err(TableError::new(
                "ukase::table::format",
                format!("the name of {} does not tell how it is written", path.display()),
                "name it .jsonl (one object a line), .csv (flat lines under the names of columns) or .parquet",
            )),
        }
    }
}

/// A file of shipments.
#[derive(Debug, Clone)]
pub(super) struct Input {
    pub(super) path: PathBuf,
    pub(super) format: Format,
    pub(super) columns: Option<Arc<Columns>>,
    /// Where the first shipment begins.
    pub(super) start: u64,
    pub(super) size: u64,
    /// When it was changed, in nanoseconds after 1970-01-01.
    changed: u128,
}

/// Files of shipments, in the order in which they are read.
#[derive(Debug, Clone)]
pub struct Inputs(Vec<Input>);

impl Input {
    /// It is not the file any more that was opened.
    pub(super) fn is_changed(&self) -> bool {
        !std::fs::metadata(&self.path).is_ok_and(|now| (now.len(), changed(&now)) == (self.size, self.changed))
    }
}

/// When a file was changed, in nanoseconds after 1970-01-01.
fn changed(described: &Metadata) -> u128 {
    let changed = described.modified().ok().and_then(|changed| changed.duration_since(UNIX_EPOCH).ok());
    changed.map_or(0, |changed| changed.as_nanos())
}

impl Inputs {
    /// Opens files and reads the names of their columns, before the first shipment is read.
    ///
    /// # Errors
    /// Every file that cannot be read, and every column that the policy's vocabulary has no place for; every column of one file that another lacks.
    pub fn open(policy: &CheckedPolicy, paths: &[PathBuf]) -> Result<Inputs, Vec<TableError>> {
        let (mut found, mut problems) = (Vec::new(), Vec::new());
        for path in paths {
            match input(policy, path) {
                Ok(input) => found.push(input),
                Err(more) => problems.extend(more),
            }
        }
        problems.extend(uneven(&found));
        if problems.is_empty() { Ok(Inputs(found)) } else { Err(problems) }
    }

    /// The files.
    pub(super) fn files(&self) -> &[Input] {
        &self.0
    }

    /// Some of them have columns: they are not all lines of objects.
    pub fn have_columns(&self) -> bool {
        self.0.iter().any(|input| input.columns.is_some())
    }

    /// How many bytes they have together.
    pub fn size(&self) -> u64 {
        self.0.iter().map(|input| input.size).sum()
    }

    /// What identifies them: their names and sizes, and when they were changed.
    pub fn identity(&self) -> Vec<(String, u64, u128)> {
        self.0.iter().map(|input| (input.path.display().to_string(), input.size, input.changed)).collect()
    }

    /// The name of a file, by its place.
    pub(super) fn name(&self, file: usize) -> String {
        self.0.get(file).map(|input| input.path.display().to_string()).unwrap_or_default()
    }

    /// How many bytes stand before a position.
    pub fn bytes_before(&self, position: &Position) -> u64 {
        self.0[..position.file.min(self.0.len())].iter().map(|input| input.size).sum::<u64>() + position.byte
    }

    /// The shipments one after the other, as written.
    pub fn shipments(&self, policy: &CheckedPolicy) -> impl Iterator<Item = Result<Written, TableError>> {
        let mut batches = self.batches(Position::default());
        let batch = move || batches.next(Vec::new()).transpose();
        let mut cutter = Cutter::new();
        std::iter::from_fn(batch).flat_map(move |batch| match batch {
            Ok(batch) => batch.shipments.iter().map(|one| Ok(batch.read(policy, one, &mut cutter))).collect::<Vec<_>>(),
            Err(problem) => vec![Err(problem)],
        })
    }

    pub(super) fn batches(&self, from: Position) -> Batches<'_> {
        Batches::new(&self.0, from)
    }
}

fn input(policy: &CheckedPolicy, path: &Path) -> Result<Input, Vec<TableError>> {
    let format = Format::of(path).map_err(|problem| vec![problem])?;
    let reading = |error: std::io::Error| vec![TableError::reading(path, &error)];
    let file = File::open(path).map_err(reading)?;
    let described = file.metadata().map_err(reading)?;
    // A device or a pipe may have no end, and nothing that was read of it could be gone on with.
    if !described.is_file() {
        return Err(reading(std::io::ErrorKind::IsADirectory.into()));
    }
    let changed = changed(&described);
    if format == Format::Parquet {
        let columns = Some(Arc::new(super::parquet::columns(policy, path)?));
        return Ok(Input { path: path.into(), format, columns, start: 0, size: described.len(), changed });
    }
    let mut file = BufReader::new(file);
    let mark = byte_order_mark(&mut file).map_err(reading)?;
    let mut input = Input { path: path.into(), format, columns: None, start: mark, size: described.len(), changed };
    if format == Format::Csv {
        let mut head = Vec::new();
        let record = record(&mut file, &mut head, None).map_err(reading)?;
        let empty = || {
            TableError::new("ukase::table::column", format!("{} is empty", path.display()), "the first line names the columns")
        };
        let (line, length) = record.ok_or_else(|| vec![empty()])?;
        if line.of(&head).iter().all(u8::is_ascii_whitespace) {
            let message = format!("the first line of {} is blank", path.display());
            return Err(vec![TableError::new("ukase::table::column", message, "the first line names the columns")]);
        }
        if line.quotes != Quoting::Sound {
            let message = format!("the first line of {} has a quote that opens or closes no cell", path.display());
            return Err(vec![TableError::new("ukase::table::column", message, "write the names of the columns without quotes")]);
        }
        let names = Cutter::new().cells(line.of(&head)).ok_or_else(|| vec![not_cells(path)])?;
        let in_file = |problems: Vec<TableError>| problems.into_iter().map(|problem| problem.in_file(path)).collect::<Vec<_>>();
        let columns = Columns::new(policy, &names.iter().collect::<Vec<_>>()).map_err(in_file)?;
        input.columns = Some(Arc::new(columns));
        input.start += length;
    }
    Ok(input)
}

fn not_cells(path: &Path) -> TableError {
    let message = format!("the first line of {} cannot be cut into the names of columns", path.display());
    let help = "save it as UTF-8, and with the ends of lines of Unix or Windows: a carriage return by itself ends none";
    TableError::new("ukase::table::column", message, help)
}

/// Goes past a mark of the byte order, and says how long it is.
fn byte_order_mark(file: &mut BufReader<File>) -> std::io::Result<u64> {
    use std::io::BufRead;
    let is_there = file.fill_buf()?.starts_with(b"\xef\xbb\xbf");
    let length = if is_there { 3 } else { 0 };
    file.consume(length);
    Ok(length as u64)
}
