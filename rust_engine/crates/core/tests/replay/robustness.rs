//! Damaged messages, batches and snapshots are refused with an error code; nothing panics.
use std::sync::atomic::{AtomicUsize, Ordering};

use quartet_core::core::contract::ErrorCode;
use quartet_core::core::error::EngineError;
use quartet_core::edge::handle::EngineHandle;
use quartet_core::edge::pb::ConformanceCase;

use crate::buffers::Buffers;
use crate::cases::cases;

pub static PANICS: AtomicUsize = AtomicUsize::new(0);

/// Deterministic draws.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 11) as usize % bound.max(1)
    }

    /// One of: cut short, a byte changed, bits flipped, a run of extremes, bytes doubled.
    fn damage(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut damaged = bytes.to_vec();
        if bytes.is_empty() {
            return vec![self.next() as u8; self.below(20)];
        }
        let place = self.below(bytes.len());
        match self.below(5) {
            0 => damaged.truncate(place),
            1 => damaged[place] = self.next() as u8,
            2 => damaged[place] ^= 1 << self.below(8),
            3 => {
                let fill = [0x00, 0x7f, 0x80, 0xff][self.below(4)];
                let end = (place + 1 + self.below(8)).min(bytes.len());
                damaged[place..end].fill(fill);
            }
            _ => {
                let again = damaged[place..].to_vec();
                damaged.extend_from_slice(&again);
            }
        }
        damaged
    }
}

pub fn count_panics() {
    std::panic::set_hook(Box::new(|told| {
        PANICS.fetch_add(1, Ordering::SeqCst);
        eprintln!("{told}");
    }));
}

/// A few cases that between them use everything.
fn chosen() -> Vec<ConformanceCase> {
    cases().into_iter().filter(|case| case.error_code == 0 && !case.batches.is_empty()).step_by(9).collect()
}

fn process(engine: &mut EngineHandle, batch: &Buffers) -> Result<usize, EngineError> {
    let (columns, controls) = batch.slices();
    engine.process(&columns, &controls).map(<[u8]>::len)
}

fn expect_code<T>(outcome: Result<T, EngineError>, codes: &[ErrorCode]) -> Option<T> {
    match outcome {
        Ok(value) => Some(value),
        Err(error) => {
            assert!(codes.contains(&error.code), "{error}");
            None
        }
    }
}

#[test]
fn damaged_configurations_are_refused() {
    count_panics();
    let mut draws = Draws(88_172_645_463_325_252);
    let codes = [ErrorCode::BadConfig, ErrorCode::BadProgram, ErrorCode::Capacity];
    for case in chosen() {
        for _ in 0..60 {
            let config = draws.damage(&case.config);
            if let Some(mut engine) = expect_code(EngineHandle::configure(&config), &codes) {
                for batch in &case.batches {
                    expect_code(process(&mut engine, &Buffers::of(batch)), &[]);
                }
            }
        }
    }
    assert_eq!(PANICS.load(Ordering::SeqCst), 0);
}

#[test]
fn damaged_batches_are_refused_whole() {
    count_panics();
    let mut draws = Draws(362_436_069_362_436_069);
    for case in chosen() {
        let mut engine = EngineHandle::configure(&case.config).unwrap();
        for batch in &case.batches {
            for _ in 0..60 {
                let mut damaged = Buffers::of(batch);
                let column = draws.below(damaged.columns.len());
                damaged.columns[column] = draws.damage(&damaged.columns[column]);
                if !damaged.controls.is_empty() {
                    let control = draws.below(damaged.controls.len());
                    damaged.controls[control] = draws.damage(&damaged.controls[control]);
                }
                let before = engine.snapshot().unwrap();
                if expect_code(process(&mut engine, &damaged), &[ErrorCode::BadBatch]).is_none() {
                    assert!(
                        engine.snapshot().unwrap() == before,
                        "{}: a refused batch changed the state",
                        case.name
                    );
                }
            }
        }
    }
    assert_eq!(PANICS.load(Ordering::SeqCst), 0);
}

#[test]
fn damaged_snapshots_are_refused() {
    count_panics();
    let mut draws = Draws(123_456_789_123_456_789);
    let refused = [ErrorCode::BadSnapshot, ErrorCode::ContractMismatch];
    let (mut accepted, mut failed) = (0, 0);
    for case in chosen() {
        let mut engine = EngineHandle::configure(&case.config).unwrap();
        for batch in &case.batches {
            process(&mut engine, &Buffers::of(batch)).unwrap();
        }
        let whole = engine.snapshot().unwrap();
        for length in (0..whole.len()).step_by(whole.len() / 50 + 1) {
            assert!(expect_code(engine.restore(&whole[..length]), &refused).is_none());
        }
        assert!(expect_code(engine.restore(&[whole.clone(), vec![0]].concat()), &refused).is_none());
        assert!(engine.snapshot().unwrap() == whole, "{}: a refused snapshot changed the state", case.name);
        for _ in 0..150 {
            let damaged = draws.damage(&whole);
            if expect_code(engine.restore(&damaged), &refused).is_none() {
                continue;
            }
            accepted += 1;
            // A plausible lie may break an invariant later on: that is a fault, and it latches.
            for batch in &case.batches {
                failed += usize::from(
                    expect_code(process(&mut engine, &Buffers::of(batch)), &[ErrorCode::EngineFailed])
                        .is_none(),
                );
            }
            expect_code(engine.snapshot(), &[ErrorCode::EngineFailed]);
            engine.restore(&whole).unwrap();
        }
    }
    println!("{accepted} accepted, {failed} failed");
    assert!(accepted == 0 || failed < accepted, "{failed} of {accepted} restored engines failed");
    assert_eq!(PANICS.load(Ordering::SeqCst), 0);
}
