//! A policy: read, checked, at a version.

use crate::errors;
use crate::regime::Regime;
use pyo3::prelude::*;
use std::path::PathBuf;
use std::sync::Arc;
use ukase::check::{CheckedPolicy, check_law};
use ukase::diagnostic::Diagnostic;
use ukase::files::{pack, read_policy, unpack};
use ukase::settings;
use ukase::source::Sources;

/// A checked policy.
#[pyclass(frozen)]
pub(crate) struct Policy(pub(crate) Arc<CheckedPolicy>);

#[pymethods]
impl Policy {
    /// Reads a folder, a file or a packed policy.
    #[staticmethod]
    fn open(py: Python<'_>, path: PathBuf) -> PyResult<Policy> {
        let read = py.detach(|| read_policy(&path));
        checked(py, &read.map_err(|error| errors::of_reading(&error))?)
    }

    /// Reads a packed policy from its text.
    #[staticmethod]
    fn unpack(py: Python<'_>, text: &str) -> PyResult<Policy> {
        checked(py, &unpack(text).map_err(|error| errors::of_reading(&error))?)
    }

    /// The policy as one text.
    fn pack(&self) -> String {
        pack(&self.0.sources)
    }

    #[getter]
    fn name(&self) -> &str {
        &self.0.name
    }

    #[getter]
    fn digest(&self) -> &str {
        &self.0.digest
    }

    #[getter]
    fn outcomes(&self) -> Vec<&str> {
        self.0.outcomes.iter().map(|outcome| outcome.name.as_str()).collect()
    }

    /// The policy at a version, with readings (`question=reading`) and assumptions chosen.
    fn at(
        &self,
        py: Python<'_>,
        on: Option<&str>,
        known: Option<&str>,
        readings: Vec<String>,
        assumptions: Vec<String>,
    ) -> PyResult<Regime> {
        let policy = &self.0;
        let usage = |message: String| errors::of_usage(&message);
        let version = settings::version(policy, on).map_err(usage)?;
        let known = known.map(settings::day).transpose().map_err(usage)?.or(version.known);
        let readings = settings::readings(policy, &readings).map_err(usage)?;
        let assumptions = settings::assumptions(policy, std::slice::from_ref(policy), &assumptions).map_err(usage)?;
        Ok(py.detach(|| Regime::new(policy.clone(), version.on, known, readings, assumptions)))
    }
}

fn checked(py: Python<'_>, sources: &Sources) -> PyResult<Policy> {
    let (policy, diagnostics) = py.detach(|| check_law(sources));
    match policy.filter(|_| !diagnostics.iter().any(Diagnostic::is_error)) {
        Some(policy) => Ok(Policy(Arc::new(policy))),
        None => Err(errors::of_policy(sources, &diagnostics)),
    }
}
