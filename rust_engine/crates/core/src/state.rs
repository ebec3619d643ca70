//! Everything that phase two owns. The rooms add their methods to it; `engine` calls them in order.
use std::sync::Arc;

use crate::account::clocks::Clocks;
use crate::account::fills::Holding;
use crate::account::ledger::Ledger;
use crate::core::blobs::Blobs;
use crate::core::config::{Config, Overrides};
use crate::core::contract::{self, Counters, Level, Side};
use crate::core::fixed::cap;
use crate::core::instruments::Instrument;
use crate::core::limits::{Limits, RiskModel};
use crate::core::output::Output;
use crate::data_engine::market::Market;
use crate::execution_engine::venue::Venue;
use crate::order_engine::policy::{Decision, PendingVerdict};
use crate::order_engine::retry::Retry;
use crate::order_engine::slab::{OpenOrders, Slab};
use crate::risk_engine::duplicates::Duplicates;
use crate::risk_engine::envelope::Envelope;
use crate::risk_engine::exposure::{Exposure, Exposures, Listed};
use crate::risk_engine::halts::Halts;
use crate::risk_engine::rate::Bucket;
use crate::risk_engine::self_trade::Conflict;
use crate::signal_engine::program::Program;

/// Level of a scope and whether it is being flattened (spec 11.1).
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    pub level: Level,
    pub flatten: bool,
}

impl Default for Scope {
    fn default() -> Self {
        Self { level: Level::Run, flatten: false }
    }
}

/// Phase two of one symbol; what a quiet quote needs comes first.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Symbol {
    pub market: Market,
    pub holding: Holding,
    pub decision: Decision,
    pub open: OpenOrders,
    pub exposure: Exposure,
    pub bucket: Bucket,
    pub rare: Option<Box<Rare>>,
    /// At most a million.
    multiplier: u32,
    pub scope: Scope,
    pub listed: Listed,
}

/// Four cache lines, of which most quotes need two.
const _: () = assert!(size_of::<Symbol>() == 256);

/// What most symbols never have; made for the first that does.
#[derive(Clone, Debug, Default)]
pub struct Rare {
    pub band: Option<(i64, i64)>,
    pub pending: Option<PendingVerdict>,
    /// Last rejected desire, by side.
    pub retry: [Option<Retry>; 2],
}

/// What limits and configuration say of all symbols of a kind.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The limits in force: the instrument's first.
    pub limits: Overrides,
    /// Orders so large at most pass rows 7 and 9.
    pub order_quantity: i64,
    /// Larger orders may not be filled surely; zero: none may.
    pub sure_quantity: i64,
}

impl Terms {
    /// Of every kind of instrument.
    pub fn of(config: &Config, limits: &Limits) -> Vec<Self> {
        let kinds = config.instruments.kinds().iter();
        let terms = |kind: &Instrument| {
            let in_force = limits.of(kind);
            let most = in_force.max_order_quantity.unwrap_or(i64::MAX);
            let share = match (limits.max_adv_share_ppb, kind.adv) {
                (Some(share_ppb), Some(adv)) => {
                    cap(share_ppb, i128::from(adv)).min(i128::from(i64::MAX)) as i64
                }
                _ => i64::MAX,
            };
            Self { limits: in_force, order_quantity: most.min(share), sure_quantity: 0 }
        };
        kinds.map(terms).collect()
    }
}

impl Symbol {
    #[inline]
    pub fn multiplier(&self) -> i64 {
        i64::from(self.multiplier)
    }

    pub fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// The limit-up and limit-down prices that are set.
    #[inline]
    pub fn band(&self) -> Option<(i64, i64)> {
        self.rare.as_ref().and_then(|rare| rare.band)
    }

    #[inline]
    pub fn has_band(&self) -> bool {
        self.band().is_some()
    }

    pub fn set_band(&mut self, band: Option<(i64, i64)>) {
        if band.is_some() || self.rare.is_some() {
            self.rare_mut().band = band;
        }
    }

    /// It has a position or open orders, so that its mark matters.
    #[inline]
    pub fn is_exposed(&self) -> bool {
        self.holding.position != 0 || self.open.count != 0
    }

    /// Deciding would change nothing: the same verdict, its target reached, and no open order.
    #[inline]
    pub fn is_settled(&self, score: f64, confidence: f64) -> bool {
        self.decision.settled_by == (score, confidence)
            && self.decision.target == self.holding.position
            && self.open.count == 0
    }
}

/// Place of a side in arrays by side.
#[inline]
pub const fn side_place(side: Side) -> usize {
    match side {
        Side::Buy => 0,
        Side::Sell => 1,
    }
}

/// The symbol's number in a record, `no_symbol` where it concerns none.
#[inline]
pub fn symbol_number(symbol: Option<usize>) -> u32 {
    symbol.map_or(contract::NO_SYMBOL as u32, |symbol| symbol as u32)
}

