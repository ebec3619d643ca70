//! What crosses the engine's border: protobuf, controls, snapshots, and the guard that latches faults.

pub mod columns;
pub mod command;
pub mod config;
pub mod configure;
mod control;
pub mod handle;
pub mod limits;
pub mod message_form;
mod message_forms;
/// Generated from `proto/`.
#[allow(clippy::all, missing_docs)]
#[rustfmt::skip]
pub mod pb;
pub mod program;
mod snapshot_load;
mod snapshot_reader;
mod snapshot_symbols;
mod snapshot_write;
pub mod sweep;
