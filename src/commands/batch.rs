//! `ukase batch POLICY INPUT… -o OUTPUT`

use super::pace::Pace;
use super::policy::usage;
use super::regime::{Choices, Regime, open_one};
use super::target::{files_of, replaceable, spare, whole};
use super::terminal;
use super::unfinished::Unfinished;
use crate::diagnostic::printable;
use crate::eval::Judge;
use crate::table::{
    Inputs, Job, LineFormat, Output, RowColumn, RowFormat, RowShape, Summary, TableError, Terms, files, is_guarded,
    missing_facts, run,
};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::HashSet;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Judge files of shipments of any size: one row for each item, with a summary; what cannot be read is set aside with its reason.
#[derive(Debug, Args)]
pub(crate) struct Batch {
    /// A folder or file, perhaps at a version: `POLICY@2025-12-01,known=2025-10-09`, `POLICY@october`.
    policy: String,
    /// Files of shipments, or patterns such as `2025-*.csv`: .jsonl (one object a line), .csv (flat lines under the names of columns) or .parquet (one shipment a row).
    #[arg(value_name = "INPUT", required = true, num_args = 1..)]
    inputs: Vec<String>,
    /// The file for the rows: .jsonl, .csv or .parquet. Beside it stand OUTPUT.rejected.jsonl, with what was set aside, and OUTPUT.open.jsonl, with what
    /// --explain-open explains. `-` is standard output, as JSON lines.
    #[arg(short, long, value_name = "OUTPUT")]
    output: PathBuf,
    /// Write these columns only, in this order, such as `id,outcome,clauses`. All of them are id, item, outcome, possible, status, covered, clauses, needs, duties, on, known_on, digest, exact, questions.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,
    /// Write the columns of the input in front, each row beside its own, from Parquet to Parquet: what the input's columns hold is copied as it is. A
    /// shipment that is set aside has a row, with the status `rejected`. For policies that judge a shipment as a whole.
    #[arg(long)]
    with_input: bool,
    /// Stop before the first shipment if the policy asks for a fact that no column states. Without this the facts are named, and the run goes on:
    /// what nobody states is unknown. Objects in JSON have no columns, and are not looked at.
    #[arg(long)]
    complete: bool,
    /// Go on with a run that was interrupted.
    #[arg(long)]
    resume: bool,
    /// Write what was counted as JSON.
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
    /// Explain the first N shipments that are open, in OUTPUT.open.jsonl; beside standard output there is no such file.
    #[arg(long, value_name = "N", default_value_t = 0)]
    explain_open: usize,
    /// Judge with so many threads, in place of as many as there are processors.
    #[arg(long, value_name = "N", value_parser = threads)]
    threads: Option<NonZero<usize>>,
    #[command(flatten)]
    choices: Choices,
}

impl Batch {
    pub(crate) fn run(self) -> ExitCode {
        keep_quiet_over_broken_files();
        let regime = match open_one(&self.policy, &self.choices) {
            Ok(regime) => regime,
            Err(code) => return code,
        };
        match self.summary(&regime) {
            Ok((summary, file)) => self.told(&summary, file, &regime),
            Err(code) => code,
        }
    }

    /// What the run counts, and the file for it, which is begun before the first shipment is read, so that what is counted has a place.
    fn summary(&self, regime: &Regime) -> Result<(Summary, Option<Unfinished>), ExitCode> {
        let paths = paths(&self.inputs).map_err(|problems| terminal::stop(&problems))?;
        let columns = match self.columns.as_slice() {
            [] => Vec::new(),
            names => RowColumn::chosen(names).map_err(|problems| misused(&problems))?,
        };
        self.places(&paths, regime)?;
        let (output, format) = self.output()?;
        let inputs = Inputs::open(&regime.policy, &paths).map_err(|problems| terminal::stop(&problems))?;
        if self.complete && !inputs.have_columns() {
            return Err(usage(
                "--complete asks for columns, and objects in JSON have none: each may state what it wants. Leave it out",
            ));
        }
        let settings = &regime.settings;
        let judge = Judge::new(&regime.policy, settings.known);
        let terms =
            Terms { judge: &judge, on: settings.on, readings: settings.readings.clone(), background: regime.background() };
        self.tell_of_missing(&missing_facts(&terms, &inputs), &regime.policy.name)?;
        let begin =
            |path: &PathBuf| Unfinished::begin(path).map_err(|error| terminal::stop(&[TableError::writing(path, &error)]));
        let file = self.summary.as_ref().map(begin).transpose()?;
        let job = Job {
            terms,
            inputs: &inputs,
            output,
            shape: RowShape::new(format, &columns),
            resume: self.resume,
            explain_open: self.explain_open,
            threads: self.threads.map(NonZero::get),
        };
        let bar = progress(inputs.size());
        let mut pace = Pace::new();
        let summary = run(&job, |bytes, shipments| {
            bar.set_position(bytes);
            bar.set_message(format!("{shipments} shipments"));
            pace.is_time()
        });
        bar.finish_and_clear();
        summary.map(|summary| (summary, file)).map_err(|problems| terminal::stop(&problems))
    }

    /// Facts without a column: told, since every shipment leaves them open, or with `--complete` the end of the run.
    fn tell_of_missing(&self, facts: &[String], policy: &str) -> Result<(), ExitCode> {
        if facts.is_empty() {
            return Ok(());
        }
        let message = format!("no column states what {policy} asks for: {}", facts.join(", "));
        if self.complete {
            let help = "add the columns, or leave out --complete: what nobody states is unknown";
            return Err(terminal::stop(&[TableError::new("ukase::table::column", message, help)]));
        }
        terminal::complain(&printable(&format!("{message}; each shipment leaves that open\n")));
        Ok(())
    }

