//! A policy at a version, ready to judge: one shipment as text, or many as arrays.

use crate::errors;
use arrow_array::ffi_stream::RecordBatchStreamReader;
use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow_pyarrow::{IntoPyArrow, PyArrowType};
use pyo3::prelude::*;
use self_cell::self_cell;
use std::collections::BTreeMap;
use std::sync::Arc;
use ukase::check::{CheckedPolicy, check};
use ukase::diagnostic::Style;
use ukase::diagram::Side;
use ukase::diff::{Narrow, compare, plain};
use ukase::eval::{Judge, Judgement};
use ukase::explain::{Explanation, explain, text};
use ukase::facts::{Background, Facts, load_with, read_json};
use ukase::settings::chosen;
use ukase::source::SourceId;
use ukase::table::{RowColumn, Terms, judge_batches, row_schema};
use ukase::value::Date;

self_cell!(
    /// A policy, and what judges by it.
    struct Held {
        owner: Arc<CheckedPolicy>,
        #[covariant]
        dependent: Judge,
    }
);

/// A policy at a version.
#[pyclass(frozen)]
pub(crate) struct Regime {
    held: Held,
    on: Option<Date>,
    known: Option<Date>,
    readings: Vec<Option<usize>>,
    assumptions: Vec<usize>,
}

impl Regime {
    pub(crate) fn new(
        policy: Arc<CheckedPolicy>,
        on: Option<Date>,
        known: Option<Date>,
        readings: Vec<Option<usize>>,
        assumptions: Vec<usize>,
    ) -> Regime {
        let held = Held::new(policy, |policy| Judge::new(policy, known));
        Regime { held, on, known, readings, assumptions }
    }

    fn judge(&self) -> &Judge<'_> {
        self.held.borrow_dependent()
    }

    fn background(&self) -> Background<'_> {
        Background { assumptions: &self.assumptions, known: self.known }
    }

    fn facts(&self, json: &str) -> PyResult<Facts> {
        let raw = read_json(json, SourceId(0), 0).map_err(|error| errors::of_facts(None, &[error.diagnostic()]))?;
        load_with(self.judge().policy, &raw, self.background()).map_err(|problems| errors::of_facts(Some(&raw), &problems))
    }

    fn explained(&self, facts: Facts) -> Explanation {
        let judgement: Judgement<'_> = self.judge().judge(facts, self.on, self.readings.clone());
        explain(self.judge(), &judgement, 1)
    }

    fn side(&self) -> Side<'_> {
        Side { judge: self.judge(), day: self.on }
    }

    fn readings(&self) -> BTreeMap<String, String> {
        chosen(self.judge().policy, &self.readings).collect()
    }

    /// The law is read in one way in both, where both ask, nothing is assumed, and the day judged is fixed in both or in none.
    fn comparable(&self, newer: &Regime) -> Result<(), &'static str> {
        if self.on.is_some() != newer.on.is_some() {
            return Err("one version fixes the day judged and the other does not: fix it for both by at(…), or for none");
        }
        let shared = |one: &Regime, other: &Regime| -> BTreeMap<String, String> {
            let asks = |question: &str| other.judge().policy.questions.iter().any(|known| known.name == question);
            one.readings().into_iter().filter(|(question, _)| asks(question)).collect()
        };
        if shared(self, newer) != shared(newer, self) {
            return Err(
                "a question that both versions ask is read in the same way: give its reading to both, or to none to compare under all",
            );
        }
        if !self.assumptions.is_empty() || !newer.assumptions.is_empty() {
            return Err("versions are compared for all shipments, whatever somebody assumes of some: leave `assume` out");
        }
        Ok(())
    }

    /// The same policy with its worked cases, which judging does without.
    fn with_cases(&self) -> Option<CheckedPolicy> {
        check(&self.judge().policy.sources).0
    }
}

#[pymethods]
impl Regime {
    /// Judges a shipment; what `ukase eval --format json` prints.
    fn eval(&self, py: Python<'_>, facts: &str) -> PyResult<String> {
        let facts = self.facts(facts)?;
        Ok(py.detach(|| serde_json::to_string(&self.explained(facts)).unwrap_or_default()))
    }

    /// Judges a shipment and says why, for a person.
    fn explain(&self, py: Python<'_>, facts: &str, width: usize) -> PyResult<String> {
        let facts = self.facts(facts)?;
        Ok(py.detach(|| text(self.judge().policy, &self.explained(facts), Style { colour: false, width })))
    }

    /// Compares with a later version: JSON, and text for a person.
    fn diff(&self, py: Python<'_>, newer: &Regime) -> PyResult<(String, String)> {
        self.comparable(newer).map_err(errors::of_usage)?;
        let found = py.detach(|| {
            let readings = newer.readings().into_iter().chain(self.readings()).collect();
            let narrow = Narrow { readings, ..Narrow::default() };
            let mut comparison = compare(self.side(), newer.side(), &narrow);
            if !comparison.unshown.is_empty()
                && let (Some(old), Some(new)) = (self.with_cases(), newer.with_cases())
            {
                let (was, is) = (Judge::new(&old, self.known), Judge::new(&new, newer.known));
                let (before, after) = (Side { judge: &was, day: self.on }, Side { judge: &is, day: newer.on });
                comparison = comparison.with_cases(before, after, &narrow);
            }
            let words = plain(&comparison, Style { colour: false, width: 100 });
            (serde_json::to_string(&comparison).unwrap_or_default(), words)
        });
        Ok(found)
    }

    /// Judges a stream of batches into rows of these columns, all where none is named: the rows as a stream of batches, what was set aside and
    /// what was counted as JSON.
    fn eval_batches<'py>(
        &self,
        py: Python<'py>,
        batches: PyArrowType<RecordBatchStreamReader>,
        columns: Vec<String>,
        threads: Option<usize>,
    ) -> PyResult<(Bound<'py, PyAny>, String, String)> {
        let wrong = |error: &dyn std::fmt::Display| errors::of_usage(&format!("the table cannot be read: {error}"));
        let columns = RowColumn::chosen(&columns).map_err(|problems| errors::of_table(&problems))?;
        // Columns are looked at even where no row stands under them.
        let empty = RecordBatch::new_empty(batches.0.schema());
        let batches = std::iter::once(Ok(empty)).chain(batches.0);
        let batches: Result<Vec<RecordBatch>, _> = py.detach(|| batches.collect());
        let batches = batches.map_err(|error| wrong(&error))?;
        let frame = py.detach(|| {
            let terms =
                Terms { judge: self.judge(), on: self.on, readings: self.readings.clone(), background: self.background() };
            judge_batches(&terms, &batches, &columns, threads)
        });
        let frame = frame.map_err(|problems| errors::of_table(&problems))?;
        let rejected = serde_json::to_string(&frame.rejected).unwrap_or_default();
        let summary = serde_json::to_string(&frame.summary).unwrap_or_default();
        let rows = RecordBatchIterator::new(frame.rows.into_iter().map(Ok), Arc::new(row_schema(&columns)));
        let rows: Box<dyn RecordBatchReader + Send> = Box::new(rows);
        Ok((rows.into_pyarrow(py)?, rejected, summary))
    }

    #[getter]
    fn on(&self) -> Option<String> {
        self.on.map(|day| day.to_string())
    }

    #[getter]
    fn known(&self) -> Option<String> {
        self.known.map(|day| day.to_string())
    }
}
