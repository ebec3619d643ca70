//! The best bid and ask of a symbol.

/// Bid, ask and their sizes at an event.
#[derive(Clone, Copy, Debug, Default)]
pub struct Top {
    pub bid: i64,
    pub ask: i64,
    pub bid_size: i64,
    pub ask_size: i64,
}
