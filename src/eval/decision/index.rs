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
    /// Every test of it, and the clauses that make each.
    tests: Vec<FactTest>,
    clauses: Lists,
    /// The clauses that ask for what lies within a code, by the places of the codes there.
    within: Lists,
    /// Those that ask for a code of the policy, by its place.
    codes: Lists,
    values: HashMap<Value, Vec<u32>>,
    /// Tests that ask for so much, for so many clauses, that they are made where they are asked for.
    wide: Vec<u32>,
}

/// How many entries the lists of a fact may have.
const MOST_ENTRIES: usize = 1 << 20;

/// Lists by number, one behind the other.
#[derive(Debug, Clone, Default)]
struct Lists {
    /// Where each begins, and the last one ends.
    starts: Vec<u32>,
    all: Vec<u32>,
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
                            tests.push(Tests { fact, by_node: HashMap::new(), all: Vec::new(), clauses: Vec::new() });
                        }
                        tests[place].add(clause, test);
                    }
                }
            }
            *condition = Condition::all(parts.into_iter().map(|(part, _)| part).collect());
        }
        index.facts = tests.into_iter().map(Asked::new).collect();
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
                    passed.into_iter().flatten().for_each(|at| visit(asked, *at, Truth::True));
                    one.make(one.wide.iter().copied(), asked, row, &mut visit);
                }
                None => one.make(0..one.tests.len() as u32, asked, row, &mut visit),
            }
        }
    }
}

/// The tests of a fact while they are collected.
struct Tests {
    fact: Fact,
    by_node: HashMap<NodeId, u32>,
    all: Vec<FactTest>,
    /// Each test by its number, with a clause that makes it.
    clauses: Vec<(u32, u32)>,
}

impl Tests {
    fn add(&mut self, clause: u32, test: FactTest) {
        let number = *self.by_node.entry(test.node).or_insert(self.all.len() as u32);
        if number as usize == self.all.len() {
            self.all.push(test);
        }
        self.clauses.push((number, clause));
    }
}

impl Asked {
    fn new(tests: Tests) -> Asked {
        let clauses = Lists::new(tests.clauses);
        let (mut within, mut codes, mut values) = (Vec::new(), Vec::new(), HashMap::<_, Vec<u32>>::new());
        let (mut wide, mut left) = (Vec::new(), MOST_ENTRIES);
        for (number, test) in tests.all.iter().enumerate() {
            let asking = clauses.get(number as u32);
            let entries = asked_for(&test.question).saturating_mul(asking.len());
            if entries > left {
                wide.push(number as u32);
                continue;
            }
            left -= entries;
            for at in asking {
                match &test.question {
                    Question::Within(places) => within.extend(places.iter().map(|place| (place, *at))),
                    Question::Codes(_, places) => codes.extend(places.iter().map(|place| (*place, *at))),
                    Question::OneOf(of) => of.iter().for_each(|value| values.entry(value.clone()).or_default().push(*at)),
                    Question::Equal(value) => values.entry(value.clone()).or_default().push(*at),
                    _ => {}
                }
            }
        }
        values.values_mut().for_each(Vec::dedup);
        let (within, codes) = (Lists::new(within), Lists::new(codes));
        Asked { fact: tests.fact, tests: tests.all, clauses, within, codes, values, wide }
    }

    /// Makes some of the tests, and visits the clauses of those that do not fail.
    fn make(
        &self,
        tests: impl Iterator<Item = u32>,
        asked: &mut OnDemand<'_>,
        row: u32,
        visit: &mut impl FnMut(&mut OnDemand<'_>, u32, Truth),
    ) {
        for number in tests {
            let truth = self.tests[number as usize].truth(asked, row);
            if !truth.is_false() {
                self.clauses.get(number).iter().for_each(|at| visit(asked, *at, truth));
            }
        }
    }

    /// The clauses that get what they ask for from a value; nothing where that is not known for sure.
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
        let most = entries.last().map_or(0, |(number, _)| number + 1);
        let starts = (0..=most).map(|number| entries.partition_point(|(at, _)| *at < number) as u32).collect();
        Lists { starts, all: entries.into_iter().map(|(_, one)| one).collect() }
    }

    fn get(&self, number: u32) -> &[u32] {
        match (self.starts.get(number as usize), self.starts.get(number as usize + 1)) {
            (Some(start), Some(end)) => &self.all[*start as usize..*end as usize],
            _ => &[],
        }
    }
}

/// How many places or values a test asks for.
fn asked_for(question: &Question) -> usize {
    match question {
        Question::Within(places) => places.iter().count(),
        Question::Codes(_, places) => places.len(),
        Question::OneOf(values) => values.len(),
        _ => 1,
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
