//! From a verdict to orders: policy, reconciler, order slab, state machine.

pub mod at_once;
pub mod bar_verdicts;
pub mod create;
pub mod policy;
pub mod reconciler;
pub mod replace;
pub mod reports;
pub mod retry;
pub mod slab;
mod sure_fill;
pub mod transitions;
