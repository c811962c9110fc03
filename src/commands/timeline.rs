//! `ukase timeline POLICY FACTS`

use super::policy::usage;
use super::regime::{Choices, Regime, open_one};
use super::shipments::write_each;
use super::terminal;
use crate::analyze::intervals;
use crate::diagnostic::Diagnostic;
use crate::eval::Judge;
use crate::facts::Document;
use crate::timeline::{Expected, drawing, expectations, json, json_expectations, plain, plain_expectations};
use crate::value::Date;
use clap::{Args, ValueEnum};
use std::process::ExitCode;

/// The verdict of a shipment day by day: the days on which it changes, and why. `--known-on all` shows for each day on which something
/// was published what was expected then.
#[derive(Debug, Args)]
pub(crate) struct Timeline {
    /// A folder or file of a policy.
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

/// The forms of a timeline.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For a person.
    Text,
    /// One list a line.
    Json,
    /// A drawing for each shipment.
    Svg,
}

impl Timeline {
    pub(crate) fn run(mut self) -> ExitCode {
        if self.choices.fixes_the_day() {
            return usage("a timeline goes over all days: leave out --on and --fail-at");
        }
        let is_of_all = self.choices.take_all_known();
        let regime = match open_one(&self.policy, &self.choices) {
            Ok(regime) => regime,
            Err(code) => return code,
        };
        if regime.settings.on.is_some() {
            return usage("a timeline goes over all days: name the policy without a version, and the day known with --known-on");
        }
        let judge = Judge::new(&regime.policy, regime.settings.known);
        write_each(&self.facts, |document| match is_of_all {
            true => self.expected(&regime, document),
            false => self.one(&regime, &judge, document),
        })
    }

    fn one(&self, regime: &Regime, judge: &Judge<'_>, document: &Document) -> Result<String, Vec<Diagnostic>> {
        let Regime { policy, settings } = regime;
        let facts = regime.load(document)?;
        let found = intervals(judge, &facts, &settings.readings);
        Ok(match self.format {
            Format::Text => plain(policy, settings.known, &document.name(), &found, terminal::output_style()),
            Format::Json => json(policy, &found).to_string() + "\n",
            Format::Svg => drawing(policy, &document.name(), &[Expected { from: Date::FIRST, through: None, intervals: found }]),
        })
    }

    fn expected(&self, regime: &Regime, document: &Document) -> Result<String, Vec<Diagnostic>> {
        let Regime { policy, settings } = regime;
        let found = expectations(policy, &settings.readings, |day| regime.load_as_known(document, Some(day)))?;
        Ok(match self.format {
            Format::Text => plain_expectations(policy, &document.name(), &found, terminal::output_style()),
            Format::Json => json_expectations(policy, &found).to_string() + "\n",
            Format::Svg => drawing(policy, &document.name(), &found),
        })
    }
}
