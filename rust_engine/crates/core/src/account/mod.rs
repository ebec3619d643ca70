//! Positions, cash, equity, and the session and risk clocks.

pub mod clocks;
pub mod controls;
pub mod fills;
pub mod ledger;
