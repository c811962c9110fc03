//! Files of shipments in batches: read once, in order, however large they are.

use super::arrow::View;
use super::columns::Columns;
use super::cutter::{Cutter, Quotes};
use super::lines::{LONGEST_LINE, Line, Quoting, next_line};
use super::parquet::Rows;
use super::written::{Lines, Unread, Written};
use crate::check::CheckedPolicy;
use crate::problem::TableError;
use arrow_array::ArrayRef;
use memchr::memchr;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fs::{File, Metadata};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// How many shipments a batch holds, and about how many bytes.
const MOST_SHIPMENTS: usize = 4096;
const MOST_BYTES: u64 = 1 << 20;
/// The first batches of a file hold fewer, so that there is something to do for every processor where few shipments take long.
const FIRST_SHIPMENTS: u64 = 16;
/// How many lines one shipment may have.
const MOST_LINES: usize = 10_000;
/// So many shipments back it is noticed that a shipment's lines do not stand together.
const REMEMBERED: usize = 4096;

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
    columns: Option<Arc<Columns>>,
    /// Where the first shipment begins.
    start: u64,
    size: u64,
    /// When it was changed, in nanoseconds after 1970-01-01.
    changed: u128,
}

/// Files of shipments, in the order in which they are read.
#[derive(Debug, Clone)]
pub struct Inputs(Vec<Input>);

/// Where reading goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The file, from 0.
    pub file: usize,
    /// The byte within it.
    pub byte: u64,
    /// The line that begins there, from 1; 0 before the file was opened.
    pub line: u64,
    /// The shipments before, as far as they are remembered.
    #[serde(default)]
    recent: VecDeque<u64>,
}

/// Shipments that are read, judged and written together.
pub(super) struct Batch {
    pub(super) file: usize,
    pub(super) columns: Option<Arc<Columns>>,
    pub(super) shipments: Vec<Unread>,
    /// The lines of the shipments, and the text that holds them.
    pub(super) lines: Vec<Line>,
    pub(super) text: Vec<u8>,
    /// The columns of the shipments, where they are rows of arrays.
    pub(super) arrays: Vec<ArrayRef>,
    /// Where the next batch begins.
    pub(super) end: Position,
}

impl Batch {
    /// A batch that holds nothing yet, with room for its text.
    pub(super) fn new(file: usize, columns: Option<Arc<Columns>>, text: Vec<u8>) -> Batch {
        let end = Position::default();
        Batch { file, columns, shipments: Vec::new(), lines: Vec::new(), text, arrays: Vec::new(), end }
    }

    /// The columns, looked into.
    pub(super) fn views(&self) -> Vec<View<'_>> {
        self.arrays.iter().map(|array| View::new(array.as_ref())).collect()
    }

    /// The bytes of the lines of a shipment.
    pub(super) fn texts(&self, lines: &Lines) -> impl Iterator<Item = &[u8]> {
        self.lines[lines.lines.clone()].iter().map(|line| line.of(&self.text))
    }
}

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
    /// Every file that cannot be read, and every column that the policy's vocabulary has no place for.
    pub fn open(policy: &CheckedPolicy, paths: &[PathBuf]) -> Result<Inputs, Vec<TableError>> {
        let (mut found, mut problems) = (Vec::new(), Vec::new());
        for path in paths {
            match input(policy, path) {
                Ok(input) => found.push(input),
                Err(more) => problems.extend(more),
            }
        }
        if problems.is_empty() { Ok(Inputs(found)) } else { Err(problems) }
    }

    /// The files.
    pub(super) fn files(&self) -> &[Input] {
        &self.0
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
        Batches { inputs: &self.0, at: from, file: None, ahead: None, cutter: Cutter::new() }
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
        let record = record(&mut file, &mut head).map_err(reading)?;
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
        let names = Cutter::new().cells(line.of(&head)).ok_or_else(|| vec![not_text(path)])?;
        let in_file = |problems: Vec<TableError>| problems.into_iter().map(|problem| problem.in_file(path)).collect::<Vec<_>>();
        let columns = Columns::new(policy, &names.iter().collect::<Vec<_>>()).map_err(in_file)?;
        input.columns = Some(Arc::new(columns));
        input.start += length;
    }
    Ok(input)
}