/// Phase two.
#[derive(Debug)]
pub struct State {
    pub config: Arc<Config>,
    pub blobs: Blobs,
    pub limits: Limits,
    pub risk_model: Option<RiskModel>,
    /// ts_init, ts_event and index of the present event.
    pub now: i64,
    pub ts_event: i64,
    pub event_index: u64,
    pub counters: Counters,
    pub clocks: Clocks,
    pub ledger: Ledger,
    pub halts: Halts,
    pub scope: Scope,
    pub symbols: Vec<Symbol>,
    /// By kind of instrument.
    pub terms: Vec<Terms>,
    pub duplicates: Duplicates,
    /// Symbols with a position.
    pub held_symbols: usize,
    /// Symbols that are being flattened on their own.
    pub flattened_symbols: usize,
    pub exposures: Exposures,
    pub envelope: Envelope,
    pub orders: Slab,
    pub venue: Venue,
    pub bucket: Bucket,
    /// The ids given last.
    pub last_order_id: u64,
    pub last_signal_id: u64,
    /// Symbols with a pending bar verdict, in order of arrival.
    pub pending_bars: Vec<u32>,
    pub output: Output,
    /// Conflicts that the last row 12 found.
    pub conflicts: Vec<Conflict>,
    /// Order ids of a loop that changes the lists it walks.
    pub scratch: Vec<u64>,
    /// A program that a control brought; phase one takes it up before the next block.
    pub next_program: Option<Program>,
    /// The broken invariant that latches the engine (spec 12.1).
    pub fault: Option<&'static str>,
}

impl State {
    pub fn new(config: Arc<Config>, limits: Limits, risk_model: Option<RiskModel>, blobs: Blobs) -> Self {
        let symbols: Vec<Symbol> = config
            .instruments
            .iter()
            .enumerate()
            .map(|(symbol, instrument)| Symbol {
                market: Market {
                    kind: config.instruments.kind(symbol),
                    mark: instrument.reference_price.unwrap_or(0),
                    risk_price: instrument.reference_price.unwrap_or(0),
                    has_mark: instrument.reference_price.is_some(),
                    has_risk_price: instrument.reference_price.is_some(),
                    ..Market::default()
                },
                holding: Holding::default(),
                decision: Decision::default(),
                open: OpenOrders::default(),
                exposure: Exposure::default(),
                bucket: Bucket::full(limits.max_orders_per_second_symbol),
                rare: None,
                multiplier: instrument.multiplier as u32,
                scope: Scope::default(),
                listed: Listed::default(),
            })
            .collect();
        let terms = Terms::of(&config, &limits);
        // Of most symbols the memory holds one order at a time.
        let remembered = if limits.duplicate_window_ns.is_some() { symbols.len() } else { 0 };
        Self {
            ledger: Ledger::new(config.initial_cash),
            halts: Halts::default(),
            clocks: Clocks::default(),
            counters: Counters::default(),
            scope: Scope::default(),
            held_symbols: 0,
            flattened_symbols: 0,
            exposures: Exposures::new(&terms, symbols.len()),
            envelope: Envelope::default(),
            orders: Slab::new(config.open_orders),
            venue: Venue::default(),
            bucket: Bucket::full(limits.max_orders_per_second),
            last_order_id: 0,
            last_signal_id: 0,
            pending_bars: Vec::new(),
            output: Output::default(),
            conflicts: Vec::with_capacity(16),
            scratch: Vec::with_capacity(64),
            next_program: None,
            fault: None,
            now: 0,
            ts_event: 0,
            event_index: 0,
            symbols,
            terms,
            duplicates: Duplicates::with_capacity(remembered),
            config,
            blobs,
            limits,
            risk_model,
        }
    }

    #[inline]
    fn kind_of(&self, symbol: usize) -> usize {
        usize::from(self.symbols[symbol].market.kind)
    }

    #[inline]
    pub fn terms_of(&self, symbol: usize) -> &Terms {
        &self.terms[self.kind_of(symbol)]
    }

    #[inline(always)]
    pub fn instrument_of(&self, symbol: usize) -> &Instrument {
        &self.config.instruments.kinds()[self.kind_of(symbol)]
    }

    /// The limits in force for a symbol.
    #[inline]
    pub fn limits_of(&self, symbol: usize) -> &Overrides {
        &self.terms_of(symbol).limits
    }

    #[inline]
    pub fn is_bar_filled(&self, symbol: usize) -> bool {
        self.instrument_of(symbol).is_bar_filled()
    }

    /// Notes a broken invariant; the first one counts.
    #[cold]
    pub fn fail(&mut self, reason: &'static str) {
        self.fault.get_or_insert(reason);
    }
}
