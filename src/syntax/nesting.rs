//! How deep brackets lie within one another: looked at before a block is parsed, so that no text can exhaust the machine's stack.

/// How deep they may lie.
const DEEPEST: usize = 64;

/// Where the first bracket stands that lies too deep; those within texts and remarks are none.
pub(super) fn too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0usize, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' | b'(' if depth == DEEPEST => return Some(at),
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            b'"' => at = end_of_text(bytes, at + 1),
            b'/' if bytes.get(at + 1) == Some(&b'/') => at = end_of_line(bytes, at),
            _ => {}
        }
        at += 1;
    }
    None
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
}
