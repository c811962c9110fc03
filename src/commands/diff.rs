//! `ukase diff OLD NEW`

use super::corpus;
use super::policy::usage;
use super::regime::{Choices, Regime, open_all, open_all_with_examples};
use super::shipments::read_shipments;
use super::terminal;
use crate::diagram::Side;
use crate::diff::{Comparison, Direction, Named, Narrow, compare, html, markdown, plain};
use crate::eval::Judge;
use crate::facts::documents;
use crate::source::{SourceId, Sources};
use clap::{Args, ValueEnum};
use serde_json::{Map, Value as Json, json};
use std::process::ExitCode;

/// What changed between two versions: in the text, in the verdict on every shipment, in those of a corpus.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The version that was: a folder or file, perhaps at a version (`POLICY@2025-04-04`, `POLICY@october`), or a revision
    /// (`git:main:policies/cn-rare-earth`).
    #[arg(value_name = "OLD")]
    old: String,
    /// The version that is.
    #[arg(value_name = "NEW")]
    new: String,
    /// Shipments to judge under both versions: JSON, a JSON array, one object a line, or a table (.csv, .parquet); `-` is standard input.
    #[arg(long, value_name = "FACTS")]
    facts: Option<String>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Only verdicts that become stricter, or looser.
    #[arg(long, value_enum)]
    only: Option<Only>,
    /// Only items within this control code.
    #[arg(long, value_name = "CODE")]
    item: Option<String>,
    /// Only shipments to this country.
    #[arg(long, value_name = "CC")]
    destination: Option<String>,
    /// Read a question of law in one way, in both versions.
    #[arg(long = "reading", value_name = "QUESTION=READING")]
    readings: Vec<String>,
    /// A file with the readings and assumptions that a firm has chosen; what is given by `--reading` counts before it.
    #[arg(long, value_name = "FILE")]
    profile: Option<String>,
    /// Exit with 1 when some verdict becomes stricter, looser, or anything changes.
    #[arg(long, value_enum)]
    fail_on: Option<FailOn>,
}

/// The forms of a comparison.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For a person.
    Text,
    /// For a pull request.
    Markdown,
    /// For a program.
    Json,
    /// One page with pictures.
    Html,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Only {
    Stricter,
    Looser,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Stricter,
    Looser,
    Any,
}

impl Diff {
    pub(crate) fn run(self) -> ExitCode {
        let choices = Choices::reading(self.readings.clone(), self.profile.clone());
        let regimes = match open_all(&[self.old.clone(), self.new.clone()], &choices) {
            Ok(regimes) => regimes,
            Err(code) => return code,
        };
        let [old, new] = regimes.as_slice() else { return ExitCode::FAILURE };
        if old.settings.on.is_some() != new.settings.on.is_some() {
            return usage(
                "one version fixes the day judged and the other does not: fix it for both, as in POLICY@2025-12-01, or for none",
            );
        }
        let (was, is) = (Judge::new(&old.policy, old.settings.known), Judge::new(&new.policy, new.settings.known));
        let (before, after) = (Side { judge: &was, day: old.settings.on }, Side { judge: &is, day: new.settings.on });
        let narrow = match self.narrow(old, new) {
            Ok(narrow) => narrow,
            Err(code) => return code,
        };
        let mut comparison = compare(before, after, &narrow);
        if !comparison.unshown.is_empty() {
            comparison = match self.with_cases(comparison, &choices, &narrow) {
                Ok(comparison) => comparison,
                Err(code) => return code,
            };
        }
        let mut clean = true;
        if let Some(facts) = &self.facts {
            let rows = match rows(facts, old, new) {
                Ok(rows) => rows,
                Err(code) => return code,
            };
            clean = rows.iter().all(|(_, facts)| facts.is_ok());
            comparison = comparison.with_corpus(before, after, &rows);
        }
        let written = match self.format {
            Format::Text => plain(&comparison, terminal::output_style()),
            Format::Markdown => markdown(&comparison),
            Format::Json => serde_json::to_string_pretty(&comparison).map(|text| text + "\n").unwrap_or_default(),
            Format::Html => html(&comparison, after),
        };
        match terminal::print(&written) {
            code if code != ExitCode::SUCCESS => code,
            _ if !clean || self.fails(&comparison) => ExitCode::FAILURE,
            code => code,
        }
    }

    /// Lets the worked cases of both versions show what the diagrams do not. Without that need they are not read.
    fn with_cases(&self, comparison: Comparison, choices: &Choices, narrow: &Narrow) -> Result<Comparison, ExitCode> {
        let regimes = open_all_with_examples(&[self.old.clone(), self.new.clone()], choices)?;
        let [old, new] = regimes.as_slice() else { return Err(ExitCode::FAILURE) };
        let (was, is) = (Judge::new(&old.policy, old.settings.known), Judge::new(&new.policy, new.settings.known));
        let side = |regime: &Regime, judge| Side { judge, day: regime.settings.on };
        Ok(comparison.with_cases(side(old, &was), side(new, &is), narrow))
    }

    /// What is asked for; facts that the new version has no words for are told.
    fn narrow(&self, old: &Regime, new: &Regime) -> Result<Narrow, ExitCode> {
        let only = self.only.map(|only| match only {
            Only::Stricter => Direction::Stricter,
            Only::Looser => Direction::Looser,
        });
        let readings = old.readings().chain(new.readings()).collect();
        let mut facts = Map::new();
        facts.extend(self.destination.iter().map(|country| ("destination".to_string(), json!(country))));
        facts.extend(self.item.iter().map(|code| ("items".to_string(), json!([{ "code": code }]))));
        if facts.is_empty() {
            return Ok(Narrow { only, given: None, readings });
        }
        let text = Json::Object(facts).to_string();
        let given = documents(&text, SourceId(0)).first().map(|document| new.load(document));
        match given.transpose() {
            Ok(given) => Ok(Narrow { only, given, readings }),
            Err(problems) => {
                terminal::show(&Sources::of_text("the options", &text), &problems);
                Err(ExitCode::from(2))
            }
        }
    }

    fn fails(&self, comparison: &Comparison) -> bool {
        let steps = || comparison.verdicts.iter().map(|class| class.step);
        match self.fail_on {
            None => false,
            Some(FailOn::Stricter) => steps().any(|(from, to)| to > from) || comparison.equal_elsewhere != "proved",
            Some(FailOn::Looser) => steps().any(|(from, to)| to < from) || comparison.equal_elsewhere != "proved",
            Some(FailOn::Any) => {
                !comparison.text.is_empty() || steps().next().is_some() || comparison.equal_elsewhere != "proved"
            }
        }
    }
}

/// The shipments of a corpus, read by both versions. What cannot be read is told, and counted.
fn rows(name: &str, old: &Regime, new: &Regime) -> Result<Vec<Named>, ExitCode> {
    if name.ends_with(".csv") || name.ends_with(".parquet") { corpus::rows(name, old, new) } else { rows_of_json(name, old, new) }
}

fn rows_of_json(name: &str, old: &Regime, new: &Regime) -> Result<Vec<Named>, ExitCode> {
    let sources = read_shipments(name)?;
    let text = sources.get(SourceId(0)).text.clone();
    let mut rows = Vec::new();
    for document in documents(&text, SourceId(0)) {
        let facts = new.load(&document).and_then(|after| Ok((old.load(&document)?, after)));
        if let Err(problems) = &facts {
            terminal::show(&sources, problems);
        }
        rows.push((document.name(), facts));
    }
    Ok(rows)
}
