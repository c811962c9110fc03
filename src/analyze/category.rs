//! Categories that can never decide: nothing asks for them, or no item meets their test.

use super::finding::{Answer, Finding, Undecided};
use super::ground::Ground;
use crate::check::{CheckedPolicy, FindingKind};
use crate::diagram::{Made, Outcome};
use crate::program::{Op, Program};
use crate::value::Value;
use std::collections::BTreeSet;

/// The places of the codes that some condition asks for.
pub(super) fn asked_for(program: &Program) -> BTreeSet<u32> {
    let mut asked = BTreeSet::new();
    for node in &program.nodes {
        match &node.op {
            Op::Within(_, places) => asked.extend(places.iter()),
            Op::Match { inside, .. } => asked.extend(inside.iter()),
            Op::OneOf(_, values) => asked.extend(values.iter().filter_map(|value| match value {
                Value::Code(code) => code.place,
                _ => None,
            })),
            _ => {}
        }
    }
    asked
}

pub(super) fn look(ground: &mut Ground<'_, '_>, asked: &BTreeSet<u32>, category: usize) -> Made<Answer> {
    let (policy, program) = (ground.side.judge.policy, ground.side.judge.program());
    let of = &policy.categories[category];
    let kind = FindingKind::DeadCategory;
    let found = |message: &str| Answer::Found(Finding::new(policy, kind, vec![of.code.to_string()], of.span, message.into()));
    if !is_asked_for(policy, asked, category) {
        return Ok(found("No condition asks for it, or for one above it or below it."));
    }
    let Some((scope, trace)) = &program.categories[category] else { return Ok(Answer::Fine) };
    // Where nothing stands, the policy says so itself.
    if matches!(program.nodes[trace.node as usize].op, Op::Constant(_)) {
        return Ok(Answer::Fine);
    }
    let Some(row) = ground.reader.row_of(program.record_of(*scope)) else { return Ok(Answer::Fine) };
    let test = ground.reader.truth(trace.node, row)?;
    Ok(match ground.space().realise(&test) {
        Outcome::Found(..) => Answer::Fine,
        Outcome::Impossible => found("No item meets its test."),
        Outcome::GivenUp => Answer::Unknown(Undecided {
            kind,
            subject: of.code.to_string(),
            because: "the search for an item was given up".into(),
        }),
    })
}

/// Some condition asks for a category, or for one below it.
fn is_asked_for(policy: &CheckedPolicy, asked: &BTreeSet<u32>, category: usize) -> bool {
    let of = &policy.categories[category];
    let own = policy.codes.place(&of.code).is_some_and(|place| asked.contains(&place));
    own || of.below.iter().any(|below| is_asked_for(policy, asked, *below))
}
