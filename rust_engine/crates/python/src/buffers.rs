//! Columns and messages from Python, read in place through the buffer protocol.
use pyo3::buffer::PyUntypedBuffer;
use pyo3::prelude::*;
use quartet_core::core::contract::ErrorCode;
use quartet_core::core::error::EngineError;

use crate::errors::to_python;

/// Buffers of a call, held until it returns.
pub struct Buffers {
    held: Vec<PyUntypedBuffer>,
}

fn refuse(code: ErrorCode, what: &str) -> PyErr {
    to_python(EngineError::new(code, what))
}

fn buffer(object: &Bound<'_, PyAny>, code: ErrorCode, what: &str) -> PyResult<PyUntypedBuffer> {
    let buffer =
        PyUntypedBuffer::get(object).map_err(|_| refuse(code, &format!("{what} is not bytes-like")))?;
    if buffer.is_c_contiguous() {
        Ok(buffer)
    } else {
        Err(refuse(code, &format!("{what} is not contiguous")))
    }
}

fn bytes(buffer: &PyUntypedBuffer) -> &[u8] {
    if buffer.len_bytes() == 0 {
        return &[];
    }
    // SAFETY: the buffer is contiguous, of this length, and exported for as long as `buffer` lives; the caller
    // of process must not write to it meanwhile, as the package's documentation says.
    unsafe { std::slice::from_raw_parts(buffer.buf_ptr().cast::<u8>(), buffer.len_bytes()) }
}

impl Buffers {
    /// One buffer: a configuration or a snapshot.
    pub fn one(object: &Bound<'_, PyAny>, code: ErrorCode, what: &str) -> PyResult<Self> {
        Ok(Self { held: vec![buffer(object, code, what)?] })
    }

    /// A list of buffers: columns, controls or configurations.
    pub fn list(objects: &Bound<'_, PyAny>, code: ErrorCode, what: &str) -> PyResult<Self> {
        let objects = objects.try_iter().map_err(|_| refuse(code, &format!("{what} is not a list")))?;
        let mut held = Vec::new();
        for (place, object) in objects.enumerate() {
            let name = format!("{what}[{place}]");
            let object = object.map_err(|_| refuse(code, &format!("{name} cannot be read")))?;
            held.push(buffer(&object, code, &name)?);
        }
        Ok(Self { held })
    }

    pub fn slices(&self) -> Vec<&[u8]> {
        self.held.iter().map(bytes).collect()
    }

    /// The bytes of `one`.
    pub fn first(&self) -> &[u8] {
        self.held.first().map(bytes).unwrap_or_default()
    }
}
