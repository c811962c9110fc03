//! The lists of one field while shipments are read.

use crate::column::NOWHERE;
use crate::facts::shipments::Lists;

/// Lists that were stated, in no order.
pub(super) struct Stated {
    elements: Vec<u32>,
    /// The row of each, where its elements begin and end, and whether there are no others.
    of: Vec<(u32, u32, u32, bool)>,
    /// A list that nobody states has no elements; otherwise nobody knows.
    is_none_else: bool,
}

impl Stated {
    pub(super) fn new(is_none_else: bool) -> Stated {
        Stated { elements: Vec::new(), of: Vec::new(), is_none_else }
    }

    pub(super) fn state(&mut self, row: u32, elements: impl Iterator<Item = u32>, complete: bool) {
        let start = self.elements.len() as u32;
        self.elements.extend(elements);
        self.of.push((row, start, self.elements.len() as u32, complete));
    }

    /// Forgets the rows from one on.
    pub(super) fn cut(&mut self, len: usize) {
        while self.of.last().is_some_and(|(row, ..)| *row as usize >= len) {
            self.of.pop();
        }
        self.elements.truncate(self.of.iter().map(|(.., end, _)| *end as usize).max().unwrap_or(0));
    }

    /// The lists that were stated from a row on, with their elements.
    pub(super) fn from(&self, row: usize) -> impl Iterator<Item = &[u32]> {
        let of = self.of.iter().rev().take_while(move |(at, ..)| *at as usize >= row);
        of.map(|(_, start, end, _)| &self.elements[*start as usize..*end as usize])
    }

    /// Whether each of so many rows is stated.
    pub(super) fn stated(&self, rows: usize) -> Vec<bool> {
        let mut found = vec![false; rows];
        self.of.iter().for_each(|(row, ..)| found[*row as usize] = true);
        found
    }

    /// The rows of so many whose lists may hold more than was stated.
    pub(super) fn open(&self, rows: usize) -> Vec<u32> {
        let mut complete = vec![self.is_none_else; rows];
        self.of.iter().for_each(|(row, .., is_complete)| complete[*row as usize] = *is_complete);
        (0..rows as u32).filter(|row| !complete[*row as usize]).collect()
    }

    /// Takes the lists of so many rows out, and begins anew.
    pub(super) fn take(&mut self, rows: usize) -> Lists {
        let mut spans = vec![(0, 0); rows];
        let mut complete = vec![self.is_none_else; rows];
        for (row, start, end, is_complete) in self.of.drain(..) {
            (spans[row as usize], complete[row as usize]) = ((start, end), is_complete);
        }
        Lists { spans, elements: std::mem::take(&mut self.elements), complete, possible: vec![NOWHERE; rows] }
    }
}
