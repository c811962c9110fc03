//! Outcomes that no shipment has.

use super::finding::{Answer, Finding, Undecided};
use super::ground::Ground;
use crate::check::FindingKind;
use crate::diagram::Made;
use crate::witness::Shown;

pub(super) fn look(ground: &mut Ground<'_, '_>, outcome: usize) -> Made<Answer> {
    let side = ground.side;
    let (policy, program) = (side.judge.policy, side.judge.program());
    let word = &policy.outcomes[outcome];
    let verdict = ground.verdicts[outcome].clone();
    let with_outcome = |at: &usize| program.clauses[*at].outcome == Some(outcome);
    let clauses: Vec<usize> = (0..program.clauses.len()).filter(with_outcome).collect();
    let kind = FindingKind::UnreachedOutcome;
    let shown = ground.show(&verdict, &clauses, |witness| {
        let evaluation = witness.evaluated(0, &side)?;
        (side.judge.possible(&evaluation).outcome() == Some(outcome)).then_some(())
    });
    Ok(match shown {
        Shown::By(()) => Answer::Fine,
        Shown::Not(because) => Answer::Unknown(Undecided { kind, subject: word.name.clone(), because: because.into() }),
        Shown::Never => {
            let message = if clauses.is_empty() { "No clause has it." } else { "No shipment has it." };
            Answer::Found(Finding::new(policy, kind, vec![word.name.clone()], word.span, message.into()))
        }
    })
}
