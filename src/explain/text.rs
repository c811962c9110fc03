//! A verdict as text for a person: outcome and provision first, then the reasons, then what is open.

use super::json::{BindingOutcome, Explanation, Finding, NeedWords};
use super::reason::Reason;
use crate::check::CheckedPolicy;
use crate::diagnostic::{Style, printable, printable_line};
use std::collections::BTreeMap;
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// How many facts to ask for are shown; the others are counted.
const MOST_NEEDS: usize = 8;
/// How many clauses that are not met are shown for an item.
const MOST_NOT_MET: usize = 4;
/// How many reasons one condition shows.
const MOST_REASONS: usize = 24;
/// How many unknown reasons a clause that is open shows.
const MOST_OPEN_REASONS: usize = 4;

/// The conditions stand in a column that is at least so wide.
const LEAST_COLUMN: usize = 24;

/// The verdict as text.
pub fn text(policy: &CheckedPolicy, explanation: &Explanation, style: Style) -> String {
    let mut page = Page { policy, explanation, style, out: String::new() };
    page.header();
    page.bindings();
    page.duties();
    page.covered();
    page.would_be();
    page.doubts();
    page.assumed();
    page.questions();
    page.relied_on();
    page.open();
    page.out
}

struct Page<'p> {
    policy: &'p CheckedPolicy,
    explanation: &'p Explanation,
    style: Style,
    out: String,
}

#[derive(Clone, Copy)]
enum Colour {
    Strict,
    Loose,
    Open,
    Faint,
    Bold,
}

/// Where provisions and reasons begin.
const INDENT: usize = 12;

