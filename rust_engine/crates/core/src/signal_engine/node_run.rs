//! Runs a program over the ticks of a block, node by node; no symbol's arithmetic is reordered (spec 3.3).
use super::block::{Block, Tick};
use super::monoid::{CoMoments, Maximum, Minimum, Moments, Product, Sum};
use super::program::{Node, Program};
use super::{operators, rings, rolling, sources};
use crate::core::contract::Op;
use crate::core::float::NAN;
use crate::core::session;
use crate::data_engine::columns::{BLOCK_EVENTS, Batch};
use crate::data_engine::quote::Top;

/// Values and state words of every node and symbol, node by node.
#[derive(Clone, Debug)]
pub struct NodeState {
    pub symbols: usize,
    pub values: Vec<f64>,
    pub u: Vec<u64>,
    pub f: Vec<f64>,
}

impl NodeState {
    /// Empty state: values NaN but for constants.
    pub fn new(program: &Program, symbols: usize) -> Self {
        let mut values = vec![NAN; program.nodes.len() * symbols];
        for (node, values) in program.nodes.iter().zip(values.chunks_exact_mut(symbols)) {
            if node.op == Op::Const {
                values.fill(program.params(node)[0]);
            }
        }
        Self { symbols, values, u: vec![0; program.u_total], f: vec![0.0; program.f_total] }
    }

    /// State words of one symbol's node.
    pub fn words(&mut self, node: &Node, symbol: usize) -> (&mut [u64], &mut [f64]) {
        let (u, f) = (node.u_start + symbol * node.u_words, node.f_start + symbol * node.f_words);
        (&mut self.u[u..u + node.u_words], &mut self.f[f..f + node.f_words])
    }
}

/// Which ticks of the block a node has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pace {
    All,
    Some,
    None,
}

/// The ticks of a block as one node sees them.
struct Span<'a> {
    ticks: &'a [Tick],
    bits: &'a [u8],
    clock: u8,
    pace: Pace,
}

impl Span<'_> {
    /// Calls `step` at every tick that the node has.
    #[inline]
    fn each(&self, out: &mut [f64], mut step: impl FnMut(usize, &Tick) -> f64) {
        if self.pace == Pace::All {
            for (k, (tick, out)) in self.ticks.iter().zip(out).enumerate() {
                *out = step(k, tick);
            }
        } else {
            for (k, ((tick, out), bits)) in self.ticks.iter().zip(out).zip(self.bits).enumerate() {
                if bits & self.clock != 0 {
                    *out = step(k, tick);
                }
            }
        }
    }

    /// A node that does not tick keeps its value; the last values are stored for the next block.
    fn keep(&self, out: &mut [f64], values: &mut [f64], last_ticks: &[(u32, u32)]) {
        if self.pace == Pace::All {
            for &(symbol, k) in last_ticks {
                values[symbol as usize] = out[k as usize];
            }
            return;
        }
        for ((tick, out), bits) in self.ticks.iter().zip(out).zip(self.bits) {
            if bits & self.clock != 0 {
                values[tick.symbol as usize] = *out;
            } else {
                *out = values[tick.symbol as usize];
            }
        }
    }
}

/// Computes every node at every tick of the block.
pub fn run(
    program: &Program,
    block: &mut Block,
    state: &mut NodeState,
    batch: &Batch<'_>,
    session_roll_ns: i64,
) {
    let count = block.tick_count;
    let symbols = state.symbols;
    for (index, node) in program.nodes.iter().enumerate() {
        if node.op == Op::Const {
            continue;
        }
        let clock = node.clock as u8;
        let pace = match block.kinds_ticking(clock) {
            (_, 0) => Pace::None,
            (kinds, ticking) if kinds == ticking => Pace::All,
            _ => Pace::Some,
        };
        let span = Span { ticks: &block.ticks[..count], bits: &block.tick_bits[..count], clock, pace };
        let (before, rest) = block.columns.split_at_mut(index * BLOCK_EVENTS);
        let out = &mut rest[..count];
        let inputs = program.inputs(node);
        let input = |i: usize| &before[inputs[i] as usize * BLOCK_EVENTS..][..count];
        if pace != Pace::None {
            let params = program.params(node);
            let done = operators::fill(node.op, params, out, input)
                || source(
                    node,
                    &span,
                    out,
                    &block.tops[..count],
                    &block.trade_signs[..count],
                    &block.vwaps[..count],
                    batch,
                    block.first,
                    session_roll_ns,
                );
            if !done {
                let u = &mut state.u[node.u_start..node.u_start + node.u_words * symbols];
                let f = &mut state.f[node.f_start..node.f_start + node.f_words * symbols];
                stateful(node, params, &span, out, input, u, f);
            }
        }
        span.keep(out, &mut state.values[index * symbols..][..symbols], &block.last_ticks);
    }
}

