//! Objects of JSON, a line each, that state single facts in the same order: where what they say begins and ends. Whatever is written otherwise is
//! left to the reader that takes in any object.

use super::eight::{all, first, zeros};
use super::flat::Flat;
use crate::check::{CheckedPolicy, Type};

/// How long a number may be that is taken in here, in bytes.
const LONGEST_NUMBER: usize = 18;

/// Where a value begins and ends: of a text without its quotes; of `null` nowhere.
pub(super) type Span = (u32, u32);

/// How objects are written that are alike but for their values.
pub(super) struct Template {
    /// What stands in front of each value.
    fronts: Vec<Vec<u8>>,
    /// What stands behind the last.
    end: Vec<u8>,
    /// What each value may be.
    takes: Vec<Takes>,
    /// Where the values belong.
    pub(super) flat: Flat,
}

/// What is written for a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Truth,
    Null,
}

/// What may be written for a fact, beside `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Texts,
    TextsAndNumbers,
    Truths,
}

impl Takes {
    fn takes(self, kind: Kind) -> bool {
        match kind {
            Kind::Null => true,
            Kind::Text => self != Takes::Truths,
            Kind::Number => self == Takes::TextsAndNumbers,
            Kind::Truth => self == Takes::Truths,
        }
    }
}

impl Template {
    /// How an object is written; nothing where it states more than single facts of a shipment, or one twice, or one of another kind.
    pub(super) fn of(policy: &CheckedPolicy, line: &[u8]) -> Option<Template> {
        let (mut fronts, mut names, mut at) = (Vec::new(), Vec::new(), 0);
        while !ends(line, at) {
            // More names than facts are not all of facts, or not each of another.
            if names.len() > policy.records[0].fields.len() {
                return None;
            }
            let begin = at;
            let sign = if names.is_empty() { b'{' } else { b',' };
            at = behind(line, blanks(line, at), sign)?;
            let name = value(line, blanks(line, at)).filter(|name| name.kind == Kind::Text)?;
            at = blanks(line, behind(line, blanks(line, name.next), b':')?);
            fronts.push(line[begin..at].to_vec());
            names.push(std::str::from_utf8(&line[name.start..name.end]).ok()?);
            at = value(line, at)?.next;
        }
        let is_twice = names.iter().enumerate().any(|(at, name)| names[..at].contains(name));
        if names.is_empty() || is_twice {
            return None;
        }
        let flat = Flat::of_facts(policy, &names)?;
        let takes = |name: &&str| match policy.records[0].field(name).map(|field| &policy.records[0].fields[field].ty) {
            _ if *name == "id" => Takes::TextsAndNumbers,
            Some(Type::Integer | Type::Decimal | Type::Percent) => Takes::TextsAndNumbers,
            Some(Type::Truth) => Takes::Truths,
            _ => Takes::Texts,
        };
        let takes = names.iter().map(takes).collect();
        let template = Template { fronts, end: line[at..].to_vec(), takes, flat };
        template.cut(line, 0, &mut Vec::new()).then_some(template)
    }

    /// How many values there are.
    pub(super) fn len(&self) -> usize {
        self.fronts.len()
    }

    /// Where the values of an object stand, which begins at a place of some text. Gives back whether it is written like that; if not, nothing is added.
    pub(super) fn cut(&self, line: &[u8], begin: usize, spans: &mut Vec<Span>) -> bool {
        let before = spans.len();
        let is_cut = self.values(line, begin, spans);
        if !is_cut {
            spans.truncate(before);
        }
        is_cut
    }

    fn values(&self, line: &[u8], begin: usize, spans: &mut Vec<Span>) -> bool {
        let mut at = 0;
        for (front, takes) in self.fronts.iter().zip(&self.takes) {
            if !line[at..].starts_with(front) {
                return false;
            }
            let Some(found) = value(line, at + front.len()).filter(|found| takes.takes(found.kind)) else { return false };
            spans.push(((begin + found.start) as u32, (begin + found.end) as u32));
            at = found.next;
        }
        line[at..] == *self.end
    }
}

/// A value: what it is, where it begins and ends, and where the text goes on behind it.
struct Found {
    kind: Kind,
    start: usize,
    end: usize,
    next: usize,
}

/// The single value at a place; a text holds something, and no escape.
fn value(line: &[u8], at: usize) -> Option<Found> {
    let word = |kind: Kind, word: &[u8]| {
        let end = if kind == Kind::Null { at } else { at + word.len() };
        line[at..].starts_with(word).then_some(Found { kind, start: at, end, next: at + word.len() })
    };
    match line.get(at)? {
        b'"' => {
            let start = at + 1;
            let end = text_end(line, start)?;
            (end > start).then_some(Found { kind: Kind::Text, start, end, next: end + 1 })
        }
        b'0'..=b'9' => {
            let end = number_end(line, at)?;
            Some(Found { kind: Kind::Number, start: at, end, next: end })
        }
        b't' => word(Kind::Truth, b"true"),
        b'f' => word(Kind::Truth, b"false"),
        b'n' => word(Kind::Null, b"null"),
        _ => None,
    }
}

