//! Replays the recorded cases: as recorded, every event as its own batch, and through a snapshot after each batch;
//! with every vector level, with one event a block, and with two threads.
use quartet_core::core::error::EngineError;
use quartet_core::core::options::{Mode as Blocks, Options};
use quartet_core::core::simd::SimdLevel;
use quartet_core::edge::handle::EngineHandle;
use quartet_core::edge::pb::ConformanceCase;

use crate::buffers::Buffers;
use crate::cases::cases;
use crate::difference;

/// How a case is replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    AsRecorded,
    EventByEvent,
    ThroughSnapshots,
}

struct Run {
    records: Vec<u8>,
    snapshot: Vec<u8>,
    error_code: u32,
    error: String,
}

/// Magic and contract hash; the recorded hash is zero, so that a comment in the contract changes no case.
const SNAPSHOT_HEAD: usize = 40;

fn replay(case: &ConformanceCase, mode: Mode, options: Options) -> Run {
    let mut run = Run { records: Vec::new(), snapshot: Vec::new(), error_code: 0, error: String::new() };
    if let Err(error) = replay_into(case, mode, options, &mut run) {
        run.error_code = error.code as u32;
        run.error = error.message;
    }
    run
}

fn replay_into(
    case: &ConformanceCase,
    mode: Mode,
    options: Options,
    run: &mut Run,
) -> Result<(), EngineError> {
    let mut engine = EngineHandle::configure_with(&case.config, options)?;
    for batch in &case.batches {
        let whole = Buffers::of(batch);
        // Cutting needs a whole frame: a batch that must fail stays whole.
        let can_be_cut = mode == Mode::EventByEvent && case.error_code == 0;
        for part in if can_be_cut { whole.split() } else { vec![whole] } {
            let (columns, controls) = part.slices();
            run.records.extend_from_slice(engine.process(&columns, &controls)?);
            if mode == Mode::ThroughSnapshots {
                let snapshot = engine.snapshot()?;
                engine.restore(&snapshot)?;
                assert!(
                    engine.snapshot()? == snapshot,
                    "{}: a restored engine's snapshot differs",
                    case.name
                );
            }
        }
    }
    run.snapshot = engine.snapshot()?;
    Ok(())
}

fn check(case: &ConformanceCase, mode: Mode) -> Option<String> {
    check_with(case, mode, Options::default())
}

fn check_with(case: &ConformanceCase, mode: Mode, options: Options) -> Option<String> {
    let run = replay(case, mode, options);
    if run.error_code != case.error_code {
        return Some(format!("error {} {:?}, expected {}", run.error_code, run.error, case.error_code));
    }
    if let Some(told) = difference::of_records(&run.records, &case.records) {
        return Some(told);
    }
    if case.snapshot.is_empty() {
        return None;
    }
    let (ours, theirs) =
        (run.snapshot.split_at_checked(SNAPSHOT_HEAD)?, case.snapshot.split_at_checked(SNAPSHOT_HEAD)?);
    if ours.0[..8] != theirs.0[..8] {
        return Some("the snapshot's magic differs".into());
    }
    difference::of_snapshots(ours.1, theirs.1)
}

fn check_phase_one(case: &ConformanceCase) -> Option<String> {
    if case.verdict.is_empty() {
        return None;
    }
    let whole = Buffers::join(&case.batches.iter().map(Buffers::of).collect::<Vec<_>>());
    let (columns, controls) = whole.slices();
    let rows = match EngineHandle::configure(&case.config)
        .and_then(|mut engine| engine.evaluate(&columns, &controls))
    {
        Ok(rows) => rows,
        Err(error) => return Some(format!("evaluate: {error}")),
    };
    let place = rows.verdict.iter().zip(&case.verdict).position(|(a, b)| a != b);
    if let Some(event) = place.or((rows.verdict.len() != case.verdict.len()).then_some(rows.verdict.len())) {
        return Some(format!("evaluate: verdict of event {event} differs"));
    }
    let scores = rows.score.as_chunks::<8>().0.iter().zip(case.score.as_chunks::<8>().0);
    for (event, (our, their)) in scores.enumerate() {
        if !case.score.is_empty() && our != their {
            let (our, their) = (f64::from_le_bytes(*our), f64::from_le_bytes(*their));
            return Some(format!("evaluate: score of event {event} is {our:?}, expected {their:?}"));
        }
    }
    None
}

fn run_all(check: impl Fn(&ConformanceCase) -> Option<String>) {
    let cases = cases();
    let failures: Vec<String> =
        cases.iter().filter_map(|case| check(case).map(|told| format!("{}: {told}", case.name))).collect();
    let shown = failures.iter().take(12).cloned().collect::<Vec<_>>().join("\n\n");
    assert!(failures.is_empty(), "{} of {} cases differ:\n\n{shown}", failures.len(), cases.len());
}

#[test]
fn as_recorded() {
    run_all(|case| check(case, Mode::AsRecorded));
}

#[test]
fn every_event_as_its_own_batch() {
    run_all(|case| check(case, Mode::EventByEvent));
}

#[test]
fn through_a_snapshot_after_each_batch() {
    run_all(|case| check(case, Mode::ThroughSnapshots));
}

#[test]
fn with_every_vector_level() {
    for simd in [Some(SimdLevel::SCALAR), SimdLevel::avx2()].into_iter().flatten() {
        let options = Options { simd, ..Options::default() };
        run_all(|case| check_with(case, Mode::AsRecorded, options));
    }
}

#[test]
fn with_one_event_a_block() {
    let options = Options { mode: Blocks::Event, ..Options::default() };
    run_all(|case| check_with(case, Mode::AsRecorded, options));
}

#[test]
fn with_two_threads() {
    for mode in [Blocks::Block, Blocks::Event] {
        let options = Options { threads: 2, mode, overlap_events_min: 1, ..Options::default() };
        run_all(|case| check_with(case, Mode::AsRecorded, options));
    }
}

#[test]
fn phase_one_alone() {
    run_all(check_phase_one);
}
