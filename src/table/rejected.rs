//! A shipment that was set aside: where it stands, what is wrong with it, what to do.

use crate::diagnostic::printable;
use serde::Serialize;

/// One line of the file of shipments that were set aside.
#[derive(Debug, Clone, Serialize)]
pub struct Rejected {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// The `id` of the shipment, where it could be read.
    pub id: Option<String>,
    /// The field or column, where the problem is one of a field.
    pub field: Option<String>,
    /// The first problem.
    pub error: Problem,
    /// Every problem.
    pub errors: Vec<Problem>,
}

impl Rejected {
    /// Every problem, for a person.
    pub fn words(&self) -> String {
        let words = |problem: &Problem| {
            let field = problem.field.as_ref().map(|field| format!(", {field}")).unwrap_or_default();
            let help = problem.help.as_ref().map(|help| format!("\n  help: {help}")).unwrap_or_default();
            let line = problem.line.unwrap_or(self.line);
            format!("{}\n\n  × {}, line {line}{field}: {}{help}\n", problem.code, self.file, problem.message)
        };
        printable(&self.errors.iter().map(words).collect::<Vec<_>>().join("\n"))
    }
}

/// A problem of a shipment.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Problem {
    /// A stable name such as `ukase::facts::type`.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The line, where the shipment has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The field or column.
    pub field: Option<String>,
}
