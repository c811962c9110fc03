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

    /// The rows that are so.
    pub(super) fn of_rows<T: Copy>(rows: &[T], is_so: impl Fn(T) -> bool) -> Bits {
        // Eight at a time: no bit waits for the one before it.
        let eight = |rows: &[T]| rows.iter().enumerate().fold(0, |byte, (bit, of)| byte | u64::from(is_so(*of)) << bit);
        let word = |rows: &[T]| {
            let (eights, rest) = rows.as_chunks::<8>();
            let word = eights.iter().enumerate().fold(0, |word, (at, rows)| word | eight(rows) << (8 * at));
            if rest.is_empty() { word } else { word | eight(rest) << (8 * eights.len()) }
        };
        Bits::of_words(rows.chunks(64).map(word).collect(), rows.len())
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
        self.join(other, |a, b| a | b);
    }

    /// Keeps what is set there.
    pub fn keep(&mut self, other: &Bits) {
        self.join(other, |a, b| a & b);
    }

    /// Joins word by word.
    pub(super) fn join(&mut self, other: &Bits, by: impl Fn(u64, u64) -> u64) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a = by(*a, *b));
    }

    /// Both, joined word by word.
    pub(super) fn joined(&self, other: &Bits, by: impl Fn(u64, u64) -> u64) -> Bits {
        Bits { words: self.words.iter().zip(&other.words).map(|(a, b)| by(*a, *b)).collect(), len: self.len }
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

/// Bitmaps from bytes, one a row: bit `n` of each goes to bitmap `n`, of which the first `count` are made. So one look at a table
/// answers several questions.
pub(super) fn spread<T: Copy>(rows: &[T], count: usize, byte: impl Fn(T) -> u8) -> Vec<Bits> {
    if count == 1 {
        return vec![Bits::of_rows(rows, |of| byte(of) & 1 != 0)];
    }
    let mut words = vec![Vec::with_capacity(rows.len().div_ceil(64)); count];
    let mut push =
        |bytes: [[u8; 8]; 8]| words.iter_mut().zip(bytes).for_each(|(words, bytes)| words.push(u64::from_le_bytes(bytes)));
    let (whole, rest) = rows.as_chunks::<64>();
    for rows in whole {
        // For each bitmap the bytes of a word.
        let mut bytes = [[0; 8]; 8];
        for (at, eight) in rows.as_chunks::<8>().0.iter().enumerate() {
            let mut of_rows = [0; 8];
            of_rows.iter_mut().zip(eight).for_each(|(of_row, row)| *of_row = byte(*row));
            let turned = turned(u64::from_le_bytes(of_rows)).to_le_bytes();
            (0..8).for_each(|bitmap| bytes[bitmap][at] = turned[bitmap]);
        }
        push(bytes);
    }
    if !rest.is_empty() {
        let mut bytes = [[0; 8]; 8];
        for (row, of) in rest.iter().enumerate() {
            (0..8).for_each(|bitmap| bytes[bitmap][row / 8] |= (byte(*of) >> bitmap & 1) << (row % 8));
        }
        push(bytes);
    }
    words.into_iter().map(|words| Bits::of_words(words, rows.len())).collect()
}

/// Eight rows of eight bits, turned so that rows become columns (Warren, Hacker's Delight, 7-3).
fn turned(rows: u64) -> u64 {
    [(7, 0x00AA_00AA_00AA_00AA), (14, 0x0000_CCCC_0000_CCCC), (28, 0x0000_0000_F0F0_F0F0)].into_iter().fold(
        rows,
        |rows, (by, mask)| {
            let swapped = (rows ^ (rows >> by)) & mask;
            rows ^ swapped ^ (swapped << by)
        },
    )
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
    fn bits_of_bytes_go_to_their_bitmaps() {
        for len in [0, 1, 7, 8, 63, 64, 65, 200] {
            let bytes: Vec<u8> = (0..len).map(|row| (row * 37 % 256) as u8).collect();
            assert_eq!(spread(&bytes, 1, |byte| byte), spread(&bytes, 8, |byte| byte)[..1]);
            let bitmaps = spread(&bytes, 8, |byte| byte);
            for (row, byte) in bytes.iter().enumerate() {
                for (bit, bitmap) in bitmaps.iter().enumerate() {
                    assert_eq!(bitmap.get(row), byte & (1 << bit) != 0, "{row} of {len}, {bit}");
                }
            }
        }
    }

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
