//! What is wrong, as one exception that carries every problem; the package turns it into the ones that people catch.

use pyo3::prelude::*;
use serde_json::json;
use ukase::diagnostic::Diagnostic;
use ukase::files::ReadError;
use ukase::source::Sources;
use ukase::table::TableError;
use ukase::value::Raw;

pyo3::create_exception!(_ukase, Problems, pyo3::exceptions::PyException, "A kind and a JSON list of problems.");

fn raised(kind: &str, problems: Vec<serde_json::Value>) -> PyErr {
    Problems::new_err((kind.to_string(), serde_json::Value::Array(problems).to_string()))
}

/// A policy that is no policy.
pub(crate) fn of_policy(sources: &Sources, problems: &[Diagnostic]) -> PyErr {
    let problem = |one: &Diagnostic| {
        let (place, file) = (sources.position(one.span()), &sources.get(one.span().source).name);
        json!({"code": one.code, "message": one.message, "help": one.help, "file": file, "line": place.line, "column": place.column})
    };
    raised("policy", problems.iter().filter(|one| one.is_error()).map(problem).collect())
}

/// A policy that cannot be read.
pub(crate) fn of_reading(error: &ReadError) -> PyErr {
    raised("policy", vec![json!({"code": error.code, "message": error.message, "help": error.help})])
}

/// Facts that are none; each problem with the path of what it is about, where they could be read so far.
pub(crate) fn of_facts(facts: Option<&Raw>, problems: &[Diagnostic]) -> PyErr {
    let field = |one: &Diagnostic| facts.and_then(|facts| facts.path_to(one.span()));
    let problem = |one: &Diagnostic| json!({"code": one.code, "message": one.message, "help": one.help, "field": field(one)});
    raised("facts", problems.iter().map(problem).collect())
}

/// Columns that the vocabulary has no place for.
pub(crate) fn of_table(problems: &[TableError]) -> PyErr {
    let problem = |one: &TableError| json!({"code": one.code, "message": one.message, "help": one.help});
    raised("table", problems.iter().map(problem).collect())
}

/// A day, reading or assumption that is named wrongly.
pub(crate) fn of_usage(message: &str) -> PyErr {
    raised("usage", vec![json!({"code": "ukase::usage", "message": message, "help": null})])
}
