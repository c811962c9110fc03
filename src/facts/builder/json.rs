//! A shipment from its JSON text straight into columns. It takes in what is written plainly; all else is left to the reader that says what is wrong.

use super::{Builder, RowId, Written};
use crate::check::{FieldId, Type};
use crate::facts::scalar::is_open_end;

/// How deep records lie within one another here.
const DEEPEST: usize = 32;
/// How many fields a record may have here.
const MOST_FIELDS: usize = 128;

impl Builder<'_> {
    /// Takes a shipment in that is written as a JSON object. Gives back whether it was; if not, nothing of it stays.
    pub fn json(&mut self, text: &str) -> bool {
        let shipment = self.begin();
        let mut reader = Reader { text, at: 0, builder: self };
        let is_read = reader.object(shipment, 0).is_some() && reader.is_at_end();
        if !is_read {
            self.cancel();
            return false;
        }
        self.end()
    }
}

struct Reader<'t, 'b, 'p> {
    text: &'t str,
    at: usize,
    builder: &'b mut Builder<'p>,
}

impl<'t> Reader<'t, '_, '_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
        self.peek()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then(|| self.at += 1)
    }

    fn is_at_end(&mut self) -> bool {
        self.next().is_none()
    }

    /// The members of an object into the cells of a row.
    fn object(&mut self, row: RowId, depth: usize) -> Option<()> {
        let fields = self.builder.policy.records[row.record].fields.len();
        if depth > DEEPEST || fields > MOST_FIELDS {
            return None;
        }
        self.take(b'{')?;
        if self.next()? == b'}' {
            return self.take(b'}');
        }
        let (mut seen, mut expected) = (0u128, 0);
        let mut has_id = false;
        loop {
            let key = match self.is_next(row, expected) {
                true => None,
                false => Some(self.text()?),
            };
            self.take(b':')?;
            if row.record == 0 && key == Some("id") {
                if has_id {
                    return None;
                }
                has_id = true;
                self.id(row)?;
            } else {
                let field = match key {
                    None => expected,
                    Some(key) => self.builder.policy.records[row.record].field(key)?,
                };
                expected = field + 1;
                if seen & (1 << field) != 0 {
                    return None;
                }
                seen |= 1 << field;
                self.value(row, field, depth)?;
            }
            match self.next()? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Some(());
                }
                _ => return None,
            }
            self.next()?;
        }
    }

    /// Goes past a name if it is that of a field: shipments name their facts in the same order, mostly.
    fn is_next(&mut self, row: RowId, field: FieldId) -> bool {
        let Some(field) = self.builder.policy.records[row.record].fields.get(field) else { return false };
        let (rest, name) = (&self.text.as_bytes()[self.at..], field.name.as_bytes());
        let is_it = rest.first() == Some(&b'"') && rest[1..].starts_with(name) && rest.get(name.len() + 1) == Some(&b'"');
        let is_id = row.record == 0 && name == b"id";
        if is_it && !is_id {
            self.at += name.len() + 2;
        }
        is_it && !is_id
    }

    fn id(&mut self, row: RowId) -> Option<()> {
        let written = match self.next()? {
            b'"' => Written::Text(self.text()?),
            b'n' => return self.word("null"),
            _ => Written::Number(self.number()?),
        };
        self.builder.id(row, written).then_some(())
    }

    fn value(&mut self, row: RowId, field: FieldId, depth: usize) -> Option<()> {
        let written = match self.next()? {
            b'"' => Written::Text(self.text()?),
            b't' => {
                self.word("true")?;
                Written::Truth(true)
            }
            b'f' => {
                self.word("false")?;
                Written::Truth(false)
            }
            b'n' => return self.word("null"),
            b'{' => {
                let to = self.builder.record(row, field)?;
                return self.object(to, depth + 1);
            }
            b'[' => match self.builder.policy.records[row.record].fields[field].ty {
                Type::List(_) => return self.list(row, field, depth),
                _ => Written::Json(self.brackets()?),
            },
            _ => Written::Number(self.number()?),
        };
        self.builder.state(row, field, written).then_some(())
    }

    fn list(&mut self, row: RowId, field: FieldId, depth: usize) -> Option<()> {
        self.take(b'[')?;
        let (mut elements, mut complete) = (Vec::new(), true);
        if self.next()? == b']' {
            self.builder.list(row, field, &[], true).then_some(())?;
            return self.take(b']');
        }
        loop {
            match self.next()? {
                b'"' => {
                    let text = self.text()?;
                    // What closes a list stands at its end only.
                    if is_open_end(text) && self.next()? == b']' {
                        complete = false;
                    } else {
                        let element = self.builder.element(row, field, elements.len())?;
                        let key = self.builder.policy.records[element.record].key?;
                        self.builder.state(element, key, Written::Text(text)).then_some(())?;
                        elements.push(element);
                    }
                }
                b'{' => {
                    let element = self.builder.element(row, field, elements.len())?;
                    self.object(element, depth + 1)?;
                    elements.push(element);
                }
                _ => return None,
            }
            match self.next()? {
                b',' => self.at += 1,
                b']' => break,
                _ => return None,
            }
        }
        self.at += 1;
        self.builder.list(row, field, &elements, complete).then_some(())
    }

    /// A plain list of single values, as it is written.
    fn brackets(&mut self) -> Option<&'t str> {
        let start = self.at;
        self.take(b'[')?;
        while self.next()? != b']' {
            match self.peek()? {
                b'"' => _ = self.text()?,
                b'[' | b'{' | b'}' => return None,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        self.text.get(start..self.at)
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.text.get(self.at..)?.starts_with(word).then(|| self.at += word.len())
    }

    /// A text without escapes.
    fn text(&mut self) -> Option<&'t str> {
        self.take(b'"')?;
        let rest = &self.text.as_bytes()[self.at..];
        let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))?;
        let found = self.text.get(self.at..self.at + end)?;
        (rest[end] == b'"').then(|| self.at += end + 1)?;
        Some(found)
    }

    /// A number: digits, a point between digits, no zero in front.
    fn number(&mut self) -> Option<&'t str> {
        let rest = &self.text.as_bytes()[self.at..];
        let end = rest.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b'.')).unwrap_or(rest.len());
        let digits = rest.get(..end)?;
        let point = digits.iter().position(|byte| *byte == b'.');
        let is_plain = match point {
            Some(at) => at > 0 && at + 1 < end && !digits[at + 1..].contains(&b'.'),
            None => end > 0,
        };
        let has_zero_in_front = end > 1 && digits[0] == b'0' && digits[1] != b'.';
        let goes_on = matches!(rest.get(end), Some(b'e' | b'E' | b'+' | b'-'));
        if !is_plain || has_zero_in_front || goes_on {
            return None;
        }
        let found = self.text.get(self.at..self.at + end)?;
        self.at += end;
        Some(found)
    }
}
