//! Pre-trade rows, exposure sums, halts and kill levels (spec 8.4-8.7, 9).

pub mod checks;
pub mod collar;
pub mod controls;
pub mod duplicates;
pub mod envelope;
pub mod exposure;
pub mod exposure_rows;
pub mod halts;
pub mod rate;
pub mod self_trade;
pub mod ticket;
pub mod var;
