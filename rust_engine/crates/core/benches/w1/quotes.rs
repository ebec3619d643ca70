//! A random walk of quotes, symbols round robin, as packed columns.

const SCALE: i64 = 1_000_000_000;
const TICK: i64 = SCALE / 100;
const STEP_NS: i64 = 100_000;
const FEED_LATENCY_NS: i64 = 5_000;
const START_NS: i64 = 1_700_000_000_000_000_000;

/// The generator: xorshift, 53 bits of each draw.
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: u64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % bound) as i64
    }
}

/// The columns of a batch of quotes, in the contract's order; the others are empty.
pub fn columns(events: usize, symbols: usize) -> Vec<Vec<u8>> {
    let mut columns: Vec<Vec<u8>> = vec![Vec::new(); 34];
    let mut walk = vec![10_000i64; symbols];
    let mut draws = Draws(88_172_645_463_325_252);
    for event in 0..events {
        let symbol = event % symbols;
        let bid = (walk[symbol] + draws.below(3) - 1).max(1_000);
        walk[symbol] = bid;
        let ask = bid + 1 + draws.below(2);
        let ts_event = START_NS + event as i64 * STEP_NS;
        let size = |draw: i64| (1 + draw) * 100 * SCALE;
        let (bid_size, ask_size) = (size(draws.below(100)), size(draws.below(100)));
        columns[0].push(1);
        columns[1].extend_from_slice(&(symbol as u32).to_le_bytes());
        columns[6].extend_from_slice(&(event as u64 + 1).to_le_bytes());
        let values = [
            (4, ts_event),
            (5, ts_event + FEED_LATENCY_NS),
            (7, bid * TICK),
            (8, ask * TICK),
            (9, bid_size),
            (10, ask_size),
        ];
        for (column, value) in values {
            columns[column].extend_from_slice(&value.to_le_bytes());
        }
    }
    columns
}
