//! Many values of one kind, one a row: truths as two bitmaps, amounts and days as scaled integers, codes and countries as the places of a
//! dictionary. A test of a dictionary is made once for each of its entries, whatever the number of rows.

mod ask;
mod bits;
mod entries;
mod numbers;
mod truths;

pub use ask::{Ask, Orders};
pub use bits::Bits;
pub use entries::Entries;
pub use numbers::{Measure, Numbers};
pub use truths::Truths;

use crate::value::{Truth, Value};
use std::borrow::Cow;

/// The row of which nothing is known: nobody says where it is.
pub const NOWHERE: u32 = u32::MAX;

/// Many values of one kind. How many is known by whoever asks: a column that is the same everywhere does not count its rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// The same on every row.
    Same(Value),
    /// Truths.
    Truths(Truths),
    /// Places in a dictionary.
    Entries(Entries),
    /// Scaled integers.
    Numbers(Numbers),
    /// Each for itself.
    Values(Vec<Value>),
}

impl Column {
    /// A column of these values, in whatever form takes the least to ask it.
    ///
    /// ```
    /// use ukase::column::Column;
    /// use ukase::value::{Truth, Value};
    /// assert_eq!(Column::of(vec![Value::from(true); 9]), Column::Same(true.into()));
    /// assert!(matches!(Column::of(vec![true.into(), Truth::Unknown.into()]), Column::Truths(_)));
    /// assert!(matches!(Column::of(vec![Value::Number(1.into()), Value::Number(2.into())]), Column::Numbers(_)));
    /// ```
    pub fn of(values: Vec<Value>) -> Column {
        let Some(first) = values.first() else { return Column::Same(Value::Unknown) };
        if values.iter().all(|value| value == first) {
            return Column::Same(first.clone());
        }
        if values.iter().all(|value| matches!(value, Value::Truth(_))) {
            return Column::Truths(Truths::from_fn(values.len(), |row| values[row].truth()));
        }
        if let Some(numbers) = Numbers::of(&values) {
            return Column::Numbers(numbers);
        }
        match Entries::of(&values) {
            Some(entries) => Column::Entries(entries),
            None => Column::Values(values),
        }
    }

    /// The same truth everywhere.
    pub fn truth_of(truth: Truth) -> Column {
        Column::Same(truth.into())
    }

