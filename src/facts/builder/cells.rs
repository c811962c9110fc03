//! The cells of one field while shipments are read, in the form that its column will have.

use super::dictionary::Dictionary;
use super::scaled::{MOST_PLACES, Scaled};
use crate::check::{Field, Type};
use crate::column::{Column, Entries, NOWHERE, Truths};
use crate::value::{Date, Truth, Value};
use std::sync::Arc;

/// Nobody states whether it is true.
const NOBODY: u8 = 3;

/// So many texts of a dictionary are few beside the rows of a batch.
const FEW: usize = 256;

/// A truth that somebody states.
fn stated(truth: bool) -> u8 {
    if truth { 1 } else { 2 }
}
/// A dictionary whose texts have more bytes than this is begun anew with the next shipments.
pub(super) const MOST_BYTES: usize = 2 << 20;

/// The cells of a field; a row that nobody states is left out.
pub(super) struct Values {
    form: Form,
    /// What stands where nobody states anything.
    absent: Value,
    /// Somebody states something of some row.
    is_stated: bool,
}

enum Form {
    /// 1: true, 2: false, 0: nobody knows, 3: nobody states it. So the lowest bit says true, the next one false, and both: what the field says where nobody states it.
    Truths(Vec<u8>),
    Numbers(Scaled),
    /// Places in a dictionary, the first of which stands for what nobody states.
    Entries {
        at: Vec<u32>,
        of: Vec<Value>,
        whole: Option<Arc<[Value]>>,
        known: Dictionary<u32>,
    },
}

impl Values {
    pub(super) fn new(field: &Field) -> Values {
        let absent = field.default.clone().unwrap_or_else(|| field.ty.unstated());
        let form = match field.ty {
            Type::Truth => Form::Truths(Vec::new()),
            Type::Integer | Type::Decimal | Type::Percent | Type::Money | Type::Quantity(_) | Type::Date => {
                let plain = match field.ty {
                    Type::Integer => Some(0),
                    Type::Decimal => Some(MOST_PLACES),
                    _ => None,
                };
                Form::Numbers(Scaled::new(plain))
            }
            _ => Form::Entries { at: Vec::new(), of: vec![absent.clone()], whole: None, known: Dictionary::new() },
        };
        Values { form, absent, is_stated: false }
    }

    /// States a truth.
    pub(super) fn truth(&mut self, row: usize, truth: bool) -> bool {
        self.is_stated = true;
        let Form::Truths(at) = &mut self.form else { return false };
        let is_free = reach(at, row, NOBODY);
        if is_free {
            at[row] = stated(truth);
        }
        is_free
    }

    /// States a number: an integer divided by so many powers of ten.
    pub(super) fn scaled(&mut self, row: usize, mantissa: i64, places: u32) -> bool {
        self.is_stated = true;
        let Form::Numbers(numbers) = &mut self.form else { return false };
        numbers.scaled(row, mantissa, places)
    }

    /// States numbers of rows that follow one another: integers from 0 to a most, divided by so many powers of ten. Gives back whether they could be taken
    /// in.
    pub(super) fn scaled_all(
        &mut self,
        first: usize,
        numbers: impl Iterator<Item = Option<i128>> + Clone,
        most: i64,
        places: u32,
    ) -> bool {
        let Form::Numbers(to) = &mut self.form else { return false };
        let is_taken = to.scaled_all(first, numbers, most, places);
        self.is_stated |= to.valid[first..].contains(&true);
        is_taken
    }

    /// States what a text stands for; `read` reads it where it was not met before. Gives back whether it could be read.
    pub(super) fn text(&mut self, row: usize, text: &[u8], read: impl FnOnce() -> Option<Value>) -> bool {
        self.is_stated = true;
        match &mut self.form {
            Form::Truths(_) => false,
            Form::Numbers(numbers) => numbers.text(row, text, read),
            Form::Entries { at, of, whole, known } => {
                if !reach(at, row, 0) {
                    return false;
                }
                let place = entry(text, of, whole, known, read);
                at[row] = place.unwrap_or_default();
                place.is_some()
            }
        }
    }

