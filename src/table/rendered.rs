//! Rows that are written over and over: all but the shipment, the item and the day is made once for each conclusion.

use super::arrow::{RowArrays, RowWords};
use super::row::{LineFormat, Row, RowFormat, conclusion, harmless};
use crate::eval::{Conclusion, Decisions, Judge};
use crate::value::Date;
use arrow_array::RecordBatch;
use std::collections::HashMap;

/// A conclusion is forgotten, with all others, once there are so many.
const MOST: usize = 1 << 16;

/// The clauses of a conclusion, whatever its numbers are among the decisions of a batch.
type Clauses = (Box<[u32]>, Box<[u32]>, Option<bool>);

/// The rows of conclusions, as they are written.
pub(super) struct Rendered<'j> {
    judge: &'j Judge<'j>,
    form: Form,
    places: HashMap<Clauses, usize>,
    all: Vec<One>,
    /// The places of the conclusions of a batch.
    of_batch: HashMap<Conclusion, usize>,
    /// The conclusion that was written last, which most often is the next one too.
    last: Option<(Conclusion, usize)>,
    days: Days,
}

/// How rows are written.
enum Form {
    Lines(LineFormat),
    Arrays(Box<RowArrays>),
}

struct One {
    row: Row,
    /// Of a line: what stands between the item and the day, and behind the day.
    between: Vec<u8>,
    behind: Vec<u8>,
    /// Of arrays: where its words stand.
    words: Option<RowWords>,
    times: u64,
}

impl<'j> Rendered<'j> {
    pub(super) fn new(judge: &'j Judge<'j>, format: RowFormat) -> Rendered<'j> {
        let form = match format {
            RowFormat::Lines(format) => Form::Lines(format),
            RowFormat::Parquet => Form::Arrays(Box::new(RowArrays::new())),
        };
        Rendered { judge, form, places: HashMap::new(), all: Vec::new(), of_batch: HashMap::new(), last: None, days: Days::new() }
    }

    /// Begins a batch; the numbers of conclusions are anew.
    pub(super) fn begin(&mut self) {
        self.of_batch.clear();
        self.last = None;
        if self.all.len() > MOST {
            (self.places, self.all) = (HashMap::new(), Vec::new());
        }
    }

    /// Writes a row.
    pub(super) fn write(
        &mut self,
        decisions: &Decisions,
        one: Conclusion,
        id: Option<&str>,
        item: Option<&str>,
        day: Option<Date>,
        out: &mut Vec<u8>,
    ) {
        let place = match self.last {
            Some((last, place)) if last == one => place,
            _ => self.found(decisions, one),
        };
        self.last = Some((one, place));
        let day = day.map_or("", |day| self.days.text(day));
        let one = &mut self.all[place];
        one.times += 1;
        match &mut self.form {
            Form::Arrays(arrays) => {
                let day = Some(day).filter(|day| !day.is_empty());
                one.words = Some(arrays.push(id, item, day, &one.row, one.words));
                return;
            }
            Form::Lines(LineFormat::Jsonl) => {
                out.extend_from_slice(b"{\"id\":");
                json(id, out);
                out.extend_from_slice(b",\"item\":");
                json(item, out);
                out.extend_from_slice(&one.between);
                json(Some(day).filter(|day| !day.is_empty()), out);
            }
            Form::Lines(LineFormat::Csv) => {
                cell(&harmless(id.unwrap_or_default()), out);
                out.push(b',');
                cell(item.unwrap_or_default(), out);
                out.extend_from_slice(&one.between);
                out.extend_from_slice(day.as_bytes());
            }
        }
        out.extend_from_slice(&one.behind);
    }

    /// Writes rows that were made by themselves.
    pub(super) fn write_rows(&mut self, rows: &[Row], out: &mut Vec<u8>) {
        match &mut self.form {
            Form::Lines(format) => Row::write(rows, *format, out),
            Form::Arrays(arrays) => {
                for row in rows {
                    arrays.push(row.id.as_deref(), row.item.as_deref(), row.on.as_deref(), row, None);
                }
            }
        }
    }

    /// The rows that were written as arrays.
    pub(super) fn arrays(&mut self) -> Option<RecordBatch> {
        match &mut self.form {
            Form::Lines(_) => None,
            Form::Arrays(arrays) => arrays.take().ok(),
        }
    }

    /// Every row that was written since it was last asked, with how often.
    pub(super) fn counted(&mut self) -> impl Iterator<Item = (&Row, u64)> {
        self.all.iter_mut().filter(|one| one.times > 0).map(|one| (&one.row, std::mem::take(&mut one.times)))
    }

    fn found(&mut self, decisions: &Decisions, one: Conclusion) -> usize {
        if let Some(place) = self.of_batch.get(&one) {
            return *place;
        }
        let place = self.place(decisions, one);
        self.of_batch.insert(one, place);
        place
    }

    fn place(&mut self, decisions: &Decisions, one: Conclusion) -> usize {
        let (whole, item) = (decisions.clauses(one.whole), decisions.clauses(one.item));
        let clauses = (whole.into(), item.into(), one.covered);
        if let Some(place) = self.places.get(&clauses) {
            return *place;
        }
        let row = conclusion(self.judge, whole.iter().chain(item).map(|clause| *clause as usize), one.covered);
        let (between, behind) = match self.form {
            Form::Lines(format) => row.around_day(format),
            Form::Arrays(_) => Default::default(),
        };
        self.all.push(One { row, between, behind, words: None, times: 0 });
        self.places.insert(clauses, self.all.len() - 1);
        self.all.len() - 1
    }
}

/// The texts of days, each where it was looked for last.
struct Days(Vec<Option<(Date, String)>>);

impl Days {
    fn new() -> Days {
        Days(vec![None; 1024])
    }

    fn text(&mut self, day: Date) -> &str {
        let slot = day.0.rem_euclid(self.0.len() as i32) as usize;
        match &mut self.0[slot] {
            Some((known, _)) if *known == day => {}
            other => *other = Some((day, day.to_string())),
        }
        self.0[slot].as_ref().map_or("", |(_, text)| text)
    }
}

fn json(text: Option<&str>, out: &mut Vec<u8>) {
    // To write into memory cannot fail.
    let _ = serde_json::to_writer(out, &text);
}

/// A cell of a flat line, in quotes where it has to be.
fn cell(text: &str, out: &mut Vec<u8>) {
    if !text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
        return out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
    out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    out.push(b'"');
}
