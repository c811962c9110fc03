//! The files of a policy and places in them.
//!
//! A [`Span`] is two byte offsets in one [`Source`], without a lifetime: trees, programs and explanations can be kept and sent
//! around, and the text is only consulted when something is shown.

use std::borrow::Cow;
use std::sync::Arc;

/// The number of a file within its [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SourceId(pub u32);

/// A half-open range of bytes in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The file.
    pub source: SourceId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// A span of bytes of `source`.
    pub fn new(source: SourceId, start: usize, end: usize) -> Span {
        Span { source, start: start as u32, end: end as u32 }
    }

    /// The smallest span that holds both; `other` must lie in the same file.
    pub fn to(self, other: Span) -> Span {
        Span { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A line and a column, both counted from one; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// One file: its name inside the policy's folder and its text.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path inside the folder, with forward slashes.
    pub name: String,
    /// The text, without a byte order mark.
    pub text: Arc<str>,
    line_starts: Vec<u32>,
}

impl Source {
    /// A file of a policy. A leading byte order mark is left out.
    pub fn new(name: impl Into<String>, text: &str) -> Source {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let newlines = text.match_indices('\n').map(|(at, _)| at as u32 + 1);
        Source { name: name.into(), text: text.into(), line_starts: std::iter::once(0).chain(newlines).collect() }
    }

    /// The line and column of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line_starts.partition_point(|start| *start as usize <= offset).max(1) - 1;
        let start = self.line_starts[line] as usize;
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count());
        Position { line: line + 1, column: column + 1 }
    }

    /// The bytes of a line (counted from 1) without its end.
    pub fn line_range(&self, line: usize) -> std::ops::Range<usize> {
        let start = self.line_starts.get(line - 1).map_or(self.text.len(), |at| *at as usize);
        let end = self.line_starts.get(line).map_or(self.text.len(), |at| *at as usize - 1);
        start..end
    }
}

/// All files of one policy, in the order of their names.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// The files, sorted by name, so that the order in which they were found means nothing.
    pub fn new(mut files: Vec<Source>) -> Sources {
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Sources { files }
    }

    /// One policy file held in memory.
    pub fn of_text(name: &str, text: &str) -> Sources {
        Sources::new(vec![Source::new(name, text)])
    }

    /// The files with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.files.iter().enumerate().map(|(at, file)| (SourceId(at as u32), file))
    }

    /// The file of that number.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.files[id.0 as usize]
    }

    /// The file of that name.
    pub fn find(&self, name: &str) -> Option<(SourceId, &Source)> {
        self.iter().find(|(_, file)| file.name == name)
    }

    /// A digest of names and texts, whatever their lines end with: `blake3:…`.
    pub fn digest(&self) -> String {
        let mut digest = blake3::Hasher::new();
        for source in &self.files {
            let text = match source.text.contains('\r') {
                true => Cow::Owned(source.text.replace("\r\n", "\n")),
                false => Cow::Borrowed(&*source.text),
            };
            digest.update(&(source.name.len() as u64).to_le_bytes());
            digest.update(source.name.as_bytes());
            digest.update(&(text.len() as u64).to_le_bytes());
            digest.update(text.as_bytes());
        }
        format!("blake3:{}", digest.finalize().to_hex())
    }

    /// The text of a span.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source).text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The text of a span on one line, runs of blanks made one, comments left out.
    pub fn line_of(&self, span: Span) -> String {
        let lines = self.text(span).lines().map(|line| line.split(" //").next().unwrap_or(line));
        lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
    }

    /// Where a span begins.
    pub fn position(&self, span: Span) -> Position {
        self.get(span.source).position(span.start as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_lines() {
        let source = Source::new("a", "\u{feff}eins\n含镝 x\n");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(source.text.find('x').unwrap_or(0)), Position { line: 2, column: 4 });
        assert_eq!(source.line_range(2), 5..13);
    }
}
