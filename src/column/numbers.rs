//! Amounts and days as scaled integers.

use super::bits::Bits;
use super::truths::Truths;
use crate::value::{Currency, Date, Number, Truth, Value};
use num_integer::Integer;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

/// What the integers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Numbers: shares, quantities in base units, decimals.
    Plain,
    /// Amounts of one currency.
    Money(Currency),
    /// Days after 1970-01-01.
    Days,
}

/// Amounts of one measure, each an integer divided by one scale for all. What is none (nobody stated it, a range, an amount that does not
/// fit) stands aside.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers {
    /// What the integers count.
    pub measure: Measure,
    /// Each integer is divided by this; above zero.
    pub scale: i64,
    /// The integers, one a row.
    pub at: Arc<Vec<i64>>,
    /// Where they count; none: everywhere.
    pub valid: Option<Bits>,
    /// What stands where they do not.
    pub missing: Value,
    /// Rows where neither counts, in order.
    pub others: Vec<(u32, Value)>,
}

impl Numbers {
    /// These values, if most of them are amounts of one measure.
    pub(super) fn of(values: &[Value]) -> Option<Numbers> {
        let measure = values.iter().find_map(measure)?;
        let parts: Vec<Option<(i64, i64)>> = values.iter().map(|value| parts(value, measure)).collect();
        let mut scale = 1i64;
        for (_, denominator) in parts.iter().flatten() {
            // Where no common scale fits, what does not fit stands aside.
            scale = checked_lcm(scale, *denominator).unwrap_or(scale);
        }
        let scaled = |part: &Option<(i64, i64)>| {
            let (numerator, denominator) = (*part)?;
            (scale % denominator == 0).then(|| numerator.checked_mul(scale / denominator)).flatten()
        };
        let at: Vec<Option<i64>> = parts.iter().map(scaled).collect();
        let missing = values.iter().zip(&at).find(|(_, at)| at.is_none()).map_or(Value::Unknown, |(value, _)| value.clone());
        let mut valid = Bits::same(values.len(), false);
        let mut others = Vec::new();
        for (row, (value, at)) in values.iter().zip(&at).enumerate() {
            match at {
                Some(_) => valid.set(row),
                None if *value == missing => {}
                None => others.push((row as u32, value.clone())),
            }
        }
        if others.len() * 2 > values.len() {
            return None;
        }
        let is_all = at.iter().all(Option::is_some);
        let at = Arc::new(at.into_iter().map(Option::unwrap_or_default).collect());
        Some(Numbers { measure, scale, at, valid: (!is_all).then_some(valid), missing, others })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// There are no rows.
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// The integers and their scale, where every row has one of the measure.
    pub fn whole(&self) -> Option<(Measure, &[i64], i64)> {
        (self.valid.is_none() && self.others.is_empty()).then_some((self.measure, &self.at, self.scale))
    }

    pub(super) fn get(&self, row: usize) -> Cow<'_, Value> {
        if let Ok(at) = self.others.binary_search_by_key(&(row as u32), |(row, _)| *row) {
            return Cow::Borrowed(&self.others[at].1);
        }
        if self.valid.as_ref().is_some_and(|valid| !valid.get(row)) {
            return Cow::Borrowed(&self.missing);
        }
        let number = || Number::ratio(self.at[row], self.scale).unwrap_or(Number::ZERO);
        Cow::Owned(match self.measure {
            Measure::Plain => Value::Number(number()),
            Measure::Money(currency) => Value::Money(number(), currency),
            Measure::Days => Value::Date(Date(i32::try_from(self.at[row]).unwrap_or_default())),
        })
    }

    pub(super) fn at(&self, rows: &[u32]) -> Numbers {
        let at = Arc::new(rows.iter().map(|row| self.at[*row as usize]).collect());
        let valid = self.valid.as_ref().map(|valid| {
            let mut of = Bits::same(rows.len(), false);
            rows.iter().enumerate().filter(|(_, from)| valid.get(**from as usize)).for_each(|(row, _)| of.set(row));
            of
        });
        let other = |from: u32| self.others.binary_search_by_key(&from, |(row, _)| *row).ok();
        let others = match self.others.is_empty() {
            true => Vec::new(),
            false => {
                let found =
                    rows.iter().enumerate().filter_map(|(row, from)| Some((row as u32, self.others[other(*from)?].1.clone())));
                found.collect()
            }
        };
        Numbers { measure: self.measure, scale: self.scale, at, valid, missing: self.missing.clone(), others }
    }

    /// Which rows compare so with one value; `say` is asked of what is no integer. Nothing where the value is of another measure.
    pub fn compare(&self, with: &Value, wanted: impl Fn(Ordering) -> bool, say: impl Fn(&Value) -> Truth) -> Option<Truths> {
        let (low, high) = self.span(with, wanted)?;
        Some(self.answered(self.between(low, high), say))
    }

