//! How an engine runs: outside of the contract, none of it changes a bit of output.
use super::error::{EngineError, Result};
use super::simd::SimdLevel;

/// More would only wait.
const THREADS_MAX: usize = 4096;
/// About what a thread costs to start.
const OVERLAP_EVENTS_MIN: usize = 8192;

/// How many events phase one takes in one go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Blocks as large as a batch lets them be.
    Block,
    /// Every event by itself: its records are complete before the next one is looked at.
    Event,
}

/// Threads, block size and vector level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// From two on, phase one of a block overlaps phase two of the one before.
    pub threads: usize,
    pub mode: Mode,
    pub simd: SimdLevel,
    /// Fewer events in a row are done before a second thread is up.
    pub overlap_events_min: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            threads: 1,
            mode: Mode::Block,
            simd: SimdLevel::detect(),
            overlap_events_min: OVERLAP_EVENTS_MIN,
        }
    }
}

impl Options {
    /// From keywords; BAD_CONFIG names the one that is unknown, or that this processor cannot do.
    pub fn new(threads: usize, mode: &str, simd: &str) -> Result<Self> {
        if !(1..=THREADS_MAX).contains(&threads) {
            return Err(EngineError::config(format!("threads is {threads}, must be in [1, {THREADS_MAX}]")));
        }
        let mode = match mode {
            // A block is never longer than its batch, so that a small batch is quick in either mode.
            "auto" | "block" => Mode::Block,
            "event" => Mode::Event,
            _ => return Err(EngineError::config(format!("mode is {mode:?}, must be auto, event or block"))),
        };
        let simd = match simd {
            "auto" => SimdLevel::detect(),
            "scalar" => SimdLevel::SCALAR,
            "avx2" => SimdLevel::avx2()
                .ok_or_else(|| EngineError::config("simd is \"avx2\", which this processor does not have"))?,
            _ => return Err(EngineError::config(format!("simd is {simd:?}, must be auto, scalar or avx2"))),
        };
        Ok(Self { threads, mode, simd, ..Self::default() })
    }

    /// Whether so many events in a row are worth a second thread; blocks of one event never are.
    pub fn overlaps(&self, events: usize) -> bool {
        self.threads > 1 && self.mode == Mode::Block && events >= self.overlap_events_min
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_values_are_named() {
        assert_eq!(Options::new(1, "auto", "auto"), Ok(Options::default()));
        assert_eq!(Options::new(2, "event", "scalar").unwrap().mode, Mode::Event);
        for (threads, mode, simd, key) in
            [(0, "auto", "auto", "threads"), (1, "batch", "auto", "mode"), (1, "auto", "sse", "simd")]
        {
            assert!(Options::new(threads, mode, simd).unwrap_err().message.starts_with(key));
        }
    }
}
