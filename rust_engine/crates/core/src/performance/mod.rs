//! Sampled latency; measured beside the state, never inside it.

pub mod histogram;
pub mod statistics;
