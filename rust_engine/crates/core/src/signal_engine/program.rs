//! A compiled program: flat arrays of nodes, inputs and parameters (spec 3.9 is tested at the edge).
use std::ops::Range;

use crate::core::contract::Op;

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
    /// Words of state per symbol, and where the node's words of all symbols start in the arenas.
    pub u_words: usize,
    pub f_words: usize,
    pub u_start: usize,
    pub f_start: usize,
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
    /// Words of all symbols.
    pub u_total: usize,
    pub f_total: usize,
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
