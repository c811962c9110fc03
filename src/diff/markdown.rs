//! A comparison as Markdown, fit for a pull request.

use super::Comparison;
use super::family::{Family, Member};
use super::outline::{ClassGroup, Way, verdict, witness};
use crate::explain::{cell, escape};
use std::fmt::Write;

/// The comparison as Markdown.
pub fn markdown(comparison: &Comparison) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "# {} compared with {}\n", escape(&comparison.new.words()), escape(&comparison.old.words()));
    if comparison.equal_elsewhere != "proved" {
        let _ = writeln!(out, "**Not all of it is proved.** {}\n", comparison.proof());
        for one in &comparison.unshown {
            let _ = writeln!(out, "- {} → {} by {}: {}", one.from, one.to, escape(&one.clause), one.because);
        }
        out.push('\n');
    }
    text(&mut out, comparison);
    corpus(&mut out, comparison);
    for way in Way::ALL {
        let families = comparison.families(way);
        if families.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n## {}\n", way.words());
        let corpus = if comparison.corpus.is_some() { (" corpus |", "---|") } else { ("", "") };
        let _ = writeln!(out, "| change | by | when | caused by |{}\n|---|---|---|---|{}", corpus.0, corpus.1);
        families.iter().for_each(|family| row(&mut out, family));
        out.push('\n');
        families.iter().flat_map(|family| &family.groups).for_each(|group| shown(&mut out, group));
    }
    let _ = writeln!(out, "\n{} That is about {}.", comparison.proof(), comparison.bounds.join("; "));
    out
}

fn text(out: &mut String, comparison: &Comparison) {
    out.push_str("## The text\n\n");
    if comparison.text.is_empty() {
        out.push_str("Nothing changes.\n");
        return;
    }
    out.push_str("| what | by | of |\n|---|---|---|\n");
    for group in comparison.text_groups() {
        let names: Vec<String> = group.of.iter().map(|one| cell(&one.clause)).collect();
        let _ = writeln!(out, "| {}{} | {} | {} |", group.change, group.under(), cell(group.by), names.join(", "));
    }
    for change in comparison.text.iter().filter(|change| change.change == "amended") {
        let _ = writeln!(out, "\n**{}**\n\n```diff", escape(&change.clause));
        let _ = writeln!(out, "- {}", change.old.as_deref().unwrap_or_default());
        let _ = writeln!(out, "+ {}\n```", change.new.as_deref().unwrap_or_default());
    }
}

fn corpus(out: &mut String, comparison: &Comparison) {
    let Some(corpus) = &comparison.corpus else { return };
    let _ = writeln!(out, "\n## The corpus\n\n{} of {} shipments change", corpus.changed, corpus.rows);
    let others =
        [(corpus.became_open, "became open"), (corpus.became_settled, "became settled"), (corpus.rejected, "could not be read")];
    for (count, what) in others.into_iter().filter(|(count, _)| *count > 0) {
        let _ = writeln!(out, "; {count} {what}");
    }
    out.push_str("\n| was | is | shipments |\n|---|---|---|\n");
    for one in &corpus.matrix {
        let _ = writeln!(out, "| {} | {} | {} |", one.from, one.to, one.rows);
    }
}

fn row(out: &mut String, family: &Family<'_>) {
    let first = family.first().first;
    let (by, when) = match family.groups.len() {
        1 => (
            format!("**{}** {}", cell(&first.clause), cell(&first.title)),
            first.when.iter().map(|part| cell(part)).collect::<Vec<_>>(),
        ),
        count => (format!("**{}** {count} clauses", cell(family.instrument())), together(family)),
    };
    let causes = match family.caused_by() {
        [] => "each clause by itself".to_string(),
        causes => cell(&causes.join(", ")),
    };
    let rows = family.rows().map(|rows| format!(" {rows} |")).unwrap_or_default();
    let _ = writeln!(out, "| {} | {by} | {} | {causes} |{rows}", family.first().steps(), when.join("<br>"));
}

/// The parts that are common to several clauses, and that of each.
fn together(family: &Family<'_>) -> Vec<String> {
    let own =
        family.members().map(|Member { number, title, own }| format!("– {}  **{}** {}", cell(&own), cell(number), cell(title)));
    family.common.iter().map(|part| cell(part)).chain(["one of".to_string()]).chain(own).collect()
}

/// The shipments that show the classes of a clause.
fn shown(out: &mut String, group: &ClassGroup<'_>) {
    let _ = writeln!(out, "<details><summary>{}: {}</summary>\n", escape(&group.first.clause), group.steps());
    for class in &group.all {
        let _ = writeln!(out, "{} → {}\n", escape(&verdict(&class.from)), escape(&verdict(&class.to)));
        let _ = writeln!(out, "```json\n{}\n```\n", witness(class));
    }
    out.push_str("</details>\n\n");
}
