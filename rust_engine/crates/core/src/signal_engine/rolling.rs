//! Block operators: time is cut into blocks of n steps, a window merges a suffix with a prefix (spec 4.5).
use super::monoid::Monoid;

/// One step of a block operator; the aggregate of the last n values where there are n.
///
/// `u`: values in the present block, whether a block was completed. `f`: prefix, then n slots.
#[inline]
pub fn step<M: Monoid<W>, const W: usize>(
    u: &mut [u64],
    f: &mut [f64],
    n: usize,
    x: [f64; 2],
) -> Option<[f64; W]> {
    let (prefix, slots) = f.split_at_mut(W);
    let (slots, _) = slots.as_chunks_mut::<W>();
    let mut aggregate: [f64; W] = [0.0; W];
    aggregate.copy_from_slice(prefix);
    let p = u[0] as usize;
    aggregate = if p == 0 { M::lift(x) } else { M::push(aggregate, (p + 1) as f64, x) };
    slots[p] = raw::<M, W>(x);
    let p = p + 1;
    if p == n {
        build_suffixes::<M, W>(slots);
        prefix.fill(0.0);
        u[0] = 0;
        u[1] = 1;
        return Some(aggregate);
    }
    prefix.copy_from_slice(&aggregate);
    u[0] = p as u64;
    (u[1] == 1).then(|| M::merge(slots[p], (n - p) as f64, aggregate, p as f64))
}

#[inline]
fn raw<M: Monoid<W>, const W: usize>(x: [f64; 2]) -> [f64; W] {
    let mut slot = [0.0; W];
    slot[..M::INPUTS].copy_from_slice(&x[..M::INPUTS]);
    slot
}

pub(super) fn build_suffixes<M: Monoid<W>, const W: usize>(slots: &mut [[f64; W]]) {
    let value = |slot: &[f64; W]| if M::INPUTS == 2 { [slot[0], slot[1]] } else { [slot[0], 0.0] };
    let mut suffix: Option<[f64; W]> = None;
    for (count, slot) in slots.iter_mut().rev().enumerate() {
        let x = value(slot);
        *slot = match suffix {
            None => M::lift(x),
            Some(after) => M::push(after, (count + 1) as f64, x),
        };
        suffix = Some(*slot);
    }
}

#[cfg(test)]
mod tests {
    use super::super::monoid::{CoMoments, Maximum, Minimum, Moments, Product, Sum};
    use super::*;

    /// Values that a window of integers sums without rounding.
    fn series(count: usize) -> Vec<f64> {
        let mut x: u64 = 88_172_645_463_325_252;
        let mut next = || {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            (x % 17) as f64 - 8.0
        };
        (0..count).map(|_| next()).collect()
    }

    fn windows<M: Monoid<W>, const W: usize>(
        n: usize,
        values: &[f64],
        other: &[f64],
    ) -> Vec<Option<[f64; W]>> {
        let (mut u, mut f) = (vec![0; 2], vec![0.0; W + n * W]);
        values.iter().zip(other).map(|(&x, &y)| step::<M, W>(&mut u, &mut f, n, [x, y])).collect()
    }

    fn check<M: Monoid<W>, const W: usize>(expected: impl Fn(&[f64], &[f64]) -> [f64; W], tolerance: f64) {
        let (values, other) = (series(61), series(90)[29..].to_vec());
        for n in 1..=9 {
            for (i, result) in windows::<M, W>(n, &values, &other).into_iter().enumerate() {
                if i + 1 < n {
                    assert_eq!(result, None);
                    continue;
                }
                let window = i + 1 - n..i + 1;
                let (actual, right) = (result.unwrap(), expected(&values[window.clone()], &other[window]));
                for (a, b) in actual.iter().zip(right) {
                    assert!((a - b).abs() <= tolerance * (1.0 + b.abs()), "n {n} step {i}: {a} and {b}");
                }
            }
        }
    }

    #[test]
    fn one_word_aggregates_agree_with_brute_force() {
        check::<Sum, 1>(|x, _| [x.iter().sum()], 0.0);
        check::<Product, 1>(|x, _| [x.iter().product()], 1e-12);
        check::<Minimum, 1>(|x, _| [x.iter().copied().fold(f64::INFINITY, f64::min)], 0.0);
        check::<Maximum, 1>(|x, _| [x.iter().copied().fold(f64::NEG_INFINITY, f64::max)], 0.0);
    }

    fn deviations(x: &[f64], y: &[f64]) -> (f64, f64, f64) {
        let n = x.len() as f64;
        let (mx, my) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
        (mx, my, x.iter().zip(y).map(|(a, b)| (a - mx) * (b - my)).sum())
    }

    #[test]
    fn moments_agree_with_brute_force() {
        check::<Moments, 2>(|x, _| [deviations(x, x).0, deviations(x, x).2], 1e-12);
        let all = |x: &[f64], y: &[f64]| {
            let (mx, my, mxy) = deviations(x, y);
            [mx, my, deviations(x, x).2, deviations(y, y).2, mxy]
        };
        check::<CoMoments, 5>(all, 1e-12);
    }

    #[test]
    fn nan_leaves_with_its_window() {
        let mut values = series(30);
        values[7] = f64::NAN;
        for (i, result) in windows::<Moments, 2>(4, &values, &values).into_iter().enumerate().skip(3) {
            assert_eq!(result.unwrap()[1].is_nan(), (7..11).contains(&i), "step {i}");
        }
    }
}
