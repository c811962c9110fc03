//! `ukase loophole POLICY FACTS`

use super::policy::usage;
use super::regime::{Choices, Regime, open_one};
use super::shipments::write_each;
use super::terminal;
use crate::eval::Judge;
use crate::loophole::{json, loopholes, plain};
use clap::{Args, ValueEnum};
use std::process::ExitCode;

/// How a controlled shipment escapes: the cheapest changes of its facts under which its verdict is looser. For those who draft rules.
#[derive(Debug, Args)]
pub(crate) struct Loophole {
    /// A folder or file of a policy, perhaps at a version.
    #[arg(value_name = "POLICY")]
    policy: String,
    /// Shipments as JSON, a JSON array, or one object a line; `-` is standard input.
    #[arg(value_name = "FACTS")]
    facts: String,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    choices: Choices,
}

/// The forms of the ways out.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For a person.
    Text,
    /// One object a line.
    Json,
}

impl Loophole {
    pub(crate) fn run(self) -> ExitCode {
        if self.choices.fails_at() {
            return usage("a loophole is no verdict: leave out --fail-at");
        }
        let regime = match open_one(&self.policy, &self.choices) {
            Ok(regime) => regime,
            Err(code) => return code,
        };
        let judge = Judge::new(&regime.policy, regime.settings.known);
        write_each(&self.facts, |document| {
            let Regime { policy, settings } = &regime;
            let evaluation = judge.evaluate(regime.load(document)?, settings.on, settings.readings.clone());
            let possible = judge.possible(&evaluation);
            let found = loopholes(&judge, evaluation);
            Ok(match self.format {
                Format::Text => plain(policy, &document.name(), possible, &found, terminal::output_style()),
                Format::Json => json(policy, &document.name(), possible, &found).to_string() + "\n",
            })
        })
    }
}
