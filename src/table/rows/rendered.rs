//! Rows that are written over and over: all but the shipment, the item and the day is made once for each conclusion.

use super::line::{Line, Own};
use super::shape::{LineFormat, RowColumn, RowFormat, RowShape};
use super::{Row, conclusion};
use crate::eval::{Conclusion, Decisions, Judge};
use crate::table::arrow::{RowArrays, RowPlace};
use crate::value::Date;
use arrow_array::RecordBatch;
use std::collections::HashMap;

/// A conclusion is forgotten, with all others, once there are so many.
const MOST: usize = 1 << 16;

/// How many conclusions are found without a search.
const RECENT: usize = 64;

/// The clauses of a conclusion, whatever its numbers are among the decisions of a batch.
type Clauses = (Box<[u32]>, Box<[u32]>, Option<bool>);

/// The rows of conclusions, as they are written.
pub(in crate::table) struct Rendered<'j> {
    judge: &'j Judge<'j>,
    form: Form,
    places: HashMap<Clauses, usize>,
    all: Vec<One>,
    /// The places of the conclusions of a batch.
    of_batch: HashMap<Conclusion, usize>,
    /// Those that were written last, each where it is looked for.
    recent: Vec<Option<(Conclusion, usize)>>,
    /// Each row says the day on which it was judged.
    says_day: bool,
    days: Days,
}

/// How rows are written.
enum Form {
    Lines(LineFormat, Vec<RowColumn>),
    Arrays(Box<RowArrays>),
}

struct One {
    row: Row,
    /// As lines, or as a place among the rows of a batch of arrays, once it was written.
    line: Option<Line>,
    place: Option<RowPlace>,
    times: u64,
}

impl<'j> Rendered<'j> {
    pub(in crate::table) fn new(judge: &'j Judge<'j>, shape: &RowShape) -> Rendered<'j> {
        let form = match shape.format() {
            RowFormat::Lines(format) => Form::Lines(format, shape.columns().to_vec()),
            RowFormat::Parquet | RowFormat::Beside => Form::Arrays(Box::new(RowArrays::new(shape.columns()))),
        };
        Rendered {
            judge,
            form,
            places: HashMap::new(),
            all: Vec::new(),
            of_batch: HashMap::new(),
            recent: vec![None; RECENT],
            says_day: shape.columns().contains(&RowColumn::On),
            days: Days::new(),
        }
    }

    /// Begins a batch; the numbers of conclusions are anew.
    pub(in crate::table) fn begin(&mut self) {
        self.of_batch.clear();
        self.recent.fill(None);
        if self.all.len() > MOST {
            (self.places, self.all) = (HashMap::new(), Vec::new());
        }
    }

    /// Writes a row of a shipment.
    pub(in crate::table) fn write(
        &mut self,
        decisions: &Decisions,
        one: Conclusion,
        id: Option<&str>,
        item: Option<&str>,
        shipment: usize,
        out: &mut Vec<u8>,
    ) {
        let slot = (one.whole as usize).wrapping_mul(31).wrapping_add(one.item as usize) % RECENT;
        let place = match self.recent[slot] {
            Some((recent, place)) if recent == one => place,
            _ => self.found(decisions, one),
        };
        self.recent[slot] = Some((one, place));
        let day = if self.says_day { decisions.day(shipment) } else { None };
        let own = Own { id, item, on: day.map(|day| self.days.text(day)) };
        let one = &mut self.all[place];
        one.times += 1;
        match &mut self.form {
            Form::Lines(format, columns) => {
                one.line.get_or_insert_with(|| Line::of(&one.row, *format, columns)).write(own, out);
            }
            Form::Arrays(arrays) => {
                let place = arrays.place(&one.row, one.place);
                one.place = Some(place);
                arrays.push(own, place);
            }
        }
    }

    /// Writes rows that were made by themselves.
    pub(in crate::table) fn write_rows(&mut self, rows: &[Row], out: &mut Vec<u8>) {
        for row in rows {
            match &mut self.form {
                Form::Lines(format, columns) => Line::of(row, *format, columns).write(Own::of(row), out),
                Form::Arrays(arrays) => {
                    let place = arrays.place(row, None);
                    arrays.push(Own::of(row), place);
                }
            }
        }
    }

    /// The rows that were written as arrays.
    pub(in crate::table) fn arrays(&mut self) -> Option<RecordBatch> {
        match &mut self.form {
            Form::Lines(..) => None,
            Form::Arrays(arrays) => arrays.take().ok(),
        }
    }

    /// Every row that was written since it was last asked, with how often.
    pub(in crate::table) fn counted(&mut self) -> impl Iterator<Item = (&Row, u64)> {
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
        self.all.push(One { row, line: None, place: None, times: 0 });
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
