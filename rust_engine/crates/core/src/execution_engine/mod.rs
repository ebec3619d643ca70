//! The simulated venue, and the reports of a live one (spec 7).

pub mod bar_fills;
pub mod book;
pub mod delivery;
pub mod external;
pub mod market_events;
pub mod quote_fills;
pub mod trade_fills;
pub mod venue;
