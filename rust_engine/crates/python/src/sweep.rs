//! The class `Sweep`: many engines over the same batches, without the interpreter's lock.
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use quartet_core::core::contract::ErrorCode;
use quartet_core::core::options::Options;
use quartet_core::edge::sweep::SweepHandle;

use crate::buffers::Buffers;
use crate::errors::to_python;

/// Engines of several configurations. Calls from several threads take turns.
#[derive(Debug)]
#[pyclass(frozen, module = "quartet_rust")]
pub struct Sweep {
    handle: Mutex<SweepHandle>,
    /// Time inside the sweep of the last process call.
    processing_ns: AtomicU64,
}

impl Sweep {
    /// The core turns panics into errors, so that a poisoned lock still guards a sound value.
    fn lock(&self) -> MutexGuard<'_, SweepHandle> {
        self.handle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Sweep {
    /// Members from serialised EngineConfigs; threads, mode and simd say how they run and change no answer.
    #[new]
    #[pyo3(signature = (configs, threads=1, mode="auto", simd="auto"))]
    fn new(
        py: Python<'_>,
        configs: &Bound<'_, PyAny>,
        threads: usize,
        mode: &str,
        simd: &str,
    ) -> PyResult<Self> {
        let options = Options::new(threads, mode, simd).map_err(to_python)?;
        let configs = Buffers::list(configs, ErrorCode::BadConfig, "configs")?;
        let slices = configs.slices();
        let handle = py.detach(|| SweepHandle::configure(&slices, options)).map_err(to_python)?;
        Ok(Self { handle: Mutex::new(handle), processing_ns: AtomicU64::new(0) })
    }

    /// Runs a batch through every member.
    fn process(
        &self,
        py: Python<'_>,
        columns: &Bound<'_, PyAny>,
        controls: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let columns = Buffers::list(columns, ErrorCode::BadBatch, "columns")?;
        let controls = Buffers::list(controls, ErrorCode::BadBatch, "controls")?;
        let (columns, controls) = (columns.slices(), controls.slices());
        py.detach(|| {
            let mut handle = self.lock();
            let started = Instant::now();
            let outcome = handle.process(&columns, &controls);
            self.processing_ns.store(started.elapsed().as_nanos() as u64, Ordering::Relaxed);
            outcome
        })
        .map_err(to_python)
    }

    /// Counters and money of every member as they stand, 192 bytes each.
    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let rows = py.detach(|| self.lock().rows());
        Ok(PyBytes::new(py, &rows))
    }

    /// The whole state of one member.
    fn snapshot<'py>(&self, py: Python<'py>, member: usize) -> PyResult<Bound<'py, PyBytes>> {
        let snapshot = py.detach(|| {
            let handle = self.lock();
            let count = handle.member_count();
            if member < count { Ok(handle.snapshot(member)) } else { Err(count) }
        });
        let snapshot = snapshot.map_err(|count| {
            PyIndexError::new_err(format!("there is no member {member}; the sweep has {count}"))
        })?;
        Ok(PyBytes::new(py, &snapshot.map_err(to_python)?))
    }

    /// Time inside the sweep of the last process call.
    #[getter]
    fn processing_ns(&self) -> u64 {
        self.processing_ns.load(Ordering::Relaxed)
    }
}
