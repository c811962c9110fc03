//! Values in words: the inverse of reading them.

use super::types::Type;
use super::vocabulary::Enum;
use crate::value::{Dimension, Number, Range, Truth, Unit, Value};

impl Type {
    /// A value of this type, as a person writes it.
    pub fn write(&self, enums: &[Enum], value: &Value) -> String {
        write(enums, self, value)
    }
}

fn write(enums: &[Enum], ty: &Type, value: &Value) -> String {
    match (value, ty) {
        (Value::Unknown, _) => "unknown".into(),
        (Value::Truth(Truth::Unknown), _) => "unknown".into(),
        (Value::Truth(truth), _) => {
            if truth.is_true() {
                "true".into()
            } else {
                "false".into()
            }
        }
        (Value::Number(number), _) => amount(number, ty),
        (Value::Range(range), _) => bounds(range, |number| amount(number, ty)),
        (Value::Money(number, currency), _) => format!("{} {currency}", money(number)),
        (Value::MoneyRange(range, currency), _) => bounds(range, |number| format!("{} {currency}", money(number))),
        (Value::Date(date), _) => date.to_string(),
        (Value::Duration(duration), _) => match duration {
            crate::value::Duration::Days(days) => format!("{days} days"),
            crate::value::Duration::Months(months) => format!("{months} months"),
        },
        (Value::Word(at), Type::Enum(id)) => enums[*id].words.get(*at as usize).map_or(String::new(), |word| word.name.clone()),
        (Value::Word(at), _) => at.to_string(),
        (Value::Text(text), Type::Text) => format!("\"{text}\""),
        (Value::Text(text), _) => text.to_string(),
        (Value::Country(country), _) => country.to_string(),
        (Value::Code(code), _) => code.code.to_string(),
        (Value::Set(set), ty) => {
            let of = match ty {
                Type::Set(of) => of,
                other => other,
            };
            let mut members: Vec<String> = set.members.iter().map(|member| write(enums, of, member)).collect();
            members.extend((!set.complete).then(|| "…".to_string()));
            if members.is_empty() { "none".into() } else { members.join(", ") }
        }
    }
}

/// An amount with its sign or unit.
fn amount(number: &Number, ty: &Type) -> String {
    match ty {
        Type::Percent => format!("{} %", number.times(&100.into())),
        Type::Quantity(dimension) => match readable_unit(*dimension, number) {
            Some(unit) => format!("{} {}", unit.from_base(number), unit.symbol),
            None => number.to_string(),
        },
        _ => number.to_string(),
    }
}

/// The first unit of a dimension, unless the amount is more readable in a later one.
fn readable_unit(dimension: Dimension, number: &Number) -> Option<&'static Unit> {
    let readable = |unit: &&'static Unit| {
        let amount = unit.from_base(number).magnitude();
        amount.is_zero() || (amount >= Number::ONE && !amount.decimal(6).ends_with('…'))
    };
    let plain = |unit: &&'static Unit| {
        !unit.from_base(number).decimal(6).ends_with('…') && unit.from_base(number).magnitude() >= Number::ONE
    };
    let first = dimension.unit()?;
    if plain(&first) {
        return Some(first);
    }
    Unit::all().filter(|unit| unit.dimension == dimension).find(readable).or(Some(first))
}

/// Money with two places at least, and more where it has more.
fn money(number: &Number) -> String {
    let short = number.decimal(2);
    if short.ends_with('…') {
        return number.decimal(6);
    }
    let places = short.split_once('.').map_or(0, |(_, places)| places.len());
    match places {
        0 => format!("{short}.00"),
        1 => format!("{short}0"),
        _ => short,
    }
}

fn bounds(range: &Range, word: impl Fn(&Number) -> String) -> String {
    match (&range.low, &range.high) {
        (Some(low), Some(high)) if low.at.is_zero() && !low.open => {
            format!("{} {}", if high.open { "below" } else { "at most" }, word(&high.at))
        }
        (Some(low), Some(high)) => format!("{} to {}", word(&low.at), word(&high.at)),
        (Some(low), None) if low.at.is_zero() => "unknown".into(),
        (Some(low), None) => format!("{} {}", if low.open { "more than" } else { "at least" }, word(&low.at)),
        (None, Some(high)) => format!("at most {}", word(&high.at)),
        (None, None) => "unknown".into(),
    }
}
