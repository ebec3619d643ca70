//! Reads what a snapshot says of every symbol, phase one and phase two (spec 14.1.5, 14.1.6).
use super::snapshot_reader::{Reader, possible};
use crate::core::contract::{Op, Side};
use crate::core::error::Result;
use crate::core::instruments::Instrument;
use crate::data_engine::market::BookLevel;
use crate::data_engine::quote::Top;
use crate::data_engine::validation::LEVELS;
use crate::engine::Engine;
use crate::order_engine::policy::PendingVerdict;
use crate::order_engine::retry::{Desire, Retry};
use crate::risk_engine::duplicates::Accepted;
use crate::signal_engine::external::ExternalSignal;
use crate::signal_engine::program::Node;
use crate::signal_engine::symbol_data::MoreData;
use crate::state::State;

const EXTERNAL_BYTES: usize = 36;
const ACCEPTED_BYTES: usize = 26;

impl Engine {
    pub(super) fn read_phase_one(&mut self, reader: &mut Reader<'_>, symbol: usize) -> Result<()> {
        let config = &self.state.config;
        let instrument = &config.instruments[symbol];
        let most = config.signals.max_signals_per_symbol;
        let data = &mut self.phase_one.symbols[symbol];
        // The price of a side without size is kept as it came: any i64.
        let (bid, ask) = (reader.i64()?, reader.i64()?);
        let (bid_size, ask_size) = (reader.size()?, reader.size()?);
        possible(bid_size == 0 || instrument.takes(bid), "a bid")?;
        possible(ask_size == 0 || instrument.takes(ask), "an ask")?;
        data.quote = Top { bid, ask, bid_size, ask_size };
        let (last_trade_price, has_trade) = (reader.i64()?, reader.flag()?);
        let mut more = MoreData { last_trade_price, has_trade, ..MoreData::default() };
        reader.absent(more.has_trade, &[more.last_trade_price])?;
        possible(!more.has_trade || instrument.takes(more.last_trade_price), "a trade's price")?;
        more.last_sign = reader.i8()?;
        possible((-1..=1).contains(&more.last_sign), "a trade's sign")?;
        more.vwap_session = reader.session()?;
        more.vwap_pq = reader.f64()?;
        more.vwap_q = reader.f64()?;
        let count = reader.count(EXTERNAL_BYTES, "the number of external signals")?;
        possible(count <= most, "the number of external signals")?;
        for _ in 0..count {
            let source = reader.u32()?;
            possible(source < config.source_count, "an external signal's source")?;
            more.external.push(ExternalSignal {
                source,
                score: reader.f64()?,
                confidence: reader.f64()?,
                ts_event: reader.i64()?,
                event_index: reader.u64()?,
            });
        }
        if !more.is_empty() {
            data.more = Some(Box::new(more));
        }
        let nodes = &mut self.phase_one.nodes;
        for node in &self.phase_one.program.nodes {
            nodes.set_value(node, symbol, reader.f64()?);
        }
        for node in &self.phase_one.program.nodes {
            let (u, f) = nodes.words(node, symbol);
            for word in &mut *u {
                *word = reader.u64()?;
            }
            for word in f {
                *word = reader.f64()?;
            }
            check_position(node, u)?;
        }
        Ok(())
    }
}

/// A position that points outside of its ring or block is impossible.
fn check_position(node: &Node, u: &[u64]) -> Result<()> {
    if let &[count] = u {
        return possible(count <= 1 << 63, "an average's count");
    }
    let &[position, filled] = u else { return Ok(()) };
    let n = u64::from(node.n);
    let is_ring = matches!(
        node.op,
        Op::Delay | Op::Delta | Op::Argmin | Op::Argmax | Op::Rank | Op::LinearDecay | Op::Slope
    );
    possible(position < n && filled <= if is_ring { n } else { 1 }, "a node's state")
}

fn read_level(reader: &mut Reader<'_>, instrument: &Instrument) -> Result<BookLevel> {
    let level = BookLevel { price: reader.i64()?, size: reader.size()? };
    possible(level.size > 0 && instrument.takes(level.price), "a level")?;
    Ok(level)
}

fn level_count(reader: &mut Reader<'_>) -> Result<usize> {
    let count = usize::from(reader.u8()?);
    possible(count <= LEVELS, "the number of levels")?;
    Ok(count)
}

