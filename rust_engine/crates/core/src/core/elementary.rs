//! exp, log and tanh by the spec's own algorithms, equal bits in every engine (spec 1.5-1.7).
use super::float::{NAN, rint};

const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
const TWO_54: f64 = 18_014_398_509_481_984.0;

/// 1/i! for i = 2..14.
const EXP_COEFFICIENTS: [f64; 13] = inverse_factorials();

const fn inverse_factorials() -> [f64; 13] {
    let mut coefficients = [0.0; 13];
    let (mut factorial, mut i): (u64, usize) = (1, 2);
    while i <= 14 {
        factorial *= i as u64;
        coefficients[i - 2] = 1.0 / factorial as f64;
        i += 1;
    }
    coefficients
}

/// 2^k for -1022 <= k <= 1023.
#[inline(always)]
fn power_of_two(k: i64) -> f64 {
    f64::from_bits(((1023 + k) as u64) << 52)
}

/// e to the power of x (spec 1.5).
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    if x.is_nan() {
        return NAN;
    }
    if x > 709.782712893384 {
        return f64::INFINITY;
    }
    if x < -745.1332191019412 {
        return 0.0;
    }
    let k = rint(x * std::f64::consts::LOG2_E);
    let r = (x - k * LN2_HIGH) - k * LN2_LOW;
    let mut p = EXP_COEFFICIENTS[12];
    for coefficient in EXP_COEFFICIENTS[..12].iter().rev() {
        p = p * r + coefficient;
    }
    p = p * r + 1.0;
    p = p * r + 1.0;
    let k = k as i64;
    let a = k >> 1;
    (p * power_of_two(a)) * power_of_two(k - a)
}

/// Natural logarithm (spec 1.6).
#[inline(always)]
pub fn log(x: f64) -> f64 {
    if x.is_nan() || x < 0.0 {
        return NAN;
    }
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    if x == f64::INFINITY {
        return f64::INFINITY;
    }
    let (bits, shift) = if x < f64::MIN_POSITIVE { ((x * TWO_54).to_bits(), 54) } else { (x.to_bits(), 0) };
    let mut e = (bits >> 52) as i64 - 1023 - shift;
    let mut m = f64::from_bits((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
    if m > std::f64::consts::SQRT_2 {
        m *= 0.5;
        e += 1;
    }
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    let mut p = 1.0 / 23.0;
    for d in [21.0, 19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        p = p * z + 1.0 / d;
    }
    p = p * z + 1.0;
    let e = e as f64;
    (e * LN2_LOW + (2.0 * s) * p) + e * LN2_HIGH
}

/// Hyperbolic tangent (spec 1.7).
#[inline(always)]
pub fn tanh(x: f64) -> f64 {
    if x.is_nan() {
        return NAN;
    }
    let magnitude = x.abs();
    if magnitude > 20.0 {
        return 1.0f64.copysign(x);
    }
    if magnitude < 0.625 {
        let z = x * x;
        let mut t = 19.0;
        for d in [17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0] {
            t = d + z / t;
        }
        return x / t;
    }
    let y = 1.0 - 2.0 / (exp(2.0 * magnitude) + 1.0);
    y.copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Distance in units of the last place of the expected value.
    fn ulps(actual: f64, expected: f64) -> f64 {
        if actual == expected {
            return 0.0;
        }
        let unit = (f64::from_bits(expected.abs().to_bits() + 1) - expected.abs()).abs();
        ((actual - expected) / unit).abs()
    }

    #[test]
    fn the_constants_are_those_of_the_spec() {
        assert_eq!(std::f64::consts::LOG2_E.to_string(), "1.4426950408889634");
        assert_eq!(std::f64::consts::SQRT_2.to_string(), "1.4142135623730951");
        assert_eq!(EXP_COEFFICIENTS[12].to_bits(), (1.0f64 / 87_178_291_200.0).to_bits());
    }

    #[test]
    fn close_to_the_true_functions() {
        for i in -7000..7000 {
            let x = f64::from(i) / 10.0 + 0.0123;
            assert!(ulps(exp(x), x.exp()) <= 2.0, "exp {x}");
            let positive = (f64::from(i) / 20.0).exp();
            assert!(ulps(log(positive), positive.ln()) <= 3.0, "log {positive}");
            let small = f64::from(i) / 500.0;
            assert!(ulps(tanh(small), small.tanh()) <= 3.0, "tanh {small}");
        }
    }

    #[test]
    fn the_edges() {
        assert_eq!(
            [exp(710.0), exp(-746.0), exp(0.0), exp(f64::NEG_INFINITY)],
            [f64::INFINITY, 0.0, 1.0, 0.0]
        );
        assert!(exp(-745.1) > 0.0 && exp(709.78).is_finite());
        assert_eq!([log(0.0), log(-0.0), log(1.0)], [f64::NEG_INFINITY, f64::NEG_INFINITY, 0.0]);
        assert_eq!(log(f64::INFINITY), f64::INFINITY);
        assert!(log(-1.0).is_nan() && exp(f64::NAN).is_nan() && tanh(f64::NAN).is_nan());
        let tiny = f64::from_bits(1);
        assert!((log(tiny) - -744.4400719213812).abs() < 1e-12);
        assert_eq!([tanh(30.0), tanh(-30.0)], [1.0, -1.0]);
        assert_eq!(tanh(-0.0).to_bits(), (-0.0f64).to_bits());
    }
}
