//! Where rows go: files that take the place of older ones only once they are whole, or standard output.

use super::checked::{Checked, Stamp};
use super::journal::{Journal, beside, damaged, unfinished};
use super::parquet::{Beside, Groups};
use super::rows::{LineFormat, RowFormat, RowShape, header};
use crate::problem::TableError;
use arrow_array::RecordBatch;
use std::fs::{self, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// What a batch came to, as it is written: rows, shipments that were set aside, open shipments explained.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) rows: Vec<u8>,
    /// The rows as arrays, where they go to a Parquet file.
    pub(super) arrays: Option<RecordBatch>,
    pub(super) rejected: Vec<u8>,
    pub(super) explained: Vec<u8>,
}

/// Takes what is done, in order.
pub(super) trait Sink {
    fn write(&mut self, done: &Done) -> Result<(), TableError>;
    /// What was written so far can be kept.
    fn is_at_rest(&self) -> bool;
    /// Everything written so far stays, whatever happens next.
    fn keep(&mut self, journal: Journal) -> Result<(), TableError>;
    /// Everything is written, as the journal says.
    fn finish(self: Box<Self>, journal: Journal) -> Result<(), TableError>;
}

/// Standard output; shipments that were set aside go to standard error.
pub(super) struct Standard;

impl Sink for Standard {
    fn write(&mut self, done: &Done) -> Result<(), TableError> {
        let failed = |error: std::io::Error| TableError::writing(Path::new("standard output"), &error);
        let mut out = std::io::stdout().lock();
        out.write_all(&done.rows).and_then(|()| out.flush()).map_err(failed)?;
        // Where nobody listens to standard error, nobody misses it.
        let _ = std::io::stderr().lock().write_all(&done.rejected);
        Ok(())
    }

    fn is_at_rest(&self) -> bool {
        true
    }

    fn keep(&mut self, _: Journal) -> Result<(), TableError> {
        Ok(())
    }

    fn finish(self: Box<Self>, _: Journal) -> Result<(), TableError> {
        Ok(())
    }
}

/// The files of an output: its rows, what was set aside, what was explained.
pub(super) struct Files {
    output: PathBuf,
    rows: Rows,
    parts: [Part; 2],
}

/// Where the rows go.
enum Rows {
    Lines(Part),
    Groups(Box<Groups>),
}

/// A file that is not whole yet.
struct Part {
    path: PathBuf,
    unfinished: PathBuf,
    file: BufWriter<Checked>,
    /// It is there even if nothing is in it.
    is_always: bool,
}

/// The files that a run may write: rows, what was set aside, what was explained.
pub fn files(output: &Path) -> [PathBuf; 3] {
    [output.into(), beside(output, "rejected.jsonl"), beside(output, "open.jsonl")]
}

impl Files {
    /// Begins an output, or goes on with one that was interrupted; `beside` are the columns that stand in front of its own.
    ///
    /// # Errors
    /// That a file cannot be written, or that another run writes to it.
    pub(super) fn open(
        output: &Path,
        shape: &RowShape,
        beside: Option<Beside>,
        from: Option<&Journal>,
    ) -> Result<Files, TableError> {
        let before = |at: usize| from.and_then(|journal| journal.files.get(at)).copied().unwrap_or_default();
        let part = |path: PathBuf, at: usize| Part::open(path, output, before(at), at == 0);
        let mut rows = match shape.format() {
            RowFormat::Lines(_) => Rows::Lines(part(output.into(), 0)?),
            RowFormat::Parquet | RowFormat::Beside => Rows::Groups(Box::new(Groups::open(
                output,
                shape.columns(),
                beside,
                from.map_or_else(Vec::new, |journal| journal.groups.clone()),
            )?)),
        };
        if let (Rows::Lines(part), RowFormat::Lines(LineFormat::Csv), None) = (&mut rows, shape.format(), from) {
            part.write(header(shape.columns()).as_bytes())?;
        }
        let [_, rejected, open] = files(output);
        let parts = [part(rejected, 1)?, part(open, 2)?];
        Ok(Files { output: output.into(), rows, parts })
    }
}

