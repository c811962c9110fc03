//! A policy as it is named on the command line: `POLICY`, `POLICY@2025-12-01`, `POLICY@2025-12-01,known=2025-10-09`, `POLICY@winter`.

use super::terminal;
use crate::check::{CheckedPolicy, check, check_law};
use crate::compile::assumptions;
use crate::diagnostic::Diagnostic;
use crate::files::{read_policy, read_revision};
use crate::source::Sources;
use std::path::PathBuf;
use std::process::ExitCode;

/// A usage error: what is wrong, shown with exit code 2.
pub(crate) fn usage(message: &str) -> ExitCode {
    terminal::complain(&format!("error: {}", crate::diagnostic::printable(message)));
    ExitCode::from(2)
}

/// Splits the path from the version.
pub(crate) fn split(operand: &str) -> (PathBuf, Option<&str>) {
    match operand.rsplit_once('@') {
        Some((path, version)) if !path.is_empty() && !version.contains('/') => (path.into(), Some(version)),
        _ => (operand.into(), None),
    }
}

/// Reads and checks the law of a policy, without its examples; errors are shown. Warnings are for `check`.
pub(crate) fn open(path: &std::path::Path) -> Result<CheckedPolicy, ExitCode> {
    read(path, check_law)
}

/// Reads and checks a policy with its examples; errors are shown.
pub(crate) fn open_with_examples(path: &std::path::Path) -> Result<CheckedPolicy, ExitCode> {
    read(path, check)
}

fn read(
    path: &std::path::Path,
    check: fn(&Sources) -> (Option<CheckedPolicy>, Vec<Diagnostic>),
) -> Result<CheckedPolicy, ExitCode> {
    let named = path.to_string_lossy();
    let sources = if named.starts_with("git:") { read_revision(&named) } else { read_policy(path) };
    let sources = sources.map_err(|error| {
        terminal::show_read_error(&error);
        ExitCode::FAILURE
    })?;
    let (policy, mut diagnostics) = check(&sources);
    diagnostics.extend(policy.iter().flat_map(assumptions));
    policy.filter(|_| !diagnostics.iter().any(Diagnostic::is_error)).ok_or_else(|| {
        diagnostics.retain(Diagnostic::is_error);
        terminal::show(&sources, &diagnostics);
        ExitCode::FAILURE
    })
}
