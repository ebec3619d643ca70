//! Binary64 rules that every engine shares (spec 1.3, 1.4).

/// The NaN that is written everywhere.
pub const NAN: f64 = f64::from_bits(0x7FF8_0000_0000_0000);

/// The value as it is written: one NaN, -0.0 kept.
#[inline]
pub fn canonical(x: f64) -> f64 {
    if x.is_nan() { NAN } else { x }
}

/// The smaller; NaN where one is NaN.
#[inline]
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
#[inline]
pub fn max(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        NAN
    } else if a < b {
        b
    } else {
        a
    }
}

/// The nearest integer, ties to even.
#[inline]
pub fn rint(x: f64) -> f64 {
    x.round_ties_even()
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
    }
}
