//! `ukase schema POLICY`

use super::policy::open;
use crate::facts::schema;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Print the JSON Schema (2020-12) of the facts of a policy.
#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// A folder or file of a policy.
    #[arg(value_name = "POLICY")]
    policy: PathBuf,
}

impl Schema {
    pub(crate) fn run(self) -> ExitCode {
        let policy = match open(&self.policy) {
            Ok(policy) => policy,
            Err(code) => return code,
        };
        let text = serde_json::to_string_pretty(&schema(&policy)).unwrap_or_default();
        super::terminal::print(&format!("{text}\n"))
    }
}
