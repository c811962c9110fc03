//! Control codes: hierarchical, compared by segment.

use std::sync::Arc;
use std::{fmt, ops::Deref};

/// A control code or customs code, such as `1C902.a.4` or `61-A1-P2-02`: segments between `.` and `-`.
///
/// ```
/// use ukase::value::Code;
/// let code = |text| Code::parse(text).unwrap();
/// assert!(code("1C902.a.4").is_within(&code("1C902.a")));
/// assert!(!code("1C902.ab").is_within(&code("1C902.a")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(Arc<str>);

/// The longest code, in bytes.
const LONGEST: usize = 64;

impl Code {
    /// Reads a code: letters, digits, `(`, `)`, `.` and `-`, no blanks, no empty segment, at most 64 bytes.
    pub fn parse(text: &str) -> Option<Code> {
        if text.len() > LONGEST {
            return None;
        }
        let mut segment_is_empty = true;
        for byte in text.bytes() {
            segment_is_empty = match byte {
                b'.' | b'-' if !segment_is_empty => true,
                byte if byte.is_ascii_alphanumeric() || matches!(byte, b'(' | b')') => false,
                _ => return None,
            };
        }
        (!segment_is_empty).then(|| Code(text.into()))
    }

    /// This code is `outer` or lies below it.
    pub fn is_within(&self, outer: &Code) -> bool {
        let rest = self.0.strip_prefix(&*outer.0);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
    }

    /// The codes above this one, nearest first.
    pub fn ancestors(&self) -> impl Iterator<Item = &str> {
        self.0.rmatch_indices(['.', '-']).map(|(at, _)| &self.0[..at])
    }
}

impl Deref for Code {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_empty_segments_are_refused() {
        for text in ["", "1C902 a", "1C902..a", ".a", "a.", "1C902.a ", "含镝"] {
            assert_eq!(Code::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn ancestors_go_up_by_segment() {
        let code = Code::parse("1C902.a.4").map(|code| code.ancestors().map(String::from).collect::<Vec<_>>());
        assert_eq!(code, Some(vec!["1C902.a".into(), "1C902".into()]));
    }
}
