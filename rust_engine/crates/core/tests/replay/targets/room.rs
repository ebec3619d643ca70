//! Keeps the fuzzer away from configurations that may ask for much room, and do.
use prost::Message;
use quartet_core::edge::pb::{EngineConfig, Program};

const WORDS: u64 = 1 << 18;
const OPEN_ORDERS: u32 = 4096;

/// None where the configuration, or a program that may replace its own, takes much room.
pub fn is_small(config: &[u8], programs: impl IntoIterator<Item = Vec<u8>>) -> Option<()> {
    let Ok(config) = EngineConfig::decode(config) else { return Some(()) };
    let symbols = config.instruments.len() as u64;
    let later = programs.into_iter().flat_map(|bytes| Program::decode(bytes.as_slice()));
    let mut all = config.program.into_iter().chain(later);
    let is_small = config.capacity.unwrap_or_default().open_orders <= OPEN_ORDERS
        && all.all(|program| words(&program) * symbols <= WORDS);
    is_small.then_some(())
}

/// About the words of one symbol's state.
fn words(program: &Program) -> u64 {
    program.nodes.iter().map(|node| u64::from(node.n)).sum()
}
