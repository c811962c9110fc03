//! What the terminal can show, and how problems are shown on it.

use crate::diagnostic::{self, Diagnostic, Style};
use crate::files::ReadError;
use crate::problem::TableError;
use crate::source::Sources;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

/// The style of a stream.
pub(crate) fn style(is_terminal: bool) -> Style {
    let colour = is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse::<usize>().ok());
    let measured = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let width = columns.or_else(|| is_terminal.then(measured).flatten()).unwrap_or(110);
    Style { colour, width: width.clamp(60, 160) }
}

/// The style of standard error.
pub(crate) fn error_style() -> Style {
    style(std::io::stderr().is_terminal())
}

/// The style of standard output.
pub(crate) fn output_style() -> Style {
    style(std::io::stdout().is_terminal())
}

/// Shows problems on standard error.
pub(crate) fn show(sources: &Sources, diagnostics: &[Diagnostic]) {
    let style = error_style();
    let mut stream = std::io::stderr().lock();
    for diagnostic in diagnostics {
        // A closed stream is nobody to complain to.
        let _ = writeln!(stream, "{}\n", diagnostic::render(sources, diagnostic, style).trim_end_matches('\n'));
    }
}

/// Shows why a policy could not be read.
pub(crate) fn show_read_error(error: &ReadError) {
    let mut stream = std::io::stderr().lock();
    let message = diagnostic::printable(&error.message);
    let _ = writeln!(stream, "{}\n\n  × {message}\n  help: {}\n", error.code, error.help);
}

/// Shows what stops the reading or writing of tables, every problem.
pub(crate) fn stop(problems: &[TableError]) -> ExitCode {
    for problem in problems {
        let help = problem.help.as_ref().map(|help| format!("\n  help: {help}")).unwrap_or_default();
        complain(&diagnostic::printable(&format!("{}\n\n  × {}{help}\n", problem.code, problem.message)));
    }
    ExitCode::FAILURE
}

/// Prints data on standard output; a closed pipe is nobody to complain to.
pub(crate) fn print(text: &str) -> ExitCode {
    let mut stream = std::io::stdout().lock();
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// A path that is safe on a terminal.
pub(crate) fn shown(path: &std::path::Path) -> String {
    diagnostic::printable_line(&path.display().to_string())
}

/// Says something on standard error; a closed stream is nobody to complain to.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// A number with its noun: `1 error`, `2 errors`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
