//! W3: a thousand crosses of rolling means over ten thousand quotes of one symbol, every service of the engine on but
//! for records. Beside it the same members one after the other, each an engine of its own.
mod config;
#[path = "../w1/quotes.rs"]
mod quotes;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use prost::Message;
use quartet_core::core::options::Options;
use quartet_core::edge::handle::EngineHandle;
use quartet_core::edge::sweep::SweepHandle;

const EVENTS: usize = 10_000;

/// 20 fast windows by 50 slow ones.
fn members() -> Vec<Vec<u8>> {
    let windows = (5..25).flat_map(|fast| (30..129).step_by(2).map(move |slow| (fast, slow)));
    windows.map(|(fast, slow)| config::member(1, config::cross(fast, slow)).encode_to_vec()).collect()
}

fn sweep(configs: &[Vec<u8>]) -> SweepHandle {
    let slices: Vec<&[u8]> = configs.iter().map(Vec::as_slice).collect();
    SweepHandle::configure(&slices, Options::default()).expect("the configurations are right")
}

fn passes(criterion: &mut Criterion) {
    let configs = members();
    let columns = quotes::columns(EVENTS, 1);
    let columns: Vec<&[u8]> = columns.iter().map(Vec::as_slice).collect();
    let mut group = criterion.benchmark_group("w3");
    group.sample_size(10);
    group.throughput(Throughput::Elements((configs.len() * EVENTS) as u64));
    group.bench_function("sweep", |bencher| {
        bencher.iter_batched_ref(
            || sweep(&configs),
            |sweep| sweep.process(&columns, &[]).expect("the batch is right"),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("single engines", |bencher| {
        bencher.iter_batched_ref(
            || configs.iter().map(|config| EngineHandle::configure(config)).collect::<Result<Vec<_>, _>>(),
            |engines| {
                for engine in engines.as_mut().expect("the configurations are right") {
                    engine.process(&columns, &[]).expect("the batch is right");
                }
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, passes);
criterion_main!(benches);
