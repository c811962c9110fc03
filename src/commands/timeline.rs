//! `ukase timeline POLICY FACTS`

use super::policy::usage;
use super::regime::{Choices, Regime, open_all};
use super::shipments::read_shipments;
use super::terminal;
use crate::analyze::intervals;
use crate::diagnostic::Diagnostic;
use crate::eval::Judge;
use crate::facts::{Document, documents};
use crate::source::SourceId;
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
        let regimes = match open_all(std::slice::from_ref(&self.policy), &self.choices) {
            Ok(regimes) => regimes,
            Err(code) => return code,
        };
        let facts = match read_shipments(&self.facts) {
            Ok(facts) => facts,
            Err(code) => return code,
        };
        let Some(regime) = regimes.first() else { return ExitCode::FAILURE };
        if regime.settings.on.is_some() {
            return usage("a timeline goes over all days: name the policy without a version, and the day known with --known-on");
        }
        let judge = Judge::new(&regime.policy, regime.settings.known);
        let mut clean = true;
        let text = facts.get(SourceId(0)).text.clone();
        let mut out = String::new();
        for document in documents(&text, SourceId(0)) {
            let written = if is_of_all { self.expected(regime, &document) } else { self.one(regime, &judge, &document) };
            match written {
                Ok(written) => out.push_str(&written),
                Err(problems) => {
                    clean = false;
                    terminal::show(&facts, &problems);
                }
            }
        }
        match (terminal::print(&out), clean) {
            (code, true) => code,
            (_, false) => ExitCode::FAILURE,
        }
    }

    fn one(&self, regime: &Regime, judge: &Judge<'_>, document: &Document) -> Result<String, Vec<Diagnostic>> {
        let Regime { policy, settings } = regime;
        let facts = regime.load(document)?;
        let found = intervals(judge, &facts, &settings.readings);
        Ok(match self.format {
            Format::Text => plain(policy, settings.known, &name(document), &found, terminal::output_style()),
            Format::Json => json(policy, &found).to_string() + "\n",
            Format::Svg => drawing(policy, &name(document), &[Expected { from: Date::FIRST, through: None, intervals: found }]),
        })
    }

    fn expected(&self, regime: &Regime, document: &Document) -> Result<String, Vec<Diagnostic>> {
        let Regime { policy, settings } = regime;
        let found = expectations(policy, &settings.readings, |day| regime.load_as_known(document, Some(day)))?;
        Ok(match self.format {
            Format::Text => plain_expectations(policy, &name(document), &found, terminal::output_style()),
            Format::Json => json_expectations(policy, &found).to_string() + "\n",
            Format::Svg => drawing(policy, &name(document), &found),
        })
    }
}

fn name(document: &Document) -> String {
    document.id().unwrap_or_else(|| format!("line {}", document.line))
}
