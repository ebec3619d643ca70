//! After the first batches the engine allocates nothing, whether it only looks at quotes or trades on them.
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
}

struct Counting;

// SAFETY: every call is passed on as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        unsafe { System.realloc(place, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const EVENTS: usize = 30_000;
/// The first batch makes the buffers as large as they get.
const FIRST: usize = 20_000;
const SYMBOLS: usize = 7;

/// What a run over batches of `size` events allocates after the first batch, and the orders and signals in it.
fn run(config: &[u8], size: usize) -> (u64, [u64; 2]) {
    let columns = quotes::columns(EVENTS, SYMBOLS);
    let cut = |first: usize, end: usize| -> Vec<&[u8]> {
        let width = |column: &[u8]| column.len() / EVENTS;
        columns.iter().map(|column| &column[first * width(column)..end * width(column)]).collect()
    };
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

#[test]
fn the_counter_counts() {
    let before = ALLOCATIONS.get();
    let held: Vec<u8> = Vec::with_capacity(100);
    assert_eq!((ALLOCATIONS.get() - before, held.capacity()), (1, 100));
}
