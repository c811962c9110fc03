//! A shipment as a file has it: from its lines to facts, or to what is wrong with it.

use super::arrow::View;
use super::batches::Batch;
use super::cells::{contradiction, put, shipment, with_cells};
use super::columns::Columns;
use super::cutter::Cutter;
use super::lines::Line;
use super::rejected::{Problem, Rejected};
use super::trouble::{self, Trouble, problem};
use crate::check::CheckedPolicy;
use crate::diagnostic::Diagnostic;
use crate::facts::{Background, Facts, JsonError, id_of, load_with, read_json};
use crate::source::{SourceId, Span};
use crate::value::{Raw, RawKind};
use memchr::memchr_iter;
use std::ops::Range;
use std::sync::Arc;

/// So many problems of a shipment are told, and how many there are beside them.
const MOST_TOLD: usize = 1000;
/// How many values a shipment may state: what each of them takes in memory is many times what its text takes.
const MOST_VALUES: usize = 100_000;

/// A shipment that was not looked into yet.
pub(super) enum Unread {
    Lines(Lines),
    /// A row of the batch's arrays, and its number in the file.
    Row(usize, u64),
}

/// The lines of a shipment, by their places among those of a batch.
pub(super) struct Lines {
    pub(super) lines: Range<usize>,
    /// Why they are not judged, beside what is wrong with a line.
    pub(super) trouble: Option<Trouble>,
}

/// A shipment as written, with what it takes to say where something of it stands.
pub struct Written {
    /// The line it begins on.
    pub line: u64,
    id: Option<String>,
    raw: Result<Raw, JsonError>,
    /// The number of each of its lines.
    lines: Vec<u64>,
    /// The columns of its file, where it has some.
    columns: Option<Arc<Columns>>,
}

impl Batch {
    /// Looks into a shipment of the batch.
    pub(super) fn read(&self, policy: &CheckedPolicy, shipment: &Unread, cutter: &mut Cutter) -> Written {
        let columns = self.columns.as_ref();
        let (raw, id, lines) = match shipment {
            Unread::Lines(of) => {
                let lines = &self.lines[of.lines.clone()];
                let raw = self.lines(of, lines, cutter);
                let id = match &raw {
                    Ok(raw) => id_of(raw),
                    Err(_) => self.id(lines, cutter),
                };
                (raw, id, lines.iter().map(|line| line.number).collect())
            }
            Unread::Row(row, number) => {
                let raw = self.row(policy, *row);
                let id = raw.as_ref().map_or_else(|_| self.id_of_row(*row), id_of);
                (raw, id, vec![*number])
            }
        };
        Written { line: lines.first().copied().unwrap_or_default(), id, raw, lines, columns: columns.cloned() }
    }

    fn lines(&self, of: &Lines, lines: &[Line], cutter: &mut Cutter) -> Result<Raw, JsonError> {
        if let Some(problem) = lines.iter().find_map(trouble::of_line) {
            return Err(problem);
        }
        // Where lines stand is told before what they say: those of two shipments of one name say different things.
        if let Some(trouble @ (Trouble::TooLong | Trouble::Apart)) = of.trouble {
            return Err(trouble.problem());
        }
        let raw = match &self.columns {
            Some(columns) => self.cells(columns, lines, cutter)?,
            None => self.object(lines)?,
        };
        of.trouble.map_or(Ok(raw), |trouble| Err(trouble.problem()))
    }

    /// The `id` on the first line of a flat file that can be read as far as that.
    fn id(&self, lines: &[Line], cutter: &mut Cutter) -> Option<String> {
        let columns = self.columns.as_ref()?;
        let certain = lines.iter().filter(|line| columns.id.is_some_and(|id| line.is_certain(id)));
        certain.filter_map(|line| cutter.cells(line.of(&self.text))).find_map(|cells| columns.id_on(&cells))
    }

    fn object(&self, lines: &[Line]) -> Result<Raw, JsonError> {
        let Some(line) = lines.first() else { return Err(problem("ukase::facts::empty", "there are no facts here", None)) };
        let text = std::str::from_utf8(line.of(&self.text)).map_err(|error| not_text(error.valid_up_to()))?;
        if states_too_much(text.as_bytes()) {
            return Err(too_many_values("line"));
        }
        read_json(text, SourceId(0), 0).map_err(|error| match is_of_list(text) {
            true => JsonError {
                help: Some("write one object a line, with no brackets around them and no commas between".into()),
                ..error
            },
            false => error,
        })
    }

