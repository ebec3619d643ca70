//! The members of W3: the sign of the difference of two rolling means, one share either way, a taker fee of 0.1 %.
use prost::Message;
use quartet_core::core::contract::{Op, clock};
use quartet_core::edge::pb;

// Graphs of other benchmarks are there too.
#[allow(dead_code)]
#[path = "../w1/config.rs"]
mod w1;

const TAKER_FEE_PPB: i64 = 1_000_000;

fn quoted(op: Op, inputs: &[u32], n: u32) -> pb::Node {
    pb::Node {
        op: op as u32,
        inputs: inputs.to_vec(),
        clock: clock::QUOTE,
        n,
        params: Vec::new(),
        name: String::new(),
    }
}

/// score: sign(mean(mid, fast) - mean(mid, slow)).
pub fn cross(fast: u32, slow: u32) -> pb::Program {
    let nodes = vec![
        quoted(Op::Mid, &[], 0),
        quoted(Op::Mean, &[0], fast),
        quoted(Op::Mean, &[0], slow),
        quoted(Op::Sub, &[1, 2], 0),
        quoted(Op::Sign, &[3], 0),
    ];
    pb::Program { score: nodes.len() as u32 - 1, nodes, confidence: None, fair_value: None }
}

/// The configuration of W1 with another program and a fee, as a message.
pub fn member(symbols: usize, program: pb::Program) -> pb::EngineConfig {
    let bytes = w1::serialised(symbols, w1::Graph::Cross);
    let mut config = pb::EngineConfig::decode(bytes.as_slice()).expect("W1 has a configuration");
    config.program = Some(program);
    if let Some(venue) = &mut config.venue {
        venue.taker_fee_ppb = TAKER_FEE_PPB;
    }
    config
}
