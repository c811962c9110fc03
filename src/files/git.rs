//! The files of a policy as a revision of a repository has them.

use super::{LARGEST, MOST_FILES, ReadError};
use crate::source::{Source, Sources};
use std::path::Path;
use std::process::Command;

/// Reads a policy from a revision, named as `git:REVISION:PATH`.
///
/// # Errors
/// That the operand is not named so, that `git` is not there, or what it says; and as for a folder.
pub fn read_revision(operand: &str) -> Result<Sources, ReadError> {
    let help = "name it as git:REVISION:PATH, such as git:main:policies/cn-rare-earth, inside the repository";
    let error = |message: String| ReadError { code: "ukase::source::not_found", message, help };
    let named = operand.strip_prefix("git:").and_then(|rest| rest.split_once(':'));
    let Some((revision, path)) = named.filter(|(revision, _)| !revision.is_empty() && !revision.starts_with('-')) else {
        return Err(error(format!("{operand} names no revision and path")));
    };
    let path = path.trim_end_matches('/');
    let listed = git(&["ls-tree", "-r", "-l", "-z", revision, "--", &format!("./{path}")]).map_err(error)?;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let mut sources = Vec::new();
    for entry in listed.split('\0').filter(|entry| !entry.is_empty()) {
        let Some((facts, name)) = entry.split_once('\t') else { continue };
        let facts: Vec<&str> = facts.split_whitespace().collect();
        let [mode, kind, object, size] = facts.as_slice() else { continue };
        let is_policy = Path::new(name).extension().is_some_and(|extension| extension == "ukase" || extension == "csv");
        // A link is a blob too, and no file.
        if *kind != "blob" || !mode.starts_with("100") || !is_policy {
            continue;
        }
        if sources.len() == MOST_FILES || size.parse::<u64>().is_ok_and(|size| size > LARGEST) {
            return Err(error(format!("{operand} is too large: 1000 files of 64 MiB are the most")));
        }
        let bytes = git(&["cat-file", "blob", object]).map_err(error)?;
        let text = String::from_utf8(bytes).map_err(|_| error(format!("{name} of {revision} is not UTF-8 text")))?;
        let inside = name.strip_prefix(path).map_or(name, |rest| rest.trim_start_matches('/'));
        sources.push(Source::new(if inside.is_empty() { name } else { inside }, &text));
    }
    if sources.iter().all(|source| !source.name.ends_with(".ukase")) {
        return Err(error(format!("{revision} has no `.ukase` file in {path}")));
    }
    Ok(Sources::new(sources))
}

fn git(arguments: &[&str]) -> Result<Vec<u8>, String> {
    let output = Command::new("git").args(arguments).output().map_err(|error| format!("git cannot be run: {error}"))?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(format!("git says: {}", String::from_utf8_lossy(&output.stderr).trim())),
    }
}
