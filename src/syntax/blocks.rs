//! Cuts a file into blocks: the first level of the grammar, which cannot fail.
//!
//! A block starts with a keyword at the very start of a line and goes on to the next line that starts with anything but a blank, a
//! closing brace or a comment. Whatever stands before the first block or begins with another word is *stray*.

use super::comments::code_of;
use std::ops::Range;

/// The keywords that start a block.
pub(crate) const KEYWORDS: &[&str] = &[
    "policy",
    "language",
    "import",
    "outcomes",
    "version",
    "facts",
    "record",
    "enum",
    "list",
    "duty",
    "instrument",
    "category",
    "question",
    "guidance",
    "define",
    "clause",
    "unmodelled",
    "suspend",
    "resume",
    "extend",
    "amend",
    "repeal",
    "cover",
    "assumption",
    "always",
    "monotone",
    "accept",
    "example",
];

/// A run of lines.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The bytes, without trailing blank lines and comments.
    pub(crate) range: Range<usize>,
    /// The keyword, or nothing where the text is stray.
    pub(crate) keyword: Option<&'static str>,
    /// Lines that go on with the block but are not indented.
    pub(crate) unindented: Vec<usize>,
}

/// Words that go on with a block; at the margin they have lost their indentation.
const CONTINUATIONS: &[&str] = &[
    "and",
    "or",
    "when",
    "then",
    "each",
    "from",
    "through",
    "before",
    "overrides",
    "zh",
    "en",
    "reading",
    "settles",
    "assuming",
    "given",
    "expect",
];

/// The pieces of a file, in order; comments and blank lines between them are left out.
///
/// Most lines go on with a block: of them only the last ones are looked at, to see where it ends.
pub(crate) fn cut(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (start, line) in lines(text) {
        if line.starts_with([' ', '\t', '}'])
            && let Some(piece) = pieces.last_mut()
        {
            piece.range.end = start + line.len();
            continue;
        }
        let content = code_of(line).trim_end();
        if content.is_empty() {
            continue;
        }
        let end = start + content.len();
        let unindented = CONTINUATIONS.contains(&first_word(content));
        match pieces.last_mut() {
            Some(piece) if unindented && piece.keyword.is_some() => {
                piece.range.end = end;
                piece.unindented.push(start);
            }
            _ => pieces.push(Piece { range: start..end, keyword: keyword(content), unindented: Vec::new() }),
        }
    }
    pieces.iter_mut().for_each(|piece| piece.range.end = content_end(text, &piece.range));
    pieces
}

/// Where the last line with more than a comment ends.
fn content_end(text: &str, range: &Range<usize>) -> usize {
    let mut end = range.end;
    while end > range.start {
        let before = &text.as_bytes()[range.start..end - 1];
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(range.start, |at| range.start + at + 1);
        let content = code_of(&text[start..end]).trim_end();
        if !content.is_empty() {
            return start + content.len();
        }
        end = start;
    }
    end
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line)
    })
}

fn first_word(line: &str) -> &str {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("")
}

fn keyword(line: &str) -> Option<&'static str> {
    let word = first_word(line);
    KEYWORDS.iter().find(|keyword| **keyword == word).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_end_where_the_next_line_starts_at_the_margin() {
        let text = "// top\npolicy a \"x\"\n    zh \"y\" // c\n\nfacts s {\n}\nstray\n";
        let pieces: Vec<_> = cut(text).into_iter().map(|piece| (&text[piece.range], piece.keyword)).collect();
        assert_eq!(pieces, [("policy a \"x\"\n    zh \"y\"", Some("policy")), ("facts s {\n}", Some("facts")), ("stray", None)]);
    }
}
