//! `ukase doc POLICY`

use super::policy::open_with_examples;
use super::terminal;
use crate::document::markdown;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Print a policy as a document to read, in Markdown: timeline, provisions, questions, categories, worked cases.
#[derive(Debug, Args)]
pub(crate) struct Doc {
    /// A folder or file of a policy.
    #[arg(value_name = "POLICY")]
    policy: PathBuf,
}

impl Doc {
    pub(crate) fn run(self) -> ExitCode {
        match open_with_examples(&self.policy) {
            Ok(policy) => terminal::print(&markdown(&policy)),
            Err(code) => code,
        }
    }
}
