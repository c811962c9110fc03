//! A strict reader of JSON: exact numbers, no duplicate keys, bounded depth, a place for every value.

use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Span};
use crate::value::{Raw, RawKind};

/// How deep facts may be nested.
pub const DEEPEST: usize = 128;

/// Stands in a text for bytes that are none, so that only the shipment is set aside that they stand in: JSON allows it nowhere.
pub const NO_TEXT: char = '\u{1a}';

/// Why a text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// Where.
    pub span: Span,
    /// A stable name such as `ukase::facts::syntax`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl JsonError {
    /// The same for a person.
    pub fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error(self.code, self.span, &self.message).maybe_help(self.help.clone())
    }
}

/// Reads one value from `text`, which begins at byte `offset` of its file. Nothing but blanks may follow.
///
/// ```
/// use ukase::{facts::read_json, source::SourceId, value::RawKind};
/// let raw = read_json(r#"{"share": "0.1%"}"#, SourceId(0), 0).unwrap();
/// assert!(matches!(raw.kind, RawKind::Object(members) if members.len() == 1));
/// assert!(read_json("[1, 2", SourceId(0), 0).is_err());
/// ```
pub fn read_json(text: &str, source: SourceId, offset: usize) -> Result<Raw, JsonError> {
    let mut reader = Reader { text, at: 0, source, offset };
    let raw = reader.value(0)?;
    reader.blanks();
    if reader.at < text.len() {
        return Err(reader.error("something follows the end of this value", None));
    }
    Ok(raw)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    source: SourceId,
    offset: usize,
}

type Read<T> = Result<T, JsonError>;

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn span(&self, start: usize) -> Span {
        Span::new(self.source, self.offset + start, self.offset + self.at)
    }

    fn error(&self, message: &str, help: Option<&str>) -> JsonError {
        let next = self.text[self.at..].chars().next().map_or(0, char::len_utf8);
        let span = Span::new(self.source, self.offset + self.at, self.offset + self.at + next);
        if self.peek() == Some(NO_TEXT as u8) {
            let (message, help) = ("what stands here is no UTF-8 text".into(), Some("save the file as UTF-8".into()));
            return JsonError { span, code: "ukase::facts::not_utf8", message, help };
        }
        JsonError { span, code: "ukase::facts::syntax", message: message.into(), help: help.map(String::from) }
    }

    fn value(&mut self, depth: usize) -> Read<Raw> {
        self.blanks();
        let start = self.at;
        if depth > DEEPEST {
            let message = format!("this is nested more than {DEEPEST} deep");
            let help = "facts lie a few objects deep; what is this deep is probably no shipment";
            return Err(JsonError { code: "ukase::facts::nesting", ..self.error(&message, Some(help)) });
        }
        let kind = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => RawKind::Text(self.text()?),
            Some(b'-' | b'0'..=b'9') => RawKind::Number(self.number()?),
            Some(b't' | b'f' | b'n') => self.word()?,
            Some(b'\'') => return Err(self.error("texts stand in double quotes", Some("write \"…\""))),
            Some(b'/') => return Err(self.error("JSON has no comments", Some("remove it"))),
            Some(_) => {
                return Err(self.error("a value is expected here", Some("facts are JSON: an object { … } for each shipment")));
            }
            None => return Err(self.error("the text ends where a value is expected", None)),
        };
        Ok(Raw { kind, span: self.span(start) })
    }

    fn object(&mut self, depth: usize) -> Read<RawKind> {
        self.at += 1;
        let mut members = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                Some(b'}') if members.is_empty() => break,
                Some(b'"') => {}
                Some(b'}') => return Err(self.error("a comma stands before this closing brace", Some("remove the comma"))),
                None => return Err(self.error("the text ends inside an object", Some("close it with `}`"))),
                _ => return Err(self.error("a name in double quotes is expected here", None)),
            }
            let start = self.at;
            let key = self.text()?;
            let key_span = self.span(start);
            self.blanks();
            if self.peek() != Some(b':') {
                return Err(self.error("`:` is expected here", None));
            }
            self.at += 1;
            let value = self.value(depth + 1)?;
            members.push((key, key_span, value));
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                None => return Err(self.error("the text ends inside an object", Some("close it with `}`"))),
                _ => return Err(self.error("`,` or `}` is expected here", None)),
            }
        }
        self.at += 1;
        Ok(RawKind::Object(members))
    }

    fn list(&mut self, depth: usize) -> Read<RawKind> {
        self.at += 1;
        let mut elements = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                Some(b']') if elements.is_empty() => break,
                Some(b']') => return Err(self.error("a comma stands before this closing bracket", Some("remove the comma"))),
                _ => {}
            }
            elements.push(self.value(depth + 1)?);
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                None => return Err(self.error("the text ends inside a list", Some("close it with `]`"))),
                _ => return Err(self.error("`,` or `]` is expected here", None)),
            }
        }
        self.at += 1;
        Ok(RawKind::List(elements))
    }

    fn word(&mut self) -> Read<RawKind> {
        let rest = &self.text[self.at..];
        let words = [("true", RawKind::Truth(true)), ("false", RawKind::Truth(false)), ("null", RawKind::Null)];
        for (word, kind) in words {
            if rest.starts_with(word) {
                self.at += word.len();
                return Ok(kind);
            }
        }
        Err(self.error("a value is expected here", Some("texts stand in double quotes")))
    }

    fn number(&mut self) -> Read<String> {
        let start = self.at;
        while matches!(self.peek(), Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')) {
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        let digits = text.strip_prefix('-').unwrap_or(text);
        let leading_zero = digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit();
        if leading_zero || !is_json_number(digits) {
            self.at = start;
            return Err(self.error("this is not a number", Some("a number is digits with a point: 1234.50")));
        }
        Ok(text.to_string())
    }

    fn text(&mut self) -> Read<String> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(|c: char| c == '"' || c == '\\' || c < ' ').unwrap_or(rest.len());
            out.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(_) => {
                    return Err(
                        self.error("a control character stands inside a text", Some("write it as an escape: \\n, \\u0000"))
                    );
                }
                None => return Err(self.error("the text ends inside a text", Some("close it with `\"`"))),
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        self.at += 1;
        let escape = self.peek();
        let simple = match escape {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.error("this is not an escape of JSON", None)),
        };
        self.at += 1;
        Ok(simple)
    }

    fn unicode(&mut self) -> Read<char> {
        let first = self.four_digits()?;
        let code = match first {
            0xd800..=0xdbff if self.text[self.at..].starts_with("\\u") => {
                self.at += 1;
                let second = self.four_digits()?;
                match second {
                    0xdc00..=0xdfff => 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00),
                    _ => return Err(self.error("half of a character stands alone", None)),
                }
            }
            other => other,
        };
        char::from_u32(code).ok_or_else(|| self.error("half of a character stands alone", None))
    }

    /// Stands on the `u`.
    fn four_digits(&mut self) -> Read<u32> {
        let digits = self.text.get(self.at + 1..self.at + 5);
        match digits
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
        {
            Some(code) => {
                self.at += 5;
                Ok(code)
            }
            None => Err(self.error("four hexadecimal digits are expected after `\\u`", None)),
        }
    }
}

fn is_json_number(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole = match mantissa.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(mantissa),
    };
    whole && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}
