//! Stateless operators over a column of values (spec 4.1, 4.2).
use crate::core::contract::Op;
use crate::core::elementary;
use crate::core::float::{self, NAN};
use crate::core::simd::{SimdLevel, at_every_level};

#[inline(always)]
fn map(out: &mut [f64], x: &[f64], f: impl Fn(f64) -> f64) {
    for (o, &x) in out.iter_mut().zip(x) {
        *o = f(x);
    }
}

#[inline(always)]
fn zip(out: &mut [f64], x: &[f64], y: &[f64], f: impl Fn(f64, f64) -> f64) {
    for ((o, &x), &y) in out.iter_mut().zip(x).zip(y) {
        *o = f(x, y);
    }
}

#[inline(always)]
fn truth(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

/// 1.0 or 0.0, NaN where an input is NaN.
#[inline(always)]
fn test(holds: impl Fn(f64, f64) -> bool) -> impl Fn(f64, f64) -> f64 {
    move |x, y| if x.is_nan() || y.is_nan() { NAN } else { truth(holds(x, y)) }
}

/// The branch that x chooses.
#[inline(always)]
fn choose(x: f64, chosen: f64, other: f64) -> f64 {
    let branch = if x != 0.0 { chosen } else { other };
    if x.is_nan() { NAN } else { branch }
}

#[inline(always)]
fn sign(x: f64) -> f64 {
    if x.is_nan() {
        NAN
    } else if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        0.0
    }
}

#[inline(always)]
fn clip(x: f64, low: f64, high: f64) -> f64 {
    if x < low {
        low
    } else if high < x {
        high
    } else {
        x
    }
}

/// Calls `use` with the function of an operator of one input.
macro_rules! with_function_of_one {
    ($op:expr, $params:expr, |$f:ident| $use:expr) => {
        match $op {
            Op::Neg => {
                let $f = |x: f64| -x;
                $use
            }
            Op::Abs => {
                let $f = f64::abs;
                $use
            }
            Op::Clip => {
                let (low, high) = ($params[0], $params[1]);
                let $f = |x: f64| clip(x, low, high);
                $use
            }
            Op::Sign => {
                let $f = sign;
                $use
            }
            Op::Sqrt => {
                let $f = f64::sqrt;
                $use
            }
            Op::Exp => {
                let $f = elementary::exp;
                $use
            }
            Op::Log => {
                let $f = elementary::log;
                $use
            }
            Op::Tanh => {
                let $f = elementary::tanh;
                $use
            }
            Op::Not => {
                let $f = |x: f64| if x.is_nan() { NAN } else { truth(x == 0.0) };
                $use
            }
            _ => {
                let $f = |x: f64| truth(x.is_nan());
                $use
            }
        }
    };
}

/// The same of two.
macro_rules! with_function_of_two {
    ($op:expr, |$f:ident| $use:expr) => {
        match $op {
            Op::Add => {
                let $f = |x: f64, y: f64| x + y;
                $use
            }
            Op::Sub => {
                let $f = |x: f64, y: f64| x - y;
                $use
            }
            Op::Mul => {
                let $f = |x: f64, y: f64| x * y;
                $use
            }
            Op::Div => {
                let $f = |x: f64, y: f64| x / y;
                $use
            }
            Op::Min2 => {
                let $f = float::min;
                $use
            }
            Op::Max2 => {
                let $f = float::max;
                $use
            }
            Op::Coalesce => {
                let $f = |x: f64, y: f64| if x.is_nan() { y } else { x };
                $use
            }
            Op::Lt => {
                let $f = test(|x, y| x < y);
                $use
            }
            Op::Le => {
                let $f = test(|x, y| x <= y);
                $use
            }
            Op::Gt => {
                let $f = test(|x, y| x > y);
                $use
            }
            Op::Ge => {
                let $f = test(|x, y| x >= y);
                $use
            }
            Op::Eq => {
                let $f = test(|x, y| x == y);
                $use
            }
            Op::Ne => {
                let $f = test(|x, y| x != y);
                $use
            }
            Op::And => {
                let $f = test(|x, y| (x != 0.0) & (y != 0.0));
                $use
            }
            _ => {
                let $f = test(|x, y| (x != 0.0) | (y != 0.0));
                $use
            }
        }
    };
}

#[inline]
fn is_of_one(op: Op) -> bool {
    matches!(
        op,
        Op::Neg
            | Op::Abs
            | Op::Clip
            | Op::Sign
            | Op::Sqrt
            | Op::Exp
            | Op::Log
            | Op::Tanh
            | Op::Not
            | Op::IsNan
    )
}

#[inline]
fn is_of_two(op: Op) -> bool {
    matches!(
        op,
        Op::Add
            | Op::Sub
            | Op::Mul
            | Op::Div
            | Op::Min2
            | Op::Max2
            | Op::Coalesce
            | Op::Lt
            | Op::Le
            | Op::Gt
            | Op::Ge
            | Op::Eq
            | Op::Ne
            | Op::And
            | Op::Or
    )
}

/// Whether its value follows from its inputs alone.
pub fn is_stateless(op: Op) -> bool {
    matches!(op, Op::Linear | Op::Logistic | Op::Select) || is_of_one(op) || is_of_two(op)
}

/// The value of a stateless operator from those of its inputs.
#[inline]
pub fn value(op: Op, params: &[f64], input: impl Fn(usize) -> f64) -> f64 {
    match op {
        Op::Linear => weighted(params, input),
        Op::Logistic => 1.0 / (1.0 + elementary::exp(-weighted(params, input))),
        Op::Select => choose(input(0), input(1), input(2)),
        _ if is_of_one(op) => with_function_of_one!(op, params, |f| f(input(0))),
        _ => with_function_of_two!(op, |f| f(input(0), input(1))),
    }
}

