//! Writes a snapshot: the logical state, equal bytes in every engine (spec 14.1).
use crate::core::contract::{self, Side};
use crate::core::fixed::Money;
use crate::core::float::canonical;
use crate::data_engine::market::BookLevel;
use crate::engine::Engine;
use crate::execution_engine::venue::{Message, Report};
use crate::order_engine::slab::Order;
use crate::risk_engine::duplicates::Duplicates;
use crate::risk_engine::rate::Bucket;
use crate::signal_engine::phase_one::PhaseOne;
use crate::signal_engine::symbol_data::MoreData;
use crate::state::{State, Symbol};

pub(super) const MAGIC: &[u8; 8] = b"QRTSNAP1";

/// The contract hash as bytes.
pub(super) fn contract_hash() -> [u8; 32] {
    let digit = |byte: u8| (byte as char).to_digit(16).unwrap_or(0) as u8;
    let text = contract::HASH.as_bytes();
    std::array::from_fn(|i| digit(text[2 * i]) << 4 | digit(text[2 * i + 1]))
}

/// Little-endian, no padding.
#[derive(Default)]
struct Writer(Vec<u8>);

macro_rules! writes {
    ($($type:ident),+) => {
        impl Writer {
            $(fn $type(&mut self, value: $type) {
                self.0.extend_from_slice(&value.to_le_bytes());
            })+
        }
    };
}

writes!(u8, i8, u16, u32, u64, i64, i128);

impl Writer {
    fn flag(&mut self, value: bool) {
        self.u8(u8::from(value));
    }

    fn f64(&mut self, value: f64) {
        self.u64(canonical(value).to_bits());
    }

    fn i64s(&mut self, values: &[i64]) {
        values.iter().for_each(|&value| self.i64(value));
    }

    fn moneys(&mut self, values: &[Money]) {
        values.iter().for_each(|&value| self.i128(value));
    }

