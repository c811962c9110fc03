//! A policy as it is named on the command line: `POLICY`, `POLICY@2025-12-01`, `POLICY@2025-12-01,known=2025-10-09`, `POLICY@winter`.

use super::terminal;
use crate::check::{CheckedPolicy, check, check_law};
use crate::compile::assumptions;
use crate::diagnostic::{Diagnostic, nearest};
use crate::files::{read_policy, read_revision};
use crate::source::Sources;
use crate::value::Date;
use std::path::PathBuf;
use std::process::ExitCode;

/// The days that a version fixes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Version {
    /// The day judged.
    pub(crate) on: Option<Date>,
    /// The day known.
    pub(crate) known: Option<Date>,
}

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

/// The days of a version as written after `@`.
pub(crate) fn version(policy: &CheckedPolicy, written: Option<&str>) -> Result<Version, String> {
    let Some(written) = written else { return Ok(Version::default()) };
    let (first, rest) = written.split_once(',').map_or((written, None), |(first, rest)| (first, Some(rest)));
    let mut found = match Date::parse(first) {
        Some(day) => Version { on: Some(day), known: None },
        None => named(policy, first)?,
    };
    if let Some(rest) = rest {
        let known = rest.strip_prefix("known=").and_then(Date::parse);
        found.known = Some(known.ok_or_else(|| format!("`{rest}` is not `known=` and a day, such as known=2025-10-09"))?);
    }
    Ok(found)
}

fn named(policy: &CheckedPolicy, name: &str) -> Result<Version, String> {
    if let Some(version) = policy.versions.iter().find(|version| version.name == name) {
        return Ok(Version { on: Some(version.on), known: version.known });
    }
    let names = || policy.versions.iter().map(|version| version.name.as_str());
    Err(match nearest(name, names()) {
        Some(near) => format!("the policy names no version `{name}`; did you mean `{near}`?"),
        None if policy.versions.is_empty() => format!("`{name}` is not a day, and the policy names no versions"),
        None => format!("`{name}` is neither a day nor a version of the policy ({})", names().collect::<Vec<_>>().join(", ")),
    })
}

/// A day as written on the command line.
pub(crate) fn day(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| format!("`{text}` is not a day such as 2025-12-01"))
}

/// Readings as written on the command line: `question=reading`.
pub(crate) fn readings(policy: &CheckedPolicy, written: &[String]) -> Result<Vec<Option<usize>>, String> {
    let mut chosen = vec![None; policy.questions.len()];
    for one in written {
        let (question, reading) = one.split_once('=').ok_or_else(|| format!("`{one}` is not QUESTION=READING"))?;
        let names = || policy.questions.iter().map(|question| question.name.as_str());
        let at =
            policy.questions.iter().position(|known| known.name == question).ok_or_else(|| match nearest(question, names()) {
                Some(near) => format!("the policy has no question `{question}`; did you mean `{near}`?"),
                None if policy.questions.is_empty() => format!("the policy has no question `{question}`, nor any other"),
                None => format!("the policy has no question `{question}`; it has {}", names().collect::<Vec<_>>().join(", ")),
            })?;
        let of = &policy.questions[at].readings;
        let found = of.iter().position(|known| known.name == reading).ok_or_else(|| {
            let names: Vec<&str> = of.iter().map(|reading| reading.name.as_str()).collect();
            format!("`{question}` has no reading `{reading}`; it has {}", names.join(", "))
        })?;
        if chosen[at].replace(found).is_some_and(|before| before != found) {
            return Err(format!("`{question}` is read in two ways; choose one"));
        }
    }
    Ok(chosen)
}
