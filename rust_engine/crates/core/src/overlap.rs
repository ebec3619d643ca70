//! Two threads: phase one of a block beside phase two of the one before. Blocks go round between them, and nothing else
//! is shared, so that the output is that of one thread.
use std::slice::Iter;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::{hint, thread};

use crate::data_engine::columns::Batch;
use crate::performance::statistics::Performance;
use crate::signal_engine::block::Block;
use crate::signal_engine::phase_one::{Cursor, PhaseOne};
use crate::state::State;

/// Enough that neither phase waits for one slow block of the other.
pub const BLOCKS: usize = 4;
/// Looks before a thread sleeps, some ten microseconds: about what waking it costs, and less than a block takes.
const LOOKS: u32 = 400;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many blocks a thread has done, which the other waits for. Each has cache lines of its own.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Progress {
    done: AtomicUsize,
    is_over: AtomicBool,
    /// The other thread sleeps, or is about to.
    is_awaited: AtomicBool,
    sleep: Mutex<()>,
    wake: Condvar,
}

impl Progress {
    /// One more block is done.
    fn advance(&self) {
        // Only its own thread writes it. The order of all: whoever goes to sleep after this sees it.
        self.done.store(self.done.load(Ordering::Relaxed) + 1, Ordering::SeqCst);
        self.rouse();
    }

    fn rouse(&self) {
        if self.is_awaited.load(Ordering::SeqCst) {
            drop(lock(&self.sleep));
            self.wake.notify_one();
        }
    }

    fn has(&self, blocks: usize) -> bool {
        self.done.load(Ordering::SeqCst) >= blocks
    }

    /// Waits for so many blocks; false where the thread has ended before.
    fn wait(&self, blocks: usize) -> bool {
        for _ in 0..LOOKS {
            if self.done.load(Ordering::Acquire) >= blocks {
                return true;
            }
            hint::spin_loop();
        }
        let mut sleep = lock(&self.sleep);
        self.is_awaited.store(true, Ordering::SeqCst);
        while !self.has(blocks) && !self.is_over.load(Ordering::SeqCst) {
            sleep = self.wake.wait(sleep).unwrap_or_else(PoisonError::into_inner);
        }
        self.is_awaited.store(false, Ordering::SeqCst);
        self.has(blocks)
    }
}

/// Tells the other thread when this one ends, and be it by a panic.
struct End<'a>(&'a Progress);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.is_over.store(true, Ordering::SeqCst);
        self.0.rouse();
    }
}

/// Runs the events up to `end`, before which there is no CONTROL but perhaps as the last.
pub fn run<'a>(
    phase_one: &mut PhaseOne,
    state: &mut State,
    performance: &mut Performance,
    blocks: &[Mutex<Block>],
    batch: &Batch<'_>,
    end: usize,
    cursor: &mut Cursor,
    controls: &mut Iter<'a, &'a [u8]>,
) {
    let (made, taken) = (Progress::default(), Progress::default());
    let in_turn = || (0..).zip(blocks.iter().cycle());
    thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let _end = End(&made);
            for (number, block) in in_turn() {
                let is_free = number < blocks.len() || taken.wait(number + 1 - blocks.len());
                if cursor.event >= end || !is_free {
                    break;
                }
                phase_one.run(batch, cursor, &mut lock(block));
                made.advance();
            }
        });
        {
            let _end = End(&taken);
            for (number, block) in in_turn() {
                if !made.wait(number + 1) || state.fault.is_some() {
                    break;
                }
                let started = performance.start_block();
                let block = lock(block);
                state.run_block(batch, &block, controls);
                performance.end_block(started, block.event_count);
                drop(block);
                taken.advance();
            }
        }
        if let Err(panic) = worker.join() {
            std::panic::resume_unwind(panic);
        }
    });
}
