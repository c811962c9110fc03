//! Rows that are written over and over: all but the shipment, the item and the day is made once for each conclusion.

use super::Row;
use super::conclusions::Conclusions;
use super::line::{Line, Own};
use super::shape::{LineFormat, RowColumn, RowFormat, RowShape};
use crate::eval::{Conclusion, Decisions, Judge};
use crate::table::arrow::RowArrays;
use crate::value::Date;
use arrow_array::RecordBatch;

/// The rows of conclusions, as they are written.
pub(in crate::table) struct Rendered<'j> {
    form: Form,
    conclusions: Conclusions<'j>,
    /// Each row says the day on which it was judged.
    says_day: bool,
    days: Days,
}

/// How rows are written.
enum Form {
    Lines(LineFormat, Vec<RowColumn>),
    Arrays(Box<RowArrays>),
}

impl<'j> Rendered<'j> {
    pub(in crate::table) fn new(judge: &'j Judge<'j>, shape: &RowShape) -> Rendered<'j> {
        let form = match shape.format() {
            RowFormat::Lines(format) => Form::Lines(format, shape.columns().to_vec()),
            RowFormat::Parquet | RowFormat::Beside => Form::Arrays(Box::new(RowArrays::new(shape.columns()))),
        };
        Rendered {
            form,
            conclusions: Conclusions::new(judge),
            says_day: shape.columns().contains(&RowColumn::On),
            days: Days::new(),
        }
    }

    /// Begins a batch; the numbers of conclusions are anew.
    pub(in crate::table) fn begin(&mut self) {
        self.conclusions.begin();
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
        let one = self.conclusions.meet(decisions, one);
        let day = if self.says_day { decisions.day(shipment) } else { None };
        let own = Own { id, item, on: day.map(|day| self.days.text(day)) };
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

    /// Every row of a conclusion that was written since it was last asked, with how often.
    pub(in crate::table) fn counted(&mut self) -> impl Iterator<Item = (&Row, u64)> {
        self.conclusions.counted()
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
