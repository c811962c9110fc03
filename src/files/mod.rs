//! Files in: the folder of a policy.

mod git;
mod pack;

pub use git::read_revision;
pub use pack::{pack, unpack};

use crate::source::{Source, Sources};
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// The most files that one policy may have.
const MOST_FILES: usize = 1000;
/// How deep its folders may go.
const DEEPEST: usize = 16;
/// The largest file that is read, in bytes.
const LARGEST: u64 = 64 << 20;

/// Why a policy could not be read from the disk.
#[derive(Debug)]
pub struct ReadError {
    /// A stable name such as `ukase::source::not_found`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for ReadError {}

fn error(code: &'static str, path: &Path, what: &str, help: &'static str) -> ReadError {
    ReadError { code, message: format!("{} {what}", path.display()), help }
}

/// Reads all files of a policy: a folder with its `.ukase` and `.csv` files, one file with what it imports, or a packed policy.
pub fn read_policy(path: &Path) -> Result<Sources, ReadError> {
    let found = fs::metadata(path).map_err(|_| {
        error("ukase::source::not_found", path, "is not there", "name the folder of a policy, or one `.ukase` file")
    })?;
    if found.is_dir() {
        return read_folder(path);
    }
    match path.extension().is_some_and(|extension| extension == pack::ENDING) {
        true => unpack(&read_source(path, "pack")?.text),
        false => read_file_with_imports(path),
    }
}

fn read_folder(root: &Path) -> Result<Sources, ReadError> {
    let mut sources = Vec::new();
    let mut open = vec![(root.to_path_buf(), 0)];
    while let Some((folder, depth)) = open.pop() {
        let entries = fs::read_dir(&folder)
            .map_err(|_| error("ukase::source::not_found", &folder, "cannot be read", "check its permissions"))?;
        let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if hidden {
                continue;
            }
            let kind = fs::symlink_metadata(&path)
                .map_err(|_| error("ukase::source::not_found", &path, "cannot be read", "check its permissions"))?;
            if kind.is_symlink() && (is_policy_file(&path) || path.is_dir()) {
                return Err(error(
                    "ukase::source::outside_folder",
                    &path,
                    "is a link",
                    "a policy is complete in itself: put the file there",
                ));
            }
            if kind.is_dir() {
                if depth == DEEPEST {
                    return Err(error(
                        "ukase::source::too_large",
                        &path,
                        "is nested too deep",
                        "keep the folders of a policy flat",
                    ));
                }
                open.push((path, depth + 1));
            } else if is_policy_file(&path) {
                if sources.len() == MOST_FILES {
                    return Err(error("ukase::source::too_large", root, "has more than 1000 files", "split the policy"));
                }
                sources.push(read_source(&path, &name_inside(root, &path))?);
            }
        }
    }
    if sources.iter().all(|source| !source.name.ends_with(".ukase")) {
        return Err(error("ukase::source::empty", root, "has no `.ukase` file", "name the folder of a policy"));
    }
    Ok(Sources::new(sources))
}

fn is_policy_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "ukase" || extension == "csv")
}

fn name_inside(root: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(root).unwrap_or(path);
    inside.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn read_source(path: &Path, name: &str) -> Result<Source, ReadError> {
    let kind = fs::metadata(path).map_err(|_| error("ukase::source::not_found", path, "is not there", "check the path"))?;
    if !kind.is_file() {
        return Err(error("ukase::source::not_found", path, "is not a plain file", "name a file"));
    }
    if kind.len() > LARGEST {
        return Err(error("ukase::source::too_large", path, "is larger than 64 MiB", "split it"));
    }
    let bytes = fs::read(path).map_err(|_| error("ukase::source::not_found", path, "cannot be read", "check its permissions"))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source::new(name, &text)),
        Err(wrong) => Err(ReadError {
            code: "ukase::source::not_utf8",
            message: format!("{} is not UTF-8 text, from byte {} on", path.display(), wrong.utf8_error().valid_up_to()),
            help: "save the file as UTF-8",
        }),
    }
}

/// One file, the files that it imports, and the CSV files beside it that its lists name.
fn read_file_with_imports(path: &Path) -> Result<Sources, ReadError> {
    let root = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let first = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut sources: Vec<Source> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![first];
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        if sources.len() == MOST_FILES {
            return Err(error("ukase::source::too_large", path, "imports more than 1000 files", "split the policy"));
        }
        let source = read_source(&root.join(&name), &name)?;
        for wanted in mentioned(&source.text) {
            // The checker says what is wrong with these, at their place.
            if leaves(&wanted) {
                continue;
            }
            let place = root.join(&wanted);
            if fs::symlink_metadata(&place).is_ok_and(|kind| kind.is_symlink()) {
                return Err(error(
                    "ukase::source::outside_folder",
                    &place,
                    "is a link",
                    "a policy is complete in itself: put the file there",
                ));
            }
            if place.is_file() {
                open.push(wanted);
            }
        }
        sources.push(source);
    }
    Ok(Sources::new(sources))
}

fn leaves(path: &str) -> bool {
    Path::new(path).is_absolute() || path.contains([':', '\\', '\0']) || path.split('/').any(|part| part == "..")
}

/// The files that the `import` and `list … from` lines of a text name.
fn mentioned(text: &str) -> Vec<String> {
    let quoted = |line: &str| line.split('"').nth(1).map(String::from);
    let mut found = Vec::new();
    let mut in_list = false;
    for line in text.lines() {
        if !line.starts_with([' ', '\t']) {
            in_list = line.starts_with("list ");
        }
        if line.starts_with("import ") {
            found.extend(quoted(line));
        } else if in_list && let Some((_, rest)) = line.split_once("from ") {
            found.extend(quoted(rest));
        }
    }
    found
}
