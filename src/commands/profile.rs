//! A profile: a file in which a firm writes down how it reads the questions of a policy, and what it assumes of its shipments.

use crate::diagnostic::printable;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The file, as TOML.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Profile {
    /// The policy that it is for.
    pub(super) policy: Option<String>,
    /// The reading of each question.
    #[serde(default)]
    pub(super) readings: BTreeMap<String, String>,
    /// The assumptions of the policy that hold for the firm's shipments.
    #[serde(default)]
    pub(super) assume: Vec<String>,
}

/// Reads a profile.
///
/// Fails with what is wrong in words: a file that is not there, text that is not a profile.
pub(super) fn read(path: &str) -> Result<Profile, String> {
    let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!("the profile {path} is not there"),
        std::io::ErrorKind::InvalidData => format!("the profile {path} is not UTF-8 text"),
        _ => format!("the profile {path} cannot be read"),
    })?;
    toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        let message = printable(error.message());
        format!(
            "{path}, line {line}: {message}; a profile has `policy = \"…\"`, `assume = [\"…\"]` and under `[readings]` lines such as `question = \"reading\"`"
        )
    })
}
