//! Exact rational numbers.
//!
//! Small ones are two machine words and never touch the heap; large ones are [`BigRational`]. There is no rounding anywhere: a
//! share of `0.1%` is one thousandth, and a third times three is one.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};
use std::cmp::Ordering;
use std::fmt;

/// The longest number that is read, in characters: far beyond any fact, and small enough to compute with.
const LONGEST: usize = 400;
/// The largest power of ten, up or down.
const LARGEST_POWER: u32 = 120;

/// An exact rational number, always in lowest terms.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Number(Repr);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    /// Lowest terms, denominator above zero.
    Small(i64, i64),
    /// Only for what does not fit.
    Big(Box<BigRational>),
}

impl Number {
    /// Nothing.
    pub const ZERO: Number = Number(Repr::Small(0, 1));
    /// One.
    pub const ONE: Number = Number(Repr::Small(1, 1));

    /// The fraction `numerator / denominator`; `None` when the denominator is zero.
    pub fn ratio(numerator: i64, denominator: i64) -> Option<Number> {
        (denominator != 0).then(|| Number::from_wide(i128::from(numerator), i128::from(denominator)))
    }

    fn from_wide(numerator: i128, denominator: i128) -> Number {
        let divisor = numerator.gcd(&denominator);
        let divisor = if denominator < 0 { -divisor } else { divisor };
        let (numerator, denominator) = (numerator / divisor, denominator / divisor);
        match (i64::try_from(numerator), i64::try_from(denominator)) {
            (Ok(small), Ok(denominator)) => Number(Repr::Small(small, denominator)),
            _ => Number(Repr::Big(Box::new(BigRational::new_raw(numerator.into(), denominator.into())))),
        }
    }

    fn from_big(big: BigRational) -> Number {
        match (big.numer().to_i64(), big.denom().to_i64()) {
            (Some(numerator), Some(denominator)) => Number(Repr::Small(numerator, denominator)),
            _ => Number(Repr::Big(Box::new(big))),
        }
    }

    fn to_big(&self) -> BigRational {
        match &self.0 {
            Repr::Small(numerator, denominator) => BigRational::new_raw((*numerator).into(), (*denominator).into()),
            Repr::Big(big) => (**big).clone(),
        }
    }

