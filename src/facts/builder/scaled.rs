//! Amounts while shipments are read: integers of one scale, and beside them what is none.

use super::cells::{MOST_BYTES, reach};
use super::dictionary::Dictionary;
use crate::column::{Bits, Column, Measure, Numbers};
use crate::facts::scalar::DAYS;
use crate::value::{Date, Number, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Decimals have so many places to begin with, and at most so many.
const PLACES: u32 = 4;
pub(super) const MOST_PLACES: u32 = 12;

/// Amounts as integers of one scale.
pub(super) struct Scaled {
    /// How many places a number may have that is written as digits and a point; none where more is written.
    plain: Option<u32>,
    measure: Option<Measure>,
    places: u32,
    pub(super) at: Vec<i64>,
    pub(super) valid: Vec<bool>,
    /// What is no such integer.
    pub(super) others: BTreeMap<u32, Value>,
    known: Dictionary<Value>,
}

impl Scaled {
    pub(super) fn new(plain: Option<u32>) -> Scaled {
        Scaled {
            plain,
            measure: None,
            places: PLACES,
            at: Vec::new(),
            valid: Vec::new(),
            others: BTreeMap::new(),
            known: Dictionary::new(),
        }
    }

    /// Makes room for so many more rows.
    pub(super) fn reserve(&mut self, rows: usize) {
        self.at.reserve(rows);
        self.valid.reserve(rows);
    }

    /// States an integer divided by so many powers of ten.
    pub(super) fn scaled(&mut self, row: usize, mantissa: i64, places: u32) -> bool {
        let at = self.factor(places).and_then(|factor| mantissa.checked_mul(factor));
        let Some(at) = at.filter(|_| self.reach(row)) else { return false };
        self.measure = Some(Measure::Plain);
        (self.at[row], self.valid[row]) = (at, true);
        true
    }

    /// What integers are multiplied by that are divided by so many powers of ten; nothing where that is no amount of this scale.
    fn factor(&mut self, places: u32) -> Option<i64> {
        if self.measure.is_some_and(|measure| measure != Measure::Plain) {
            return None;
        }
        while places > self.places {
            self.grow().then_some(())?;
        }
        Some(10i64.pow(self.places - places))
    }

    /// States what a text stands for: digits and a point, where decimals are wanted, or what `read` reads.
    pub(super) fn text(&mut self, row: usize, text: &[u8], read: impl FnOnce() -> Option<Value>) -> bool {
        if let Some(most) = self.plain
            && let Some((mantissa, places)) = digits(text).filter(|(_, places)| *places <= most)
            && self.scaled(row, mantissa, places)
        {
            return true;
        }
        let value = if self.reach(row) { self.known.find(text, read) } else { None };
        let is_read = value.is_some();
        value.into_iter().for_each(|value| self.put(row, value));
        is_read
    }

    /// States integers from 0 to a most of rows that follow one another, divided by so many powers of ten.
    pub(super) fn scaled_all(
        &mut self,
        first: usize,
        numbers: impl Iterator<Item = Option<i128>> + Clone,
        most: i64,
        places: u32,
    ) -> bool {
        self.at.resize(first, 0);
        self.valid.resize(first, false);
        let Some(factor) = self.factor(places) else { return false };
        self.measure = Some(Measure::Plain);
        let most = i128::from(most.min(i64::MAX / factor));
        let mut is_sound = true;
        self.valid.extend(numbers.clone().map(|number| number.is_some()));
        self.at.extend(numbers.map(|number| {
            let number = number.unwrap_or_default();
            let is_small = (0..=most).contains(&number);
            is_sound &= is_small;
            // What is no amount of this scale is refused, with all others.
            if is_small { number as i64 * factor } else { 0 }
        }));
        is_sound
    }

    /// States days of rows that follow one another. Gives back whether days are wanted, and whether all of them are such as facts may state.
    pub(super) fn days_all(&mut self, first: usize, days: impl Iterator<Item = Option<Date>> + Clone) -> bool {
        if self.measure.is_some_and(|measure| measure != Measure::Days) {
            return false;
        }
        self.measure = Some(Measure::Days);
        self.at.resize(first, 0);
        self.valid.resize(first, false);
        let mut is_sound = true;
        self.valid.extend(days.clone().map(|day| day.is_some()));
        self.at.extend(days.map(|day| {
            is_sound &= day.is_none_or(|day| DAYS.contains(&day));
            day.map_or(0, |day| i64::from(day.0))
        }));
        is_sound
    }

    /// Makes room up to a row. Gives back whether nobody has stated anything of it yet.
    pub(super) fn reach(&mut self, row: usize) -> bool {
        reach(&mut self.at, row, 0);
        reach(&mut self.valid, row, false) && (self.others.is_empty() || !self.others.contains_key(&(row as u32)))
    }

    pub(super) fn put(&mut self, row: usize, value: Value) {
        let found = match &value {
            Value::Number(number) => self.as_decimal(number).map(|at| (Measure::Plain, at)),
            Value::Money(number, currency) => self.as_decimal(number).map(|at| (Measure::Money(*currency), at)),
            Value::Date(day) => Some((Measure::Days, i64::from(day.0))),
            _ => None,
        };
        match found {
            Some((measure, at)) if self.measure.is_none_or(|known| known == measure) => {
                self.measure = Some(measure);
                (self.at[row], self.valid[row]) = (at, true);
            }
            _ => {
                self.valid[row] = false;
                self.others.insert(row as u32, value);
            }
        }
    }

    /// A number as an integer of the scale, which grows where the number has more places.
    fn as_decimal(&mut self, number: &Number) -> Option<i64> {
        let (numerator, denominator) = number.parts()?;
        loop {
            let scale = 10i64.pow(self.places);
            if scale % denominator == 0 {
                return numerator.checked_mul(scale / denominator);
            }
            if !self.grow() {
                return None;
            }
        }
    }

    /// One place more for all; whether that was possible.
    fn grow(&mut self) -> bool {
        if self.places >= MOST_PLACES {
            return false;
        }
        for row in 0..self.at.len() {
            if !self.valid[row] {
                continue;
            }
            match self.at[row].checked_mul(10) {
                Some(at) => self.at[row] = at,
                None => {
                    let value = self.get(row).unwrap_or(Value::Unknown);
                    self.valid[row] = false;
                    self.others.insert(row as u32, value);
                }
            }
        }
        self.places += 1;
        true
    }

    fn scale(&self) -> i64 {
        if self.measure == Some(Measure::Days) { 1 } else { 10i64.pow(self.places) }
    }

    pub(super) fn get(&self, row: usize) -> Option<Value> {
        if !self.valid[row] {
            return self.others.get(&(row as u32)).cloned();
        }
        let number = || Number::ratio(self.at[row], self.scale()).unwrap_or(Number::ZERO);
        Some(match self.measure? {
            Measure::Plain => Value::Number(number()),
            Measure::Money(currency) => Value::Money(number(), currency),
            Measure::Days => Value::Date(Date(i32::try_from(self.at[row]).unwrap_or_default())),
        })
    }

    pub(super) fn take(&mut self, rows: usize, absent: &Value) -> Column {
        self.at.resize(rows, 0);
        self.valid.resize(rows, false);
        let valid = match self.valid.contains(&false) {
            true => {
                let mut bits = Bits::same(rows, false);
                self.valid.iter().enumerate().filter(|(_, valid)| **valid).for_each(|(row, _)| bits.set(row));
                Some(bits)
            }
            false => None,
        };
        let others = std::mem::take(&mut self.others).into_iter().collect();
        let (measure, scale) = (self.measure.unwrap_or(Measure::Plain), self.scale());
        if self.known.bytes() > MOST_BYTES {
            self.known = Dictionary::new();
        }
        (self.measure, self.places) = (None, PLACES);
        self.valid.clear();
        let at = Arc::new(std::mem::take(&mut self.at));
        Column::Numbers(Numbers { measure, scale, at, valid, missing: absent.clone(), others })
    }
}

/// Digits and at most one point, as an integer and how many of its digits stand behind the point.
fn digits(text: &[u8]) -> Option<(i64, u32)> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    let (mut mantissa, mut point) = (0i64, None);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'0'..=b'9' => mantissa = mantissa * 10 + i64::from(byte - b'0'),
            b'.' if point.is_none() && at > 0 && at + 1 < text.len() => point = Some(at),
            _ => return None,
        }
    }
    let places = point.map_or(0, |at| text.len() - at - 1);
    Some((mantissa, places as u32))
}
