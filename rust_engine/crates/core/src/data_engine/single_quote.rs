//! A batch of one QUOTE, read without cutting columns.
use super::columns::COLUMN_COUNT;
use super::quote::{Quote, Top};
use super::quote_run::CommonBounds;
use super::validation::Intake;
use crate::core::contract::{self, EventKind};

/// Columns that all events and quotes have.
const QUOTE_COLUMNS: usize = 11;

#[derive(Clone, Copy, Debug)]
pub struct SingleQuote {
    pub quote: Quote,
    source: u32,
    sequence: u64,
}

/// The only value of a column.
#[inline]
fn only<const W: usize>(column: &[u8]) -> Option<[u8; W]> {
    column.try_into().ok()
}

/// The same of a column that may be absent.
#[inline]
fn only_or_zero<const W: usize>(column: &[u8]) -> Option<[u8; W]> {
    if column.is_empty() { Some([0; W]) } else { only(column) }
}

impl SingleQuote {
    /// The quote of a batch that is whole and has no other event; `None` for any other batch.
    #[inline]
    pub fn of(buffers: &[&[u8]]) -> Option<Self> {
        let buffers: &[&[u8]; COLUMN_COUNT] = buffers.try_into().ok()?;
        let (columns, others) = buffers.split_first_chunk::<QUOTE_COLUMNS>()?;
        let [kind, symbol, source, flags, ts_event, ts_init, sequence, bid, ask, bid_size, ask_size] =
            *columns;
        let is_alone = others.iter().fold(0, |bytes, other| bytes | other.len()) == 0;
        if !is_alone || kind != [EventKind::Quote as u8] {
            return None;
        }
        let value = |column| only(column).map(i64::from_le_bytes);
        let top = Top {
            bid: value(bid)?,
            ask: value(ask)?,
            bid_size: value(bid_size)?,
            ask_size: value(ask_size)?,
        };
        let quote = Quote {
            symbol: u32::from_le_bytes(only(symbol)?) as usize,
            ts_init: value(ts_init)?,
            ts_event: value(ts_event)?,
            flags: u32::from_le_bytes(only_or_zero(flags)?),
            top,
        };
        let source = u32::from_le_bytes(only_or_zero(source)?);
        Some(Self { quote, source, sequence: u64::from_le_bytes(only_or_zero(sequence)?) })
    }
}

impl Intake {
    /// Takes in a quote that surely passes every test; whether it leaves a gap. `None`: nothing has changed.
    #[inline]
    pub fn take_single(
        &mut self,
        single: &SingleQuote,
        symbols: usize,
        bounds: CommonBounds,
    ) -> Option<bool> {
        let (quote, sequence) = (&single.quote, single.sequence);
        let last_sequence = self.last_sequence.get_mut(single.source as usize)?;
        let is_accepted = (self.last_ts_init..1 << 62).contains(&quote.ts_init)
            && quote.ts_event <= quote.ts_init.wrapping_add(contract::FUTURE_NS_MAX)
            && quote.symbol < symbols
            && (sequence == 0 || sequence > *last_sequence)
            && bounds.take(&quote.top);
        if !is_accepted {
            return None;
        }
        self.last_ts_init = quote.ts_init;
        let is_gap = sequence != 0 && *last_sequence != 0 && sequence - *last_sequence > 1;
        if sequence != 0 {
            *last_sequence = sequence;
        }
        Some(is_gap)
    }
}
