//! Values by their places in a dictionary.

use super::ask::answered;
use super::truths::{Truths, two};
use super::{Column, NOWHERE};
use crate::value::{Truth, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// A dictionary is worth it while its entries are at most a quarter of the rows, or so few.
const FEW: usize = 16;

/// Values by their places in a dictionary.
#[derive(Debug, Clone, PartialEq)]
pub struct Entries {
    of: Arc<[Value]>,
    at: Vec<u32>,
}

impl Entries {
    /// Rows that name entries of a dictionary; each place is one of it.
    pub fn new(of: Arc<[Value]>, at: Vec<u32>) -> Entries {
        debug_assert!(at.iter().all(|at| (*at as usize) < of.len()));
        Entries { of, at }
    }

    /// A dictionary of these values, where few of them differ.
    pub(super) fn of(values: &[Value]) -> Option<Entries> {
        let most = (values.len() / 4).max(FEW);
        let (mut of, mut places) = (Vec::new(), HashMap::new());
        let mut at = Vec::with_capacity(values.len());
        for value in values {
            let place = *places.entry(value).or_insert_with(|| {
                of.push(value.clone());
                of.len() as u32 - 1
            });
            at.push(place);
            if of.len() > most {
                return None;
            }
        }
        Some(Entries { of: of.into(), at })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// There are no rows.
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    pub(super) fn dictionary(&self) -> &[Value] {
        &self.of
    }

    /// For each row the place of its entry.
    pub(super) fn places(&self) -> &[u32] {
        &self.at
    }

    pub(super) fn get(&self, row: usize) -> &Value {
        &self.of[self.at[row] as usize]
    }

    pub(super) fn test(&self, test: impl Fn(&Value) -> Truth) -> Column {
        let answers = self.of.iter().map(test).collect();
        answered(self, &[answers]).pop().unwrap_or_else(|| Column::truth_of(Truth::Unknown))
    }

    pub(super) fn map(&self, make: impl Fn(&Value) -> Value) -> Column {
        let made: Arc<[Value]> = self.of.iter().map(make).collect();
        match made.first() {
            Some(Value::Truth(_)) => Column::Truths(Truths::from_fn(self.at.len(), |row| made[self.at[row] as usize].truth())),
            _ => Column::Entries(Entries { of: made, at: self.at.clone() }),
        }
    }

    /// What a test says of each pair of entries of two dictionaries on the same rows, where that is less than to ask each row.
    pub fn test_pairs(&self, other: &Entries, test: impl Fn(&Value, &Value) -> Truth) -> Option<Truths> {
        let wide = other.of.len();
        if self.of.len() * wide > self.at.len() {
            return None;
        }
        let found: Vec<u8> = self.of.iter().flat_map(|a| other.of.iter().map(|b| two(test(a, b))).collect::<Vec<_>>()).collect();
        Some(Truths::from_two(self.at.len(), |row| found[self.at[row] as usize * wide + other.at[row] as usize]))
    }

    pub(super) fn at(&self, rows: &[u32], unknown: &Value) -> Entries {
        if !rows.contains(&NOWHERE) {
            return Entries { of: self.of.clone(), at: rows.iter().map(|row| self.at[*row as usize]).collect() };
        }
        let of: Arc<[Value]> = self.of.iter().chain([unknown]).cloned().collect();
        let nothing = self.of.len() as u32;
        let at = rows.iter().map(|row| if *row == NOWHERE { nothing } else { self.at[*row as usize] });
        Entries { at: at.collect(), of }
    }
}
