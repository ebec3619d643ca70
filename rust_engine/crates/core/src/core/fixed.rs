//! Fixed point: prices and quantities in 1e-9, money in 1e-18, shares in parts per billion (spec 1.1-1.3).
//!
//! Money multiplies with wrapping operations: the bounds of spec 1.8 keep every true product below 2^126.

/// 10^9: the unit of prices and quantities, and of parts per billion.
pub const SCALE: i64 = super::contract::SCALE;
const SCALE_U64: u64 = SCALE as u64;

/// Money, 1e-18.
pub type Money = i128;

/// Quotient and remainder by 10^9, by products with constants only.
#[inline]
fn div_rem_scale(y: u128) -> (u128, u64) {
    let (high, low) = ((y >> 64) as u64, y as u64);
    if high == 0 {
        return (u128::from(low / SCALE_U64), low % SCALE_U64);
    }
    let (top, above) = if high < SCALE_U64 { (0, high) } else { (high / SCALE_U64, high % SCALE_U64) };
    let (quotient, rest) = div_rem_by_reciprocal((u128::from(above) << 64) | u128::from(low));
    ((u128::from(top) << 64) | u128::from(quotient), rest)
}

/// 10^9 with its highest bit at the top, and its reciprocal, (2^128 - 1) / that - 2^64.
const TOP_SHIFT: u32 = SCALE_U64.leading_zeros();
const TOP_SCALE: u64 = SCALE_U64 << TOP_SHIFT;
const TOP_RECIPROCAL: u64 = (u128::MAX / TOP_SCALE as u128 - (1 << 64)) as u64;

/// Quotient and remainder by 10^9 of y < 10^9·2^64, without a division (Möller and Granlund 2011, algorithm 4).
#[inline]
fn div_rem_by_reciprocal(y: u128) -> (u64, u64) {
    let y = y << TOP_SHIFT;
    let estimate = (u128::from(TOP_RECIPROCAL) * u128::from((y >> 64) as u64)).wrapping_add(y);
    let mut quotient = ((estimate >> 64) as u64).wrapping_add(1);
    let mut rest = (y as u64).wrapping_sub(quotient.wrapping_mul(TOP_SCALE));
    if rest > estimate as u64 {
        quotient = quotient.wrapping_sub(1);
        rest = rest.wrapping_add(TOP_SCALE);
    }
    if rest >= TOP_SCALE {
        (quotient, rest) = (quotient + 1, rest - TOP_SCALE);
    }
    (quotient, rest >> TOP_SHIFT)
}

/// `base` is the result so far; a remainder of exactly one half goes to the even result.
#[inline]
fn round_even(base: u128, remainder: u128, divisor: u128) -> u128 {
    let other = divisor - remainder;
    let up = remainder > other || (remainder == other && base & 1 == 1);
    base.wrapping_add(u128::from(up))
}

#[inline]
fn with_sign(magnitude: u128, negative: bool) -> i128 {
    let value = magnitude as i128;
    if negative { value.wrapping_neg() } else { value }
}

/// The integer nearest to a/2, ties to even; the mark of a quote. |a| < 2^63.
#[inline]
pub const fn half_even_2(a: i64) -> i64 {
    let floor = a >> 1;
    floor + (a & 1 & floor)
}

/// The integer nearest to a/b, ties to even; b > 0.
pub fn half_even(a: i128, b: i128) -> i128 {
    let (magnitude, divisor) = (a.unsigned_abs(), b.unsigned_abs());
    with_sign(round_even(magnitude / divisor, magnitude % divisor, divisor), a < 0)
}

/// The integer nearest to y·f/d, ties to even; d > 0 (spec 1.2).
#[inline]
pub fn mul_div(y: i128, f: i64, d: i64) -> i128 {
    if f == d { y } else { wide_mul_div(y, f, d) }
}

#[inline(never)]
fn wide_mul_div(y: i128, f: i64, d: i64) -> i128 {
    let (magnitude, factor, divisor) =
        (y.unsigned_abs(), u128::from(f.unsigned_abs()), u128::from(d.unsigned_abs()));
    let (q, r) = (magnitude / divisor, magnitude % divisor);
    let part = r * factor;
    let base = q.wrapping_mul(factor).wrapping_add(part / divisor);
    with_sign(round_even(base, part % divisor, divisor), (y < 0) != (f < 0))
}

