//! Policies: pure functions from a verdict to a desired bid and ask (spec 10.1-10.4).
use super::retry::Desire;
use crate::core::config::{Policy, QuotingPolicy, TargetPolicy};
use crate::core::contract::{OrderType, PriceReference, Rebalance, Side, SignalRecord, Sizing};
use crate::core::fixed::cap;
use crate::core::fixed::{ceil_to, floor_to, mul_div, notional};
use crate::core::float::{canonical, rint};
use crate::core::instruments::Instrument;
use crate::state::State;

/// What a symbol's decisions remember.
#[derive(Clone, Copy, Debug)]
pub struct Decision {
    /// Last direction and the id of its signal, 0 before the first.
    pub direction: i8,
    pub has_target: bool,
    pub signal_id: u64,
    pub target: i64,
    pub target_x: f64,
    /// Score and confidence that gave the direction and the target; NaN where they must be worked out.
    pub settled_by: (f64, f64),
}

impl Default for Decision {
    fn default() -> Self {
        Self {
            direction: 0,
            has_target: false,
            signal_id: 0,
            target: 0,
            target_x: 0.0,
            settled_by: (f64::NAN, f64::NAN),
        }
    }
}

/// A VALID verdict and the ts_init of its event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PendingVerdict {
    pub score: f64,
    pub confidence: f64,
    pub fair_value: f64,
    pub ts_init: i64,
}

/// At most one desired order a side: buy, sell.
pub type Desires = [Option<Desire>; 2];

impl State {
    /// Direction of a score (spec 10.2).
    #[inline]
    fn direction(&self, score: f64) -> i8 {
        let threshold = self.config.direction_threshold;
        i8::from(score > threshold) - i8::from(score < -threshold)
    }

    /// Decides on a VALID verdict.
    pub fn decide(&mut self, symbol: usize, verdict: &PendingVerdict) {
        let direction = self.direction(verdict.score);
        if direction != self.symbols[symbol].decision.direction {
            self.signal(symbol, direction, verdict);
        }
        match self.config.policy {
            Policy::Target(policy) => self.decide_target(symbol, verdict, direction, &policy),
            Policy::Quoting(policy) => {
                let desires = self.quoting_desires(symbol, verdict, &policy);
                self.reconcile(symbol, &desires);
            }
        }
    }

    /// SIGNAL record (spec 10.2).
    fn signal(&mut self, symbol: usize, direction: i8, verdict: &PendingVerdict) {
        self.last_signal_id += 1;
        self.counters.signals += 1;
        let decision = &mut self.symbols[symbol].decision;
        decision.direction = direction;
        decision.signal_id = self.last_signal_id;
        if self.output.is_dropped() {
            return;
        }
        let record = SignalRecord {
            event_index: self.event_index,
            ts_init: self.now,
            symbol: symbol as u32,
            direction,
            signal_id: self.last_signal_id,
            score: verdict.score,
            confidence: verdict.confidence,
            fair_value: canonical(verdict.fair_value),
            ts_signal: verdict.ts_init,
        };
        self.output.push(record.to_bytes());
    }

    /// Target policy (spec 10.3).
    #[inline]
    fn decide_target(
        &mut self,
        symbol: usize,
        verdict: &PendingVerdict,
        direction: i8,
        policy: &TargetPolicy,
    ) {
        let x = target_x(verdict, direction);
        let decision = &self.symbols[symbol].decision;
        if policy.rebalance == Rebalance::Always || !decision.has_target || x != decision.target_x {
            let target = match policy.sizing {
                Sizing::Quantity => self.quantity_target(symbol, x, policy),
                Sizing::Weight => match self.weight_target(symbol, x, policy) {
                    Some(target) => target,
                    None => return,
                },
            };
            let decision = &mut self.symbols[symbol].decision;
            decision.target = target;
            decision.target_x = x;
            decision.has_target = true;
        }
        let s = &mut self.symbols[symbol];
        if policy.rebalance == Rebalance::OnChange {
            s.decision.settled_by = (verdict.score, verdict.confidence);
        }
        let distance = s.decision.target - s.holding.position;
        let side = if distance > 0 { Side::Buy } else { Side::Sell };
        let has_orders = s.open.count != 0;
        // Less than a lot from the target is there.
        let lot = self.instrument_of(symbol).lot;
        let desire = if distance.saturating_abs() < lot {
            None
        } else {
            let Some(desire) = self.target_order(symbol, side, distance, policy) else { return };
            Some(desire)
        };
        match desire {
            _ if has_orders => {
                let on = |wanted: Side| desire.filter(|_| side == wanted);
                self.reconcile(symbol, &[on(Side::Buy), on(Side::Sell)]);
            }
            Some(desire) if !self.is_held_back(symbol, side, &desire) => {
                self.create(symbol, side, desire, false);
            }
            _ => {}
        }
    }

