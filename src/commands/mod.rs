//! The command line: one file a subcommand.

mod analyze;
#[cfg(feature = "tables")]
mod batch;
mod check;
mod completions;
#[cfg_attr(not(feature = "tables"), path = "no_corpus.rs")]
mod corpus;
mod diff;
mod doc;
mod eval;
mod fmt;
mod generate;
mod loophole;
#[cfg(feature = "tables")]
mod pace;
mod policy;
mod profile;
mod regime;
mod schema;
mod shipments;
mod target;
mod terminal;
mod test;
mod timeline;
#[cfg(feature = "tables")]
mod unfinished;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The rules of trade control as policies, and verdicts that say why.
#[derive(Debug, Parser)]
#[command(name = "ukase", version, about)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Eval(eval::Eval),
    #[cfg(feature = "tables")]
    Batch(batch::Batch),
    Generate(generate::Generate),
    Test(test::Test),
    Fmt(fmt::Fmt),
    Schema(schema::Schema),
    Doc(doc::Doc),
    Timeline(timeline::Timeline),
    Diff(diff::Diff),
    Analyze(analyze::Analyze),
    Loophole(loophole::Loophole),
    Completions(completions::Completions),
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> ExitCode {
        match self.command {
            Command::Check(check) => check.run(),
            Command::Eval(eval) => eval.run(),
            #[cfg(feature = "tables")]
            Command::Batch(batch) => batch.run(),
            Command::Generate(generate) => generate.run(),
            Command::Test(test) => test.run(),
            Command::Fmt(fmt) => fmt.run(),
            Command::Schema(schema) => schema.run(),
            Command::Doc(doc) => doc.run(),
            Command::Timeline(timeline) => timeline.run(),
            Command::Diff(diff) => diff.run(),
            Command::Analyze(analyze) => analyze.run(),
            Command::Loophole(loophole) => loophole.run(),
            Command::Completions(completions) => completions.run(),
        }
    }
}
