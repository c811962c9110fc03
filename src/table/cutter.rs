//! A line of a flat file into its cells.

use super::eight::{all, first, zeros};
use csv::StringRecord;
use csv_core::{ReadRecordResult, Reader};
use memchr::{memchr, memchr2};

/// What some programs write in front of a text.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Cuts lines into cells; its tables and its room are made once for many lines.
pub(super) struct Cutter {
    reader: Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Cutter {
    pub(super) fn new() -> Cutter {
        Cutter { reader: Reader::new(), text: vec![0; 1024], ends: vec![0; 64] }
    }

    /// The cells of a line, where it is text, and one line only.
    pub(super) fn cells(&mut self, line: &[u8]) -> Option<StringRecord> {
        let (text, ends) = self.cut(line)?;
        let text = std::str::from_utf8(text).ok()?;
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let cells = starts.zip(ends).map(|(start, end)| text.get(start..*end));
        cells.collect::<Option<Vec<&str>>>().map(StringRecord::from)
    }

    /// Where each cell of a line begins and ends, with the text that they lie in; nothing where the line is no text, or more than one line.
    pub(super) fn spans<'c>(&'c mut self, line: &'c [u8], spans: &mut Vec<(usize, usize)>) -> Option<&'c str> {
        spans.clear();
        if !line.is_empty() && is_plain(line) {
            at_commas(line, |start, end| spans.push((start, end)));
            return std::str::from_utf8(line).ok();
        }
        let (text, ends) = self.cut(line)?;
        let starts = std::iter::once(0).chain(ends.iter().copied());
        spans.extend(starts.zip(ends.iter().copied()));
        std::str::from_utf8(text).ok()
    }

    /// One of the cells, whether or not it is text.
    pub(super) fn cell(&mut self, line: &[u8], at: usize) -> Option<Vec<u8>> {
        let (text, ends) = self.cut(line)?;
        let start = if at == 0 { 0 } else { *ends.get(at - 1)? };
        text.get(start..*ends.get(at)?).map(<[u8]>::to_vec)
    }

    /// The same of a line that a carriage return cuts in two, if the cell ends before that.
    pub(super) fn cell_in_front(&mut self, line: &[u8], at: usize) -> Option<Vec<u8>> {
        let front = &line[..memchr(b'\r', line)?];
        let mut quotes = Quotes::default();
        quotes.read(front);
        if quotes.cells() > at + 1 { self.cell(front, at) } else { None }
    }

    /// The cells behind one another, and where each ends.
    pub(super) fn cut(&mut self, line: &[u8]) -> Option<(&[u8], &[usize])> {
        self.reader.reset();
        // The reader takes a mark of the byte order away where it begins: here it is part of a cell.
        let marked = line.starts_with(MARK).then(|| [MARK, line].concat());
        let (mut input, mut written, mut ended) = (marked.as_deref().unwrap_or(line), 0, 0);
        loop {
            let (result, read, wrote, ends) = self.reader.read_record(input, &mut self.text[written..], &mut self.ends[ended..]);
            input = &input[read..];
            written += wrote;
            ended += ends;
            match result {
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                // The line is at its end: to say so once more ends its last cell.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::Record | ReadRecordResult::End => break,
            }
        }
        input.is_empty().then(|| (&self.text[..written], &self.ends[..ended]))
    }
}

/// Cuts a line at its commas, where nothing else says where cells end: calls `cell` with where each begins and ends.
pub(super) fn at_commas(line: &[u8], mut cell: impl FnMut(usize, usize)) {
    let (eights, rest) = line.as_chunks::<8>();
    let (mut start, mut at) = (0, 0);
    for eight in eights {
        let mut commas = zeros(u64::from_le_bytes(*eight) ^ all(b','));
        while commas != 0 {
            let end = at + first(commas);
            cell(start, end);
            start = end + 1;
            commas &= commas - 1;
        }
        at += 8;
    }
    for byte in rest {
        if *byte == b',' {
            cell(start, at);
            start = at + 1;
        }
        at += 1;
    }
    cell(start, at);
}

/// Commas alone say where the cells of this text end.
pub(super) fn is_plain(text: &[u8]) -> bool {
    memchr2(b'"', b'\r', text).is_none()
}

/// Whether a cell in quotes goes on behind what was read: only a quote at the beginning of a cell opens one.
#[derive(Default)]
pub(super) struct Quotes {
    at: Within,
    /// How many commas end cells.
    commas: usize,
    /// The cell that a quote opened last, and the first that goes on behind the quote that closed it.
    opened: usize,
    glued: Option<usize>,
}

#[derive(Default, PartialEq)]
enum Within {
    #[default]
    Beginning,
    Plain,
    Quoted,
    /// Behind a quote in a quoted cell: its end, or the first of two that stand for one.
    Quote,
}

impl Quotes {
    pub(super) fn read(&mut self, text: &[u8]) {
        for byte in text {
            if self.at == Within::Quote && !matches!(byte, b',' | b'"' | b'\r' | b'\n') {
                self.glued.get_or_insert(self.commas);
            }
            if self.at == Within::Beginning && *byte == b'"' {
                self.opened = self.commas;
            }
            if self.at != Within::Quoted && *byte == b',' {
                self.commas += 1;
            }
            self.at = match (&self.at, byte) {
                (Within::Quoted, b'"') => Within::Quote,
                (Within::Quoted, _) | (Within::Beginning | Within::Quote, b'"') => Within::Quoted,
                (_, b',') => Within::Beginning,
                _ => Within::Plain,
            };
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.at == Within::Quoted
    }

    /// The cell that a quote opened last.
    pub(super) fn opened(&self) -> usize {
        self.opened
    }

    /// The first cell that goes on behind the quote that closed it.
    pub(super) fn glued(&self) -> Option<usize> {
        self.glued
    }

    /// How many cells there are so far.
    pub(super) fn cells(&self) -> usize {
        self.commas + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<String> {
        let mut cutter = Cutter::new();
        let twice = [cutter.cells(text.as_bytes()), cutter.cells(text.as_bytes())];
        assert_eq!(twice[0], twice[1]);
        twice[0].as_ref().map(|cells| cells.iter().map(String::from).collect()).unwrap_or_default()
    }

    #[test]
    fn only_a_quote_at_the_beginning_of_a_cell_opens_it() {
        let is_open = |text: &str| {
            let mut quotes = Quotes::default();
            quotes.read(text.as_bytes());
            quotes.is_open()
        };
        assert!(is_open("a,\"b") && is_open("\"") && is_open("\"a\"\"b"));
        assert!(!is_open("5\" pipe,x") && !is_open("\"a\",b") && !is_open("\"a\"\"\"") && !is_open("a\""));
    }

    #[test]
    fn a_cell_ends_with_the_quote_that_closes_it() {
        let is_glued = |text: &str| {
            let mut quotes = Quotes::default();
            quotes.read(text.as_bytes());
            quotes.glued().is_some()
        };
        assert!(is_glued("\"2\"1 kg") && is_glued("\"\"FR,x") && is_glued("a,\"b\" ,c") && is_glued("\"a\"\"\"b"));
        assert!(!is_glued("\"a\",\"b\"") && !is_glued("5\" pipe,x") && !is_glued("\"a \"\"b\"\" c\"") && !is_glued("\"\",\"\""));
    }

    #[test]
    fn quotes_commas_and_ends_of_lines_stand_inside_of_cells() {
        assert_eq!(cells("a,\"b, \"\"c\"\"\",,d"), ["a", "b, \"c\"", "", "d"]);
        assert_eq!(cells("5\" pipe,x"), ["5\" pipe", "x"]);
        assert_eq!(cells("a,b\rc,d"), [""; 0]);
        assert_eq!(cells("a,\"b\nc\","), ["a", "b\nc", ""]);
        assert_eq!(cells(""), [""; 0]);
        assert_eq!(cells("\u{feff}a,\"b\""), ["\u{feff}a", "b"]);
        assert_eq!(cells(&"x,".repeat(200)).len(), 201);
        assert_eq!(cells(&"y".repeat(5000))[0].len(), 5000);
    }
}