    fn cells(&self, columns: &Columns, lines: &[Line], cutter: &mut Cutter) -> Result<Raw, JsonError> {
        let mut records = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let span = Span::new(SourceId(at as u32), 0, 0);
            let record = cutter.cells(line.of(&self.text)).ok_or_else(|| JsonError { span, ..not_cells() })?;
            if record.len() != columns.all.len() {
                let message = format!("this line has {} cells, and the file has {} columns", record.len(), columns.all.len());
                let help = "a cell that holds a comma or a quote stands in double quotes";
                return Err(JsonError { span, ..problem("ukase::table::ragged", &message, Some(help)) });
            }
            records.push(record);
        }
        shipment(columns, &records)
    }

    /// A row of arrays as a shipment, as if somebody had written it in JSON; the span of a value says which column it is from.
    fn row(&self, policy: &CheckedPolicy, row: usize) -> Result<Raw, JsonError> {
        let views = self.views();
        if row_states_too_much(&views, row) {
            return Err(too_many_values("row"));
        }
        let (mut members, columns) = (Vec::new(), self.columns.iter().flat_map(|columns| &columns.all));
        for (at, (view, column)) in views.iter().zip(columns).enumerate() {
            let span = Span::new(SourceId(0), at, at + 1);
            let raw = with_cells(policy, &column.ty, view.raw(row, span)?)?;
            if raw.kind != RawKind::Null {
                put(&mut members, &column.path, raw).map_err(|other| contradiction(&column.name, span, &other))?;
            }
        }
        Ok(Raw { kind: RawKind::Object(members), span: Span::new(SourceId(0), 0, 0) })
    }

    fn id_of_row(&self, row: usize) -> Option<String> {
        let view = self.views().into_iter().nth(self.columns.as_ref()?.id?)?;
        match view.raw(row, Span::default()).ok()?.kind {
            RawKind::Text(text) | RawKind::Number(text) => Some(text),
            _ => None,
        }
    }
}

/// A line that is no object by itself, but a part of a list that goes over many.
fn is_of_list(line: &str) -> bool {
    let line = line.trim();
    line == "[" || line == "]" || line.starts_with("[{") || line.ends_with("},")
}

/// A line of JSON states more values than a shipment may.
pub(super) fn states_too_much(line: &[u8]) -> bool {
    if line.len() <= MOST_VALUES || memchr_iter(b',', line).count() < MOST_VALUES {
        return false;
    }
    let (mut commas, mut is_text, mut is_escaped) = (0, false, false);
    for byte in line {
        commas += usize::from(*byte == b',' && !is_text);
        is_text ^= *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
    }
    commas >= MOST_VALUES
}

/// A row of arrays states more values than a shipment may.
pub(super) fn row_states_too_much(views: &[View<'_>], row: usize) -> bool {
    views.iter().map(|view| view.values(row..row + 1)).sum::<usize>() > MOST_VALUES
}

fn too_many_values(whose: &str) -> JsonError {
    let message = format!("this {whose} states more than {MOST_VALUES} values");
    problem("ukase::table::too_long", &message, Some("write several shipments, each with some of the items"))
}

fn not_cells() -> JsonError {
    let message = "this line cannot be cut into cells: it holds bytes that are no UTF-8, or a carriage return by itself";
    problem("ukase::facts::not_utf8", message, Some("save the file as UTF-8, and put cells with breaks into double quotes"))
}

fn not_text(at: usize) -> JsonError {
    problem(
        "ukase::facts::not_utf8",
        &format!("this is no UTF-8 text, from byte {at} of the line on"),
        Some("save the file as UTF-8"),
    )
}

impl Written {
    /// Its facts under a policy.
    ///
    /// # Errors
    /// That it could not be read, or every problem of the facts.
    pub fn load(&self, policy: &CheckedPolicy, background: Background<'_>) -> Result<Facts, Vec<Diagnostic>> {
        let raw = self.raw.as_ref().map_err(|error| vec![error.diagnostic()])?;
        load_with(policy, raw, background)
    }

    /// What it is called: its `id`, or its line.
    pub fn name(&self) -> String {
        self.id.clone().unwrap_or_else(|| format!("line {}", self.line))
    }

    /// The shipment set aside, for these problems.
    pub fn rejected(&self, file: String, problems: &[Diagnostic]) -> Rejected {
        let told = problems.iter().take(MOST_TOLD).map(|problem| self.problem(problem, self.field(problem.span())));
        let more = problems.len().saturating_sub(MOST_TOLD);
        let rest = (more > 0).then(|| Problem {
            code: "ukase::table::more".into(),
            message: format!("and {more} problems more"),
            help: Some("mend these first".into()),
            ..Problem::default()
        });
        let errors: Vec<Problem> = told.chain(rest).collect();
        let first = errors.first().cloned().unwrap_or_default();
        Rejected {
            file,
            line: first.line.unwrap_or(self.line),
            id: self.id.clone(),
            field: first.field.clone(),
            error: first,
            errors,
        }
    }

    /// The fact that stands at a place.
    fn field(&self, span: Span) -> Option<String> {
        match &self.columns {
            Some(columns) => {
                let column = columns.all.get(span.start as usize).filter(|_| span.end > span.start);
                column.map(|column| column.name.clone())
            }
            None => self.raw.as_ref().ok()?.path_to(span),
        }
    }

    fn problem(&self, problem: &Diagnostic, field: Option<String>) -> Problem {
        let line = self.columns.as_ref().and_then(|_| self.lines.get(problem.span().source.0 as usize).copied());
        Problem { code: problem.code.into(), message: problem.message.clone(), help: problem.help.clone(), line, field }
    }
}
