//! Files of shipments in batches: read once, in order, however large they are.

use super::arrow::View;
use super::columns::Columns;
use super::cutter::Cutter;
use super::inputs::{Format, Input};
use super::lines::{LONGEST_LINE, Line, next_line, record};
use super::parquet::Rows;
use super::trouble::Trouble;
use super::written::{Lines, Unread};
use crate::problem::TableError;
use arrow_array::ArrayRef;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufReader, Seek, SeekFrom};
use std::sync::Arc;

/// How many shipments a batch holds, and about how many bytes.
const MOST_SHIPMENTS: usize = 4096;
const MOST_BYTES: u64 = 1 << 20;
/// How many rows of arrays a batch holds at the most: they take less room than lines.
pub(super) const MOST_ROWS: usize = 8192;
/// The first batches of a file hold fewer, so that there is something to do for every processor where few shipments take long.
const FIRST_SHIPMENTS: u64 = 16;
/// How many lines one shipment may have.
const MOST_LINES: usize = 10_000;
/// So many shipments back it is noticed that a shipment's lines do not stand together.
const REMEMBERED: usize = 4096;

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
    /// The line before did not say which shipment it is of.
    #[serde(default)]
    is_behind_unnamed: bool,
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

impl<'i> Batches<'i> {
    /// The batches of files from a position on.
    pub(super) fn new(inputs: &'i [Input], at: Position) -> Batches<'i> {
        Batches { inputs, at, file: None, ahead: None, cutter: Cutter::new() }
    }

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
            return Rows::open(&input.path, self.at.line - 1, MOST_ROWS).map(|rows| Reading::Rows(Box::new(rows)));
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
        let mut shipment = Lines { lines: begin..begin + 1, trouble: None };
        let is_behind_unnamed = std::mem::take(&mut self.at.is_behind_unnamed);
        let Some(id) = id else {
            if batch.columns.as_deref().is_some_and(|columns| columns.each.is_some() && columns.id.is_some()) {
                shipment.trouble = Some(Trouble::Unnamed);
                self.at.is_behind_unnamed = true;
            }
            return Ok(shipment);
        };
        if is_behind_unnamed {
            shipment.trouble = Some(Trouble::BesideUnnamed);
        }
        let mut bytes = first.end - first.start;
        while let Some((line, end, other)) = self.line(batch)? {
            if is_blank(batch, &line) {
                self.pass(&line, end);
                continue;
            }
            if other.as_ref() != Some(&id) {
                if other.is_none() {
                    shipment.trouble = Some(Trouble::BesideUnnamed);
                }
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
                    shipment.trouble = Some(Trouble::TooLong);
                }
            }
        }
        shipment.lines = begin..batch.lines.len();
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let name = hasher.finish();
        if self.at.recent.contains(&name) {
            shipment.trouble = Some(Trouble::Apart);
        }
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
        let read = match &batch.columns {
            Some(columns) => record(file, &mut batch.text, Some(columns.all.len()))?,
            None => next_line(file, &mut batch.text)?,
        };
        let Some((line, length)) = read else { return Ok(None) };
        let each = batch.columns.as_deref().filter(|columns| columns.each.is_some());
        let id = each.and_then(|columns| columns.id).filter(|id| line.is_certain(*id));
        let text = line.of(&batch.text);
        let id = id.and_then(|id| self.cutter.cell(text, id).or_else(|| self.cutter.cell_in_front(text, id)));
        let id = id.filter(|id| !id.is_empty());
        Ok(Some((Line { number: self.at.line, ..line }, self.at.byte + length, id)))
    }
}

/// Nothing stands on the line; of a table of items, also where programs write a comma for each of its columns.
fn is_blank(batch: &Batch, line: &Line) -> bool {
    let is_of_items = || batch.columns.as_deref().is_some_and(|columns| columns.each.is_some());
    let is_nothing = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',' && is_of_items();
    !line.is_too_long && line.of(&batch.text).iter().all(is_nothing)
}
