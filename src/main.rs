//! The `ukase` command.

use clap::Parser;
use std::process::ExitCode;
use ukase::commands::Arguments;
use ukase::diagnostic::printable;

fn main() -> ExitCode {
    match Arguments::try_parse() {
        Ok(arguments) => arguments.run(),
        Err(error) if error.use_stderr() => {
            // What was typed may carry anything; it is shown, not sent.
            eprint!("{}", printable(&error.render().to_string()));
            ExitCode::from(2)
        }
        Err(help) => match help.print() {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
    }
}
