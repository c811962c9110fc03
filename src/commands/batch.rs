//! `ukase batch POLICY INPUT… -o OUTPUT`

use super::pace::Pace;
use super::policy::usage;
use super::regime::{Choices, open_one};
use super::terminal;
use crate::diagnostic::printable;
use crate::eval::Judge;
use crate::table::{Inputs, Job, LineFormat, Output, RowColumn, RowFormat, RowShape, Summary, TableError, Terms, files, run};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
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
    /// Write these columns only, in this order, such as `id,outcome,clauses`. All of them are id, item, outcome, possible, status, covered, clauses, needs, duties, on, known_on, digest.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,
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
    #[arg(long, value_name = "N")]
    threads: Option<NonZero<usize>>,
    #[command(flatten)]
    choices: Choices,
}

impl Batch {
    pub(crate) fn run(self) -> ExitCode {
        match self.summary() {
            Ok(summary) => self.told(&summary),
            Err(code) => code,
        }
    }

    fn summary(&self) -> Result<Summary, ExitCode> {
        let regime = open_one(&self.policy, &self.choices)?;
        let paths = paths(&self.inputs).map_err(|problem| terminal::stop(&[problem]))?;
        let columns = RowColumn::chosen(&self.columns).map_err(|problems| misused(&problems))?;
        let (output, format) = self.output(&paths)?;
        let inputs = Inputs::open(&regime.policy, &paths).map_err(|problems| terminal::stop(&problems))?;
        let settings = &regime.settings;
        let judge = Judge::new(&regime.policy, settings.known);
        let job = Job {
            terms: Terms { judge: &judge, on: settings.on, readings: settings.readings.clone(), background: regime.background() },
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
        summary.map_err(|problem| terminal::stop(&[problem]))
    }

    /// Where the rows go, and how they are written.
    fn output(&self, inputs: &[PathBuf]) -> Result<(Output, RowFormat), ExitCode> {
        if self.summary.as_deref() == Some(Path::new("-")) {
            return Err(usage("the summary goes to a file of its own: name one, such as --summary out.json"));
        }
        if self.output == Path::new("-") {
            return match self.resume {
                true => Err(usage("what went to standard output cannot be gone on with: name a file by -o to use --resume")),
                false => Ok((Output::Standard, RowFormat::Lines(LineFormat::Jsonl))),
            };
        }
        let format = RowFormat::of(&self.output).map_err(|problem| terminal::stop(&[problem]))?;
        let written: Vec<PathBuf> = files(&self.output).into_iter().chain(self.summary.clone()).collect();
        let same = |one: &Path, other: &Path| whole(one).is_some_and(|one| whole(other) == Some(one));
        if let Some(input) = inputs.iter().find(|input| written.iter().any(|path| same(input, path))) {
            return Err(usage(&format!(
                "{} is an input as well as the output, or stands where the run writes: name another output",
                input.display()
            )));
        }
        if let Some(summary) = self.summary.as_ref().filter(|summary| files(&self.output).iter().any(|path| same(summary, path)))
        {
            return Err(usage(&format!("{} is to hold the rows and the summary: name another file for one", summary.display())));
        }
        Ok((Output::File(self.output.clone()), format))
    }

    /// Tells what was counted; whether a shipment was set aside, the exit code says too.
    fn told(&self, summary: &Summary) -> ExitCode {
        if let Some(path) = &self.summary {
            let text = serde_json::to_string_pretty(summary).map(|text| text + "\n").unwrap_or_default();
            if let Err(error) = std::fs::write(path, text) {
                return terminal::stop(&[TableError::writing(path, &error)]);
            }
        }
        terminal::complain(&printable(summary.text().trim_end()));
        if summary.rejected == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// A usage error with its problems, each with what to do.
fn misused(problems: &[TableError]) -> ExitCode {
    terminal::stop(problems);
    ExitCode::from(2)
}

/// A path that is the same however it is named: of a file, or of one that is to be in a folder.
fn whole(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::canonicalize(path).ok().or_else(|| Some(std::fs::canonicalize(folder).ok()?.join(path.file_name()?)))
}

/// The files that are named, those of a pattern in the order of their names.
fn paths(named: &[String]) -> Result<Vec<PathBuf>, TableError> {
    let mut found = Vec::new();
    for name in named {
        if Path::new(name).exists() || !name.contains(['*', '?', '[']) {
            found.push(PathBuf::from(name));
            continue;
        }
        let wrong = |message: String| TableError {
            code: "ukase::table::input",
            message,
            help: Some("`*` stands for any part of a name, `**` for any folders".into()),
        };
        let matches = glob::glob(name).map_err(|error| wrong(format!("`{name}` is no pattern: {error}")))?;
        let mut matches: Vec<PathBuf> = matches.filter_map(Result::ok).filter(|path| path.is_file()).collect();
        if matches.is_empty() {
            return Err(wrong(format!("no file has a name like `{name}`")));
        }
        matches.sort();
        found.extend(matches);
    }
    Ok(found)
}

/// A bar with the rate and the time that remains, on a terminal only.
fn progress(bytes: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {msg}  {bytes_per_sec}  {eta} left");
    style.map_or(bar.clone(), |style| bar.with_style(style))
}