impl State {
    pub(super) fn read_phase_two(&mut self, reader: &mut Reader<'_>, symbol: usize) -> Result<()> {
        self.read_market(reader, symbol)?;
        let most = self.config.quantity_bound(symbol);
        let s = &mut self.symbols[symbol];
        s.holding.position = reader.i64()?;
        possible(
            s.holding.position.unsigned_abs() <= most && (s.market.has_mark || s.holding.position == 0),
            "a position",
        )?;
        s.holding.cost = reader.money()?;
        s.decision.direction = reader.i8()?;
        possible((-1..=1).contains(&s.decision.direction), "a direction")?;
        s.decision.signal_id = reader.u64()?;
        let (target, x) = (reader.i64()?, reader.f64()?);
        possible(target.unsigned_abs() <= most && x.abs() <= 1.0, "a target")?;
        (s.decision.target, s.decision.target_x) = (target, x);
        s.decision.has_target = reader.flag()?;
        reader.absent(s.decision.has_target, &[target, x.to_bits() as i64])?;
        let has_pending = reader.flag()?;
        let pending = PendingVerdict {
            score: reader.f64()?,
            confidence: reader.f64()?,
            fair_value: reader.f64()?,
            ts_init: reader.event_time()?,
        };
        possible(pending.score.is_finite() && pending.confidence.is_finite(), "a verdict")?;
        let bits = [pending.score, pending.confidence, pending.fair_value].map(|x| x.to_bits() as i64);
        reader.absent(has_pending, &bits)?;
        reader.absent(has_pending, &[pending.ts_init])?;
        let retry = [read_retry(reader)?, read_retry(reader)?];
        if has_pending || retry != [None; 2] {
            let rare = s.rare_mut();
            (rare.pending, rare.retry) = (has_pending.then_some(pending), retry);
        }
        s.bucket = reader.bucket()?;
        for _ in 0..reader.count(ACCEPTED_BYTES, "the number of accepted orders")? {
            let (side, order_type) = (reader.side()?, reader.order_type()?);
            let (quantity, price) = (reader.i64()?, reader.i64()?);
            let accepted = Accepted { ts: reader.event_time()?, price, quantity, order_type, side };
            self.duplicates.push(&mut s.open.remembered, accepted);
        }
        Ok(())
    }

    fn read_market(&mut self, reader: &mut Reader<'_>, symbol: usize) -> Result<()> {
        let instrument = &self.config.instruments[symbol];
        let s = &mut self.symbols[symbol];
        let market = &mut s.market;
        let counts = [level_count(reader)?, level_count(reader)?];
        for (side, count) in Side::ALL.into_iter().zip(counts) {
            let mut levels = [BookLevel::default(); LEVELS];
            for level in &mut levels[..count] {
                *level = read_level(reader, instrument)?;
            }
            market.set_side(side, &levels[..count]);
        }
        market.taken_bid = reader.saturated()?;
        market.taken_ask = reader.saturated()?;
        market.has_quote = reader.flag()?;
        market.mark = reader.i64()?;
        market.has_mark = reader.flag()?;
        reader.absent(market.has_mark, &[market.mark])?;
        possible(!market.has_mark || instrument.takes(market.mark), "a mark")?;
        market.risk_price = reader.i64()?;
        market.has_risk_price = reader.flag()?;
        reader.absent(market.has_risk_price, &[market.risk_price])?;
        possible(!market.has_risk_price || instrument.takes(market.risk_price), "a risk price")?;
        market.last_ts = reader.event_time()?;
        market.has_data = reader.flag()?;
        reader.absent(market.has_data, &[market.last_ts])?;
        market.stale = reader.flag()?;
        market.halted = reader.flag()?;
        market.status = reader.u8()?;
        possible(market.status < 32, "a status")?;
        s.scope.level = reader.level()?;
        s.scope.flatten = reader.flag()?;
        let band = (reader.i64()?, reader.i64()?);
        let has_band = reader.flag()?;
        reader.absent(has_band, &[band.0, band.1])?;
        s.set_band(has_band.then_some(band));
        Ok(())
    }
}

fn read_retry(reader: &mut Reader<'_>) -> Result<Option<Retry>> {
    let has = reader.flag()?;
    let (price, quantity) = (reader.i64()?, reader.i64()?);
    if has {
        let order_type = reader.order_type()?;
        let desire = Desire { order_type, price, quantity };
        return Ok(Some(Retry { desire, ts: reader.event_time()? }));
    }
    let (order_type, ts) = (reader.u8()?, reader.i64()?);
    reader.absent(false, &[price, quantity, i64::from(order_type), ts])?;
    Ok(None)
}
