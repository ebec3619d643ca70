//! A batch: little-endian packed columns, read in place whatever their alignment (spec 2.2).
use crate::core::contract::{ErrorCode, EventKind};
use crate::core::error::{EngineError, Result};

/// Events that phase one and phase two take in one go; a CONTROL event ends such a block early.
pub const BLOCK_EVENTS: usize = 512;

/// A column of values of W bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Column<'a, const W: usize>(&'a [[u8; W]]);

/// What an absent column holds for a block of events.
static ZEROS: [[u8; 8]; BLOCK_EVENTS] = [[0; 8]; BLOCK_EVENTS];
static SHORT_ZEROS: [[u8; 4]; BLOCK_EVENTS] = [[0; 4]; BLOCK_EVENTS];

impl<'a, const W: usize> Column<'a, W> {
    /// The values as they lie.
    #[inline]
    pub fn values(self) -> &'a [[u8; W]] {
        self.0
    }

    pub fn len(self) -> usize {
        self.0.len()
    }

    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

macro_rules! column_values {
    ($width:literal: $($name:ident -> $type:ty),+) => {
        impl Column<'_, $width> {
            $(
                #[inline]
                pub fn $name(self, row: usize) -> $type {
                    <$type>::from_le_bytes(self.0[row])
                }
            )+
        }
    };
}

column_values!(1: u8 -> u8, i8 -> i8);
column_values!(2: u16 -> u16);
column_values!(4: u32 -> u32);
column_values!(8: i64 -> i64, u64 -> u64, f64 -> f64);

impl Column<'_, 1> {
    fn stretch_end(self, first: usize) -> usize {
        let control = self.0[first..].iter().position(|row| row[0] == EventKind::Control as u8);
        control.map_or(self.0.len(), |place| first + place + 1)
    }

    /// Whether all rows from `first` on, before `end`, hold the value.
    #[inline]
    pub fn are_all(self, value: u8, first: usize, end: usize) -> bool {
        self.0[first..end].iter().fold(0, |differing, row| differing | (row[0] ^ value)) == 0
    }

    /// How many rows from `first` on, before `end`, hold the value.
    #[inline]
    pub fn count_of(self, value: u8, first: usize, end: usize) -> usize {
        let rows = &self.0[first..end];
        rows.iter().position(|row| row[0] != value).unwrap_or(rows.len())
    }
}

impl<'a> Column<'a, 4> {
    /// `count` rows, at most a block, of a column that may be absent.
    #[inline]
    pub fn cut(self, first: usize, count: usize) -> Self {
        Self(if self.0.is_empty() { &SHORT_ZEROS[..count] } else { &self.0[first..][..count] })
    }

    #[inline]
    pub fn copy_to(self, out: &mut [u32]) {
        for (out, bytes) in out.iter_mut().zip(self.0) {
            *out = u32::from_le_bytes(*bytes);
        }
    }

    /// The value, or zero where the whole column is absent.
    #[inline]
    pub fn u32_or_zero(self, row: usize) -> u32 {
        self.0.get(row).map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }
}

impl<'a> Column<'a, 8> {
    /// `count` rows, at most a block, of a column that may be absent.
    #[inline]
    pub fn cut(self, first: usize, count: usize) -> Self {
        Self(if self.0.is_empty() { &ZEROS[..count] } else { &self.0[first..][..count] })
    }

    #[inline]
    pub fn copy_to(self, out: &mut [i64]) {
        for (out, bytes) in out.iter_mut().zip(self.0) {
            *out = i64::from_le_bytes(*bytes);
        }
    }

    /// The value, or zero where the whole column is absent.
    #[inline]
    pub fn u64_or_zero(self, row: usize) -> u64 {
        self.0.get(row).map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }
}

macro_rules! columns {
    ($count:literal; $($kind:ident { $($name:ident: $width:literal $(x $values:literal)? $(or $absent:ident)?),+ $(,)? })+) => {
        /// The columns of a batch, in the flattened order of the contract.
        #[derive(Clone, Copy, Debug, Default)]
        pub struct Columns<'a> {
            $($(pub $name: Column<'a, $width>,)+)+
        }

        /// How many columns a batch has.
        pub const COLUMN_COUNT: usize = $count;

        impl<'a> Columns<'a> {
            /// Views over the buffers; BAD_BATCH unless every length is right.
            #[inline]
            fn view(buffers: &[&'a [u8]; COLUMN_COUNT], rows_of: impl Fn(Group) -> usize) -> Result<Self> {
                let [$($($name),+),+] = *buffers;
                $($(
                    let rows = rows_of(Group::$kind) * (1 $(* $values)?);
                    let may_be_absent = false $(|| stringify!($absent) == "absent")?;
                    let Some($name) = column($name, rows, may_be_absent) else {
                        return Err(bad_length(stringify!($name), $name.len(), rows.saturating_mul($width)));
                    };
                )+)+
                Ok(Self { $($($name),+),+ })
            }
        }
    };
}

/// Which rows a column has.
#[derive(Clone, Copy)]
enum Group {
    Common,
    Quote,
    Trade,
    Book,
    Bar,
    ExternalSignal,
    ExecutionReport,
}

columns! { 34;
    Common {
        kind: 1, symbol: 4, source: 4 or absent, flags: 4 or absent, ts_event: 8, ts_init: 8, sequence: 8 or absent
    }
    Quote { bid_price: 8, ask_price: 8, bid_size: 8, ask_size: 8 }
    Trade { trade_price: 8, trade_size: 8, aggressor: 1 }
    Book {
        book_bid_prices: 8 x 10, book_bid_sizes: 8 x 10, book_ask_prices: 8 x 10, book_ask_sizes: 8 x 10,
        book_bid_levels: 1, book_ask_levels: 1
    }
    Bar { bar_open: 8, bar_high: 8, bar_low: 8, bar_close: 8, bar_volume: 8 }
    ExternalSignal { signal_score: 8, signal_confidence: 8 }
    ExecutionReport {
        report_order_id: 8, report_exec_id: 8, report_trigger: 1, report_liquidity: 1, report_code: 2,
        report_price: 8, report_quantity: 8
    }
}

#[inline]
fn column<const W: usize>(buffer: &[u8], rows: usize, may_be_absent: bool) -> Option<Column<'_, W>> {
    let (values, rest) = buffer.as_chunks::<W>();
    let is_absent = may_be_absent && buffer.is_empty();
    (rest.is_empty() && (values.len() == rows || is_absent)).then_some(Column(values))
}

#[cold]
fn bad_length(name: &str, bytes: usize, expected: usize) -> EngineError {
    bad_batch(format!("column {name} has {bytes} bytes, must have {expected}"))
}

fn bad_batch(message: String) -> EngineError {
    EngineError::new(ErrorCode::BadBatch, message)
}

/// A batch whose frame is whole.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    pub columns: Columns<'a>,
    pub controls: &'a [&'a [u8]],
}

