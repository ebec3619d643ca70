//! Runs a program over the ticks of a block, node by node; no symbol's arithmetic is reordered (spec 3.3).
use super::block::{Block, Pace};
use super::monoid::{CoMoments, Maximum, Minimum, Moments, Product, Sum};
use super::node_state::NodeState;
use super::program::{Node, Program};
use super::{averages, operators, rings, rolling, sources, sums};
use crate::core::contract::Op;
use crate::core::float::NAN;
use crate::core::session;
use crate::core::simd::SimdLevel;
use crate::data_engine::columns::{BLOCK_EVENTS, Batch};

/// The ticks of a block as one node sees them.
struct Span<'a> {
    symbols: &'a [u32],
    bits: &'a [u8],
    clock: u8,
    pace: Pace,
}

impl Span<'_> {
    /// Calls `step` with number and symbol of every tick that the node has.
    #[inline]
    fn each(&self, out: &mut [f64], mut step: impl FnMut(usize, usize) -> f64) {
        if self.pace == Pace::All {
            for (k, (&symbol, out)) in self.symbols.iter().zip(out).enumerate() {
                *out = step(k, symbol as usize);
            }
        } else {
            for (k, ((&symbol, out), bits)) in self.symbols.iter().zip(out).zip(self.bits).enumerate() {
                if bits & self.clock != 0 {
                    *out = step(k, symbol as usize);
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
        for ((&symbol, out), bits) in self.symbols.iter().zip(out).zip(self.bits) {
            if bits & self.clock != 0 && self.pace != Pace::None {
                values[symbol as usize] = *out;
            } else {
                *out = values[symbol as usize];
            }
        }
    }
}

/// Computes every node at every tick of the block into `columns`; `below` are those of the nodes below the program's.
pub fn run(
    level: SimdLevel,
    program: &Program,
    block: &Block,
    below: &[f64],
    columns: &mut [f64],
    state: &mut NodeState,
    batch: &Batch<'_>,
    session_roll_ns: i64,
) {
    let count = block.tick_count;
    let symbols = state.symbols;
    if state.keeps_few() {
        match program.common_clock.map(|clock| block.pace(clock)) {
            Some(Pace::All) => state.note_ticks(&block.last_ticks),
            _ => state.keep_all(program),
        }
    }
    let keeps_few = state.keeps_few();
    let mut is_done = false;
    for (index, node) in program.nodes.iter().enumerate() {
        // The node before has done this one too.
        if node.op == Op::Const || std::mem::take(&mut is_done) {
            continue;
        }
        let pace = block.pace(node.clock);
        let span = Span {
            symbols: &block.tick_symbols[..count],
            bits: &block.tick_bits[..count],
            clock: node.clock as u8,
            pace,
        };
        let (before, rest) = columns.split_at_mut(index * BLOCK_EVENTS);
        let (own, after) = rest.split_at_mut(BLOCK_EVENTS);
        let out = &mut own[..count];
        let inputs = program.inputs(node);
        let column = |input: u32| match (input as usize).checked_sub(program.below) {
            Some(own) => &before[own * BLOCK_EVENTS..][..count],
            None => &below[input as usize * BLOCK_EVENTS..][..count],
        };
        let input = |i: usize| column(inputs[i]);
        let params = program.params(node);
        if pace == Pace::All
            && let Some(other) = program.average_beside(index)
        {
            let (f, u) = (&mut state.f, &mut state.u);
            let other_out = &mut after[..count];
            let x = [input(0), column(program.inputs(other)[0])];
            averages::two(span.symbols, [out, other_out], x, [node, other], program, u, f);
            span.keep(other_out, &mut state.values[other.value_start..][..symbols], &block.last_ticks);
            is_done = true;
        } else if pace != Pace::None
            && !operators::fill(level, node.op, params, out, input)
            && !source(level, node, &span, out, block, batch, session_roll_ns)
        {
            let u = &mut state.u[node.u_start..node.u_start + node.u_words * symbols];
            let f = &mut state.f[node.f_start..node.f_start + node.f_words * symbols];
            if pace == Pace::All && matches!(node.op, Op::Var | Op::Std | Op::Zscore) {
                let (n, x) = (node.n as usize, input(0));
                state.windows.step(span.symbols, x, n, u, f);
                state.windows.lower(level, node.op, n, f64::from(node.n) - params[0], x, out);
            } else if pace == Pace::All
                && block.last_ticks.len() == 1
                && matches!(node.op, Op::Sum | Op::Mean)
            {
                sums_of_one(level, node, &span, out, input(0), u, f);
            } else {
                stateful(node, params, &span, out, input, u, f);
            }
        }
        if !(keeps_few && node.is_stateless) {
            span.keep(out, &mut state.values[node.value_start..][..symbols], &block.last_ticks);
        }
    }
}

/// Fills a source's column; false for an operator that is not one.
fn source(
    level: SimdLevel,
    node: &Node,
    span: &Span<'_>,
    out: &mut [f64],
    block: &Block,
    batch: &Batch<'_>,
    session_roll_ns: i64,
) -> bool {
    let columns = &batch.columns;
    match node.op {
        Op::TradeSign => span.each(out, |k, _| block.trade_signs[k]),
        Op::Vwap => span.each(out, |k, _| block.vwaps[k]),
        Op::Seconds => span.each(out, |k, _| {
            let place = if block.is_plain { k } else { block.tick_places[k] as usize };
            session::seconds(columns.ts_init.i64(block.first + place), session_roll_ns)
        }),
        // Phase one has read them as the events came.
        Op::ExternalScore | Op::ExternalConfidence => {}
        op if (op as u8) >= Op::Const as u8 => return false,
        // Ticks without a new quote are overwritten by what the node keeps.
        op if sources::fill_from_tops(level, op, block.tops(columns), out) => {}
        op => span.each(out, |k, _| sources::of_row(op, node.n, columns, block.tick_rows[k]).unwrap_or(NAN)),
    }
    true
}

/// Steps a rolling sum or mean whose ticks are all of one symbol.
fn sums_of_one(
    level: SimdLevel,
    node: &Node,
    span: &Span<'_>,
    out: &mut [f64],
    x: &[f64],
    u: &mut [u64],
    f: &mut [f64],
) {
    let symbol = span.symbols[0] as usize;
    let u = &mut u[symbol * node.u_words..][..node.u_words];
    let f = &mut f[symbol * node.f_words..][..node.f_words];
    sums::step(u, f, node.n as usize, x, out);
    if node.op == Op::Mean {
        operators::divide(level, out, f64::from(node.n));
    }
}

/// Steps a stateful node at a tick of a symbol.
pub(super) fn step(
    node: &Node,
    params: &[f64],
    symbol: u32,
    inputs: [&f64; 2],
    u: &mut [u64],
    f: &mut [f64],
) -> f64 {
    let mut out = [NAN];
    let span = Span { symbols: &[symbol], bits: &[], clock: 0, pace: Pace::All };
    stateful(node, params, &span, &mut out, |i| std::slice::from_ref(inputs[i]), u, f);
    out[0]
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
            span.each(out, |k, symbol| {
                let u = &mut u[symbol * u_words..][..u_words];
                $step(u, &mut f[symbol * f_words..][..f_words], x[k])
            })
        };
    }
    macro_rules! rolling {
        ($monoid:ty, $y:expr, |$aggregate:ident, $k:ident| $lower:expr) => {
            span.each(out, |$k, symbol| {
                let u = &mut u[symbol * u_words..][..u_words];
                let f = &mut f[symbol * f_words..][..f_words];
                rolling::step::<$monoid, _>(u, f, n, [x[$k], $y($k)]).map_or(NAN, |$aggregate| $lower)
            })
        };
    }
    let alone = |_: usize| 0.0;
    match node.op {
        Op::Ema => {
            let alpha = params[0];
            span.each(out, |k, symbol| rings::ema(&mut u[symbol], &mut f[symbol], x[k], alpha, n as u64));
        }
        Op::Wilder => {
            span.each(out, |k, symbol| rings::wilder(&mut u[symbol], &mut f[symbol], x[k], n as u64));
        }
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
