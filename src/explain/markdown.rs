//! A verdict as Markdown, for a report or a ticket.

use super::json::Explanation;
use super::reason::Reason;
use crate::check::CheckedPolicy;
use crate::diagnostic::{printable, printable_line};
use std::fmt::Write;

/// The verdict as Markdown.
pub fn markdown(policy: &CheckedPolicy, explanation: &Explanation) -> String {
    let mut out = String::new();
    let name = explanation.id.clone().unwrap_or_else(|| format!("line {}", explanation.line));
    let verdict = match &explanation.outcome {
        Some(outcome) => {
            let title = policy.outcomes.iter().find(|one| one.name == *outcome).map_or("", |one| one.title.text.as_str());
            if title.is_empty() { outcome.clone() } else { title.to_string() }
        }
        None if explanation.exact => format!("open: {}", explanation.possible.join(" or ")),
        None => format!("open (at most): {}", explanation.possible.join(" or ")),
    };
    let _ = writeln!(out, "## {}: {}\n", escape(&printable_line(&name)), escape(&verdict));
    let version = &explanation.policy;
    let on = version.on.as_deref().unwrap_or("an unknown day");
    let known = version.known_on.as_ref().map_or(String::new(), |known| format!(", as known on {known}"));
    let _ = writeln!(out, "Policy `{}` on {on}{known}; `{}`.\n", version.name, version.digest);
    for finding in explanation.findings.iter().filter(|one| matches!(one.state, "stands" | "open" | "overridden")) {
        let of: Vec<String> = finding.binding.values().map(|path| format!(" for `{path}`")).collect();
        let outcome = finding.outcome.as_deref().unwrap_or("duty");
        let by =
            if finding.overridden_by.is_empty() { String::new() } else { format!(" by {}", finding.overridden_by.join(", ")) };
        let state = finding.state.replace('_', " ");
        let _ = writeln!(out, "### {outcome} · {} · {}\n", finding.clause, escape(&finding.title));
        let _ = writeln!(out, "{state}{by}{}\n", of.concat());
        let _ = writeln!(out, "| condition | value | margin |\n|---|---|---|");
        rows(&finding.because, &mut out);
        out.push('\n');
    }
    list(
        &mut out,
        "Duties",
        explanation.duties.iter().map(|duty| {
            let deadline = duty.deadline.as_ref().map_or(String::new(), |deadline| format!(", {deadline}"));
            let open = if duty.state == "stands" { "" } else { "open: " };
            format!("{open}{}{deadline} ({})", duty.title, duty.clause)
        }),
    );
    list(
        &mut out,
        "To ask",
        explanation.needs.iter().map(|need| {
            format!(
                "`{}`: {} Decides about {}.",
                need.fact,
                need.question.as_deref().unwrap_or(""),
                need.could_lead_to.join(", ")
            )
        }),
    );
    list(
        &mut out,
        "Questions of law",
        explanation.questions.iter().map(|question| {
            let readings: Vec<String> =
                question.readings.iter().map(|(reading, outcomes)| format!("*{reading}*: {}", outcomes.join(" or "))).collect();
            format!("{} {}", question.title, readings.join("; "))
        }),
    );
    list(
        &mut out,
        "Relies on",
        explanation.relied_on.iter().map(|one| format!("`{}.{}`: {}", one.question, one.reading, one.title)),
    );
    list(&mut out, "Doubts", explanation.doubts.iter().map(|doubt| format!("`{}`: {}", doubt.fact, doubt.message)));
    list(&mut out, "Assumed", explanation.assumed.iter().map(|one| format!("`{}` is {}", one.fact, one.value)));
    list(
        &mut out,
        "Would be",
        explanation.would_be.iter().map(|one| {
            let facts: Vec<String> = one.facts.iter().map(|fact| format!("`{}` were {}", fact.fact, fact.is)).collect();
            format!("{} if {}", one.outcome, facts.join(" and "))
        }),
    );
    out
}

fn list(out: &mut String, title: &str, entries: impl Iterator<Item = String>) {
    let entries: Vec<String> = entries.collect();
    if entries.is_empty() {
        return;
    }
    let _ = writeln!(out, "**{title}**\n");
    for entry in entries {
        let _ = writeln!(out, "- {}", escape(&entry));
    }
    out.push('\n');
}

fn rows(reason: &Reason, out: &mut String) {
    if matches!(reason.kind, Some("all" | "one")) {
        reason.parts.iter().for_each(|part| rows(part, out));
        return;
    }
    let value = match (&reason.is, reason.value) {
        (Some(is), _) => is.clone(),
        (None, Some(value)) => value.to_string(),
        (None, None) => "unknown".into(),
    };
    let margin = reason
        .margin
        .as_ref()
        .map_or(String::new(), |margin| format!("{}, {} {} {}", margin.value, margin.by, margin.side, margin.line));
    let _ = writeln!(out, "| `{}` | {} | {} |", reason.text.replace('|', "\\|").replace('`', "'"), cell(&value), cell(&margin));
}

pub(crate) fn cell(text: &str) -> String {
    escape(text).replace('|', "\\|").replace('\n', " ")
}

/// Text that cannot become markup of its own.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::new();
    for character in printable(text).chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '[' | ']' | '#' => {
                out.push('\\');
                out.push(character);
            }
            other => out.push(other),
        }
    }
    out
}
