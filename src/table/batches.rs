//! Files of shipments in batches: read once, in order, however large they are.

use super::columns::Columns;
use super::cutter::{Cutter, Quotes};
use super::lines::{LONGEST_LINE, Line, next_line};
use super::problem::TableError;
use super::records::{Record, Records};
use super::written::{From, Lines, Text, Unread, Written};
use crate::check::CheckedPolicy;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many shipments a batch holds, and about how many bytes.
const MOST_SHIPMENTS: usize = 1024;
const MOST_BYTES: u64 = 1 << 20;
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
        match path.extension().and_then(|extension| extension.to_str()) {
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
struct Input {
    path: PathBuf,
    format: Format,
    columns: Option<Arc<Columns>>,
    /// Where the first shipment begins.
    start: u64,
    size: u64,
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

impl Position {
    /// A row as a shipment, and on to the next one.
    fn record(&mut self, record: Record) -> Unread {
        self.line += 1;
        Unread { file: self.file, from: From::Record(self.line - 1, record) }
    }
}

/// Shipments that are read, judged and written together.
pub(super) struct Batch {
    pub(super) columns: Option<Arc<Columns>>,
    pub(super) shipments: Vec<Unread>,
    /// Where the next batch begins.
    pub(super) end: Position,
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

    /// How many bytes they have together.
    pub fn size(&self) -> u64 {
        self.0.iter().map(|input| input.size).sum()
    }

    /// What identifies them: their names and sizes.
    pub fn identity(&self) -> Vec<(String, u64)> {
        self.0.iter().map(|input| (input.path.display().to_string(), input.size)).collect()
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
    pub fn shipments(&self) -> impl Iterator<Item = Result<Written, TableError>> {
        let mut batches = self.batches(Position::default());
        let batch = move || batches.next().transpose();
        let mut cutter = Cutter::new();
        std::iter::from_fn(batch).flat_map(move |batch| match batch {
            Ok(batch) => batch.shipments.iter().map(|one| Ok(one.read(batch.columns.as_ref(), &mut cutter))).collect::<Vec<_>>(),
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
    if format == Format::Parquet {
        let columns = Some(Arc::new(super::records::columns(policy, path)?));
        return Ok(Input { path: path.into(), format, columns, start: 0, size: described.len() });
    }
    let mut file = BufReader::new(file);
    let mark = byte_order_mark(&mut file).map_err(reading)?;
    let mut input = Input { path: path.into(), format, columns: None, start: mark, size: described.len() };
    if format == Format::Csv {
        let record = record(&mut file).map_err(reading)?;
        let empty = || {
            TableError::new("ukase::table::column", format!("{} is empty", path.display()), "the first line names the columns")
        };
        let (text, length) = record.ok_or_else(|| vec![empty()])?;
        let names = Cutter::new().cells(&text).ok_or_else(|| vec![not_text(path)])?;
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

/// A line of a flat file: a cell in quotes may go over several.
fn record(file: &mut BufReader<File>) -> std::io::Result<Option<(Line, u64)>> {
    let Some(mut line) = next_line(file)? else { return Ok(None) };
    let (mut length, mut quotes) = (line.length, Quotes::default());
    quotes.read(&line.text);
    while quotes.is_open() && !line.is_too_long {
        let Some(more) = next_line(file)? else { break };
        length += more.length;
        line.is_too_long = more.is_too_long || line.text.len() + more.text.len() > LONGEST_LINE;
        if !line.is_too_long {
            quotes.read(b"\n");
            quotes.read(&more.text);
            line.text.push(b'\n');
            line.text.extend(more.text);
        }
    }
    Ok(Some((line, length)))
}

/// A file that is being read.
enum Reading {
    Lines(BufReader<File>),
    Records(Box<Records>),
}

/// A line, where it ends, and the `id` that it names.
type Next = (Text, u64, Option<Vec<u8>>);

/// The batches of files, one after the other.
pub(super) struct Batches<'i> {
    inputs: &'i [Input],
    at: Position,
    file: Option<Reading>,
    /// The line that was read last and belongs to the next shipment.
    ahead: Option<Next>,
    cutter: Cutter,
}

impl Batches<'_> {
    /// The next batch, if there is one.
    ///
    /// # Errors
    /// That a file cannot be read.
    pub(super) fn next(&mut self) -> Result<Option<Batch>, TableError> {
        while let Some(input) = self.inputs.get(self.at.file) {
            let reading = |error: std::io::Error| TableError::reading(&input.path, &error);
            if self.file.is_none() {
                self.file = Some(self.open(input)?);
            }
            let begin = self.at.byte;
            let mut shipments = Vec::new();
            while shipments.len() < MOST_SHIPMENTS && self.at.byte - begin < MOST_BYTES {
                let shipment = match &mut self.file {
                    Some(Reading::Records(records)) => records.next(&input.path)?.map(|record| self.at.record(record)),
                    _ => self.shipment(input.columns.as_deref()).map_err(reading)?,
                };
                match shipment {
                    Some(shipment) => shipments.push(shipment),
                    None => break,
                }
            }
            if shipments.is_empty() {
                self.file = None;
                self.at = Position { file: self.at.file + 1, ..Position::default() };
                continue;
            }
            return Ok(Some(Batch { columns: input.columns.clone(), shipments, end: self.at.clone() }));
        }
        Ok(None)
    }

    /// Opens a file where reading goes on.
    fn open(&mut self, input: &Input) -> Result<Reading, TableError> {
        if let (Format::Parquet, Some(columns)) = (input.format, &input.columns) {
            self.at.line = self.at.line.max(1);
            return Records::open(&input.path, columns.clone(), self.at.line - 1)
                .map(|records| Reading::Records(Box::new(records)));
        }
        let reading = |error: std::io::Error| TableError::reading(&input.path, &error);
        let mut file = BufReader::with_capacity(1 << 20, File::open(&input.path).map_err(reading)?);
        if self.at.line == 0 {
            (self.at.byte, self.at.line) = (input.start, if input.columns.is_some() { 2 } else { 1 });
        }
        file.seek(SeekFrom::Start(self.at.byte)).map_err(reading)?;
        Ok(Reading::Lines(file))
    }

    fn shipment(&mut self, columns: Option<&Columns>) -> std::io::Result<Option<Unread>> {
        loop {
            let Some((first, end, id)) = self.line(columns)? else { return Ok(None) };
            if first.is_blank() {
                self.pass(&first, end);
                continue;
            }
            return self.lines_of(columns, first, end, id).map(Some);
        }
    }

    /// The lines of the shipment that begins with a line.
    fn lines_of(&mut self, columns: Option<&Columns>, first: Text, end: u64, id: Option<Vec<u8>>) -> std::io::Result<Unread> {
        let (file, mut shipment) = (self.at.file, Lines { lines: vec![first], is_too_long: false, is_apart: false });
        self.pass(&shipment.lines[0], end);
        let Some(id) = id.filter(|_| columns.is_some_and(|columns| columns.each.is_some())) else {
            return Ok(Unread { file, from: From::Lines(shipment) });
        };
        let mut bytes = shipment.lines[0].line.text.len();
        while let Some((line, end, other)) = self.line(columns)? {
            if line.is_blank() {
                self.pass(&line, end);
                continue;
            }
            if other.as_ref() != Some(&id) {
                self.ahead = Some((line, end, other));
                break;
            }
            self.pass(&line, end);
            bytes += line.line.text.len();
            match shipment.lines.len() < MOST_LINES && bytes <= LONGEST_LINE {
                true => shipment.lines.push(line),
                false => shipment.is_too_long = true,
            }
        }
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let name = hasher.finish();
        shipment.is_apart = self.at.recent.contains(&name);
        self.at.recent.push_back(name);
        if self.at.recent.len() > REMEMBERED {
            self.at.recent.pop_front();
        }
        Ok(Unread { file, from: From::Lines(shipment) })
    }

    /// Goes on behind a line.
    fn pass(&mut self, line: &Text, end: u64) {
        self.at.byte = end;
        self.at.line = line.number + 1 + line.line.text.iter().filter(|byte| **byte == b'\n').count() as u64;
    }

    /// The next line, where it ends, and the shipment that it names.
    fn line(&mut self, columns: Option<&Columns>) -> std::io::Result<Option<Next>> {
        if let Some(ahead) = self.ahead.take() {
            return Ok(Some(ahead));
        }
        let Some(Reading::Lines(file)) = &mut self.file else { return Ok(None) };
        let read = match columns {
            Some(_) => record(file)?,
            None => next_line(file)?.map(|line| {
                let length = line.length;
                (line, length)
            }),
        };
        let Some((line, length)) = read else { return Ok(None) };
        let each = columns.filter(|columns| columns.each.is_some());
        let id = each.and_then(|columns| self.cutter.cell(&line, columns.id?)).filter(|id| !id.is_empty());
        let number = self.at.line;
        Ok(Some((Text { number, line }, self.at.byte + length, id)))
    }
}
