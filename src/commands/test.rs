//! `ukase test POLICY`

use super::policy::open_with_examples;
use super::terminal;
use crate::check::{CheckedPolicy, Example, Expected};
use crate::diagnostic::{Diagnostic, Style, printable};
use crate::eval::{Judge, Verdict};
use crate::explain::{Explanation, explain, text};
use crate::facts::load;
use crate::syntax::ast::ExpectKind;
use crate::value::Date;
use clap::Args;
use std::collections::BTreeMap;
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
}

impl Test {
    pub(crate) fn run(self) -> ExitCode {
        let mut clean = true;
        for path in &self.policies {
            match open_with_examples(path) {
                Ok(policy) => clean &= run(path, &policy, self.only.as_deref()),
                Err(_) => clean = false,
            }
        }
        if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Judges are shared by examples of the same known day.
type Judges<'p> = BTreeMap<Option<Date>, Judge<'p>>;

fn run(path: &std::path::Path, policy: &CheckedPolicy, only: Option<&str>) -> bool {
    let style = terminal::output_style();
    let mut judges: Judges<'_> = BTreeMap::new();
    let (mut passed, mut failed) = (0, 0);
    let mut out = std::io::stdout().lock();
    for example in policy.examples.iter().filter(|example| only.is_none_or(|only| example.name.contains(only))) {
        judges.entry(example.known).or_insert_with(|| Judge::new(policy, example.known));
        let Some(judge) = judges.get(&example.known) else { continue };
        match judge_example(policy, judge, example) {
            Ok(failures) if failures.1.is_empty() => passed += 1,
            Ok((explanation, failures)) => {
                failed += 1;
                let _ = writeln!(out, "{}", failure(policy, example, &explanation, &failures, style));
            }
            Err(()) => failed += 1,
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

/// The explanation of an example, and for each expectation that does not hold what was expected and what was found.
fn judge_example(
    policy: &CheckedPolicy,
    judge: &Judge<'_>,
    example: &Example,
) -> Result<(Explanation, Vec<(String, String)>), ()> {
    let Some(given) = &example.given else {
        let message = format!("the example \"{}\" gives no facts", example.name);
        let diagnostic = Diagnostic::error("ukase::check::example_fact", example.span, message);
        terminal::show(&policy.sources, &[diagnostic.help("write `given { … }`")]);
        return Err(());
    };
    let facts = load(policy, given).map_err(|problems| terminal::show(&policy.sources, &problems))?;
    let mut readings = vec![None; policy.questions.len()];
    example.under.iter().for_each(|reading| readings[reading.question] = Some(reading.reading));
    let judgement = judge.judge(facts, example.on, readings);
    let explanation = explain(judge, &judgement, 1);
    let failures =
        example.expects.iter().filter_map(|expected| unmet(policy, expected, &judgement.verdict, &explanation)).collect();
    Ok((explanation, failures))
}

/// What was expected and what was found, where they differ.
fn unmet(policy: &CheckedPolicy, expected: &Expected, verdict: &Verdict, explanation: &Explanation) -> Option<(String, String)> {
    let name = |outcome: &usize| policy.outcomes[*outcome].name.clone();
    let standing: Vec<&str> =
        explanation.findings.iter().filter(|one| one.state == "stands").map(|one| one.clause.as_str()).collect();
    let found = || explanation.possible.join(" or ");
    match &expected.expect.kind {
        ExpectKind::Outcome { .. } => {
            let wanted = expected.outcomes.first()?;
            if verdict.outcome() != Some(*wanted) {
                return Some((name(wanted), found()));
            }
            let missing: Vec<&String> = expected.clauses.iter().filter(|clause| !standing.contains(&clause.as_str())).collect();
            let words = |list: Vec<&String>| list.into_iter().cloned().collect::<Vec<_>>().join(", ");
            (!missing.is_empty())
                .then(|| (format!("{} by {}", name(wanted), words(missing)), format!("{} by {}", found(), standing.join(", "))))
        }
        ExpectKind::Open(_) => {
            let wanted = expected.outcomes.iter().fold(0, |set, outcome| set | 1 << outcome);
            let words = expected.outcomes.iter().map(name).collect::<Vec<_>>().join(" or ");
            (verdict.possible.outcomes != wanted).then(|| (format!("open: {words}"), found()))
        }
        ExpectKind::NotBy(_) => {
            let standing: Vec<&str> =
                expected.clauses.iter().map(String::as_str).filter(|clause| standing.contains(clause)).collect();
            (!standing.is_empty())
                .then(|| (format!("not by {}", standing.join(", ")), format!("{} by {}", found(), standing.join(", "))))
        }
        ExpectKind::Duty(duty) => {
            let has = explanation.duties.iter().any(|one| one.duty == duty.text && one.state == "stands");
            let duties: Vec<&str> = explanation.duties.iter().map(|one| one.duty.as_str()).collect();
            (!has).then(|| {
                (
                    format!("duty {}", duty.text),
                    format!("duties: {}", if duties.is_empty() { "none".into() } else { duties.join(", ") }),
                )
            })
        }
        ExpectKind::Needs(fact) => {
            let needs: Vec<&str> = explanation.needs.iter().map(|need| need.fact.as_str()).collect();
            (!needs.contains(&fact.text.as_str())).then(|| {
                (
                    format!("needs {}", fact.text),
                    format!("needs {}", if needs.is_empty() { "nothing".into() } else { needs.join(", ") }),
                )
            })
        }
        ExpectKind::Covered(covered) => {
            let words = |covered: Option<bool>| match covered {
                Some(true) => "covered",
                Some(false) => "not covered",
                None => "neither covered nor not",
            };
            (verdict.covered != Some(*covered)).then(|| (words(Some(*covered)).into(), words(verdict.covered).into()))
        }
        ExpectKind::Doubt => explanation.doubts.is_empty().then(|| ("a doubt".into(), "no doubt".into())),
    }
}

fn failure(
    policy: &CheckedPolicy,
    example: &Example,
    explanation: &Explanation,
    failures: &[(String, String)],
    style: Style,
) -> String {
    let position = policy.sources.position(example.span);
    let file = &policy.sources.get(example.span.source).name;
    let mut out = format!("FAILED  {}  ({file}:{})\n", printable(&example.name), position.line);
    let widest = failures.iter().map(|(expected, _)| expected.chars().count()).max().unwrap_or(0);
    for (expected, actual) in failures {
        out.push_str(&format!("  expected  {expected:widest$}    actual  {actual}\n"));
    }
    let told = text(policy, explanation, style);
    out.push_str(&told.lines().map(|line| format!("    {line}\n")).collect::<String>());
    out
}