    /// The value of a row.
    pub fn get(&self, row: usize) -> Cow<'_, Value> {
        match self {
            Column::Same(value) => Cow::Borrowed(value),
            Column::Truths(truths) => Cow::Owned(truths.get(row).into()),
            Column::Entries(entries) => Cow::Borrowed(entries.get(row)),
            Column::Numbers(numbers) => numbers.get(row),
            Column::Values(values) => Cow::Borrowed(&values[row]),
        }
    }

    /// The truth of a row; anything but a truth is unknown.
    pub fn truth(&self, row: usize) -> Truth {
        match self {
            Column::Same(value) => value.truth(),
            Column::Truths(truths) => truths.get(row),
            _ => self.get(row).truth(),
        }
    }

    /// The truth that all rows have, where they have the same.
    pub fn everywhere(&self) -> Option<Truth> {
        match self {
            Column::Same(value) => Some(value.truth()),
            _ => None,
        }
    }

    /// The truths of so many rows.
    pub fn truths(&self, rows: usize) -> Cow<'_, Truths> {
        match self {
            Column::Truths(truths) => Cow::Borrowed(truths),
            Column::Same(value) => Cow::Owned(Truths::same(rows, value.truth())),
            _ => Cow::Owned(Truths::from_fn(rows, |row| self.truth(row))),
        }
    }

    /// How many rows there are; nothing where they are not counted.
    fn len(&self) -> Option<usize> {
        match self {
            Column::Same(_) => None,
            Column::Truths(truths) => Some(truths.len()),
            Column::Entries(entries) => Some(entries.len()),
            Column::Numbers(numbers) => Some(numbers.len()),
            Column::Values(values) => Some(values.len()),
        }
    }

    /// What a test says of each row: of a dictionary once for each entry.
    pub fn test(&self, test: impl Fn(&Value) -> Truth) -> Column {
        match self {
            Column::Same(value) => Column::truth_of(test(value)),
            Column::Entries(entries) => entries.test(test),
            Column::Truths(truths) => Column::Truths(truths.mapped(|truth| test(&truth.into()))),
            _ => Column::Truths(Truths::from_fn(self.len().unwrap_or(0), |row| test(&self.get(row)))),
        }
    }

    /// What is made of each row: of a dictionary once for each entry.
    pub fn map(&self, make: impl Fn(&Value) -> Value) -> Column {
        match self {
            Column::Same(value) => Column::Same(make(value)),
            Column::Entries(entries) => entries.map(make),
            _ => Column::of((0..self.len().unwrap_or(0)).map(|row| make(&self.get(row))).collect()),
        }
    }

    /// The same values for other rows, each of which names one of these, or [`NOWHERE`], where `unknown` stands.
    pub fn at(&self, rows: &[u32], unknown: &Value) -> Column {
        let is_all = !rows.contains(&NOWHERE);
        match self {
            Column::Same(value) if is_all || value == unknown => Column::Same(value.clone()),
            Column::Truths(truths) if is_all || unknown.truth().is_unknown() => Column::Truths(truths.at(rows)),
            Column::Entries(entries) => Column::Entries(entries.at(rows, unknown)),
            Column::Numbers(numbers) if is_all => Column::Numbers(numbers.at(rows)),
            _ => {
                let value = |row: &u32| if *row == NOWHERE { unknown.clone() } else { self.get(*row as usize).into_owned() };
                Column::of(rows.iter().map(value).collect())
            }
        }
    }

    // ---- Kleene's logic ---------------------------------------------------------------------------------------------------------

    /// True where all are, false where one is.
    pub fn all<'c>(parts: impl IntoIterator<Item = &'c Column>) -> Column {
        Column::joined(parts, Truth::True, Truths::and)
    }

    /// True where one is, false where all are.
    pub fn one<'c>(parts: impl IntoIterator<Item = &'c Column>) -> Column {
        Column::joined(parts, Truth::False, Truths::or)
    }

    /// Joins truths. `neutral` changes nothing, and its opposite decides whatever the others are.
    fn joined<'c>(parts: impl IntoIterator<Item = &'c Column>, neutral: Truth, join: impl Fn(&mut Truths, &Truths)) -> Column {
        let mut found = Column::truth_of(neutral);
        for part in parts {
            match (found.everywhere(), part.everywhere()) {
                (_, Some(truth)) if truth == neutral => {}
                (_, Some(truth)) if truth == !neutral => return Column::truth_of(truth),
                (Some(truth), _) if truth == neutral => found = part.as_truths(),
                (Some(Truth::Unknown), Some(Truth::Unknown)) => {}
                _ => found.combine(part, &join),
            }
        }
        found
    }

    /// True where it is false, and the other way round.
    pub fn not(&self) -> Column {
        match self {
            Column::Truths(truths) => Column::Truths(truths.not()),
            _ => self.test(|value| !value.truth()),
        }
    }

    fn as_truths(&self) -> Column {
        match self {
            Column::Same(_) | Column::Truths(_) => self.clone(),
            _ => self.test(Value::truth),
        }
    }

    /// Combines with a column of truths; one of both counts its rows.
    fn combine(&mut self, other: &Column, by: impl Fn(&mut Truths, &Truths)) {
        let rows = self.len().or(other.len()).unwrap_or(0);
        if !matches!(self, Column::Truths(_)) {
            *self = Column::Truths(self.truths(rows).into_owned());
        }
        if let Column::Truths(truths) = self {
            by(truths, &other.truths(rows));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Date, Number};

    const ALL: [Truth; 3] = [Truth::False, Truth::Unknown, Truth::True];

    #[test]
    fn logic_is_that_of_each_row() {
        let pairs: Vec<(Truth, Truth)> = ALL.iter().flat_map(|a| ALL.iter().map(move |b| (*a, *b))).collect();
        let side = |of: fn(&(Truth, Truth)) -> Truth| Column::of(pairs.iter().map(|pair| of(pair).into()).collect());
        let (left, right) = (side(|pair| pair.0), side(|pair| pair.1));
        for (row, (a, b)) in pairs.iter().enumerate() {
            assert_eq!(Column::all([&left, &right]).truth(row), a.and(*b));
            assert_eq!(Column::one([&left, &right]).truth(row), a.or(*b));
            assert_eq!(left.not().truth(row), !*a);
            for same in ALL {
                let same = Column::truth_of(same);
                assert_eq!(Column::all([&same, &left]).truth(row), same.truth(row).and(*a));
                assert_eq!(Column::one([&left, &same]).truth(row), same.truth(row).or(*a));
            }
        }
    }

    #[test]
    fn every_form_gives_back_what_was_put_in() {
        let number = |text: &str| Value::Number(Number::parse(text).unwrap_or(Number::ZERO));
        let text = |text: &str| Value::Text(text.into());
        let columns = [
            vec![number("0.1"), number("0.0999"), number("50"), Value::Unknown, number("1")],
            vec![Value::Date(Date(3)), Value::Unknown, Value::Date(Date(-9))],
            vec![text("a"), text("b"), text("a"), Value::Unknown],
            vec![Truth::True.into(), Truth::Unknown.into(), Truth::False.into()],
            vec![number("1"), text("a"), Truth::True.into()],
            vec![number("1e30"), number("0.3333333333333333333333"), number("2")],
        ];
        for values in columns {
            let column = Column::of(values.clone());
            let back = [2, NOWHERE, 0];
            let at = column.at(&back, &Value::Unknown);
            for (row, value) in values.iter().enumerate() {
                assert_eq!(*column.get(row), *value);
            }
            assert_eq!((&*at.get(0), &*at.get(2)), (&values[2], &values[0]));
            assert!(matches!(&*at.get(1), Value::Unknown | Value::Truth(Truth::Unknown)));
        }
    }
}
