//! Ukase for Python. What is here only carries: texts in and out, arrays through Arrow's C data interface, errors as exceptions. The package
//! in `python/ukase` gives it the form that people use.

mod errors;
mod policy;
mod regime;

use pyo3::prelude::*;

/// The native part of the package.
#[pymodule]
fn _ukase(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<policy::Policy>()?;
    module.add_class::<regime::Regime>()?;
    module.add("Problems", module.py().get_type::<errors::Problems>())
}
