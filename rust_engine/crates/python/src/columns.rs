//! Passes over columns: buffers in, buffers filled, without the interpreter's lock.
use pyo3::buffer::PyUntypedBuffer;
use pyo3::prelude::*;
use quartet_core::core::contract::ErrorCode;
use quartet_core::core::error::EngineError;
use quartet_core::edge::columns::{self, FieldColumn};

use crate::buffers::Buffers;
use crate::errors::to_python;

/// A contiguous buffer that is written to, held for as long as this lives.
struct Writable(PyUntypedBuffer);

impl Writable {
    fn of(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        PyUntypedBuffer::get(object)
            .ok()
            .filter(|held| held.is_c_contiguous() && !held.readonly())
            .map(Self)
            .ok_or_else(|| {
                let text = "columns: not a contiguous buffer that can be written";
                to_python(EngineError::new(ErrorCode::BadBatch, text))
            })
    }

    fn bytes(&mut self) -> &mut [u8] {
        if self.0.len_bytes() == 0 {
            return &mut [];
        }
        // SAFETY: the buffer is contiguous, of this length, writable, and exported for as long as this lives; the
        // caller must not touch it meanwhile, as the package's documentation says.
        unsafe { std::slice::from_raw_parts_mut(self.0.buf_ptr().cast::<u8>(), self.0.len_bytes()) }
    }
}

/// Binary64 numbers as units of 1e-9 in `out`; false where one of them is none.
#[pyfunction]
pub fn fixed_of_floats(py: Python<'_>, numbers: &Bound<'_, PyAny>, out: &Bound<'_, PyAny>) -> PyResult<bool> {
    let numbers = Buffers::one(numbers, ErrorCode::BadBatch, "numbers")?;
    let mut out = Writable::of(out)?;
    let (numbers, out) = (numbers.first(), out.bytes());
    py.detach(|| columns::fixed_of_floats(numbers, out)).map_err(to_python)
}

/// 128-bit integers times a factor in `out`; false where one is negative or does not fit.
#[pyfunction]
pub fn fixed_of_decimals(
    py: Python<'_>,
    integers: &Bound<'_, PyAny>,
    factor: i64,
    out: &Bound<'_, PyAny>,
) -> PyResult<bool> {
    let integers = Buffers::one(integers, ErrorCode::BadBatch, "integers")?;
    let mut out = Writable::of(out)?;
    let (integers, out) = (integers.first(), out.bytes());
    py.detach(|| columns::fixed_of_decimals(integers, factor, out)).map_err(to_python)
}

/// Fields of the records at these places: offset, width, width in the column, and the column of each.
#[pyfunction]
pub fn gather(
    py: Python<'_>,
    records: &Bound<'_, PyAny>,
    places: &Bound<'_, PyAny>,
    fields: Vec<(usize, usize, usize, Bound<'_, PyAny>)>,
) -> PyResult<()> {
    let records = Buffers::one(records, ErrorCode::BadBatch, "records")?;
    let places = Buffers::one(places, ErrorCode::BadBatch, "places")?;
    let mut held = fields.iter().map(|field| Writable::of(&field.3)).collect::<PyResult<Vec<_>>>()?;
    let mut columns: Vec<_> = fields
        .iter()
        .zip(&mut held)
        .map(|(&(offset, width, column_width, _), column)| FieldColumn {
            offset,
            width,
            column_width,
            column: column.bytes(),
        })
        .collect();
    let (records, places) = (records.first(), places.first());
    py.detach(|| columns::gather(records, places, &mut columns)).map_err(to_python)
}
