//! A profile: a file in which a firm writes down how it reads the questions of a policy.

use crate::diagnostic::printable;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The file, as TOML.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Profile {
    /// The policy that it is for.
    policy: Option<String>,
    /// The reading of each question.
    #[serde(default)]
    readings: BTreeMap<String, String>,
}

/// The readings of a profile, as they would be written on the command line: `question=reading`.
///
/// Fails with what is wrong in words: a file that is not there, text that is not a profile, a profile for another policy.
pub(super) fn read(path: &str, policy: &str) -> Result<Vec<String>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!("the profile {path} is not there"),
        std::io::ErrorKind::InvalidData => format!("the profile {path} is not UTF-8 text"),
        _ => format!("the profile {path} cannot be read"),
    })?;
    let profile: Profile = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        let message = printable(error.message());
        format!(
            "{path}, line {line}: {message}; a profile has `policy = \"…\"` and under `[readings]` lines such as `question = \"reading\"`"
        )
    })?;
    match profile.policy {
        Some(wanted) if wanted != policy => Err(format!("the profile {path} is for the policy {wanted}, and this is {policy}")),
        _ => Ok(profile.readings.into_iter().map(|(question, reading)| format!("{question}={reading}")).collect()),
    }
}
