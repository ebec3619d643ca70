//! Two exponential averages side by side, so that neither waits for the other's chain of additions.
use super::program::{Node, Program};
use super::rings;

/// State of one average of one symbol.
#[derive(Clone, Copy)]
struct Average {
    steps: u64,
    s: f64,
    alpha: f64,
    min_periods: u64,
}

impl Average {
    fn of(program: &Program, node: &Node) -> Self {
        Self { steps: 0, s: 0.0, alpha: program.params(node)[0], min_periods: u64::from(node.n) }
    }

    #[inline]
    fn step(&mut self, x: f64) -> f64 {
        rings::ema(&mut self.steps, &mut self.s, x, self.alpha, self.min_periods)
    }
}

/// Steps both nodes at every tick; ticks of one symbol in a row keep their state in registers.
pub fn two(
    symbols: &[u32],
    outs: [&mut [f64]; 2],
    x: [&[f64]; 2],
    nodes: [&Node; 2],
    program: &Program,
    u: &mut [u64],
    f: &mut [f64],
) {
    let count = symbols.len();
    let [mut first, mut second] = nodes.map(|node| Average::of(program, node));
    let ([left, right], [x, y]) = (outs, x.map(|x| &x[..count]));
    let (left, right) = (&mut left[..count], &mut right[..count]);
    // The nodes are neighbours: so are their words.
    let count_of_symbols = nodes[1].u_start - nodes[0].u_start;
    let (first_u, second_u) = u[nodes[0].u_start..][..2 * count_of_symbols].split_at_mut(count_of_symbols);
    let (first_f, second_f) = f[nodes[0].f_start..][..2 * count_of_symbols].split_at_mut(count_of_symbols);
    let mut k = 0;
    while k < count {
        let symbol = symbols[k];
        let place = symbol as usize;
        (first.steps, first.s) = (first_u[place], first_f[place]);
        (second.steps, second.s) = (second_u[place], second_f[place]);
        while k < count && symbols[k] == symbol {
            left[k] = first.step(x[k]);
            right[k] = second.step(y[k]);
            k += 1;
        }
        (first_u[place], first_f[place]) = (first.steps, first.s);
        (second_u[place], second_f[place]) = (second.steps, second.s);
    }
}
