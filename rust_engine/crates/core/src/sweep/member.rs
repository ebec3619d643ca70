//! A member of a sweep: phase two of its own, and the nodes of phase one that no other member has.
use std::slice::Iter;
use std::sync::Arc;

use super::piece::Piece;
use super::program_merge::Parted;
use crate::core::config::Config;
use crate::core::contract::{Op, clock};
use crate::core::guard::guarded;
use crate::core::output::Output;
use crate::data_engine::columns::{BLOCK_EVENTS, Batch};
use crate::signal_engine::block::Block;
use crate::signal_engine::node_run;
use crate::signal_engine::node_state::NodeState;
use crate::signal_engine::phase_one::PhaseOne;
use crate::signal_engine::program::Program;
use crate::signal_engine::verdicts;
use crate::state::State;

#[derive(Debug)]
pub struct Member {
    pub state: State,
    /// The whole program, of which `parted` runs what is not shared.
    program: Program,
    parted: Parted,
    nodes: NodeState,
    /// Why it has latched (spec 12.1).
    failed: Option<String>,
}

/// What all members of a group have of a block.
#[derive(Clone, Copy, Debug)]
pub struct Shared<'a> {
    pub batch: &'a Batch<'a>,
    /// With the columns of the shared nodes.
    pub phase_one: &'a PhaseOne,
    pub piece: &'a Piece,
    /// Messages of the batch's CONTROL events that are still to come.
    pub controls: &'a Iter<'a, &'a [u8]>,
}

impl Member {
    pub fn new(state: State, program: Program) -> Self {
        let parted = Parted { own: Program::default(), places: Vec::new() };
        let nodes = NodeState::new(&parted.own, 1);
        let mut state = State { output: Output::dropped(), ..state };
        state.renew_sure_quantities();
        Self { state, program, parted, nodes, failed: None }
    }

    pub fn config(&self) -> &Arc<Config> {
        &self.state.config
    }

    pub fn program(&self) -> &Program {
        &self.program
    }

    pub fn failed(&self) -> Option<&str> {
        self.failed.as_deref()
    }

    pub fn is_alive(&self) -> bool {
        self.failed.is_none()
    }

    pub fn latch(&mut self, reason: String) {
        self.failed.get_or_insert(reason);
    }

    /// Columns that its own nodes need.
    pub fn column_count(&self) -> usize {
        self.parted.own.nodes.len()
    }

    /// Takes its part of the merged program; values and state start empty.
    pub fn part(&mut self, parted: Parted, symbols: usize) {
        self.nodes = NodeState::new(&parted.own, symbols);
        self.parted = parted;
    }

    /// Takes up a program that a control brought; false where there is none.
    pub fn take_up_program(&mut self) -> bool {
        let Some(program) = self.state.next_program.take() else { return false };
        self.program = program;
        true
    }

    /// Phase two of a block, whose verdicts are scratch, as `own_columns` are; a panic is a fault.
    pub fn run(&mut self, shared: Shared<'_>, block: &mut Block, own_columns: &mut [f64]) {
        let run = guarded(|| self.run_block(shared, block, own_columns));
        if let Err(reason) = run.and(self.state.fault.map_or(Ok(()), |reason| Err(reason.to_owned()))) {
            self.latch(reason);
        }
    }

    fn run_block(&mut self, shared: Shared<'_>, block: &mut Block, own_columns: &mut [f64]) {
        let Shared { batch, phase_one, piece, controls } = shared;
        let columns = &phase_one.columns;
        let own = &self.parted.own;
        let level = phase_one.level(block.event_count);
        if block.tick_count > 0 && !own.nodes.is_empty() {
            for (node, column) in own.nodes.iter().zip(own_columns.chunks_exact_mut(BLOCK_EVENTS)) {
                if node.op == Op::Const {
                    column[..block.tick_count].fill(own.params(node)[0]);
                }
            }
            let roll_ns = self.state.config.session_roll_ns;
            node_run::run(level, own, block, columns, own_columns, &mut self.nodes, batch, roll_ns);
        }
        let column = |node: usize| match node.checked_sub(own.below) {
            Some(own) => &own_columns[own * BLOCK_EVENTS..],
            None => &columns[node * BLOCK_EVENTS..],
        };
        if piece.is_whole && own.confidence.is_none() {
            let score = &column(own.score)[..block.tick_count];
            let fair_value = own.fair_value.map(column);
            let score_ticks = own.score_clock & clock::QUOTE != 0;
            self.state.run_piece(level, batch, block, piece, score_ticks, score, fair_value);
        } else {
            if block.tick_count > 0 {
                // The member before may have left others.
                block.forget_verdicts();
                let min_confidence = self.state.config.signals.min_confidence;
                verdicts::judge(level, own, block, column, min_confidence);
            }
            self.state.run_block(batch, block, &mut controls.clone());
        }
    }

    /// Phase one as an engine of this member alone would have it.
    pub fn phase_one(&self, group: &PhaseOne) -> PhaseOne {
        let mut whole = group.with_program(Arc::clone(self.config()), self.program.clone());
        let (mut shared, mut mine) = (group.nodes.clone(), self.nodes.clone());
        shared.keep_all(&group.program);
        mine.keep_all(&self.parted.own);
        whole.nodes.keep_all(&self.program);
        for (node, &place) in self.program.nodes.iter().zip(&self.parted.places) {
            let place = place as usize;
            let (from, other) = match place.checked_sub(self.parted.own.below) {
                Some(own) => (&mine, &self.parted.own.nodes[own]),
                None => (&shared, &group.program.nodes[place]),
            };
            whole.nodes.copy_node(node, from, other);
        }
        whole
    }
}
