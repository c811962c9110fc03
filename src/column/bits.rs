//! A bit for each row.

/// A bit for each row, in words of 64. Bits behind the last row are zero.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    /// So many rows, all set or none.
    pub fn same(len: usize, is_set: bool) -> Bits {
        let mut bits = Bits { words: vec![if is_set { !0 } else { 0 }; len.div_ceil(64)], len };
        bits.trim();
        bits
    }

    /// Words, the lowest bit of each its first row.
    pub(super) fn of_words(words: Vec<u64>, len: usize) -> Bits {
        let mut bits = Bits { words, len };
        bits.trim();
        bits
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// There are no rows.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether a row is set.
    pub fn get(&self, row: usize) -> bool {
        self.words[row / 64] & (1 << (row % 64)) != 0
    }

    /// Sets a row.
    pub fn set(&mut self, row: usize) {
        self.words[row / 64] |= 1 << (row % 64);
    }

    /// Some row is set.
    pub fn any(&self) -> bool {
        self.words.iter().any(|word| *word != 0)
    }

    /// The rows that are set, in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(at, word)| Ones(*word).map(move |bit| at * 64 + bit))
    }

    /// Sets what is set there.
    pub fn add(&mut self, other: &Bits) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a |= b);
    }

    /// Keeps what is set there.
    pub fn keep(&mut self, other: &Bits) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a &= b);
    }

    /// The other rows.
    pub fn others(&self) -> Bits {
        Bits::of_words(self.words.iter().map(|word| !word).collect(), self.len)
    }

    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    fn trim(&mut self) {
        if let (Some(last), 1..) = (self.words.last_mut(), self.len % 64) {
            *last &= (1 << (self.len % 64)) - 1;
        }
    }
}

/// The places of the bits of a word.
struct Ones(u64);

impl Iterator for Ones {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let bit = self.0.trailing_zeros() as usize;
        self.0 &= self.0.wrapping_sub(1);
        (bit < 64).then_some(bit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_rows_do() {
        for len in [0, 1, 63, 64, 65, 128] {
            let all = Bits::same(len, true);
            assert_eq!(all.iter().count(), len);
            assert!(!all.others().any());
            assert_eq!(Bits::same(len, false).others(), all);
        }
    }
}
