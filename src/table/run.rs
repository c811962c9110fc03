//! A run: shipments are read by one thread, judged by as many as there are processors, and written in their order.

use super::batches::{Batch, Position};
use super::inputs::Inputs;
use super::journal::Journal;
use super::output::{Done, Files, Sink, Standard};
use super::parquet::Beside;
use super::room::Room;
use super::rows::{RowFormat, RowShape};
use super::summary::Summary;
use super::worker::{Judged, Worker, push_line};
use crate::eval::Judge;
use crate::facts::Background;
use crate::problem::TableError;
use crate::side_by_side::{STACK, processors};
use crate::value::Date;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

/// The most threads that judge.
const MOST_THREADS: usize = 256;
/// How many batches wait for each thread.
const WAITING: usize = 2;

/// Where the rows go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// A file, and others beside it.
    File(PathBuf),
    /// Standard output.
    Standard,
}

/// How shipments are judged.
#[derive(Clone)]
pub struct Terms<'j> {
    /// The policy, ready to judge.
    pub judge: &'j Judge<'j>,
    /// The day judged, in place of each shipment's own.
    pub on: Option<Date>,
    /// The reading chosen for each question.
    pub readings: Vec<Option<usize>>,
    /// What counts beside what a shipment says itself.
    pub background: Background<'j>,
}

/// What is to be judged, how, and where the verdicts go.
pub struct Job<'j> {
    /// How shipments are judged.
    pub terms: Terms<'j>,
    /// The shipments.
    pub inputs: &'j Inputs,
    /// Where the rows go.
    pub output: Output,
    /// How they are written.
    pub shape: RowShape,
    /// Goes on with a run that was interrupted.
    pub resume: bool,
    /// How many open shipments are explained.
    pub explain_open: usize,
    /// How many threads judge; none: as many as there are processors.
    pub threads: Option<usize>,
}

/// Runs a job; `progress` is told how many bytes of the inputs are done, and how many shipments, and says whether it is time to write down how
/// far the run has come.
///
/// # Errors
/// That a file cannot be read or written; everything that keeps rows from standing beside those of the input, where they are to. A shipment that cannot be
/// read stops nothing: it is set aside.
pub fn run(job: &Job<'_>, progress: impl FnMut(u64, u64) -> bool) -> Result<Summary, Vec<TableError>> {
    let beside = job.beside()?;
    run_beside(job, beside, progress).map_err(|problem| vec![problem])
}

fn run_beside(job: &Job<'_>, beside: Option<Beside>, mut progress: impl FnMut(u64, u64) -> bool) -> Result<Summary, TableError> {
    let begun = job.begun()?;
    let mut sink: Box<dyn Sink> = match &job.output {
        Output::File(path) => Box::new(Files::open(path, &job.shape, beside, begun.as_ref())?),
        Output::Standard => Box::new(Standard),
    };
    let mut journal = begun.unwrap_or_else(|| Journal { identity: job.identity(), ..Journal::default() });
    let (explained, rooms) = (AtomicUsize::new(journal.explained), Rooms::default());
    let mut is_due = false;
    job.judged(journal.position.clone(), &explained, &rooms, |judged| {
        let (judged, end) = judged;
        let room = job.explain_open.saturating_sub(journal.explained);
        let explanations = judged.explained.into_iter().take(room).inspect(|_| journal.explained += 1);
        let mut done =
            Done { rows: judged.rows, arrays: judged.arrays, explained: explanations.flatten().collect(), ..Done::default() };
        judged.rejected.iter().for_each(|rejected| push_line(&mut done.rejected, rejected));
        explained.store(journal.explained, Ordering::Relaxed);
        sink.write(&done)?;
        rooms.rows.give(done.rows);
        journal.summary.add(judged.summary);
        journal.position = end;
        is_due |= progress(job.inputs.bytes_before(&journal.position), journal.summary.shipments);
        match is_due && sink.is_at_rest() {
            true => {
                is_due = false;
                sink.keep(journal.clone())
            }
            false => Ok(()),
        }
    })?;
    let summary = journal.summary.clone();
    sink.finish(journal)?;
    Ok(summary)
}

/// Room that batches hand on.
#[derive(Default)]
struct Rooms {
    /// For what is read.
    texts: Room,
    /// For what is written.
    rows: Room,
}

type Numbered<T> = (usize, Result<T, TableError>);

