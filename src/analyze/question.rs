//! Questions on whose reading no verdict and no duty hangs.

use super::conclusion::{Conclusion, has_duties};
use super::finding::{Answer, Finding, Undecided};
use super::ground::Ground;
use super::worked;
use crate::check::FindingKind;
use crate::diagram::{Made, What};
use crate::witness::{Shipment, Shown};

/// The policy is compared with itself, read otherwise; where a worked case shows a split there is no need to.
pub(super) fn look(ground: &mut Ground<'_, '_>, question: usize) -> Made<Answer> {
    let side = ground.side;
    let (policy, program) = (side.judge.policy, side.judge.program());
    // Where guidance settles it by the day that is judged, nothing is left to hang on it.
    let is_settled = side.day.is_some_and(|day| program.guidance[question].iter().any(|(published, ..)| *published <= day));
    if is_settled || worked::splits(side, question) {
        return Ok(Answer::Fine);
    }
    let of = &policy.questions[question];
    let kind = FindingKind::IdleQuestion;
    let (judged, otherwise) = (ground.judged.clone(), ground.moved(What::Reading(question))?);
    let mut differ = ground.space().constant(false);
    for (one, other) in judged.verdicts.iter().zip(&otherwise.verdicts) {
        differ = differ.or(&one.and_not(other)?)?;
    }
    let mut unknown = None;
    for (clause, differing) in judged.lost(&otherwise)?.into_iter().chain(otherwise.lost(&judged)?) {
        let has_duties = has_duties(policy, program.clauses[clause].clause);
        let goal = if has_duties { differing } else { differ.and(&differing)? };
        let shown = ground.show(&goal, |shipments| {
            let concluded = |at: &Shipment| Some(Conclusion::of(side.judge, &at.evaluated(&side)?));
            concluded(shipments.first()?)?.surely_differs(&concluded(shipments.last()?)?).then_some(())
        });
        match shown {
            Shown::By(()) => return Ok(Answer::Fine),
            Shown::Never => {}
            Shown::Not(because) => unknown = Some(because),
        }
    }
    Ok(match unknown {
        Some(because) => Answer::Unknown(Undecided { kind, subject: of.name.clone(), because: because.into() }),
        None => {
            let message = "No verdict and no duty hangs on how it is read.".into();
            Answer::Found(Finding::new(policy, kind, vec![of.name.clone()], of.span, message))
        }
    })
}
