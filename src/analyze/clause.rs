//! Clauses that can never decide.

use super::finding::{Answer, Finding, Undecided};
use super::ground::Ground;
use super::worked;
use crate::check::FindingKind;
use crate::diagram::{Diagram, Made, Space};
use crate::eval::{Evaluation, Judge};
use crate::witness::{Shipment, Shown};

/// What keeps a clause from deciding, the earliest reason first.
enum Hindrance {
    Condition,
    Targets,
    Overriders,
    Stricter,
}

/// A shipment in which a clause decides: it stands, and its outcome is the verdict.
pub(super) fn deciding(ground: &mut Ground<'_, '_>, clause: usize) -> Made<Shown<Shipment>> {
    let goal = goal(ground, clause)?;
    let side = ground.side;
    Ok(ground.show(&goal, |shipments| {
        let evaluation = shipments[0].evaluated(&side)?;
        decides(side.judge, &evaluation, clause).then(|| shipments[0].clone())
    }))
}

fn goal(ground: &Ground<'_, '_>, clause: usize) -> Made<Diagram> {
    let stands = ground.clause(clause, |one| &one.stands)?;
    match contended(ground.side.judge, clause) {
        Some(outcome) => stands.and(&ground.judged.verdicts[outcome]),
        None => Ok(stands),
    }
}

/// The outcome that a clause needs to have as the verdict in order to decide. One that has duties, or only frees, decides where it stands.
fn contended(judge: &Judge<'_>, clause: usize) -> Option<usize> {
    let of = &judge.program().clauses[clause];
    of.outcome.filter(|outcome| *outcome > 0 && judge.policy.clauses[of.clause].duties.is_empty())
}

fn decides(judge: &Judge<'_>, evaluation: &Evaluation<'_>, clause: usize) -> bool {
    let order = judge.order();
    let bindings = order.bindings(evaluation);
    let mut standings = bindings.into_iter().flat_map(|binding| order.standings(evaluation, binding));
    let stands = standings.any(|one| one.clause == clause && one.stands.is_true());
    let outcome = contended(judge, clause);
    stands && outcome.is_none_or(|outcome| judge.possible(evaluation).outcome() == Some(outcome))
}

/// Whether a clause can decide; nothing where it is not known or, on a day that is fixed, not in force.
pub(super) fn look(ground: &mut Ground<'_, '_>, clause: usize) -> Made<Option<Answer>> {
    let (policy, program) = (ground.side.judge.policy, ground.side.judge.program());
    let of = &program.clauses[clause];
    if !of.known {
        return Ok(None);
    }
    let in_force = ground.reader.truth(of.calendar.in_force, Space::SHIPMENT)?;
    if in_force.is_never() && ground.side.day.is_some() {
        return Ok(None);
    }
    let name = policy.clause_name(of.clause);
    let found = |message: String| {
        let span = policy.clauses[of.clause].span;
        Answer::Found(Finding::new(policy, FindingKind::DeadClause, vec![name.clone()], span, message))
    };
    if in_force.is_never() {
        return Ok(Some(found("It is in force on no day.".into())));
    }
    let side = ground.side;
    if worked::shows(side, &name, |evaluation| decides(side.judge, evaluation, clause)) {
        return Ok(Some(Answer::Fine));
    }
    Ok(Some(match deciding(ground, clause)? {
        Shown::By(_) => Answer::Fine,
        Shown::Not(because) => {
            Answer::Unknown(Undecided { kind: FindingKind::DeadClause, subject: name.clone(), because: because.into() })
        }
        Shown::Never => {
            let hindrance = hindrance(ground, clause)?;
            found(words(ground, clause, hindrance))
        }
    }))
}

/// The first step on which a clause fails for every shipment.
fn hindrance(ground: &mut Ground<'_, '_>, clause: usize) -> Made<Hindrance> {
    let holds = ground.clause(clause, |one| &one.holds)?;
    let applies = ground.clause(clause, |one| &one.applies)?;
    let stands = ground.clause(clause, |one| &one.stands)?;
    for (step, hindrance) in
        [holds, applies, stands].into_iter().zip([Hindrance::Condition, Hindrance::Targets, Hindrance::Overriders])
    {
        if matches!(ground.space().realise(&step), crate::diagram::Outcome::Impossible) {
            return Ok(hindrance);
        }
    }
    Ok(Hindrance::Stricter)
}

fn words(ground: &Ground<'_, '_>, clause: usize, hindrance: Hindrance) -> String {
    let (policy, program) = (ground.side.judge.policy, ground.side.judge.program());
    let names = |clauses: &mut dyn Iterator<Item = usize>| {
        let names: Vec<String> = clauses.map(|at| policy.clause_name(program.clauses[at].clause)).collect();
        names.join(", ")
    };
    match hindrance {
        Hindrance::Condition => "No shipment meets its condition while it is in force.".into(),
        Hindrance::Targets => {
            let targets = names(&mut program.clauses[clause].overrides.iter().map(|(target, _)| *target));
            format!("Where its condition holds, nothing that it overrides applies: {targets}.")
        }
        Hindrance::Overriders => {
            let overrides = |at: &usize| program.clauses[*at].overrides.iter().any(|(target, _)| *target == clause);
            let overriders = names(&mut (0..program.clauses.len()).filter(overrides));
            format!("Wherever it applies, one that overrides it stands: {overriders}.")
        }
        Hindrance::Stricter => "Wherever it stands, a stricter clause stands as well.".into(),
    }
}
