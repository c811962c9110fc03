//! What stops a run: of a row that cannot be read only the row is set aside.

use std::path::Path;

/// Why files could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableError {
    /// A stable name such as `ukase::table::column`.
    pub code: &'static str,
    /// What is wrong, and where.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl TableError {
    /// A problem, and what to do.
    pub fn new(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> TableError {
        TableError { code, message: message.into(), help: Some(help.into()) }
    }

    /// Another run writes to an output.
    pub fn locked(output: &Path) -> TableError {
        let message = format!("another run writes to {}", output.display());
        TableError::new("ukase::table::locked", message, "wait for it, or name another output")
    }

    /// The machine gives no thread to judge with.
    pub fn without_threads() -> TableError {
        TableError::new("ukase::table::threads", "no thread can be had to judge", "end other programs, and go on")
    }

    /// The same, of a file.
    pub fn in_file(self, path: &Path) -> TableError {
        TableError { message: format!("{}: {}", path.display(), self.message), ..self }
    }

    /// A file that could not be read.
    pub fn reading(path: &Path, error: &std::io::Error) -> TableError {
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "is not there".to_string(),
            std::io::ErrorKind::PermissionDenied => "may not be read".to_string(),
            std::io::ErrorKind::IsADirectory => "is a folder or a device, not a file of shipments".to_string(),
            _ => format!("cannot be read: {error}"),
        };
        TableError::new(
            "ukase::table::input",
            format!("{} {why}", path.display()),
            "name a file of shipments: .jsonl, .csv or .parquet",
        )
    }

    /// A file that could not be written; what was there before still is.
    pub fn writing(path: &Path, error: &std::io::Error) -> TableError {
        let (why, help) = match error.kind() {
            std::io::ErrorKind::StorageFull => {
                ("the disk is full".to_string(), "make room; `ukase batch` into a file goes on with --resume")
            }
            std::io::ErrorKind::BrokenPipe => ("nobody reads the output any more".to_string(), "write to a file, and read that"),
            std::io::ErrorKind::PermissionDenied => ("it may not be written".to_string(), "name a file in a folder of your own"),
            std::io::ErrorKind::NotFound => ("its folder is not there".to_string(), "make the folder first"),
            _ => (
                error.to_string(),
                "what was there before is untouched; once that is mended, `ukase batch` into a file goes on with --resume",
            ),
        };
        TableError::new("ukase::table::output", format!("{} cannot be written: {why}", path.display()), help)
    }
}
