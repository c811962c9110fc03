//! `ukase test POLICY`

use super::policy::open_with_examples;
use super::terminal;
use crate::cases::{Condition, Fate, Unmet, coverage, judge_examples, mutation};
use crate::check::{CheckedPolicy, Example};
use crate::diagnostic::{Style, printable};
use crate::explain::{Explanation, text};
use crate::source::Span;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Run the worked cases of a policy.
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Folders or files of policies.
    #[arg(required = true, value_name = "POLICY")]
    policies: Vec<PathBuf>,
    /// Run only examples whose name holds this text.
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Say which conditions no example has decided alone, in both directions.
    #[arg(long, conflicts_with = "only")]
    coverage: bool,
    /// Change the policy in small ways, one at a time, and name each change that no example notices.
    #[arg(long, conflicts_with = "only")]
    mutate: bool,
}

impl Test {
    pub(crate) fn run(self) -> ExitCode {
        let mut clean = true;
        for path in &self.policies {
            match open_with_examples(path) {
                Ok(policy) => {
                    let passes = run(path, &policy, self.only.as_deref());
                    clean &= passes;
                    if self.coverage {
                        terminal::print(&covered(path, &policy));
                    }
                    if self.mutate && passes {
                        terminal::print(&mutated(path, &policy));
                    }
                }
                Err(_) => clean = false,
            }
        }
        if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn run(path: &std::path::Path, policy: &CheckedPolicy, only: Option<&str>) -> bool {
    let style = terminal::output_style();
    let wanted = |example: &&Example| only.is_none_or(|only| example.name.contains(only));
    let examples: Vec<&Example> = policy.examples.iter().filter(wanted).collect();
    let (mut passed, mut failed) = (0, 0);
    let mut out = std::io::stdout().lock();
    for (example, fate) in examples.iter().zip(judge_examples(policy, &examples)) {
        match fate {
            Fate::Passes => passed += 1,
            Fate::Fails(explanation, unmet) => {
                failed += 1;
                let _ = writeln!(out, "{}", failure(policy, example, &explanation, &unmet, style));
            }
            Fate::Unreadable(problems) => {
                failed += 1;
                terminal::show(&policy.sources, &problems);
            }
        }
    }
    let _ = writeln!(
        out,
        "{}: {}, {failed} fail",
        terminal::shown(path),
        terminal::counted(passed, "example passes", "examples pass")
    );
    if let Some(only) = only.filter(|_| passed + failed == 0) {
        terminal::complain(&format!("{} has no example with `{only}` in its name", terminal::shown(path)));
        return false;
    }
    failed == 0
}

fn failure(policy: &CheckedPolicy, example: &Example, explanation: &Explanation, unmet: &[Unmet], style: Style) -> String {
    let position = policy.sources.position(example.span);
    let file = &policy.sources.get(example.span.source).name;
    let mut out = format!("FAILED  {}  ({file}:{})\n", printable(&example.name), position.line);
    let widest = unmet.iter().map(|one| one.expected.chars().count()).max().unwrap_or(0);
    for Unmet { expected, found } in unmet {
        out.push_str(&format!("  expected  {expected:widest$}    actual  {found}\n"));
    }
    let told = text(policy, explanation, style);
    out.push_str(&told.lines().map(|line| format!("    {line}\n")).collect::<String>());
    out
}

/// What the examples decide: a line for each condition that they do not decide both ways.
fn covered(path: &std::path::Path, policy: &CheckedPolicy) -> String {
    let units = coverage(policy);
    let conditions = || units.iter().flat_map(|unit| &unit.conditions);
    let (all, both) = (conditions().count(), conditions().filter(|one| one.is_covered()).count());
    let mut out = format!(
        "{}: {both} of {} decided alone in both directions ({})\n",
        terminal::shown(path),
        terminal::counted(all, "condition is", "conditions are"),
        percent(both, all)
    );
    for unit in units.iter().filter(|unit| !unit.conditions.iter().all(Condition::is_covered)) {
        let of = unit.conditions.iter().filter(|one| one.is_covered()).count();
        out.push_str(&format!("\n{}  {of} of {}\n", unit.name, unit.conditions.len()));
        for condition in unit.conditions.iter().filter(|one| !one.is_covered()) {
            let lacks = match (condition.holding, condition.failing) {
                (false, true) => "never alone while it holds",
                (true, false) => "never alone while it fails",
                _ => "never alone",
            };
            let text = policy.sources.line_of(condition.span);
            out.push_str(&format!("  {}  `{}`  {lacks}\n", place(policy, condition.span), printable(&text)));
        }
    }
    out
}

/// The changes that no example notices, a line each.
fn mutated(path: &std::path::Path, policy: &CheckedPolicy) -> String {
    let mutation = mutation(policy);
    let survived = mutation.survivors.len();
    let mut out = format!(
        "{}: {} made to the policy, {survived} that no example notices ({})\n",
        terminal::shown(path),
        terminal::counted(mutation.made, "change", "changes"),
        percent(survived, mutation.made.max(1))
    );
    for survivor in &mutation.survivors {
        out.push_str(&format!("  {}  {}\n", place(policy, survivor.span), printable(&survivor.words)));
    }
    out
}

fn place(policy: &CheckedPolicy, span: Span) -> String {
    format!("{}:{}", policy.sources.get(span.source).name, policy.sources.position(span).line)
}

/// In whole tenths, rounded down.
fn percent(part: usize, whole: usize) -> String {
    let tenths = (part * 1000).checked_div(whole).unwrap_or(1000);
    format!("{}.{} %", tenths / 10, tenths % 10)
}
