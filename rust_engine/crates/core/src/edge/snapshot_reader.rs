//! Reads the bytes of a snapshot; whatever no run can have written is BAD_SNAPSHOT (spec 14.2, 14.4).
use crate::core::contract::{Code, Level, OrderState, OrderType, Side, Trigger};
use crate::core::error::{EngineError, Result};
use crate::core::fixed::Money;
use crate::core::float::canonical;
use crate::risk_engine::rate::Bucket;

pub(super) const SIZE_MAX: i64 = (1 << 62) - 1;
/// Event times stay below 2^62, latencies do not exceed 2^60.
const ARRIVAL_MAX: i64 = (1 << 62) + (1 << 60);
const MONEY_END: u128 = 1 << 121;
const SESSION_END: u64 = 1 << 31;
const TOKENS_MAX: i128 = 2_000_000_000_000_000_000;

/// What is left of the snapshot.
pub(super) struct Reader<'a>(&'a [u8]);

macro_rules! reads {
    ($($type:ident),+) => {
        impl Reader<'_> {
            $(pub fn $type(&mut self) -> Result<$type> {
                Ok($type::from_le_bytes(self.array()?))
            })+
        }
    };
}

reads!(u8, i8, u16, u32, u64, i64, i128);

pub(super) fn impossible(what: &str) -> EngineError {
    EngineError::snapshot(format!("{what} has a value that no run can reach"))
}

/// Refuses an impossible value.
pub(super) fn possible(holds: bool, what: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(impossible(what)) }
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub fn remaining(&self) -> usize {
        self.0.len()
    }

    pub fn bytes(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self
            .0
            .split_at_checked(count)
            .ok_or_else(|| EngineError::snapshot("the snapshot is cut short"))?;
        self.0 = rest;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (taken, rest) =
            self.0.split_first_chunk().ok_or_else(|| EngineError::snapshot("the snapshot is cut short"))?;
        self.0 = rest;
        Ok(*taken)
    }

    pub fn blob(&mut self) -> Result<Vec<u8>> {
        let length = usize::try_from(self.u64()?).map_err(|_| impossible("the length of a message"))?;
        Ok(self.bytes(length)?.to_vec())
    }

    /// A count of things of at least `bytes` each, which the rest of the snapshot can hold.
    pub fn count(&mut self, bytes: usize, what: &str) -> Result<usize> {
        let count = self.u32()? as usize;
        possible(count.checked_mul(bytes).is_some_and(|needed| needed <= self.remaining()), what)?;
        Ok(count)
    }

    pub fn flag(&mut self) -> Result<bool> {
        let number = self.u8()?;
        possible(number <= 1, "a flag")?;
        Ok(number == 1)
    }

    /// A float; of the NaN only the one that is written (spec 1.4).
    pub fn f64(&mut self) -> Result<f64> {
        let bits = self.u64()?;
        let value = f64::from_bits(bits);
        possible(canonical(value).to_bits() == bits, "a NaN")?;
        Ok(value)
    }

    /// What counts up by ones: no run gets to 2^63.
    pub fn counter(&mut self) -> Result<u64> {
        let value = self.u64()?;
        possible(value < 1 << 63, "a counter")?;
        Ok(value)
    }

    pub fn size(&mut self) -> Result<i64> {
        let value = self.i64()?;
        possible((0..=SIZE_MAX).contains(&value), "a size")?;
        Ok(value)
    }

    pub fn session(&mut self) -> Result<i64> {
        let value = self.i64()?;
        possible(value.unsigned_abs() < SESSION_END, "a session")?;
        Ok(value)
    }

    /// A quantity that is not negative and may have been held at the end of its range.
    pub fn saturated(&mut self) -> Result<i64> {
        let value = self.i64()?;
        possible(value >= 0, "a quantity")?;
        Ok(value)
    }

    /// An event's time and a latency.
    pub fn arrival(&mut self) -> Result<i64> {
        let value = self.i64()?;
        possible((0..=ARRIVAL_MAX).contains(&value), "a time")?;
        Ok(value)
    }

    /// A ts_init.
    pub fn event_time(&mut self) -> Result<i64> {
        let value = self.i64()?;
        possible((0..1 << 62).contains(&value), "a time")?;
        Ok(value)
    }

    pub fn money(&mut self) -> Result<Money> {
        let value = self.i128()?;
        possible(value.unsigned_abs() < MONEY_END, "money")?;
        Ok(value)
    }

    pub fn bucket(&mut self) -> Result<Bucket> {
        let tokens = self.i128()?;
        possible((0..=TOKENS_MAX).contains(&tokens), "a bucket's tokens")?;
        Ok(Bucket { tokens: tokens as i64, ts: self.event_time()? })
    }

    /// A last value and whether there is one; without one it is zero.
    pub fn absent(&mut self, has: bool, values: &[i64]) -> Result<()> {
        possible(has || values.iter().all(|&value| value == 0), "an absent value")
    }
}

macro_rules! enums {
    ($($name:ident -> $type:ident),+) => {
        impl Reader<'_> {
            $(pub fn $name(&mut self) -> Result<$type> {
                let number = self.u8()?;
                $type::from_number(u32::from(number)).ok_or_else(|| impossible(stringify!($type)))
            })+
        }
    };
}

enums!(side -> Side, order_type -> OrderType, order_state -> OrderState, trigger -> Trigger, level -> Level);

impl Reader<'_> {
    pub fn code(&mut self) -> Result<Code> {
        let number = self.u16()?;
        Code::from_number(u32::from(number)).ok_or_else(|| impossible("Code"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_little_endian_and_stops_at_the_end() {
        let mut reader = Reader::new(&[1, 2, 0, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
        assert_eq!((reader.flag().unwrap(), reader.u16().unwrap()), (true, 2));
        assert_eq!(reader.i64().unwrap(), -2);
        assert!(reader.u8().is_err());
    }

    #[test]
    fn refuses_what_no_run_reaches() {
        assert!(Reader::new(&[2]).flag().is_err());
        assert!(Reader::new(&[9]).order_type().is_err());
        assert!(Reader::new(&(1u64 << 63).to_le_bytes()).counter().is_err());
        assert!(Reader::new(&(1i64 << 62).to_le_bytes()).size().is_err());
        assert!(Reader::new(&(1i64 << 31).to_le_bytes()).session().is_err());
        assert!(Reader::new(&(-1i64).to_le_bytes()).event_time().is_err());
        assert!(Reader::new(&i128::MAX.to_le_bytes()).money().is_err());
        assert!(Reader::new(&(-f64::NAN).to_le_bytes()).f64().is_err());
        assert!(Reader::new(&u64::MAX.to_le_bytes()).blob().is_err());
        assert!(Reader::new(&[3, 0, 0, 0, 1, 2]).count(1, "things").is_err());
        assert!(Reader::new(&[]).absent(false, &[0, 1]).is_err());
    }
}
