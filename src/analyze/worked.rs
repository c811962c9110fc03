//! Worked cases of the policy as shipments that show something: they are at hand, and most of what is looked for they show.

use super::conclusion::Conclusion;
use super::condition::{Can, Use, Uses};
use crate::cases::{OTHERS, Others, coverage, facts_of, readings_of};
use crate::check::{CheckedPolicy, Example};
use crate::diagram::Side;
use crate::eval::Evaluation;
use crate::syntax::ast::ExpectKind;
use crate::value::Date;

/// Some case that expects a clause, or a duty of it, shows what is asked for.
pub(super) fn shows<'p>(side: Side<'p>, clause: &str, is_so: impl Fn(&Evaluation<'p>) -> bool) -> bool {
    let policy = side.judge.policy;
    let own = (0..policy.clauses.len()).filter(|at| policy.clause_name(*at) == clause);
    let duties: Vec<&str> =
        own.flat_map(|at| &policy.clauses[at].duties).map(|(duty, _)| policy.duties[*duty].name.as_str()).collect();
    let expects = |example: &&Example| {
        example.expects.iter().any(|one| match &one.expect.kind {
            ExpectKind::Outcome { .. } => one.clauses.iter().any(|name| name == clause),
            ExpectKind::Duty(duty) => duties.contains(&duty.text.as_str()),
            _ => false,
        })
    };
    let shows = |example: &Example, day: Option<Date>| {
        let own = readings_of(policy, example);
        let under = |others: &Others| evaluated(side, example, day, others(policy, &own));
        OTHERS.iter().filter_map(under).any(|evaluation| is_so(&evaluation))
    };
    let days = days(side);
    policy.examples.iter().filter(expects).any(|example| days(example).into_iter().any(|day| shows(example, day)))
}

/// Some case that is read in one way comes to another verdict, or to other duties, when it is read otherwise.
pub(super) fn splits(side: Side<'_>, question: usize) -> bool {
    let policy = side.judge.policy;
    let [as_it_is, others @ ..] = OTHERS;
    let is_read = |example: &&Example| example.under.iter().any(|reading| reading.question == question);
    let splits = |example: &Example, day: Option<Date>| {
        let own = readings_of(policy, example);
        let concluded = |others: &Others| -> Option<Vec<Conclusion>> {
            let under = |reading: usize| {
                let mut readings = others(policy, &own);
                readings[question] = Some(reading);
                Some(Conclusion::of(side.judge, &evaluated(side, example, day, readings)?))
            };
            (0..policy.questions[question].readings.len()).map(under).collect()
        };
        let Some(found) = concluded(&as_it_is) else { return false };
        // Where the other questions keep the two from each other, they are read in the first way, or in the last.
        differ(&found)
            || found.iter().any(|one| *one != found[0])
                && others.iter().any(|others| concluded(others).is_some_and(|found| differ(&found)))
    };
    let days = days(side);
    policy.examples.iter().filter(is_read).any(|example| days(example).into_iter().any(|day| splits(example, day)))
}

/// The conditions that cases decide alone.
pub(super) fn conditions(policy: &CheckedPolicy) -> Uses {
    let can = |is_so: bool| if is_so { Can::Be } else { Can::Never };
    let conditions = coverage(policy).into_iter().flat_map(|unit| unit.conditions);
    conditions.map(|one| (one.span, Use { holding: can(one.holding), failing: can(one.failing) })).collect()
}

/// Two of these surely differ.
fn differ(found: &[Conclusion]) -> bool {
    found.iter().enumerate().any(|(at, one)| found[..at].iter().any(|other| one.surely_differs(other)))
}

/// The days on which a case is judged: the one that the version fixes; otherwise its own, and the last that the law tells apart, since a case
/// may be about law as it was expected.
fn days(side: Side<'_>) -> impl Fn(&Example) -> Vec<Option<Date>> {
    let last = side.judge.regions().of_day(side.judge.program(), &[]).into_iter().max();
    move |example| side.day.map_or_else(|| vec![example.on, last], |day| vec![Some(day)])
}

/// A case under the version that is looked at.
fn evaluated<'p>(side: Side<'p>, example: &Example, day: Option<Date>, readings: Vec<Option<usize>>) -> Option<Evaluation<'p>> {
    let facts = facts_of(side.judge.policy, example).ok()?;
    Some(side.judge.evaluate(facts, day, readings))
}
