//! The targets, which lie among the engine's tests so that an ordinary test replays the corpus.
#[path = "../../crates/core/tests/replay/buffers.rs"]
pub mod buffers;
#[path = "../../crates/core/tests/replay/difference.rs"]
pub mod difference;
pub mod message;
pub mod mutator;
#[path = "../../crates/core/tests/replay/targets/mod.rs"]
pub mod targets;