impl Job<'_> {
    /// What makes two runs the same: only then one may go on with what the other began.
    fn identity(&self) -> Map<String, Value> {
        let day = |day: Option<Date>| day.map(|day| day.to_string());
        let parts = [
            ("policy", json!(self.terms.judge.policy.digest)),
            ("day judged", json!(day(self.terms.on))),
            ("day known", json!(day(self.terms.judge.program().known_on))),
            ("readings", json!(self.terms.readings)),
            ("assumptions", json!(self.terms.background.assumptions)),
            ("input (or it was changed)", json!(self.inputs.identity())),
            ("format or columns", json!(self.shape)),
            ("number of explanations", json!(self.explain_open)),
        ];
        parts.into_iter().map(|(name, part)| (name.to_string(), part)).collect()
    }

    /// The input whose columns stand in front of those of the rows, if they are to.
    fn beside(&self) -> Result<Option<Beside>, Vec<TableError>> {
        if self.shape.format() != RowFormat::Beside {
            return Ok(None);
        }
        let judge = self.terms.judge;
        if judge.program().bindings.iter().any(|scope| *scope != 0) {
            let message = format!("{} judges each item by itself, so that a shipment may have many rows", judge.policy.name);
            let help = "leave out --with-input, and join the rows to the input by their `id`";
            return Err(vec![TableError::new("ukase::table::beside", message, help)]);
        }
        Beside::of(self.inputs.files(), self.shape.columns()).map(Some)
    }

    /// How far an interrupted run came, if this one is to go on with it.
    fn begun(&self) -> Result<Option<Journal>, TableError> {
        let Output::File(path) = &self.output else { return Ok(None) };
        let Some(journal) = Journal::read(path)? else { return Ok(None) };
        let file = super::journal::path(path);
        if !self.resume {
            let message = format!("a run that writes {} was interrupted", path.display());
            let help = format!("go on with --resume, or remove {} to begin anew", file.display());
            return Err(TableError::new("ukase::table::interrupted", message, help));
        }
        let differ: Vec<String> = self
            .identity()
            .into_iter()
            .filter(|(name, part)| journal.identity.get(name) != Some(part))
            .map(|(name, _)| if name.ends_with('s') { format!("other {name}") } else { format!("another {name}") })
            .collect();
        if !differ.is_empty() {
            let message = format!("the run that writes {} was begun with {}", path.display(), differ.join(" and "));
            let help = format!("go on with what it had then, or remove {} to begin anew", file.display());
            return Err(TableError::new("ukase::table::other_run", message, help));
        }
        Ok(Some(journal))
    }

    /// Judges all batches from a position on, and hands them over in their order.
    fn judged(
        &self,
        from: Position,
        explained: &AtomicUsize,
        rooms: &Rooms,
        mut take: impl FnMut((Judged, Position)) -> Result<(), TableError>,
    ) -> Result<(), TableError> {
        let threads = threads_of(self.threads);
        let (batches, waiting) = sync_channel::<Numbered<Batch>>(threads * WAITING);
        let (finished, results) = sync_channel::<Numbered<(Judged, Position)>>(threads * WAITING);
        // So many batches are read and not written: one that takes long holds up the others, in place of filling the memory with them.
        let (begin, begun) = sync_channel::<()>(threads * WAITING * 2);
        let waiting = Arc::new(Mutex::new(waiting));
        thread::scope(|scope| {
            let mut working = 0;
            for _ in 0..threads {
                let (waiting, finished) = (waiting.clone(), finished.clone());
                let work = move || self.work(&waiting, &finished, explained, rooms);
                working += usize::from(thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).is_ok());
            }
            // Only those that work keep the channels open: when they end, so does the reading.
            drop((waiting, finished));
            if working == 0 {
                return Err(TableError::without_threads());
            }
            scope.spawn(|| self.read(from, rooms, &batches_of(batches, begin)));
            let take = &mut take;
            // The room goes with it: once nobody takes, nothing more is read.
            in_order(results, move |judged| {
                let taken = take(judged);
                let _ = begun.recv();
                taken
            })
        })
    }

    fn read(&self, from: Position, rooms: &Rooms, hand_over: &dyn Fn(Numbered<Batch>) -> bool) {
        let mut source = self.inputs.batches(from);
        for number in 0.. {
            let batch = match source.next(rooms.texts.take()) {
                Ok(Some(batch)) => Ok(batch),
                Ok(None) => return,
                Err(problem) => Err(problem),
            };
            let is_last = batch.is_err();
            // Nobody takes it where the run has failed.
            if !hand_over((number, batch)) || is_last {
                return;
            }
        }
    }

    fn work(
        &self,
        waiting: &Mutex<Receiver<Numbered<Batch>>>,
        finished: &SyncSender<Numbered<(Judged, Position)>>,
        explained: &AtomicUsize,
        rooms: &Rooms,
    ) {
        let mut worker = Worker::new(&self.terms, &self.shape, self.explain_open);
        loop {
            let next = waiting.lock().map_or(None, |waiting| waiting.recv().ok());
            let Some((number, batch)) = next else { return };
            let judged = batch.and_then(|batch| {
                let explained = explained.load(Ordering::Relaxed);
                // A thread that ended here would leave the others waiting for its batch.
                let name = self.inputs.name(batch.file);
                let judged = catch_unwind(AssertUnwindSafe(|| worker.judge(&batch, &name, explained, rooms.rows.take())));
                let judged = judged.map(|judged| (judged, batch.end.clone())).map_err(|_| mistaken(&batch));
                rooms.texts.give(batch.text);
                judged
            });
            if finished.send((number, judged)).is_err() {
                return;
            }
        }
    }
}

/// How many threads judge: as many as are wanted, or as there are processors.
pub(super) fn threads_of(wanted: Option<usize>) -> usize {
    wanted.unwrap_or_else(processors).clamp(1, MOST_THREADS)
}

/// Judging a batch panicked.
pub(super) fn mistaken(batch: &Batch) -> TableError {
    let message = format!("a shipment of those before line {} cannot be judged: that is a mistake of Ukase", batch.end.line);
    TableError::new("ukase::table::mistake", message, "report it with these shipments; once they are taken out, begin anew")
}

/// Hands a batch over once there is room for it; whether somebody took it.
fn batches_of(batches: SyncSender<Numbered<Batch>>, begin: SyncSender<()>) -> impl Fn(Numbered<Batch>) -> bool {
    move |batch| begin.send(()).is_ok() && batches.send(batch).is_ok()
}

/// Hands over results by their numbers, whichever came first.
fn in_order<T>(results: Receiver<Numbered<T>>, mut take: impl FnMut(T) -> Result<(), TableError>) -> Result<(), TableError> {
    let (mut early, mut next) = (BTreeMap::new(), 0);
    for (number, result) in results {
        early.insert(number, result);
        while let Some(result) = early.remove(&next) {
            take(result?)?;
            next += 1;
        }
    }
    Ok(())
}
