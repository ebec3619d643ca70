//! W1: a million quotes through the whole engine, EMA 10 over EMA 20, every risk row on, records written.
mod config;
mod quotes;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use quartet_core::edge::handle::EngineHandle;

const EVENTS: usize = 1_000_000;

fn w1(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("w1");
    group.sample_size(10);
    group.throughput(Throughput::Elements(EVENTS as u64));
    for symbols in [1, 100] {
        let config = config::serialised(symbols);
        let columns = quotes::columns(EVENTS, symbols);
        let columns: Vec<&[u8]> = columns.iter().map(Vec::as_slice).collect();
        tell(&config, &columns, symbols);
        group.bench_function(format!("{symbols} symbols"), |bencher| {
            bencher.iter_batched(
                || EngineHandle::configure(&config).expect("the configuration is right"),
                |mut engine| {
                    let bytes = engine.process(&columns, &[]).expect("the batch is right").len();
                    (engine, bytes)
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

/// What came out, so that an empty run is seen.
fn tell(config: &[u8], columns: &[&[u8]], symbols: usize) {
    let mut engine = EngineHandle::configure(config).expect("the configuration is right");
    engine.process(columns, &[]).expect("the batch is right");
    println!("{symbols} symbols: {:?}", engine.statistics(false).counters);
}

criterion_group!(benches, w1);
criterion_main!(benches);
