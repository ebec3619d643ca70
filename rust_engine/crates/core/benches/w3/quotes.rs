//! Locked quotes of one symbol near 100 that move by up to 0.35 % each, as packed columns.
const SCALE: i64 = 1_000_000_000;
const STEP_NS: i64 = 100_000;
const START_NS: i64 = 1_700_000_000_000_000_000;
const SIZE: i64 = 10_000 * SCALE;
const MOVE: f64 = 0.007;
/// So small that averages of prices are never equal.
pub const TICK: i64 = SCALE / 1_000_000;

/// The columns of a batch, in the contract's order; the others are empty.
pub fn columns(events: usize) -> Vec<Vec<u8>> {
    let mut columns: Vec<Vec<u8>> = vec![Vec::new(); 34];
    let (mut draw, mut price) = (88_172_645_463_325_252u64, 100.0);
    for event in 0..events {
        draw ^= draw << 13;
        draw ^= draw >> 7;
        draw ^= draw << 17;
        let share = (draw >> 11) as f64 / (1u64 << 53) as f64;
        price *= 1.0 + (share - 0.5) * MOVE;
        let quoted = (price * 1e6).round() as i64 * TICK;
        let now = START_NS + event as i64 * STEP_NS;
        columns[0].push(1);
        columns[1].extend_from_slice(&0u32.to_le_bytes());
        columns[6].extend_from_slice(&(event as u64 + 1).to_le_bytes());
        for (column, value) in [(4, now), (5, now), (7, quoted), (8, quoted), (9, SIZE), (10, SIZE)] {
            columns[column].extend_from_slice(&value.to_le_bytes());
        }
    }
    columns
}
