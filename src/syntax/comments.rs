//! Comments: where they begin, what those above a block say of it, and a block without them, which is what the grammar reads.

use std::borrow::Cow;

/// The line without its comment; a `//` inside a text does not begin one.
pub(crate) fn code_of(line: &str) -> &str {
    match comment_start(line) {
        Some(at) => &line[..at],
        None => line,
    }
}

/// Where the comment of a line begins.
pub(crate) fn comment_start(line: &str) -> Option<usize> {
    // Most lines have no slash at all.
    line.find('/')?;
    let mut quoted = false;
    let mut escaped = false;
    let bytes = line.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'/' if !quoted && bytes.get(at + 1) == Some(&b'/') => return Some(at),
            _ => {}
        }
    }
    None
}

/// The same text with a blank for each byte of a comment, so that everything else stands where it stood.
pub(super) fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains("//") {
        return Cow::Borrowed(text);
    }
    let mut blanked = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let code = code_of(line);
        blanked.push_str(code);
        let comment = line[code.len()..].trim_end_matches('\n');
        blanked.extend(std::iter::repeat_n(' ', comment.len()));
        blanked.push_str(&line[code.len() + comment.len()..]);
    }
    Cow::Owned(blanked)
}

/// The `///` lines directly above `start`, joined.
pub(crate) fn doc_above(text: &str, start: usize) -> Option<String> {
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let above = text[..line_start].lines().rev();
    let lines: Vec<&str> = above.map_while(|line| line.trim_start().strip_prefix("///")).map(str::trim).collect();
    (!lines.is_empty()).then(|| lines.into_iter().rev().collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_does_not_begin_inside_a_text() {
        assert_eq!(code_of("source \"https://x\" // y"), "source \"https://x\" ");
    }

    #[test]
    fn blanks_take_the_place_of_comments() {
        let text = "a \"//\" // é \"x\n/// b\nc // d";
        let blanked = without_comments(text);
        assert_eq!(blanked, "a \"//\"         \n     \nc     ");
        assert_eq!(blanked.len(), text.len());
        assert!(matches!(without_comments("a / b"), Cow::Borrowed(_)));
    }

    #[test]
    fn docs_are_the_lines_above() {
        let text = "/// one\n/// two\nduty x \"y\"";
        assert_eq!(doc_above(text, 16).as_deref(), Some("one\ntwo"));
    }
}