fn not_text(path: &Path) -> TableError {
    TableError::new(
        "ukase::table::column",
        format!("the names of the columns of {} are no UTF-8 text", path.display()),
        "save it as UTF-8",
    )
}

/// Goes past a mark of the byte order, and says how long it is.
fn byte_order_mark(file: &mut BufReader<File>) -> std::io::Result<u64> {
    use std::io::BufRead;
    let is_there = file.fill_buf()?.starts_with(b"\xef\xbb\xbf");
    let length = if is_there { 3 } else { 0 };
    file.consume(length);
    Ok(length as u64)
}

/// Reads a line of a flat file to the end of `text`: a cell in quotes may go over several.
fn record(file: &mut BufReader<File>, text: &mut Vec<u8>) -> std::io::Result<Option<(Line, u64)>> {
    let Some((mut line, mut length)) = next_line(file, text)? else { return Ok(None) };
    if memchr(b'"', line.of(text)).is_none() {
        return Ok(Some((line, length)));
    }
    let (first, alone) = (line, length);
    let mut quotes = Quotes::default();
    quotes.read(line.of(text));
    while quotes.is_open() && !line.is_too_long {
        text.push(b'\n');
        let Some((more, longer)) = next_line(file, text)? else {
            // No quote closes it: only this line is lost, and not all behind it.
            text.truncate(first.end);
            file.seek_relative(-i64::try_from(length - alone).unwrap_or(0))?;
            return Ok(Some((Line { quotes: Quoting::Open, ..first }, alone)));
        };
        length += longer;
        line.more += 1;
        line.is_too_long = more.is_too_long || more.end - line.start > LONGEST_LINE;
        quotes.read(b"\n");
        quotes.read(more.of(text));
        line.end = more.end;
    }
    if quotes.is_glued() {
        line.quotes = Quoting::Glued;
    }
    Ok(Some((line, length)))
}

/// A file that is being read.
enum Reading {
    Lines(BufReader<File>),
    Rows(Box<Rows>),
}

/// A line that was read last and belongs to the next shipment: its text, where it ends in the file, the `id` that it names.
struct Ahead {
    text: Vec<u8>,
    line: Line,
    end: u64,
    id: Option<Vec<u8>>,
}

/// A line, where it ends in the file, and the `id` that it names.
type Next = (Line, u64, Option<Vec<u8>>);

/// The batches of files, one after the other.
pub(super) struct Batches<'i> {
    inputs: &'i [Input],
    at: Position,
    file: Option<Reading>,
    ahead: Option<Ahead>,
    cutter: Cutter,
}

