//! Where a command writes: never in the place of something that it reads.

use super::policy::split;
use crate::check::CheckedPolicy;
use std::path::{Path, PathBuf};

/// The files that a policy was read from, as it is named on the command line.
pub(crate) fn files_of(operand: &str, policy: &CheckedPolicy) -> Vec<PathBuf> {
    let (path, _) = split(operand);
    let root = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(Path::new("")) };
    policy.sources.iter().map(|(_, source)| root.join(&source.name)).chain([path.clone()]).collect()
}

/// Whether a command may write these files, which reads those.
///
/// # Errors
/// The first that is read as well, in words.
pub(crate) fn spare(written: &[PathBuf], read: &[PathBuf]) -> Result<(), String> {
    let read: Vec<PathBuf> = read.iter().filter_map(|path| whole(path)).collect();
    match written.iter().find(|path| whole(path).is_some_and(|path| read.contains(&path))) {
        Some(path) => {
            Err(format!("{} is read as well as written, or stands where the run writes: name another file", path.display()))
        }
        None => Ok(()),
    }
}

/// Whether files can take the place of what stands there: of whole runs, that is; what is written as it comes goes through a link.
///
/// # Errors
/// The first place of a device, a pipe or a link, in words.
#[cfg(feature = "tables")]
pub(crate) fn replaceable(written: &[PathBuf]) -> Result<(), String> {
    for path in written {
        let Ok(there) = std::fs::symlink_metadata(path) else { continue };
        if there.is_symlink() {
            return Err(format!("{} is a link, whose place the file would take: name the file itself", path.display()));
        }
        if !there.is_file() && !there.is_dir() {
            return Err(format!(
                "{} is a device or a pipe, whose place the file would take: write to standard output by -o -",
                path.display()
            ));
        }
    }
    Ok(())
}

/// A path that is the same however it is named: of a file, or of one that is to be in a folder.
pub(crate) fn whole(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::canonicalize(path).ok().or_else(|| Some(std::fs::canonicalize(folder).ok()?.join(path.file_name()?)))
}