    /// What is known to fail, told before the first shipment is read: a file that is written is no other's, and none that is read.
    fn places(&self, inputs: &[PathBuf], regime: &Regime) -> Result<(), ExitCode> {
        if self.summary.as_deref() == Some(Path::new("-")) {
            return Err(usage("the summary goes to a file of its own: name one, such as --summary out.json"));
        }
        if self.is_standard() && self.resume {
            return Err(usage("what went to standard output cannot be gone on with: name a file by -o to use --resume"));
        }
        let rows = if self.is_standard() { Vec::new() } else { files(&self.output).to_vec() };
        if let Some(summary) = self.summary.as_ref().filter(|summary| spare(&rows, &[summary.to_path_buf()]).is_err()) {
            return Err(usage(&format!("{} is to hold the rows and the summary: name another file for one", summary.display())));
        }
        replaceable(&rows).map_err(|message| usage(&message))?;
        let written: Vec<PathBuf> = rows.into_iter().chain(self.summary.clone()).collect();
        let own = files_of(&self.policy, &regime.policy).into_iter().chain(self.choices.profile_file().map(PathBuf::from));
        let read: Vec<PathBuf> = inputs.iter().cloned().chain(own).collect();
        spare(&written, &read).map_err(|message| usage(&message))?;
        match written.iter().find(|path| path.is_dir()) {
            Some(folder) => Err(usage(&format!("{} is a folder: name a file", folder.display()))),
            None => Ok(()),
        }
    }

    /// The rows go to standard output.
    fn is_standard(&self) -> bool {
        self.output == Path::new("-")
    }

    /// Where the rows go, and how they are written.
    fn output(&self) -> Result<(Output, RowFormat), ExitCode> {
        let (output, format) = match self.is_standard() {
            true => (Output::Standard, Ok(RowFormat::Lines(LineFormat::Jsonl))),
            false => (Output::File(self.output.clone()), RowFormat::of(&self.output)),
        };
        match format.map_err(|problem| terminal::stop(&[problem]))? {
            RowFormat::Parquet if self.with_input => Ok((output, RowFormat::Beside)),
            _ if self.with_input => Err(usage("--with-input writes Parquet beside Parquet: name a file such as -o out.parquet")),
            format => Ok((output, format)),
        }
    }

    /// Tells what was counted; whether a shipment was set aside, or reaches the outcome at which a verdict fails, the exit code says too.
    fn told(&self, summary: &Summary, file: Option<Unfinished>, regime: &Regime) -> ExitCode {
        if let Some(file) = file {
            let (path, text) = (file.path().to_path_buf(), serde_json::to_string_pretty(summary).unwrap_or_default());
            if let Err(error) = file.finish(&(text + "\n")) {
                return terminal::stop(&[TableError::writing(&path, &error)]);
            }
        }
        terminal::complain(&printable(summary.text().trim_end()));
        let reaches =
            |limit: usize| summary.possible.iter().any(|name| regime.policy.outcome(name).is_some_and(|at| at >= limit));
        let is_clean = summary.rejected == 0 && !regime.settings.fail_at.is_some_and(reaches);
        if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Broken files are told as such, and not as panics of the library that reads them.
fn keep_quiet_over_broken_files() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !is_guarded() {
            usual(panic);
        }
    }));
}

/// How many threads judge, as somebody wrote it.
fn threads(text: &str) -> Result<NonZero<usize>, String> {
    text.parse().map_err(|_| "write 1 or more, or leave it out for as many as there are processors".into())
}

/// A usage error with its problems, each with what to do.
fn misused(problems: &[TableError]) -> ExitCode {
    terminal::stop(problems);
    ExitCode::from(2)
}

/// The files that are named, those of a pattern in the order of their names, each once however often it is named.
fn paths(named: &[String]) -> Result<Vec<PathBuf>, Vec<TableError>> {
    let (mut found, mut seen, mut problems) = (Vec::new(), HashSet::new(), Vec::new());
    for name in named {
        match of_pattern(name) {
            Ok(paths) => found.extend(paths.into_iter().filter(|path| whole(path).is_none_or(|path| seen.insert(path)))),
            Err(more) => problems.extend(more),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

/// The file of a name, or those of a pattern.
fn of_pattern(name: &str) -> Result<Vec<PathBuf>, Vec<TableError>> {
    if Path::new(name).exists() || !name.contains(['*', '?', '[']) {
        return Ok(vec![name.into()]);
    }
    let wrong = |message: String, help: &str| TableError::new("ukase::table::input", message, help);
    let help = "`*` stands for any part of a name, `**` for any folders";
    let matches = glob::glob(name).map_err(|error| vec![wrong(format!("`{name}` is no pattern: {error}"), help)])?;
    let (mut paths, mut problems) = (Vec::new(), Vec::new());
    for one in matches {
        match one {
            Ok(path) => paths.extend(path.is_file().then_some(path)),
            // What cannot be looked into may hold shipments.
            Err(error) => {
                let message = format!("`{name}`: {} cannot be looked into: {}", error.path().display(), error.error());
                problems.push(wrong(message, "give the permission to read it, or name the files one by one"));
            }
        }
    }
    if paths.is_empty() && problems.is_empty() {
        problems.push(wrong(format!("no file has a name like `{name}`"), help));
    }
    paths.sort();
    if problems.is_empty() { Ok(paths) } else { Err(problems) }
}

/// A bar with the rate and the time that remains, on a terminal only.
fn progress(bytes: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {msg}  {bytes_per_sec}  {eta} left");
    style.map_or(bar.clone(), |style| bar.with_style(style))
}
