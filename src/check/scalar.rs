//! Texts as values of a type: the same reading for lists, defaults, examples and facts.

use super::policy::CodeTable;
use super::types::Type;
use super::vocabulary::{Enum, Word};
use crate::diagnostic::nearest;
use crate::value::{Bound, Classified, Code, Country, Currency, Date, Number, Range, Unit, Value};

/// Why a text is not a value of a type, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misread {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Misread {
    fn new(message: impl Into<String>) -> Misread {
        Misread { message: message.into(), help: None }
    }

    fn help(self, help: impl Into<String>) -> Misread {
        Misread { help: Some(help.into()), ..self }
    }
}

/// Reads a text as a value of a type that is not a record, list or set.
pub fn read_scalar(text: &str, ty: &Type, enums: &[Enum], codes: &CodeTable) -> Result<Value, Misread> {
    match ty {
        Type::Truth => match text {
            "true" => Ok(true.into()),
            "false" => Ok(false.into()),
            _ => Err(Misread::new(format!("`{text}` is neither true nor false"))),
        },
        Type::Integer => match Number::parse(text) {
            Some(number) if number.is_integer() => not_negative(number).map(Value::Number),
            _ => Err(Misread::new(format!("`{text}` is not a whole number"))),
        },
        Type::Decimal => read_number(text).and_then(not_negative).map(Value::Number),
        Type::Percent => limit(text, read_share),
        Type::Money => read_money(text),
        Type::Quantity(dimension) => limit(text, |text| read_quantity(text, *dimension)),
        Type::Date => Date::parse(text).map(Value::Date).ok_or_else(|| {
            Misread::new(format!("`{text}` is not a day of the calendar")).help("a date is written year, month, day: 2025-12-01")
        }),
        Type::Text => Ok(Value::Text(text.into())),
        Type::Country => Country::parse(text).map(Value::Country).ok_or_else(|| unknown_country(text)),
        Type::Code => read_code(text, codes),
        Type::Enum(id) => read_word(text, &enums[*id]),
        _ => Err(Misread::new("this is not a single value")),
    }
}

fn read_number(text: &str) -> Result<Number, Misread> {
    Number::parse(text).ok_or_else(|| {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
            && text.bytes().any(|byte| byte.is_ascii_digit());
        let what = if is_number { "is not a number that can be kept exactly" } else { "is not a number" };
        let misread = Misread::new(match text.trim() {
            "" => "no number stands at the beginning".into(),
            _ => format!("`{}` {what}", clipped(text)),
        });
        if text.contains(',') {
            misread.help("write a decimal point, and no separators: 1234.50")
        } else if text.trim().is_empty() || text.starts_with(' ') {
            misread.help("leave out the blanks in front of it")
        } else if text.starts_with(['+', '.']) {
            misread.help("a number begins with a digit: 3, 0.5")
        } else {
            misread
        }
    })
}

fn clipped(text: &str) -> String {
    if text.chars().count() > 40 { format!("{}…", text.chars().take(40).collect::<String>()) } else { text.to_string() }
}

fn not_negative(number: Number) -> Result<Number, Misread> {
    if number.is_negative() { Err(Misread::new(format!("{number} is below zero, and an amount cannot be"))) } else { Ok(number) }
}

/// `"<0.01%"`: below detection, somewhere from zero up to there.
fn limit(text: &str, read: impl Fn(&str) -> Result<Number, Misread>) -> Result<Value, Misread> {
    match text.strip_prefix('<') {
        Some(rest) => {
            let at = read(rest.trim())?;
            let range = Range { low: Some(Bound::closed(Number::ZERO)), high: Some(Bound { at, open: true }) };
            Ok(Value::Range(range.into()))
        }
        None => read(text).map(Value::Number),
    }
}

fn read_share(text: &str) -> Result<Number, Misread> {
    let share = match text.strip_suffix('%') {
        Some(percent) => read_number(percent.trim_end())?.over(&100.into()).unwrap_or(Number::ZERO),
        None => read_number(text)?,
    };
    if share > Number::ONE {
        let misread = Misread::new(format!("a share of {} is more than the whole", percent(&share)));
        return Err(misread.help("a share is at most \"100%\", or 1 as a fraction"));
    }
    not_negative(share)
}

fn percent(share: &Number) -> String {
    format!("{} %", share.times(&100.into()))
}

fn read_money(text: &str) -> Result<Value, Misread> {
    let (amount, currency) = text.split_once(' ').ok_or_else(|| {
        Misread::new(format!("`{}` is not an amount of money", clipped(text)))
            .help("write the amount and its currency: \"1200.00 USD\"")
    })?;
    if Currency::parse(amount).is_some() {
        let misread = Misread::new(format!("`{}` begins with its currency", clipped(text)));
        return Err(misread.help(format!("write the amount first: \"{} {amount}\"", currency.trim())));
    }
    let amount = not_negative(read_number(amount)?)?;
    match Currency::parse(currency.trim()) {
        Some(currency) => Ok(Value::Money(amount, currency)),
        None => Err(Misread::new(format!("`{}` is not a currency", clipped(currency))).help(
            match Currency::parse(&currency.trim().to_uppercase()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "currencies are ISO 4217 codes such as USD".into(),
            },
        )),
    }
}