    fn blob(&mut self, bytes: &[u8]) {
        self.u64(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn bucket(&mut self, bucket: &Bucket) {
        self.i128(i128::from(bucket.tokens));
        self.i64(bucket.ts);
    }
}

impl Engine {
    /// The state between two batches.
    pub fn snapshot(&mut self) -> Vec<u8> {
        write(&mut self.phase_one, &self.state)
    }
}

/// The state of both phases between two batches.
pub(super) fn write(phase_one: &mut PhaseOne, state: &State) -> Vec<u8> {
    let mut out = Writer::default();
    out.0.extend_from_slice(MAGIC);
    out.0.extend_from_slice(&contract_hash());
    let blobs = &state.blobs;
    for blob in [&blobs.config, &blobs.limits, &blobs.risk_model, &blobs.program] {
        out.blob(blob);
    }
    write_engine(&mut out, phase_one.intake.last_ts_init, state);
    phase_one.intake.last_sequence.iter().for_each(|&sequence| out.u64(sequence));
    phase_one.nodes.keep_all(&phase_one.program);
    for symbol in 0..phase_one.symbols.len() {
        write_phase_one(&mut out, phase_one, symbol);
    }
    for symbol in &state.symbols {
        write_phase_two(&mut out, symbol, &state.duplicates);
    }
    out.u32(state.orders.len() as u32);
    state.orders.iter().for_each(|order| write_order(&mut out, order));
    out.u32(state.venue.inbound.len() as u32);
    state.venue.inbound.iter().for_each(|message| write_message(&mut out, message));
    out.u32(state.venue.reports.len() as u32);
    state.venue.reports.iter().for_each(|report| write_report(&mut out, report));
    out.0
}

fn write_engine(out: &mut Writer, last_ts_init: i64, state: &State) {
    state.counters.to_array().into_iter().for_each(|counter| out.u64(counter));
    out.i64s(&[last_ts_init, state.clocks.session, state.clocks.risk_number]);
    out.flag(state.clocks.started);
    out.u8(state.scope.level as u8);
    out.flag(state.scope.flatten);
    out.flag(state.halts.drawdown_latched);
    out.flag(state.halts.daily_loss_latched);
    let ledger = &state.ledger;
    out.moneys(&[ledger.cash, ledger.fees, ledger.realised, ledger.high, ledger.open]);
    out.u64(state.last_order_id);
    out.u64(state.venue.last_exec_id);
    out.u64(state.last_signal_id);
    out.bucket(&state.bucket);
}

fn write_phase_one(out: &mut Writer, phase_one: &mut PhaseOne, symbol: usize) {
    let data = &phase_one.symbols[symbol];
    let (quote, nothing) = (&data.quote, MoreData::default());
    let more = data.more.as_deref().unwrap_or(&nothing);
    out.i64s(&[quote.bid, quote.ask, quote.bid_size, quote.ask_size, more.last_trade_price]);
    out.flag(more.has_trade);
    out.i8(more.last_sign);
    out.i64(more.vwap_session);
    out.f64(more.vwap_pq);
    out.f64(more.vwap_q);
    out.u32(more.external.len() as u32);
    for held in &more.external {
        out.u32(held.source);
        out.f64(held.score);
        out.f64(held.confidence);
        out.i64(held.ts_event);
        out.u64(held.event_index);
    }
    let nodes = &mut phase_one.nodes;
    for node in &phase_one.program.nodes {
        out.f64(nodes.value(&phase_one.program, node, symbol));
    }
    for node in &phase_one.program.nodes {
        let (u, f) = nodes.words(node, symbol);
        u.iter().for_each(|&word| out.u64(word));
        f.iter().for_each(|&word| out.f64(word));
    }
}

fn write_levels(out: &mut Writer, levels: &[BookLevel]) {
    for level in levels {
        out.i64s(&[level.price, level.size]);
    }
}

fn write_phase_two(out: &mut Writer, symbol: &Symbol, duplicates: &Duplicates) {
    let market = &symbol.market;
    let (bids, asks) = (market.own(Side::Buy), market.own(Side::Sell));
    out.u8(bids.len() as u8);
    out.u8(asks.len() as u8);
    write_levels(out, bids);
    write_levels(out, asks);
    out.i64s(&[market.taken_bid, market.taken_ask]);
    out.flag(market.has_quote);
    out.i64(market.mark);
    out.flag(market.has_mark);
    out.i64(market.risk_price);
    out.flag(market.has_risk_price);
    out.i64(market.last_ts);
    out.flag(market.has_data);
    out.flag(market.stale);
    out.flag(market.halted);
    out.u8(market.status);
    out.u8(symbol.scope.level as u8);
    out.flag(symbol.scope.flatten);
    let (low, high) = symbol.band().unwrap_or_default();
    out.i64s(&[low, high]);
    out.flag(symbol.has_band());
    out.i64(symbol.holding.position);
    out.i128(symbol.holding.cost);
    let decision = &symbol.decision;
    out.i8(decision.direction);
    out.u64(decision.signal_id);
    out.i64(decision.target);
    out.f64(decision.target_x);
    out.flag(decision.has_target);
    let rare = symbol.rare.as_ref();
    let pending = rare.and_then(|rare| rare.pending);
    out.flag(pending.is_some());
    out.f64(pending.map_or(0.0, |verdict| verdict.score));
    out.f64(pending.map_or(0.0, |verdict| verdict.confidence));
    out.f64(pending.map_or(0.0, |verdict| verdict.fair_value));
    out.i64(pending.map_or(0, |verdict| verdict.ts_init));
    for retry in rare.map_or([None; 2], |rare| rare.retry) {
        out.flag(retry.is_some());
        out.i64s(&[
            retry.map_or(0, |retry| retry.desire.price),
            retry.map_or(0, |retry| retry.desire.quantity),
        ]);
        out.u8(retry.map_or(0, |retry| retry.desire.order_type as u8));
        out.i64(retry.map_or(0, |retry| retry.ts));
    }
    out.bucket(&symbol.bucket);
    out.u32(duplicates.iter(symbol.open.remembered).count() as u32);
    for accepted in duplicates.iter(symbol.open.remembered) {
        out.u8(accepted.side as u8);
        out.u8(accepted.order_type as u8);
        out.i64s(&[accepted.quantity, accepted.price, accepted.ts]);
    }
}

fn write_order(out: &mut Writer, order: &Order) {
    out.u64(order.id);
    out.u32(order.symbol as u32);
    out.u8(order.side as u8);
    out.u8(order.order_type as u8);
    out.u8(order.state as u8);
    out.flag(order.flatten);
    out.i64s(&[order.price, order.quantity, order.cum, order.created]);
    out.u64(order.signal_id);
    out.u64(order.last_exec_id);
    out.flag(order.pending.is_some());
    out.i64s(&[order.pending.map_or(0, |new| new.price), order.pending.map_or(0, |new| new.quantity)]);
    let venue = &order.venue;
    out.flag(venue.is_there);
    out.i64s(&[venue.price, venue.quantity, venue.cum]);
    out.flag(venue.resting);
    out.i64s(&[venue.ahead, venue.level, venue.traded]);
}

fn write_message(out: &mut Writer, message: &Message) {
    out.i64(message.arrival);
    out.u8(message.kind as u8);
    out.u64(message.order_id);
    out.i64s(&[message.price, message.quantity]);
}

fn write_report(out: &mut Writer, report: &Report) {
    out.i64s(&[report.due, report.ts_venue]);
    out.u8(report.trigger as u8);
    out.u64(report.order_id);
    out.u64(report.exec_id);
    out.i64s(&[report.price, report.quantity]);
    out.u8(report.liquidity);
    out.u8(report.reason);
    out.u16(report.code as u16);
    out.u64(report.cause_event);
}