impl Page<'_> {
    fn paint(&self, text: &str, colour: Colour) -> String {
        if !self.style.colour {
            return text.to_string();
        }
        let code = match colour {
            Colour::Strict => "31;1",
            Colour::Loose => "32;1",
            Colour::Open => "33;1",
            Colour::Faint => "2",
            Colour::Bold => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    fn outcome_title(&self, name: &str) -> String {
        let outcome = self.policy.outcomes.iter().find(|outcome| outcome.name == name);
        let title = outcome.map_or("", |outcome| outcome.title.text.as_str());
        printable(if title.is_empty() { name } else { title })
    }

    fn outcome_colour(&self, name: &str) -> Colour {
        if self.policy.outcomes.first().is_some_and(|outcome| outcome.name == name) { Colour::Loose } else { Colour::Strict }
    }

    fn header(&mut self) {
        let explanation = self.explanation;
        let name = match &explanation.id {
            Some(id) => printable_line(id),
            None => format!("line {}", explanation.line),
        };
        let verdict = self.verdict_words(explanation.outcome.as_deref(), &explanation.possible, explanation.exact);
        let version = self.version();
        let left = format!("{name}: {}", verdict.0);
        let gap = self.style.width.saturating_sub(left.width() + version.width()).max(2);
        let painted = format!("{}: {}", self.paint(&name, Colour::Bold), self.paint(&verdict.0, verdict.1));
        let version = self.paint(&version, Colour::Faint);
        if left.width() + version.width() + 2 > self.style.width && !self.style.colour {
            let _ = writeln!(self.out, "{painted}\n    {version}");
        } else {
            let _ = writeln!(self.out, "{painted}{}{version}", " ".repeat(gap));
        }
    }

    fn verdict_words(&self, outcome: Option<&str>, possible: &[String], exact: bool) -> (String, Colour) {
        match outcome {
            Some(outcome) => (self.outcome_title(outcome), self.outcome_colour(outcome)),
            None => {
                let may = if exact { "open" } else { "open (at most)" };
                (format!("{may}: {}", possible.join(" or ")), Colour::Open)
            }
        }
    }

    fn version(&self) -> String {
        let policy = &self.explanation.policy;
        let digest = policy.digest.trim_start_matches("blake3:");
        let short = format!("{}…{}", &digest[..4.min(digest.len())], &digest[digest.len().saturating_sub(2)..]);
        let on = policy.on.as_ref().map_or(" on an unknown day".to_string(), |on| format!(" on {on}"));
        let known = policy.known_on.as_ref().map_or(String::new(), |known| format!(", known {known}"));
        printable(&format!("{}{on}{known}, {short}", policy.name))
    }

    fn bindings(&mut self) {
        let explanation = self.explanation;
        let shipment: Vec<&Finding> = explanation.findings.iter().filter(|finding| finding.binding.is_empty()).collect();
        self.findings(&shipment);
        let several = explanation.items.len() > 1;
        let mut by_binding: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in &explanation.findings {
            finding.binding.values().for_each(|path| by_binding.entry(path).or_default().push(finding));
        }
        if !several {
            explanation
                .items
                .iter()
                .for_each(|item| self.findings(by_binding.get(item.binding.as_str()).map_or(&[], Vec::as_slice)));
            return;
        }
        // Items of which the same is said, but for their own paths, are told once.
        let mut told: Vec<(String, Vec<&BindingOutcome>, String)> = Vec::new();
        for item in &explanation.items {
            let before = std::mem::take(&mut self.out);
            self.findings(by_binding.get(item.binding.as_str()).map_or(&[], Vec::as_slice));
            let block = std::mem::replace(&mut self.out, before);
            let (words, _) = self.verdict_words(item.outcome.as_deref(), &item.possible, item.exact);
            let alike = format!("{words} {}", block.replace(&item.binding, "·")).split_whitespace().collect::<Vec<_>>().join(" ");
            match told.iter_mut().find(|(other, ..)| *other == alike) {
                Some((_, items, _)) => items.push(item),
                None => told.push((alike, vec![item], block)),
            }
        }
        for (_, items, block) in told {
            let (words, colour) = self.verdict_words(items[0].outcome.as_deref(), &items[0].possible, items[0].exact);
            let names: Vec<&str> = items.iter().map(|item| item.binding.as_str()).collect();
            let _ = writeln!(self.out, "  {}: {}", printable(&among(&names)), self.paint(&words, colour));
            self.out.push_str(&block);
        }
    }

    fn findings(&mut self, findings: &[&Finding]) {
        let of_state = |state: &'static str| findings.iter().copied().filter(move |finding| finding.state == state);
        let mut standing: Vec<&Finding> = of_state("stands").filter(|finding| finding.outcome.is_some()).collect();
        standing.sort_by_key(|finding| std::cmp::Reverse(self.rank(finding)));
        let mut told: Vec<&str> = Vec::new();
        for finding in standing {
            self.finding(finding, "");
            for over in of_state("overridden").filter(|one| one.overridden_by.contains(&finding.clause)) {
                let words = format!("over {} by {}", over.outcome.as_deref().unwrap_or("a duty"), over.clause);
                if told.contains(&over.clause.as_str()) {
                    self.line(INDENT, &format!("{words}, as above"));
                    continue;
                }
                told.push(&over.clause);
                self.line(INDENT, &words);
                self.reasons(&over.because, INDENT + 2, MOST_REASONS);
            }
        }
        for finding in of_state("open").filter(|finding| finding.outcome.is_some()) {
            self.finding(finding, "?");
        }
        self.others(findings);
    }

    fn rank(&self, finding: &Finding) -> usize {
        let outcome = finding.outcome.as_ref().and_then(|outcome| self.policy.outcome(outcome));
        outcome.map_or(0, |outcome| outcome + 1)
    }

    fn finding(&mut self, finding: &Finding, mark: &str) {
        let outcome = match &finding.outcome {
            Some(outcome) => format!("{outcome}{mark}"),
            None => format!("duty{mark}"),
        };
        let colour = match (&finding.outcome, mark) {
            (_, "?") => Colour::Open,
            (Some(outcome), _) => self.outcome_colour(outcome),
            (None, _) => Colour::Bold,
        };
        let pad = " ".repeat((INDENT - 2).saturating_sub(outcome.width()).max(1));
        let clause = printable(&finding.clause);
        let head = format!("  {}{pad}{}  ", self.paint(&outcome, colour), self.paint(&clause, Colour::Bold));
        let indent = 2 + outcome.width() + pad.len() + clause.width() + 2;
        let title = wrapped(&printable(&finding.title), self.style.width.saturating_sub(indent).max(30), indent);
        let _ = writeln!(self.out, "{head}{title}");
        self.reasons(&finding.because, INDENT, if mark.is_empty() { MOST_REASONS } else { MOST_OPEN_REASONS });
    }

    /// The tests that decide a condition, with their facts.
    fn reasons(&mut self, reason: &Reason, indent: usize, most: usize) {
        let mut rows = Vec::new();
        rows_of(reason, None, &mut rows);
        if reason.value.is_none() {
            rows.retain(|row| row.is_unknown);
        }
        let more = rows.len().saturating_sub(most);
        rows.truncate(most);
        let room = self.style.width.saturating_sub(indent);
        let widest = rows.iter().map(|row| row.text.width()).max().unwrap_or(0).clamp(LEAST_COLUMN, LEAST_COLUMN.max(room / 2));
        for row in rows {
            self.row(&row, indent, widest);
        }
        if more > 0 {
            self.line(indent, &format!("… and {more} more of its conditions"));
        }
    }

    fn row(&mut self, row: &Row, indent: usize, widest: usize) {
        let pad = " ".repeat(indent);
        let value = printable(&row.value);
        let from = if row.from.is_empty() { String::new() } else { format!("  {}", row.from) };
        let text = printable(&row.text);
        if text.width() <= widest {
            let gap = " ".repeat(widest - text.width() + 3);
            let room = self.style.width.saturating_sub(indent + widest + 3 + from.width()).max(30);
            let value = wrapped(&value, room, indent + widest + 3);
            let _ = writeln!(self.out, "{pad}{text}{gap}{value}{}", self.paint(&from, Colour::Faint));
        } else {
            let text = wrapped(&text, self.style.width.saturating_sub(indent).max(30), indent + 2);
            // Below its condition a value stands in its column if it fits there, and moves to the left if it does not.
            let column = indent + widest + 3;
            let fits = column + value.width() + from.width() <= self.style.width;
            let column = if fits { column } else { indent + 4 };
            let room = self.style.width.saturating_sub(column + from.width()).max(30);
            let value = wrapped(&value, room, column);
            let from = self.paint(&from, Colour::Faint);
            let _ = writeln!(self.out, "{pad}{text}\n{}{value}{from}", " ".repeat(column));
        }
    }

    /// Clauses that do not decide: those that came near, and those that are not in force.
    fn others(&mut self, findings: &[&Finding]) {
        let missed = findings.iter().filter(|finding| finding.state == "not_met" && finding.outcome.is_some());
        let missed = missed.filter(|finding| !self.grades(finding, findings));
        let near = missed.filter_map(|finding| near_miss(&finding.because).map(|words| (finding.clause.as_str(), words)));
        let near: Vec<(&str, String)> = near.take(MOST_NOT_MET).collect();
        for (clause, words) in near {
            self.labelled("not met", &format!("{clause}: {words}"));
        }
        for state in ["suspended", "not_yet", "repealed", "not_known"] {
            let mut met: Vec<&str> = findings
                .iter()
                .filter(|finding| finding.state == state && finding.because.value == Some(true) && finding.outcome.is_some())
                .filter(|finding| !self.grades(finding, findings) && !is_worded_otherwise(finding, findings))
                .map(|finding| finding.clause.as_str())
                .collect();
            met.dedup();
            if !met.is_empty() {
                let words = match state {
                    "suspended" => "suspended",
                    "not_yet" => "not yet",
                    "repealed" => "ended",
                    _ => "unpublished",
                };
                self.labelled(words, &format!("{}: the condition holds", met.join(", ")));
            }
        }
    }

    /// It only takes the place of others, none of which asks for anything here.
    fn grades(&self, finding: &Finding, findings: &[&Finding]) -> bool {
        let clause = self.policy.clauses.iter().enumerate().find(|(at, _)| self.policy.clause_name(*at) == finding.clause);
        let Some((_, clause)) = clause else { return false };
        let applies = |target: usize| {
            let name = self.policy.clause_name(target);
            findings.iter().any(|other| other.clause == name && other.because.value == Some(true))
        };
        !clause.overrides.is_empty() && !clause.overrides.iter().any(|(target, _)| applies(*target))
    }

    fn line(&mut self, indent: usize, text: &str) {
        let room = self.style.width.saturating_sub(indent).max(30);
        let text = wrapped(&printable(text), room, indent);
        let _ = writeln!(self.out, "{}{text}", " ".repeat(indent));
    }

    /// `  label   text`
    fn labelled(&mut self, label: &str, text: &str) {
        let pad = " ".repeat((INDENT - 2).saturating_sub(label.width()).max(1));
        let indent = 2 + label.width() + pad.len();
        let text = wrapped(&printable(text), self.style.width.saturating_sub(indent).max(30), indent);
        let label = self.paint(label, Colour::Faint);
        let _ = writeln!(self.out, "  {label}{pad}{text}");
    }

    fn duties(&mut self) {
        for duty in &self.explanation.duties {
            let title = if duty.title.is_empty() { &duty.duty } else { &duty.title };
            let deadline = duty.deadline.as_ref().map_or(String::new(), |deadline| format!(", {deadline}"));
            let label = if duty.state == "stands" { "duty" } else { "duty?" };
            self.labelled(label, &format!("{title}{deadline} ({})", duty.clause));
        }
    }

    fn covered(&mut self) {
        match self.explanation.covered {
            Some(true) => self.labelled("covered", "a licence that is held covers it"),
            Some(false) => self.labelled("covered", "no: no licence that is held covers it"),
            None => {}
        }
    }

    fn would_be(&mut self) {
        let explanation = self.explanation;
        let mut parts: Vec<String> = Vec::new();
        for one in &explanation.would_be {
            let facts: Vec<String> = one.facts.iter().map(|fact| format!("{} were {}", fact.fact, words_of(&fact.is))).collect();
            parts.push(format!("{} if {}", one.outcome, facts.join(" and ")));
        }
        if !parts.is_empty() {
            self.labelled("would be", &parts.join("; "));
        }
    }

    fn doubts(&mut self) {
        for doubt in &self.explanation.doubts {
            self.labelled("doubt", &format!("{}: {}", doubt.fact, doubt.message));
        }
        for partial in &self.explanation.partial {
            self.labelled("partial", partial);
        }
    }

    fn assumed(&mut self) {
        let mut kinds: Vec<(String, Vec<&str>)> = Vec::new();
        for one in &self.explanation.assumed {
            let kind = format!("{} is {}", pattern(&one.fact), one.value);
            match kinds.iter_mut().find(|(other, _)| *other == kind) {
                Some((_, facts)) => facts.push(&one.fact),
                None => kinds.push((kind, vec![&one.fact])),
            }
        }
        let words = |(kind, facts): &(String, Vec<&str>)| {
            let value = kind.rsplit(" is ").next().unwrap_or_default();
            format!("{} {} {value}", among(facts), if facts.len() == 1 { "is" } else { "are" })
        };
        if !kinds.is_empty() {
            self.labelled("assumed", &kinds.iter().map(words).collect::<Vec<_>>().join("; "));
        }
    }

    fn questions(&mut self) {
        for question in &self.explanation.questions {
            match &question.settled_by {
                Some(guidance) => {
                    let reading = question.readings.keys().next().map_or("", String::as_str);
                    let how = if question.presumed { "presumed" } else { "settled" };
                    self.labelled("guidance", &format!("{}: {reading}, {how} by {guidance}", question.question));
                }
                None => {
                    let readings: Vec<String> = question
                        .readings
                        .iter()
                        .map(|(reading, outcomes)| format!("{reading}: {}", outcomes.join(" or ")))
                        .collect();
                    self.labelled("question", &format!("{} ({}) {}", question.title, question.question, readings.join("; ")));
                }
            }
        }
    }

    fn relied_on(&mut self) {
        for one in &self.explanation.relied_on {
            self.labelled("relies on", &format!("{}.{}: {}", one.question, one.reading, one.title));
        }
    }

    fn open(&mut self) {
        let explanation = self.explanation;
        if explanation.status == "settled" {
            self.labelled("open", "nothing: no missing fact can change the outcome");
            return;
        }
        let mut asks: Vec<(String, &NeedWords, Vec<&str>)> = Vec::new();
        for need in &explanation.needs {
            let kind = format!("{} {:?}", pattern(&need.fact), need.could_lead_to);
            match asks.iter_mut().find(|(other, ..)| *other == kind) {
                Some((_, _, facts)) => facts.push(&need.fact),
                None => asks.push((kind, need, vec![&need.fact])),
            }
        }
        for (_, need, facts) in asks.iter().take(MOST_NEEDS) {
            let question = need.question.as_ref().map_or(String::new(), |question| format!(" {question}"));
            self.labelled("ask", &format!("{}:{question} It decides about {}", among(facts), need.could_lead_to.join(", ")));
        }
        let more: usize = asks.iter().skip(MOST_NEEDS).map(|(.., facts)| facts.len()).sum();
        if more > 0 {
            let further = if more == 1 { "one more fact".to_string() } else { format!("{more} more facts") };
            self.labelled("ask", &format!("… and {further} (see --format json)"));
        }
        if !explanation.exact {
            self.labelled("note", "too much is open to prove that each of these outcomes can be reached; none beyond them can");
        }
    }
}

/// A path without the places in its lists: `items[·].origin`.
fn pattern(path: &str) -> String {
    let is_place = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let parts = path.split('[').map(|part| match part.split_once(']') {
        Some((place, rest)) if is_place(place) => format!("·]{rest}"),
        _ => part.to_string(),
    });
    parts.collect::<Vec<_>>().join("[")
}

/// The first names, and how many more there are.
fn among(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).into(),
        [first, second] => format!("{first} and {second}"),
        [first, .., last] => format!("{first} … {last} ({} alike)", names.len()),
    }
}

