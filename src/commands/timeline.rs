//! `ukase timeline POLICY FACTS`

use super::policy::usage;
use super::regime::{Choices, Regime, open_all};
use super::shipments::read_shipments;
use super::terminal;
use crate::analyze::{Interval, intervals};
use crate::check::CheckedPolicy;
use crate::diagnostic::{Diagnostic, Style, printable};
use crate::eval::Judge;
use crate::facts::{Document, documents};
use crate::source::SourceId;
use crate::value::Date;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::process::ExitCode;

/// The verdict of a shipment day by day: the days on which it changes, and why.
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
}

/// An interval in JSON.
#[derive(Serialize)]
struct Written<'i> {
    from: String,
    through: String,
    outcome: Option<&'i str>,
    possible: Vec<&'i str>,
    exact: bool,
    by: &'i [String],
    perhaps_by: &'i [String],
    event: Option<&'i str>,
}

impl Timeline {
    pub(crate) fn run(self) -> ExitCode {
        if self.choices.fixes_the_day() {
            return usage("a timeline goes over all days: leave out --on and --fail-at");
        }
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
            match self.one(regime, &judge, &document) {
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
            Format::Text => {
                let name = facts.id.clone().unwrap_or_else(|| format!("line {}", document.line));
                text(policy, settings.known, &name, &found, terminal::output_style())
            }
            Format::Json => json(policy, &found),
        })
    }
}

fn json(policy: &CheckedPolicy, found: &[Interval]) -> String {
    let written = found.iter().map(|one| Written {
        from: one.from.to_string(),
        through: one.through.to_string(),
        outcome: one.possible.outcome().map(|at| policy.outcomes[at].name.as_str()),
        possible: possible(policy, one),
        exact: one.possible.exact,
        by: &one.by,
        perhaps_by: &one.perhaps_by,
        event: one.event.as_deref(),
    });
    serde_json::to_string(&written.collect::<Vec<_>>()).map(|line| line + "\n").unwrap_or_default()
}

/// The outcomes in words; `(at most)` where some of them may not be reachable.
fn words(policy: &CheckedPolicy, one: &Interval) -> String {
    let bound = if one.possible.exact { "" } else { " (at most)" };
    possible(policy, one).join(" or ") + bound
}

fn possible<'p>(policy: &'p CheckedPolicy, one: &Interval) -> Vec<&'p str> {
    let outcomes = policy.outcomes.iter().enumerate().filter(|(at, _)| one.possible.outcomes & (1 << at) != 0);
    outcomes.map(|(_, outcome)| outcome.name.as_str()).collect()
}

/// A line for each interval: its days, how strict it is as a bar, its outcome, its clauses; below it what begins it.
fn text(policy: &CheckedPolicy, known: Option<Date>, name: &str, found: &[Interval], style: Style) -> String {
    let known = known.map_or(String::new(), |known| format!(", known {known}"));
    let mut out = format!("{}: day by day under {}{known}\n", printable(name), policy.name);
    let scale = policy.outcomes.len();
    let widest = found.iter().map(|one| words(policy, one).chars().count()).max().unwrap_or(0);
    for one in found {
        let from = if one.from == Date::FIRST { "until".into() } else { one.from.to_string() };
        let through = if one.through == Date::LAST { "and on".into() } else { one.through.to_string() };
        let strictest = (0..scale).rev().find(|at| one.possible.outcomes & (1 << at) != 0).unwrap_or(0);
        let bar = format!("{}{}", "█".repeat(strictest), "·".repeat(scale - strictest));
        let outcome = words(policy, one);
        let perhaps = one.perhaps_by.iter().map(|name| format!("{name}?"));
        let by: Vec<String> = one.by.iter().cloned().chain(perhaps).collect();
        let line = format!("  {from:10} {through:10}  {bar}  {outcome:widest$}  {}", few(&by));
        out.push_str(line.trim_end());
        out.push('\n');
        if let Some(event) = &one.event {
            let indent = " ".repeat(2 + 10 + 1 + 10 + 2 + scale + 2);
            // A clause's name keeps its dash.
            let options = textwrap::Options::new(style.width.saturating_sub(indent.len()).max(20));
            for line in textwrap::wrap(event, options.word_splitter(textwrap::WordSplitter::NoHyphenation)) {
                out.push_str(&format!("{indent}{line}\n"));
            }
        }
    }
    out
}

/// How many clauses an interval names before it counts them.
const MOST_CLAUSES: usize = 4;

fn few(names: &[String]) -> String {
    match names.split_at_checked(MOST_CLAUSES) {
        Some((first, rest)) if !rest.is_empty() => format!("{} and {} more", first.join(", "), rest.len()),
        _ => names.join(", "),
    }
}
