//! From what a shipment says to the clauses that ask for it.

use super::condition::Condition;
use super::fact::{Fact, FactTest};
use super::on_demand::OnDemand;
use crate::check::CheckedPolicy;
use crate::eval::question::Question;
use crate::value::{Code, Truth, Value};
use std::collections::{HashMap, HashSet};

/// Clauses, by what they ask for.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    /// Those that ask for nothing that can be looked up.
    always: Vec<u32>,
    facts: Vec<Asked>,
}

/// A fact, and the clauses that ask for some of its values.
#[derive(Debug, Clone)]
struct Asked {
    fact: Fact,
    /// Those that ask for what lies within a code, by the places of the codes there.
    within: Lists,
    /// Those that ask for a code, by its place.
    codes: Lists,
    values: HashMap<Value, Vec<u32>>,
    /// All of them, with what they ask.
    all: Vec<(u32, FactTest)>,
}

/// Lists of clauses by number, one behind the other.
#[derive(Debug, Clone, Default)]
struct Lists {
    /// Where each begins, and the last one ends.
    starts: Vec<u32>,
    clauses: Vec<u32>,
}

/// What a test asks for.
enum Wanted {
    /// A code at one of these places.
    Within(Vec<u32>),
    /// One of the codes at these places.
    Codes(Vec<u32>),
    /// One of these values.
    Values(Vec<Value>),
}

impl Index {
    /// An index of clauses, each with its condition; takes out of each what is looked up.
    pub(super) fn new(policy: &CheckedPolicy, clauses: Vec<(u32, &mut Condition)>) -> Index {
        let asking: Vec<(u32, &mut Condition, Vec<Condition>)> = clauses
            .into_iter()
            .map(|(at, condition)| {
                let parts = std::mem::replace(condition, Condition::All(Box::default())).into_parts();
                (at, condition, parts)
            })
            .collect();
        let told_apart = told_apart(policy, asking.iter().flat_map(|(_, _, parts)| parts));
        let mut index = Index::default();
        let mut groups: Vec<(Fact, Vec<(u32, FactTest, Wanted)>)> = Vec::new();
        let mut places = HashMap::new();
        for (at, condition, mut parts) in asking {
            // The fact whose values the clauses divide most is the one to look up.
            let value = |part: &Condition| lookup(policy, part).and_then(|(fact, _)| told_apart.get(&fact)).copied();
            let best = (0..parts.len()).max_by_key(|part| value(&parts[*part]));
            match best.and_then(|best| Some((best, lookup(policy, &parts[best])?))) {
                None => index.always.push(at),
                Some((best, (fact, wanted))) => {
                    let place = *places.entry(fact.clone()).or_insert(groups.len());
                    if place == groups.len() {
                        groups.push((fact, Vec::new()));
                    }
                    if let Condition::Fact(test) = parts.remove(best) {
                        groups[place].1.push((at, test, wanted));
                    }
                }
            }
            *condition = Condition::all(parts);
        }
        index.facts = groups.into_iter().map(|(fact, asking)| Asked::new(fact, asking)).collect();
        index
    }

    /// Calls `visit` with each clause that may apply on a row, and with what is known of the part of its condition that was taken out.
    pub(super) fn candidates(
        &self,
        policy: &CheckedPolicy,
        asked: &mut OnDemand<'_>,
        row: u32,
        mut visit: impl FnMut(&mut OnDemand<'_>, u32, Truth),
    ) {
        for at in &self.always {
            visit(asked, *at, Truth::True);
        }
        for one in &self.facts {
            match one.sure(policy, one.fact.value(asked, row)) {
                Some(clauses) => clauses.into_iter().flatten().for_each(|at| visit(asked, *at, Truth::True)),
                None => {
                    for (at, test) in &one.all {
                        let truth = test.truth(asked, row);
                        if !truth.is_false() {
                            visit(asked, *at, truth);
                        }
                    }
                }
            }
        }
    }
}

impl Asked {
    fn new(fact: Fact, asking: Vec<(u32, FactTest, Wanted)>) -> Asked {
        let (mut within, mut codes, mut values) = (Vec::new(), Vec::new(), HashMap::<_, Vec<u32>>::new());
        for (at, _, wanted) in &asking {
            match wanted {
                Wanted::Within(places) => within.extend(places.iter().map(|place| (*place, *at))),
                Wanted::Codes(places) => codes.extend(places.iter().map(|place| (*place, *at))),
                Wanted::Values(of) => of.iter().for_each(|value| values.entry(value.clone()).or_default().push(*at)),
            }
        }
        values.values_mut().for_each(Vec::dedup);
        let all = asking.into_iter().map(|(at, test, _)| (at, test)).collect();
        Asked { fact, within: Lists::new(within), codes: Lists::new(codes), values, all }
    }

