//! Random sweeps over random quotes, with quiet stretches, halts near, shorts, sessions that roll and commands, against
//! single engines.
use prost::Message;
use quartet_core::core::contract::{
    AccountType, ControlKind, Level, Op, OrderType, Rebalance, Sizing, clock,
};
use quartet_core::core::options::Options;
use quartet_core::edge::handle::EngineHandle;
use quartet_core::edge::pb;
use quartet_core::edge::sweep::SweepHandle;

use crate::difference;

#[path = "../../benches/w3/config.rs"]
mod config;

const SCALE: i64 = 1_000_000_000;
const DAY_NS: i64 = 86_400 * SCALE;
const EVENTS: usize = 1_800;
const SEEDS: u64 = 24;

/// Columns and message of a CONTROL.
type Command = (Vec<Vec<u8>>, Vec<u8>);
/// Columns and messages of a batch.
type Batch<'a> = (Vec<&'a [u8]>, Vec<&'a [u8]>);

struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound
    }

    fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }

    fn of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len() as u64) as usize]
    }
}

/// Quotes in stretches that stand still, drift or jump; few lack a side, are late, stale, halted or wrong.
fn columns(draws: &mut Draws, symbols: u64, oddities: u64) -> Vec<Vec<u8>> {
    let mut columns: Vec<Vec<u8>> = vec![Vec::new(); 34];
    let (mut bids, mut drift) = (vec![10_000i64; symbols as usize], 0);
    let mut now = 19_000 * DAY_NS + 86_000 * SCALE;
    for event in 0..EVENTS {
        if draws.one_in(60) {
            drift = draws.below(3) as i64 - 1;
        }
        let symbol = draws.below(symbols);
        let bid = &mut bids[symbol as usize];
        *bid += if draws.one_in(200) {
            draws.below(301) as i64 - 150
        } else {
            drift * i64::from(draws.one_in(2))
        };
        *bid = (*bid).max(5_000);
        let is_odd = oddities > 0 && draws.one_in(oddities);
        let sizes = [draws.below(50) as i64 * 10, draws.below(50) as i64 * 10];
        let sizes = if is_odd { sizes } else { sizes.map(|size| size + 10) };
        now += draws.below(700_000_000) as i64;
        let early = if is_odd { draws.below(9_000_000_000) as i64 - 6_000_000_000 } else { -5_000 };
        let flags = if is_odd { draws.below(8) as u32 } else { 0 };
        let spread = if is_odd && draws.one_in(4) { -3 } else { draws.below(2) as i64 };
        columns[0].push(1);
        columns[1].extend_from_slice(&(symbol as u32).to_le_bytes());
        columns[3].extend_from_slice(&flags.to_le_bytes());
        columns[6].extend_from_slice(&(event as u64 + 1).to_le_bytes());
        let tick = SCALE / 100;
        let values = [
            (4, now + early),
            (5, now),
            (7, *bid * tick),
            (8, (*bid + spread) * tick),
            (9, sizes[0] * SCALE),
            (10, sizes[1] * SCALE),
        ];
        for (column, value) in values {
            columns[column].extend_from_slice(&value.to_le_bytes());
        }
    }
    columns
}

fn node(op: Op, inputs: &[u32], n: u32, params: &[f64]) -> pb::Node {
    let clock = if op == Op::Const { 0 } else { clock::QUOTE };
    pb::Node {
        op: op as u32,
        inputs: inputs.to_vec(),
        clock,
        n,
        params: params.to_vec(),
        name: String::new(),
    }
}

/// Crosses of means and averages over few windows, so that members share some nodes and have others alone.
fn program(draws: &mut Draws) -> pb::Program {
    let (fast, slow) = (draws.of(&[2, 3, 5]), draws.of(&[8, 13, 21, 34]));
    let mut program = config::cross(fast, slow);
    match draws.below(4) {
        0 => {
            program.nodes[1] = node(Op::Ema, &[0], 1, &[draws.of(&[0.5, 0.25, 0.1])]);
            program.nodes[2] = node(Op::Ema, &[0], slow, &[draws.of(&[0.05, 0.02])]);
        }
        1 => {
            program.nodes.push(node(Op::Const, &[], 0, &[draws.of(&[0.5, 0.7, 1.5])]));
            program.confidence = Some(5);
        }
        2 => {
            let size = draws.of(&[0.25, 0.5, 0.75, 1.0]);
            program.nodes.push(node(Op::Const, &[], 0, &[size]));
            program.nodes.push(node(Op::Mul, &[4, 5], 0, &[]));
            program.score = 6;
            program.fair_value = Some(0);
        }
        _ => {}
    }
    program
}

