//! The cells of many flat lines, each under its column: where they begin and end.

use super::cells::LONGEST_CELL;
use super::cutter::{Cutter, at_commas, is_plain};
use super::lines::Line;
use super::objects::{Span, Template};
use std::iter::StepBy;
use std::slice;

/// The cells of lines. Its room is made once for many batches.
#[derive(Default)]
pub(super) struct Grid {
    columns: usize,
    /// What each line is numbered in the batch.
    lines: Vec<u32>,
    /// Where each cell of each line begins and ends: in the text of the batch, or behind that in what was taken out of quotes.
    spans: Vec<Span>,
    /// Cells that stood in quotes.
    unquoted: Vec<u8>,
}

impl Grid {
    /// Cuts lines into the cells of so many columns. Left out is a line that has others, or is longer than a cell may be.
    pub(super) fn cut<'l>(
        &mut self,
        text: &[u8],
        lines: impl Iterator<Item = Option<&'l Line>>,
        columns: usize,
        cutter: &mut Cutter,
    ) {
        self.begin(columns);
        // Mostly there is neither anywhere, and commas alone say where cells end.
        let is_all_plain = is_plain(text);
        for (number, line) in lines.enumerate() {
            let Some(line) = line.filter(|line| (1..=LONGEST_CELL).contains(&(line.end - line.start))) else { continue };
            match is_all_plain || is_plain(line.of(text)) {
                true => self.commas(line.of(text), line.start as u32),
                false => self.quotes(line.of(text), text.len(), cutter),
            }
            self.end(number);
        }
    }

    /// Cuts objects into the values of a template. Left out is one that is written otherwise, or longer than a cell may be.
    pub(super) fn cut_objects<'l>(&mut self, text: &[u8], lines: impl Iterator<Item = Option<&'l Line>>, template: &Template) {
        self.begin(template.len());
        for (number, line) in lines.enumerate() {
            let Some(line) = line.filter(|line| line.end - line.start <= LONGEST_CELL) else { continue };
            if template.cut(line.of(text), line.start, &mut self.spans) {
                self.lines.push(number as u32);
            }
        }
    }

    fn begin(&mut self, columns: usize) {
        self.columns = columns;
        self.lines.clear();
        self.spans.clear();
        self.unquoted.clear();
    }

    /// Ends a line: it stays if it has as many cells as there are columns.
    fn end(&mut self, number: usize) {
        let before = self.lines.len() * self.columns;
        match self.spans.len() == before + self.columns {
            true => self.lines.push(number as u32),
            false => self.spans.truncate(before),
        }
    }

    /// How many lines it holds.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The numbers of the lines that it holds.
    pub(super) fn lines(&self) -> impl Iterator<Item = usize> {
        self.lines.iter().map(|number| *number as usize)
    }

    /// The cells of a column, from one line to the next.
    pub(super) fn column<'t>(&'t self, text: &'t [u8], column: usize) -> Cells<'t> {
        let spans = self.spans.get(column..).unwrap_or_default().iter().step_by(self.columns.max(1));
        Cells { text, unquoted: &self.unquoted, spans }
    }

    /// Leaves lines out, by their places among those that it holds.
    pub(super) fn leave_out(&mut self, is_out: &[bool]) {
        let columns = self.columns;
        let mut keep = is_out.iter().map(|is_out| !is_out);
        self.lines.retain(|_| keep.next().unwrap_or(true));
        let mut keep = is_out.iter().flat_map(|is_out| std::iter::repeat_n(!is_out, columns));
        self.spans.retain(|_| keep.next().unwrap_or(true));
    }

    /// Cuts a line at its commas.
    fn commas(&mut self, line: &[u8], begin: u32) {
        at_commas(line, |start, end| self.spans.push((begin + start as u32, begin + end as u32)));
    }

    /// Cuts a line in which something stands in quotes; nothing where it is more than one line.
    fn quotes(&mut self, line: &[u8], behind: usize, cutter: &mut Cutter) {
        let Some((text, ends)) = cutter.cut(line) else { return };
        let begin = (behind + self.unquoted.len()) as u32;
        self.unquoted.extend_from_slice(text);
        let mut start = begin;
        for end in ends {
            let end = begin + *end as u32;
            self.spans.push((start, end));
            start = end;
        }
    }
}

/// The cells of a column.
pub(super) struct Cells<'t> {
    text: &'t [u8],
    unquoted: &'t [u8],
    spans: StepBy<slice::Iter<'t, Span>>,
}

impl<'t> Iterator for Cells<'t> {
    type Item = &'t [u8];

    fn next(&mut self) -> Option<&'t [u8]> {
        let (start, end) = *self.spans.next()?;
        match self.text.get(start as usize..end as usize) {
            Some(cell) => Some(cell),
            None => self.unquoted.get(start as usize - self.text.len()..end as usize - self.text.len()),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.spans.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::lines::Quoting;

    fn grid(text: &str, columns: usize) -> Vec<(usize, Vec<String>)> {
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split('\n') {
            let end = start + line.len();
            lines.push(Line { number: 0, start, end, is_too_long: false, quotes: Quoting::Sound, more: 0 });
            start = end;
        }
        let text = text.replace('\n', "");
        let mut grid = Grid::default();
        grid.cut(text.as_bytes(), lines.iter().map(Some), columns, &mut Cutter::new());
        let cells = |at: usize| grid.column(text.as_bytes(), at).map(|cell| String::from_utf8_lossy(cell).into_owned());
        let columns: Vec<Vec<String>> = (0..columns).map(|at| cells(at).collect()).collect();
        let row = |at: usize| columns.iter().map(|column| column[at].clone()).collect();
        grid.lines().enumerate().map(|(at, line)| (line, row(at))).collect()
    }

    #[test]
    fn cells_end_at_commas_wherever_these_stand() {
        for length in 0..20 {
            for at in 0..=length {
                let line = format!("{},{}", "a".repeat(at), "\u{ac}".repeat(length - at));
                assert_eq!(grid(&line, 2), [(0, line.split(',').map(String::from).collect())], "{line}");
            }
        }
        let line = ",-,.,/,\u{ac},\u{2c2c},,";
        assert_eq!(grid(line, 8)[0].1, line.split(',').collect::<Vec<_>>());
    }

    #[test]
    fn a_line_that_has_other_columns_is_left_out_and_quotes_are_taken_away() {
        let found = grid("a,b\na\n\"c, \"\"d\"\"\",e\na,b,c\n\n\"f,g\n,h", 2);
        let of = |line: usize, cells: [&str; 2]| (line, cells.map(String::from).to_vec());
        assert_eq!(found, [of(0, ["a", "b"]), of(2, ["c, \"d\"", "e"]), of(6, ["", "h"])]);
    }
}
