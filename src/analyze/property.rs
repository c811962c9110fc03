//! Properties that a policy claims: proved for all shipments, or refuted by one.

use super::ground::Ground;
use crate::check::{CheckedPolicy, Claim, FieldId, Property, RecordId, Type};
use crate::diagram::{Made, Space};
use crate::witness::{Shipment, Shown};

/// What became of a property.
#[derive(Debug, Clone)]
pub struct Tried {
    /// What it claims.
    pub name: String,
    /// It holds for every shipment; nothing where that is not known.
    pub holds: Option<bool>,
    /// The shipment that refutes it; of `monotone` the one with less of the fact.
    pub shown_by: Option<Shipment>,
    /// The same shipment with more of the fact.
    pub with_more: Option<Shipment>,
    /// What these come to.
    pub outcomes: Vec<String>,
    /// Why it is not known whether it holds.
    pub because: Option<&'static str>,
    /// Where it stands, as `properties.ukase:3`.
    pub place: String,
}

/// A shipment, or two, with what they come to.
type Refuted = (Vec<Shipment>, Vec<usize>);

pub(super) fn look(ground: &mut Ground<'_, '_>, property: usize) -> Made<Tried> {
    let policy = ground.side.judge.policy;
    let of = &policy.properties[property];
    let shown = match &of.says {
        Claim::Always { .. } => always(ground, property)?,
        Claim::Monotone { path } => monotone(ground, path)?,
    };
    let mut tried = Tried { because: None, ..Tried::open(of, policy, "") };
    match shown {
        Shown::Never => tried.holds = Some(true),
        Shown::Not(because) => tried.because = Some(because),
        Shown::By((shipments, outcomes)) => {
            tried.holds = Some(false);
            let mut shipments = shipments.into_iter();
            (tried.shown_by, tried.with_more) = (shipments.next(), shipments.next());
            tried.outcomes = outcomes.into_iter().map(|at| policy.outcomes[at].name.clone()).collect();
        }
    }
    Ok(tried)
}

impl Tried {
    /// A property of which it is not known whether it holds.
    pub(super) fn open(of: &Property, policy: &CheckedPolicy, because: &'static str) -> Tried {
        Tried {
            name: of.title.text.clone(),
            holds: None,
            shown_by: None,
            with_more: None,
            outcomes: Vec::new(),
            because: Some(because),
            place: super::finding::place(policy, of.span),
        }
    }
}

/// A shipment whose verdict is such that the condition fails.
fn always(ground: &mut Ground<'_, '_>, property: usize) -> Made<Shown<Refuted>> {
    let side = ground.side;
    let conditions = &side.judge.program().properties[property];
    let mut fails = ground.space().constant(false);
    for (outcome, condition) in conditions.iter().enumerate() {
        let holds = ground.reader.truth(*condition, Space::SHIPMENT)?;
        fails = fails.or(&ground.judged.verdicts[outcome].and_not(&holds)?)?;
    }
    Ok(ground.show(&fails, |shipments| {
        let evaluation = shipments[0].evaluated(&side)?;
        let outcome = side.judge.possible(&evaluation).outcome()?;
        evaluation.truth(conditions[outcome], 0).is_false().then(|| (vec![shipments[0].clone()], vec![outcome]))
    }))
}

/// Two shipments that differ in one fact, of which the one with more has the looser verdict: a clause that decides for the one does not
/// stand for the other.
fn monotone(ground: &mut Ground<'_, '_>, path: &[(RecordId, FieldId)]) -> Made<Shown<Refuted>> {
    let side = ground.side;
    let Some(fact) = ground.space().fact_at(path) else { return Ok(Shown::Never) };
    let (judged, moved) = (ground.judged.clone(), ground.moved(fact)?);
    let more = ground.space().has_more()?;
    let mut shown = Shown::Never;
    for (clause, lost) in judged.lost(&moved)? {
        let Some(strict) = side.judge.program().clauses[clause].outcome else { continue };
        let mut looser = ground.space().constant(false);
        for after in &moved.verdicts[..strict] {
            looser = looser.or(after)?;
        }
        let fails = judged.verdicts[strict].and(&lost)?.and(&looser)?.and(&more)?;
        let found = ground.show(&fails, |shipments| {
            let outcomes = |at: &Shipment| Some(side.judge.possible(&at.evaluated(&side)?).outcomes);
            // Whatever the facts that the shipments leave open: the loosest of the one, the strictest of the other.
            let less = outcomes(&shipments[0])?.trailing_zeros() as usize;
            let more = outcomes(&shipments[1])?.checked_ilog2()? as usize;
            (more < less).then(|| (shipments.to_vec(), vec![less, more]))
        });
        match found {
            Shown::By(refuted) => return Ok(Shown::By(refuted)),
            Shown::Not(because) => shown = Shown::Not(because),
            Shown::Never => {}
        }
    }
    // The fact of one element is moved. Where others are judged by it too, that proves nothing of them.
    let is_in_list =
        path.iter().any(|(record, field)| matches!(side.judge.policy.records[*record].fields[*field].ty, Type::List(_)));
    Ok(match shown {
        Shown::Never if is_in_list && ground.reader.is_folded(fact) => {
            Shown::Not("of one element it is so; but others of the list are judged by what it says as well")
        }
        other => other,
    })
}
