//! Message rate: integer token buckets in event time (spec 9.6).
use crate::core::contract::Code;
use crate::core::fixed::SCALE;
use crate::risk_engine::ticket::Refusal;
use crate::state::State;

/// Tokens are counted in 1e-9.
const ONE_TOKEN: i64 = SCALE;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// A rate is at most 10^9, so that a burst has 61 bits.
    pub tokens: i64,
    pub ts: i64,
}

/// Burst of a rate, in 1e-9 tokens: two seconds' worth.
fn burst(rate: i64) -> i64 {
    2 * rate * ONE_TOKEN
}

impl Bucket {
    /// Full, or empty where there is no limit.
    pub fn full(rate: Option<i64>) -> Self {
        Self { tokens: rate.map_or(0, burst), ts: 0 }
    }

    #[inline]
    fn refill(&mut self, rate: i64, now: i64) {
        if now > self.ts {
            // What saturates is above any burst.
            let gained = rate.saturating_mul(now - self.ts);
            self.tokens = burst(rate).min(self.tokens.saturating_add(gained));
            self.ts = now;
        }
    }

    /// Refills; passes when it holds a token, or where there is no limit.
    #[inline]
    fn test(&mut self, rate: Option<i64>, now: i64) -> Result<(), Refusal> {
        let Some(rate) = rate else { return Ok(()) };
        self.refill(rate, now);
        if self.tokens >= ONE_TOKEN { Ok(()) } else { Err(self.refusal()) }
    }

    #[cold]
    fn refusal(&self) -> Refusal {
        let (limit, value) = (i128::from(ONE_TOKEN), i128::from(self.tokens));
        Refusal { code: Code::MessageRate, limit, value }
    }

    /// A changed limit keeps the tokens, held to the new burst.
    pub fn hold_to(&mut self, rate: Option<i64>) {
        if let Some(rate) = rate {
            self.tokens = self.tokens.min(burst(rate));
        }
    }
}

impl State {
    /// Row 11: refills both buckets, and passes when both hold a token.
    #[inline]
    pub fn row_message_rate(&mut self, symbol: usize) -> Result<(), Refusal> {
        let own = self.symbols[symbol].bucket.test(self.limits.max_orders_per_second_symbol, self.now);
        self.bucket.test(self.limits.max_orders_per_second, self.now).and(own)
    }

    /// Takes a token from each bucket that has a limit.
    pub fn charge_message(&mut self, symbol: usize) {
        if self.limits.max_orders_per_second.is_some() {
            self.bucket.tokens -= ONE_TOKEN;
        }
        if self.limits.max_orders_per_second_symbol.is_some() {
            self.symbols[symbol].bucket.tokens -= ONE_TOKEN;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refills_with_time_up_to_two_seconds() {
        let mut bucket = Bucket::full(Some(10));
        assert_eq!(bucket.tokens, 20 * ONE_TOKEN);
        bucket.tokens = 0;
        bucket.refill(10, 50_000_000);
        assert_eq!(bucket.tokens, ONE_TOKEN / 2);
        bucket.refill(10, 40_000_000);
        assert_eq!((bucket.tokens, bucket.ts), (ONE_TOKEN / 2, 50_000_000));
        bucket.refill(10, 1 << 61);
        assert_eq!(bucket.tokens, 20 * ONE_TOKEN);
        bucket.hold_to(Some(3));
        assert_eq!(bucket.tokens, 6 * ONE_TOKEN);
        bucket.hold_to(None);
        assert_eq!(bucket.tokens, 6 * ONE_TOKEN);
    }
}
