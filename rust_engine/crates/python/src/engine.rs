//! The class `Engine`: calls into the core without the interpreter's lock.
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use quartet_core::core::contract::{Counters, ErrorCode};
use quartet_core::core::options::Options;
use quartet_core::edge::handle::EngineHandle;

use crate::buffers::Buffers;
use crate::errors::to_python;

/// Verdicts, scores, confidences and fair values as bytes.
type Evaluation<'py> = (Bound<'py, PyBytes>, Bound<'py, PyBytes>, Bound<'py, PyBytes>, Bound<'py, PyBytes>);

/// One engine. Calls from several threads take turns.
#[derive(Debug)]
#[pyclass(frozen, module = "quartet_rust")]
pub struct Engine {
    handle: Mutex<EngineHandle>,
    /// Time inside the engine of the last process call.
    processing_ns: AtomicU64,
}

impl Engine {
    /// The core turns panics into errors, so that a poisoned lock still guards a sound value.
    fn lock(&self) -> MutexGuard<'_, EngineHandle> {
        self.handle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Engine {
    /// An engine from a serialised EngineConfig; threads, mode and simd say how it runs and change no output.
    #[new]
    #[pyo3(signature = (config, threads=1, mode="auto", simd="auto"))]
    fn new(
        py: Python<'_>,
        config: &Bound<'_, PyAny>,
        threads: usize,
        mode: &str,
        simd: &str,
    ) -> PyResult<Self> {
        let options = Options::new(threads, mode, simd).map_err(to_python)?;
        let config = Buffers::one(config, ErrorCode::BadConfig, "config")?;
        let bytes = config.first();
        let handle = py.detach(|| EngineHandle::configure_with(bytes, options)).map_err(to_python)?;
        Ok(Self { handle: Mutex::new(handle), processing_ns: AtomicU64::new(0) })
    }

    /// Runs a batch; returns its records back to back.
    fn process<'py>(
        &self,
        py: Python<'py>,
        columns: &Bound<'_, PyAny>,
        controls: &Bound<'_, PyAny>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let columns = Buffers::list(columns, ErrorCode::BadBatch, "columns")?;
        let controls = Buffers::list(controls, ErrorCode::BadBatch, "controls")?;
        let (columns, controls) = (columns.slices(), controls.slices());
        let records = py
            .detach(|| {
                let mut handle = self.lock();
                let started = Instant::now();
                handle.process(&columns, &controls).map(|_| ())?;
                self.processing_ns.store(started.elapsed().as_nanos() as u64, Ordering::Relaxed);
                Ok(handle.take_records())
            })
            .map_err(to_python)?;
        let bytes = PyBytes::new(py, &records);
        py.detach(|| self.lock().give_back(records));
        Ok(bytes)
    }

    /// Phase one alone.
    fn evaluate<'py>(
        &self,
        py: Python<'py>,
        columns: &Bound<'_, PyAny>,
        controls: &Bound<'_, PyAny>,
    ) -> PyResult<Evaluation<'py>> {
        let columns = Buffers::list(columns, ErrorCode::BadBatch, "columns")?;
        let controls = Buffers::list(controls, ErrorCode::BadBatch, "controls")?;
        let (columns, controls) = (columns.slices(), controls.slices());
        let rows = py.detach(|| self.lock().evaluate(&columns, &controls)).map_err(to_python)?;
        let bytes = |column: &[u8]| PyBytes::new(py, column);
        Ok((bytes(&rows.verdict), bytes(&rows.score), bytes(&rows.confidence), bytes(&rows.fair_value)))
    }

    fn snapshot<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let snapshot = py.detach(|| self.lock().snapshot()).map_err(to_python)?;
        Ok(PyBytes::new(py, &snapshot))
    }

    /// Replaces the whole engine, whatever its configuration or latch.
    fn restore(&self, py: Python<'_>, snapshot: &Bound<'_, PyAny>) -> PyResult<()> {
        let snapshot = Buffers::one(snapshot, ErrorCode::BadSnapshot, "snapshot")?;
        let bytes = snapshot.first();
        py.detach(|| self.lock().restore(bytes)).map_err(to_python)
    }

    /// The fields of StatisticsResponse; counters by name.
    #[pyo3(signature = (reset=false))]
    fn statistics<'py>(&self, py: Python<'py>, reset: bool) -> PyResult<Bound<'py, PyDict>> {
        let told = py.detach(|| self.lock().statistics(reset));
        let (answer, counters) = (PyDict::new(py), PyDict::new(py));
        for (name, value) in Counters::NAMES.iter().zip(told.counters.to_array()) {
            counters.set_item(name, value)?;
        }
        answer.set_item("counters", counters)?;
        answer.set_item("latency_count", told.latency_count)?;
        answer.set_item("latency_ns_total", told.latency_ns_total)?;
        answer.set_item("latency_ns_max", told.latency_ns_max)?;
        answer.set_item("latency_ns_p50", told.latency_ns_p50)?;
        answer.set_item("latency_ns_p90", told.latency_ns_p90)?;
        answer.set_item("latency_ns_p99", told.latency_ns_p99)?;
        answer.set_item("latency_ns_p999", told.latency_ns_p999)?;
        answer.set_item("uptime_ns", told.uptime_ns)?;
        answer.set_item("queue_depth", told.queue_depth)?;
        answer.set_item("pool_in_use", told.pool_in_use)?;
        Ok(answer)
    }

    /// Time inside the engine of the last process call.
    #[getter]
    fn processing_ns(&self) -> u64 {
        self.processing_ns.load(Ordering::Relaxed)
    }
}
