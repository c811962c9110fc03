//! Files that are known again: with a checksum of all that was written to them.

use crc32fast::Hasher;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{ErrorKind, Read, Result, Seek, SeekFrom, Write};
use std::path::Path;

/// How much is read at once.
const AT_ONCE: usize = 1 << 16;

/// What was written to a file so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    /// How many bytes.
    length: u64,
    checksum: u32,
}

/// A file that is written from its beginning to its end.
#[derive(Debug)]
pub(super) struct Checked {
    file: File,
    length: u64,
    hasher: Hasher,
}

impl Checked {
    /// A file of which nothing is written yet.
    pub(super) fn new(file: File) -> Checked {
        Checked { file, length: 0, hasher: Hasher::new() }
    }

    /// A file that is gone on with behind what was written before; nothing where it holds something else. What stands behind is cut off.
    pub(super) fn behind(mut file: File, before: Stamp) -> Result<Option<Checked>> {
        if stamp_of(&mut file, before.length)? != before {
            return Ok(None);
        }
        file.set_len(before.length)?;
        file.seek(SeekFrom::Start(before.length))?;
        Ok(Some(Checked { file, length: before.length, hasher: Hasher::new_with_initial_len(before.checksum, before.length) }))
    }

    /// What was written so far.
    pub(super) fn stamp(&self) -> Stamp {
        Stamp { length: self.length, checksum: self.hasher.clone().finalize() }
    }

    /// Everything is on the disk.
    pub(super) fn settle(&self) -> Result<()> {
        self.file.sync_all()
    }
}

impl Write for Checked {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> Result<()> {
        self.file.flush()
    }
}

/// Whether a file holds what was written to it, and no more.
pub(super) fn holds(path: &Path, stamp: Stamp) -> bool {
    let found = File::open(path).and_then(|mut file| {
        let length = file.metadata()?.len();
        stamp_of(&mut file, length)
    });
    found.is_ok_and(|found| found == stamp)
}

/// The stamp of the beginning of a file, of so many bytes at most.
fn stamp_of(file: &mut File, length: u64) -> Result<Stamp> {
    file.seek(SeekFrom::Start(0))?;
    let (mut hasher, mut read, mut file) = (Hasher::new(), 0, file.take(length));
    let mut room = vec![0; AT_ONCE];
    loop {
        match file.read(&mut room) {
            Ok(0) => return Ok(Stamp { length: read, checksum: hasher.finalize() }),
            Ok(some) => {
                hasher.update(&room[..some]);
                read += some as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_is_not_gone_on_with() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rows");
        let open = || File::options().read(true).write(true).create(true).truncate(false).open(&path).expect("a file");
        let mut file = Checked::new(open());
        file.write_all(b"one,").expect("room");
        let begun = file.stamp();
        file.write_all(b"two").expect("room");
        let mut again = Checked::behind(open(), begun).expect("a file").expect("what was written");
        again.write_all(b"two").expect("room");
        assert_eq!(again.stamp(), file.stamp());
        assert!(holds(&path, file.stamp()) && !holds(&path, begun));
        std::fs::write(&path, "0ne,two").expect("room");
        assert!(Checked::behind(open(), begun).expect("a file").is_none());
        std::fs::write(&path, "one").expect("room");
        assert!(Checked::behind(open(), begun).expect("a file").is_none());
    }
}
