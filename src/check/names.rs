//! The hygiene of names: what looks the same is the same.

use crate::diagnostic::{Diagnostic, is_hidden};
use crate::source::Span;
use crate::syntax::ast::Name;
use foldhash::HashMap;
use unicode_normalization::is_nfc;
use unicode_security::MixedScript;
use unicode_security::confusable_detection::skeleton;

/// Refuses hidden characters and mixed scripts in a declared name.
pub(crate) fn inspect(name: &Name) -> Option<Diagnostic> {
    let at = |code, message: String| Diagnostic::error(code, name.span, message);
    if let Some(hidden) = name.text.chars().find(|character| is_hidden(*character)) {
        let message = format!("this name holds the invisible character U+{:04X}", hidden as u32);
        return Some(at("ukase::check::invisible_character", message).help("type the name anew"));
    }
    if !is_nfc(&name.text) {
        let message = format!("the name `{}` is not in the usual Unicode form (NFC)", name.text);
        return Some(at("ukase::check::mixed_script", message).help("type the name anew"));
    }
    if !name.text.as_str().is_single_script() {
        let message = format!("the name `{}` mixes letters of different scripts that look alike", name.text);
        return Some(at("ukase::check::mixed_script", message).help("type the name anew in one script"));
    }
    None
}

/// Finds names that look like an earlier one but are not it.
#[derive(Default)]
pub(crate) struct Lookalikes {
    seen: HashMap<String, (String, Span)>,
}

impl Lookalikes {
    pub(crate) fn check(&mut self, name: &Name) -> Option<Diagnostic> {
        let shape: String = skeleton(&name.text).collect();
        let (seen, span) = self.seen.entry(shape).or_insert_with(|| (name.text.clone(), name.span));
        if *seen == name.text || (seen.is_ascii() && name.text.is_ascii()) {
            return None;
        }
        let message = format!("the name `{}` looks like another one", name.text);
        let diagnostic = Diagnostic::error("ukase::check::mixed_script", name.span, message);
        Some(diagnostic.also(*span, "this one").help("choose names that a reader can tell apart"))
    }
}
