//! W3: a thousand crosses of rolling means over ten thousand quotes of one symbol, every service of the engine on but
//! for records. Beside it the same members one after the other, each an engine of its own.
mod config;
mod quotes;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use prost::Message;
use quartet_core::core::contract::Counters;
use quartet_core::core::options::Options;
use quartet_core::edge::handle::EngineHandle;
use quartet_core::edge::pb;
use quartet_core::edge::sweep::{ROW_BYTES, SweepHandle};

const EVENTS: usize = 10_000;
const SCALE: i64 = 1_000_000_000;
const MONEY: i128 = 1_000_000_000_000_000_000;

/// Cash for ten shares, limits that are on and wide.
fn member(program: pb::Program) -> pb::EngineConfig {
    let mut member = config::member(1, program);
    member.instruments[0].tick = quotes::TICK;
    if let (Some(account), Some(risk)) = (&mut member.account, &mut member.risk) {
        account.initial_cash = (1_000 * MONEY).to_le_bytes().to_vec();
        risk.max_order_weight_ppb = Some(100 * SCALE);
        risk.max_position_weight_ppb = Some(100 * SCALE);
        risk.max_leverage_ppb = Some(100 * SCALE);
        risk.max_position_var_ppb = Some(SCALE);
        risk.max_portfolio_var_ppb = Some(SCALE);
        risk.duplicate_window_ns = Some(0);
        risk.max_drawdown_ppb = Some(SCALE);
        risk.max_daily_loss_ppb = Some(SCALE);
    }
    member
}

/// 20 fast windows by 50 slow ones.
fn members() -> Vec<Vec<u8>> {
    let windows = (5..25).flat_map(|fast| (30..129).step_by(2).map(move |slow| (fast, slow)));
    windows.map(|(fast, slow)| member(config::cross(fast, slow)).encode_to_vec()).collect()
}

fn sweep(configs: &[Vec<u8>]) -> SweepHandle {
    let slices: Vec<&[u8]> = configs.iter().map(Vec::as_slice).collect();
    SweepHandle::configure(&slices, Options::default()).expect("the configurations are right")
}

/// Orders of all members, so that an empty run is seen.
fn orders(rows: &[u8]) -> u64 {
    let place = Counters::NAMES.iter().position(|&name| name == "orders").unwrap_or_default();
    let counter =
        |row: &[u8]| row.as_chunks::<8>().0.get(place).map_or(0, |bytes| u64::from_le_bytes(*bytes));
    rows.chunks_exact(ROW_BYTES).map(counter).sum()
}

fn passes(criterion: &mut Criterion) {
    let configs = members();
    let columns = quotes::columns(EVENTS);
    let columns: Vec<&[u8]> = columns.iter().map(Vec::as_slice).collect();
    let mut told = sweep(&configs);
    told.process(&columns, &[]).expect("the batch is right");
    println!("{} orders", orders(&told.rows()));
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
