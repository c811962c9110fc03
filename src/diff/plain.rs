//! A comparison for a terminal.

use super::Comparison;
use super::family::{Family, Member};
use super::outline::{TextGroup, Way, verdict};
use crate::diagnostic::{Style, wrapped};
use crate::witness::in_words;
use std::fmt::Write;

/// How many names a line of changes has before they are counted.
const MOST_NAMED: usize = 12;

/// The comparison as text: what is not proved first, then the text, then the verdicts, the strictest change first.
pub fn plain(comparison: &Comparison, style: Style) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}\n  compared with {}\n", comparison.new.words(), comparison.old.words());
    if comparison.equal_elsewhere != "proved" {
        let _ = writeln!(out, "NOT ALL OF IT IS PROVED. {}", comparison.proof());
        for one in &comparison.unshown {
            let _ = writeln!(out, "  {} → {} by {}: {}", one.from, one.to, one.clause, one.because);
        }
        out.push('\n');
    }
    text(&mut out, comparison, style);
    corpus(&mut out, comparison);
    for way in Way::ALL {
        let families = comparison.families(way);
        if !families.is_empty() {
            let _ = writeln!(out, "\n{}", way.words());
            families.iter().for_each(|family| told(&mut out, family, style));
        }
    }
    out.push('\n');
    let proof = format!("{} That is about {}.", comparison.proof(), comparison.bounds.join("; "));
    wrapped(&mut out, "", "", &proof, style);
    out
}

fn text(out: &mut String, comparison: &Comparison, style: Style) {
    let groups = comparison.text_groups();
    let _ = writeln!(out, "{} in the text", counted(comparison.text.len(), "change"));
    for group in groups {
        let TextGroup { change, by, of, .. } = &group;
        let by = if by.is_empty() { String::new() } else { format!(" by {by}") };
        let names: Vec<&str> = of.iter().take(MOST_NAMED).map(|one| one.clause.as_str()).collect();
        let more = of.len().saturating_sub(MOST_NAMED);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let line = format!("{change}{by}{}: {}{more}", group.under(), names.join(", "));
        wrapped(out, "  ", "      ", &line, style);
        if *change == "amended" {
            for one in of.iter().take(MOST_NAMED) {
                wrapped(out, "      - ", "        ", one.old.as_deref().unwrap_or_default(), style);
                wrapped(out, "      + ", "        ", one.new.as_deref().unwrap_or_default(), style);
            }
        }
    }
}

fn corpus(out: &mut String, comparison: &Comparison) {
    let Some(corpus) = &comparison.corpus else { return };
    let _ = writeln!(out, "\n{} of {} shipments of the corpus change", corpus.changed, corpus.rows);
    for one in &corpus.matrix {
        let _ = writeln!(out, "  {:>8}  {} → {}", one.rows, one.from, one.to);
    }
    for (count, what) in [
        (corpus.became_open, "were settled and are open now"),
        (corpus.became_settled, "were open and are settled now"),
        (corpus.rejected, "could not be read"),
    ] {
        if count > 0 {
            let _ = writeln!(out, "  {count:>8}  {what}");
        }
    }
}

fn told(out: &mut String, family: &Family<'_>, style: Style) {
    let (first, count) = (family.first().first, family.groups.len());
    let rows = family.rows().map(|rows| format!("  ({rows} of the corpus)")).unwrap_or_default();
    let _ = writeln!(out, "\n  {}{rows}", family.first().steps());
    if count == 1 {
        wrapped(out, "    ", "      ", &format!("{}  {}", first.clause, first.title), style);
        condition(out, first.when.iter().map(String::as_str), style);
    } else {
        let _ = writeln!(out, "    {}: {count} clauses", family.instrument());
        condition(out, family.common.iter().copied().chain(["one of"]), style);
        for Member { number, title, own } in family.members() {
            wrapped(out, "              ", "                ", &format!("{own}  {number} {title}"), style);
        }
    }
    let causes = match family.caused_by() {
        [] => "each clause by itself".to_string(),
        causes => causes.join(", "),
    };
    wrapped(out, "      caused by  ", "                 ", &causes, style);
    let shown = format!("{} → {}", verdict(&first.from), verdict(&first.to));
    wrapped(out, "      shown by   ", "                 ", &shown, style);
    wrapped(out, "                 ", "                 ", &in_words(&first.witness, &first.readings), style);
}

fn condition<'t>(out: &mut String, parts: impl Iterator<Item = &'t str>, style: Style) {
    for (at, part) in parts.enumerate() {
        wrapped(out, if at == 0 { "      when  " } else { "      and   " }, "              ", part, style);
    }
}

fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("No {what}"),
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
