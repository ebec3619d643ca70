//! The Python module `quartet_rust`: glue only, no behaviour of its own.
mod buffers;
mod columns;
mod engine;
mod errors;
mod sweep;

use pyo3::prelude::*;
use quartet_core::core::contract;

#[pymodule]
mod quartet_rust {
    use super::{PyResult, contract, pyfunction};

    #[pymodule_export]
    use super::columns::{fixed_of_decimals, fixed_of_floats, gather};
    #[pymodule_export]
    use super::engine::Engine;
    #[pymodule_export]
    use super::errors::EngineError;
    #[pymodule_export]
    use super::sweep::Sweep;

    #[pyfunction]
    fn contract_hash() -> PyResult<&'static str> {
        Ok(contract::HASH)
    }

    #[pyfunction]
    fn version() -> PyResult<&'static str> {
        Ok(contract::VERSION)
    }

    /// Compiler, profile and target.
    #[pyfunction]
    fn build() -> PyResult<&'static str> {
        Ok(env!("QUARTET_BUILD"))
    }
}