    /// The integers that compare so with one value lie between these two, both included; nothing where they do not lie together, or the value is
    /// of another measure.
    pub(super) fn span(&self, with: &Value, wanted: impl Fn(Ordering) -> bool) -> Option<(i64, i64)> {
        let (numerator, denominator) = parts(with, self.measure)?;
        let product = i128::from(numerator) * i128::from(self.scale);
        let floor = i64::try_from(product.div_euclid(denominator.into())).ok()?;
        let is_exact = product % i128::from(denominator) == 0;
        // The integers that the value lies between, or is.
        let (below, above) = (if is_exact { floor.checked_sub(1)? } else { floor }, floor.checked_add(1)?);
        match (wanted(Ordering::Less), wanted(Ordering::Equal), wanted(Ordering::Greater)) {
            (true, false, true) => None,
            (true, true, true) => Some((i64::MIN, i64::MAX)),
            (true, equal, false) => Some((i64::MIN, if equal { floor } else { below })),
            (false, equal, true) => Some((if equal && is_exact { floor } else { above }, i64::MAX)),
            (false, true, false) if is_exact => Some((floor, floor)),
            (false, _, false) => Some((1, 0)),
        }
    }

    /// The least of the integers and how many there are up to the largest, where that is less than there are rows.
    pub(super) fn close_together(&self) -> Option<(i64, usize)> {
        let (least, most) = (self.at.iter().min()?, self.at.iter().max()?);
        let width = usize::try_from(most.checked_sub(*least)?).ok()?.checked_add(1)?;
        (width < self.at.len()).then_some((*least, width))
    }

    /// Which rows lie between two integers, both included.
    pub(super) fn between(&self, low: i64, high: i64) -> Bits {
        if low > high {
            return Bits::same(self.at.len(), false);
        }
        // Below the lower one, the distance wraps around to a large one.
        let width = high.wrapping_sub(low).cast_unsigned();
        Bits::of_rows(&self.at, |at| at.wrapping_sub(low).cast_unsigned() <= width)
    }

    /// True on these rows and false on the others; `say` is asked of what is no integer.
    pub(super) fn answered(&self, yes: Bits, say: impl Fn(&Value) -> Truth) -> Truths {
        let mut truths = Truths::known(yes);
        if let Some(valid) = &self.valid {
            let missing = say(&self.missing);
            truths.put(valid.others().iter().map(|row| (row, missing)));
        }
        if !self.others.is_empty() {
            truths.put(self.others.iter().map(|(row, value)| (*row as usize, say(value))));
        }
        truths
    }
}

fn measure(value: &Value) -> Option<Measure> {
    match value {
        Value::Number(_) => Some(Measure::Plain),
        Value::Money(_, currency) => Some(Measure::Money(*currency)),
        Value::Date(_) => Some(Measure::Days),
        _ => None,
    }
}

/// An amount of a measure as numerator and denominator, where these are small.
fn parts(value: &Value, of: Measure) -> Option<(i64, i64)> {
    match (value, of) {
        (Value::Number(number), Measure::Plain) => number.parts(),
        (Value::Money(number, currency), Measure::Money(other)) if *currency == other => number.parts(),
        (Value::Date(date), Measure::Days) => Some((date.0.into(), 1)),
        _ => None,
    }
}

fn checked_lcm(a: i64, b: i64) -> Option<i64> {
    (a / a.gcd(&b)).checked_mul(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_are_those_of_the_numbers() {
        let number = |text: &str| Number::parse(text).unwrap_or(Number::ZERO);
        let texts = ["0.0999", "0.1", "0.1001", "0", "-3", "50", "9223372036854775807", "0.5"];
        let values: Vec<Value> = texts.iter().map(|text| Value::Number(number(text))).chain([Value::Unknown]).collect();
        let Some(numbers) = Numbers::of(&values) else { unreachable!("these are numbers") };
        for with in ["0.1", "0.10005", "50", "0", "-4", "1e40", "0.333"] {
            for wanted in 0..8u8 {
                let wants = |order: Ordering| wanted & (1 << (order as i8 + 1)) != 0;
                let constant = Value::Number(number(with));
                let of = |value: &Value| match value {
                    Value::Number(value) => wants(value.cmp(&number(with))).into(),
                    _ => Truth::Unknown,
                };
                let Some(truths) = numbers.compare(&constant, wants, of) else { continue };
                for (row, value) in values.iter().enumerate() {
                    let expected = of(value);
                    assert_eq!(truths.get(row), expected, "{value:?} {with} {wanted:b}");
                }
            }
        }
    }
}
