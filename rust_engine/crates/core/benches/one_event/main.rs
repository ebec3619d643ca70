//! One event, open loop: quotes of W1, each a batch of its own and due at its time, whether the engine is ready or not.
//! Latency counts from when the event was due, service from when the engine got it.
// Graphs of other benchmarks are there too.
#[allow(dead_code)]
#[path = "../w1/config.rs"]
mod config;
#[path = "../w1/quotes.rs"]
mod quotes;

use std::time::Instant;

use config::Graph;
use quartet_core::edge::handle::EngineHandle;

const INTERVAL_NS: u64 = 1_000;
/// A tenth of a second, then two seconds.
const WARM_UP: usize = 100_000;
const EVENTS: usize = WARM_UP + 2_000_000;

/// The columns of one event.
fn row(columns: &[Vec<u8>], event: usize) -> Vec<&[u8]> {
    let width = |column: &[u8]| column.len() / EVENTS;
    columns.iter().map(|column| &column[event * width(column)..(event + 1) * width(column)]).collect()
}

fn tell(name: &str, mut times: Vec<u64>) {
    times.sort_unstable();
    let at = |share: f64| times[(share * (times.len() - 1) as f64) as usize];
    println!("{name}: p50 {} ns, p99 {} ns, p99.9 {} ns", at(0.5), at(0.99), at(0.999));
}

fn main() {
    let mut engine =
        EngineHandle::configure(&config::serialised(1, Graph::Cross)).expect("the configuration is right");
    let columns = quotes::columns(EVENTS, 1);
    let (mut latencies, mut services) = (Vec::with_capacity(EVENTS), Vec::with_capacity(EVENTS));
    let start = Instant::now();
    let now_ns = || start.elapsed().as_nanos() as u64;
    for event in 0..EVENTS {
        let row = row(&columns, event);
        let due = (event as u64 + 1) * INTERVAL_NS;
        let mut began = now_ns();
        while began < due {
            began = now_ns();
        }
        engine.process(&row, &[]).expect("the batch is right");
        let done = now_ns();
        let records = engine.take_records();
        engine.give_back(records);
        if event >= WARM_UP {
            latencies.push(done - due);
            services.push(done - began);
        }
    }
    println!("{:?}", engine.statistics(false).counters);
    tell("latency from due", latencies);
    tell("service", services);
}