/// Words for masses that are no unit here.
const MASSES: &[&str] = &["lb", "lbs", "pound", "pounds", "oz", "ton", "tons", "tonne", "tonnes", "kilo", "kilos", "kgs"];

fn read_quantity(text: &str, dimension: crate::value::Dimension) -> Result<Number, Misread> {
    let (amount, symbol) = text.split_once(' ').ok_or_else(|| {
        Misread::new(format!("`{}` has no unit", clipped(text)))
            .help(format!("write the amount, a blank and the unit: \"1.5 {dimension}\""))
    })?;
    let symbol = symbol.trim();
    let amount = read_number(amount)?;
    let unit = Unit::find(symbol).ok_or_else(|| {
        let misread = Misread::new(format!("`{}` is not a unit", clipped(symbol)));
        match nearest(symbol, Unit::symbols()) {
            _ if MASSES.contains(&symbol.to_lowercase().as_str()) => misread.help("masses are given in g, kg or t"),
            Some(near) => misread.help(format!("did you mean `{near}`?")),
            None => misread.help(format!("use a unit such as {dimension}")),
        }
    })?;
    if unit.dimension != dimension {
        return Err(Misread::new(format!("`{symbol}` does not measure what is asked for"))
            .help(format!("use a unit such as {dimension}")));
    }
    not_negative(unit.to_base(&amount))
}

fn unknown_country(text: &str) -> Misread {
    let misread = Misread::new(format!("`{}` is not a country", clipped(text)));
    let upper = text.to_uppercase();
    match Country::parse(&upper) {
        Some(country) => misread.help(format!("did you mean `{country}`?")),
        None if upper == "UK" => misread.help("the United Kingdom is `GB`"),
        None if upper == "EU" => misread.help("name the member state"),
        None => misread.help("countries are ISO 3166-1 alpha-2 codes such as CN"),
    }
}

/// `1c905a4` and `1C905.a.4`.
fn is_same_but_for_signs(a: &str, b: &str) -> bool {
    let plain =
        |text: &str| text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase()).collect::<Vec<_>>();
    plain(a) == plain(b)
}

fn read_code(text: &str, codes: &CodeTable) -> Result<Value, Misread> {
    match Code::parse(text) {
        Some(code) => match codes.place(&code) {
            None => match codes.iter().find(|known| is_same_but_for_signs(known, &code)) {
                Some(known) => {
                    let misread = Misread::new(format!("`{code}` is no code of the policy, and close to one"));
                    Err(misread.help(format!("did you mean `{known}`?")))
                }
                None => Ok(Value::Code(Classified { place: None, code })),
            },
            place => Ok(Value::Code(Classified { place, code })),
        },
        None => Err(Misread::new(format!("`{}` is not a code", clipped(text)))
            .help("a code is letters and digits in segments, without blanks: 1C905.a.4")),
    }
}

fn read_word(text: &str, one: &Enum) -> Result<Value, Misread> {
    if let Some(at) = one.words.iter().position(|word| word.name == text) {
        return Ok(Value::Word(at as u32));
    }
    // Where other words are allowed, one that is a slip of the pen must not pass for another word in silence.
    let lower = text.to_lowercase();
    let is_slip = |word: &&Word| {
        let name = word.name.to_lowercase();
        name == lower
            || word.title.text.to_lowercase() == lower
            || (name.len() > 4 && strsim::damerau_levenshtein(&name, &lower) == 1)
    };
    if one.open && !text.is_empty() {
        return match one.words.iter().find(is_slip) {
            Some(word) => {
                let misread = Misread::new(format!("`{}` is not a word of `{}`, and close to one", clipped(text), one.name));
                Err(misread.help(format!("did you mean `{}`?", word.name)))
            }
            None => Ok(Value::Text(text.into())),
        };
    }
    let misread = Misread::new(format!("`{}` is not a word of `{}`", clipped(text), one.name));
    Err(match nearest(text, one.words.iter().map(|word| word.name.as_str())) {
        Some(near) => misread.help(format!("did you mean `{near}`?")),
        None => misread.help(format!("its words are {}", list_of(one.words.iter().map(|word| word.name.as_str())))),
    })
}

/// Names for a message, cut where there are many.
pub fn list_of<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    let shown = names.iter().take(12).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > 12 { format!("{shown} and {} more", names.len() - 12) } else { shown }
}
