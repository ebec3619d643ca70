//! Message rate: integer token buckets in event time (spec 9.6).
use crate::core::contract::Code;
use crate::core::fixed::SCALE;
use crate::risk_engine::ticket::Refusal;
use crate::state::State;

/// Tokens are counted in 1e-9.
const ONE_TOKEN: i128 = SCALE as i128;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    pub tokens: i128,
    pub ts: i64,
}

/// Burst of a rate, in 1e-9 tokens: two seconds' worth.
fn burst(rate: i64) -> i128 {
    2 * i128::from(rate) * ONE_TOKEN
}

impl Bucket {
    /// Full, or empty where there is no limit.
    pub fn full(rate: Option<i64>) -> Self {
        Self { tokens: rate.map_or(0, burst), ts: 0 }
    }

    fn refill(&mut self, rate: i64, now: i64) {
        if now > self.ts {
            let gained = i128::from(rate) * i128::from(now - self.ts);
            self.tokens = burst(rate).min(self.tokens + gained);
            self.ts = now;
        }
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
    pub fn row_message_rate(&mut self, symbol: usize) -> Result<(), Refusal> {
        let own = &mut self.symbols[symbol].bucket;
        let limits = [
            (self.limits.max_orders_per_second, &mut self.bucket),
            (self.limits.max_orders_per_second_symbol, own),
        ];
        let mut refusal = Ok(());
        for (rate, bucket) in limits {
            let Some(rate) = rate else { continue };
            bucket.refill(rate, self.now);
            if bucket.tokens < ONE_TOKEN && refusal.is_ok() {
                refusal = Err(Refusal { code: Code::MessageRate, limit: ONE_TOKEN, value: bucket.tokens });
            }
        }
        refusal
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