/// `mul_div(y, f, 10^9)`: f parts per billion of y (spec 1.2).
#[inline]
pub fn cap(f: i64, y: i128) -> i128 {
    // Most products fit 64 bits, and then are divided as one.
    if let (Ok(factor), Ok(value)) = (u64::try_from(f), u64::try_from(y))
        && let Some(product) = factor.checked_mul(value)
    {
        let (base, rest) = (product / SCALE_U64, product % SCALE_U64);
        return i128::from(base + u64::from(rounds_up(base, rest)));
    }
    wide_cap(f, y)
}

/// Whether a rest of a division by 10^9 rounds its quotient up, a half to the even one.
#[inline]
fn rounds_up(base: u64, rest: u64) -> bool {
    rest > SCALE_U64 / 2 || (rest == SCALE_U64 / 2 && base & 1 == 1)
}

fn wide_cap(f: i64, y: i128) -> i128 {
    if y >> 64 >= 0 && y >> 64 < 1 << 26 && f >> 37 == 0 {
        // 90 and 37 bits; of the product mostly a quotient of 64 bits is left.
        let product = y as u128 * u128::from(f as u64);
        if ((product >> 64) as u64) < SCALE_U64 {
            let (base, rest) = div_rem_by_reciprocal(product);
            return i128::from(base) + i128::from(rounds_up(base, rest));
        }
    }
    widest_cap(f, y)
}

#[inline(never)]
fn widest_cap(f: i64, y: i128) -> i128 {
    if f == 0 || f == SCALE {
        return if f == 0 { 0 } else { y };
    }
    let magnitude = y.unsigned_abs();
    let factor = u128::from(f.unsigned_abs());
    let (base, rest) = if magnitude >> 64 < 1 << 27 && factor >> 37 == 0 {
        // 91 and 37 bits: the product is divided as one.
        div_rem_scale(magnitude * factor)
    } else {
        let (q, r) = div_rem_scale(magnitude);
        let (part, rest) = div_rem_scale(u128::from(r) * factor);
        (q.wrapping_mul(factor).wrapping_add(part), rest)
    };
    with_sign(base.wrapping_add(u128::from(rounds_up(base as u64, rest))), (y < 0) != (f < 0))
}

/// `value <= cap(f, whole)`, by a product alone where that proves it.
#[inline]
pub fn is_within_cap(value: Money, f: i64, whole: Money) -> bool {
    // value·10^9 <= f·whole gives value <= floor(f·whole/10^9), and that is at most the rounded cap.
    let small = (0..1 << 89).contains(&whole) && value.unsigned_abs() < 1 << 96 && f >= 0;
    small && value * i128::from(SCALE) <= i128::from(f) * whole || value <= cap(f, whole)
}

/// The multiple of s next to p towards minus infinity; s > 0 (spec 1.2).
#[inline]
pub const fn floor_to(p: i64, s: i64) -> i64 {
    // Unsigned division has fewer cases; most values are not negative.
    if p >= 0 { p - (p as u64 % s as u64) as i64 } else { p - p.rem_euclid(s) }
}

/// The multiple of s next to p towards plus infinity; s > 0 (spec 1.2).
#[inline]
pub const fn ceil_to(p: i64, s: i64) -> i64 {
    -floor_to(-p, s)
}

/// quantity · price · multiplier, exact in 1e-18 (spec 1.8 bounds it).
#[inline]
pub const fn notional(quantity: i64, price: i64, multiplier: i64) -> Money {
    (quantity as i128 * price as i128).wrapping_mul(multiplier as i128)
}

/// Magnitude of money, below 2^126, as binary64 within a few roundings: for bounds with slack only.
#[inline]
pub fn rough_magnitude(value: Money) -> f64 {
    const TWO_63: f64 = 9_223_372_036_854_775_808.0;
    let magnitude = value.unsigned_abs();
    // Two parts below 2^63 each: signed conversions are one instruction.
    let (high, low) = ((magnitude >> 63) as i64, (magnitude as u64 & (u64::MAX >> 1)) as i64);
    high as f64 * TWO_63 + low as f64
}

/// A price or quantity as binary64, with one rounding of each operation (spec 1.3).
#[inline]
pub fn price_float(p: i64) -> f64 {
    p as f64 / 1e9
}

