//! Ring operators and moving averages: one step each (spec 4.4, 4.7, 4.8).
use crate::core::float::NAN;

/// Writes x at the position of the next write and advances; `u`: position, steps so far, at most n.
#[inline]
fn write(u: &mut [u64], f: &mut [f64], x: f64) {
    let n = f.len();
    let position = u[0] as usize;
    f[position] = x;
    u[0] = if position + 1 == n { 0 } else { position as u64 + 1 };
    if (u[1] as usize) < n {
        u[1] += 1;
    }
}

/// The value of n steps ago.
#[inline]
pub fn delay(u: &mut [u64], f: &mut [f64], x: f64) -> f64 {
    let before = if u[1] as usize == f.len() { f[u[0] as usize] } else { NAN };
    write(u, f, x);
    before
}

/// Writes x, then applies `lower` to the values, oldest to newest, once there are n.
#[inline]
fn scan(
    u: &mut [u64],
    f: &mut [f64],
    x: f64,
    lower: impl FnOnce(&mut dyn Iterator<Item = f64>) -> f64,
) -> f64 {
    write(u, f, x);
    if (u[1] as usize) < f.len() || f.iter().any(|value| value.is_nan()) {
        return NAN;
    }
    let (newer, older) = f.split_at(u[0] as usize);
    lower(&mut older.iter().chain(newer).copied())
}

/// Place, 1 is the oldest, of the first value that no later one `beats`.
#[inline]
pub fn arg_best(u: &mut [u64], f: &mut [f64], x: f64, beats: impl Fn(f64, f64) -> bool) -> f64 {
    scan(u, f, x, |values| {
        let (mut best, mut place) = (NAN, 0.0);
        for (i, value) in values.enumerate() {
            if i == 0 || beats(value, best) {
                best = value;
                place = (i + 1) as f64;
            }
        }
        place
    })
}

/// Average rank of x among the n values, divided by n.
pub fn rank(u: &mut [u64], f: &mut [f64], x: f64) -> f64 {
    let n = f.len() as f64;
    scan(u, f, x, |values| {
        let (mut less, mut equal) = (0u32, 0u32);
        for value in values {
            less += u32::from(value < x);
            equal += u32::from(value == x);
        }
        (f64::from(less) + (f64::from(equal) + 1.0) * 0.5) / n
    })
}

/// Mean with weights 1 (oldest) to n.
pub fn linear_decay(u: &mut [u64], f: &mut [f64], x: f64) -> f64 {
    let n = f.len();
    scan(u, f, x, |values| {
        let mut acc = 0.0;
        for (i, value) in values.enumerate() {
            acc += (i + 1) as f64 * value;
        }
        acc / (n * (n + 1) / 2) as f64
    })
}

/// Least-squares slope per step.
pub fn slope(u: &mut [u64], f: &mut [f64], x: f64) -> f64 {
    let n = f.len();
    scan(u, f, x, |values| {
        if n == 1 {
            return NAN;
        }
        let middle = (n + 1) as f64 * 0.5;
        let mut acc = 0.0;
        for (i, value) in values.enumerate() {
            acc += ((i + 1) as f64 - middle) * value;
        }
        let n = n as f64;
        acc / (n * (n * n - 1.0) / 12.0)
    })
}

/// Exponential moving average; `u`: steps with a number, `f`: the average (spec 4.7).
#[inline]
pub fn ema(u: &mut u64, s: &mut f64, x: f64, alpha: f64, min_periods: u64) -> f64 {
    if x.is_nan() {
        return NAN;
    }
    *u = u.saturating_add(1);
    *s = if *u == 1 { x } else { *s + alpha * (x - *s) };
    if *u >= min_periods { *s } else { NAN }
}

