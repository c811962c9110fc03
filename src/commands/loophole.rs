//! `ukase loophole POLICY FACTS`

use super::policy::usage;
use super::regime::{Choices, Regime, open_all};
use super::shipments::read_shipments;
use super::terminal;
use crate::analyze::{Change, Escape, loopholes};
use crate::diagnostic::{Diagnostic, Style, printable, wrapped};
use crate::eval::{Judge, Possible};
use crate::facts::{Document, documents};
use crate::source::SourceId;
use clap::{Args, ValueEnum};
use serde_json::{Value as Json, json};
use std::process::ExitCode;

/// How many ways out are shown to a person.
const MOST_SHOWN: usize = 12;

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
        let regimes = match open_all(std::slice::from_ref(&self.policy), &self.choices) {
            Ok(regimes) => regimes,
            Err(code) => return code,
        };
        let facts = match read_shipments(&self.facts) {
            Ok(facts) => facts,
            Err(code) => return code,
        };
        let Some(regime) = regimes.first() else { return ExitCode::FAILURE };
        let judge = Judge::new(&regime.policy, regime.settings.known);
        let mut clean = true;
        let mut out = String::new();
        let text = facts.get(SourceId(0)).text.clone();
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
        let facts = regime.load(document)?;
        let name = facts.id.clone().unwrap_or_else(|| format!("line {}", document.line));
        let evaluation = judge.evaluate(facts, regime.settings.on, regime.settings.readings.clone());
        let possible = judge.possible(&evaluation);
        let found = loopholes(judge, evaluation);
        Ok(match self.format {
            Format::Text => text(judge, &name, possible, &found, terminal::output_style()),
            Format::Json => object(judge, &name, possible, &found).to_string() + "\n",
        })
    }
}

fn outcomes<'j>(judge: &'j Judge<'_>, possible: Possible) -> Vec<&'j str> {
    let outcomes = judge.policy.outcomes.iter().enumerate();
    outcomes.filter(|(at, _)| possible.outcomes & (1 << at) != 0).map(|(_, outcome)| outcome.name.as_str()).collect()
}

fn text(judge: &Judge<'_>, name: &str, possible: Possible, found: &[Escape], style: Style) -> String {
    let mut out = format!("{}: {}\n", printable(name), outcomes(judge, possible).join(" or "));
    let nothing = match possible.outcome() {
        None => Some("its verdict is open: say what is missing first (`ukase eval` asks for it)"),
        Some(0) => Some("it is outside the controls: there is nothing to escape from"),
        Some(_) if found.is_empty() => Some("no change of one or two of its facts that was tried makes its verdict looser"),
        Some(_) => None,
    };
    if let Some(nothing) = nothing {
        wrapped(&mut out, "  ", "  ", nothing, style);
    }
    for escape in found.iter().take(MOST_SHOWN) {
        let words: Vec<String> = escape.changes.iter().map(change).collect();
        let past = if escape.past.is_empty() { String::new() } else { format!(", past {}", escape.past.join(", ")) };
        let line = format!("{}: {}{past}", words.join(" and "), judge.policy.outcomes[escape.outcome].name);
        wrapped(&mut out, &format!("  {:8}  ", escape.changes[0].kind.name()), "            ", &line, style);
    }
    if let Some(more) = found.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
        out.push_str(&format!("  and {more} more\n"));
    }
    out
}

fn change(change: &Change) -> String {
    format!("{} {} → {}", change.fact, change.from, change.to)
}

fn object(judge: &Judge<'_>, name: &str, possible: Possible, found: &[Escape]) -> Json {
    let change = |one: &Change| json!({"kind": one.kind.name(), "fact": one.fact, "from": one.from, "to": one.to});
    let escape = |one: &Escape| {
        json!({
            "changes": one.changes.iter().map(change).collect::<Vec<_>>(),
            "outcome": judge.policy.outcomes[one.outcome].name,
            "past": one.past,
        })
    };
    json!({
        "id": name,
        "possible": outcomes(judge, possible),
        "escapes": found.iter().map(escape).collect::<Vec<_>>(),
    })
}
