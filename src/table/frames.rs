//! Batches that somebody holds in memory: the same judging, without files.

use super::arrow::View;
use super::batches::{Batch, MOST_ROWS};
use super::columns::Columns;
use super::rejected::Rejected;
use super::rows::{RowColumn, RowFormat, RowShape};
use super::run::{Terms, mistaken, threads_of};
use super::summary::Summary;
use super::worker::Worker;
use super::written::Unread;
use crate::problem::TableError;
use crate::side_by_side::{STACK, side_by_side_with};
use arrow_array::RecordBatch;
use arrow_schema::Schema;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

/// About how many values are judged at once.
const MOST_VALUES: usize = 1 << 19;

/// What follows from a batch of shipments.
#[derive(Debug, Default)]
pub struct Frame {
    /// A row for each item, in the order of the shipments, as [`super::row_schema`] says of the columns, each of them once.
    pub rows: Vec<RecordBatch>,
    /// The shipments that were set aside.
    pub rejected: Vec<Rejected>,
    /// What was counted.
    pub summary: Summary,
}

/// Judges batches of arrays, each row a shipment, into rows of these columns, with so many threads; none: as many as there are processors.
///
/// ```
/// use arrow_array::{ArrayRef, RecordBatch, StringArray};
/// use std::sync::Arc;
/// use ukase::{check::check, eval::Judge, facts::Background, source::Sources, table::{RowColumn, Terms, judge_batches}};
/// let text = r#"
/// policy tiny "A tiny policy"
/// language 1
/// outcomes from loosest to strictest { free licence }
/// facts shipment { date date   destination country }
/// instrument 1 "A law" { published 2025-01-01 }
/// clause I "To the far north" when destination is IS then licence
/// "#;
/// let (policy, _) = check(&Sources::of_text("tiny.ukase", text.trim()));
/// let policy = policy.unwrap();
/// let judge = Judge::new(&policy, None);
/// let terms = Terms { judge: &judge, on: None, readings: Vec::new(), background: Background::default() };
/// let column = |texts: [&str; 2]| Arc::new(StringArray::from(texts.to_vec())) as ArrayRef;
/// let batch = RecordBatch::try_from_iter([
///     ("id", column(["a", "b"])),
///     ("date", column(["2025-06-01", "2025-06-01"])),
///     ("destination", column(["IS", "XX"])),
/// ]);
/// let frame = judge_batches(&terms, &[batch.unwrap()], &RowColumn::ALL, Some(1)).unwrap();
/// assert_eq!(frame.summary.outcomes["licence"], 1);
/// assert_eq!(frame.rejected[0].id.as_deref(), Some("b")); // XX is no country
/// ```
///
/// # Errors
/// Every column that the policy's vocabulary has no place for, of a type that cannot be kept exactly, or of another type than its fact.
pub fn judge_batches(
    terms: &Terms<'_>,
    batches: &[RecordBatch],
    columns: &[RowColumn],
    threads: Option<usize>,
) -> Result<Frame, Vec<TableError>> {
    let shape = RowShape::new(RowFormat::Parquet, columns);
    let mut parts = Vec::new();
    let mut seen: Option<(Arc<Schema>, Arc<Columns>)> = None;
    let mut number = 1;
    for batch in batches {
        let schema = batch.schema();
        let known = match seen.take() {
            Some((known, columns)) if known == schema => columns,
            _ => Arc::new(super::arrow::columns(terms.judge.policy, &schema)?),
        };
        for rows in at_once(batch) {
            let rows = batch.slice(rows.start, rows.len());
            parts.push(part(known.clone(), &rows, number));
            number += rows.num_rows() as u64;
        }
        seen = Some((schema, known));
    }
    // A thread that ended would leave the others without its part.
    let judge =
        |worker: &mut Worker<'_>, at: usize| catch_unwind(AssertUnwindSafe(|| worker.judge(&parts[at], "", 0, Vec::new()))).ok();
    let begin = || Worker::new(terms, &shape, 0);
    let all = || side_by_side_with(threads_of(threads), parts.len(), begin, judge);
    // Whoever calls may have little stack.
    let judged = thread::scope(|scope| {
        let with_stack = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, all);
        with_stack.ok().and_then(|thread| thread.join().ok())
    });
    let judged = judged.ok_or_else(|| vec![TableError::without_threads()])?;
    let mut frame = Frame::default();
    for (at, part) in judged.into_iter().enumerate() {
        let one = part.ok_or_else(|| vec![mistaken(&parts[at])])?;
        frame.rows.extend(one.arrays);
        frame.rejected.extend(one.rejected);
        frame.summary.add(one.summary);
    }
    Ok(frame)
}

/// The rows of a batch that are judged together: where shipments have many items, fewer of them.
fn at_once(batch: &RecordBatch) -> Vec<Range<usize>> {
    let views: Vec<View<'_>> = batch.columns().iter().map(|column| View::new(column.as_ref())).collect();
    let values = |rows: &Range<usize>| views.iter().map(|view| view.values(rows.clone())).sum::<usize>();
    let (mut parts, mut start) = (Vec::new(), 0);
    while start < batch.num_rows() {
        let mut rows = start..batch.num_rows().min(start + MOST_ROWS);
        while rows.len() > 1 && values(&rows) > MOST_VALUES {
            rows.end = start + rows.len() / 2;
        }
        start = rows.end;
        parts.push(rows);
    }
    parts
}

fn part(columns: Arc<Columns>, rows: &RecordBatch, number: u64) -> Batch {
    let mut batch = Batch::new(0, Some(columns), Vec::new());
    batch.arrays = rows.columns().to_vec();
    batch.shipments = (0..rows.num_rows()).map(|row| Unread::Row(row, number + row as u64)).collect();
    batch.end.line = number + rows.num_rows() as u64;
    batch
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::types::Int32Type;
    use arrow_array::{ArrayRef, ListArray};

    /// Rows follow one another, all of them, in parts that have few values or one row.
    #[test]
    fn rows_of_many_values_are_judged_few_at_once() {
        let sizes = (0..40).map(|at| Some(vec![Some(at); if at < 30 { 10 } else { 60_000 << (at % 5) }]));
        let list: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(sizes));
        let batch = RecordBatch::try_from_iter([("list", list.clone())]).expect("a batch");
        let parts = at_once(&batch);
        assert_eq!(parts.iter().cloned().flatten().collect::<Vec<_>>(), (0..40).collect::<Vec<_>>());
        assert!(parts.len() > 3 && parts[0].len() > 1);
        let view = View::new(list.as_ref());
        assert!(parts.iter().all(|rows| rows.len() == 1 || view.values(rows.clone()) <= MOST_VALUES));
    }
}
