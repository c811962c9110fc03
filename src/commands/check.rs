//! `ukase check POLICY…`

use super::terminal;
use crate::diagnostic::Severity;
use crate::files::read_policy;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Parse, resolve, type check and lint: every problem in one go.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Folders or files of policies.
    #[arg(required = true, value_name = "POLICY")]
    policies: Vec<PathBuf>,
}

impl Check {
    pub(crate) fn run(self) -> ExitCode {
        let clean = self.policies.iter().filter(|path| !check(path)).count() == 0;
        if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn check(path: &std::path::Path) -> bool {
    let sources = match read_policy(path) {
        Ok(sources) => sources,
        Err(error) => {
            terminal::show_read_error(&error);
            return false;
        }
    };
    let (policy, diagnostics) = crate::compile(&sources);
    terminal::show(&sources, &diagnostics);
    let count = |severity| diagnostics.iter().filter(|one| one.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let path = terminal::shown(path);
    terminal::print(&match policy {
        Some(policy) => format!(
            "{path}: {} clauses, {} categories, {} questions, {} definitions, {} examples; {warnings} warnings\n",
            policy.clauses.len(),
            policy.categories.len(),
            policy.questions.len(),
            policy.defines.len(),
            policy.examples.len()
        ),
        None => format!("{path}: {errors} errors, {warnings} warnings\n"),
    });
    errors == 0
}
