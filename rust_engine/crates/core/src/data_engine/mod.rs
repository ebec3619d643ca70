//! What comes in: batch columns, the tests of an event, the market view of phase two.

pub mod columns;
pub mod market;
pub mod quote;
pub mod quote_run;
pub mod single_quote;
pub mod validation;