/// Wilder's moving average of n steps (spec 4.8).
#[inline]
pub fn wilder(u: &mut u64, s: &mut f64, x: f64, n: u64) -> f64 {
    if x.is_nan() {
        return NAN;
    }
    *u = u.saturating_add(1).min(1 << 63);
    if *u <= n {
        *s += x;
        if *u == n {
            *s /= n as f64;
        }
    } else {
        *s += (x - *s) / n as f64;
    }
    if *u >= n { *s } else { NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: [f64; 10] = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0];

    fn run(n: usize, step: impl Fn(&mut [u64], &mut [f64], f64) -> f64) -> Vec<f64> {
        let (mut u, mut f) = (vec![0; 2], vec![0.0; n]);
        VALUES.iter().map(|&x| step(&mut u, &mut f, x)).collect()
    }

    fn windows(n: usize, expected: impl Fn(&[f64]) -> f64) -> Vec<f64> {
        (0..VALUES.len()).map(|i| if i + 1 < n { NAN } else { expected(&VALUES[i + 1 - n..=i]) }).collect()
    }

    fn same(actual: &[f64], expected: &[f64]) {
        for (i, (a, b)) in actual.iter().zip(expected).enumerate() {
            assert!(a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() < 1e-12, "step {i}: {a} and {b}");
        }
    }

    #[test]
    fn scans_agree_with_brute_force() {
        for n in 1..=5 {
            let place =
                |window: &[f64], best: f64| (window.iter().position(|&x| x == best).unwrap() + 1) as f64;
            let largest = |w: &[f64]| place(w, w.iter().copied().fold(f64::MIN, f64::max));
            let smallest = |w: &[f64]| place(w, w.iter().copied().fold(f64::MAX, f64::min));
            same(&run(n, |u, f, x| arg_best(u, f, x, |a, b| a > b)), &windows(n, largest));
            same(&run(n, |u, f, x| arg_best(u, f, x, |a, b| a < b)), &windows(n, smallest));
            let ranked = |w: &[f64]| {
                let x = w[n - 1];
                let less = w.iter().filter(|&&v| v < x).count() as f64;
                let equal = w.iter().filter(|&&v| v == x).count() as f64;
                (less + (equal + 1.0) / 2.0) / n as f64
            };
            same(&run(n, rank), &windows(n, ranked));
            let weight = (n * (n + 1) / 2) as f64;
            let decayed =
                |w: &[f64]| w.iter().enumerate().map(|(i, x)| (i + 1) as f64 * x).sum::<f64>() / weight;
            same(&run(n, linear_decay), &windows(n, decayed));
            let fitted = |w: &[f64]| {
                let (m, mean) = ((n + 1) as f64 / 2.0, w.iter().sum::<f64>() / n as f64);
                let top: f64 = w.iter().enumerate().map(|(i, x)| ((i + 1) as f64 - m) * (x - mean)).sum();
                let bottom: f64 = (1..=n).map(|i| (i as f64 - m).powi(2)).sum();
                top / bottom
            };
            same(&run(n, slope), &windows(n, fitted));
        }
    }

    #[test]
    fn delay_reads_before_it_writes() {
        let delayed = run(3, delay);
        assert!(delayed[..3].iter().all(|x| x.is_nan()));
        assert_eq!(delayed[3..], VALUES[..7]);
    }

    #[test]
    fn a_nan_spoils_its_windows_only() {
        let (mut u, mut f) = (vec![0; 2], vec![0.0; 2]);
        let results: Vec<bool> =
            [1.0, NAN, 2.0, 3.0].iter().map(|&x| linear_decay(&mut u, &mut f, x).is_nan()).collect();
        assert_eq!(results, [true, true, true, false]);
    }

    #[test]
    fn averages_start_as_specified() {
        let (mut u, mut s) = (0, 0.0);
        let emas: Vec<f64> = [2.0, NAN, 4.0, 8.0].iter().map(|&x| ema(&mut u, &mut s, x, 0.5, 2)).collect();
        same(&emas, &[NAN, NAN, 3.0, 5.5]);
        let (mut u, mut s) = (0, 0.0);
        let smoothed: Vec<f64> = [2.0, 4.0, NAN, 7.0].iter().map(|&x| wilder(&mut u, &mut s, x, 2)).collect();
        same(&smoothed, &[NAN, 3.0, NAN, 5.0]);
    }
}