impl Sink for Files {
    fn write(&mut self, done: &Done) -> Result<(), TableError> {
        match (&mut self.rows, &done.arrays) {
            (Rows::Lines(part), _) => part.write(&done.rows)?,
            (Rows::Groups(groups), Some(arrays)) => groups.write(arrays)?,
            (Rows::Groups(_), None) => {}
        }
        self.parts.iter_mut().zip([&done.rejected, &done.explained]).try_for_each(|(part, bytes)| part.write(bytes))
    }

    fn is_at_rest(&self) -> bool {
        match &self.rows {
            Rows::Lines(_) => true,
            Rows::Groups(groups) => groups.is_at_rest(),
        }
    }

    fn keep(&mut self, journal: Journal) -> Result<(), TableError> {
        let (rows, groups) = match &mut self.rows {
            Rows::Lines(part) => (part.stamp()?, Vec::new()),
            Rows::Groups(groups) => (Stamp::default(), groups.done().to_vec()),
        };
        let others = self.parts.iter_mut().map(Part::stamp).collect::<Result<Vec<_>, _>>()?;
        let files = [rows].into_iter().chain(others).collect();
        Journal { files, groups, ..journal }.write(&self.output)
    }

    fn finish(mut self: Box<Self>, journal: Journal) -> Result<(), TableError> {
        if let Rows::Groups(groups) = &mut self.rows {
            groups.settle()?;
        }
        // Where something goes wrong from here on, nothing has to be judged again.
        self.keep(journal)?;
        let Files { output, mut rows, mut parts } = *self;
        match &mut rows {
            Rows::Lines(part) => part.settle()?,
            Rows::Groups(groups) => groups.join()?,
        }
        parts.iter_mut().try_for_each(Part::settle)?;
        // Behind this the run is not gone on with: were it interrupted now, it would begin anew.
        Journal::remove(&output)?;
        match rows {
            Rows::Lines(part) => part.finish()?,
            Rows::Groups(groups) => groups.finish()?,
        }
        parts.into_iter().try_for_each(Part::finish)
    }
}

impl Part {
    /// A file of an output, behind what was written to it before.
    fn open(path: PathBuf, output: &Path, before: Stamp, is_always: bool) -> Result<Part, TableError> {
        let unfinished = unfinished(&path);
        let failed = |error: std::io::Error| TableError::writing(&path, &error);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&unfinished).map_err(failed)?;
        if file.try_lock().is_err() {
            return Err(TableError::locked(&path));
        }
        let file = Checked::behind(file, before).map_err(failed)?.ok_or_else(|| damaged(&unfinished, output))?;
        Ok(Part { file: BufWriter::with_capacity(1 << 20, file), path, unfinished, is_always })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), TableError> {
        self.file.write_all(bytes).map_err(|error| TableError::writing(&self.path, &error))
    }

    /// What was written so far, all of which the file has got.
    fn stamp(&mut self) -> Result<Stamp, TableError> {
        self.file.flush().map_err(|error| TableError::writing(&self.path, &error))?;
        Ok(self.file.get_ref().stamp())
    }

    /// Everything is on the disk.
    fn settle(&mut self) -> Result<(), TableError> {
        self.file.flush().and_then(|()| self.file.get_ref().settle()).map_err(|error| TableError::writing(&self.path, &error))
    }

    /// Takes the place of the file that was there before, once it is settled; where nothing is in it, there is none.
    fn finish(self) -> Result<(), TableError> {
        let failed = |error: std::io::Error| TableError::writing(&self.path, &error);
        if self.file.get_ref().stamp() == Stamp::default() && !self.is_always {
            fs::remove_file(&self.unfinished).map_err(failed)?;
            return match fs::remove_file(&self.path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(error)),
                _ => Ok(()),
            };
        }
        fs::rename(&self.unfinished, &self.path).map_err(failed)
    }
}
