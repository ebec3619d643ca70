//! Rolling sums over ticks of one symbol: the same additions as step by step, a run of each block of n steps at once
//! (spec 4.5, 4.6).

/// Steps the block operator with the sum monoid at every value; `out` has the sums, NaN where there is none.
///
/// `u`: values in the present block, whether a block was completed. `f`: prefix, then n slots.
pub fn step(u: &mut [u64], f: &mut [f64], n: usize, x: &[f64], out: &mut [f64]) {
    let [prefix, slots @ ..] = f else { return };
    let (mut x, mut out) = (x, out);
    while !x.is_empty() {
        let p = u[0] as usize;
        let length = x.len().min(n - p);
        let (own, rest) = x.split_at(length);
        let (sums, rest_out) = std::mem::take(&mut out).split_at_mut(length);
        let mut sum = if p == 0 { own[0] } else { *prefix + own[0] };
        sums[0] = sum;
        for (out, x) in sums[1..].iter_mut().zip(&own[1..]) {
            sum += x;
            *out = sum;
        }
        let is_complete = p + length == n;
        // The sum that completes a block is whole; before it, suffixes of the block before are wanted.
        let partial = length - usize::from(is_complete);
        if u[1] == 1 {
            for (out, suffix) in sums[..partial].iter_mut().zip(&slots[p + 1..]) {
                *out += suffix;
            }
        } else {
            sums[..partial].fill(f64::NAN);
        }
        slots[p..p + length].copy_from_slice(own);
        if is_complete {
            let mut suffix = slots[n - 1];
            for slot in slots[..n - 1].iter_mut().rev() {
                suffix += *slot;
                *slot = suffix;
            }
            *prefix = 0.0;
            (u[0], u[1]) = (0, 1);
        } else {
            *prefix = sum;
            u[0] = (p + length) as u64;
        }
        (x, out) = (rest, rest_out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::monoid::Sum;
    use super::super::rolling;
    use super::*;

    #[test]
    fn runs_are_as_single_steps() {
        let values: Vec<f64> =
            (0..97).map(|i| if i == 40 { f64::NAN } else { 1.0 / f64::from(i + 3) }).collect();
        for n in [1, 2, 3, 7, 40, 96, 97, 200] {
            for cut in [1, 2, 5, 31, 97] {
                let (mut u, mut f) = ([0; 2], vec![0.0; 1 + n]);
                let (mut own_u, mut own_f) = (u, f.clone());
                for x in values.chunks(cut) {
                    let mut out = vec![0.0; x.len()];
                    step(&mut u, &mut f, n, x, &mut out);
                    for (&x, out) in x.iter().zip(out) {
                        let expected = rolling::step::<Sum, 1>(&mut own_u, &mut own_f, n, [x, 0.0]);
                        let expected = expected.map_or(f64::NAN, |sum| sum[0]);
                        assert!(out == expected || (out.is_nan() && expected.is_nan()), "n {n}, cut {cut}");
                    }
                }
                let bits = |f: &[f64]| {
                    f.iter().map(|x| if x.is_nan() { 0 } else { x.to_bits() }).collect::<Vec<_>>()
                };
                assert_eq!((u, bits(&f)), (own_u, bits(&own_f)), "n {n}, cut {cut}");
            }
        }
    }
}
