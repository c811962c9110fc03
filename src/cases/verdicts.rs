//! Worked cases: their verdicts, and which of their expectations these do not meet.

use crate::check::{CheckedPolicy, Example, Expected};
use crate::diagnostic::Diagnostic;
use crate::eval::{Judge, Verdict};
use crate::explain::{Explanation, Finding, explain};
use crate::facts::{Background, Facts, load_with};
use crate::side_by_side::side_by_side;
use crate::syntax::ast::ExpectKind;
use crate::value::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What an expectation asks for, and what the verdict says instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
}

/// The facts of an example.
///
/// # Errors
/// All problems of the facts; also that there are none.
pub fn facts_of(policy: &CheckedPolicy, example: &Example) -> Result<Facts, Vec<Diagnostic>> {
    match &example.given {
        Some(given) => load_with(policy, given, Background { assumptions: &example.assuming, known: example.known }),
        None => {
            let message = format!("the example \"{}\" gives no facts", example.name);
            let diagnostic = Diagnostic::error("ukase::check::example_fact", example.span, message);
            Err(vec![diagnostic.help("write `given { … }`")])
        }
    }
}

/// The readings that an example chooses, one place for each question.
pub fn readings_of(policy: &CheckedPolicy, example: &Example) -> Vec<Option<usize>> {
    let mut readings = vec![None; policy.questions.len()];
    example.under.iter().for_each(|reading| readings[reading.question] = Some(reading.reading));
    readings
}

/// A judge for each day known that the cases of a policy name, and one that knows everything.
pub fn judges_of(policy: &CheckedPolicy) -> BTreeMap<Option<Date>, Judge<'_>> {
    let known: BTreeSet<Option<Date>> = policy.examples.iter().map(|example| example.known).chain([None]).collect();
    known.into_iter().map(|day| (day, Judge::new(policy, day))).collect()
}

/// Judges an example: the explanation of its verdict, and the expectations that it does not meet.
pub fn judge_example(judge: &Judge<'_>, example: &Example, facts: Facts) -> (Explanation, Vec<Unmet>) {
    let judgement = judge.judge(facts, example.on, readings_of(judge.policy, example));
    let explanation = explain(judge, &judgement, 1);
    let unmet = example.expects.iter().filter_map(|expected| unmet(judge.policy, expected, &judgement.verdict, &explanation));
    let unmet = unmet.map(|(expected, found)| Unmet { expected, found }).collect();
    (explanation, unmet)
}

/// What judging a worked case comes to.
#[derive(Debug)]
pub enum Fate {
    /// All expectations are met.
    Passes,
    /// Some are not: the explanation of the verdict, and these.
    Fails(Box<Explanation>, Vec<Unmet>),
    /// Its facts cannot be read.
    Unreadable(Vec<Diagnostic>),
}

/// Judges examples side by side; what they come to is in their order.
pub fn judge_examples(policy: &CheckedPolicy, examples: &[&Example]) -> Vec<Fate> {
    let judges = judges_of(policy);
    side_by_side(examples.len(), |at| {
        let example = examples[at];
        match facts_of(policy, example) {
            Ok(facts) => match judge_example(&judges[&example.known], example, facts) {
                (_, unmet) if unmet.is_empty() => Fate::Passes,
                (explanation, unmet) => Fate::Fails(Box::new(explanation), unmet),
            },
            Err(problems) => Fate::Unreadable(problems),
        }
    })
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
            // What may stand is not ruled out either.
            let may = |clause: &&str| {
                let of = |one: &&Finding| one.clause == *clause && matches!(one.state, "stands" | "open");
                explanation.findings.iter().any(|one| of(&one))
            };
            let standing: Vec<&str> = expected.clauses.iter().map(String::as_str).filter(may).collect();
            (!standing.is_empty())
                .then(|| (format!("not by {}", standing.join(", ")), format!("{}, perhaps by {}", found(), standing.join(", "))))
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