/// One test on a line.
struct Row {
    text: String,
    value: String,
    from: &'static str,
    /// It tells a distance from a line.
    is_measured: bool,
    /// It is not known.
    is_unknown: bool,
}

/// How many tests of a definition are shown in its place.
const MOST_OF_DEFINITION: usize = 6;

/// The tests that decide a condition: all of a true `and`, the true ones of a true `or`, and so on.
fn rows_of(reason: &Reason, of: Option<&str>, rows: &mut Vec<Row>) {
    let of = reason.of.as_deref().or(of);
    let deciding = || reason.parts.iter().filter(|part| part.value == reason.value);
    match reason.kind {
        Some("all" | "one") => deciding().for_each(|part| rows_of(part, of, rows)),
        Some("definition") => {
            let mut inner = Vec::new();
            deciding().for_each(|part| rows_of(part, of, &mut inner));
            let tells = !inner.is_empty() && inner.len() <= MOST_OF_DEFINITION;
            if !tells {
                rows.push(row(reason, of));
                inner.retain(|row| row.is_measured);
            }
            rows.extend(inner);
        }
        Some("each") if deciding().count() == 1 && reason.value == Some(true) => {
            deciding().for_each(|part| rows_of(part, of, rows))
        }
        _ => rows.push(row(reason, of)),
    }
}

