//! Changes that cannot matter, to any case or to some: a day is moved, and on the day between a clause has nothing to say either way.

use super::change::Edit;
use crate::check::CheckedPolicy;
use crate::eval::{Evaluation, Judge};
use crate::facts::Facts;
use crate::value::Date;

/// Whether a moved day changes nothing: on the one day that it wins or loses, none of the clauses that it is about is in force,
/// or none whose place they could take is. `before` and `after` judge by the policy as it was and as it is.
pub(super) fn is_idle(before: &Judge<'_>, after: &Judge<'_>, edit: &Edit) -> bool {
    let Some((day, clauses)) = turn(before.policy, edit) else { return false };
    [before, after].into_iter().all(|judge| {
        let readings = vec![None; judge.policy.questions.len()];
        let evaluation = judge.evaluate(Facts::unknown(judge.policy), Some(day), readings);
        let places = judge.program().clauses.iter().enumerate().filter(|(_, one)| clauses.contains(&one.clause));
        places.map(|(place, _)| place).all(|place| !may_speak(&evaluation, place, &mut Vec::new()))
    })
}

/// The one day on which a moved day can matter.
pub(super) fn turning_day(policy: &CheckedPolicy, edit: &Edit) -> Option<Date> {
    turn(policy, edit).map(|(day, _)| day)
}

/// The day that a moved day wins or loses, and the clauses that it is about.
fn turn(policy: &CheckedPolicy, edit: &Edit) -> Option<(Date, Vec<usize>)> {
    let of_act = |at: &usize| {
        let act = &policy.acts[*at];
        let further = act.acts.iter().flat_map(|other| &policy.acts[*other].clauses);
        act.clauses.iter().chain(further).copied().collect()
    };
    let (old, new, clauses) = match edit {
        Edit::Begins(at, day) => (policy.clauses[*at].from, *day, vec![*at]),
        Edit::Ends(at, day) => (policy.clauses[*at].before?, *day, vec![*at]),
        Edit::ActBegins(at, day) => (policy.acts[*at].from, *day, of_act(at)),
        Edit::ActEnds(at, which, day) => (policy.acts[*at].ends[*which].0, *day, of_act(at)),
        Edit::Expression(..) | Edit::Category(..) | Edit::Overrides(..) | Edit::Guidance(..) => return None,
    };
    Some((old.min(new), clauses))
}

/// Whether a clause may be in force, alone or in the place of another that may.
fn may_speak(evaluation: &Evaluation<'_>, place: usize, above: &mut Vec<usize>) -> bool {
    let clause = &evaluation.program.clauses[place];
    if !clause.known || evaluation.truth(clause.calendar.in_force, 0).is_false() || above.contains(&place) {
        return false;
    }
    above.push(place);
    let speaks = clause.overrides.is_empty() || clause.overrides.iter().any(|(target, _)| may_speak(evaluation, *target, above));
    above.pop();
    speaks
}
