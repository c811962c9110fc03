//! What keeps lines from being judged, each in words.

use super::lines::{LONGEST_LINE, Line, Quoting};
use crate::facts::JsonError;
use crate::source::Span;

/// What keeps the lines of a shipment from being judged, whatever stands on each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// They are more than a shipment may have.
    TooLong,
    /// Lines of the same shipment stood further up.
    Apart,
    /// The line does not say which shipment it is of.
    Unnamed,
    /// A line next to them does not say so, and may be one of theirs.
    BesideUnnamed,
}

impl Trouble {
    /// In words.
    pub(super) fn problem(self) -> JsonError {
        match self {
            Trouble::TooLong => {
                problem("ukase::table::too_long", "this shipment has more lines than one may have: 10 000, or 16 MiB", None)
            }
            Trouble::Apart => {
                let help = "the lines of a shipment stand together: sort the file by `id`";
                problem("ukase::table::apart", "other lines of this shipment stood further up", Some(help))
            }
            Trouble::Unnamed => {
                let help = "write the `id` on each line: those with the same one are one shipment";
                problem("ukase::table::unnamed", "this line does not say which shipment it is of", Some(help))
            }
            Trouble::BesideUnnamed => {
                let message = "a line next to those of this shipment does not say which shipment it is of, or cannot be read: it may be one of these";
                problem("ukase::table::unnamed", message, Some("mend that line, and judge both again"))
            }
        }
    }
}

/// What is wrong with a line before it is cut into cells, or read as JSON.
pub(super) fn of_line(line: &Line) -> Option<JsonError> {
    match line.quotes {
        _ if line.is_too_long => {
            let message = format!("this line is longer than {} MiB", LONGEST_LINE >> 20);
            Some(problem("ukase::table::too_long", &message, None))
        }
        Quoting::Sound => None,
        Quoting::Glued(_) => {
            let help = "put the whole cell into quotes, and write each quote within it twice: \"a \"\"b\"\" c\"";
            Some(problem("ukase::table::quote", "a cell of this line goes on behind the quote that closes it", Some(help)))
        }
        Quoting::Open(_) => {
            let message = "a quote opens a cell on this line, and none closes it where a cell could end";
            let help = "close it, or leave it out: only a quote at the beginning of a cell opens one";
            Some(problem("ukase::table::quote", message, Some(help)))
        }
    }
}

/// What keeps a line from being judged, in words.
pub(super) fn problem(code: &'static str, message: &str, help: Option<&str>) -> JsonError {
    JsonError { span: Span::default(), code, message: message.into(), help: help.map(String::from) }
}