/// bias + the sum of weight times input, in input order.
fn weighted(params: &[f64], input: impl Fn(usize) -> f64) -> f64 {
    let (bias, weights) = params.split_first().unwrap_or((&NAN, &[]));
    weights.iter().enumerate().fold(*bias, |acc, (i, weight)| acc + weight * input(i))
}

/// Fills `out` from the inputs' columns; false for an operator that is not stateless.
pub fn fill<'a>(
    level: SimdLevel,
    op: Op,
    params: &[f64],
    out: &mut [f64],
    input: impl Fn(usize) -> &'a [f64],
) -> bool {
    match op {
        Op::Linear => linear(level, params, out, input),
        Op::Logistic => {
            linear(level, params, out, input);
            logistic(level, out);
        }
        Op::Select => select(level, out, input(0), input(1), input(2)),
        _ if is_of_one(op) => of_one(level, op, params, out, input(0)),
        _ if is_of_two(op) => of_two(level, op, out, input(0), input(1)),
        _ => return false,
    }
    true
}

at_every_level! {
    fn of_one(op: Op, params: &[f64], out: &mut [f64], x: &[f64]) {
        with_function_of_one!(op, params, |f| map(out, x, f));
    }
}

at_every_level! {
    fn of_two(op: Op, out: &mut [f64], x: &[f64], y: &[f64]) {
        with_function_of_two!(op, |f| zip(out, x, y, f));
    }
}

at_every_level! {
    fn select(out: &mut [f64], x: &[f64], chosen: &[f64], other: &[f64]) {
        for (((o, &x), &y), &z) in out.iter_mut().zip(x).zip(chosen).zip(other) {
            *o = choose(x, y, z);
        }
    }
}

at_every_level! {
    fn add_weighted(out: &mut [f64], weight: f64, x: &[f64]) {
        for (acc, &x) in out.iter_mut().zip(x) {
            *acc += weight * x;
        }
    }
}

at_every_level! {
    /// Divides every value.
    pub fn divide(out: &mut [f64], divisor: f64) {
        for value in out {
            *value /= divisor;
        }
    }
}

at_every_level! {
    fn logistic(out: &mut [f64]) {
        for value in out {
            *value = 1.0 / (1.0 + elementary::exp(-*value));
        }
    }
}

/// bias + the sum of weight times input, in input order.
fn linear<'a>(level: SimdLevel, params: &[f64], out: &mut [f64], input: impl Fn(usize) -> &'a [f64]) {
    let (bias, weights) = params.split_first().unwrap_or((&NAN, &[]));
    out.fill(*bias);
    for (i, weight) in weights.iter().enumerate() {
        add_weighted(level, out, *weight, input(i));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: [f64; 7] = [-2.0, -0.0, 0.0, 1.5, f64::NAN, f64::INFINITY, 3.0];
    const Y: [f64; 7] = [1.0, 0.0, f64::NAN, 1.5, f64::NAN, 1.0, -4.0];

    fn run(op: Op, params: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; X.len()];
        assert!(fill(SimdLevel::SCALAR, op, params, &mut out, |i| [&X[..], &Y[..], &X[..]][i]));
        let mut wide = vec![0.0; X.len()];
        fill(SimdLevel::detect(), op, params, &mut wide, |i| [&X[..], &Y[..], &X[..]][i]);
        same(&wide, &out);
        let single: Vec<f64> =
            X.iter().zip(&Y).map(|(x, y)| value(op, params, |i| [*x, *y, *x][i])).collect();
        same(&single, &out);
        out
    }

    fn same(actual: &[f64], expected: &[f64]) {
        let bits = |x: &f64| float::canonical(*x).to_bits();
        assert_eq!(
            actual.iter().map(bits).collect::<Vec<_>>(),
            expected.iter().map(bits).collect::<Vec<_>>()
        );
    }

    #[test]
    fn nan_in_nan_out_but_for_three() {
        same(&run(Op::Lt, &[]), &[1.0, 0.0, NAN, 0.0, NAN, 0.0, 0.0]);
        same(&run(Op::Ne, &[]), &[1.0, 0.0, NAN, 0.0, NAN, 1.0, 1.0]);
        same(&run(Op::Or, &[]), &[1.0, 0.0, NAN, 1.0, NAN, 1.0, 1.0]);
        same(&run(Op::Not, &[]), &[0.0, 1.0, 1.0, 0.0, NAN, 0.0, 0.0]);
        same(&run(Op::Sign, &[]), &[-1.0, 0.0, 0.0, 1.0, NAN, 1.0, 1.0]);
        same(&run(Op::Select, &[]), &[1.0, -0.0, 0.0, 1.5, NAN, 1.0, -4.0]);
        same(&run(Op::IsNan, &[]), &[0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
        same(&run(Op::Coalesce, &[]), &[-2.0, -0.0, 0.0, 1.5, NAN, f64::INFINITY, 3.0]);
        same(&run(Op::Clip, &[-1.0, 2.0]), &[-1.0, -0.0, 0.0, 1.5, NAN, 2.0, 2.0]);
        same(&run(Op::Min2, &[]), &[-2.0, -0.0, NAN, 1.5, NAN, 1.0, -4.0]);
    }

    #[test]
    fn models_sum_in_input_order() {
        same(&run(Op::Linear, &[0.5, 2.0, -1.0]), &[-4.5, 0.5, NAN, 2.0, NAN, f64::INFINITY, 10.5]);
        let logistic = run(Op::Logistic, &[0.0, 1.0]);
        assert_eq!(logistic[1], 0.5);
        assert_eq!(logistic[5], 1.0);
    }
}
