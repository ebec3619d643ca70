//! After the first batches the engine allocates nothing, whether it only looks at quotes or trades on them; and what it
//! holds for each symbol.
#[path = "../benches/w1/config.rs"]
mod config;
#[path = "../benches/w1/quotes.rs"]
mod quotes;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use config::Graph;
use prost::Message;
use quartet_core::core::contract::Counters;
use quartet_core::edge::handle::EngineHandle;
use quartet_core::edge::pb;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
    static HELD_BYTES: Cell<i64> = const { Cell::new(0) };
}

struct Counting;

impl Counting {
    /// What glibc takes of the heap: a head of eight bytes, whole pairs of words, at least two of them.
    fn hold(size: usize, sign: i64) {
        HELD_BYTES.set(HELD_BYTES.get() + sign * (size + 8).next_multiple_of(16).max(32) as i64);
    }
}

// SAFETY: every call is passed on as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        Self::hold(layout.size(), 1);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        Self::hold(layout.size(), 1);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        Self::hold(layout.size(), -1);
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        Self::hold(layout.size(), -1);
        Self::hold(size, 1);
        unsafe { System.realloc(place, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const EVENTS: usize = 30_000;
/// The first batch makes the buffers as large as they get.
const FIRST: usize = 20_000;
const SYMBOLS: usize = 7;

/// Rows `first..end` of columns of so many.
fn cut(columns: &[Vec<u8>], rows: usize, first: usize, end: usize) -> Vec<&[u8]> {
    let width = |column: &[u8]| column.len() / rows;
    columns.iter().map(|column| &column[first * width(column)..end * width(column)]).collect()
}

/// What a run over batches of `size` events allocates after the first batch, and the orders and signals in it.
fn run(config: &[u8], size: usize) -> (u64, [u64; 2]) {
    let columns = quotes::columns(EVENTS, SYMBOLS);
    let cut = |first: usize, end: usize| cut(&columns, EVENTS, first, end);
    let batches: Vec<_> = (FIRST..EVENTS).step_by(size).map(|first| cut(first, first + size)).collect();
    let mut engine = EngineHandle::configure(config).unwrap();
    engine.process(&cut(0, FIRST), &[]).unwrap();
    let told = |counters: &Counters| [counters.orders, counters.signals];
    let before = told(&engine.statistics(false).counters);
    let allocations = ALLOCATIONS.get();
    for batch in &batches {
        engine.process(batch, &[]).unwrap();
    }
    let allocations = ALLOCATIONS.get() - allocations;
    let after = told(&engine.statistics(false).counters);
    (allocations, [after[0] - before[0], after[1] - before[1]])
}

/// W1 with messages under way for a millisecond, each way.
fn with_latency() -> Vec<u8> {
    let mut config = pb::EngineConfig::decode(&config::serialised(SYMBOLS, Graph::Cross)[..]).unwrap();
    let venue = config.venue.as_mut().unwrap();
    (venue.order_latency_ns, venue.response_latency_ns) = (1_000_000, 1_000_000);
    config.encode_to_vec()
}

#[test]
fn nothing_is_allocated_for_an_event() {
    for size in [1, 5, 1000] {
        for config in [config::serialised(SYMBOLS, Graph::Cross), with_latency()] {
            let (allocations, [orders, _]) = run(&config, size);
            assert!(orders > 100, "{orders} orders");
            assert_eq!(allocations, 0, "orders, batches of {size}");
        }
        let (allocations, [_, signals]) = run(&config::serialised(SYMBOLS, Graph::Replay), size);
        assert!(signals > 100, "{signals} signals");
        assert_eq!(allocations, 0, "signals, batches of {size}");
        let quiet = config::serialised(SYMBOLS, Graph::SlowCross);
        assert_eq!(run(&quiet, size).0, 0, "quiet, batches of {size}");
    }
}

/// What an engine holds when each of so many symbols has had `rounds` quotes, without the records of its last batch.
fn held_bytes(graph: Graph, symbols: usize, rounds: usize) -> (i64, [u64; 2]) {
    let mut config = pb::EngineConfig::decode(&config::serialised(1, graph)[..]).unwrap();
    let instrument = config.instruments[0].clone();
    let named = |number: usize| pb::Instrument { symbol: format!("S{number:05}"), ..instrument.clone() };
    config.instruments = (0..symbols).map(named).collect();
    config.risk_model = None;
    // The last accepted order of every symbol is remembered.
    config.risk.as_mut().unwrap().duplicate_window_ns = Some(0);
    let config = config.encode_to_vec();
    let columns = quotes::columns(rounds * symbols, symbols);
    let before = HELD_BYTES.get();
    let mut engine = EngineHandle::configure(&config).unwrap();
    let counters = {
        engine.process(&cut(&columns, rounds * symbols, 0, rounds * symbols), &[]).unwrap();
        drop(engine.take_records());
        engine.statistics(false).counters
    };
    (HELD_BYTES.get() - before, [counters.orders, counters.signals])
}

#[test]
fn a_symbol_takes_half_a_kilobyte_beside_its_windows() {
    const MANY: usize = 2_000;
    for (graph, window_slots) in [(Graph::Cross, 0), (Graph::Replay, 200)] {
        let rounds = window_slots + 40;
        let (one, _) = held_bytes(graph, 1, rounds);
        let (many, [orders, signals]) = held_bytes(graph, MANY, rounds);
        assert!(
            orders as usize >= MANY || signals as usize >= MANY,
            "{graph:?}: hardly any symbol has decided"
        );
        let of_symbol = (many - one) / (MANY as i64 - 1);
        let most = 512 + 16 * window_slots as i64;
        println!("{graph:?}: {of_symbol} bytes a symbol of {most}");
        assert!((1..=most).contains(&of_symbol), "{graph:?}: {of_symbol} bytes a symbol");
    }
}

#[test]
fn the_counters_count() {
    let (before, held_before) = (ALLOCATIONS.get(), HELD_BYTES.get());
    let held: Vec<u8> = Vec::with_capacity(100);
    assert_eq!((ALLOCATIONS.get() - before, held.capacity()), (1, 100));
    assert_eq!(HELD_BYTES.get() - held_before, 112);
    drop(held);
    assert_eq!(HELD_BYTES.get(), held_before);
}
