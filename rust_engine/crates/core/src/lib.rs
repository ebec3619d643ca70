//! The Rust engine: eight rooms, one file `engine` for the step order, and `edge` around them.
#![forbid(unsafe_code)]

pub mod account;
pub mod core;
pub mod data_engine;
pub mod edge;
pub mod engine;
pub mod execution_engine;
pub mod order_engine;
pub mod performance;
pub mod risk_engine;
pub mod signal_engine;
pub mod state;
