//! EngineError: the only exception that leaves the module.
use pyo3::create_exception;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use quartet_core::core::error::EngineError as CoreError;

create_exception!(
    quartet_rust,
    EngineError,
    PyException,
    "A refused call; `code` is the contract's ErrorCode, `message` says what and where."
);

/// The exception with its attributes `code` and `message`.
pub fn to_python(error: CoreError) -> PyErr {
    Python::attach(|py| {
        let raised = EngineError::new_err(error.message.clone());
        let value = raised.value(py);
        let told =
            value.setattr("code", error.code as u32).and_then(|()| value.setattr("message", error.message));
        match told {
            Ok(()) => raised,
            Err(other) => other,
        }
    })
}
