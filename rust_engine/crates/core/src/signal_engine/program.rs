//! A compiled program: flat arrays of nodes, inputs and parameters (spec 3.9 is tested at the edge).
use std::ops::Range;

use super::operators;
use crate::core::contract::Op;
use crate::core::float::NAN;
use crate::data_engine::columns::BLOCK_EVENTS;

/// One node; its inputs come before it.
#[derive(Clone, Debug)]
pub struct Node {
    pub op: Op,
    /// Clock bits.
    pub clock: u32,
    pub n: u32,
    /// Places in `Program::inputs` and `Program::params`.
    pub inputs: Range<usize>,
    pub params: Range<usize>,
    /// Its value follows from those of its inputs alone.
    pub is_stateless: bool,
    /// Words of state per symbol, and where the node's words and values of all symbols start in the arenas.
    pub u_words: usize,
    pub f_words: usize,
    pub u_start: usize,
    pub f_start: usize,
    pub value_start: usize,
}

#[derive(Clone, Debug, Default)]
pub struct Program {
    pub nodes: Vec<Node>,
    pub inputs: Vec<u32>,
    pub params: Vec<f64>,
    pub score: usize,
    pub score_clock: u32,
    pub confidence: Option<usize>,
    pub fair_value: Option<usize>,
    /// Nodes of another program that come before these: the first of these has this number.
    pub below: usize,
    /// Nodes that read the live external signals.
    pub external_nodes: Vec<usize>,
    /// The clock of all nodes, where they have one in common and read nothing of other programs.
    pub common_clock: Option<u32>,
    /// Words of all symbols; values with and without those of stateless nodes.
    pub u_total: usize,
    pub f_total: usize,
    pub value_total: usize,
    pub kept_total: usize,
}

impl Program {
    #[inline]
    pub fn inputs(&self, node: &Node) -> &[u32] {
        &self.inputs[node.inputs.clone()]
    }

    #[inline]
    pub fn params(&self, node: &Node) -> &[f64] {
        &self.params[node.params.clone()]
    }

    /// Finds the nodes' places in the arenas of so many symbols, once all are there.
    pub fn lay_out(&mut self, symbols: usize) {
        (self.u_total, self.f_total, self.kept_total) = (0, 0, 0);
        for (index, node) in self.nodes.iter_mut().enumerate() {
            if matches!(node.op, Op::ExternalScore | Op::ExternalConfidence) {
                self.external_nodes.push(index);
            }
            (node.u_start, node.f_start) = (self.u_total, self.f_total);
            self.u_total += node.u_words * symbols;
            self.f_total += node.f_words * symbols;
            node.is_stateless = operators::is_stateless(node.op);
            if !node.is_stateless && node.op != Op::Const {
                node.value_start = self.kept_total;
                self.kept_total += symbols;
            }
        }
        self.value_total = self.kept_total;
        for node in self.nodes.iter_mut().filter(|node| node.is_stateless) {
            node.value_start = self.value_total;
            self.value_total += symbols;
        }
        let mut clocks = self.nodes.iter().filter(|node| node.op != Op::Const).map(|node| node.clock);
        let first = clocks.next().filter(|_| self.below == 0);
        self.common_clock = first.filter(|first| clocks.all(|clock| clock == *first));
    }

    /// Columns of a block's ticks, one a node; a constant's never changes.
    pub fn columns(&self) -> Vec<f64> {
        let mut columns = vec![NAN; self.nodes.len() * BLOCK_EVENTS];
        for (node, column) in self.nodes.iter().zip(columns.chunks_exact_mut(BLOCK_EVENTS)) {
            if node.op == Op::Const {
                column.fill(self.params(node)[0]);
            }
        }
        columns
    }

    /// The node after this one, where both are EMAs of the same clock that can be stepped side by side.
    pub fn average_beside(&self, index: usize) -> Option<&Node> {
        let (node, next) = (&self.nodes[index], self.nodes.get(index + 1)?);
        let are_averages = node.op == Op::Ema && next.op == Op::Ema;
        (are_averages && node.clock == next.clock && self.inputs(next)[0] as usize != self.below + index)
            .then_some(next)
    }

    /// Bytes of one symbol's values and state words in a snapshot (spec 14.1.5).
    pub fn snapshot_bytes_per_symbol(&self) -> usize {
        8 * self.nodes.iter().map(|node| 1 + node.u_words + node.f_words).sum::<usize>()
    }
}