    /// States what the texts of rows that follow one another stand for, an empty one for nothing; `read` reads those that were not met before. Calls
    /// `refused` with the place of each that could not be read.
    pub(super) fn texts<'t>(
        &mut self,
        first: usize,
        texts: impl Iterator<Item = &'t [u8]>,
        read: impl Fn(&[u8]) -> Option<Value>,
        mut refused: impl FnMut(usize),
    ) {
        match &mut self.form {
            Form::Truths(at) => {
                at.resize(first, NOBODY);
                at.reserve(texts.size_hint().0);
                for text in texts {
                    at.push(match text {
                        b"" => NOBODY,
                        b"true" => 1,
                        b"false" => 2,
                        _ => {
                            refused(at.len() - first);
                            NOBODY
                        }
                    });
                }
                self.is_stated |= at[first..].iter().any(|stated| *stated != NOBODY);
            }
            Form::Entries { at, of, whole, known } => {
                at.resize(first, 0);
                at.reserve(texts.size_hint().0);
                for text in texts {
                    let found = if text.is_empty() { Some(0) } else { entry(text, of, whole, known, || read(text)) };
                    if found.is_none() {
                        refused(at.len() - first);
                    }
                    at.push(found.unwrap_or_default());
                }
                self.is_stated |= at[first..].iter().any(|stated| *stated != 0);
            }
            Form::Numbers(numbers) => {
                numbers.reserve(texts.size_hint().0);
                for (row, text) in (first..).zip(texts) {
                    if !text.is_empty() {
                        self.is_stated = true;
                        if !numbers.text(row, text, || read(text)) {
                            refused(row - first);
                        }
                    }
                }
            }
        }
    }

    /// States a day, or says of a row what the rest of its list leaves it.
    pub(super) fn value(&mut self, row: usize, value: Value) -> bool {
        self.is_stated = true;
        let Form::Numbers(numbers) = &mut self.form else { return false };
        let is_free = numbers.reach(row);
        if is_free {
            numbers.put(row, value);
        }
        is_free
    }

    /// See [`Scaled::days_all`].
    pub(super) fn days_all(&mut self, first: usize, days: impl Iterator<Item = Option<Date>> + Clone) -> bool {
        self.is_stated = true;
        let Form::Numbers(numbers) = &mut self.form else { return false };
        numbers.days_all(first, days)
    }

    /// States of rows that follow one another what some texts stand for, each by its place among them; of none nothing. Gives back whether all could be
    /// read.
    pub(super) fn words<'t>(
        &mut self,
        first: usize,
        texts: &[Option<&'t str>],
        mut places: impl Iterator<Item = Option<usize>> + Clone,
        read: impl Fn(&'t str) -> Option<Value>,
    ) -> bool {
        match &mut self.form {
            Form::Truths(at) => {
                at.resize(first, NOBODY);
                let truth = |value: Value| value.truth().known().map(stated);
                let all: Vec<Option<u8>> =
                    texts.iter().map(|text| text.map_or(Some(NOBODY), |text| read(text).and_then(truth))).collect();
                let is_read = places.all(|place| {
                    let truth = place.map_or(Some(NOBODY), |place| all[place]);
                    at.extend(truth);
                    truth.is_some()
                });
                self.is_stated |= at[first..].iter().any(|stated| *stated != NOBODY);
                is_read
            }
            Form::Entries { at, of, whole, known } => {
                // Where they are few, it takes longer to find out which of them are used than to read all.
                let mut is_used = vec![texts.len() < FEW; texts.len()];
                if texts.len() >= FEW {
                    places.clone().for_each(|place| {
                        if let Some(place) = place {
                            is_used[place] = true;
                        }
                    });
                }
                let mut entry = |(text, is_used): (&Option<&'t str>, bool)| match text {
                    Some(text) if is_used => entry(text.as_bytes(), of, whole, known, || read(text)).unwrap_or(NOWHERE),
                    _ => 0,
                };
                let found: Vec<u32> = texts.iter().zip(is_used).map(&mut entry).collect();
                at.resize(first, 0);
                at.extend(places.map(|place| place.map_or(0, |place| found[place])));
                self.is_stated |= at[first..].iter().any(|stated| *stated != 0);
                !found.contains(&NOWHERE) || !at[first..].contains(&NOWHERE)
            }
            Form::Numbers(numbers) => (first..).zip(places).all(|(row, place)| {
                place.and_then(|place| texts[place]).is_none_or(|text| {
                    self.is_stated = true;
                    numbers.text(row, text.as_bytes(), || read(text))
                })
            }),
        }
    }

    /// States truths of rows that follow one another. Gives back whether truths are wanted.
    pub(super) fn truths(&mut self, first: usize, truths: impl Iterator<Item = Option<bool>>) -> bool {
        let Form::Truths(at) = &mut self.form else { return false };
        at.resize(first, NOBODY);
        at.extend(truths.map(|truth| truth.map_or(NOBODY, stated)));
        self.is_stated |= at[first..].iter().any(|stated| *stated != NOBODY);
        true
    }

    /// What was stated of a row.
    pub(super) fn stated(&self, row: usize) -> Option<Value> {
        if row >= self.len() {
            return None;
        }
        match &self.form {
            Form::Truths(at) => {
                [Some(Truth::Unknown), Some(Truth::True), Some(Truth::False), None][usize::from(at[row])].map(Value::from)
            }
            Form::Numbers(numbers) => numbers.get(row),
            Form::Entries { at, of, .. } => (at[row] != 0).then(|| of[at[row] as usize].clone()),
        }
    }

    /// Somebody states it of a row.
    pub(super) fn is_stated(&self, row: usize) -> bool {
        row < self.len()
            && match &self.form {
                Form::Truths(at) => at[row] != NOBODY,
                Form::Numbers(numbers) => numbers.valid[row] || numbers.others.contains_key(&(row as u32)),
                Form::Entries { at, .. } => at[row] != 0,
            }
    }

    /// What stands where nobody states anything.
    pub(super) fn absent(&self) -> &Value {
        &self.absent
    }

    /// Nobody states anything.
    pub(super) fn is_empty(&self) -> bool {
        !self.is_stated
    }

    /// Forgets the rows from one on.
    pub(super) fn cut(&mut self, len: usize) {
        match &mut self.form {
            Form::Truths(at) => at.truncate(len),
            Form::Numbers(numbers) => {
                numbers.at.truncate(len);
                numbers.valid.truncate(len);
                numbers.others.split_off(&(len as u32));
            }
            Form::Entries { at, .. } => at.truncate(len),
        }
    }

    /// Takes the column of so many rows out, and begins anew.
    pub(super) fn take(&mut self, rows: usize) -> Column {
        let is_empty = self.is_empty();
        self.is_stated = false;
        if is_empty {
            self.cut(0);
            return Column::Same(self.absent.clone());
        }
        match &mut self.form {
            Form::Truths(at) => {
                at.resize(rows, NOBODY);
                let column = Column::Truths(Truths::of_bits(at, self.absent.truth()));
                at.clear();
                column
            }
            Form::Numbers(numbers) => numbers.take(rows, &self.absent),
            Form::Entries { at, of, whole, known } => {
                at.resize(rows, 0);
                let all = whole.get_or_insert_with(|| of.as_slice().into()).clone();
                let column = Column::Entries(Entries::new(all, std::mem::take(at)));
                if known.bytes() > MOST_BYTES {
                    of.truncate(1);
                    (*whole, *known) = (None, Dictionary::new());
                }
                column
            }
        }
    }

    /// How many rows there are so far.
    fn len(&self) -> usize {
        match &self.form {
            Form::Truths(at) => at.len(),
            Form::Numbers(numbers) => numbers.at.len(),
            Form::Entries { at, .. } => at.len(),
        }
    }
}

/// The place of what a text stands for among all that texts stand for.
fn entry(
    text: &[u8],
    of: &mut Vec<Value>,
    whole: &mut Option<Arc<[Value]>>,
    known: &mut Dictionary<u32>,
    read: impl FnOnce() -> Option<Value>,
) -> Option<u32> {
    known.find(text, || {
        of.push(read()?);
        *whole = None;
        Some(of.len() as u32 - 1)
    })
}

/// Makes room up to a row: mostly the next one. Gives back whether nobody has stated anything of it yet.
pub(super) fn reach<T: Copy + PartialEq>(at: &mut Vec<T>, row: usize, nobody: T) -> bool {
    match at.get(row) {
        Some(stated) => *stated == nobody,
        None if row == at.len() => {
            at.push(nobody);
            true
        }
        None => {
            at.resize(row + 1, nobody);
            true
        }
    }
}
