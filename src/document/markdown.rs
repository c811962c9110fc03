//! The document as Markdown.

use super::timeline::{timeline, told_of_any};
use super::words::words;
use crate::cases::{facts_of, judges_of, readings_of};
use crate::check::{CheckedPolicy, Clause, Example, Reading, Type, Typed, TypedKind, each_part};
use crate::eval::Judge;
use crate::explain::{cell, escape};
use crate::side_by_side::side_by_side;
use crate::syntax::ast::Title;
use crate::value::Date;
use std::collections::{BTreeMap, BTreeSet};

/// How many clauses of an event are named before they are counted.
const MOST_NAMED: usize = 6;

/// The whole policy as a Markdown document. Each worked case is judged, so that the document says what it comes to.
///
/// ```
/// use ukase::{check::check, document::markdown, source::Sources};
/// let text = r#"
/// policy tiny "A tiny policy"
/// language 1
/// outcomes from loosest to strictest { free licence }
/// facts shipment { date date   destination country }
/// instrument 1 "A law" { published 2025-01-01 }
/// clause I "To the far north" when destination is IS then licence
/// example "to Iceland" on 2025-06-01 given { destination: IS } expect licence by 1/I
/// "#;
/// let (policy, _) = check(&Sources::of_text("tiny.ukase", text.trim()));
/// let page = markdown(&policy.unwrap());
/// assert!(page.contains("### 1/I To the far north"));
/// assert!(page.contains("| to Iceland | 2025-06-01 |  | licence |"));
/// ```
pub fn markdown(policy: &CheckedPolicy) -> String {
    page(&Judge::new(policy, None))
}

/// The page of a policy that a judge has ready.
pub(super) fn page(judge: &Judge<'_>) -> String {
    let policy = judge.policy;
    let mut page = Page { policy, judge, cases: cases(policy), out: String::new() };
    page.head();
    page.timeline();
    page.instruments();
    page.questions();
    page.categories();
    page.definitions();
    page.assumptions();
    page.examples();
    let mut out = page.out;
    while out.contains("\n\n\n") {
        out = out.replace("\n\n\n", "\n\n");
    }
    out.trim_start().to_string()
}

/// One clause, by its place in the policy, as a section of the page: when it decides, in words.
pub fn clause(judge: &Judge<'_>, at: usize) -> String {
    let policy = judge.policy;
    let mut page = Page { policy, judge, cases: cases(policy), out: String::new() };
    page.clause(at, &policy.clauses[at]);
    page.out.trim_start().to_string()
}

