//! Passes over whole columns for those who feed an engine and read its records: numbers of others to units of 1e-9,
//! and records to columns. Each reads every byte once.
use crate::core::contract::{ErrorCode, RECORD_SIZE};
use crate::core::error::{EngineError, Result};

/// Long enough for vectors, short enough to stop soon at a column that is refused.
const BLOCK: usize = 1024;
/// Records of a gather that stay in the first cache while each of their fields is taken.
const RECORDS: usize = 64;
const UNITS: f64 = 1e9;
/// Below 2^20 a number with at most nine places is the quotient of its nearest unit
/// (python/quartet/data/decimals.py).
const UNITS_MOST: u64 = (1 << 20) * 1_000_000_000 - 1;
/// Added to a number below 2^51 it leaves the nearest whole number, half to even, in the lower bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52

/// One field of records, and how wide it is in its column: as wide as in the record, or one or two bytes in four,
/// filled up with zeros, or eight in sixteen, filled up with their sign.
#[derive(Debug)]
pub struct FieldColumn<'a> {
    pub offset: usize,
    pub width: usize,
    pub column_width: usize,
    pub column: &'a mut [u8],
}

/// Binary64 numbers as units of 1e-9, where each is the nearest one to such a unit and below 2^20; else false, and
/// `out` holds nothing.
pub fn fixed_of_floats(numbers: &[u8], out: &mut [u8]) -> Result<bool> {
    require(numbers.len() == out.len(), "columns: the numbers and their units are of different length")?;
    let blocks = numbers.as_chunks().0.chunks(BLOCK).zip(out.as_chunks_mut().0.chunks_mut(BLOCK));
    Ok(blocks.into_iter().all(|(numbers, out)| floats_block(numbers, out)))
}

/// What is wrong is gathered in bits, as comparisons of floats would keep the compiler from vector instructions.
fn floats_block(numbers: &[[u8; 8]], out: &mut [[u8; 8]]) -> bool {
    let (mut different, mut outside) = (0, 0);
    for (number, out) in numbers.iter().zip(out) {
        let number = f64::from_le_bytes(*number);
        let rounded = number * UNITS + ROUNDER;
        let units = rounded.to_bits().wrapping_sub(ROUNDER.to_bits());
        let back = (rounded - ROUNDER) / UNITS;
        // Adding zero makes -0 a zero, as which it comes back.
        different |= back.to_bits() ^ (number + 0.0).to_bits();
        outside |= units.wrapping_add(UNITS_MOST) | UNITS_MOST.wrapping_sub(units);
        *out = units.to_le_bytes();
    }
    different == 0 && outside >> 63 == 0
}

/// 128-bit integers that are not negative times a factor above 0, where each product fits 63 bits; else false, and
/// `out` holds nothing.
pub fn fixed_of_decimals(integers: &[u8], factor: i64, out: &mut [u8]) -> Result<bool> {
    require(
        integers.len() == 2 * out.len(),
        "columns: the integers and their units are of different length",
    )?;
    require(factor > 0, "columns: the factor is not above 0")?;
    let most = (i64::MAX / factor) as u64;
    let blocks = integers.as_chunks().0.chunks(BLOCK).zip(out.as_chunks_mut().0.chunks_mut(BLOCK));
    Ok(blocks.into_iter().all(|(integers, out)| decimals_block(integers, factor as u64, most, out)))
}

fn decimals_block(integers: &[[u8; 16]], factor: u64, most: u64, out: &mut [[u8; 8]]) -> bool {
    let mut bad = 0;
    for (integer, out) in integers.iter().zip(out) {
        let integer = u128::from_le_bytes(*integer);
        let low = integer as u64;
        bad |= (integer >> 64) as u64 | u64::from(low > most);
        *out = low.wrapping_mul(factor).to_le_bytes();
    }
    bad == 0
}

