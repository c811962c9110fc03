//! `ukase completions SHELL`

use super::Arguments;
use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};
use std::process::ExitCode;

/// Print completions for a shell.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self) -> ExitCode {
        let mut script = Vec::new();
        generate(self.shell, &mut Arguments::command(), "ukase", &mut script);
        super::terminal::print(&String::from_utf8_lossy(&script))
    }
}
