//! How rows are written: in which format, and which of their columns.

use super::Row;
use crate::diagnostic::nearest;
use crate::problem::TableError;
use crate::table::inputs::Format;
use serde::{Serialize, Serializer};
use std::path::Path;

/// How rows are written, and which columns of them, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowShape {
    format: RowFormat,
    columns: Vec<RowColumn>,
}

impl RowShape {
    /// Rows of these columns. One that is named again stands where it was named first; where none is named, all of them are meant, but for those that
    /// say whose a row is where it stands beside those of the input.
    pub fn new(format: RowFormat, columns: &[RowColumn]) -> RowShape {
        let columns = match (columns, format) {
            ([], RowFormat::Beside) => &RowColumn::ALL[2..],
            ([], _) => &RowColumn::ALL,
            (some, _) => some,
        };
        let is_first = |(at, column): &(usize, &RowColumn)| !columns[..*at].contains(column);
        RowShape { format, columns: columns.iter().enumerate().filter(is_first).map(|(_, column)| *column).collect() }
    }

    /// As lines, or as a file of Parquet.
    pub fn format(&self) -> RowFormat {
        self.format
    }

    /// The columns, each once.
    pub fn columns(&self) -> &[RowColumn] {
        &self.columns
    }
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum RowFormat {
    /// As lines.
    Lines(LineFormat),
    /// As a file of Apache Parquet; lists are lists.
    Parquet,
    /// The same with the columns of the input in front: each of its rows has one.
    Beside,
}

/// How rows are written as lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum LineFormat {
    /// One JSON object a line.
    Jsonl,
    /// A table; lists are joined by `;`.
    Csv,
}

impl RowFormat {
    /// The format that the name of an output tells.
    ///
    /// # Errors
    /// That it tells none.
    pub fn of(path: &Path) -> Result<RowFormat, TableError> {
        Ok(match Format::of(path)? {
            Format::Jsonl => RowFormat::Lines(LineFormat::Jsonl),
            Format::Csv => RowFormat::Lines(LineFormat::Csv),
            Format::Parquet => RowFormat::Parquet,
        })
    }
}

/// A column of rows: a field of [`Row`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowColumn {
    /// The shipment's `id`.
    Id,
    /// The item.
    Item,
    /// The outcome, while there is one.
    Outcome,
    /// The outcomes that remain possible.
    Possible,
    /// `settled` or `open`.
    Status,
    /// Whether a licence that is held covers it.
    Covered,
    /// The clauses that stand.
    Clauses,
    /// What to ask.
    Needs,
    /// What is to be done.
    Duties,
    /// The day judged.
    On,
    /// The day known.
    KnownOn,
    /// The digest of the policy.
    Digest,
    /// Whether each outcome that remains possible is shown to be.
    Exact,
    /// Which questions of law are open.
    Questions,
}

/// What a row says in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell<'r> {
    Text(Option<&'r str>),
    Truth(Option<bool>),
    List(&'r [String]),
}

impl RowColumn {
    /// All of them, in the order in which they are written where nobody chooses.
    pub const ALL: [RowColumn; 14] = [
        RowColumn::Id,
        RowColumn::Item,
        RowColumn::Outcome,
        RowColumn::Possible,
        RowColumn::Status,
        RowColumn::Covered,
        RowColumn::Clauses,
        RowColumn::Needs,
        RowColumn::Duties,
        RowColumn::On,
        RowColumn::KnownOn,
        RowColumn::Digest,
        RowColumn::Exact,
        RowColumn::Questions,
    ];

    /// The name of the column in a file.
    pub fn name(self) -> &'static str {
        match self {
            RowColumn::Id => "id",
            RowColumn::Item => "item",
            RowColumn::Outcome => "outcome",
            RowColumn::Possible => "possible",
            RowColumn::Status => "status",
            RowColumn::Covered => "covered",
            RowColumn::Clauses => "clauses",
            RowColumn::Needs => "needs",
            RowColumn::Duties => "duties",
            RowColumn::On => "on",
            RowColumn::KnownOn => "known_on",
            RowColumn::Digest => "digest",
            RowColumn::Exact => "exact",
            RowColumn::Questions => "questions",
        }
    }

    /// The columns of these names, in their order; all columns where nobody names one.
    ///
    /// # Errors
    /// Every name that no column has, with the one that was probably meant, and every name that stands twice.
    ///
    /// ```
    /// use ukase::table::RowColumn;
    /// assert_eq!(RowColumn::chosen(&["id", "outcome"]).unwrap(), [RowColumn::Id, RowColumn::Outcome]);
    /// assert_eq!(RowColumn::chosen::<&str>(&[]).unwrap(), RowColumn::ALL);
    /// assert_eq!(RowColumn::chosen(&["clause"]).unwrap_err()[0].help.as_deref(), Some("did you mean `clauses`?"));
    /// ```
    pub fn chosen<S: AsRef<str>>(names: &[S]) -> Result<Vec<RowColumn>, Vec<TableError>> {
        if names.is_empty() {
            return Ok(RowColumn::ALL.into());
        }
        let (mut columns, mut problems) = (Vec::new(), Vec::new());
        for name in names.iter().map(AsRef::as_ref) {
            match RowColumn::ALL.into_iter().find(|column| column.name() == name) {
                Some(column) if columns.contains(&column) => {
                    problems.push(wrong(format!("the column `{name}` is asked for twice"), "name it once".into()));
                }
                Some(column) => columns.push(column),
                None => problems.push(wrong(format!("verdicts have no column `{name}`"), meant(name))),
            }
        }
        if problems.is_empty() { Ok(columns) } else { Err(problems) }
    }

    /// What a row says in this column.
    pub(super) fn of(self, row: &Row) -> Cell<'_> {
        match self {
            RowColumn::Id => Cell::Text(row.id.as_deref()),
            RowColumn::Item => Cell::Text(row.item.as_deref()),
            RowColumn::Outcome => Cell::Text(row.outcome.as_deref()),
            RowColumn::Possible => Cell::List(&row.possible),
            RowColumn::Status => Cell::Text(Some(row.status)),
            RowColumn::Covered => Cell::Truth(row.covered),
            RowColumn::Clauses => Cell::List(&row.clauses),
            RowColumn::Needs => Cell::List(&row.needs),
            RowColumn::Duties => Cell::List(&row.duties),
            RowColumn::On => Cell::Text(row.on.as_deref()),
            RowColumn::KnownOn => Cell::Text(row.known_on.as_deref()),
            RowColumn::Digest => Cell::Text(Some(&row.digest)),
            RowColumn::Exact => Cell::Truth(row.exact),
            RowColumn::Questions => Cell::List(&row.questions),
        }
    }
}

impl Serialize for RowColumn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

fn wrong(message: String, help: String) -> TableError {
    TableError::new("ukase::table::column", message, help)
}

fn meant(name: &str) -> String {
    match nearest(name, RowColumn::ALL.into_iter().map(RowColumn::name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("choose among {}", RowColumn::ALL.map(RowColumn::name).join(", ")),
    }
}
