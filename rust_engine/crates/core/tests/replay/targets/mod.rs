//! What libFuzzer calls, and the replay of its corpus: any bytes give an answer or an error with a code.
//! `config` takes the bytes of a configuration; the others u32 length, configuration, then a batch or a snapshot.
//! None: the input does not get as far as what the target tests, so that the fuzzer need not keep it.
mod head;
mod room;
mod short_batch;

use prost::Message;
use quartet_core::core::contract::ErrorCode;
use quartet_core::core::error::EngineError;
use quartet_core::core::options::{Mode, Options};
use quartet_core::core::simd::SimdLevel;
use quartet_core::edge::handle::EngineHandle;
use quartet_core::edge::pb::{Control, EventBatch};

use crate::buffers::Buffers;
use crate::difference;
use head::Head;

const REFUSES_CONFIG: [ErrorCode; 3] = [ErrorCode::BadConfig, ErrorCode::BadProgram, ErrorCode::Capacity];
const REFUSES_SNAPSHOT: [ErrorCode; 2] = [ErrorCode::BadSnapshot, ErrorCode::ContractMismatch];
const EVENTS_MAX: usize = 500;

/// A configuration is taken or refused; one that is taken can be written and restored.
pub fn config(bytes: &[u8]) -> Option<()> {
    room::is_small(bytes, [])?;
    if let Some(mut engine) = accepted(EngineHandle::configure(bytes), &REFUSES_CONFIG) {
        comes_back(&mut engine);
    }
    Some(())
}

/// A batch is refused whole, or gives the same however it is cut and run.
pub fn batch(bytes: &[u8]) -> Option<()> {
    let (config, rest) = two_parts(bytes)?;
    let message = EventBatch::decode(rest).ok().filter(|message| message.kind.len() <= EVENTS_MAX)?;
    let programs = message.controls.iter().flat_map(|bytes| Control::decode(&**bytes)).map(|c| c.program);
    room::is_small(config, programs)?;
    let mut engine = accepted(EngineHandle::configure(config), &REFUSES_CONFIG)?;
    let before = written(&mut engine);
    let whole = Buffers::of(&message);
    let outcome = process(&mut engine, &whole);
    if outcome.as_ref().is_err_and(|error| error.code == ErrorCode::BadBatch) {
        assert!(written(&mut engine) == before, "a refused batch changed the state");
        return Some(());
    }
    // Fills that lose more than money can say are a fault, wherever the batch is cut.
    let records = accepted(outcome, &[ErrorCode::EngineFailed]);
    let by_event = Options { mode: Mode::Event, simd: SimdLevel::SCALAR, ..Options::default() };
    let mut cut = configured(config, by_event);
    same(&records, accepted(event_by_event(&mut cut, &whole), &[ErrorCode::EngineFailed]), "event by event");
    let by_two = Options { threads: 2, overlap_events_min: 1, ..Options::default() };
    let mut threaded = configured(config, by_two);
    same(&records, accepted(process(&mut threaded, &whole), &[ErrorCode::EngineFailed]), "two threads");
    if records.is_some() {
        let snapshot = comes_back(&mut engine);
        assert!(comes_back(&mut cut) == snapshot, "event by event: the snapshots differ");
        assert!(written(&mut threaded) == snapshot, "two threads: the snapshots differ");
    }
    let rows = evaluated(configured(config, by_event), &whole.split());
    let whole_rows = evaluated(configured(config, Options::default()), &[whole]);
    assert!(rows == whole_rows, "event by event: phase one differs");
    Some(())
}

/// Phase one alone: verdicts, scores, confidences and fair values.
fn evaluated(mut engine: EngineHandle, parts: &[Buffers]) -> [Vec<u8>; 4] {
    let mut columns = <[Vec<u8>; 4]>::default();
    for part in parts {
        let (buffers, controls) = part.slices();
        let rows = accepted(engine.evaluate(&buffers, &controls), &[]).unwrap_or_default();
        let rows = [rows.verdict, rows.score, rows.confidence, rows.fair_value];
        columns.iter_mut().zip(rows).for_each(|(column, rows)| column.extend(rows));
    }
    columns
}

fn event_by_event(engine: &mut EngineHandle, whole: &Buffers) -> Result<Vec<u8>, EngineError> {
    let (mut records, parts) = (Vec::new(), whole.split());
    for (place, part) in parts.iter().enumerate() {
        if place == parts.len() / 2 {
            comes_back(engine);
        }
        records.extend(process(engine, part)?);
    }
    Ok(records)
}

fn same(records: &Option<Vec<u8>>, others: Option<Vec<u8>>, how: &str) {
    match (others, records) {
        (Some(others), Some(records)) => {
            let told = difference::of_records(&others, records);
            assert!(told.is_none(), "{how}: {}", told.unwrap_or_default());
        }
        (others, records) => assert!(others.is_none() && records.is_none(), "{how}: only one of them fails"),
    }
}

/// A snapshot is refused, and has changed nothing, or comes back and runs.
pub fn snapshot(bytes: &[u8]) -> Option<()> {
    let (config, snapshot) = two_parts(bytes)?;
    room::is_small(config, [])?;
    let snapshot = head::with_contract_hash(snapshot);
    let head = Head::of(&snapshot);
    if let Some(head) = &head {
        room::is_small(head.config, [head.program.to_vec()])?;
    }
    let mut engine = accepted(EngineHandle::configure(config), &REFUSES_CONFIG)?;
    let before = written(&mut engine);
    if accepted(engine.restore(&snapshot), &REFUSES_SNAPSHOT).is_none() {
        assert!(written(&mut engine) == before, "a refused snapshot changed the state");
        return Some(());
    }
    assert!(written(&mut engine) == snapshot, "the snapshot comes back differently");
    let head = head?;
    // A plausible lie may break an invariant later on: that is a fault, and it latches.
    let batch = short_batch::after(head.config, head.last_ts_init);
    if accepted(process(&mut engine, &batch), &[ErrorCode::EngineFailed]).is_some() {
        comes_back(&mut engine);
    }
    Some(())
}

/// u32 length, so many bytes, and the rest.
fn two_parts(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

fn accepted<T>(outcome: Result<T, EngineError>, codes: &[ErrorCode]) -> Option<T> {
    outcome.inspect_err(|error| assert!(codes.contains(&error.code), "{error}")).ok()
}

fn configured(config: &[u8], options: Options) -> EngineHandle {
    EngineHandle::configure_with(config, options)
        .unwrap_or_else(|error| panic!("it was taken before: {error}"))
}

fn process(engine: &mut EngineHandle, batch: &Buffers) -> Result<Vec<u8>, EngineError> {
    let (columns, controls) = batch.slices();
    engine.process(&columns, &controls).map(<[u8]>::to_vec)
}

fn written(engine: &mut EngineHandle) -> Vec<u8> {
    engine.snapshot().unwrap_or_else(|error| panic!("snapshot: {error}"))
}

/// Restores the engine from its own snapshot, which must then be written again.
fn comes_back(engine: &mut EngineHandle) -> Vec<u8> {
    let snapshot = written(engine);
    engine.restore(&snapshot).unwrap_or_else(|error| panic!("restore of its own snapshot: {error}"));
    assert!(written(engine) == snapshot, "a restored engine's snapshot differs");
    snapshot
}
