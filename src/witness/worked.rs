//! Worked cases of a policy as shipments at hand.

use super::Shipment;
use crate::cases::{OTHERS, facts_of, readings_of};
use crate::check::{CheckedPolicy, Example};
use crate::facts::written_as_assumed;
use serde_json::Value as Json;

/// The worked cases that expect a clause, as shipments: under the readings that they choose, and with the other questions read in their first
/// way, and in their last.
pub fn worked<'p>(policy: &'p CheckedPolicy, clause: &'p str) -> impl Iterator<Item = Shipment> + 'p {
    let expects = move |example: &&Example| example.expects.iter().any(|one| one.clauses.iter().any(|name| name == clause));
    policy.examples.iter().filter(expects).flat_map(|example| shipments(policy, example))
}

fn shipments(policy: &CheckedPolicy, example: &Example) -> Vec<Shipment> {
    let Ok(facts) = facts_of(policy, example) else { return Vec::new() };
    let (facts, own) = (written_as_assumed(policy, &facts), readings_of(policy, example));
    let under = |readings: Vec<Option<usize>>| {
        let chosen = policy.questions.iter().zip(readings);
        let named = chosen.filter_map(|(question, at)| Some((question.name.clone(), question.readings[at?].name.clone())));
        Shipment { facts: facts.clone(), readings: named.collect() }
    };
    OTHERS.iter().map(|others| under(others(policy, &own))).collect()
}

impl Shipment {
    /// The same without facts and readings that can be left out while it is still accepted: each is tried once.
    #[must_use]
    pub fn spared(self, accept: impl Fn(&Shipment) -> bool) -> Shipment {
        let mut least = self;
        for question in least.readings.keys().cloned().collect::<Vec<_>>() {
            let mut less = least.clone();
            less.readings.remove(&question);
            least = if accept(&less) { less } else { least };
        }
        for path in paths(&least.facts) {
            let mut less = least.clone();
            if without(&mut less.facts, &path) && accept(&less) {
                least = less;
            }
        }
        least
    }
}

/// A step from a value into it: the name of a member, or the place of an element.
type Step = String;

/// The paths to all that a value holds, the last first, so that to take one out moves none that is still to come.
fn paths(value: &Json) -> Vec<Vec<Step>> {
    let inner: Vec<(Step, &Json)> = match value {
        Json::Object(members) => members.iter().map(|(name, inner)| (name.clone(), inner)).collect(),
        Json::Array(elements) => elements.iter().enumerate().map(|(at, inner)| (at.to_string(), inner)).collect(),
        _ => Vec::new(),
    };
    let below = |(step, inner): (Step, &Json)| {
        let whole = std::iter::once(vec![step.clone()]);
        let parts = paths(inner).into_iter().rev().map(move |path| [vec![step.clone()], path].concat());
        whole.chain(parts).collect::<Vec<_>>()
    };
    let mut found: Vec<Vec<Step>> = inner.into_iter().flat_map(below).collect();
    found.reverse();
    found
}

/// Takes out what a path leads to; whether it was there.
fn without(value: &mut Json, path: &[Step]) -> bool {
    let [step, rest @ ..] = path else { return false };
    match value {
        Json::Object(members) if rest.is_empty() => members.shift_remove(step).is_some(),
        Json::Object(members) => members.get_mut(step).is_some_and(|inner| without(inner, rest)),
        Json::Array(elements) => match step.parse::<usize>() {
            Ok(at) if at < elements.len() && rest.is_empty() => {
                elements.remove(at);
                true
            }
            Ok(at) => elements.get_mut(at).is_some_and(|inner| without(inner, rest)),
            Err(_) => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_nothing_hangs_on_is_left_out() {
        let facts = json!({"a": 1, "b": {"c": 2, "d": 3}, "e": [{"f": 4, "g": 5}, {"h": 6}]});
        let readings = [("q".to_string(), "yes".to_string()), ("r".to_string(), "no".to_string())].into();
        let needed = |at: &Shipment| {
            at.facts.pointer("/b/d").is_some() && at.facts.pointer("/e/0/g").is_some() && at.readings.contains_key("r")
        };
        let least = Shipment { facts, readings }.spared(needed);
        assert_eq!(least.facts, json!({"b": {"d": 3}, "e": [{"g": 5}]}));
        assert_eq!(least.readings.keys().collect::<Vec<_>>(), ["r"]);
    }
}
