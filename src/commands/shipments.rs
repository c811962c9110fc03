//! Shipments as they are named on the command line, and each of them under a policy.

use super::regime::Regime;
use super::terminal;
use crate::diagnostic::{self, Diagnostic};
use crate::facts::{Background, Document, Facts, NO_TEXT, documents, load_with};
use crate::source::{Source, SourceId, Sources};
use crate::value::Date;
use std::io::Read;
use std::process::ExitCode;

/// Reads a file of facts, or standard input; on failure it has been said what is wrong.
pub(crate) fn read_shipments(name: &str) -> Result<Sources, ExitCode> {
    read(name).map_err(|problem| {
        terminal::complain(&problem);
        ExitCode::FAILURE
    })
}

/// Writes something of each shipment of a file; what cannot be read is told, and the rest goes on.
pub(crate) fn write_each(name: &str, mut write: impl FnMut(&Document) -> Result<String, Vec<Diagnostic>>) -> ExitCode {
    let facts = match read_shipments(name) {
        Ok(facts) => facts,
        Err(code) => return code,
    };
    let text = facts.get(SourceId(0)).text.clone();
    let (mut out, mut clean) = (String::new(), true);
    for document in documents(&text, SourceId(0)) {
        match write(&document) {
            Ok(written) => out.push_str(&written),
            Err(problems) => {
                clean = false;
                terminal::show(&facts, &problems);
            }
        }
    }
    match (terminal::print(&out), clean) {
        (code, true) => code,
        (_, false) => ExitCode::FAILURE,
    }
}

fn read(name: &str) -> Result<Sources, String> {
    let mut bytes = Vec::new();
    let read = if name == "-" {
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| ())
    } else {
        std::fs::read(name).map(|found| bytes = found)
    };
    let shown = if name == "-" { "standard input" } else { name };
    if let Err(error) = read {
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "is not there",
            std::io::ErrorKind::PermissionDenied => "may not be read",
            std::io::ErrorKind::IsADirectory => "is a folder, not a file of facts",
            _ => "cannot be read",
        };
        return Err(diagnostic::printable(&format!(
            "ukase::facts::not_found\n\n  × {shown} {why}\n  help: name a file of facts, or `-` for standard input"
        )));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(diagnostic::printable(&format!(
            "ukase::facts::not_utf8\n\n  × {shown} is UTF-16 and not UTF-8 text\n  help: save it as UTF-8"
        )));
    }
    // What an old editor writes behind the last line.
    let bytes = bytes.strip_suffix(b"\x1a").unwrap_or(&bytes);
    Ok(Sources::new(vec![Source::new(shown, &text(bytes))]))
}

/// Bytes as text, with a mark for each part of them that is none.
fn text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend((!chunk.invalid().is_empty()).then_some(NO_TEXT));
    }
    text
}

impl Regime {
    /// What counts beside what a shipment says itself.
    pub(crate) fn background(&self) -> Background<'_> {
        Background { assumptions: &self.settings.assumptions, known: self.settings.known }
    }

    /// The facts of a shipment under this policy and what it assumes.
    ///
    /// # Errors
    /// That the text is no JSON, or every problem of the facts.
    pub(crate) fn load(&self, document: &Document) -> Result<Facts, Vec<Diagnostic>> {
        self.load_as_known(document, self.settings.known)
    }

    /// The same with what tables of the policy told on a day.
    ///
    /// # Errors
    /// Those of [`Regime::load`].
    pub(crate) fn load_as_known(&self, document: &Document, known: Option<Date>) -> Result<Facts, Vec<Diagnostic>> {
        let raw = document.raw.as_ref().map_err(|error| vec![error.diagnostic()])?;
        let background = Background { known, ..self.background() };
        load_with(&self.policy, raw, background)
    }
}