    /// The target position of x by QUANTITY.
    #[inline]
    fn quantity_target(&self, symbol: usize, x: f64, policy: &TargetPolicy) -> i64 {
        let decision = &self.symbols[symbol].decision;
        // One that this engine has worked out, not a snapshot given: x that turns keeps its size.
        let is_known = x.abs() == decision.target_x.abs() && !decision.settled_by.0.is_nan();
        let size = if is_known {
            decision.target.saturating_abs()
        } else {
            let quantity = cap(share_ppb(x), i128::from(policy.max_quantity));
            hold_to_lots(quantity, self.instrument_of(symbol))
        };
        if x < 0.0 { -size } else { size }
    }

    /// The target position of x by WEIGHT; none decides nothing.
    fn weight_target(&self, symbol: usize, x: f64, policy: &TargetPolicy) -> Option<i64> {
        let (instrument, market) = (self.instrument_of(symbol), &self.symbols[symbol].market);
        if !market.has_mark || market.mark <= 0 {
            return None;
        }
        let equity = self.ledger.equity;
        let quantity = if equity <= 0 {
            0
        } else {
            cap(share_ppb(x), cap(policy.max_weight_ppb, equity))
                / notional(1, market.mark, instrument.multiplier)
        };
        let quantity = hold_to_lots(quantity, instrument);
        Some(if x < 0.0 { -quantity } else { quantity })
    }

    /// One order towards the target, at the configured price; none where that price is absent.
    #[inline]
    fn target_order(
        &self,
        symbol: usize,
        side: Side,
        distance: i64,
        policy: &TargetPolicy,
    ) -> Option<Desire> {
        let (instrument, market) = (self.instrument_of(symbol), &self.symbols[symbol].market);
        let slice = match self.config.reconciler.slice_quantity {
            0 => i64::MAX,
            slice => slice,
        };
        let quantity = floor_to(distance.saturating_abs().min(slice), instrument.lot);
        let price = if policy.order_type == OrderType::Market {
            0
        } else {
            let reference = match policy.price_reference {
                PriceReference::Opposite => market.opposite(side).first()?.price,
                PriceReference::Own => market.best(side)?,
                PriceReference::Mark if !market.has_mark => return None,
                PriceReference::Mark => match side {
                    Side::Buy => floor_to(market.mark, instrument.tick),
                    Side::Sell => ceil_to(market.mark, instrument.tick),
                },
            };
            let offset = policy.offset_ticks * instrument.tick;
            match side {
                Side::Buy => reference + offset,
                Side::Sell => reference - offset,
            }
        };
        Some(Desire { order_type: policy.order_type, price, quantity })
    }

    /// Quoting policy (spec 10.4).
    fn quoting_desires(&self, symbol: usize, verdict: &PendingVerdict, policy: &QuotingPolicy) -> Desires {
        let fair_value = verdict.fair_value;
        if !fair_value.is_finite() || fair_value.abs() >= 4e9 {
            return [None; 2];
        }
        let (tick, s) = (self.instrument_of(symbol).tick, &self.symbols[symbol]);
        let position = s.holding.position;
        let fair = rint(fair_value * 1e9) as i128;
        let skew = mul_div(i128::from(policy.inventory_skew), position, policy.max_inventory);
        let half_spread = i128::from(policy.half_spread);
        let mut bid = wide_floor(fair - half_spread - skew, tick);
        let mut ask = wide_ceil(fair + half_spread - skew, tick);
        if let Some(best) = s.market.best(Side::Sell) {
            bid = bid.min(floor_to(best - 1, tick));
        }
        if let Some(best) = s.market.best(Side::Buy) {
            ask = ask.max(ceil_to(best + 1, tick));
        }
        let quantity = policy.quote_quantity;
        let quote = |price: i64| Desire { order_type: OrderType::PostOnly, price, quantity };
        let (long, short) =
            (i128::from(position) + i128::from(quantity), i128::from(position) - i128::from(quantity));
        let most = i128::from(policy.max_inventory);
        [(long <= most).then(|| quote(bid)), (short >= -most).then(|| quote(ask))]
    }
}

/// Score times confidence held to [-1, 1]; 0.0 without a direction (spec 10.3).
#[inline]
fn target_x(verdict: &PendingVerdict, direction: i8) -> f64 {
    let held = (verdict.score * verdict.confidence).clamp(-1.0, 1.0);
    if direction == 0 || held == 0.0 { 0.0 } else { held }
}

/// Magnitude of x in parts per billion.
#[inline]
fn share_ppb(x: f64) -> i64 {
    rint(x.abs() * 1e9) as i64
}

/// A quantity within the instrument's largest, in whole lots.
#[inline]
fn hold_to_lots(quantity: i128, instrument: &Instrument) -> i64 {
    floor_to(quantity.min(i128::from(instrument.quantity_max)) as i64, instrument.lot)
}

/// Quote prices saturate; the static rows refuse them.
fn saturate(price: i128) -> i64 {
    price.clamp(-i128::from(i64::MAX), i128::from(i64::MAX)) as i64
}

fn wide_floor(price: i128, tick: i64) -> i64 {
    saturate(price - price.rem_euclid(i128::from(tick)))
}

fn wide_ceil(price: i128, tick: i64) -> i64 {
    saturate(price + (-price).rem_euclid(i128::from(tick)))
}
