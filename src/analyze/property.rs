//! Properties that a policy claims: proved for all shipments, or refuted by one.

use super::finding::ShownBy;
use super::ground::{Ground, verdicts_of};
use crate::check::{Claim, FieldId, RecordId};
use crate::diagram::{Made, Reader, Side, Space, Standings};
use crate::witness::{Shown, show};

/// What became of a property.
#[derive(Debug, Clone)]
pub struct Tried {
    /// What it claims.
    pub name: String,
    /// It holds for every shipment; nothing where that is not known.
    pub holds: Option<bool>,
    /// The shipment that refutes it; of `monotone` the one with less of the fact.
    pub shown_by: Option<ShownBy>,
    /// The same shipment with more of the fact.
    pub with_more: Option<ShownBy>,
    /// What these come to.
    pub outcomes: Vec<String>,
    /// Why it is not known whether it holds.
    pub because: Option<&'static str>,
    /// Where it stands, as `properties.ukase:3`.
    pub place: String,
}

/// A shipment, or two, with what they come to.
type Refuted = (Vec<ShownBy>, Vec<usize>);

pub(super) fn look(ground: &mut Ground<'_, '_>, property: usize) -> Made<Tried> {
    let policy = ground.side.judge.policy;
    let of = &policy.properties[property];
    let shown = match &of.says {
        Claim::Always { .. } => always(ground, property)?,
        Claim::Monotone { path } => monotone(ground.side, path)?,
    };
    let (holds, refuted, because) = match shown {
        Shown::Never => (Some(true), None, None),
        Shown::By(refuted) => (Some(false), Some(refuted), None),
        Shown::Not(because) => (None, None, Some(because)),
    };
    let (shipments, outcomes) = refuted.unwrap_or_default();
    let mut shipments = shipments.into_iter();
    Ok(Tried {
        name: of.title.text.clone(),
        holds,
        shown_by: shipments.next(),
        with_more: shipments.next(),
        outcomes: outcomes.into_iter().map(|at| policy.outcomes[at].name.clone()).collect(),
        because,
        place: super::finding::place(policy, of.span),
    })
}

/// A shipment whose verdict is such that the condition fails.
fn always(ground: &mut Ground<'_, '_>, property: usize) -> Made<Shown<Refuted>> {
    let side = ground.side;
    let conditions = &side.judge.program().properties[property];
    let mut fails = ground.space().constant(false);
    for (outcome, condition) in conditions.iter().enumerate() {
        let holds = ground.reader.truth(*condition, Space::SHIPMENT)?;
        fails = fails.or(&ground.verdicts[outcome].and_not(&holds)?)?;
    }
    Ok(ground.show(&fails, &[], |witness| {
        let evaluation = witness.evaluated(0, &side)?;
        let outcome = side.judge.possible(&evaluation).outcome()?;
        let shown_by = ShownBy { facts: witness.facts[0].clone(), readings: witness.readings.clone() };
        evaluation.truth(conditions[outcome], 0).is_false().then(|| (vec![shown_by], vec![outcome]))
    }))
}

/// Two shipments that differ in one fact, of which the one with more has the looser verdict.
fn monotone(side: Side<'_>, path: &[(RecordId, FieldId)]) -> Made<Shown<Refuted>> {
    let mut space = Space::new(vec![side, side]);
    space.move_fact(1, path);
    let mut verdicts = Vec::new();
    for at in 0..2 {
        let standings = Standings::new(&mut Reader::new(&mut space, at), side.judge)?;
        let bounds: Vec<_> = standings.bounds.into_iter().map(|(_, standings)| standings).collect();
        verdicts.push(verdicts_of(&space, side, &bounds)?);
    }
    let more = space.has_more()?;
    let mut looser = space.constant(false);
    for (strict, before) in verdicts[0].iter().enumerate() {
        for after in &verdicts[1][..strict] {
            looser = looser.or(&before.and(after)?)?;
        }
    }
    let fails = looser.and(&more)?;
    Ok(show(&mut space, &fails, &[], |witness| {
        let outcome = |at: usize| side.judge.possible(&witness.evaluated(at, &side)?).outcome();
        let (less, more) = (outcome(0)?, outcome(1)?);
        let facts = witness.facts.iter();
        let shown = facts.map(|facts| ShownBy { facts: facts.clone(), readings: witness.readings.clone() });
        (more < less).then(|| (shown.collect(), vec![less, more]))
    }))
}
