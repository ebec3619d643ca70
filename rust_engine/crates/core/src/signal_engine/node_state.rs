//! Values and state words of every node and symbol, node by node.
use super::moments::Windows;
use super::operators;
use super::program::{Node, Program};
use crate::core::contract::Op;
use crate::core::float::NAN;
use crate::core::simd::SimdLevel;
use crate::data_engine::columns::BLOCK_EVENTS;

/// While all nodes of a program tick together, what a stateless one gave last follows from its inputs: it is kept only
/// once they do not, or where a snapshot asks.
#[derive(Clone, Debug)]
pub struct NodeState {
    pub symbols: usize,
    /// Those of stateless nodes come last, and may be missing.
    pub values: Vec<f64>,
    pub u: Vec<u64>,
    pub f: Vec<f64>,
    /// Scratch.
    pub(super) windows: Windows,
    /// Symbols that have ticked; empty where all values are kept.
    ticked: Vec<bool>,
}

impl NodeState {
    /// Empty state: values NaN.
    pub fn new(program: &Program, symbols: usize) -> Self {
        let keeps_few = program.common_clock.is_some();
        Self {
            symbols,
            values: vec![NAN; if keeps_few { program.kept_total } else { program.value_total }],
            u: vec![0; program.u_total],
            f: vec![0.0; program.f_total],
            windows: Windows::default(),
            ticked: vec![false; if keeps_few { symbols } else { 0 }],
        }
    }

    /// Only values that do not follow from others are kept.
    #[inline]
    pub fn keeps_few(&self) -> bool {
        !self.ticked.is_empty()
    }

    /// Symbols have ticked, and with them all nodes.
    #[inline]
    pub(super) fn note_ticks(&mut self, last_ticks: &[(u32, u32)]) {
        for &(symbol, _) in last_ticks {
            self.ticked[symbol as usize] = true;
        }
    }

    /// A symbol has ticked, and with it all nodes.
    #[inline]
    pub(super) fn note_tick(&mut self, symbol: usize) {
        if let Some(ticked) = self.ticked.get_mut(symbol) {
            *ticked = true;
        }
    }

    /// Keeps all values from here on.
    #[cold]
    pub fn keep_all(&mut self, program: &Program) {
        let ticked: Vec<usize> = (0..self.ticked.len()).filter(|&symbol| self.ticked[symbol]).collect();
        if self.keeps_few() {
            self.values.resize(program.value_total, NAN);
            self.ticked = Vec::new();
        }
        let mut columns = vec![0.0; program.nodes.len() * BLOCK_EVENTS];
        for symbols in ticked.chunks(BLOCK_EVENTS) {
            self.derive(program, symbols, &mut columns);
        }
    }

    /// Works out what stateless nodes gave last for some symbols.
    fn derive(&mut self, program: &Program, symbols: &[usize], columns: &mut [f64]) {
        for (index, node) in program.nodes.iter().enumerate() {
            let (before, rest) = columns.split_at_mut(index * BLOCK_EVENTS);
            let out = &mut rest[..symbols.len()];
            let (inputs, params) = (program.inputs(node), program.params(node));
            let input = |i: usize| &before[inputs[i] as usize * BLOCK_EVENTS..][..symbols.len()];
            if node.op == Op::Const {
                out.fill(params[0]);
                continue;
            }
            let values = &mut self.values[node.value_start..][..self.symbols];
            if operators::fill(SimdLevel::SCALAR, node.op, params, out, input) {
                for (value, &symbol) in out.iter().zip(symbols) {
                    values[symbol] = *value;
                }
            } else {
                for (value, &symbol) in out.iter_mut().zip(symbols) {
                    *value = values[symbol];
                }
            }
        }
    }

    /// A node's last values, by symbol; all are kept.
    fn values_of(&mut self, node: &Node) -> &mut [f64] {
        &mut self.values[node.value_start..][..self.symbols]
    }

    /// The last value of one symbol's node; all are kept.
    pub fn value(&self, program: &Program, node: &Node, symbol: usize) -> f64 {
        match node.op {
            Op::Const => program.params(node)[0],
            _ => self.values[node.value_start + symbol],
        }
    }

    pub fn set_value(&mut self, node: &Node, symbol: usize, value: f64) {
        // A constant keeps its own value: another one would not be written back.
        if node.op != Op::Const {
            self.values_of(node)[symbol] = value;
        }
    }

    /// Takes value and state of a node from another state that keeps all; both nodes do the same.
    pub fn copy_node(&mut self, node: &Node, from: &Self, other: &Node) {
        let symbols = self.symbols;
        if node.op != Op::Const {
            self.values_of(node).copy_from_slice(&from.values[other.value_start..][..symbols]);
        }
        let (u, f) = (node.u_words * symbols, node.f_words * symbols);
        self.u[node.u_start..][..u].copy_from_slice(&from.u[other.u_start..][..u]);
        self.f[node.f_start..][..f].copy_from_slice(&from.f[other.f_start..][..f]);
    }

    /// State words of one symbol's node.
    pub fn words(&mut self, node: &Node, symbol: usize) -> (&mut [u64], &mut [f64]) {
        let u = node.u_start + symbol * node.u_words;
        let f = node.f_start + symbol * node.f_words;
        (&mut self.u[u..u + node.u_words], &mut self.f[f..f + node.f_words])
    }
}
