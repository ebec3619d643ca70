//! VAR, STD and ZSCORE of a whole column: each tick's two halves of its window are noted in order, then all are merged at
//! once (spec 4.5, 4.6). The steps are those of `rolling`.
use super::monoid::{Moments, Monoid};
use super::rolling;
use crate::core::contract::Op;
use crate::core::float::NAN;
use crate::core::simd::{SimdLevel, at_every_level};
use crate::data_engine::columns::BLOCK_EVENTS;

type Column = Box<[f64; BLOCK_EVENTS]>;

/// Mean and sum of squared deviations of the newer and of the older half of every tick's window.
#[derive(Clone, Debug)]
pub struct Windows {
    newer: [Column; 2],
    older: [Column; 2],
    /// Values in the newer half; 0 where the window is not full.
    counts: Column,
}

impl Default for Windows {
    fn default() -> Self {
        let column = || Box::new([0.0; BLOCK_EVENTS]);
        Self { newer: [column(), column()], older: [column(), column()], counts: column() }
    }
}

impl Windows {
    /// Steps the node at every tick; ticks of one symbol in a row keep their state in registers.
    pub fn step(&mut self, symbols: &[u32], x: &[f64], n: usize, u: &mut [u64], f: &mut [f64]) {
        let count = symbols.len();
        let ([means, sums], [old_means, old_sums]) = (&mut self.newer, &mut self.older);
        let (means, sums) = (&mut means[..count], &mut sums[..count]);
        let (old_means, old_sums) = (&mut old_means[..count], &mut old_sums[..count]);
        let (counts, x) = (&mut self.counts[..count], &x[..count]);
        let ((words, _), (pairs, _)) = (u.as_chunks_mut::<2>(), f.as_chunks_mut::<2>());
        let mut k = 0;
        while k < count {
            let symbol = symbols[k];
            let word = &mut words[symbol as usize];
            let Some((prefix, slots)) = pairs[symbol as usize * (n + 1)..][..n + 1].split_first_mut() else {
                return;
            };
            let mut p = word[0] as usize;
            let mut newer = *prefix;
            while k < count && symbols[k] == symbol {
                let value = [x[k], 0.0];
                newer =
                    if p == 0 { Moments::lift(value) } else { Moments::push(newer, (p + 1) as f64, value) };
                slots[p] = value;
                p += 1;
                [means[k], sums[k]] = newer;
                counts[k] = if p == n || word[1] == 1 { p as f64 } else { 0.0 };
                if p == n {
                    rolling::build_suffixes::<Moments, 2>(slots);
                    (p, newer, word[1]) = (0, [0.0; 2], 1);
                } else {
                    [old_means[k], old_sums[k]] = slots[p];
                }
                k += 1;
            }
            word[0] = p as u64;
            *prefix = newer;
        }
    }

    /// Fills `out` with what the operator makes of the windows.
    pub fn lower(&self, level: SimdLevel, op: Op, n: usize, below: f64, x: &[f64], out: &mut [f64]) {
        let count = out.len();
        let halves = Halves {
            means: &self.newer[0][..count],
            sums: &self.newer[1][..count],
            old_means: &self.older[0][..count],
            old_sums: &self.older[1][..count],
            counts: &self.counts[..count],
            n: n as f64,
        };
        lower(level, op, halves, below, &x[..count], out);
    }
}

#[derive(Clone, Copy)]
struct Halves<'a> {
    means: &'a [f64],
    sums: &'a [f64],
    old_means: &'a [f64],
    old_sums: &'a [f64],
    counts: &'a [f64],
    n: f64,
}

impl Halves<'_> {
    /// Calls `lower` with mean, sum of squared deviations and newest value of every full window.
    #[inline(always)]
    fn each(&self, x: &[f64], out: &mut [f64], lower: impl Fn(f64, f64, f64) -> f64) {
        let newer = self.means.iter().zip(self.sums);
        let older = self.old_means.iter().zip(self.old_sums);
        for ((((out, &x), &count), newer), older) in
            out.iter_mut().zip(x).zip(self.counts).zip(newer).zip(older)
        {
            let (newer, older) = ([*newer.0, *newer.1], [*older.0, *older.1]);
            let merged = Moments::merge(older, self.n - count, newer, count);
            let is_whole = count == self.n;
            let mean = if is_whole { newer[0] } else { merged[0] };
            let sum = if is_whole { newer[1] } else { merged[1] };
            let lowered = lower(mean, sum, x);
            *out = if count > 0.0 { lowered } else { NAN };
        }
    }
}

at_every_level! {
    fn lower(op: Op, halves: Halves<'_>, below: f64, x: &[f64], out: &mut [f64]) {
        match op {
            Op::Var => halves.each(x, out, |_, sum, _| sum / below),
            Op::Std => halves.each(x, out, |_, sum, _| (sum / below).sqrt()),
            _ => halves.each(x, out, |mean, sum, x| {
                let deviation = (sum / below).sqrt();
                let score = (x - mean) / deviation;
                if deviation > 0.0 { score } else { NAN }
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::float::canonical;

    #[test]
    fn columns_give_the_bits_of_single_steps() {
        let mut x: u64 = 88_172_645_463_325_252;
        let mut next = || {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            x
        };
        for n in [1, 2, 3, 8] {
            let words = 2 * (n + 1);
            let (mut windows, mut u, mut f) = (Windows::default(), [0; 6], vec![0.0; 3 * words]);
            let (mut u_single, mut f_single) = (u, f.clone());
            for count in [1, 2, 40, 40] {
                let symbols: Vec<u32> = (0..count).map(|_| (next() % 3) as u32).collect();
                let values: Vec<f64> = (0..count)
                    .map(|_| if next() % 30 == 0 { f64::NAN } else { (next() % 1000) as f64 * 0.37 })
                    .collect();
                let mut out = vec![0.0; count];
                windows.step(&symbols, &values, n, &mut u, &mut f);
                windows.lower(SimdLevel::detect(), Op::Var, n, 0.5, &values, &mut out);
                for (k, &symbol) in symbols.iter().enumerate() {
                    let symbol = symbol as usize;
                    let single = rolling::step::<Moments, 2>(
                        &mut u_single[2 * symbol..][..2],
                        &mut f_single[symbol * words..][..words],
                        n,
                        [values[k], 0.0],
                    );
                    let right = single.map_or(NAN, |[_, sum]| sum / 0.5);
                    assert_eq!(canonical(out[k]).to_bits(), canonical(right).to_bits(), "n {n} tick {k}");
                }
                let bits = |f: &[f64]| f.iter().map(|&x| canonical(x).to_bits()).collect::<Vec<_>>();
                assert_eq!((u, bits(&f)), (u_single, bits(&f_single)));
            }
        }
    }
}