impl<'a> Batch<'a> {
    /// Checks the frame: every length, and one control message per CONTROL event.
    pub fn new(buffers: &[&'a [u8]], controls: &'a [&'a [u8]]) -> Result<Self> {
        let Ok(buffers) = <&[&[u8]; COLUMN_COUNT]>::try_from(buffers) else {
            return Err(bad_batch(format!("{} columns, must be {COLUMN_COUNT}", buffers.len())));
        };
        let of = |kind: EventKind| buffers[0].iter().filter(|&&number| number == kind as u8).count();
        let mut rows = [0; 7];
        rows[Group::Common as usize] = buffers[0].len();
        // One pass per kind, but only where there are others than quotes.
        let mut expected = 0;
        if Column(buffers[0].as_chunks().0).are_all(EventKind::Quote as u8, 0, buffers[0].len()) {
            rows[Group::Quote as usize] = buffers[0].len();
        } else {
            rows[Group::Quote as usize] = of(EventKind::Quote);
            rows[Group::Trade as usize] = of(EventKind::Trade);
            rows[Group::Book as usize] = of(EventKind::Book);
            rows[Group::Bar as usize] = of(EventKind::Bar);
            rows[Group::ExternalSignal as usize] = of(EventKind::ExternalSignal);
            rows[Group::ExecutionReport as usize] = of(EventKind::ExecutionReport);
            expected = of(EventKind::Control);
        }
        let columns = Columns::view(buffers, |group| rows[group as usize])?;
        if controls.len() != expected {
            return Err(bad_batch(format!("{} control messages, must be {expected}", controls.len())));
        }
        Ok(Self { columns, controls })
    }

    /// Where a stretch from `first` on ends: behind its first CONTROL, or with the batch.
    pub fn stretch_end(&self, first: usize) -> usize {
        if self.controls.is_empty() { self.len() } else { self.columns.kind.stretch_end(first) }
    }

    /// Number of events.
    pub fn len(&self) -> usize {
        self.columns.kind.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Vec<Vec<u8>> {
        let mut buffers = vec![Vec::new(); COLUMN_COUNT];
        buffers[0] = vec![1, 1, 4];
        for (column, width) in [(1, 4), (4, 8), (5, 8)] {
            buffers[column] = vec![0; 3 * width];
        }
        buffers[7..11].fill(vec![0; 2 * 8]);
        buffers[20..25].fill(vec![0; 8]);
        buffers
    }

    fn check(buffers: &[Vec<u8>], controls: &[&[u8]]) -> std::result::Result<usize, String> {
        let buffers: Vec<&[u8]> = buffers.iter().map(Vec::as_slice).collect();
        Batch::new(&buffers, controls).map(|batch| batch.len()).map_err(|error| error.message)
    }

    #[test]
    fn a_whole_frame_passes() {
        assert_eq!(check(&frame(), &[]), Ok(3));
        assert_eq!(check(&vec![Vec::new(); COLUMN_COUNT], &[]), Ok(0));
    }

    #[test]
    fn every_length_is_checked() {
        for column in [1, 4, 5, 7, 10, 11, 14, 20, 24, 25, 27, 33] {
            let mut buffers = frame();
            buffers[column].push(0);
            assert!(check(&buffers, &[]).is_err(), "column {column} with one byte more");
        }
        for column in [2, 3, 6] {
            let mut buffers = frame();
            buffers[column] = vec![0; 4];
            assert!(check(&buffers, &[]).is_err(), "column {column} neither empty nor full");
        }
        assert!(check(&frame(), &[&[]]).is_err());
        assert!(check(&frame()[..33], &[]).is_err());
    }

    #[test]
    fn values_are_little_endian_at_any_alignment() {
        let bytes: Vec<u8> = (0..17).collect();
        let column: Column<'_, 8> = Column(bytes[1..].as_chunks::<8>().0);
        assert_eq!(column.u64(1), u64::from_le_bytes([9, 10, 11, 12, 13, 14, 15, 16]));
    }
}
