//! `ukase analyze POLICY`

use super::policy::{open, open_with_examples, split, usage};
use super::terminal;
use crate::analyze::{Analysis, analyze, deciding, json, plain};
use crate::diagnostic::nearest;
use crate::diagram::Side;
use crate::document;
use crate::eval::Judge;
use crate::settings::version;
use crate::witness::{Shown, in_words};
use clap::{Args, ValueEnum};
use std::process::ExitCode;

/// What a policy fails to settle, what nothing hangs on, and whether it keeps what it claims.
#[derive(Debug, Args)]
pub(crate) struct Analyze {
    /// A folder or file of a policy, perhaps at a version (`POLICY@2025-12-01`, `POLICY@october`); without one all days are looked at.
    #[arg(value_name = "POLICY")]
    policy: String,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Says of one clause when it decides, in words and by a shipment, in place of the analysis.
    #[arg(long, value_name = "CLAUSE")]
    explain: Option<String>,
}

/// The forms of an analysis.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For a person.
    Text,
    /// For a program.
    Json,
}

impl Analyze {
    pub(crate) fn run(self) -> ExitCode {
        let (path, written) = split(&self.policy);
        // The worked cases are shipments at hand; one clause is explained without them.
        let opened = if self.explain.is_some() { open(&path) } else { open_with_examples(&path) };
        let policy = match opened {
            Ok(policy) => policy,
            Err(code) => return code,
        };
        let version = match version(&policy, written) {
            Ok(version) => version,
            Err(message) => return usage(&message),
        };
        let judge = Judge::new(&policy, version.known);
        let side = Side { judge: &judge, day: version.on };
        if let Some(clause) = &self.explain {
            return explain(side, clause);
        }
        let analysis = analyze(side);
        let written = match self.format {
            Format::Text => plain(&analysis, terminal::output_style()),
            Format::Json => serde_json::to_string_pretty(&json(&analysis)).map(|text| text + "\n").unwrap_or_default(),
        };
        match terminal::print(&written) {
            code if code != ExitCode::SUCCESS => code,
            _ if fails(&analysis) => ExitCode::FAILURE,
            code => code,
        }
    }
}

/// A property is refuted, something is found that the policy does not accept, or nothing is known.
fn fails(analysis: &Analysis) -> bool {
    let refuted = analysis.properties.iter().any(|property| property.holds == Some(false));
    refuted || analysis.open().next().is_some() || analysis.is_given_up
}

/// Says when a clause decides.
fn explain(side: Side<'_>, name: &str) -> ExitCode {
    let policy = side.judge.policy;
    let named = |at: &usize| policy.clause_name(*at) == name;
    let wordings: Vec<usize> = (0..policy.clauses.len()).filter(named).collect();
    if wordings.is_empty() {
        let known: Vec<String> = (0..policy.clauses.len()).map(|at| policy.clause_name(at)).collect();
        let message = format!("the policy has no clause `{name}`");
        return usage(&match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("{message}; did you mean `{near}`?"),
            None => message,
        });
    }
    let mut out = String::new();
    for clause in wordings {
        out.push_str(&document::clause(side.judge, clause));
        out.push_str(&match deciding(side, clause) {
            Shown::By(shipment) => {
                format!("A shipment in which it decides: {}\n", in_words(&shipment.facts, &shipment.readings))
            }
            Shown::Never => "There is no shipment in which it decides: proved.\n".into(),
            Shown::Not(because) => format!("Whether it can decide is not known: {because}.\n"),
        });
    }
    terminal::print(&out)
}
