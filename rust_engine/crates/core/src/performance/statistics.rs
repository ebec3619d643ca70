//! What the statistics call answers.
use std::time::Instant;

use super::histogram::Histogram;
use crate::core::contract::Counters;

/// One block of so many is timed.
const SAMPLED_BLOCKS: u32 = 16;

/// Latency of events, sampled by block, and the time since configuration.
#[derive(Debug)]
pub struct Performance {
    pub latency: Histogram,
    started: Instant,
    blocks: u32,
}

impl Default for Performance {
    fn default() -> Self {
        Self { latency: Histogram::default(), started: Instant::now(), blocks: 0 }
    }
}

impl Performance {
    /// The start of a block that is to be timed.
    pub fn start_block(&mut self) -> Option<Instant> {
        self.blocks = self.blocks.wrapping_add(1);
        (self.blocks % SAMPLED_BLOCKS == 1).then(Instant::now)
    }

    /// The mean over the block's events is one sample.
    pub fn end_block(&mut self, started: Option<Instant>, events: usize) {
        if let Some(started) = started {
            self.latency.record(started.elapsed().as_nanos() as u64 / events.max(1) as u64);
        }
    }

    pub fn uptime_ns(&self) -> u64 {
        self.started.elapsed().as_nanos() as u64
    }
}

/// The fields of StatisticsResponse.
#[derive(Clone, Copy, Debug)]
pub struct Statistics {
    pub counters: Counters,
    pub latency_count: u64,
    pub latency_ns_total: u64,
    pub latency_ns_max: u64,
    pub latency_ns_p50: u64,
    pub latency_ns_p90: u64,
    pub latency_ns_p99: u64,
    pub latency_ns_p999: u64,
    pub uptime_ns: u64,
    pub queue_depth: u32,
    pub pool_in_use: u32,
}
