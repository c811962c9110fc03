//! A value as written to a value of a type: the only way in for what somebody states of a fact.

use crate::check::{CheckedPolicy, Type, read_scalar};
use crate::diagnostic::Diagnostic;
use crate::value::{Date, Raw, RawKind, Set, Value};
use std::ops::RangeInclusive;
use std::sync::Arc;

pub(super) const TYPE: &str = "ukase::facts::type";

/// 1900-01-01: a day before it is a slip of the pen, `0205` for `2025`.
const EARLIEST: Date = Date(-25_567);
/// The days that a fact may state.
pub(super) const DAYS: RangeInclusive<Date> = EARLIEST..=Date::LAST;

/// Reads a value of a type that is no record, list or register; what is wrong with it goes to `problems`.
pub(super) fn read_value(policy: &CheckedPolicy, ty: &Type, raw: &Raw, problems: &mut Vec<Diagnostic>) -> Option<Value> {
    match ty {
        Type::Set(of) => set(policy, of, raw, problems),
        _ => scalar(policy, ty, raw).map_err(|problem| problems.push(*problem)).ok(),
    }
}

/// What is written is of another type.
pub(super) fn unfit(policy: &CheckedPolicy, ty: &Type, raw: &Raw, help: Option<String>) -> Diagnostic {
    let wanted = ty.describe(&policy.records, &policy.enums);
    Diagnostic::error(TYPE, raw.span, format!("{wanted} is expected, and this is {}", raw.kind.name())).maybe_help(help)
}

/// The elements of a list, and whether it is complete: `"…"` at its end leaves it open.
pub(super) fn closed(elements: &[Raw]) -> (&[Raw], bool) {
    match elements.split_last() {
        Some((Raw { kind: RawKind::Text(text), .. }, rest)) if is_open_end(text) => (rest, false),
        _ => (elements, true),
    }
}

/// What stands at the end of a list that goes on.
pub(super) fn is_open_end(text: &str) -> bool {
    text == "…" || text == "..."
}

/// What somebody meant who wrote a word where several can stand.
pub(super) fn in_brackets(text: &str) -> String {
    match text {
        "none" | "no" | "-" | "" => "write [] if there is none".into(),
        text => format!("write it in brackets: [\"{text}\"]"),
    }
}

fn scalar(policy: &CheckedPolicy, ty: &Type, raw: &Raw) -> Result<Value, Box<Diagnostic>> {
    let wrong = |help: Option<String>| Err(Box::new(unfit(policy, ty, raw, help)));
    let text = match (&raw.kind, ty) {
        (RawKind::Truth(value), Type::Truth) => return Ok((*value).into()),
        (RawKind::Text(text), Type::Truth) => {
            return wrong(Some(match text.to_lowercase().as_str() {
                small @ ("true" | "false") if small != text => format!("write it in small letters: {small}"),
                _ => "write true or false (in JSON without quotes), or leave it out where nobody knows".into(),
            }));
        }
        (RawKind::Number(_), Type::Truth) => {
            return wrong(Some("write true or false, or leave it out where nobody knows".into()));
        }
        (RawKind::Text(text), _) => text.as_str(),
        (RawKind::Number(text), Type::Integer | Type::Decimal | Type::Percent) => text.as_str(),
        (RawKind::Number(text), Type::Text | Type::Code) => return wrong(Some(format!("put it in quotes: \"{text}\""))),
        (RawKind::Number(text), Type::Money) => {
            return wrong(Some(format!("write the amount with its currency: \"{text} USD\"")));
        }
        (RawKind::Number(text), Type::Quantity(unit)) => {
            return wrong(Some(format!("write the amount with its unit: \"{text} {unit}\"")));
        }
        _ => return wrong(None),
    };
    match read_scalar(text, ty, &policy.enums, &policy.codes) {
        Ok(Value::Date(date)) if date < EARLIEST => {
            let message = format!("the year of {date} is hardly meant");
            Err(Box::new(Diagnostic::error(TYPE, raw.span, message).help("facts are of 1900 or later")))
        }
        Ok(value) => Ok(value),
        Err(misread) => Err(Box::new(Diagnostic::error(TYPE, raw.span, misread.message).maybe_help(misread.help))),
    }
}

fn set(policy: &CheckedPolicy, of: &Type, raw: &Raw, problems: &mut Vec<Diagnostic>) -> Option<Value> {
    let RawKind::List(elements) = &raw.kind else {
        let help = match &raw.kind {
            RawKind::Text(text) => in_brackets(text),
            _ => "write its members in brackets, [] if there is none".into(),
        };
        problems.push(unfit(policy, &Type::Set(Box::new(of.clone())), raw, Some(help)));
        return None;
    };
    let (elements, complete) = closed(elements);
    let members: Vec<Option<Value>> = elements
        .iter()
        .map(|element| {
            let found = match (&element.kind, of) {
                (RawKind::List(_) | RawKind::Object(_) | RawKind::Null, _) => Err(Box::new(unfit(policy, of, element, None))),
                _ => scalar(policy, of, element),
            };
            found.map_err(|problem| problems.push(*problem)).ok()
        })
        .collect();
    let members: Vec<Value> = members.into_iter().collect::<Option<_>>()?;
    Some(Value::Set(Arc::new(Set::new(members, complete))))
}