/// Another wording of the same clause is in force.
fn is_worded_otherwise(finding: &Finding, findings: &[&Finding]) -> bool {
    let is_in_force = |other: &&&Finding| matches!(other.state, "stands" | "overridden" | "not_met" | "open");
    findings.iter().filter(is_in_force).any(|other| other.clause == finding.clause)
}

fn row(reason: &Reason, of: Option<&str>) -> Row {
    let text = match of {
        Some(of) if !reason.text.contains(of) => format!("{of}: {}", reason.text),
        _ => reason.text.clone(),
    };
    let truth = match reason.value {
        Some(true) => "true",
        Some(false) => "false",
        None => "unknown",
    };
    if let Some(margin) = &reason.margin {
        let of = margin.of.as_ref().map_or(String::new(), |of| format!(": {of}"));
        let distance = if margin.side == "at" {
            "exactly on the line".to_string()
        } else {
            format!("{} {} the line", margin.by, margin.side)
        };
        return Row {
            text,
            value: format!("{}{of}, {distance}", margin.value),
            from: "",
            is_measured: true,
            is_unknown: reason.value.is_none(),
        };
    }
    if let Some(hindrance) = &reason.hindrance {
        return Row { text, value: format!("unknown: {hindrance}"), from: "", is_measured: false, is_unknown: true };
    }
    if reason.value.is_none() && reason.rests_on.is_empty() {
        let value = if reason.from == "reading" { "an open question of law" } else { "unknown" };
        return Row { text, value: value.into(), from: "", is_measured: false, is_unknown: true };
    }
    let plain =
        |value: String, from| Row { text: text.clone(), value, from, is_measured: false, is_unknown: reason.value.is_none() };
    match (&reason.fact, &reason.is) {
        (Some(fact), Some(is)) if reason.from != "unknown" => {
            let name = fact.rsplit(['.', ']']).next().unwrap_or(fact);
            let named = text.contains(name);
            match (named, is == truth) {
                (true, true) => plain(truth.to_string(), reason.from),
                (true, false) => plain(is.clone(), reason.from),
                (false, _) => plain(format!("{fact} {is}"), reason.from),
            }
        }
        _ if reason.rests_on.is_empty() => plain(truth.to_string(), reason.from),
        _ => plain(format!("{truth}: {}", cited(reason)), ""),
    }
}

