//! Two threads: phase one of a block beside phase two of the one before. Blocks go round between them, and nothing else
//! is shared, so that the output is that of one thread.
use std::slice::Iter;
use std::sync::mpsc::sync_channel;
use std::thread;

use crate::data_engine::columns::Batch;
use crate::performance::statistics::Performance;
use crate::signal_engine::block::Block;
use crate::signal_engine::phase_one::{Cursor, PhaseOne};
use crate::state::State;

/// Enough that neither phase waits for one slow block of the other.
pub const BLOCKS: usize = 4;

/// Runs the events up to `end`, before which there is no CONTROL but perhaps as the last.
pub fn run<'a>(
    phase_one: &mut PhaseOne,
    state: &mut State,
    performance: &mut Performance,
    blocks: &mut Vec<Block>,
    batch: &Batch<'_>,
    end: usize,
    cursor: &mut Cursor,
    controls: &mut Iter<'a, &'a [u8]>,
) {
    let (give, free) = sync_channel::<Block>(BLOCKS);
    let (hand, ready) = sync_channel::<Block>(BLOCKS);
    for block in blocks.drain(..) {
        // The channel holds them all, and its other end is here.
        let _ = give.send(block);
    }
    thread::scope(|scope| {
        let worker = scope.spawn(move || {
            while cursor.event < end {
                let Ok(mut block) = free.recv() else { break };
                phase_one.run(batch, cursor, &mut block);
                if hand.send(block).is_err() {
                    break;
                }
            }
            free
        });
        // Ends when the worker has handed over its last block, or panicked.
        while let Ok(block) = ready.recv() {
            let started = performance.start_block();
            state.run_block(batch, &block, controls);
            performance.end_block(started, block.event_count);
            let _ = give.send(block);
            if state.fault.is_some() {
                break;
            }
        }
        drop(ready);
        drop(give);
        match worker.join() {
            Ok(free) => blocks.extend(free.try_iter()),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    });
}