fn member(draws: &mut Draws, symbols: usize) -> Vec<u8> {
    let program = program(draws);
    let mut config = config::member(symbols, program);
    config.signals.as_mut().unwrap().min_confidence = draws.of(&[0.0, 0.0, 0.0, 0.6]);
    let policy = config.policy.as_mut().unwrap();
    policy.direction_threshold = draws.of(&[0.0, 0.0, 0.3]);
    let target = policy.target.as_mut().unwrap();
    target.max_quantity = draws.of(&[1, 7, 300]) * SCALE;
    target.order_type =
        draws.of(&[OrderType::Market, OrderType::Market, OrderType::Market, OrderType::Limit]) as u32;
    target.rebalance = draws.of(&[Rebalance::OnChange, Rebalance::OnChange, Rebalance::Always]) as u32;
    if draws.one_in(5) {
        target.sizing = Sizing::Weight as u32;
        target.max_weight_ppb = draws.of(&[SCALE / 10, SCALE, 2 * SCALE]);
    }
    let account = config.account.as_mut().unwrap();
    let cash: i128 = draws.of(&[2_000, 40_000, 100_000_000]);
    account.initial_cash = (cash * 1_000_000_000_000_000_000).to_le_bytes().to_vec();
    account.account_type = draws.of(&[AccountType::Margin, AccountType::Margin, AccountType::Cash]) as u32;
    let venue = config.venue.as_mut().unwrap();
    venue.taker_fee_ppb = draws.of(&[0, 1_000_000, -50_000]);
    venue.order_latency_ns = draws.of(&[0, 0, 0, SCALE]);
    venue.response_latency_ns = draws.of(&[0, 0, 0, SCALE / 2]);
    let risk = config.risk.as_mut().unwrap();
    risk.max_drawdown_ppb = draws.of(&[None, Some(5_000_000), Some(40_000_000), Some(SCALE / 10)]);
    risk.max_daily_loss_ppb = draws.of(&[None, Some(2_000_000), Some(30_000_000)]);
    risk.duplicate_window_ns = draws.of(&[None, Some(0), Some(5 * SCALE)]);
    risk.max_orders_per_second = draws.of(&[None, Some(1), Some(1_000)]);
    risk.max_order_quantity = draws.of(&[None, Some(1_000 * SCALE), Some(10 * SCALE)]);
    risk.max_adv_share_ppb = draws.of(&[None, Some(SCALE), Some(10_000)]);
    risk.max_position_quantity = draws.of(&[None, Some(1_000 * SCALE), Some(5 * SCALE)]);
    risk.risk_clock_ns = draws.of(&[SCALE, 60 * SCALE, DAY_NS]);
    config.reconciler.as_mut().unwrap().order_ttl_ns = draws.of(&[0, 0, 3 * SCALE]);
    config.check_risk = !draws.one_in(6);
    config.encode_to_vec()
}

/// Cuts all columns into batches of so many events.
fn cut(columns: &[Vec<u8>], events: usize) -> Vec<Vec<&[u8]>> {
    let starts = (0..EVENTS).step_by(events);
    let batch = |start: usize| {
        let end = (start + events).min(EVENTS);
        let width = |column: &[u8]| column.len() / EVENTS;
        columns.iter().map(|column| &column[start * width(column)..end * width(column)]).collect()
    };
    starts.map(batch).collect()
}

