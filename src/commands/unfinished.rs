//! A file that takes its place only once it is whole.

use crate::table::unfinished;
use std::fs::{self, File};
use std::io::Result;
use std::path::{Path, PathBuf};

/// A file that was begun: there is room for it, and nothing in it yet. Where it is not finished it is gone again.
pub(crate) struct Unfinished {
    path: PathBuf,
    /// Where it is written until then. What stands in the place and is no plain file, such as a pipe or a link, is written where it stands.
    beside: Option<PathBuf>,
}

impl Unfinished {
    /// Begins a file.
    ///
    /// # Errors
    /// That it cannot be written there.
    pub(crate) fn begin(path: &Path) -> Result<Unfinished> {
        let is_plain = fs::symlink_metadata(path).map_or(true, |there| there.is_file());
        let beside = is_plain.then(|| unfinished(path));
        if let Some(beside) = &beside {
            File::create(beside)?;
        }
        Ok(Unfinished { path: path.into(), beside })
    }

    /// Where it is to stand.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes all of it, in the place of what was there before.
    ///
    /// # Errors
    /// That it cannot be written.
    pub(crate) fn finish(self, text: &str) -> Result<()> {
        match &self.beside {
            Some(beside) => fs::write(beside, text).and_then(|()| fs::rename(beside, &self.path)),
            None => fs::write(&self.path, text),
        }
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Once it has taken its place there is nothing to remove.
        self.beside.iter().for_each(|beside| _ = fs::remove_file(beside));
    }
}
