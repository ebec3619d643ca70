//! Tests over the recorded cases: their replay, and what damaged bytes do.
mod cases;
mod conformance;
mod difference;
mod robustness;
