//! `ukase check POLICY…`

use super::terminal;
use crate::check::{Account, CheckedPolicy};
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
    let warnings = terminal::counted(warnings, "warning", "warnings");
    terminal::print(&match policy {
        Some(policy) => format!(
            "{path}: {}, {}, {}, {}, {}{}; {warnings}\n",
            terminal::counted(policy.clauses.len(), "clause", "clauses"),
            terminal::counted(policy.categories.len(), "category", "categories"),
            terminal::counted(policy.questions.len(), "question", "questions"),
            terminal::counted(policy.defines.len(), "definition", "definitions"),
            terminal::counted(policy.examples.len(), "example", "examples"),
            provisions(&policy),
        ),
        None => format!("{path}: {}, {warnings}\n", terminal::counted(errors, "error", "errors")),
    });
    errors == 0
}

/// What accounts for the provisions that the instruments name, if they name any.
fn provisions(policy: &CheckedPolicy) -> String {
    let accounts = || policy.instruments.iter().flat_map(|instrument| &instrument.provisions).map(|(_, account)| *account);
    let of = |wanted: Account, one: &str, several: &str| {
        let count = accounts().filter(|account| *account == wanted).count();
        (count > 0).then(|| terminal::counted(count, one, several))
    };
    let parts = [
        of(Account::Clause, "clause", "clauses"),
        of(Account::Category, "category", "categories"),
        of(Account::Act, "act", "acts"),
        of(Account::Unmodelled, "unmodelled", "unmodelled"),
    ];
    match accounts().count() {
        0 => String::new(),
        count => {
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            format!("; {} ({})", terminal::counted(count, "provision", "provisions"), parts.join(", "))
        }
    }
}