/// The facts that a condition rests on, in words.
fn cited(reason: &Reason) -> String {
    let shown: Vec<String> = reason.rests_on.iter().take(MOST_CITED).map(|one| format!("{} {}", one.fact, one.is)).collect();
    let more = reason.rests_on.len().saturating_sub(MOST_CITED);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

/// How many facts stand behind one condition.
const MOST_CITED: usize = 4;

/// The first single test that makes a condition false.
fn first_false(reason: &Reason) -> &Reason {
    match reason.parts.iter().find(|part| part.value == Some(false)) {
        Some(part) if matches!(reason.kind, Some("all" | "one" | "definition")) => first_false(part),
        _ => reason,
    }
}

/// What keeps a clause from applying where all its other conditions hold, unless it is that the item is something else.
fn near_miss(reason: &Reason) -> Option<String> {
    let parts: &[Reason] = if reason.kind == Some("all") { &reason.parts } else { return None };
    let mut missing = parts.iter().filter(|part| part.value != Some(true));
    let (Some(part), None) = (missing.next(), missing.next()) else { return None };
    if part.value != Some(false) {
        return None;
    }
    let test = first_false(part);
    let asks_for_code = test.fact.as_ref().is_some_and(|fact| fact.ends_with(".code"));
    let is_something_else = asks_for_code || test.text.contains(" matches ") || part.text.contains(" matches ");
    let row = row(test, None);
    let value = if row.value == "false" { "not so".to_string() } else { row.value };
    (!is_something_else).then(|| format!("{}: {value}", row.text))
}

fn words_of(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Text broken at blanks, its further lines indented.
fn wrapped(text: &str, width: usize, indent: usize) -> String {
    // A clause's name keeps its dash.
    let options = textwrap::Options::new(width.max(20)).word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::wrap(text, options).join(&format!("\n{}", " ".repeat(indent)))
}
