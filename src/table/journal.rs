//! How far a run has come, so that one that was interrupted goes on where it stopped.

use super::batches::Position;
use super::checked::Stamp;
use super::summary::Summary;
use crate::problem::TableError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fs;
use std::path::{Path, PathBuf};

/// Everything that stands behind is written; everything ahead is still to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Journal {
    /// What the run is of: policy, version, readings, inputs.
    pub(super) identity: Map<String, Value>,
    /// Where reading goes on.
    pub(super) position: Position,
    /// What was written to each of the output's files.
    pub(super) files: Vec<Stamp>,
    /// The groups of rows that were done, where the rows go to a Parquet file.
    #[serde(default)]
    pub(super) groups: Vec<Stamp>,
    /// How many open shipments were explained.
    pub(super) explained: usize,
    /// What was counted.
    pub(super) summary: Summary,
}

/// Where the journal of an output stands.
pub(super) fn path(output: &Path) -> PathBuf {
    beside(output, "journal")
}

/// A file beside another: its name with more at the end.
pub(super) fn beside(output: &Path, ending: &str) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

/// What a file is called until it is whole.
pub fn unfinished(path: &Path) -> PathBuf {
    beside(path, "part")
}

/// A file is not what its journal says: it was changed, cut, or never came to the disk.
pub(super) fn damaged(file: &Path, output: &Path) -> TableError {
    let message = format!("{} is not what the run that was interrupted wrote", file.display());
    let help = format!("remove {}, and begin anew", path(output).display());
    TableError::new("ukase::table::journal", message, help)
}

impl Journal {
    /// The journal of a run that was interrupted, if there is one.
    pub(super) fn read(output: &Path) -> Result<Option<Journal>, TableError> {
        let path = path(output);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(TableError::reading(&path, &error)),
        };
        serde_json::from_str(&text).map(Some).map_err(|_| {
            let message = format!("{} is no journal of a run", path.display());
            TableError::new("ukase::table::journal", message, format!("remove {} and begin anew", path.display()))
        })
    }

    /// Writes the journal in the place of the one before, whole or not at all.
    pub(super) fn write(&self, output: &Path) -> Result<(), TableError> {
        let (path, new) = (path(output), beside(output, "journal.new"));
        let text = serde_json::to_string(self).unwrap_or_default();
        fs::write(&new, text).and_then(|()| fs::rename(&new, &path)).map_err(|error| TableError::writing(&path, &error))
    }

    /// The run is done: nothing is left to go on with.
    pub(super) fn remove(output: &Path) -> Result<(), TableError> {
        let path = path(output);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(TableError::writing(&path, &error)),
            _ => Ok(()),
        }
    }
}
