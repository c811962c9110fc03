//! A file as lines, each with where it begins, however long the file is.

use std::io::{BufRead, Result};

/// How long a line may be, in bytes; a longer one is set aside.
pub(super) const LONGEST_LINE: usize = 16 << 20;

/// A line without its end, and how many bytes it takes with it.
pub(super) struct Line {
    pub(super) text: Vec<u8>,
    pub(super) length: u64,
    /// It is longer than a line may be, and `text` is only its beginning.
    pub(super) is_too_long: bool,
}

/// The next line, if there is one.
pub(super) fn next_line(file: &mut impl BufRead) -> Result<Option<Line>> {
    let mut line = Line { text: Vec::new(), length: 0, is_too_long: false };
    loop {
        let there = file.fill_buf()?;
        if there.is_empty() {
            return Ok((line.length > 0).then_some(line));
        }
        let (taken, is_end) = match there.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (there.len(), false),
        };
        let room = LONGEST_LINE.saturating_sub(line.text.len());
        line.text.extend_from_slice(&there[..taken.min(room)]);
        line.is_too_long |= taken > room;
        line.length += taken as u64;
        file.consume(taken);
        if is_end {
            while line.text.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                line.text.pop();
            }
            return Ok(Some(line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_length_with_their_end() {
        let mut file = "one\r\n\ntwo".as_bytes();
        let mut found = Vec::new();
        while let Ok(Some(line)) = next_line(&mut file) {
            found.push((String::from_utf8_lossy(&line.text).into_owned(), line.length));
        }
        assert_eq!(found, [("one".to_string(), 5), (String::new(), 1), ("two".to_string(), 3)]);
    }
}