/// The fields of the records at these places; BAD_BATCH where one is not there, or a column of another length.
pub fn gather(records: &[u8], places: &[u8], fields: &mut [FieldColumn<'_>]) -> Result<()> {
    let records = records.as_chunks::<RECORD_SIZE>().0;
    let places = places.as_chunks::<8>().0;
    for field in fields.iter() {
        require(
            taker(field.width, field.column_width).is_some(),
            "columns: no column is made of a field of this width",
        )?;
        require(
            field.offset.saturating_add(field.width) <= RECORD_SIZE,
            "columns: a field lies outside of its record",
        )?;
        require(
            field.column.len() == places.len() * field.column_width,
            "columns: a column is not as long as there are places",
        )?;
    }
    for (block, places) in places.chunks(RECORDS).enumerate() {
        let mut rows = [&[0; RECORD_SIZE]; RECORDS];
        for (row, place) in rows.iter_mut().zip(places) {
            let place = usize::try_from(i64::from_le_bytes(*place)).ok();
            *row = place.and_then(|place| records.get(place)).ok_or_else(|| {
                EngineError::new(ErrorCode::BadBatch, "columns: a place is outside of the records")
            })?;
        }
        for field in fields.iter_mut() {
            let start = block * RECORDS * field.column_width;
            let cells = &mut field.column[start..start + places.len() * field.column_width];
            if let Some(take) = taker(field.width, field.column_width) {
                take(&rows[..places.len()], field.offset, cells);
            }
        }
    }
    Ok(())
}

type Take = fn(&[&[u8; RECORD_SIZE]], usize, &mut [u8]);

fn taker(width: usize, column_width: usize) -> Option<Take> {
    match (width, column_width) {
        (1, 1) => Some(take::<1, 1>),
        (1, 4) => Some(take::<1, 4>),
        (2, 2) => Some(take::<2, 2>),
        (2, 4) => Some(take::<2, 4>),
        (4, 4) => Some(take::<4, 4>),
        (8, 8) => Some(take::<8, 8>),
        (8, 16) => Some(take::<8, 16>),
        (16, 16) => Some(take::<16, 16>),
        _ => None,
    }
}

fn take<const FIELD: usize, const CELL: usize>(rows: &[&[u8; RECORD_SIZE]], offset: usize, cells: &mut [u8]) {
    for (row, cell) in rows.iter().zip(cells.as_chunks_mut::<CELL>().0) {
        let field = &row[offset..offset + FIELD];
        // Only eight bytes in sixteen have a sign to fill up with.
        let fill = if FIELD == 8 && CELL == 16 { ((field[FIELD - 1] as i8) >> 7) as u8 } else { 0 };
        *cell = [fill; CELL];
        cell[..FIELD].copy_from_slice(field);
    }
}

fn require(holds: bool, message: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(EngineError::new(ErrorCode::BadBatch, message)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floats(numbers: &[f64]) -> Option<Vec<i64>> {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        let mut out = vec![0; bytes.len()];
        let exact = fixed_of_floats(&bytes, &mut out).expect("columns of one length");
        exact.then(|| out.as_chunks().0.iter().map(|units| i64::from_le_bytes(*units)).collect())
    }

    #[test]
    fn floats_are_units_or_refused() {
        assert_eq!(
            floats(&[100.01, -0.0, -1e-9, 1_048_575.999_999_999]),
            Some(vec![100_010_000_000, 0, -1, 1_048_575_999_999_999])
        );
        let wrong = [1e-10, 1_048_576.0, -1_048_576.0, f64::NAN, f64::INFINITY, -f64::MAX, 5e-324, 2e300];
        for number in wrong {
            assert_eq!(floats(&[1.0, number]), None, "{number}");
        }
    }

    #[test]
    fn decimals_are_units_or_refused() {
        let units = |integer: i128, factor| {
            let mut out = [0; 8];
            fixed_of_decimals(&integer.to_le_bytes(), factor, &mut out)
                .expect("columns of one length")
                .then(|| i64::from_le_bytes(out))
        };
        assert_eq!(units(10_001, 10_000_000), Some(100_010_000_000));
        assert_eq!(units(i128::from(i64::MAX), 1), Some(i64::MAX));
        assert_eq!(
            [units(-1, 1), units(1 << 63, 1), units(1 << 64, 1), units(i128::from(i64::MAX), 2)],
            [None; 4]
        );
        assert!(fixed_of_decimals(&[0; 16], 0, &mut [0; 8]).is_err());
    }

    #[test]
    fn fields_are_taken_from_the_records_at_the_places() {
        let mut records = vec![0; 3 * RECORD_SIZE];
        records[2 * RECORD_SIZE + 20] = 200;
        records[2 * RECORD_SIZE + 40..][..8].copy_from_slice(&(-7_i64).to_le_bytes());
        let places: Vec<u8> = [2_i64, 0].iter().flat_map(|place| place.to_le_bytes()).collect();
        let (mut kinds, mut prices) = ([9; 8], [9; 32]);
        let mut fields = [
            FieldColumn { offset: 20, width: 1, column_width: 4, column: &mut kinds },
            FieldColumn { offset: 40, width: 8, column_width: 16, column: &mut prices },
        ];
        gather(&records, &places, &mut fields).expect("all is there");
        assert_eq!(kinds, [200, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(prices[..16], (-7_i128).to_le_bytes());
        assert_eq!(prices[16..], [0; 16]);
        for (offset, width, column_width, place) in
            [(127, 2, 2, 0), (0, 3, 3, 0), (0, 1, 1, 3), (0, 1, 1, -1)]
        {
            let mut column = [0; 4];
            let field = FieldColumn { offset, width, column_width, column: &mut column[..column_width] };
            assert!(gather(&records, &i64::to_le_bytes(place), &mut [field]).is_err());
        }
    }
}