/// Where the quote stands that ends a text without escapes and control characters.
fn text_end(line: &[u8], start: usize) -> Option<usize> {
    let (words, rest) = line.get(start..)?.as_chunks::<8>();
    let mut at = start;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let found = zeros(word ^ all(b'"')) | zeros(word ^ all(b'\\')) | zeros(word & all(0xe0));
        if found != 0 {
            at += first(found);
            return (line[at] == b'"').then_some(at);
        }
        at += 8;
    }
    let length = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))?;
    (rest[length] == b'"').then_some(at + length)
}

/// Where a number ends: digits, one point between digits at most, no zero in front, no power of ten.
fn number_end(line: &[u8], start: usize) -> Option<usize> {
    let (mut end, mut point) = (start, None);
    while let Some(byte) = line.get(end) {
        match byte {
            b'0'..=b'9' => {}
            b'.' if point.is_none() => point = Some(end),
            b'.' | b'e' | b'E' => return None,
            _ => break,
        }
        end += 1;
    }
    let whole = point.unwrap_or(end) - start;
    let is_plain = point.is_none_or(|at| at + 1 < end) && (whole == 1 || line[start] != b'0');
    (is_plain && end - start <= LONGEST_NUMBER).then_some(end)
}

fn blanks(line: &[u8], at: usize) -> usize {
    at + line[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

fn behind(line: &[u8], at: usize, sign: u8) -> Option<usize> {
    (line.get(at) == Some(&sign)).then_some(at + 1)
}

/// The object ends here, and the line with it.
fn ends(line: &[u8], at: usize) -> bool {
    behind(line, blanks(line, at), b'}').is_some_and(|at| blanks(line, at) == line.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::source::Sources;

    fn policy() -> CheckedPolicy {
        let text = "policy tiny \"A tiny policy\"\nlanguage 1\noutcomes from loosest to strictest { free licence }\n\
                    facts shipment { date date   to country   army truth   count integer   share percent   uses set of country }\n\
                    instrument 1 \"A law\" { published 2025-01-01 }\nclause I \"To Iceland\" when to is IS then licence\n";
        check(&Sources::of_text("tiny.ukase", text)).0.expect("a policy")
    }

    fn cut(template: &Template, line: &str) -> Option<Vec<String>> {
        let mut spans = Vec::new();
        let is_cut = template.cut(line.as_bytes(), 0, &mut spans);
        is_cut.then(|| spans.iter().map(|(start, end)| line[*start as usize..*end as usize].to_string()).collect())
    }

    #[test]
    fn objects_that_are_alike_are_cut_into_their_values() {
        let template = Template::of(&policy(), br#"{"id": "a", "to":"DE", "army": null,"count" : 7 } "#).expect("a template");
        let of = |values: [&str; 4]| Some(values.map(String::from).to_vec());
        assert_eq!(template.len(), 4);
        assert_eq!(cut(&template, r#"{"id": 17, "to":"含", "army": true,"count" : 0.50 } "#), of(["17", "含", "true", "0.50"]));
        assert_eq!(cut(&template, r#"{"id": null, "to":null, "army": null,"count" : "8" } "#), of(["", "", "", "8"]));
        for other in [
            r#"{"id":"a", "to":"DE", "army": true,"count" : 7 } "#,
            r#"{"id": "a", "to":"DE", "army": "true","count" : 7 } "#,
            r#"{"id": "a", "to":"D\u0045", "army": true,"count" : 7 } "#,
            r#"{"id": "a", "to":"", "army": true,"count" : 7 } "#,
            r#"{"id": "a", "to":"DE", "army": true,"count" : 07 } "#,
            r#"{"id": "a", "to":"DE", "army": true,"count" : 7e1 } "#,
            r#"{"id": "a", "to":"DE", "army": true,"count" : -7 } "#,
            r#"{"id": "a", "to":"DE", "army": true,"count" : 7. } "#,
            r#"{"id": "a", "to":"DE", "army": true,"count" : 1234567890123456789 } "#,
            r#"{"id": "a", "to":"DE", "army": true,"count" : 7 }"#,
            r#"{"id": "a", "to":"DE", "army": true,"count" : 7, "share": "1%" } "#,
            r#"{"id": "a", "to":"DE"#,
            "",
        ] {
            assert_eq!(cut(&template, other), None, "{other}");
        }
    }

    #[test]
    fn other_objects_have_no_template() {
        for line in [
            "",
            "{}",
            "[]",
            r#"{"to": "DE""#,
            r#"{"to": "DE"} {}"#,
            r#"{"to": "DE", "to": "FR"}"#,
            r#"{"uses": "DE"}"#,
            r#"{"uses": ["DE"]}"#,
            r#"{"where": "DE"}"#,
            r#"{"to" "DE"}"#,
            r#"{"to": {}}"#,
        ] {
            assert!(Template::of(&policy(), line.as_bytes()).is_none(), "{line}");
        }
        assert!(Template::of(&policy(), br#"{"to": 1}"#).is_none());
        assert!(Template::of(&policy(), br#"{"share": 1}"#).is_some());
    }
}
