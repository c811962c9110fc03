//! From what a shipment says to the clauses that ask for it.

use super::condition::Condition;
use super::fact::{Fact, FactTest};
use super::on_demand::OnDemand;
use crate::check::CheckedPolicy;
use crate::eval::question::Question;
use crate::program::NodeId;
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
    /// Every test of it, with the clauses that make it.
    tests: Vec<(FactTest, Vec<u32>)>,
    /// The tests that a code passes by the place that it lies within, by place.
    within: Lists,
    /// Those that a code of the policy passes, by its place.
    codes: Lists,
    values: HashMap<Value, Vec<u32>>,
}

/// Lists of tests by number, one behind the other.
#[derive(Debug, Clone, Default)]
struct Lists {
    /// Where each begins, and the last one ends.
    starts: Vec<u32>,
    tests: Vec<u32>,
}

/// A clause with its condition, and the parts of that, each with the fact that can be looked up for it.
struct Asking<'c> {
    clause: u32,
    condition: &'c mut Condition,
    parts: Vec<(Condition, Option<Fact>)>,
}

impl Index {
    /// An index of clauses, each with its condition; takes out of each what is looked up.
    pub(super) fn new(policy: &CheckedPolicy, clauses: Vec<(u32, &mut Condition)>) -> Index {
        let mut known = HashMap::new();
        let asking = clauses.into_iter().map(|(clause, condition)| {
            let parts = std::mem::replace(condition, Condition::All(Box::default())).into_parts();
            let with_fact = |part: Condition| {
                let fact = fact(policy, &part, &mut known);
                (part, fact)
            };
            Asking { clause, condition, parts: parts.into_iter().map(with_fact).collect() }
        });
        let asking: Vec<Asking<'_>> = asking.collect();
        let told_apart = told_apart(asking.iter().flat_map(|one| &one.parts));
        let mut index = Index::default();
        let mut places: HashMap<Fact, usize> = HashMap::new();
        let mut tests: Vec<Tests> = Vec::new();
        for Asking { clause, condition, mut parts } in asking {
            // The fact whose values the clauses divide most is the one to look up.
            let value = |at: &usize| parts[*at].1.as_ref().and_then(|fact| told_apart.get(fact)).copied();
            match (0..parts.len()).filter(|at| parts[*at].1.is_some()).max_by_key(value) {
                None => index.always.push(clause),
                Some(best) => {
                    if let (Condition::Fact(test), Some(fact)) = parts.remove(best) {
                        let place = *places.entry(fact.clone()).or_insert(tests.len());
                        if place == tests.len() {
                            tests.push(Tests { fact, by_node: HashMap::new(), all: Vec::new() });
                        }
                        tests[place].add(clause, test);
                    }
                }
            }
            *condition = Condition::all(parts.into_iter().map(|(part, _)| part).collect());
        }
        index.facts = tests.into_iter().map(|tests| Asked::new(tests.fact, tests.all)).collect();
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
            match one.passed(policy, one.fact.value(asked, row)) {
                Some(passed) => {
                    let clauses = passed.into_iter().flatten().flat_map(|test| &one.tests[*test as usize].1);
                    clauses.for_each(|at| visit(asked, *at, Truth::True));
                }
                None => {
                    for (test, clauses) in &one.tests {
                        let truth = test.truth(asked, row);
                        if !truth.is_false() {
                            clauses.iter().for_each(|at| visit(asked, *at, truth));
                        }
                    }
                }
            }
        }
    }
}

/// The tests of a fact while they are collected.
struct Tests {
    fact: Fact,
    by_node: HashMap<NodeId, usize>,
    all: Vec<(FactTest, Vec<u32>)>,
}

impl Tests {
    fn add(&mut self, clause: u32, test: FactTest) {
        let at = *self.by_node.entry(test.node).or_insert(self.all.len());
        if at == self.all.len() {
            self.all.push((test, Vec::new()));
        }
        self.all[at].1.push(clause);
    }
}

