//! An analysis for a terminal.

use super::finding::Finding;
use super::property::Tried;
use super::report::Analysis;
use crate::check::FindingKind;
use crate::diagnostic::{Style, printable, wrapped};
use crate::witness::{Shipment, in_words};
use std::fmt::Write;

/// The analysis as text: what is not known first, then properties, then findings, then what was looked at.
pub fn plain(analysis: &Analysis, style: Style) -> String {
    let mut out = String::new();
    let days = if analysis.version.on.is_some() { "" } else { " on all days" };
    let _ = writeln!(out, "{}{days}\n", analysis.version.words());
    if analysis.is_given_up {
        let _ = writeln!(out, "NOT ALL OF IT IS KNOWN. The decision diagrams outgrew their bound.\n");
    }
    if !analysis.undecided.is_empty() {
        let count = analysis.undecided.len();
        let _ = writeln!(out, "NOT ALL OF IT IS KNOWN. {count} of what was looked for is neither found nor excluded:");
        for one in &analysis.undecided {
            wrapped(&mut out, "  ", "      ", &format!("{} {}: {}", one.kind.name(), one.subject, one.because), style);
        }
        out.push('\n');
    }
    if !analysis.properties.is_empty() {
        let _ = writeln!(out, "Properties");
        analysis.properties.iter().for_each(|one| property(&mut out, one, style));
        out.push('\n');
    }
    for kind in FindingKind::ALL {
        let open: Vec<&Finding> = analysis.open().filter(|finding| finding.kind == kind).collect();
        if !open.is_empty() {
            let _ = writeln!(out, "{}", heading(kind));
            open.into_iter().for_each(|one| finding(&mut out, one, style));
            out.push('\n');
        }
    }
    for (what, place) in &analysis.needless {
        let line = format!("Nothing is found that `accept {what}` accepts: remove it ({place}).");
        wrapped(&mut out, "", "  ", &line, style);
    }
    closing(&mut out, analysis, style);
    out
}

fn heading(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::DeadClause => "Clauses that can never decide (dead_clause)",
        FindingKind::DeadCategory => "Categories that can never decide (dead_category)",
        FindingKind::IdleCondition => "Conditions that never matter (idle_condition)",
        FindingKind::Overlap => "Overlaps that nobody settled (overlap)",
        FindingKind::Gap => "Days on which a clause has no wording (gap)",
        FindingKind::UnreachedOutcome => "Outcomes that no shipment has (unreached_outcome)",
        FindingKind::IdleQuestion => "Questions on which no verdict hangs (idle_question)",
    }
}

fn property(out: &mut String, one: &Tried, style: Style) {
    let verdict = match one.holds {
        Some(true) => "proved ",
        Some(false) => "refuted",
        None => "open   ",
    };
    wrapped(out, &format!("  {verdict}  "), "           ", &one.name, style);
    if let Some(because) = one.because {
        wrapped(out, "           ", "           ", because, style);
    }
    let shown = |out: &mut String, shown: &Shipment, outcome: Option<&String>| {
        let words = in_words(&shown.facts, &shown.readings);
        let outcome = outcome.map_or("", String::as_str);
        wrapped(out, &format!("           {outcome}: "), "             ", &words, style);
    };
    if let Some(shipment) = &one.shown_by {
        shown(out, shipment, one.outcomes.first());
    }
    if let Some(shipment) = &one.with_more {
        shown(out, shipment, one.outcomes.get(1));
    }
}

fn finding(out: &mut String, one: &Finding, style: Style) {
    let _ = writeln!(out, "  {}  {}", printable(&one.subjects.join(" and ")), printable(&one.place));
    if let Some(condition) = &one.condition {
        wrapped(out, "      ", "        ", condition, style);
    }
    wrapped(out, "      ", "      ", &one.message, style);
    if !one.outcomes.is_empty() {
        wrapped(out, "      outcomes  ", "                ", &one.outcomes.join(" and "), style);
    }
    if let Some(shown) = &one.shown_by {
        wrapped(out, "      shown by  ", "                ", &in_words(&shown.facts, &shown.readings), style);
    }
}

fn closing(out: &mut String, analysis: &Analysis, style: Style) {
    let (open, accepted) = (analysis.open().count(), analysis.findings.len() - analysis.open().count());
    let found = match open {
        0 => "Nothing was found".to_string(),
        1 => "1 finding".to_string(),
        _ => format!("{open} findings"),
    };
    let accepted = match accepted {
        0 => String::new(),
        1 => "; 1 more is accepted by the policy".into(),
        _ => format!("; {accepted} more are accepted by the policy"),
    };
    let looked: Vec<String> =
        analysis.tallies.iter().map(|tally| format!("{} {}", tally.looked_at, things(tally.kind))).collect();
    let text = format!(
        "{found}{accepted}. Looked at: {}; for shipments stated in full, whatever their lists hold, each item by itself.",
        looked.join(", ")
    );
    wrapped(out, "", "", &text, style);
}

/// What is looked at for a kind of finding.
fn things(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::DeadClause => "clauses",
        FindingKind::DeadCategory => "categories",
        FindingKind::IdleCondition => "conditions",
        FindingKind::Overlap => "pairs of clauses that contend",
        FindingKind::Gap => "clauses with several wordings",
        FindingKind::UnreachedOutcome => "outcomes",
        FindingKind::IdleQuestion => "questions",
    }
}
