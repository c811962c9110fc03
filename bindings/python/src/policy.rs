//! A policy: read, checked, at a version.

use crate::errors;
use crate::regime::Regime;
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use ukase::check::{CheckedPolicy, Question, Version, check_law};
use ukase::diagnostic::Diagnostic;
use ukase::facts::schema;
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
        let is_version = |path: &str| path.rsplit_once('@').is_some_and(|(policy, _)| Path::new(policy).exists());
        if !path.exists() && is_version(&path.to_string_lossy()) {
            let message = "a version is chosen by at(…), as in Policy(\"policies/cn-rare-earth\").at(\"2025-12-01\")";
            return Err(errors::of_usage(message));
        }
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

    /// The versions that it names: the day judged, the day known.
    #[getter]
    fn versions(&self) -> BTreeMap<&str, (String, Option<String>)> {
        let days = |version: &Version| (version.on.to_string(), version.known.map(|day| day.to_string()));
        self.0.versions.iter().map(|version| (version.name.as_str(), days(version))).collect()
    }

    /// The questions of law that it asks, each with its readings.
    #[getter]
    fn questions(&self) -> BTreeMap<&str, Vec<&str>> {
        fn readings(question: &Question) -> Vec<&str> {
            question.readings.iter().map(|reading| reading.name.as_str()).collect()
        }
        self.0.questions.iter().map(|question| (question.name.as_str(), readings(question))).collect()
    }

    /// The assumptions that may be chosen.
    #[getter]
    fn assumptions(&self) -> Vec<&str> {
        self.0.assumptions.iter().map(|assumption| assumption.name.as_str()).collect()
    }

    /// The JSON Schema (2020-12) of its facts.
    fn schema(&self) -> String {
        schema(&self.0).to_string()
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
