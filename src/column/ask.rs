//! Several questions to one column: a look at each row answers them all.

use super::bits::{Bits, spread};
use super::truths::Truths;
use super::{Column, Entries, Numbers};
use crate::value::{Truth, Value};
use std::cmp::Ordering;

/// How many bits a look at a row brings.
const LOOK: usize = 8;

/// Entries that the places of one byte can name.
const SMALL: usize = 256;

/// How many questions are asked at once.
const AT_ONCE: usize = 64;

/// Which orders of two values are wanted.
pub type Orders = fn(Ordering) -> bool;

/// A question to a value. Where it only compares, both ways of asking it have the same answer for every amount of the measure.
pub trait Ask {
    /// What a value says to it.
    fn answer(&self, value: &Value) -> Truth;

    /// Where it only compares with a value: with which, and which orders it wants.
    fn compares(&self) -> Option<(&Value, Orders)>;
}

impl Column {
    /// What each row says to each of several questions.
    ///
    /// ```
    /// use ukase::column::{Ask, Column, Orders};
    /// use ukase::value::{Truth, Value};
    /// struct Is(u32);
    /// impl Ask for Is {
    ///     fn answer(&self, value: &Value) -> Truth { (*value == Value::Word(self.0)).into() }
    ///     fn compares(&self) -> Option<(&Value, Orders)> { None }
    /// }
    /// let column = Column::of((0..100).map(|row| Value::Word(row % 3)).collect());
    /// let answers = column.ask(&[&Is(0), &Is(2)]);
    /// assert!(answers[1].truth(2).is_true() && answers[0].truth(2).is_false());
    /// ```
    pub fn ask<A: Ask>(&self, questions: &[&A]) -> Vec<Column> {
        // So many at once that their tables stay small.
        let some = questions.chunks(AT_ONCE).map(|questions| match self {
            Column::Entries(entries) => ask_entries(entries, questions),
            Column::Numbers(numbers) => ask_numbers(numbers, questions),
            _ => questions.iter().map(|question| self.test(|value| question.answer(value))).collect(),
        });
        some.flatten().collect()
    }
}

/// Asks each entry of the dictionary, then each row for the answers of its entry.
fn ask_entries<A: Ask>(entries: &Entries, questions: &[&A]) -> Vec<Column> {
    let answers = |question: &&A| entries.dictionary().iter().map(|value| question.answer(value)).collect();
    answered(entries, &questions.iter().map(answers).collect::<Vec<_>>())
}

/// What each row says, where it is known what each entry says to each of several questions.
pub(super) fn answered(entries: &Entries, answers: &[Vec<Truth>]) -> Vec<Column> {
    // What does not hang on the row is said at once; one bit says all where nothing is unknown.
    let same = |answers: &[Truth]| answers.iter().all(|other| Some(other) == answers.first());
    let bits = |answers: &[Truth]| match answers.contains(&Truth::Unknown) {
        _ if same(answers) => &[][..],
        true => &[Truth::True, Truth::False],
        false => &[Truth::True],
    };
    let mut looks = Looks::default();
    for answers in answers {
        for truth in bits(answers) {
            let (table, bit) = looks.add(answers.len());
            table.iter_mut().zip(answers).for_each(|(byte, answer)| *byte |= u8::from(answer == truth) << bit);
        }
    }
    let mut found = looks.spread(entries.places(), |place| place as usize);
    let mut next = || found.next().unwrap_or_default();
    let columns = answers.iter().map(|answers| match bits(answers) {
        [] => Column::truth_of(answers.first().copied().unwrap_or_default()),
        [_] => Column::Truths(Truths::known(next())),
        _ => Column::Truths(Truths::of(next(), next())),
    });
    columns.collect()
}

/// Compares each row with the borders of all questions; where the rows lie close together, by a look at a table of what lies between.
fn ask_numbers<A: Ask>(numbers: &Numbers, questions: &[&A]) -> Vec<Column> {
    let span = |question: &&A| question.compares().and_then(|(with, wanted)| numbers.span(with, wanted));
    let spans: Vec<Option<(i64, i64)>> = questions.iter().map(span).collect();
    let mut close = (spans.iter().flatten().count() > 1).then(|| numbers.close_together()).flatten().map(|(least, width)| {
        let mut looks = Looks::default();
        for (low, high) in spans.iter().flatten() {
            let (table, bit) = looks.add(width);
            let begin = usize::try_from(low.saturating_sub(least)).unwrap_or(0).min(width);
            let end = usize::try_from(high.saturating_sub(least)).map_or(0, |last| last.saturating_add(1).min(width));
            table[begin..end.max(begin)].iter_mut().for_each(|byte| *byte |= 1 << bit);
        }
        looks.spread(&numbers.at, move |at| (at - least) as usize)
    });
    let columns = questions.iter().zip(&spans).map(|(question, span)| {
        let Some((low, high)) = span else {
            return Column::Truths(Truths::from_fn(numbers.len(), |row| question.answer(&numbers.get(row))));
        };
        let inside = close.as_mut().and_then(Iterator::next).unwrap_or_else(|| numbers.between(*low, *high));
        Column::Truths(numbers.answered(inside, |value| question.answer(value)))
    });
    columns.collect()
}

