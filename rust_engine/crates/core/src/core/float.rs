//! Binary64 rules that every engine shares (spec 1.3, 1.4).

/// The NaN that is written everywhere.
pub const NAN: f64 = f64::from_bits(0x7FF8_0000_0000_0000);

/// The value as it is written: one NaN, -0.0 kept.
#[inline]
pub fn canonical(x: f64) -> f64 {
    if x.is_nan() { NAN } else { x }
}

/// The smaller; NaN where one is NaN.
#[inline(always)]
pub fn min(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        NAN
    } else if b < a {
        b
    } else {
        a
    }
}

/// The larger; NaN where one is NaN.
#[inline(always)]
pub fn max(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        NAN
    } else if a < b {
        b
    } else {
        a
    }
}

/// The nearest integer, ties to even; without the call that older processors need for it.
#[inline(always)]
pub fn rint(x: f64) -> f64 {
    const TWO_52: f64 = 4_503_599_627_370_496.0;
    // The sum has no room for a fraction, and rounds to even.
    let whole = (x.abs() + TWO_52) - TWO_52;
    if x.abs() < TWO_52 { whole.copysign(x) } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extrema_keep_the_first_of_equals_and_nan() {
        assert!(min(0.0, -0.0).is_sign_positive() && min(-0.0, 0.0).is_sign_negative());
        assert!(max(0.0, -0.0).is_sign_positive() && max(-0.0, 0.0).is_sign_negative());
        assert!(min(f64::NAN, 1.0).is_nan() && min(1.0, f64::NAN).is_nan());
        assert!(max(f64::NAN, 1.0).is_nan() && max(1.0, f64::NAN).is_nan());
    }

    #[test]
    fn one_nan_is_written() {
        assert_eq!(canonical(-f64::NAN).to_bits(), 0x7FF8_0000_0000_0000);
        assert_eq!(canonical(-0.0).to_bits(), (-0.0f64).to_bits());
    }

    #[test]
    fn rint_rounds_ties_to_even() {
        assert_eq!([rint(0.5), rint(1.5), rint(2.5), rint(-2.5)], [0.0, 2.0, 2.0, -2.0]);
        for x in [0.0, -0.0, -0.3, 1e-300, 4503599627370495.5, 4503599627370497.0, -1e300, f64::INFINITY] {
            assert_eq!(rint(x).to_bits(), x.round_ties_even().to_bits());
            assert_eq!(rint(-x).to_bits(), (-x).round_ties_even().to_bits());
        }
        assert!(rint(f64::NAN).is_nan());
    }
}
