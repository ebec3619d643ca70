//! The engine: phase one makes blocks, phase two takes them in order.
use std::sync::{Arc, Mutex, PoisonError};

use crate::core::blobs::Blobs;
use crate::core::config::Config;
use crate::core::limits::{Limits, RiskModel};
use crate::core::options::Options;
use crate::data_engine::columns::Batch;
use crate::data_engine::single_quote::SingleQuote;
use crate::overlap;
use crate::performance::statistics::Performance;
use crate::signal_engine::block::{Block, Judged};
use crate::signal_engine::phase_one::{Cursor, PhaseOne};
use crate::signal_engine::program::Program;
use crate::state::State;

/// A block while no second thread runs. A panic in the midst of one latches the engine, and nothing reads it again.
fn whole(block: &mut Mutex<Block>) -> &mut Block {
    block.get_mut().unwrap_or_else(PoisonError::into_inner)
}

/// Both phases, and the blocks that pass between them.
#[derive(Debug)]
pub struct Engine {
    pub(crate) options: Options,
    pub(crate) phase_one: PhaseOne,
    pub(crate) state: State,
    pub(crate) performance: Performance,
    /// One block, or as many as two threads keep busy with.
    blocks: Vec<Mutex<Block>>,
}

impl Engine {
    pub(crate) fn assemble(
        config: Config,
        limits: Limits,
        risk_model: Option<RiskModel>,
        program: Program,
        blobs: Blobs,
        options: Options,
    ) -> Self {
        let config = Arc::new(config);
        let count = if options.threads > 1 { overlap::BLOCKS } else { 1 };
        let blocks = (0..count).map(|_| Mutex::default()).collect();
        let phase_one = PhaseOne::new(Arc::clone(&config), program, options);
        let state = State::new(config, limits, risk_model, blobs);
        Self { options, phase_one, state, performance: Performance::default(), blocks }
    }

    /// Runs a batch; its records are in `output`.
    pub fn process(&mut self, batch: &Batch<'_>) {
        self.state.output.clear();
        let mut cursor = Cursor::new(self.state.counters.events);
        let mut controls = batch.controls.iter();
        while cursor.event < batch.len() && self.state.fault.is_none() {
            let end = batch.stretch_end(cursor.event);
            if self.options.overlaps(end - cursor.event) {
                let Self { phase_one, state, performance, blocks, .. } = self;
                overlap::run(phase_one, state, performance, blocks, batch, end, &mut cursor, &mut controls);
            } else {
                while cursor.event < end && self.state.fault.is_none() {
                    let started = self.performance.start_block();
                    let block = whole(&mut self.blocks[0]);
                    self.phase_one.run(batch, &mut cursor, block);
                    self.state.run_block(batch, block, &mut controls);
                    self.performance.end_block(started, block.event_count);
                }
            }
            self.take_up_program();
        }
    }

    /// Runs a batch of one quote where it surely passes every test; false: nothing has changed.
    #[inline]
    pub fn process_single(&mut self, single: &SingleQuote) -> bool {
        let started = self.performance.start_block();
        let Some((judged, is_gap)) = self.phase_one.take_single(single) else { return false };
        self.state.output.clear();
        self.state.counters.gaps += u64::from(is_gap);
        self.state.begin_event();
        self.state.take_quote(&single.quote, &judged);
        self.performance.end_block(started, 1);
        true
    }

    /// A program that a control brought holds from the next block on (spec 11.3).
    fn take_up_program(&mut self) {
        if let Some(program) = self.state.next_program.take() {
            self.phase_one.set_program(program);
            self.blocks.iter_mut().for_each(|block| whole(block).forget_verdicts());
        }
    }

    /// Phase one alone; calls `each` with every event's verdict (spec 3.1).
    pub fn evaluate(&mut self, batch: &Batch<'_>, mut each: impl FnMut(&Judged)) {
        let mut cursor = Cursor::new(self.state.counters.events);
        let block = whole(&mut self.blocks[0]);
        while cursor.event < batch.len() {
            self.phase_one.run(batch, &mut cursor, block);
            self.state.counters.events += block.event_count as u64;
            self.state.counters.gaps += block.gaps;
            for place in 0..block.event_count {
                let tick = if block.is_plain { Some(place) } else { block.events[place].tick() };
                each(&tick.map_or(Judged::NOTHING, |k| block.judged(k)));
            }
        }
    }

    /// The canonical records of the last batch.
    pub fn output(&self) -> &[u8] {
        self.state.output.bytes()
    }
}
