//! `ukase eval POLICY… FACTS`

use super::policy::usage;
use super::regime::{Choices, Regime, open_all};
use super::shipments::read_shipments;
use super::terminal;
use crate::diagnostic::{Diagnostic, Style};
use crate::eval::Judge;
use crate::explain::{Explanation, explain, markdown, text};
use crate::facts::{Document, documents};
use crate::source::{SourceId, Sources};
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::io::Write;
use std::process::ExitCode;

/// Judge one shipment, or each of a stream, and say why. Several policies judge side by side, none knowing of the others.
#[derive(Debug, Args)]
#[command(override_usage = "ukase eval [OPTIONS] <POLICY>... <FACTS>")]
pub(crate) struct Eval {
    /// Policies, then facts. A policy is a folder or a file, perhaps at a version: `POLICY@2025-12-01,known=2025-10-09`,
    /// `POLICY@october`. Facts are JSON, a JSON array, or one object a line; `-` is standard input.
    #[arg(value_name = "POLICY... FACTS", required = true, num_args = 1..)]
    operands: Vec<String>,
    /// How verdicts are written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    choices: Choices,
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
    /// The policy whose vocabulary it does not fit, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
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
        let (facts, policies) = match self.operands.split_last() {
            Some((facts, policies)) if !policies.is_empty() => (facts, policies),
            _ => return usage("name a policy and a file of facts: ukase eval <POLICY>... <FACTS>"),
        };
        let regimes = match open_all(policies, &self.choices) {
            Ok(regimes) => regimes,
            Err(code) => return code,
        };
        let facts = match read_shipments(facts) {
            Ok(facts) => facts,
            Err(code) => return code,
        };
        // The process ends with the verdicts: to give back the memory of policies piece by piece would only take time.
        let regimes: &'static [Regime] = Box::leak(regimes.into_boxed_slice());
        let judges: Vec<_> = regimes.iter().map(|regime| (regime, Judge::new(&regime.policy, regime.settings.known))).collect();
        let run = Run { judges, format: self.format, facts: &facts, style: terminal::output_style(), clean: true };
        let run = Box::leak(Box::new(run));
        match run.all() {
            Ok(()) if run.clean => ExitCode::SUCCESS,
            // Somebody closed the pipe: there is nobody left to write to.
            Ok(()) | Err(_) => ExitCode::FAILURE,
        }
    }
}

struct Run<'r> {
    judges: Vec<(&'r Regime, Judge<'r>)>,
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
            for at in 0..self.judges.len() {
                let written = match self.judge(at, &document) {
                    Ok(explanation) => Some(self.write(at, &explanation)),
                    Err(problems) => {
                        // What was judged before stands before what is said about this one.
                        out.flush()?;
                        self.reject(at, &document, problems)
                    }
                };
                let Some(written) = written else { continue };
                if !first && !matches!(self.format, Format::Json) {
                    writeln!(out)?;
                }
                first = false;
                out.write_all(written.as_bytes())?;
            }
        }
        out.flush()
    }

    /// The verdict under one of the policies.
    fn judge(&mut self, at: usize, document: &Document) -> Result<Explanation, Vec<Diagnostic>> {
        let (regime, judge) = &self.judges[at];
        let Regime { policy, settings } = regime;
        let facts = regime.load(document)?;
        let judgement = judge.judge(facts, settings.on, settings.readings.clone());
        let explanation = explain(judge, &judgement, document.line);
        let reaches = |limit: usize| explanation.possible.iter().any(|name| policy.outcome(name).is_some_and(|at| at >= limit));
        self.clean &= !settings.fail_at.is_some_and(reaches);
        Ok(explanation)
    }

    fn write(&self, at: usize, explanation: &Explanation) -> String {
        let policy = &self.judges[at].0.policy;
        match self.format {
            Format::Text => text(policy, explanation, self.style),
            Format::Json => json_line(explanation),
            Format::Markdown => markdown(policy, explanation),
        }
    }

    /// Sets a shipment aside: with its reason in its place in JSON, on standard error otherwise.
    fn reject(&mut self, at: usize, document: &Document, problems: Vec<Diagnostic>) -> Option<String> {
        self.clean = false;
        // Text that is no JSON is no policy's concern: it is told once.
        if at == 0 || document.raw.is_ok() {
            if self.judges.len() > 1 && document.raw.is_ok() {
                terminal::complain(&format!("under {}:", self.judges[at].0.policy.name));
            }
            terminal::show(self.facts, &problems);
        }
        let problem = |one: &Diagnostic| Problem { code: one.code, message: one.message.clone(), help: one.help.clone() };
        let errors: Vec<Problem> = problems.iter().map(problem).collect();
        let rejected = Rejected {
            id: document.id(),
            line: document.line,
            policy: (self.judges.len() > 1).then(|| self.judges[at].0.policy.name.clone()),
            error: errors.first()?.clone(),
            errors,
        };
        matches!(self.format, Format::Json).then(|| json_line(&rejected))
    }
}

fn json_line(value: &impl Serialize) -> String {
    serde_json::to_string(value).map(|line| line + "\n").unwrap_or_default()
}
