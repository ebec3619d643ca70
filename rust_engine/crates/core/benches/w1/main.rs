//! Quotes through the whole engine, every risk row on, records written: W1, its quiet kin, the graph of
//! config/replay.yaml, two threads, and one event at a time. The price of an order is the time that `w1` takes more than
//! `quiet`, over the orders that it makes more.
mod config;
mod quotes;

use std::cell::Cell;
use std::hint::black_box;

use config::Graph;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use quartet_core::core::options::Options;
use quartet_core::edge::handle::EngineHandle;

const EVENTS: usize = 1_000_000;
const SINGLE_EVENTS: usize = 20_000;
const PARTS: [(&str, Graph, usize); 4] = [
    ("w1", Graph::Cross, 1),
    ("quiet", Graph::SlowCross, 1),
    ("replay graph", Graph::Replay, 1),
    ("replay graph, two threads", Graph::Replay, 2),
];

fn engine(config: &[u8], threads: usize) -> EngineHandle {
    let options = Options { threads, ..Options::default() };
    EngineHandle::configure_with(config, options).expect("the configuration is right")
}

fn whole(criterion: &mut Criterion) {
    for (name, graph, threads) in PARTS {
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10);
        group.throughput(Throughput::Elements(EVENTS as u64));
        for symbols in [1, 100] {
            let config = config::serialised(symbols, graph);
            let columns = quotes::columns(EVENTS, symbols);
            let columns: Vec<&[u8]> = columns.iter().map(Vec::as_slice).collect();
            let kept = Cell::new(tell(&config, &columns, symbols));
            group.bench_function(format!("{symbols} symbols"), |bencher| {
                bencher.iter_batched_ref(
                    || {
                        let mut engine = engine(&config, threads);
                        // The buffer of the run before: its pages are there.
                        engine.give_back(kept.take());
                        engine
                    },
                    |engine| {
                        engine.process(&columns, &[]).expect("the batch is right");
                        kept.set(engine.take_records());
                    },
                    BatchSize::PerIteration,
                );
            });
        }
        group.finish();
    }
}

/// What came out, so that an empty run is seen; its buffer is kept.
fn tell(config: &[u8], columns: &[&[u8]], symbols: usize) -> Vec<u8> {
    let mut engine = engine(config, 1);
    engine.process(columns, &[]).expect("the batch is right");
    println!("{symbols} symbols: {:?}", engine.statistics(false).counters);
    engine.take_records()
}

/// Every event as a batch of its own.
fn single(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("one event at a time");
    group.throughput(Throughput::Elements(SINGLE_EVENTS as u64));
    for symbols in [1, 100] {
        let config = config::serialised(symbols, Graph::Cross);
        let columns = quotes::columns(SINGLE_EVENTS, symbols);
        let events: Vec<Vec<&[u8]>> = (0..SINGLE_EVENTS).map(|event| row(&columns, event)).collect();
        group.bench_function(format!("{symbols} symbols"), |bencher| {
            bencher.iter_batched_ref(
                || engine(&config, 1),
                |engine| {
                    for event in &events {
                        black_box(engine.process(event, &[]).expect("the batch is right"));
                    }
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

/// The columns of one event.
fn row(columns: &[Vec<u8>], event: usize) -> Vec<&[u8]> {
    let width = |column: &[u8]| column.len() / SINGLE_EVENTS;
    columns.iter().map(|column| &column[event * width(column)..(event + 1) * width(column)]).collect()
}

criterion_group!(benches, whole, single);
criterion_main!(benches);