/// A command that any member may be given.
fn control(draws: &mut Draws) -> Vec<u8> {
    let kind = draws.of(&[
        ControlKind::SetLevel,
        ControlKind::Resume,
        ControlKind::SetLimits,
        ControlKind::SetProgram,
        ControlKind::LoadPosition,
        ControlKind::CashFlow,
        ControlKind::SetStatus,
    ]);
    let other = pb::EngineConfig::decode(member(draws, 1).as_slice()).unwrap();
    let cash = i128::from(draws.below(4_000)) * 1_000_000_000_000_000_000 - (1 << 70);
    let message = pb::Control {
        kind: kind as u32,
        level: draws.of(&[Level::Run, Level::Run, Level::ReduceOnly, Level::Killed]) as u32,
        symbol: draws.of(&[None, Some(0)]),
        flatten: draws.one_in(2),
        limits: other.risk.unwrap().encode_to_vec(),
        program: other.program.unwrap().encode_to_vec(),
        quantity: draws.below(21) as i64 * SCALE - 10 * SCALE,
        price: 100 * SCALE,
        cash: cash.to_le_bytes().to_vec(),
        status: draws.of(&[0, 0, 4, 16]),
        ..pb::Control::default()
    };
    // Fields of other kinds are there too, and are not read.
    message.encode_to_vec()
}

/// The columns of a CONTROL at the time of a batch's last event.
fn control_columns(batch: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut columns = vec![Vec::new(); batch.len()];
    columns[0] = vec![8];
    columns[1] = vec![0; 4];
    columns[5] = batch[5][batch[5].len() - 8..].to_vec();
    columns[4] = columns[5].clone();
    columns
}

/// Runs a sweep and its members by themselves; the counters of all members.
fn compare(
    seed: u64,
    configs: &[Vec<u8>],
    columns: &[Vec<u8>],
    events: usize,
    threads: usize,
    draws: &mut Draws,
) -> Vec<[u64; 4]> {
    let slices: Vec<&[u8]> = configs.iter().map(Vec::as_slice).collect();
    let mut sweep = SweepHandle::configure(&slices, Options { threads, ..Options::default() }).unwrap();
    let quotes = cut(columns, events);
    // Behind some of the batches a command.
    let commands: Vec<Option<Command>> = quotes
        .iter()
        .map(|batch| draws.one_in(8).then(|| (control_columns(batch), control(draws))))
        .collect();
    let mut batches: Vec<Batch<'_>> = Vec::new();
    for (batch, command) in quotes.iter().zip(&commands) {
        batches.push((batch.clone(), Vec::new()));
        if let Some((columns, message)) = command {
            batches.push((columns.iter().map(Vec::as_slice).collect(), vec![message]));
        }
    }
    for (batch, controls) in &batches {
        sweep.process(batch, controls).unwrap();
    }
    let mut told = Vec::new();
    for (member, config) in configs.iter().enumerate() {
        let mut engine = EngineHandle::configure(config).unwrap();
        for (batch, controls) in &batches {
            engine.process(batch, controls).unwrap();
        }
        let counters = engine.statistics(false).counters;
        let (swept, alone) = (sweep.snapshot(member).unwrap(), engine.snapshot().unwrap());
        let differs = difference::of_snapshots(&swept, &alone);
        assert!(
            differs.is_none(),
            "seed {seed}, member {member}, {events} events a batch: {counters:?}: {differs:?}"
        );
        told.push([counters.fills, counters.risk_rejects, counters.non_finite, counters.rejected]);
    }
    told
}

#[test]
fn random_members_are_as_single_engines() {
    let mut told = Vec::new();
    for seed in 1..=SEEDS {
        let mut draws = Draws(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let symbols = if seed % 4 == 0 { 3 } else { 1 };
        let oddities = draws.of(&[0, 40, 400]);
        let columns = columns(&mut draws, symbols, oddities);
        let configs: Vec<Vec<u8>> = (0..12).map(|_| member(&mut draws, symbols as usize)).collect();
        let events = draws.of(&[EVENTS, 300, 90, 25, 1]);
        let threads = 1 + (seed % 2) as usize;
        told.extend(compare(seed, &configs, &columns, events, threads, &mut draws));
    }
    // Every kind of thing has happened.
    let happened = |place: usize| told.iter().filter(|counters| counters[place] > 0).count();
    assert!((0..4).all(|place| happened(place) > 10), "{:?}", [0, 1, 2, 3].map(happened));
}
