//! Members whose phase one reads alike: market data is tested and taken in once, shared nodes run once, and every
//! member then goes through the same blocks.
use std::sync::Arc;

use super::member::{Member, Shared};
use super::piece::Piece;
use super::program_merge::Merged;
use crate::core::config::Config;
use crate::core::options::Options;
use crate::data_engine::columns::{BLOCK_EVENTS, Batch};
use crate::signal_engine::block::Block;
use crate::signal_engine::phase_one::{Cursor, PhaseOne};
use crate::signal_engine::program::Program;

#[derive(Debug)]
pub struct Group {
    phase_one: PhaseOne,
    pub members: Vec<Member>,
    /// The present block, which the members go through one after the other.
    block: Block,
    piece: Piece,
    /// Columns of the nodes that only one member has, taken by each in turn.
    own_columns: Vec<f64>,
    events: u64,
}

/// All that phase one takes from a configuration is the same.
pub fn reads_alike(a: &Config, b: &Config) -> bool {
    let (mine, others) = (&a.signals, &b.signals);
    a.source_count == b.source_count
        && a.session_roll_ns == b.session_roll_ns
        && mine.max_signals_per_symbol == others.max_signals_per_symbol
        && mine.max_age_ns == others.max_age_ns
        && mine.min_confidence == others.min_confidence
        && a.instruments.len() == b.instruments.len()
        && a.instruments
            .iter()
            .zip(b.instruments.iter())
            .all(|(a, b)| a.price_min == b.price_min && a.price_max == b.price_max)
}

impl Group {
    /// A group of at least one member, which all read alike.
    pub fn new(members: Vec<Member>, options: Options) -> Self {
        let config = Arc::clone(members[0].config());
        let block = Block::default();
        let phase_one = PhaseOne::new(config, Program::default(), options);
        let (piece, own_columns) = (Piece::default(), Vec::new());
        let mut group = Self { phase_one, members, block, piece, own_columns, events: 0 };
        group.merge();
        group
    }

    /// Merges the members' programs; values and state of all nodes start empty.
    fn merge(&mut self) {
        let symbols = self.phase_one.symbols.len();
        let programs: Vec<&Program> = self.members.iter().map(Member::program).collect();
        let Merged { shared, parted } = Merged::of(&programs, symbols);
        self.block.forget_verdicts();
        self.phase_one.set_program(shared);
        for (member, parted) in self.members.iter_mut().zip(parted) {
            member.part(parted, symbols);
        }
        let columns = self.members.iter().map(Member::column_count).max().unwrap_or(0);
        self.own_columns = vec![0.0; columns * BLOCK_EVENTS];
    }

    /// Runs a batch.
    pub fn process(&mut self, batch: &Batch<'_>) {
        let mut cursor = Cursor::new(self.events);
        let mut controls = batch.controls.iter();
        while cursor.event < batch.len() && self.members.iter().any(Member::is_alive) {
            let Self { phase_one, members, block, piece, own_columns, .. } = self;
            phase_one.run_nodes(batch, &mut cursor, block);
            piece.record(phase_one.level(block.event_count), batch, block);
            let shared = Shared { batch, phase_one, piece, controls: &controls };
            for member in members.iter_mut().filter(|member| member.is_alive()) {
                member.run(shared, block, own_columns);
            }
            if block.ends_with_control {
                controls.next();
                self.take_up_programs();
            }
        }
        self.events += batch.len() as u64;
    }

    /// A program that a control brought holds from here on; what is one for a member is one for all of a group.
    fn take_up_programs(&mut self) {
        let mut has_new = false;
        for member in &mut self.members {
            has_new |= member.take_up_program();
        }
        if has_new {
            self.merge();
        }
    }

    /// Phase one as an engine of this member alone would have it.
    pub fn phase_one_of(&self, member: usize) -> PhaseOne {
        self.members[member].phase_one(&self.phase_one)
    }
}
