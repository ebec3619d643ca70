//! Types, fixed point, floats, errors, configuration and the generated tables.

pub mod blobs;
pub mod config;
pub mod contract;
pub mod elementary;
pub mod error;
pub mod fixed;
pub mod float;
pub mod guard;
pub mod instruments;
pub mod limits;
pub mod options;
pub mod output;
pub mod ring;
pub mod session;
pub mod simd;
