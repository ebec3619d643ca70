//! Runs a program for one quote: what `node_run` does, value by value.
use super::block::Judged;
use super::node_state::NodeState;
use super::phase_one::PhaseOne;
use super::program::{Node, Program};
use super::{node_run, operators, rings, sources};
use crate::core::contract::{Op, Verdict, clock};
use crate::core::float::NAN;
use crate::core::session;
use crate::data_engine::quote::Quote;
use crate::data_engine::single_quote::SingleQuote;

impl Program {
    /// Every quote ticks all nodes, and none reads what other events leave.
    pub fn steps_with_quotes(&self) -> bool {
        self.common_clock.is_some_and(|common| common & clock::QUOTE != 0) && self.external_nodes.is_empty()
    }
}

/// Room for the value of every node, with those of constants in it.
pub fn constants(program: &Program) -> Vec<f64> {
    let value = |node: &Node| if node.op == Op::Const { program.params(node)[0] } else { NAN };
    program.nodes.iter().map(value).collect()
}

/// Computes every node at a quote into `now`, where the constants are.
fn step(program: &Program, state: &mut NodeState, now: &mut [f64], quote: &Quote, session_roll_ns: i64) {
    let (symbol, keeps_few) = (quote.symbol, state.keeps_few());
    for (index, node) in program.nodes.iter().enumerate() {
        let (inputs, params) = (program.inputs(node), program.params(node));
        let input = |i: usize| now[inputs[i] as usize];
        let value = if node.is_stateless {
            operators::value(node.op, params, input)
        } else if let Some(value) = sources::of_top(node.op, &quote.top) {
            value
        } else {
            let u = node.u_start..node.u_start + node.u_words * state.symbols;
            let f = node.f_start..node.f_start + node.f_words * state.symbols;
            let (u, f) = (&mut state.u[u], &mut state.f[f]);
            match node.op {
                Op::Const => continue,
                Op::Seconds => session::seconds(quote.ts_init, session_roll_ns),
                Op::Ema => rings::ema(&mut u[symbol], &mut f[symbol], input(0), params[0], u64::from(node.n)),
                _ => {
                    let second = inputs.get(1).map_or(NAN, |&second| now[second as usize]);
                    node_run::step(node, params, symbol as u32, [&input(0), &second], u, f)
                }
            }
        };
        now[index] = value;
        if !(keeps_few && node.is_stateless) {
            state.values[node.value_start + symbol] = value;
        }
    }
    state.note_tick(symbol);
}

impl PhaseOne {
    /// Takes in a quote that surely passes every test, and judges it; whether it leaves a gap. `None`: nothing has
    /// changed, the batch goes the way of all.
    #[inline]
    pub fn take_single(&mut self, single: &SingleQuote) -> Option<(Judged, bool)> {
        if !self.steps_with_quotes {
            return None;
        }
        let is_gap = self.intake.take_single(single, self.symbols.len(), self.bounds)?;
        let quote = &single.quote;
        self.symbols[quote.symbol].quote = quote.top;
        step(&self.program, &mut self.nodes, &mut self.now, quote, self.config.session_roll_ns);
        Some((self.judge_now(), is_gap))
    }

    /// The verdict of what is in `now` (spec 3.8).
    #[inline]
    fn judge_now(&self) -> Judged {
        let value = |node: usize| self.now[node];
        let score = value(self.program.score);
        let confidence = self.program.confidence.map_or(1.0, value);
        let confident = if confidence >= self.config.signals.min_confidence {
            Verdict::Valid
        } else {
            Verdict::LowConfidence
        };
        Judged {
            verdict: if score.is_finite() { confident } else { Verdict::NonFinite },
            score,
            confidence: if confidence > 1.0 { 1.0 } else { confidence },
            fair_value: self.program.fair_value.map_or(NAN, value),
        }
    }
}
