//! Monoids of the block operators: lift a value, push a value in front, merge two aggregates (spec 4.6).
use crate::core::float;

/// An aggregate of W words over values of one or two numbers.
pub trait Monoid<const W: usize> {
    /// How many numbers a raw value has.
    const INPUTS: usize;
    fn lift(x: [f64; 2]) -> [f64; W];
    /// `count` is the number of values after the push.
    fn push(a: [f64; W], count: f64, x: [f64; 2]) -> [f64; W];
    /// `s` holds `a` values, `p` holds `b`.
    fn merge(s: [f64; W], a: f64, p: [f64; W], b: f64) -> [f64; W];
}

#[derive(Debug)]
pub struct Sum;
#[derive(Debug)]
pub struct Product;
#[derive(Debug)]
pub struct Minimum;
#[derive(Debug)]
pub struct Maximum;
/// Mean and sum of squared deviations.
#[derive(Debug)]
pub struct Moments;
/// Means, sums of squared deviations and of their products.
#[derive(Debug)]
pub struct CoMoments;

/// 0.0, but NaN for NaN and for infinities.
#[inline]
#[allow(clippy::eq_op)]
fn no_deviation(x: f64) -> f64 {
    x - x
}

macro_rules! one_word {
    ($name:ident, |$a:ident, $x:ident| $body:expr) => {
        impl Monoid<1> for $name {
            const INPUTS: usize = 1;
            #[inline]
            fn lift(x: [f64; 2]) -> [f64; 1] {
                [x[0]]
            }
            #[inline]
            fn push(a: [f64; 1], _: f64, x: [f64; 2]) -> [f64; 1] {
                let ($a, $x) = (a[0], x[0]);
                [$body]
            }
            #[inline]
            fn merge(s: [f64; 1], _: f64, p: [f64; 1], _: f64) -> [f64; 1] {
                let ($a, $x) = (s[0], p[0]);
                [$body]
            }
        }
    };
}

one_word!(Sum, |a, x| a + x);
one_word!(Product, |a, x| a * x);
one_word!(Minimum, |a, x| float::min(a, x));
one_word!(Maximum, |a, x| float::max(a, x));

impl Monoid<2> for Moments {
    const INPUTS: usize = 1;

    #[inline]
    fn lift(x: [f64; 2]) -> [f64; 2] {
        [x[0], no_deviation(x[0])]
    }

    #[inline]
    fn push([m, sum]: [f64; 2], count: f64, x: [f64; 2]) -> [f64; 2] {
        let d = x[0] - m;
        let mean = m + d / count;
        [mean, sum + d * (x[0] - mean)]
    }

    #[inline]
    fn merge(s: [f64; 2], a: f64, p: [f64; 2], b: f64) -> [f64; 2] {
        let d = p[0] - s[0];
        [s[0] + d * (b / (a + b)), (s[1] + p[1]) + (d * d) * ((a * b) / (a + b))]
    }
}

impl Monoid<5> for CoMoments {
    const INPUTS: usize = 2;

    #[inline]
    fn lift([x, y]: [f64; 2]) -> [f64; 5] {
        [x, y, no_deviation(x), no_deviation(y), no_deviation(x) + no_deviation(y)]
    }

    #[inline]
    fn push([mx, my, mxx, myy, mxy]: [f64; 5], count: f64, [x, y]: [f64; 2]) -> [f64; 5] {
        let (dx, dy) = (x - mx, y - my);
        let (mean_x, mean_y) = (mx + dx / count, my + dy / count);
        [mean_x, mean_y, mxx + dx * (x - mean_x), myy + dy * (y - mean_y), mxy + dx * (y - mean_y)]
    }

    #[inline]
    fn merge(s: [f64; 5], a: f64, p: [f64; 5], b: f64) -> [f64; 5] {
        let (dx, dy) = (p[0] - s[0], p[1] - s[1]);
        let (k, g) = ((a * b) / (a + b), b / (a + b));
        [
            s[0] + dx * g,
            s[1] + dy * g,
            (s[2] + p[2]) + (dx * dx) * k,
            (s[3] + p[3]) + (dy * dy) * k,
            (s[4] + p[4]) + (dx * dy) * k,
        ]
    }
}
