//! A file as lines, each with where it begins, however long the file is.

use super::cutter::Quotes;
use memchr::memchr;
use std::fs::File;
use std::io::{BufRead, BufReader, Result};

/// How long a line may be, in bytes; a longer one is set aside.
pub(super) const LONGEST_LINE: usize = 16 << 20;

/// A line without its end, as bytes `start` to `end` of a text that holds many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// Its number, from 1.
    pub(super) number: u64,
    pub(super) start: usize,
    pub(super) end: usize,
    /// It is longer than a line may be, and the text holds only its beginning.
    pub(super) is_too_long: bool,
    pub(super) quotes: Quoting,
    /// How many more lines of the file it goes over, in cells in quotes.
    pub(super) more: u64,
}

/// How the quotes of a line stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    /// Each that opens a cell closes it, or it has none.
    Sound,
    /// One opens this cell, and nothing closes it so that the lines in between are one.
    Open(usize),
    /// This cell goes on behind the quote that closes it.
    Glued(usize),
}

impl Line {
    /// It can be read as it stands.
    pub(super) fn is_sound(self) -> bool {
        !self.is_too_long && self.quotes == Quoting::Sound
    }

    /// What is read in a cell is what stands there: no quote before it, or of it, is out of place.
    pub(super) fn is_certain(self, cell: usize) -> bool {
        match self.quotes {
            Quoting::Sound => true,
            Quoting::Open(wrong) | Quoting::Glued(wrong) => cell < wrong,
        }
    }

    /// Its bytes in the text that holds it.
    pub(super) fn of(self, text: &[u8]) -> &[u8] {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// Reads the next line to the end of `text`, if there is one, and says how many bytes it takes with its end.
pub(super) fn next_line(file: &mut impl BufRead, text: &mut Vec<u8>) -> Result<Option<(Line, u64)>> {
    let (start, mut length, mut is_too_long) = (text.len(), 0, false);
    loop {
        let there = file.fill_buf()?;
        if there.is_empty() {
            let line = Line { number: 0, start, end: text.len(), is_too_long, quotes: Quoting::Sound, more: 0 };
            return Ok((length > 0).then_some((line, length)));
        }
        let (taken, is_end) = match memchr(b'\n', there) {
            Some(at) => (at + 1, true),
            None => (there.len(), false),
        };
        let room = LONGEST_LINE.saturating_sub(text.len() - start);
        text.extend_from_slice(&there[..taken.min(room)]);
        is_too_long |= taken > room;
        length += taken as u64;
        file.consume(taken);
        if is_end {
            let mut end = text.len();
            while end > start && matches!(text[end - 1], b'\n' | b'\r') {
                end -= 1;
            }
            text.truncate(end);
            return Ok(Some((Line { number: 0, start, end, is_too_long, quotes: Quoting::Sound, more: 0 }, length)));
        }
    }
}

/// Reads a line of a flat file to the end of `text`: a cell in quotes may go over several. They are one where a quote closes the cell, all cells are sound and as many
/// as there should be; otherwise only the first of them is lost, and what follows is read by itself.
pub(super) fn record(file: &mut BufReader<File>, text: &mut Vec<u8>, cells: Option<usize>) -> Result<Option<(Line, u64)>> {
    let Some((mut line, mut length)) = next_line(file, text)? else { return Ok(None) };
    if memchr(b'"', line.of(text)).is_none() {
        return Ok(Some((line, length)));
    }
    let (first, alone) = (line, length);
    let mut quotes = Quotes::default();
    quotes.read(line.of(text));
    let wrong = quotes.glued().map_or(quotes.opened(), |glued| glued.min(quotes.opened()));
    // No further than it takes to see that they are none.
    let are_lost = |quotes: &Quotes| quotes.glued().is_some() || cells.is_some_and(|cells| quotes.cells() > cells);
    while quotes.is_open() && !line.is_too_long && !are_lost(&quotes) {
        text.push(b'\n');
        let Some((more, longer)) = next_line(file, text)? else { break };
        length += longer;
        line.more += 1;
        line.is_too_long = more.is_too_long || more.end - line.start > LONGEST_LINE;
        quotes.read(b"\n");
        quotes.read(more.of(text));
        line.end = more.end;
    }
    let is_alone = line.more == 0 && !quotes.is_open();
    let is_short = cells.is_some_and(|cells| quotes.cells() < cells);
    let are_one = !quotes.is_open() && !line.is_too_long && !is_short && !are_lost(&quotes);
    if !is_alone && !are_one && !first.is_too_long {
        text.truncate(first.end);
        file.seek_relative(-i64::try_from(length - alone).unwrap_or(0))?;
        return Ok(Some((Line { quotes: Quoting::Open(wrong), ..first }, alone)));
    }
    line.quotes = quotes.glued().map_or(Quoting::Sound, Quoting::Glued);
    Ok(Some((line, length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_length_with_their_end() {
        let mut file = "one\r\n\ntwo".as_bytes();
        let (mut found, mut text) = (Vec::new(), Vec::new());
        while let Ok(Some((line, length))) = next_line(&mut file, &mut text) {
            found.push((String::from_utf8_lossy(line.of(&text)).into_owned(), length));
        }
        assert_eq!(found, [("one".to_string(), 5), (String::new(), 1), ("two".to_string(), 3)]);
    }
}
