//! Days on which a clause has no wording: the one has ended, the next has not begun, and nothing suspends or repeals it.

use super::finding::{Answer, Finding, Undecided};
use super::ground::Ground;
use crate::check::{CheckedPolicy, FindingKind};
use crate::diagram::{Diagram, Made, Space, Variable};
use crate::program::Calendar;

/// The clauses that were given new wordings: each with these, the oldest first.
pub(super) fn families(policy: &CheckedPolicy) -> Vec<Vec<usize>> {
    let mut families: Vec<Vec<usize>> = Vec::new();
    for (at, clause) in policy.clauses.iter().enumerate() {
        match &clause.amends {
            None => families.push(vec![at]),
            Some(amendment) => {
                let family = families.iter_mut().find(|family| family.contains(&amendment.replaces));
                family.into_iter().for_each(|family| family.push(at));
            }
        }
    }
    families.retain(|family| family.len() > 1);
    families
}

pub(super) fn look(ground: &mut Ground<'_, '_>, family: &[usize]) -> Made<Answer> {
    let (policy, program) = (ground.side.judge.policy, ground.side.judge.program());
    let wordings: Vec<&Calendar> =
        family.iter().map(|at| &program.clauses[*at]).filter(|one| one.known).map(|one| &one.calendar).collect();
    let Some(day) = ground.space().known_variable(&Variable::Day) else { return Ok(Answer::Fine) };
    let mut gap = ground.space().constant(true);
    let mut to_come = ground.space().constant(false);
    for (at, calendar) in wordings.iter().enumerate() {
        let mut truth = |node| ground.reader.truth(node, Space::SHIPMENT);
        let (begun, ended) = (truth(calendar.begun)?, truth(calendar.ended)?);
        let (suspended, in_force) = (truth(calendar.suspended)?, truth(calendar.in_force)?);
        if at == 0 {
            gap = gap.and(&begun)?;
        } else {
            let some_day = ground.space().whatever(&[day], &in_force)?;
            to_come = to_come.or(&begun.or(&ended)?.not()?.and(&some_day)?)?;
        }
        gap = gap.and_not(&in_force)?.and_not(&begun.and(&suspended)?)?;
    }
    let gap = gap.and(&to_come)?;
    let name = policy.clause_name(family[0]);
    Ok(match first_day(ground.space(), &gap, day) {
        None if gap.is_never() => Answer::Fine,
        None => {
            Answer::Unknown(Undecided { kind: FindingKind::Gap, subject: name, because: "no day was found that shows it".into() })
        }
        Some(first) => {
            let message = format!("From {first} on its old wording has ended, and the next has not begun.");
            Answer::Found(Finding::new(policy, FindingKind::Gap, vec![name], policy.clauses[family[0]].span, message))
        }
    })
}

/// The first day on which a condition can hold.
fn first_day(space: &Space<'_>, condition: &Diagram, day: usize) -> Option<String> {
    let days = space.days();
    let possible = |at: &usize| space.with(condition, day, *at).is_ok_and(|rest| !rest.is_never());
    (0..days.len()).find(possible).map(|at| days[at].to_string())
}
