//! Values: exact numbers with units and currencies, days, codes, countries; truth in three values.

mod bounds;
mod code;
mod country;
mod date;
mod number;
mod range;
mod raw;
mod truth;
mod unit;

pub use bounds::Bounds;
pub use code::Code;
pub use country::{Country, Currency};
pub use date::Date;
pub use number::Number;
pub use range::{Bound, Range};
pub use raw::{Raw, RawKind};
pub use truth::Truth;
pub use unit::{Dimension, Unit};

use std::sync::Arc;

/// What is known of one thing: a fact, or the result of an operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Nothing beyond the type.
    Unknown,
    /// A truth; an unknown one is `Truth(Truth::Unknown)`.
    Truth(Truth),
    /// An integer, a decimal, a share (as a fraction), or a quantity in the base units of its dimension.
    Number(Number),
    /// Such a number of which only bounds are known.
    Range(Bounds),
    /// An amount of money.
    Money(Number, Currency),
    /// An amount of money of which only bounds are known.
    MoneyRange(Bounds, Currency),
    /// A day.
    Date(Date),
    /// A length of time in days or months.
    Duration(Duration),
    /// A declared variant of an enum, by its place.
    Word(u32),
    /// A text, or a word that an open enum does not declare.
    Text(Arc<str>),
    /// A country.
    Country(Country),
    /// A control code.
    Code(Classified),
    /// A set of values.
    Set(Arc<Set>),
}

/// A length of calendar time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Duration {
    /// So many days.
    Days(i64),
    /// So many months, ending on the last day of a shorter one.
    Months(i32),
}

/// A code, and where it stands among the codes that a policy knows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Classified {
    /// The deepest code of the policy that this one lies within, as an index into its code table.
    pub place: Option<u32>,
    /// The code as it was written.
    pub code: Code,
}

/// A set of values, possibly with members that nobody named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Set {
    /// The members that are known, sorted, each once.
    pub members: Vec<Value>,
    /// No other member exists.
    pub complete: bool,
}

impl Set {
    /// A set of these members.
    pub fn new(mut members: Vec<Value>, complete: bool) -> Set {
        members.sort();
        members.dedup();
        Set { members, complete }
    }

    /// Whether `value` is a member: unknown where the set is open and does not name it.
    pub fn holds(&self, value: &Value) -> Truth {
        if value.is_among(&self.members) {
            Truth::True
        } else if self.complete {
            Truth::False
        } else {
            Truth::Unknown
        }
    }
}

impl Value {
    /// Whether it is one of some sorted values.
    pub(crate) fn is_among(&self, sorted: &[Value]) -> bool {
        let found = match self {
            // Asked most often, and quicker without a look at what each kind is.
            Value::Code(code) => sorted.binary_search_by(|other| match other {
                Value::Code(other) => other.cmp(code),
                other => other.cmp(self),
            }),
            Value::Word(word) => sorted.binary_search_by(|other| match other {
                Value::Word(other) => other.cmp(word),
                other => other.cmp(self),
            }),
            _ => sorted.binary_search(self),
        };
        found.is_ok()
    }

    /// The truth of a condition's value; anything but a truth is unknown.
    pub fn truth(&self) -> Truth {
        match self {
            Value::Truth(truth) => *truth,
            _ => Truth::Unknown,
        }
    }

    /// Nothing more can be learnt about it.
    pub fn is_known(&self) -> bool {
        match self {
            Value::Unknown | Value::Range(_) | Value::MoneyRange(..) => false,
            Value::Truth(truth) => !truth.is_unknown(),
            Value::Set(set) => set.complete,
            _ => true,
        }
    }

    /// The bounds of a number or an amount of money.
    pub fn range(&self) -> Option<Range> {
        match self {
            Value::Number(number) | Value::Money(number, _) => Some(Range::exactly(number.clone())),
            Value::Range(range) | Value::MoneyRange(range, _) => Some((**range).clone()),
            _ => None,
        }
    }

    /// The currency of an amount of money.
    pub fn currency(&self) -> Option<Currency> {
        match self {
            Value::Money(_, currency) | Value::MoneyRange(_, currency) => Some(*currency),
            _ => None,
        }
    }

    /// A number of that range, exact where the range is a point.
    pub fn of_range(range: Range, currency: Option<Currency>) -> Value {
        match (range.point(), currency) {
            (Some(number), None) => Value::Number(number.clone()),
            (Some(number), Some(currency)) => Value::Money(number.clone(), currency),
            (None, None) => Value::Range(range.into()),
            (None, Some(currency)) => Value::MoneyRange(range.into(), currency),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Truth(value.into())
    }
}

impl From<Truth> for Value {
    fn from(value: Truth) -> Value {
        Value::Truth(value)
    }
}