impl Batches<'_> {
    /// The next batch, if there is one; its text goes where there is room for it.
    ///
    /// # Errors
    /// That a file cannot be read.
    pub(super) fn next(&mut self, mut room: Vec<u8>) -> Result<Option<Batch>, TableError> {
        while let Some(input) = self.inputs.get(self.at.file) {
            let mut batch = Batch::new(self.at.file, input.columns.clone(), std::mem::take(&mut room));
            if self.file.is_none() {
                self.file = Some(self.open(input)?);
            }
            let is_at_end = match &mut self.file {
                Some(Reading::Rows(rows)) => {
                    let next = rows.next(&input.path)?;
                    let is_at_end = next.is_none();
                    if let Some(arrays) = next {
                        let count = arrays.num_rows() as u64;
                        batch.arrays = arrays.columns().to_vec();
                        batch.shipments = (0..count).map(|row| Unread::Row(row as usize, self.at.line + row)).collect();
                        self.at.line += count;
                        self.at.byte = rows.bytes(self.at.line - 1, input.size);
                    }
                    is_at_end
                }
                _ => self.lines(&mut batch).map_err(|error| TableError::reading(&input.path, &error))?,
            };
            if !batch.shipments.is_empty() {
                batch.end = self.at.clone();
                return Ok(Some(batch));
            }
            // Where there are only blanks as far as a batch goes, the file may go on behind them.
            if is_at_end {
                self.file = None;
                let recent = std::mem::take(&mut self.at.recent);
                self.at = Position { file: self.at.file + 1, recent, ..Position::default() };
            }
            room = batch.text;
            room.clear();
        }
        Ok(None)
    }

    /// Opens a file where reading goes on.
    fn open(&mut self, input: &Input) -> Result<Reading, TableError> {
        if input.format == Format::Parquet {
            self.at.line = self.at.line.max(1);
            return Rows::open(&input.path, self.at.line - 1, MOST_SHIPMENTS).map(|rows| Reading::Rows(Box::new(rows)));
        }
        let reading = |error: std::io::Error| TableError::reading(&input.path, &error);
        let mut file = BufReader::with_capacity(1 << 20, File::open(&input.path).map_err(reading)?);
        if self.at.line == 0 {
            (self.at.byte, self.at.line) = (input.start, if input.columns.is_some() { 2 } else { 1 });
        }
        file.seek(SeekFrom::Start(self.at.byte)).map_err(reading)?;
        Ok(Reading::Lines(file))
    }

    /// The shipments of a batch, from their lines. Gives back whether the file ends with them.
    fn lines(&mut self, batch: &mut Batch) -> std::io::Result<bool> {
        let begin = self.at.byte;
        // From the place in the file alone: a run that is gone on with has the batches of one that nobody stopped.
        let most = usize::try_from((self.at.line / 2).max(FIRST_SHIPMENTS)).unwrap_or(MOST_SHIPMENTS).min(MOST_SHIPMENTS);
        while batch.shipments.len() < most && self.at.byte - begin < MOST_BYTES {
            let Some((line, end, id)) = self.line(batch)? else { return Ok(true) };
            self.pass(&line, end);
            if !is_blank(batch, &line) {
                let shipment = self.lines_of(batch, line, id)?;
                batch.shipments.push(Unread::Lines(shipment));
            }
        }
        Ok(false)
    }

    /// The lines of the shipment that begins with a line.
    fn lines_of(&mut self, batch: &mut Batch, first: Line, id: Option<Vec<u8>>) -> std::io::Result<Lines> {
        let begin = batch.lines.len();
        batch.lines.push(first);
        let mut shipment = Lines { lines: begin..begin + 1, is_too_long: false, is_apart: false };
        let Some(id) = id else { return Ok(shipment) };
        let mut bytes = first.end - first.start;
        while let Some((line, end, other)) = self.line(batch)? {
            if is_blank(batch, &line) {
                self.pass(&line, end);
                continue;
            }
            if other.as_ref() != Some(&id) {
                let text = line.of(&batch.text).to_vec();
                batch.text.truncate(line.start);
                self.ahead = Some(Ahead { line: Line { start: 0, end: text.len(), ..line }, text, end, id: other });
                break;
            }
            self.pass(&line, end);
            bytes += line.end - line.start;
            match batch.lines.len() - begin < MOST_LINES && bytes <= LONGEST_LINE {
                true => batch.lines.push(line),
                false => {
                    batch.text.truncate(line.start);
                    shipment.is_too_long = true;
                }
            }
        }
        shipment.lines = begin..batch.lines.len();
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let name = hasher.finish();
        shipment.is_apart = self.at.recent.contains(&name);
        self.at.recent.push_back(name);
        if self.at.recent.len() > REMEMBERED {
            self.at.recent.pop_front();
        }
        Ok(shipment)
    }

    /// Goes on behind a line.
    fn pass(&mut self, line: &Line, end: u64) {
        self.at.byte = end;
        self.at.line = line.number + 1;
        self.at.line += line.more;
    }

    /// The next line, where it ends, and the shipment that it names where each line holds an element of one.
    fn line(&mut self, batch: &mut Batch) -> std::io::Result<Option<Next>> {
        if let Some(Ahead { text, line, end, id }) = self.ahead.take() {
            let start = batch.text.len();
            batch.text.extend_from_slice(&text);
            return Ok(Some((Line { start, end: start + text.len(), ..line }, end, id)));
        }
        let Some(Reading::Lines(file)) = &mut self.file else { return Ok(None) };
        let read = match batch.columns {
            Some(_) => record(file, &mut batch.text)?,
            None => next_line(file, &mut batch.text)?,
        };
        let Some((line, length)) = read else { return Ok(None) };
        let each = batch.columns.as_deref().filter(|columns| columns.each.is_some());
        let id = each.and_then(|columns| self.cutter.cell(line.of(&batch.text), columns.id?)).filter(|id| !id.is_empty());
        Ok(Some((Line { number: self.at.line, ..line }, self.at.byte + length, id)))
    }
}

fn is_blank(batch: &Batch, line: &Line) -> bool {
    !line.is_too_long && line.of(&batch.text).iter().all(u8::is_ascii_whitespace)
}