/// Tables with a byte for each entry, each bit of which answers something.
#[derive(Default)]
struct Looks {
    tables: Vec<Vec<u8>>,
    lanes: usize,
}

impl Looks {
    /// One more bit of so many entries: a byte for each of them, and which bit of it is still free.
    fn add(&mut self, entries: usize) -> (&mut [u8], usize) {
        let bit = self.lanes % LOOK;
        self.lanes += 1;
        if bit == 0 {
            self.tables.push(vec![0; entries]);
        }
        (self.tables.last_mut().map_or(&mut [], Vec::as_mut_slice), bit)
    }

    /// The bitmaps of all bits, each row having the bits of its entry.
    fn spread<T: Copy>(self, rows: &[T], entry: impl Fn(T) -> usize) -> std::vec::IntoIter<Bits> {
        let lanes = self.lanes;
        let tables = self.tables.into_iter().enumerate();
        let bits = tables.flat_map(|(at, mut table)| {
            let count = LOOK.min(lanes - at * LOOK);
            if table.len() > SMALL {
                return spread(rows, count, |row| table[entry(row)]);
            }
            // Of a table of this size no look can miss, which saves asking.
            table.resize(SMALL, 0);
            let table: [u8; SMALL] = table.try_into().unwrap_or([0; SMALL]);
            spread(rows, count, |row| table[entry(row) % SMALL])
        });
        bits.collect::<Vec<_>>().into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Date, Number};

    /// A question of one of three kinds.
    enum Asked {
        AtLeast(Value),
        Below(Value),
        /// The value is this one; of another one nobody knows.
        IsBut(Value, Value),
    }

    impl Ask for Asked {
        fn answer(&self, value: &Value) -> Truth {
            let compared = |with: &Value, wanted: fn(Ordering) -> bool| match (value, with) {
                (Value::Number(a), Value::Number(b)) => wanted(a.cmp(b)).into(),
                (Value::Date(a), Value::Date(b)) => wanted(a.cmp(b)).into(),
                _ => Truth::Unknown,
            };
            match self {
                Asked::AtLeast(with) => compared(with, Ordering::is_ge),
                Asked::Below(with) => compared(with, Ordering::is_lt),
                Asked::IsBut(is, but) if value == but || is == but => Truth::Unknown,
                Asked::IsBut(is, _) => (value == is).into(),
            }
        }

        fn compares(&self) -> Option<(&Value, Orders)> {
            match self {
                Asked::AtLeast(with) => Some((with, Ordering::is_ge)),
                Asked::Below(with) => Some((with, Ordering::is_lt)),
                Asked::IsBut(..) => None,
            }
        }
    }

    fn number(text: &str) -> Value {
        Value::Number(Number::parse(text).unwrap_or(Number::ZERO))
    }

    /// Many questions have the answers that each has alone: in every form of a column, at the ends of words, of bytes and of numbers.
    #[test]
    fn questions_asked_together_have_the_answers_of_each() {
        let forms: [fn(usize) -> Value; 8] = [
            |row| Value::Word((row * 7 % 5) as u32),
            |row| Value::Word((row * 31 % 400) as u32),
            |row| Value::Date(Date(20_000 + (row * 13 % 90) as i32)),
            |row| if row % 11 == 3 { Value::Unknown } else { Value::Date(Date(20_000 + (row % 90) as i32)) },
            |row| if row % 5 == 0 { Value::Word(1) } else { number(&format!("{}.{}", row % 40, row % 10)) },
            |row| if row % 2 == 0 { number("922337203685477.5807") } else { number("922337203685477.5806") },
            |row| number(if row % 3 == 0 { "0" } else { "922337203685477.5807" }),
            |row| [Truth::True, Truth::False, Truth::Unknown][row % 3].into(),
        ];
        let constants = ["0", "1", "2", "3.5", "922337203685477.5806", "922337203685477.5807", "1e30"];
        let questions: Vec<Asked> = (0..70)
            .map(|at| match at % 5 {
                0 => Asked::AtLeast(number(constants[at % constants.len()])),
                1 => Asked::Below(number(constants[at % constants.len()])),
                2 => Asked::AtLeast(Value::Date(Date(20_000 + at as i32))),
                3 => Asked::Below(Value::Date(Date(20_000 + at as i32))),
                _ => Asked::IsBut(Value::Word((at % 13) as u32), Value::Word((at % 3) as u32)),
            })
            .collect();
        let questions: Vec<&Asked> = questions.iter().collect();
        for rows in [0, 1, 63, 64, 65, 300, 9000] {
            for (at, form) in forms.iter().enumerate() {
                let values: Vec<Value> = (0..rows).map(form).collect();
                let column = Column::of(values.clone());
                for count in [1, 2, 8, 9, 70] {
                    let answers = column.ask(&questions[..count]);
                    assert_eq!(answers.len(), count);
                    for (question, answer) in questions.iter().zip(answers) {
                        let wrong = values.iter().enumerate().find(|(row, value)| answer.truth(*row) != question.answer(value));
                        assert_eq!(wrong, None, "form {at}, {rows} rows, {count} questions");
                    }
                }
            }
        }
    }
}