    /// Reads a decimal: digits, an optional fraction, an optional exponent; nothing else. `None` for anything that is not one, or
    /// is longer than 400 characters, or larger or finer than 120 powers of ten.
    ///
    /// ```
    /// use ukase::value::Number;
    /// assert_eq!(Number::parse("0.10"), Number::ratio(1, 10));
    /// assert_eq!(Number::parse("-2.5e3"), Number::ratio(-2500, 1));
    /// assert_eq!(Number::parse(".5"), None);
    /// assert_eq!(Number::parse("1e999"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Number> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return None,
            None => (digits, ""),
        };
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || text.len() > LONGEST {
            return None;
        }
        let scale = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
        if scale.unsigned_abs() > LARGEST_POWER {
            return None;
        }
        Some(Number::from_digits(&format!("{whole}{fraction}"), scale, negative))
    }

    /// `digits` times ten to the power of `scale`.
    fn from_digits(digits: &str, scale: i32, negative: bool) -> Number {
        if let (Ok(value), -17..=17) = (digits.parse::<i64>(), scale) {
            let power = 10i128.pow(scale.unsigned_abs());
            let value = if negative { -i128::from(value) } else { i128::from(value) };
            return if scale < 0 { Number::from_wide(value, power) } else { Number::from_wide(value * power, 1) };
        }
        let value: BigInt = digits.parse().unwrap_or_default();
        let value = if negative { -value } else { value };
        let power = BigInt::from(10).pow(scale.unsigned_abs());
        let big = if scale < 0 { BigRational::new(value, power) } else { BigRational::from_integer(value * power) };
        Number::from_big(big)
    }

    /// The sum.
    pub fn plus(&self, other: &Number) -> Number {
        match (&self.0, &other.0) {
            (Repr::Small(a, b), Repr::Small(c, d)) if b == d => {
                Number::from_wide(i128::from(*a) + i128::from(*c), i128::from(*b))
            }
            (Repr::Small(a, b), Repr::Small(c, d)) => {
                let [a, b, c, d] = [*a, *b, *c, *d].map(i128::from);
                match (a * d).checked_add(c * b) {
                    Some(sum) => Number::from_wide(sum, b * d),
                    None => Number::from_big(self.to_big() + other.to_big()),
                }
            }
            _ => Number::from_big(self.to_big() + other.to_big()),
        }
    }

    /// The difference.
    pub fn minus(&self, other: &Number) -> Number {
        self.plus(&other.negated())
    }

    /// The product.
    pub fn times(&self, other: &Number) -> Number {
        match (&self.0, &other.0) {
            (Repr::Small(a, b), Repr::Small(c, d)) => {
                let [a, b, c, d] = [*a, *b, *c, *d].map(i128::from);
                Number::from_wide(a * c, b * d)
            }
            _ => Number::from_big(self.to_big() * other.to_big()),
        }
    }

    /// The quotient; `None` when `other` is zero.
    pub fn over(&self, other: &Number) -> Option<Number> {
        if other.is_zero() {
            return None;
        }
        Some(match (&self.0, &other.0) {
            (Repr::Small(a, b), Repr::Small(c, d)) => {
                let [a, b, c, d] = [*a, *b, *c, *d].map(i128::from);
                Number::from_wide(a * d, b * c)
            }
            _ => Number::from_big(self.to_big() / other.to_big()),
        })
    }

    /// The number with the other sign.
    pub fn negated(&self) -> Number {
        match &self.0 {
            Repr::Small(a, b) => Number::from_wide(-i128::from(*a), i128::from(*b)),
            Repr::Big(big) => Number::from_big(-(**big).clone()),
        }
    }

    /// The number without its sign.
    pub fn magnitude(&self) -> Number {
        if self.is_negative() { self.negated() } else { self.clone() }
    }

    /// Nothing at all.
    pub fn is_zero(&self) -> bool {
        match &self.0 {
            Repr::Small(a, _) => *a == 0,
            Repr::Big(big) => big.is_zero(),
        }
    }

    /// Below zero.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small(a, _) => *a < 0,
            Repr::Big(big) => big.is_negative(),
        }
    }

    /// Without a fraction.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Small(_, b) => *b == 1,
            Repr::Big(big) => big.is_integer(),
        }
    }

    /// The point halfway between two numbers.
    pub fn between(&self, other: &Number) -> Number {
        self.plus(other).times(&Number(Repr::Small(1, 2)))
    }

    /// As a machine integer, where it is one.
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small(a, 1) => Some(*a),
            _ => None,
        }
    }

    /// Numerator and denominator, where both are machine integers; the denominator is above zero.
    pub fn parts(&self) -> Option<(i64, i64)> {
        match &self.0 {
            Repr::Small(numerator, denominator) => Some((*numerator, *denominator)),
            Repr::Big(_) => None,
        }
    }

    /// Written exactly where that takes at most `places` decimal places, otherwise cut there and marked with `…`.
    pub fn decimal(&self, places: usize) -> String {
        let big = self.to_big();
        let magnitude = big.abs();
        let scaled = &magnitude * BigInt::from(10).pow(places as u32);
        let exact = scaled.is_integer();
        let digits = format!("{:0>width$}", scaled.to_integer().to_string(), width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let fraction = if exact { fraction.trim_end_matches('0') } else { fraction };
        let sign = if big.is_negative() { "-" } else { "" };
        let mark = if exact { "" } else { "…" };
        if fraction.is_empty() { format!("{sign}{whole}{mark}") } else { format!("{sign}{whole}.{fraction}{mark}") }
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Number {
        Number(Repr::Small(value, 1))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Small(a, b), Repr::Small(c, d)) if b == d => a.cmp(c),
            (Repr::Small(a, b), Repr::Small(c, d)) => (i128::from(*a) * i128::from(*d)).cmp(&(i128::from(*c) * i128::from(*b))),
            _ => self.to_big().cmp(&other.to_big()),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.decimal(6))
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Small(a, 1) => write!(formatter, "{a}"),
            Repr::Small(a, b) => write!(formatter, "{a}/{b}"),
            Repr::Big(big) => write!(formatter, "{big}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap_or_else(|| unreachable!("{text} is a number"))
    }

    #[test]
    fn a_third_times_three_is_one() {
        let third = Number::ONE.over(&3.into());
        assert_eq!(third.map(|third| third.times(&3.into())), Some(Number::ONE));
    }

    #[test]
    fn sixty_digits_are_kept() {
        let long = "0.123456789012345678901234567890123456789012345678901234567891";
        assert_eq!(number(long).decimal(60), long);
        assert!(number(long) > number(&long[..61]));
    }

    #[test]
    fn overflow_goes_to_the_large_form_and_back() {
        let large = number("9223372036854775807");
        let square = large.times(&large);
        assert_eq!(square.over(&large), Some(large.clone()));
        assert_eq!(large.plus(&Number::ONE).minus(&Number::ONE), large);
    }

    #[test]
    fn what_is_not_a_decimal_is_refused() {
        for text in ["", "-", ".5", "5.", "1,5", "0x10", "1_000", "NaN", "inf", "1e", "1e400", "--1", "+1", " 1"] {
            assert_eq!(Number::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn decimals_are_cut_with_a_mark() {
        assert_eq!(number("0.5").decimal(6), "0.5");
        assert_eq!(Number::ratio(1, 3).map(|third| third.decimal(4)), Some("0.3333…".into()));
        assert_eq!(number("-12.340").decimal(2), "-12.34");
        assert_eq!(number("70").decimal(2), "70");
    }
}