    /// The clauses that get what they ask for from a value; nothing where that is not known for sure.
    fn sure(&self, policy: &CheckedPolicy, value: &Value) -> Option<[&[u32]; 3]> {
        let of_value = if self.values.is_empty() { &[] } else { self.values.get(value).map_or(&[][..], Vec::as_slice) };
        match value {
            Value::Code(code) => {
                let within = code.place.map_or(&[][..], |place| self.within.get(place));
                let codes = code.place.filter(|place| is_code(policy, *place, &code.code));
                Some([within, codes.map_or(&[][..], |place| self.codes.get(place)), of_value])
            }
            Value::Country(_) | Value::Word(_) | Value::Text(_) | Value::Date(_) => Some([of_value, &[], &[]]),
            _ => None,
        }
    }
}

impl Lists {
    fn new(mut entries: Vec<(u32, u32)>) -> Lists {
        entries.sort_unstable();
        entries.dedup();
        let most = entries.last().map_or(0, |(place, _)| place + 1);
        let starts = (0..=most).map(|place| entries.partition_point(|(at, _)| *at < place) as u32).collect();
        Lists { starts, clauses: entries.into_iter().map(|(_, clause)| clause).collect() }
    }

    fn get(&self, place: u32) -> &[u32] {
        match (self.starts.get(place as usize), self.starts.get(place as usize + 1)) {
            (Some(start), Some(end)) => &self.clauses[*start as usize..*end as usize],
            _ => &[],
        }
    }
}

fn is_code(policy: &CheckedPolicy, place: u32, code: &Code) -> bool {
    policy.codes.get(place) == code
}

/// How many values of each fact are asked for.
fn told_apart<'a>(policy: &CheckedPolicy, parts: impl Iterator<Item = &'a Condition>) -> HashMap<Fact, usize> {
    let mut found: HashMap<Fact, (HashSet<u32>, HashSet<Value>)> = HashMap::new();
    for (fact, wanted) in parts.filter_map(|part| lookup(policy, part)) {
        let (places, values) = found.entry(fact).or_default();
        match wanted {
            Wanted::Within(of) | Wanted::Codes(of) => places.extend(of),
            Wanted::Values(of) => values.extend(of),
        }
    }
    found.into_iter().map(|(fact, (places, values))| (fact, places.len() + values.len())).collect()
}

/// What a part of a condition asks for, where that can be looked up.
fn lookup(policy: &CheckedPolicy, part: &Condition) -> Option<(Fact, Wanted)> {
    let Condition::Fact(test) = part else { return None };
    let wanted = match &test.question {
        Question::Within(places) => Wanted::Within(places.iter().collect()),
        Question::Codes(codes, places) if codes.iter().all(|code| is_known(policy, code)) => {
            Wanted::Codes(places.iter().collect())
        }
        Question::OneOf(constants) if constants.iter().all(is_plain) => Wanted::Values(constants.to_vec()),
        Question::Equal(value) if is_plain(value) => Wanted::Values(vec![value.clone()]),
        _ => return None,
    };
    Some((test.seen(), wanted))
}

/// Equal ones are the same value.
fn is_plain(value: &Value) -> bool {
    matches!(value, Value::Country(_) | Value::Word(_) | Value::Text(_) | Value::Date(_))
}

/// A code that stands in the policy.
fn is_known(policy: &CheckedPolicy, value: &Value) -> bool {
    matches!(value, Value::Code(code) if code.place.is_some_and(|place| is_code(policy, place, &code.code)))
}
