//! The `ukase` command.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    ukase::commands::Arguments::parse().run()
}
