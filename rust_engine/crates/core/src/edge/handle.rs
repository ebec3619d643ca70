//! The engine as a caller sees it: no call panics, and a fault latches (spec 12.1).
use crate::core::contract::ErrorCode;
use crate::core::error::{EngineError, Result};
use crate::core::float::canonical;
use crate::core::guard::guarded;
use crate::core::options::Options;
use crate::data_engine::columns::Batch;
use crate::data_engine::single_quote::SingleQuote;
use crate::engine::Engine;
use crate::performance::statistics::Statistics;

/// Phase one's answer, one row per event; scores are packed little-endian f64.
#[derive(Debug, Default)]
pub struct Evaluation {
    pub verdict: Vec<u8>,
    pub score: Vec<u8>,
    pub confidence: Vec<u8>,
    pub fair_value: Vec<u8>,
}

/// An engine and its latch.
#[derive(Debug)]
pub struct EngineHandle {
    engine: Engine,
    failed: Option<String>,
}

pub(super) fn failed(reason: &str) -> EngineError {
    EngineError::new(ErrorCode::EngineFailed, format!("the engine has latched: {reason}"))
}

impl EngineHandle {
    /// An engine from a serialised EngineConfig.
    pub fn configure(config: &[u8]) -> Result<Self> {
        Self::configure_with(config, Options::default())
    }

    /// An engine that runs as the options say.
    pub fn configure_with(config: &[u8], options: Options) -> Result<Self> {
        let engine = guarded(|| Engine::configure(config, options)).map_err(|reason| failed(&reason))??;
        Ok(Self { engine, failed: None })
    }

    fn latch<T>(&mut self, outcome: std::result::Result<T, String>) -> Result<T> {
        let fault = self.engine.fault().map(str::to_owned);
        match (outcome, fault) {
            (Ok(value), None) => Ok(value),
            (Err(reason), _) | (Ok(_), Some(reason)) => {
                let error = failed(&reason);
                self.failed = Some(reason);
                Err(error)
            }
        }
    }

    fn alive(&self) -> Result<()> {
        self.failed.as_ref().map_or(Ok(()), |reason| Err(failed(reason)))
    }

    /// Runs a batch; returns its records back to back.
    pub fn process(&mut self, columns: &[&[u8]], controls: &[&[u8]]) -> Result<&[u8]> {
        self.alive()?;
        let engine = &mut self.engine;
        let single = if controls.is_empty() { SingleQuote::of(columns) } else { None };
        let outcome = match single.map(|single| guarded(|| engine.process_single(&single))) {
            Some(Ok(true)) => Ok(()),
            Some(Err(reason)) => Err(reason),
            Some(Ok(false)) | None => {
                let batch = Batch::new(columns, controls)?;
                guarded(|| engine.process(&batch))
            }
        };
        self.latch(outcome)?;
        Ok(self.engine.output())
    }

    /// Takes the records of the last batch out, without a copy.
    pub fn take_records(&mut self) -> Vec<u8> {
        self.engine.state.output.take()
    }

    /// Gives the buffer back, so that the next batch need not allocate.
    pub fn give_back(&mut self, records: Vec<u8>) {
        self.engine.state.output.give_back(records);
    }

    /// Phase one alone.
    pub fn evaluate(&mut self, columns: &[&[u8]], controls: &[&[u8]]) -> Result<Evaluation> {
        self.alive()?;
        let batch = Batch::new(columns, controls)?;
        let mut rows = Evaluation::default();
        let engine = &mut self.engine;
        let outcome = guarded(|| {
            engine.evaluate(&batch, |event| {
                rows.verdict.push(event.verdict as u8);
                rows.score.extend_from_slice(&canonical(event.score).to_le_bytes());
                rows.confidence.extend_from_slice(&canonical(event.confidence).to_le_bytes());
                rows.fair_value.extend_from_slice(&canonical(event.fair_value).to_le_bytes());
            });
        });
        self.latch(outcome)?;
        Ok(rows)
    }

    pub fn snapshot(&mut self) -> Result<Vec<u8>> {
        self.alive()?;
        let engine = &mut self.engine;
        let outcome = guarded(|| engine.snapshot());
        self.latch(outcome)
    }

    /// Replaces the whole engine, whatever its configuration or latch; on error nothing has changed.
    pub fn restore(&mut self, snapshot: &[u8]) -> Result<()> {
        let options = self.engine.options;
        let restored = guarded(|| Engine::restore(snapshot, options)).map_err(EngineError::snapshot)??;
        self.engine = restored;
        self.failed = None;
        Ok(())
    }

    pub fn statistics(&mut self, reset: bool) -> Statistics {
        self.engine.statistics(reset)
    }
}

impl Engine {
    fn fault(&self) -> Option<&'static str> {
        self.state.fault
    }

    fn statistics(&mut self, reset: bool) -> Statistics {
        let latency = &self.performance.latency;
        let statistics = Statistics {
            counters: self.state.counters,
            latency_count: latency.count,
            latency_ns_total: latency.total,
            latency_ns_max: latency.max,
            latency_ns_p50: latency.quantile(500),
            latency_ns_p90: latency.quantile(900),
            latency_ns_p99: latency.quantile(990),
            latency_ns_p999: latency.quantile(999),
            uptime_ns: self.performance.uptime_ns(),
            queue_depth: (self.state.venue.inbound.len() + self.state.venue.reports.len()) as u32,
            pool_in_use: self.state.orders.len() as u32,
        };
        if reset {
            self.performance.latency.clear();
        }
        statistics
    }
}
