//! A few events of every kind for a restored engine, at growing distances after its last one.
use prost::Message;
use quartet_core::core::contract::{ControlKind, EventKind, LEVELS_MAX, Level, Liquidity, Trigger};
use quartet_core::edge::pb::{Control, EngineConfig, EventBatch, Instrument};

use crate::buffers::Buffers;

const SYMBOLS: usize = 3;
/// At once, after a millisecond, a second, an hour, and in the next session: with a venue's report and a command.
const STEPS: [(i64, Trigger, ControlKind); 5] = [
    (0, Trigger::Ack, ControlKind::Resume),
    (1_000_000, Trigger::PartialFill, ControlKind::CancelAll),
    (1_000_000_000, Trigger::Replace, ControlKind::SetStatus),
    (3_600_000_000_000, Trigger::Cancel, ControlKind::LoadPosition),
    (90_000_000_000_000, Trigger::Expire, ControlKind::SetLevel),
];
const SIZE: i64 = 1_000_000_000;
const PRICE: i64 = 100 * SIZE;

/// Every kind of event, for the first symbols.
pub fn after(config: &[u8], last_ts_init: i64) -> Buffers {
    let config = EngineConfig::decode(config).unwrap_or_default();
    let mut batch = EventBatch::default();
    let mut now = last_ts_init;
    for (step, (wait_ns, trigger, command)) in (0..).zip(STEPS) {
        now = now.saturating_add(wait_ns);
        for (symbol, instrument) in config.instruments.iter().take(SYMBOLS).enumerate() {
            let price = price(instrument).saturating_add(instrument.tick.saturating_mul(step));
            market(&mut batch, symbol, now, price, instrument.tick);
        }
        report(&mut batch, now, 1 + step, trigger);
        control(&mut batch, now, command);
        event(&mut batch, EventKind::Clock, 0, now);
    }
    Buffers::of(&batch)
}

fn market(batch: &mut EventBatch, symbol: usize, now: i64, price: i64, tick: i64) {
    event(batch, EventKind::Quote, symbol, now);
    put(&mut batch.bid_price, price);
    put(&mut batch.ask_price, price.saturating_add(tick));
    put(&mut batch.bid_size, SIZE);
    put(&mut batch.ask_size, SIZE);
    event(batch, EventKind::Trade, symbol, now);
    put(&mut batch.trade_price, price);
    put(&mut batch.trade_size, SIZE);
    batch.aggressor.push(0);
    event(batch, EventKind::Book, symbol, now);
    for level in 0..LEVELS_MAX {
        put(&mut batch.book_bid_prices, price.saturating_sub(level.saturating_mul(tick)));
        put(&mut batch.book_ask_prices, price.saturating_add(level.saturating_mul(tick)));
        put(&mut batch.book_bid_sizes, SIZE);
        put(&mut batch.book_ask_sizes, SIZE);
    }
    batch.book_bid_levels.push(2);
    batch.book_ask_levels.push(2);
    event(batch, EventKind::Bar, symbol, now);
    for column in [&mut batch.bar_open, &mut batch.bar_high, &mut batch.bar_low, &mut batch.bar_close] {
        put(column, price);
    }
    put(&mut batch.bar_volume, SIZE);
    event(batch, EventKind::ExternalSignal, symbol, now);
    batch.signal_score.extend_from_slice(&1f64.to_le_bytes());
    batch.signal_confidence.extend_from_slice(&1f64.to_le_bytes());
}

fn report(batch: &mut EventBatch, now: i64, order_id: i64, trigger: Trigger) {
    event(batch, EventKind::ExecutionReport, 0, now);
    put(&mut batch.report_order_id, order_id);
    put(&mut batch.report_exec_id, i64::MAX);
    batch.report_trigger.push(trigger as u8);
    batch.report_liquidity.push(Liquidity::Maker as u8);
    batch.report_code.extend_from_slice(&0u16.to_le_bytes());
    put(&mut batch.report_price, PRICE);
    put(&mut batch.report_quantity, 1);
}

fn control(batch: &mut EventBatch, now: i64, kind: ControlKind) {
    event(batch, EventKind::Control, 0, now);
    let level = Level::Killed as u32;
    let (kind, symbol, flatten, quantity, price) = (kind as u32, Some(0), true, SIZE, PRICE);
    let control = Control { kind, level, symbol, flatten, quantity, price, ..Control::default() };
    batch.controls.push(control.encode_to_vec());
}

fn price(instrument: &Instrument) -> i64 {
    let lowest = instrument.price_min.unwrap_or(instrument.tick);
    PRICE.max(lowest).min(instrument.price_max.unwrap_or(i64::MAX))
}

fn event(batch: &mut EventBatch, kind: EventKind, symbol: usize, now: i64) {
    batch.kind.push(kind as u8);
    batch.symbol.extend_from_slice(&(symbol as u32).to_le_bytes());
    put(&mut batch.ts_event, now);
    put(&mut batch.ts_init, now);
}

fn put(column: &mut Vec<u8>, value: i64) {
    column.extend_from_slice(&value.to_le_bytes());
}
