//! Timelines for a terminal.

use super::Expected;
use crate::analyze::Interval;
use crate::check::CheckedPolicy;
use crate::diagnostic::{Style, printable};
use crate::value::Date;

/// How many clauses an interval names before it counts them.
const MOST_CLAUSES: usize = 4;

/// One timeline: a line for each interval.
pub fn plain(policy: &CheckedPolicy, known: Option<Date>, name: &str, found: &[Interval], style: Style) -> String {
    let known = known.map_or(String::new(), |known| format!(", known {known}"));
    let mut out = format!("{}: day by day under {}{known}\n", printable(name), policy.name);
    lines(&mut out, policy, found, style);
    out
}

/// What was expected, and what came: a timeline for each time in which the same was expected.
pub fn plain_expectations(policy: &CheckedPolicy, name: &str, found: &[Expected], style: Style) -> String {
    let mut out = format!("{}: what was expected day by day, under {}\n", printable(name), policy.name);
    for one in found {
        let through = one.through.map_or("and on".to_string(), |day| format!("to {day}"));
        out.push_str(&format!("\nknown {} {through}\n", one.from));
        lines(&mut out, policy, &one.intervals, style);
    }
    out
}

/// The outcomes in words; `(at most)` where some of them may not be reachable.
fn words(policy: &CheckedPolicy, one: &Interval) -> String {
    let bound = if one.possible.exact { "" } else { " (at most)" };
    one.possible.names(policy).join(" or ") + bound
}

/// A line for each interval: its days, how strict it is as a bar, its outcome, its clauses; below it what begins it.
fn lines(out: &mut String, policy: &CheckedPolicy, found: &[Interval], style: Style) {
    let scale = policy.outcomes.len();
    let widest = found.iter().map(|one| words(policy, one).chars().count()).max().unwrap_or(0);
    for one in found {
        let from = if one.from == Date::FIRST { "until".into() } else { one.from.to_string() };
        let through = if one.through == Date::LAST { "and on".into() } else { one.through.to_string() };
        let strictest = one.possible.outcomes.checked_ilog2().unwrap_or(0) as usize;
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
}

fn few(names: &[String]) -> String {
    match names.split_at_checked(MOST_CLAUSES) {
        Some((first, rest)) if !rest.is_empty() => format!("{} and {} more", first.join(", "), rest.len()),
        _ => names.join(", "),
    }
}
