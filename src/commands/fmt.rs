//! `ukase fmt POLICY…`

use super::terminal;
use crate::files::read_policy;
use crate::source::Sources;
use crate::syntax::format::format;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Lay out policies in the one way; comments are kept, nothing else changes.
#[derive(Debug, Args)]
pub(crate) struct Fmt {
    /// Folders or files of policies.
    #[arg(required = true, value_name = "POLICY")]
    policies: Vec<PathBuf>,
    /// Change nothing; exit with 1 where a file would change.
    #[arg(long)]
    check: bool,
}

impl Fmt {
    pub(crate) fn run(self) -> ExitCode {
        let clean = self.policies.iter().filter(|path| !self.policy(path)).count() == 0;
        if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn policy(&self, path: &Path) -> bool {
        let sources = match read_policy(path) {
            Ok(sources) => sources,
            Err(error) => {
                terminal::show_read_error(&error);
                return false;
            }
        };
        let root = if path.is_dir() { path.to_path_buf() } else { path.parent().map(Path::to_path_buf).unwrap_or_default() };
        let files = sources.iter().filter(|(_, file)| file.name.ends_with(".ukase"));
        files.filter(|(_, file)| !self.file(&root.join(&file.name), &file.name, &file.text)).count() == 0
    }

    fn file(&self, path: &Path, name: &str, text: &str) -> bool {
        match format(text) {
            Ok(laid_out) if laid_out == text => true,
            Ok(_) if self.check => {
                terminal::print(&format!("{} would change\n", terminal::shown(path)));
                false
            }
            Ok(laid_out) => match write(path, &laid_out) {
                Ok(()) => {
                    terminal::print(&format!("{}\n", terminal::shown(path)));
                    true
                }
                Err(error) => {
                    terminal::complain(&format!("error: {} cannot be written: {error}", terminal::shown(path)));
                    false
                }
            },
            Err(diagnostics) => {
                terminal::show(&Sources::of_text(name, text), &diagnostics);
                false
            }
        }
    }
}

/// The new text is whole, or the old one stays.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let beside = path.with_extension("ukase.new");
    std::fs::write(&beside, text)?;
    std::fs::rename(&beside, path)
}
