//! A batch as the buffers that an engine takes; cut into events, and joined again.
use quartet_core::edge::pb::EventBatch;

/// A batch as buffers in the order of the contract's columns.
#[derive(Clone, Default)]
pub struct Buffers {
    pub columns: Vec<Vec<u8>>,
    pub controls: Vec<Vec<u8>>,
}

/// Kind of the columns from a place on, and bytes of a row.
const COLUMNS: [(u8, usize); 34] = [
    (0, 1),
    (0, 4),
    (0, 4),
    (0, 4),
    (0, 8),
    (0, 8),
    (0, 8),
    (1, 8),
    (1, 8),
    (1, 8),
    (1, 8),
    (2, 8),
    (2, 8),
    (2, 1),
    (3, 80),
    (3, 80),
    (3, 80),
    (3, 80),
    (3, 1),
    (3, 1),
    (4, 8),
    (4, 8),
    (4, 8),
    (4, 8),
    (4, 8),
    (5, 8),
    (5, 8),
    (6, 8),
    (6, 8),
    (6, 1),
    (6, 1),
    (6, 2),
    (6, 8),
    (6, 8),
];
const CONTROL: u8 = 8;

impl Buffers {
    pub fn of(batch: &EventBatch) -> Self {
        let b = batch.clone();
        let columns = vec![
            b.kind,
            b.symbol,
            b.source,
            b.flags,
            b.ts_event,
            b.ts_init,
            b.sequence,
            b.bid_price,
            b.ask_price,
            b.bid_size,
            b.ask_size,
            b.trade_price,
            b.trade_size,
            b.aggressor,
            b.book_bid_prices,
            b.book_bid_sizes,
            b.book_ask_prices,
            b.book_ask_sizes,
            b.book_bid_levels,
            b.book_ask_levels,
            b.bar_open,
            b.bar_high,
            b.bar_low,
            b.bar_close,
            b.bar_volume,
            b.signal_score,
            b.signal_confidence,
            b.report_order_id,
            b.report_exec_id,
            b.report_trigger,
            b.report_liquidity,
            b.report_code,
            b.report_price,
            b.report_quantity,
        ];
        Self { columns, controls: b.controls }
    }

    pub fn slices(&self) -> (Vec<&[u8]>, Vec<&[u8]>) {
        (self.columns.iter().map(Vec::as_slice).collect(), self.controls.iter().map(Vec::as_slice).collect())
    }

    /// Every event as its own batch; `self` has a whole frame.
    pub fn split(&self) -> Vec<Self> {
        let mut rows = [0usize; 256];
        let mut batches = Vec::new();
        for (event, &kind) in self.columns[0].iter().enumerate() {
            let columns = COLUMNS.iter().zip(&self.columns).map(|(&(of, width), column)| {
                let row = if of == 0 { event } else { rows[usize::from(kind)] };
                let bytes = row * width..(row + 1) * width;
                if of == 0 || of == kind {
                    column.get(bytes).unwrap_or_default().to_vec()
                } else {
                    Vec::new()
                }
            });
            let columns = columns.collect();
            let controls = if kind == CONTROL { vec![self.controls[rows[8]].clone()] } else { Vec::new() };
            rows[usize::from(kind)] += 1;
            batches.push(Self { columns, controls });
        }
        batches
    }

    /// All batches as one.
    pub fn join(batches: &[Self]) -> Self {
        let mut whole = Self { columns: vec![Vec::new(); COLUMNS.len()], controls: Vec::new() };
        for batch in batches {
            let events = batch.columns[0].len();
            for (place, column) in batch.columns.iter().enumerate() {
                // An absent optional column means zeros.
                if column.is_empty() && matches!(place, 2 | 3 | 6) {
                    let bytes = whole.columns[place].len() + events * COLUMNS[place].1;
                    whole.columns[place].resize(bytes, 0);
                } else {
                    whole.columns[place].extend_from_slice(column);
                }
            }
            whole.controls.extend_from_slice(&batch.controls);
        }
        whole
    }
}