struct Page<'p> {
    policy: &'p CheckedPolicy,
    judge: &'p Judge<'p>,
    /// What each example comes to.
    cases: Vec<String>,
    out: String,
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// A heading with the text in its other language below it.
    fn heading(&mut self, level: usize, name: &str, title: &Title) {
        let name = if name.is_empty() { String::new() } else { format!("{} ", escape(name)) };
        let text = format!("\n{} {name}{}\n", "#".repeat(level), escape(&title.text));
        self.line(&text);
        for other in title.en.iter().chain(&title.zh) {
            self.line(&format!("*{}*\n", escape(other)));
        }
    }

    fn head(&mut self) {
        let policy = self.policy;
        self.heading(1, "", &policy.title);
        self.line(&format!("Policy `{}`, {}.\n", policy.name, policy.digest));
        self.line("| outcome | what it means | |\n|---|---|---|");
        for outcome in &policy.outcomes {
            let zh = outcome.title.zh.as_deref().unwrap_or_default();
            self.line(&format!("| `{}` | {} | {} |", outcome.name, cell(&outcome.title.text), cell(zh)));
        }
        if !policy.versions.is_empty() {
            self.line("\n| version | day judged | day known |\n|---|---|---|");
            for version in &policy.versions {
                self.line(&format!("| `{}` | {} | {} |", version.name, version.on, day(version.known)));
            }
        }
    }

    fn timeline(&mut self) {
        self.line("\n## Timeline\n\n| day | what happens |\n|---|---|");
        for event in timeline(self.policy, self.judge.program()) {
            let of = match event.clauses.len() {
                0 => String::new(),
                1..=MOST_NAMED => format!(": {}", event.clauses.join(", ")),
                count => {
                    let (first, last) = (&event.clauses[0], &event.clauses[count - 1]);
                    format!(": {count} clauses, {first} to {last}")
                }
            };
            self.line(&format!("| {} | {} |", event.day, cell(&format!("{}{of}", event.what))));
        }
    }

    fn instruments(&mut self) {
        let policy = self.policy;
        for (at, instrument) in policy.instruments.iter().enumerate() {
            self.heading(2, "", &instrument.title);
            self.line(&format!(
                "Number {}, published {}, in force from {}.\n",
                escape(&instrument.id),
                instrument.published,
                instrument.effective
            ));
            for (clause, one) in policy.clauses.iter().enumerate().filter(|(_, clause)| clause.instrument == at) {
                self.clause(clause, one);
            }
            if !instrument.unmodelled.is_empty() {
                self.line("Provisions that decide no verdict:\n");
                for one in &instrument.unmodelled {
                    let titles = [Some(&one.title.text), one.title.en.as_ref(), one.title.zh.as_ref()];
                    let titles: Vec<String> = titles.into_iter().flatten().map(|title| escape(title)).collect();
                    self.line(&format!("- **{}** {}: {}", escape(&one.provision), titles.join(" / "), escape(&one.because)));
                }
                self.line("");
            }
        }
    }

    fn clause(&mut self, at: usize, clause: &Clause) {
        let policy = self.policy;
        let name = policy.clause_name(at);
        self.heading(3, &name, &clause.title);
        let outcome = clause.outcome.map_or("a duty alone".into(), |outcome| format!("`{}`", policy.outcomes[outcome].name));
        let each = clause.each.iter().map(|each| format!(", for each {}", each.name)).collect::<String>();
        let before = clause.before.map_or(String::new(), |before| format!(", before {before}"));
        let wording = if clause.amends.is_some() { ", a new wording" } else { "" };
        self.line(&format!("Outcome {outcome}{each}; from {}{before}{wording}.\n", clause.from));
        if let Some(when) = &clause.when {
            self.line(&format!("When\n\n{}", words(policy, when)));
            self.rests_on(when);
        }
        let over = self.replaced(clause);
        if !over.is_empty() {
            self.line(&format!("Takes the place of {}.\n", escape(&over.join(", "))));
        }
        let by = self.replacing(at);
        if !by.is_empty() {
            self.line(&format!("Gives way to {}.\n", escape(&by.join(", "))));
        }
        for (duty, deadline) in &clause.duties {
            let deadline = deadline.as_ref().map_or(String::new(), |deadline| format!(", {deadline}"));
            self.line(&format!("Duty: {}{}.\n", escape(&policy.duties[*duty].title.text), escape(&deadline)));
        }
        self.calendar(at);
        let shown_by = policy
            .examples
            .iter()
            .enumerate()
            .filter(|(_, example)| example.expects.iter().any(|expected| expected.clauses.contains(&name)));
        let lines: Vec<String> = shown_by
            .map(|(at, example)| {
                let judged = [example.on.map(|day| format!(", {day}")), example.known.map(|day| format!(" known {day}"))];
                let judged: String = judged.into_iter().flatten().collect();
                format!("- {}{judged}: {}", escape(&example.name), escape(&self.cases[at]))
            })
            .collect();
        if !lines.is_empty() {
            self.line(&format!("Worked cases:\n\n{}\n", lines.join("\n")));
        }
    }

    /// Links to the definitions that a condition calls.
    fn rests_on(&mut self, condition: &Typed) {
        let mut called = BTreeSet::new();
        calls(condition, &mut called);
        let links = called.into_iter().map(|define| {
            let name = &self.policy.defines[define].name;
            format!("[`{name}`](#define-{name})")
        });
        let links: Vec<String> = links.collect();
        if !links.is_empty() {
            self.line(&format!("Defined: {}.\n", links.join(", ")));
        }
    }

    /// What happens to a clause, day by day.
    fn calendar(&mut self, at: usize) {
        let Some(clause) = self.judge.program().clauses.iter().find(|clause| clause.clause == at) else { return };
        let name = self.policy.clause_name(at);
        let told = |(day, what): &(Date, String)| format!("{day} {}", told_of_any(what, &name));
        let events: Vec<String> = clause.calendar.events.iter().map(told).collect();
        if events.len() > 1 {
            self.line(&format!("Calendar: {}.\n", escape(&events.join("; "))));
        }
    }

    /// The clauses whose place it takes, those of one instrument together where they are many.
    fn replaced(&self, clause: &Clause) -> Vec<String> {
        let mut groups: BTreeMap<(usize, String), Vec<usize>> = BTreeMap::new();
        for (target, under) in &clause.overrides {
            let under = under.map_or(String::new(), |under| self.under(under));
            groups.entry((self.policy.clauses[*target].instrument, under)).or_default().push(*target);
        }
        let mut found = Vec::new();
        for ((_, under), targets) in groups {
            let name = |target: &usize| self.policy.clause_name(*target);
            match targets.as_slice() {
                [first, .., last] if targets.len() > MOST_NAMED => {
                    let last = &self.policy.clauses[*last].id;
                    found.push(format!("{} to {last} ({} clauses){under}", name(first), targets.len()));
                }
                targets => found.extend(targets.iter().map(|target| format!("{}{under}", name(target)))),
            }
        }
        found
    }

    /// The clauses that take its place.
    fn replacing(&self, at: usize) -> Vec<String> {
        let mut found = Vec::new();
        for (other, clause) in self.policy.clauses.iter().enumerate() {
            for (_, under) in clause.overrides.iter().filter(|(target, _)| *target == at) {
                let under = under.map_or(String::new(), |under| self.under(under));
                found.push(format!("{}{under}", self.policy.clause_name(other)));
            }
        }
        found.dedup();
        found
    }

    fn under(&self, reading: Reading) -> String {
        let question = &self.policy.questions[reading.question];
        format!(" (if {} is read as {})", question.name, question.readings[reading.reading].name)
    }

    /// A condition as it is written, without its indentation.
    fn code(&mut self, condition: &Typed) {
        let text = self.policy.sources.text(condition.span);
        let indent = text.lines().skip(1).filter(|line| !line.trim().is_empty()).map(|line| line.len() - line.trim_start().len());
        let indent = indent.min().unwrap_or(0);
        let lines = text.lines().enumerate().map(|(at, line)| if at == 0 { line } else { line.get(indent..).unwrap_or("") });
        let text = lines.collect::<Vec<_>>().join("\n");
        self.line(&format!("```ukase\n{}\n```\n", crate::diagnostic::printable(&text)));
    }

    fn questions(&mut self) {
        let policy = self.policy;
        if policy.questions.is_empty() {
            return;
        }
        self.line("\n## Questions that the law leaves open");
        for (at, question) in policy.questions.iter().enumerate() {
            self.heading(3, &format!("{}:", question.name), &question.title);
            for reading in &question.readings {
                self.line(&format!("- `{}`: {}", reading.name, escape(&reading.title.text)));
            }
            for guidance in policy.guidance.iter().filter(|guidance| guidance.question == at) {
                let how = if guidance.presumed { "presumed" } else { "settled" };
                let reading = &question.readings[guidance.reading].name;
                self.line(&format!("- {how} as `{reading}` from {} on: {}", guidance.published, escape(&guidance.title.text)));
            }
        }
    }

    fn categories(&mut self) {
        let policy = self.policy;
        if policy.categories.is_empty() {
            return;
        }
        self.line(
            "\n## Categories\n\n| code | what it is | | test | customs codes, for reference | |\n|---|---|---|---|---|---|",
        );
        for category in &policy.categories {
            let test = category.test.as_ref().map_or(String::new(), |test| policy.sources.line_of(test.span));
            let partial = category.partial.as_ref().map_or(String::new(), |why| format!("not complete: {why}"));
            self.line(&format!(
                "| {} | {} | {} | {} | {} | {} |",
                cell(&category.code),
                cell(&category.title.text),
                cell(category.title.zh.as_deref().unwrap_or_default()),
                cell(&test),
                cell(&category.customs.join(", ")),
                cell(&partial)
            ));
        }
    }

    fn definitions(&mut self) {
        let policy = self.policy;
        if policy.defines.is_empty() {
            return;
        }
        self.line("\n## Definitions\n");
        for define in &policy.defines {
            let parameters = if define.names.is_empty() { String::new() } else { format!("({})", define.names.join(", ")) };
            let name = &define.name;
            self.line(&format!("<a id=\"define-{name}\"></a>**{}{}**\n", escape(name), escape(&parameters)));
            match define.body.ty {
                Type::Truth => self.line(&words(policy, &define.body)),
                _ => self.code(&define.body),
            }
            self.rests_on(&define.body);
        }
    }

    fn assumptions(&mut self) {
        let policy = self.policy;
        if policy.assumptions.is_empty() {
            return;
        }
        self.line("\n## Assumptions\n");
        for assumption in &policy.assumptions {
            let text = policy.sources.line_of(assumption.facts.span);
            self.line(&format!("- **{}**, {}: `{}`", escape(&assumption.name), escape(&assumption.title.text), text));
        }
    }

    fn examples(&mut self) {
        let policy = self.policy;
        if policy.examples.is_empty() {
            return;
        }
        self.line("\n## Worked cases\n\n| case | judged | known | verdict |\n|---|---|---|---|");
        for (at, example) in policy.examples.iter().enumerate() {
            let verdict = self.cases[at].clone();
            self.line(&format!(
                "| {} | {} | {} | {} |",
                cell(&example.name),
                day(example.on),
                day(example.known),
                cell(&verdict)
            ));
        }
    }
}

/// The definitions that an expression calls.
fn calls(expr: &Typed, found: &mut BTreeSet<usize>) {
    if let TypedKind::Call(define, _) = &expr.kind {
        found.insert(*define);
    }
    each_part(&expr.kind, &mut |part| calls(part, found));
}

fn day(day: Option<Date>) -> String {
    day.map_or(String::new(), |day| day.to_string())
}

/// What each worked case comes to, in the words of the scale.
fn cases(policy: &CheckedPolicy) -> Vec<String> {
    let judges = judges_of(policy);
    side_by_side(policy.examples.len(), |at| {
        let example = &policy.examples[at];
        case(policy, &judges[&example.known], example).unwrap_or_default()
    })
}

fn case(policy: &CheckedPolicy, judge: &Judge<'_>, example: &Example) -> Option<String> {
    let facts = facts_of(policy, example).ok()?;
    let possible = judge.possible(&judge.evaluate(facts, example.on, readings_of(policy, example)));
    Some(possible.names(policy).join(" or "))
}