/// Little-endian two's complement money of 16 bytes.
pub fn money_from_bytes(bytes: &[u8]) -> Option<Money> {
    bytes.try_into().ok().map(Money::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half to even of the plain product, which fits for small operands.
    fn reference(y: i128, f: i128, d: i128) -> i128 {
        let product = y * f;
        let (q, r) = (product.div_euclid(d), product.rem_euclid(d));
        if 2 * r > d || (2 * r == d && q % 2 != 0) { q + 1 } else { q }
    }

    #[test]
    fn rounds_ties_to_even() {
        assert_eq!([half_even(5, 2), half_even(7, 2), half_even(-5, 2), half_even(-7, 2)], [2, 4, -2, -4]);
        assert_eq!([half_even_2(5), half_even_2(7), half_even_2(-5), half_even_2(-7)], [2, 4, -2, -4]);
        assert_eq!([half_even_2(4), half_even_2(-4), half_even_2(1), half_even_2(-1)], [2, -2, 0, 0]);
        assert_eq!(cap(500_000_000, 3), 2);
        assert_eq!(cap(500_000_000, 1), 0);
        assert_eq!(cap(-500_000_000, 3), -2);
        assert_eq!([mul_div(3, 1, 2), mul_div(5, 1, 2), mul_div(-3, 1, 2)], [2, 2, -2]);
    }

    #[test]
    fn mul_div_and_cap_agree_with_the_plain_product() {
        let mut x: u64 = 88_172_645_463_325_252;
        let mut next = || {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            x
        };
        for _ in 0..20_000 {
            let y = i128::from(next() as i64) * i128::from(next() >> 40) / 7;
            let f = (next() as i64) >> 30;
            let d = ((next() >> 20) as i64).max(1);
            assert_eq!(mul_div(y, f, d), reference(y, i128::from(f), i128::from(d)), "{y} {f} {d}");
            assert_eq!(cap(f, y), mul_div(y, f, SCALE), "{f} {y}");
        }
        for y in [0, 1, -1, (1 << 118) - 1, -(1 << 118), (1i128 << 64) + 5, u64::MAX as i128] {
            for f in [0, 1, -7, 1_000_000_000, 100_000_000_000] {
                assert_eq!(cap(f, y), mul_div(y, f, SCALE));
            }
        }
    }

    #[test]
    fn divides_by_the_scale_as_wide_division_does() {
        let scale = u128::from(SCALE_U64);
        for high in [0, 1, 999, SCALE_U64 / 2, SCALE_U64 - 1, SCALE_U64, SCALE_U64 + 1, u64::MAX] {
            for low in [0, 1, SCALE_U64 - 1, SCALE_U64, u64::MAX / 2, u64::MAX - 1, u64::MAX] {
                let y = (u128::from(high) << 64) | u128::from(low);
                assert_eq!(div_rem_scale(y), (y / scale, (y % scale) as u64), "{y}");
                // Next to a multiple, where an estimate could be one off.
                for near in [y / scale * scale, (y / scale * scale).wrapping_sub(1)] {
                    assert_eq!(div_rem_scale(near), (near / scale, (near % scale) as u64), "{near}");
                }
            }
        }
    }

    #[test]
    fn within_cap_is_the_comparison_with_the_cap() {
        for whole in
            [0, 1, 999, 1_000_000_007, 12_345_678_901_234, (1 << 89) - 1, 1 << 89, 1 << 118, -5, -(1 << 90)]
        {
            for f in [0, 1, 333_333_333, SCALE, 100 * SCALE] {
                let most = cap(f, whole);
                for value in [most - 1, most, most + 1, 0] {
                    assert_eq!(is_within_cap(value, f, whole), value <= most, "{value} {f} {whole}");
                }
            }
        }
    }

    #[test]
    fn rough_magnitudes_are_close() {
        for value in [0, 1, -1, 12_345_678_901_234_567_890_123, -(1i128 << 118) - 7, (1 << 126) - 1] {
            let exact = value.unsigned_abs() as f64;
            assert!((rough_magnitude(value) - exact).abs() <= exact * 1e-15, "{value}");
        }
    }

    #[test]
    fn rounds_to_steps() {
        assert_eq!([floor_to(7, 5), floor_to(-7, 5), ceil_to(7, 5), ceil_to(-7, 5)], [5, -10, 10, -5]);
        assert_eq!([floor_to(10, 5), ceil_to(10, 5), floor_to(-10, 5), ceil_to(-10, 5)], [10, 10, -10, -10]);
    }

    #[test]
    fn money_needs_sixteen_bytes() {
        assert_eq!(money_from_bytes(&(-3i128).to_le_bytes()), Some(-3));
        assert_eq!(money_from_bytes(&[0; 15]), None);
    }
}