impl Asked {
    fn new(fact: Fact, tests: Vec<(FactTest, Vec<u32>)>) -> Asked {
        let (mut within, mut codes, mut values) = (Vec::new(), Vec::new(), HashMap::<_, Vec<u32>>::new());
        for (at, (test, _)) in tests.iter().enumerate() {
            let at = at as u32;
            match &test.question {
                Question::Within(places) => within.extend(places.iter().map(|place| (place, at))),
                Question::Codes(_, places) => codes.extend(places.iter().map(|place| (*place, at))),
                Question::OneOf(of) => of.iter().for_each(|value| values.entry(value.clone()).or_default().push(at)),
                Question::Equal(value) => values.entry(value.clone()).or_default().push(at),
                _ => {}
            }
        }
        values.values_mut().for_each(Vec::dedup);
        Asked { fact, tests, within: Lists::new(within), codes: Lists::new(codes), values }
    }

    /// The tests that a value passes; nothing where that is not known for sure.
    fn passed(&self, policy: &CheckedPolicy, value: &Value) -> Option<[&[u32]; 2]> {
        match value {
            Value::Code(code) => {
                let within = code.place.map_or(&[][..], |place| self.within.get(place));
                let codes = code.place.filter(|place| is_code(policy, *place, &code.code));
                Some([within, codes.map_or(&[][..], |place| self.codes.get(place))])
            }
            value if is_plain(value) => Some([self.values.get(value).map_or(&[][..], Vec::as_slice), &[]]),
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
        Lists { starts, tests: entries.into_iter().map(|(_, test)| test).collect() }
    }

    fn get(&self, place: u32) -> &[u32] {
        match (self.starts.get(place as usize), self.starts.get(place as usize + 1)) {
            (Some(start), Some(end)) => &self.tests[*start as usize..*end as usize],
            _ => &[],
        }
    }
}

/// How many values of each fact are asked for.
fn told_apart<'a>(parts: impl Iterator<Item = &'a (Condition, Option<Fact>)>) -> HashMap<Fact, usize> {
    let mut found: HashMap<&Fact, HashMap<NodeId, &Question>> = HashMap::new();
    for part in parts {
        if let (Condition::Fact(test), Some(fact)) = part {
            found.entry(fact).or_default().insert(test.node, &test.question);
        }
    }
    let count = |questions: HashMap<NodeId, &Question>| {
        let (mut places, mut values) = (HashSet::new(), HashSet::new());
        for question in questions.into_values() {
            match question {
                Question::Within(of) => places.extend(of.iter()),
                Question::Codes(_, of) => places.extend(of.iter().copied()),
                Question::OneOf(of) => values.extend(of.iter()),
                Question::Equal(value) => _ = values.insert(value),
                _ => {}
            }
        }
        places.len() + values.len()
    };
    found.into_iter().map(|(fact, questions)| (fact.clone(), count(questions))).collect()
}

/// The fact that a part of a condition asks, where what it asks for can be looked up; `known` remembers that of tests of many values.
fn fact(policy: &CheckedPolicy, part: &Condition, known: &mut HashMap<NodeId, bool>) -> Option<Fact> {
    let Condition::Fact(test) = part else { return None };
    let can_be_looked_up = || match &test.question {
        Question::Within(places) => places.iter().next().is_some(),
        Question::Codes(codes, _) => !codes.is_empty() && codes.iter().all(|code| is_known(policy, code)),
        Question::OneOf(constants) => !constants.is_empty() && constants.iter().all(is_plain),
        Question::Equal(value) => is_plain(value),
        _ => false,
    };
    known.entry(test.node).or_insert_with(can_be_looked_up).then(|| test.seen())
}

/// Equal ones are the same value.
fn is_plain(value: &Value) -> bool {
    matches!(value, Value::Country(_) | Value::Word(_) | Value::Text(_) | Value::Date(_))
}

/// A code that stands in the policy.
fn is_known(policy: &CheckedPolicy, value: &Value) -> bool {
    matches!(value, Value::Code(code) if code.place.is_some_and(|place| is_code(policy, place, &code.code)))
}

fn is_code(policy: &CheckedPolicy, place: u32, code: &Code) -> bool {
    policy.codes.get(place) == code
}
