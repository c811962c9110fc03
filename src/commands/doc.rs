//! `ukase doc POLICY`

use super::policy::open_with_examples;
use super::terminal;
use crate::document::{html, markdown};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

/// Print a policy as a document to read: timeline, provisions, questions, categories, worked cases.
#[derive(Debug, Args)]
pub(crate) struct Doc {
    /// A folder or file of a policy.
    #[arg(value_name = "POLICY")]
    policy: PathBuf,
    /// How the document is written.
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
}

/// The forms of a document.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For a repository or a report.
    Markdown,
    /// One file for a browser, with the timeline drawn.
    Html,
}

impl Doc {
    pub(crate) fn run(self) -> ExitCode {
        let policy = match open_with_examples(&self.policy) {
            Ok(policy) => policy,
            Err(code) => return code,
        };
        terminal::print(&match self.format {
            Format::Markdown => markdown(&policy),
            Format::Html => html(&policy),
        })
    }
}
