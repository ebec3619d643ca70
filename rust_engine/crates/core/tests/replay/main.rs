//! Tests over the recorded cases: their replay, and what damaged bytes do; and over the fuzzer's corpus.
mod buffers;
mod cases;
mod conformance;
mod corpus;
mod difference;
mod robustness;
mod sweep;
mod sweep_random;
mod targets;
