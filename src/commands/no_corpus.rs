//! A corpus that stands in a table, where tables were left out of the build.

use super::policy::usage;
use super::regime::Regime;
use crate::diff::Named;
use std::process::ExitCode;

/// Says that tables are not read.
pub(crate) fn rows(name: &str, _: &Regime, _: &Regime) -> Result<Vec<Named>, ExitCode> {
    Err(usage(&format!("{name} is a table, and this build reads none: build it with the feature `tables`")))
}
