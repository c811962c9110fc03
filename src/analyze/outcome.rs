//! Outcomes that no shipment has.

use super::finding::{Answer, Finding, Undecided};
use super::ground::Ground;
use crate::check::FindingKind;
use crate::diagram::Made;
use crate::program::ProgramClause;
use crate::witness::Shown;

pub(super) fn look(ground: &mut Ground<'_, '_>, outcome: usize) -> Made<Answer> {
    let side = ground.side;
    let (policy, program) = (side.judge.policy, side.judge.program());
    let word = &policy.outcomes[outcome];
    let verdict = ground.judged.verdicts[outcome].clone();
    let kind = FindingKind::UnreachedOutcome;
    let shown = ground.show(&verdict, |shipments| {
        let evaluation = shipments[0].evaluated(&side)?;
        (side.judge.possible(&evaluation).outcome() == Some(outcome)).then_some(())
    });
    Ok(match shown {
        Shown::By(()) => Answer::Fine,
        Shown::Not(because) => Answer::Unknown(Undecided { kind, subject: word.name.clone(), because: because.into() }),
        Shown::Never => {
            let has_it = |clause: &ProgramClause| clause.outcome == Some(outcome);
            let message = if program.clauses.iter().any(has_it) { "No shipment has it." } else { "No clause has it." };
            Answer::Found(Finding::new(policy, kind, vec![word.name.clone()], word.span, message.into()))
        }
    })
}
