//! The Rust engine: eight rooms, `engine` for the order of the phases, `steps` for that of the steps, `edge` around them.
#![deny(unsafe_code)]

pub mod account;
pub mod core;
pub mod data_engine;
pub mod edge;
pub mod engine;
pub mod execution_engine;
pub mod order_engine;
mod overlap;
pub mod performance;
mod quiet_quotes;
pub mod risk_engine;
pub mod signal_engine;
pub mod state;
mod steps;
pub mod sweep;
