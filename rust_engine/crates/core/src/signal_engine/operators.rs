//! Stateless operators over a column of values (spec 4.1, 4.2).
use crate::core::contract::Op;
use crate::core::elementary;
use crate::core::float::{self, NAN};

#[inline]
fn map(out: &mut [f64], x: &[f64], f: impl Fn(f64) -> f64) {
    for (o, &x) in out.iter_mut().zip(x) {
        *o = f(x);
    }
}

#[inline]
fn zip(out: &mut [f64], x: &[f64], y: &[f64], f: impl Fn(f64, f64) -> f64) {
    for ((o, &x), &y) in out.iter_mut().zip(x).zip(y) {
        *o = f(x, y);
    }
}

#[inline]
fn truth(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

/// 1.0 or 0.0, NaN where an input is NaN.
#[inline]
fn test(out: &mut [f64], x: &[f64], y: &[f64], holds: impl Fn(f64, f64) -> bool) {
    zip(out, x, y, |x, y| if x.is_nan() || y.is_nan() { NAN } else { truth(holds(x, y)) });
}

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

fn clip(x: f64, low: f64, high: f64) -> f64 {
    if x < low {
        low
    } else if high < x {
        high
    } else {
        x
    }
}

/// Fills `out` from the inputs' columns; false for an operator that is not stateless.
pub fn fill<'a>(op: Op, params: &[f64], out: &mut [f64], input: impl Fn(usize) -> &'a [f64]) -> bool {
    match op {
        Op::Add => zip(out, input(0), input(1), |x, y| x + y),
        Op::Sub => zip(out, input(0), input(1), |x, y| x - y),
        Op::Mul => zip(out, input(0), input(1), |x, y| x * y),
        Op::Div => zip(out, input(0), input(1), |x, y| x / y),
        Op::Neg => map(out, input(0), |x| -x),
        Op::Abs => map(out, input(0), f64::abs),
        Op::Min2 => zip(out, input(0), input(1), float::min),
        Op::Max2 => zip(out, input(0), input(1), float::max),
        Op::Clip => map(out, input(0), |x| clip(x, params[0], params[1])),
        Op::Sign => map(out, input(0), sign),
        Op::Sqrt => map(out, input(0), f64::sqrt),
        Op::Exp => map(out, input(0), elementary::exp),
        Op::Log => map(out, input(0), elementary::log),
        Op::Tanh => map(out, input(0), elementary::tanh),
        Op::Lt => test(out, input(0), input(1), |x, y| x < y),
        Op::Le => test(out, input(0), input(1), |x, y| x <= y),
        Op::Gt => test(out, input(0), input(1), |x, y| x > y),
        Op::Ge => test(out, input(0), input(1), |x, y| x >= y),
        Op::Eq => test(out, input(0), input(1), |x, y| x == y),
        Op::Ne => test(out, input(0), input(1), |x, y| x != y),
        Op::And => test(out, input(0), input(1), |x, y| x != 0.0 && y != 0.0),
        Op::Or => test(out, input(0), input(1), |x, y| x != 0.0 || y != 0.0),
        Op::Not => map(out, input(0), |x| if x.is_nan() { NAN } else { truth(x == 0.0) }),
        Op::Select => select(out, input(0), input(1), input(2)),
        Op::IsNan => map(out, input(0), |x| truth(x.is_nan())),
        Op::Coalesce => zip(out, input(0), input(1), |x, y| if x.is_nan() { y } else { x }),
        Op::Linear => linear(out, params, input),
        Op::Logistic => {
            linear(out, params, input);
            for value in out {
                *value = 1.0 / (1.0 + elementary::exp(-*value));
            }
        }
        _ => return false,
    }
    true
}

fn select(out: &mut [f64], x: &[f64], chosen: &[f64], other: &[f64]) {
    for (((o, &x), &y), &z) in out.iter_mut().zip(x).zip(chosen).zip(other) {
        *o = if x.is_nan() {
            NAN
        } else if x != 0.0 {
            y
        } else {
            z
        };
    }
}

/// bias + the sum of weight times input, in input order.
fn linear<'a>(out: &mut [f64], params: &[f64], input: impl Fn(usize) -> &'a [f64]) {
    let (bias, weights) = params.split_first().unwrap_or((&NAN, &[]));
    out.fill(*bias);
    for (i, weight) in weights.iter().enumerate() {
        for (acc, &x) in out.iter_mut().zip(input(i)) {
            *acc += weight * x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: [f64; 7] = [-2.0, -0.0, 0.0, 1.5, f64::NAN, f64::INFINITY, 3.0];
    const Y: [f64; 7] = [1.0, 0.0, f64::NAN, 1.5, f64::NAN, 1.0, -4.0];

    fn run(op: Op, params: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; X.len()];
        assert!(fill(op, params, &mut out, |i| [&X[..], &Y[..], &X[..]][i]));
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
