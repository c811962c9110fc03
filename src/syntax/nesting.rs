//! How deep brackets lie within one another, and expressions behind words: looked at before a block is parsed, so that no text can exhaust the machine's
//! stack.

/// How deep brackets, and expressions, may lie within one another.
pub(super) const DEEPEST: usize = 64;
/// How many words between the same brackets may each begin an expression: of most of them the one lies within the other, which the tree tells exactly.
const MOST_WORDS: usize = 4 * DEEPEST;
/// The shortest of these words, with the blank behind it.
const SHORTEST_WORD: usize = 3;

/// Where the first bracket or word stands that lies too deep; those within texts and remarks are none.
pub(super) fn too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if is_shallow(bytes) {
        return None;
    }
    // How many words stand before, at each depth.
    let mut words = [0; DEEPEST + 1];
    let (mut depth, mut at) = (0usize, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' | b'(' if depth == DEEPEST => return Some(at),
            b'{' | b'[' | b'(' => {
                depth += 1;
                words[depth] = words[depth - 1];
            }
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            b'"' => at = end_of_text(bytes, at + 1),
            b'/' if bytes.get(at + 1) == Some(&b'/') => at = end_of_line(bytes, at),
            byte if is_of_word(byte) => {
                let end = end_of_word(bytes, at);
                if begins_expression(&bytes[at..end]) {
                    words[depth] += 1;
                    if words[depth] > MOST_WORDS {
                        return Some(at);
                    }
                }
                at = end - 1;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// A text so short, with so few brackets, that nothing in it can lie too deep: most blocks are.
fn is_shallow(bytes: &[u8]) -> bool {
    let brackets = || bytes.iter().filter(|byte| matches!(byte, b'{' | b'[' | b'(')).count();
    bytes.len() <= MOST_WORDS * SHORTEST_WORD && brackets() <= DEEPEST
}

/// An expression stands behind this word, with no bracket around it.
fn begins_expression(word: &[u8]) -> bool {
    matches!(word, b"if" | b"then" | b"else" | b"where" | b"satisfies" | b"sum")
}

fn end_of_word(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..].iter().take_while(|byte| is_of_word(byte)).count()
}

/// Part of a name: also of one in another script.
fn is_of_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii()
}

/// Where a text ends: at its quote, or with its line.
fn end_of_text(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' | b'\n' => break,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}

fn end_of_line(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| at + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_that_open_something_count() {
        assert_eq!(too_deep(&"[".repeat(DEEPEST)), None);
        assert_eq!(too_deep(&"([{".repeat(30)), Some(DEEPEST));
        assert_eq!(too_deep(&"()".repeat(100)), None);
        assert_eq!(too_deep(&format!("\"{}\\\"{0}\" // {0}\n", "[".repeat(50))), None);
        assert_eq!(too_deep(&format!("\"{}\n{0}", "[".repeat(40))), None);
        assert_eq!(too_deep("\"\\"), None);
    }

    #[test]
    fn words_that_begin_an_expression_count_between_their_brackets() {
        let many = |word: &str, times: usize| format!("{word} ").repeat(times);
        assert_eq!(too_deep(&many("else", MOST_WORDS)), None);
        assert_eq!(too_deep(&many("else", MOST_WORDS + 1)), Some(5 * MOST_WORDS));
        assert_eq!(too_deep(&many("elsewhere then_else Xif 1if éif", 1000)), None);
        assert_eq!(too_deep(&format!("({0}) ({0})", many("if", MOST_WORDS))), None);
        assert!(too_deep(&format!("{0} ({0})", many("if", MOST_WORDS / 2 + 1))).is_some());
        assert_eq!(too_deep(&format!("\"{}\" // {0}", many("if", 1000))), None);
    }
}
