//! Refuses characters that have no place in a policy before anything is parsed.

use crate::diagnostic::{Diagnostic, is_bidirectional};
use crate::source::{SourceId, Span};

/// The longest file that is read, in bytes.
const LONGEST_FILE: usize = 16 << 20;
/// How many bytes are looked at before anything is decided.
const PART: usize = 256;

/// Control characters, characters that turn the direction of writing, and files without a word.
pub(crate) fn scan(source: SourceId, text: &str) -> Vec<Diagnostic> {
    let start = Span::new(source, 0, 0);
    if text.len() > LONGEST_FILE {
        let message = "this file is longer than 16 MiB";
        return vec![
            Diagnostic::error("ukase::source::too_large", start, message).help("split it into several files of one folder"),
        ];
    }
    if text.trim().is_empty() {
        let message = "this file is empty";
        return vec![Diagnostic::error("ukase::source::empty", start, message).help("write a policy into it or remove it")];
    }
    if is_all_harmless(text.as_bytes()) {
        return escapes(source, text);
    }
    let found = text.char_indices().find_map(|(at, character)| {
        let span = Span::new(source, at, at + character.len_utf8());
        let number = character as u32;
        if is_bidirectional(character) {
            let message = format!("U+{number:04X} turns the direction of writing: the text reads otherwise than it means");
            return Some(Diagnostic::error("ukase::source::bidirectional", span, message).help("remove the character"));
        }
        (character.is_control() && !matches!(character, '\n' | '\r' | '\t')).then(|| {
            let message = format!("the control character U+{number:04X} has no place in a policy");
            Diagnostic::error("ukase::source::control_character", span, message).help("remove the character")
        })
    });
    found.into_iter().chain(escapes(source, text)).collect()
}

/// No byte begins a character that is refused. Parts are looked at as a whole, which a processor does many bytes at a time.
fn is_all_harmless(text: &[u8]) -> bool {
    text.chunks(PART).all(|part| part.iter().fold(true, |all, byte| all & is_harmless(*byte)))
}

/// The byte begins no character that is refused: these are controls, and some that begin with 0xC2, 0xD8 or 0xE2.
fn is_harmless(byte: u8) -> bool {
    match byte {
        b'\n' | b'\r' | b'\t' => true,
        0..0x20 | 0x7F => false,
        byte => !matches!(byte, 0xC2 | 0xD8 | 0xE2),
    }
}

/// Escapes that name no character.
fn escapes(source: SourceId, text: &str) -> Vec<Diagnostic> {
    let digits_of = |(at, _): (usize, &str)| {
        let rest = &text[at + 3..];
        rest.split_once('}').map(|(digits, _)| (at, digits)).filter(|(_, digits)| !digits.is_empty() && digits.len() <= 6)
    };
    let named = |digits: &str| u32::from_str_radix(digits, 16).map_or(true, |code| char::from_u32(code).is_some());
    let wrong = text.match_indices("\\u{").filter_map(digits_of).filter(|(_, digits)| !named(digits));
    wrong
        .map(|(at, digits)| {
            let span = Span::new(source, at, at + digits.len() + 4);
            Diagnostic::error("ukase::syntax::text", span, "this escape names no character")
                .help("characters go up to \\u{10FFFF}")
        })
        .collect()
}
