//! The operations on columns: what the operations on values say of each row, asked as seldom as the form of the columns allows.

use crate::check::Function;
use crate::column::{Bits, Column, Truths};
use crate::eval::operation as exact;
use crate::value::{Truth, Value};
use std::cmp::Ordering;

/// `a < b`
pub(super) fn below(a: &Column, b: &Column, rows: usize) -> Column {
    ordered(a, b, rows, Ordering::is_lt, exact::below)
}

/// `a <= b`
pub(super) fn at_most(a: &Column, b: &Column, rows: usize) -> Column {
    ordered(a, b, rows, Ordering::is_le, exact::at_most)
}

/// `a is b`
pub(super) fn equal(a: &Column, b: &Column, rows: usize) -> Column {
    ordered(a, b, rows, Ordering::is_eq, exact::equal)
}

/// A comparison: by integers where amounts are compared with one value, or with amounts of the same scale.
fn ordered(
    a: &Column,
    b: &Column,
    rows: usize,
    wanted: impl Fn(Ordering) -> bool,
    say: impl Fn(&Value, &Value) -> Truth,
) -> Column {
    let found = match (a, b) {
        (Column::Numbers(numbers), Column::Same(value)) => numbers.compare(value, &wanted, |other| say(other, value)),
        (Column::Same(value), Column::Numbers(numbers)) => {
            numbers.compare(value, |order| wanted(order.reverse()), |other| say(value, other))
        }
        (Column::Numbers(a), Column::Numbers(b)) => match (a.whole(), b.whole()) {
            (Some((of_a, a, scale)), Some((of_b, b, other))) if of_a == of_b && scale == other => {
                let mut yes = Bits::same(rows, false);
                a.iter().zip(b).enumerate().filter(|(_, (a, b))| wanted(a.cmp(b))).for_each(|(row, _)| yes.set(row));
                Some(Truths::known(yes))
            }
            _ => None,
        },
        _ => None,
    };
    found.map_or_else(|| tested(a, b, rows, say), Column::Truths)
}

/// A test of two columns, row by row, or once for each pair of entries.
pub(super) fn tested(a: &Column, b: &Column, rows: usize, test: impl Fn(&Value, &Value) -> Truth) -> Column {
    match (a, b) {
        (_, Column::Same(b)) => a.test(|a| test(a, b)),
        (Column::Same(a), _) => b.test(|b| test(a, b)),
        (Column::Entries(x), Column::Entries(y)) => match x.test_pairs(y, &test) {
            Some(truths) => Column::Truths(truths),
            None => Column::Truths(Truths::from_fn(rows, |row| test(&a.get(row), &b.get(row)))),
        },
        _ => Column::Truths(Truths::from_fn(rows, |row| test(&a.get(row), &b.get(row)))),
    }
}

/// What two columns make, row by row.
pub(super) fn made(a: &Column, b: &Column, rows: usize, make: impl Fn(&Value, &Value) -> Value) -> Column {
    match (a, b) {
        (_, Column::Same(b)) => a.map(|a| make(a, b)),
        (Column::Same(a), _) => b.map(|b| make(a, b)),
        _ => Column::of((0..rows).map(|row| make(&a.get(row), &b.get(row))).collect()),
    }
}

/// The value is one of the sorted constants.
pub(super) fn one_of(column: &Column, constants: &[Value]) -> Column {
    column.test(|value| exact::one_of(value, constants))
}

/// The second where the first is true, the third where it is false, what both have in common otherwise.
pub(super) fn either(condition: &Column, then: &Column, otherwise: &Column, rows: usize) -> Column {
    match condition.everywhere() {
        Some(Truth::True) => then.clone(),
        Some(Truth::False) => otherwise.clone(),
        _ => {
            let row = |row| exact::either(condition.truth(row), &then.get(row), &otherwise.get(row));
            Column::of((0..rows).map(row).collect())
        }
    }
}

/// A function of the table.
pub(super) fn function(function: Function, arguments: &[&Column], rows: usize) -> Column {
    match arguments {
        [one] => one.map(|value| exact::function(function, &[value])),
        [a, b] => made(a, b, rows, |a, b| exact::function(function, &[a, b])),
        _ => {
            let row = |row| {
                let values: Vec<_> = arguments.iter().map(|column| column.get(row)).collect();
                exact::function(function, &values.iter().map(AsRef::as_ref).collect::<Vec<_>>())
            };
            Column::of((0..rows).map(row).collect())
        }
    }
}
