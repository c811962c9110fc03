//! `ukase generate POLICY -n 1000000 --seed 7`

use super::policy::usage;
use super::regime::{Choices, open_one};
use super::target::{files_of, spare};
use super::terminal;
use crate::eval::Judge;
use crate::generate::Generator;
use crate::problem::TableError;
use clap::Args;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Write synthetic shipments around the constants of a policy, one JSON object a line; the same seed makes the same.
#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// A folder or file, perhaps at a version.
    policy: String,
    /// How many.
    #[arg(short = 'n', long, value_name = "N", default_value_t = 100)]
    count: u64,
    /// What they are drawn from.
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,
    /// The file for them, in place of standard output.
    #[arg(short, long, value_name = "OUTPUT")]
    output: Option<PathBuf>,
}

impl Generate {
    pub(crate) fn run(self) -> ExitCode {
        let is_table = |path: &Path| path.extension().is_some_and(|extension| extension == "csv" || extension == "parquet");
        if let Some(path) = self.output.as_deref().filter(|path| is_table(path)) {
            return usage(&format!("{} would hold JSON, one object a line: name it .jsonl", path.display()));
        }
        let regime = match open_one(&self.policy, &Choices::default()) {
            Ok(regime) => regime,
            Err(code) => return code,
        };
        let written: Vec<PathBuf> = self.output.iter().cloned().collect();
        if let Err(message) = spare(&written, &files_of(&self.policy, &regime.policy)) {
            return usage(&message);
        }
        let judge = Judge::new(&regime.policy, regime.settings.known);
        match self.write(Generator::new(&judge, self.seed)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                let path = self.output.as_deref().unwrap_or(Path::new("standard output"));
                terminal::stop(&[TableError::writing(path, &error)])
            }
        }
    }

    fn write(&self, generator: Generator<'_>) -> std::io::Result<()> {
        let mut out: Box<dyn Write> = match &self.output {
            Some(path) => Box::new(BufWriter::new(File::create(path)?)),
            None => Box::new(BufWriter::new(std::io::stdout().lock())),
        };
        for shipment in generator.take(usize::try_from(self.count).unwrap_or(usize::MAX)) {
            writeln!(out, "{shipment}")?;
        }
        out.flush()
    }
}
