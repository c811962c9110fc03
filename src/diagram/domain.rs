//! What facts, questions and days can be, on all sides: one value of each region that some version tells apart.

use super::side::Side;
use super::space::Space;
use crate::check::{CheckedPolicy, Field, Type};
use crate::value::{Classified, Date, Set, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Facts are not dated before this year.
const EARLIEST_YEAR: i64 = 1900;

/// The values of a fact: one of each region, on each side.
pub(super) struct Domain {
    /// For each side its values; the same place is the same value.
    values: Vec<Vec<Value>>,
    /// The value of which the policy says least.
    plainest: usize,
    /// Every region has a value here.
    is_whole: bool,
}

impl Domain {
    pub(super) fn plainest(&self) -> usize {
        self.plainest
    }

    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    pub(super) fn of_side(&self, side: usize) -> &[Value] {
        &self.values[side]
    }
}

impl Space<'_> {
    /// The two sides say the same of facts, so that what they calculate can be compared.
    pub(super) fn shares_vocabulary(&self) -> bool {
        let first = &self.sides[0].judge.policy;
        self.sides.iter().all(|side| {
            let policy = side.judge.policy;
            std::ptr::eq(policy, *first) || (words_of(policy) == words_of(first) && policy.codes.iter().eq(first.codes.iter()))
        })
    }

    /// The values of a fact on a side.
    pub(super) fn values(&mut self, record: &str, field: &Arc<str>) -> Arc<Domain> {
        let key = (record.to_string(), field.clone());
        if let Some(known) = self.domains.get(&key) {
            return known.clone();
        }
        let domain = Arc::new(self.domain(record, field));
        self.domains.insert(key, domain.clone());
        domain
    }

    /// One value of each region of all sides.
    pub(super) fn domain(&self, record: &str, field: &str) -> Domain {
        let mut columns: Vec<Vec<Value>> = vec![Vec::new(); self.sides.len()];
        let mut seen: BTreeSet<Vec<Value>> = BTreeSet::new();
        let mut is_whole = true;
        for side in &self.sides {
            let policy = side.judge.policy;
            let Some((at, place)) = place_of(policy, record, field) else { continue };
            let ty = &policy.records[at].fields[place].ty;
            let days: Vec<Date> = if *ty == Type::Date { self.judged_days() } else { Vec::new() };
            let days: Vec<Value> = days.into_iter().map(Value::Date).collect();
            let (candidates, all) = side.judge.regions().of_field(policy, at, place, &ty.unstated(), &days);
            is_whole &= all;
            for value in candidates.into_iter().filter(is_meant) {
                let row: Vec<Value> = self.sides.iter().map(|to| translated(&value, policy, to.judge.policy, ty)).collect();
                if seen.insert(row.clone()) {
                    columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
                }
            }
        }
        let newest = &self.sides[self.sides.len() - 1].judge;
        let said = |value: &Value| {
            let place = place_of(newest.policy, record, field);
            place.map_or(0, |(record, field)| newest.regions().satisfied(record, field, value))
        };
        let last = columns.last().into_iter().flatten();
        let plainest = last.enumerate().min_by_key(|(_, value)| said(value)).map_or(0, |(at, _)| at);
        Domain { values: columns, plainest, is_whole }
    }

    /// The reading of a question that is read in one way: because it was chosen, or because guidance settles it on every side alike, where
    /// the days are fixed.
    pub(super) fn settled(&self, question: &str) -> Option<String> {
        if let Some(chosen) = self.chosen.get(question) {
            return Some(chosen.clone());
        }
        let of_side = |side: &Side<'_>| {
            let policy = side.judge.policy;
            let at = policy.questions.iter().position(|one| one.name == question)?;
            let out = |(published, ..): &&(Date, usize, usize)| side.day.is_some_and(|day| *published <= day);
            let (_, reading, _) = side.judge.program().guidance[at].iter().rev().find(out)?;
            Some(policy.questions[at].readings[*reading].name.clone())
        };
        let first = of_side(&self.sides[0])?;
        self.sides.iter().all(|side| of_side(side).as_ref() == Some(&first)).then_some(first)
    }

    /// The readings of a question on any side, by their names.
    pub(super) fn readings(&self, question: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let questions = self.sides.iter().flat_map(|side| &side.judge.policy.questions).filter(|one| one.name == question);
        for reading in questions.flat_map(|one| &one.readings) {
            if !found.contains(&reading.name) {
                found.push(reading.name.clone());
            }
        }
        found
    }

    /// The days that the sides may be judged on, and those after them.
    fn judged_days(&self) -> Vec<Date> {
        let fixed = self.sides.iter().filter_map(|side| side.day);
        fixed.chain(self.days()).flat_map(|day| [day, day.plus_days(1)]).collect()
    }

    /// The days that are told apart, where a side does not fix the day.
    pub fn days(&self) -> Vec<Date> {
        let days = self.sides.iter().filter(|side| side.day.is_none());
        let days: BTreeSet<Date> = days.flat_map(|side| side.judge.regions().of_day(side.judge.program(), &[])).collect();
        days.into_iter().collect()
    }
}

/// The place of a field by its names.
pub(super) fn place_of(policy: &CheckedPolicy, record: &str, field: &str) -> Option<(usize, usize)> {
    let at = policy.records.iter().position(|one| one.name == record)?;
    Some((at, policy.records[at].field(field)?))
}

/// Everything that facts can say.
fn words_of(policy: &CheckedPolicy) -> Vec<(String, String)> {
    let field = |field: &Field| format!("{} {:?}", field.name, field.ty);
    let records = policy.records.iter().map(|one| (one.name.clone(), one.fields.iter().map(field).collect::<Vec<_>>().join(",")));
    let enums = policy
        .enums
        .iter()
        .map(|one| (one.name.clone(), one.words.iter().map(|word| word.name.as_str()).collect::<Vec<_>>().join(",")));
    records.chain(enums).collect()
}

/// A day so early is nobody's, but for the first one, by which a vocabulary says "always".
fn is_meant(value: &Value) -> bool {
    !matches!(value, Value::Date(day) if *day != Date::FIRST && day.year() < EARLIEST_YEAR)
}

/// A value as another policy has it; one that it has no word for is none that it knows.
fn translated(value: &Value, from: &CheckedPolicy, to: &CheckedPolicy, ty: &Type) -> Value {
    if std::ptr::eq(from, to) {
        return value.clone();
    }
    match (value, ty) {
        (Value::Word(at), Type::Enum(id)) => {
            let of = &from.enums[*id];
            let word = &of.words[*at as usize].name;
            let other = to.enums.iter().find(|other| other.name == of.name);
            let place = other.and_then(|other| other.words.iter().position(|one| one.name == *word));
            place.map_or_else(|| Value::Text(word.as_str().into()), |place| Value::Word(place as u32))
        }
        (Value::Code(code), _) => Value::Code(Classified { place: to.codes.place(&code.code), code: code.code.clone() }),
        (Value::Set(set), Type::Set(of)) => {
            let members = set.members.iter().map(|member| translated(member, from, to, of)).collect();
            Value::Set(Arc::new(Set::new(members, set.complete)))
        }
        _ => value.clone(),
    }
}