/// Fills a source's column; false for an operator that is not one.
#[allow(clippy::too_many_arguments)]
fn source(
    node: &Node,
    span: &Span<'_>,
    out: &mut [f64],
    tops: &[Top],
    trade_signs: &[f64],
    vwaps: &[f64],
    batch: &Batch<'_>,
    first: usize,
    session_roll_ns: i64,
) -> bool {
    let columns = &batch.columns;
    match node.op {
        Op::Mid => span.each(out, |k, _| sources::mid(&tops[k])),
        Op::Bid | Op::Ask | Op::BidSize | Op::AskSize | Op::Spread | Op::Microprice | Op::Imbalance => {
            span.each(out, |k, _| sources::of_quote(node.op, &tops[k]).unwrap_or(NAN));
        }
        Op::TradeSign => span.each(out, |k, _| trade_signs[k]),
        Op::Vwap => span.each(out, |k, _| vwaps[k]),
        Op::Seconds => span.each(out, |_, tick| {
            session::seconds(columns.ts_init.i64(first + tick.place as usize), session_roll_ns)
        }),
        // Phase one has read them as the events came.
        Op::ExternalScore | Op::ExternalConfidence => {}
        op if (op as u8) < Op::Const as u8 => {
            span.each(out, |_, tick| sources::of_row(op, node.n, columns, tick).unwrap_or(NAN));
        }
        _ => return false,
    }
    true
}

/// Steps a moving average; ticks of one symbol in a row keep its state in registers.
#[inline]
fn average(
    span: &Span<'_>,
    out: &mut [f64],
    x: &[f64],
    u: &mut [u64],
    f: &mut [f64],
    step: impl Fn(&mut u64, &mut f64, f64) -> f64,
) {
    if span.pace != Pace::All {
        span.each(out, |k, tick| step(&mut u[tick.symbol as usize], &mut f[tick.symbol as usize], x[k]));
        return;
    }
    let mut rows = span.ticks.iter().zip(out).zip(x).peekable();
    while let Some(((tick, out), &value)) = rows.next() {
        let symbol = tick.symbol as usize;
        let (mut steps, mut s) = (u[symbol], f[symbol]);
        *out = step(&mut steps, &mut s, value);
        while let Some(((_, out), &value)) = rows.next_if(|((next, _), _)| next.symbol == tick.symbol) {
            *out = step(&mut steps, &mut s, value);
        }
        (u[symbol], f[symbol]) = (steps, s);
    }
}

/// Steps a stateful node at each of its ticks (spec 4.3).
fn stateful<'a>(
    node: &Node,
    params: &[f64],
    span: &Span<'_>,
    out: &mut [f64],
    input: impl Fn(usize) -> &'a [f64],
    u: &mut [u64],
    f: &mut [f64],
) {
    let (u_words, f_words) = (node.u_words, node.f_words);
    let n = node.n as usize;
    let x = input(0);
    let count = n as f64;
    let below = || count - params[0];
    macro_rules! ring {
        ($step:expr) => {
            span.each(out, |k, tick| {
                let u = &mut u[tick.symbol as usize * u_words..][..u_words];
                $step(u, &mut f[tick.symbol as usize * f_words..][..f_words], x[k])
            })
        };
    }
    macro_rules! rolling {
        ($monoid:ty, $y:expr, |$aggregate:ident, $k:ident| $lower:expr) => {
            span.each(out, |$k, tick| {
                let u = &mut u[tick.symbol as usize * u_words..][..u_words];
                let f = &mut f[tick.symbol as usize * f_words..][..f_words];
                rolling::step::<$monoid, _>(u, f, n, [x[$k], $y($k)]).map_or(NAN, |$aggregate| $lower)
            })
        };
    }
    let alone = |_: usize| 0.0;
    match node.op {
        Op::Ema => {
            let alpha = params[0];
            average(span, out, x, u, f, |u, s, x| rings::ema(u, s, x, alpha, n as u64));
        }
        Op::Wilder => average(span, out, x, u, f, |u, s, x| rings::wilder(u, s, x, n as u64)),
        Op::Delay => ring!(rings::delay),
        Op::Delta => ring!(|u: &mut [u64], f: &mut [f64], x: f64| x - rings::delay(u, f, x)),
        Op::Argmin => ring!(|u: &mut [u64], f: &mut [f64], x| rings::arg_best(u, f, x, |x, best| x < best)),
        Op::Argmax => ring!(|u: &mut [u64], f: &mut [f64], x| rings::arg_best(u, f, x, |x, best| best < x)),
        Op::Rank => ring!(rings::rank),
        Op::LinearDecay => ring!(rings::linear_decay),
        Op::Slope => ring!(rings::slope),
        Op::Sum => rolling!(Sum, alone, |a, k| a[0]),
        Op::Mean => rolling!(Sum, alone, |a, k| a[0] / count),
        Op::Product => rolling!(Product, alone, |a, k| a[0]),
        Op::RollingMin => rolling!(Minimum, alone, |a, k| a[0]),
        Op::RollingMax => rolling!(Maximum, alone, |a, k| a[0]),
        Op::Var => rolling!(Moments, alone, |a, k| a[1] / below()),
        Op::Std => rolling!(Moments, alone, |a, k| (a[1] / below()).sqrt()),
        Op::Zscore => rolling!(Moments, alone, |a, k| {
            let deviation = (a[1] / below()).sqrt();
            if deviation > 0.0 { (x[k] - a[0]) / deviation } else { NAN }
        }),
        Op::Cov => {
            let y = input(1);
            rolling!(CoMoments, |k: usize| y[k], |a, k| a[4] / below());
        }
        Op::Corr => {
            let y = input(1);
            rolling!(CoMoments, |k: usize| y[k], |a, k| {
                if a[2] > 0.0 && a[3] > 0.0 { a[4] / (a[2] * a[3]).sqrt() } else { NAN }
            });
        }
        // Every other operator is a source, stateless, or a constant.
        _ => out.fill(NAN),
    }
}
