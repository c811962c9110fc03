//! `ukase eval POLICY FACTS`

use super::policy::{day, open, readings, split, usage, version};
use super::terminal;
use crate::check::CheckedPolicy;
use crate::diagnostic::{self, Diagnostic, Style};
use crate::eval::Judge;
use crate::explain::{Explanation, explain, markdown, text};
use crate::facts::{Document, documents, load};
use crate::source::{Source, SourceId, Sources};
use crate::value::{Date, Raw, RawKind};
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::io::{Read, Write};
use std::process::ExitCode;

/// Judge one shipment, or each of a stream, and say why.
#[derive(Debug, Args)]
pub(crate) struct Eval {
    /// A folder or file, perhaps at a version: `POLICY@2025-12-01,known=2025-10-09`, `POLICY@october`.
    #[arg(value_name = "POLICY")]
    policy: String,
    /// JSON, a JSON array, or one object a line; `-` is standard input.
    #[arg(value_name = "FACTS")]
    facts: String,
    /// How verdicts are written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Judge as of this day, in place of each shipment's own.
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    /// Judge by what was published by this day.
    #[arg(long, value_name = "DAY")]
    known_on: Option<String>,
    /// Read a question of law in one way.
    #[arg(long = "reading", value_name = "QUESTION=READING")]
    readings: Vec<String>,
    /// A file with the readings that a firm has chosen; what is given by `--reading` counts before it.
    #[arg(long, value_name = "FILE")]
    profile: Option<String>,
    /// Exit with 1 when a verdict is, or may be, at least this strict.
    #[arg(long, value_name = "OUTCOME")]
    fail_at: Option<String>,
}

/// The forms of a verdict.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For a person.
    Text,
    /// One object a line.
    Json,
    /// For a report.
    Markdown,
}

/// A shipment that could not be read, in the place of its verdict.
#[derive(Serialize)]
struct Rejected {
    id: Option<String>,
    line: usize,
    error: Problem,
    /// Every problem of the shipment; `error` is the first.
    errors: Vec<Problem>,
}

#[derive(Serialize, Clone)]
struct Problem {
    code: &'static str,
    message: String,
    help: Option<String>,
}

impl Eval {
    pub(crate) fn run(self) -> ExitCode {
        let (path, written) = split(&self.policy);
        let policy = match open(&path) {
            Ok(policy) => policy,
            Err(code) => return code,
        };
        let settings = match self.settings(&policy, written) {
            Ok(settings) => settings,
            Err(message) => return usage(&message),
        };
        let facts = match read_facts(&self.facts) {
            Ok(facts) => facts,
            Err(diagnostic) => {
                terminal::complain(&diagnostic);
                return ExitCode::FAILURE;
            }
        };
        let judge = Judge::new(&policy, settings.known);
        let mut run = Run {
            policy: &policy,
            judge,
            settings,
            format: self.format,
            facts: &facts,
            style: terminal::output_style(),
            clean: true,
        };
        match run.all() {
            Ok(()) if run.clean => ExitCode::SUCCESS,
            // Somebody closed the pipe: there is nobody left to write to.
            Ok(()) | Err(_) => ExitCode::FAILURE,
        }
    }

    /// The readings of the profile, and before them those of the command line.
    fn chosen(&self, policy: &CheckedPolicy) -> Result<Vec<Option<usize>>, String> {
        let own = readings(policy, &self.readings)?;
        let Some(profile) = &self.profile else { return Ok(own) };
        let written = super::profile::read(profile, &policy.name)?;
        let of_profile = readings(policy, &written).map_err(|message| format!("the profile {profile}: {message}"))?;
        Ok(own.into_iter().zip(of_profile).map(|(own, of_profile)| own.or(of_profile)).collect())
    }

    fn settings(&self, policy: &CheckedPolicy, written: Option<&str>) -> Result<Settings, String> {
        let version = version(policy, written)?;
        let on = self.on.as_deref().map(day).transpose()?;
        let known = self.known_on.as_deref().map(day).transpose()?;
        let fail_at = match &self.fail_at {
            Some(name) => Some(policy.outcome(name).ok_or_else(|| {
                let names: Vec<&str> = policy.outcomes.iter().map(|outcome| outcome.name.as_str()).collect();
                format!("the policy has no outcome `{name}`; its scale is {}", names.join(", "))
            })?),
            None => None,
        };
        Ok(Settings { on: on.or(version.on), known: known.or(version.known), readings: self.chosen(policy)?, fail_at })
    }
}

