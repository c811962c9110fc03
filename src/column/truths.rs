//! Truths in three values, as two bitmaps.

use super::bits::{Bits, spread};
use crate::value::Truth;
use std::sync::Arc;

/// Truths: the rows where it is surely true, and those where it is surely false. Neither: unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truths {
    // Most are read by others as they are: a copy is made where one changes.
    yes: Arc<Bits>,
    no: Arc<Bits>,
}

impl Truths {
    /// So many rows of one truth.
    pub fn same(len: usize, truth: Truth) -> Truths {
        Truths::of(Bits::same(len, truth.is_true()), Bits::same(len, truth.is_false()))
    }

    /// The truth of each row.
    pub fn from_fn(len: usize, of: impl Fn(usize) -> Truth) -> Truths {
        Truths::from_two(len, |row| two(of(row)))
    }

    /// Two bits for each row: the lower says that it is surely true, the other that it is surely false; where both are set, it is `both`.
    pub fn of_bits(rows: &[u8], both: Truth) -> Truths {
        let mut bitmaps = spread(rows, 2, |row| row).into_iter();
        let (mut yes, mut no) = (bitmaps.next().unwrap_or_default(), bitmaps.next().unwrap_or_default());
        let contradicted = yes.joined(&no, |yes, no| yes & no);
        if contradicted.any() {
            if both != Truth::True {
                yes.join(&contradicted, |yes, one| yes & !one);
            }
            if both != Truth::False {
                no.join(&contradicted, |no, one| no & !one);
            }
        }
        Truths::of(yes, no)
    }

    /// Two bits for each row: the lower says that it is surely true, the other that it is surely false.
    pub(super) fn from_two(len: usize, of: impl Fn(usize) -> u8) -> Truths {
        let (mut yes, mut no) = (Vec::with_capacity(len.div_ceil(64)), Vec::with_capacity(len.div_ceil(64)));
        for begin in (0..len).step_by(64) {
            let (mut one, mut other) = (0, 0);
            for bit in 0..64.min(len - begin) {
                let both = u64::from(of(begin + bit));
                one |= (both & 1) << bit;
                other |= (both >> 1) << bit;
            }
            yes.push(one);
            no.push(other);
        }
        Truths::of(Bits::of_words(yes, len), Bits::of_words(no, len))
    }

    /// Surely true where `yes` is set, and surely false where `no` is; nowhere both are.
    pub(super) fn of(yes: Bits, no: Bits) -> Truths {
        Truths { yes: yes.into(), no: no.into() }
    }

    /// Surely true where `yes` is set, and surely false elsewhere.
    pub fn known(yes: Bits) -> Truths {
        let no = yes.others();
        Truths::of(yes, no)
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.yes.len()
    }

    /// There are no rows.
    pub fn is_empty(&self) -> bool {
        self.yes.is_empty()
    }

    /// The truth of a row.
    pub fn get(&self, row: usize) -> Truth {
        match (self.yes.get(row), self.no.get(row)) {
            (true, _) => Truth::True,
            (_, true) => Truth::False,
            _ => Truth::Unknown,
        }
    }

    /// Where it is surely true.
    pub fn yes(&self) -> &Bits {
        &self.yes
    }

    /// Where it is surely false.
    pub fn no(&self) -> &Bits {
        &self.no
    }

    /// Where it is not known.
    pub fn unknown(&self) -> Bits {
        let words = self.yes.words().iter().zip(self.no.words()).map(|(yes, no)| !(yes | no));
        Bits::of_words(words.collect(), self.len())
    }

    /// True where both are, false where one is.
    pub fn and(&mut self, other: &Truths) {
        join(&mut self.yes, &other.yes, |a, b| a & b);
        join(&mut self.no, &other.no, |a, b| a | b);
    }

    /// True where one is, false where both are.
    pub fn or(&mut self, other: &Truths) {
        join(&mut self.yes, &other.yes, |a, b| a | b);
        join(&mut self.no, &other.no, |a, b| a & b);
    }

    /// True where it is false, and the other way round.
    pub fn not(&self) -> Truths {
        Truths { yes: self.no.clone(), no: self.yes.clone() }
    }

    /// What is made of each of the three.
    pub(super) fn mapped(&self, make: impl Fn(Truth) -> Truth) -> Truths {
        let made = [make(Truth::True), make(Truth::False), make(Truth::Unknown)];
        let rows = |wanted: Truth| {
            let [yes, no, unknown] = made.map(|truth| if truth == wanted { !0 } else { 0u64 });
            let words = self.yes.words().iter().zip(self.no.words());
            Bits::of_words(words.map(|(a, b)| (a & yes) | (b & no) | (!(a | b) & unknown)).collect(), self.len())
        };
        Truths::of(rows(Truth::True), rows(Truth::False))
    }

    /// The truths of other rows, each of which names one of these; what is named by none is unknown.
    pub(super) fn at(&self, rows: &[u32]) -> Truths {
        let len = self.len();
        Truths::from_two(rows.len(), |row| {
            let from = rows[row] as usize;
            if from < len { u8::from(self.yes.get(from)) | u8::from(self.no.get(from)) << 1 } else { 0 }
        })
    }

    /// Says something else of some rows.
    pub(super) fn put(&mut self, rows: impl Iterator<Item = (usize, Truth)>) {
        let (mut touched, mut yes, mut no) =
            (Bits::same(self.len(), false), Bits::same(self.len(), false), Bits::same(self.len(), false));
        for (row, truth) in rows {
            touched.set(row);
            match truth {
                Truth::True => yes.set(row),
                Truth::False => no.set(row),
                Truth::Unknown => {}
            }
        }
        let rest = touched.others();
        for (all, of_rows) in [(&mut self.yes, yes), (&mut self.no, no)] {
            let all = Arc::make_mut(all);
            all.keep(&rest);
            all.add(&of_rows);
        }
    }
}

/// Joins bitmaps word by word: in place where nobody else reads the first.
fn join(bits: &mut Arc<Bits>, other: &Bits, by: impl Fn(u64, u64) -> u64) {
    match Arc::get_mut(bits) {
        Some(bits) => bits.join(other, by),
        None => *bits = Arc::new(bits.joined(other, by)),
    }
}

/// A truth as two bits.
pub(super) fn two(truth: Truth) -> u8 {
    match truth {
        Truth::Unknown => 0,
        Truth::True => 1,
        Truth::False => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_bits_say_each_truth_and_both_what_is_asked() {
        for both in [Truth::Unknown, Truth::True, Truth::False] {
            for len in [0, 1, 64, 130] {
                let rows: Vec<u8> = (0..len).map(|row| (row * 7 % 4) as u8).collect();
                let truths = Truths::of_bits(&rows, both);
                let said = [Truth::Unknown, Truth::True, Truth::False, both];
                assert_eq!(truths, Truths::from_fn(len, |row| said[usize::from(rows[row])]));
            }
        }
    }
}