struct Settings {
    on: Option<Date>,
    known: Option<Date>,
    readings: Vec<Option<usize>>,
    fail_at: Option<usize>,
}

/// Reads a file of facts, or standard input.
fn read_facts(name: &str) -> Result<Sources, String> {
    let mut bytes = Vec::new();
    let read = if name == "-" {
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| ())
    } else {
        std::fs::read(name).map(|found| bytes = found)
    };
    let shown = if name == "-" { "standard input" } else { name };
    if let Err(error) = read {
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "is not there",
            std::io::ErrorKind::PermissionDenied => "may not be read",
            std::io::ErrorKind::IsADirectory => "is a folder, not a file of facts",
            _ => "cannot be read",
        };
        return Err(diagnostic::printable(&format!(
            "ukase::facts::not_found\n\n  × {shown} {why}\n  help: name a file of facts, or `-` for standard input"
        )));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Sources::new(vec![Source::new(shown, &text)])),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            Err(diagnostic::printable(&format!(
                "ukase::facts::not_utf8\n\n  × {shown} is not UTF-8 text, from byte {at} on\n  help: save it as UTF-8"
            )))
        }
    }
}

struct Run<'r> {
    policy: &'r CheckedPolicy,
    judge: Judge<'r>,
    settings: Settings,
    format: Format,
    facts: &'r Sources,
    style: Style,
    clean: bool,
}

impl Run<'_> {
    fn all(&mut self) -> std::io::Result<()> {
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        let text = self.facts.get(SourceId(0)).text.clone();
        let mut first = true;
        for document in documents(&text, SourceId(0)) {
            let written = match self.judge(&document) {
                Ok(explanation) => {
                    self.note(&explanation);
                    Some(self.write(&explanation))
                }
                Err(problems) => {
                    // What was judged before stands before what is said about this one.
                    out.flush()?;
                    self.reject(&document, problems)
                }
            };
            let Some(written) = written else { continue };
            if !first && !matches!(self.format, Format::Json) {
                writeln!(out)?;
            }
            first = false;
            out.write_all(written.as_bytes())?;
        }
        out.flush()
    }

    fn judge(&self, document: &Document) -> Result<Explanation, Vec<Diagnostic>> {
        let raw = document
            .raw
            .as_ref()
            .map_err(|error| vec![Diagnostic::error(error.code, error.span, &error.message).maybe_help(error.help.clone())])?;
        let facts = load(self.policy, raw)?;
        let judgement = self.judge.judge(facts, self.settings.on, self.settings.readings.clone());
        Ok(explain(&self.judge, &judgement, document.line))
    }

    fn note(&mut self, explanation: &Explanation) {
        let Some(limit) = self.settings.fail_at else { return };
        let strict = explanation.possible.iter().any(|name| self.policy.outcome(name).is_some_and(|outcome| outcome >= limit));
        self.clean &= !strict;
    }

    fn write(&self, explanation: &Explanation) -> String {
        match self.format {
            Format::Text => text(self.policy, explanation, self.style),
            Format::Json => json_line(explanation),
            Format::Markdown => markdown(self.policy, explanation),
        }
    }

    /// Sets a shipment aside: with its reason in its place in JSON, on standard error otherwise.
    fn reject(&mut self, document: &Document, problems: Vec<Diagnostic>) -> Option<String> {
        self.clean = false;
        terminal::show(self.facts, &problems);
        let problem = |one: &Diagnostic| Problem { code: one.code, message: one.message.clone(), help: one.help.clone() };
        let errors: Vec<Problem> = problems.iter().map(problem).collect();
        let rejected = Rejected {
            id: document.raw.as_ref().ok().and_then(id_of),
            line: document.line,
            error: errors.first()?.clone(),
            errors,
        };
        matches!(self.format, Format::Json).then(|| json_line(&rejected))
    }
}

fn id_of(raw: &Raw) -> Option<String> {
    let RawKind::Object(members) = &raw.kind else { return None };
    members.iter().find(|(key, ..)| key == "id").and_then(|(.., value)| match &value.kind {
        RawKind::Text(text) | RawKind::Number(text) => Some(text.clone()),
        _ => None,
    })
}

fn json_line(value: &impl Serialize) -> String {
    serde_json::to_string(value).map(|line| line + "\n").unwrap_or_default()
}
