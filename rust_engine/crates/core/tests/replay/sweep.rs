//! Every recorded case as members of a sweep: alone, twice, and beside another case's configuration.
use quartet_core::core::contract::ErrorCode;
use quartet_core::core::error::EngineError;
use quartet_core::core::options::{Mode, Options};
use quartet_core::edge::handle::EngineHandle;
use quartet_core::edge::pb::{ConformanceCase, EngineConfig};
use quartet_core::edge::sweep::{ROW_BYTES, SweepHandle};

use crate::buffers::Buffers;
use crate::cases::cases;
use crate::difference;
use prost::Message;

/// The batches of a case, whole or every event by itself.
fn parts(case: &ConformanceCase, in_events: bool) -> Vec<Buffers> {
    let whole = case.batches.iter().map(Buffers::of);
    if in_events { whole.flat_map(|batch| batch.split()).collect() } else { whole.collect() }
}

/// Snapshots of single engines, and of a sweep's members, after these batches.
fn single(config: &[u8], parts: &[Buffers]) -> Result<Vec<u8>, EngineError> {
    let mut engine = EngineHandle::configure(config)?;
    for part in parts {
        let (columns, controls) = part.slices();
        engine.process(&columns, &controls)?;
    }
    engine.snapshot()
}

fn swept(
    configs: &[&[u8]],
    parts: &[Buffers],
    options: Options,
) -> Result<Vec<Result<Vec<u8>, EngineError>>, EngineError> {
    let mut sweep = SweepHandle::configure(configs, options)?;
    for part in parts {
        let (columns, controls) = part.slices();
        sweep.process(&columns, &controls)?;
    }
    assert_eq!(sweep.rows().len(), configs.len() * ROW_BYTES);
    Ok((0..configs.len()).map(|member| sweep.snapshot(member)).collect())
}

/// Cases that run to their end, and can be cut into events.
fn sound_cases() -> Vec<ConformanceCase> {
    cases().into_iter().filter(|case| case.error_code == 0).collect()
}

fn symbols(config: &[u8]) -> usize {
    EngineConfig::decode(config).unwrap().instruments.len()
}

fn check(configs: &[&[u8]], case: &ConformanceCase, in_events: bool, options: Options) {
    let parts = parts(case, in_events);
    let swept = swept(configs, &parts, options).unwrap();
    for (member, (config, swept)) in configs.iter().zip(swept).enumerate() {
        let (swept, alone) = (swept.unwrap_or_default(), single(config, &parts).unwrap_or_default());
        let told = difference::of_snapshots(&swept, &alone);
        assert!(told.is_none(), "{}: member {member} of {}: {told:?}", case.name, configs.len());
    }
}

#[test]
fn a_case_alone_is_as_recorded() {
    /// Magic and contract hash; the recorded hash is zero.
    const SNAPSHOT_HEAD: usize = 40;
    for case in sound_cases() {
        let swept = swept(&[&case.config], &parts(&case, false), Options::default()).unwrap();
        let snapshot = swept[0].as_ref().unwrap();
        if !case.snapshot.is_empty() {
            assert!(snapshot[SNAPSHOT_HEAD..] == case.snapshot[SNAPSHOT_HEAD..], "{}", case.name);
        }
    }
}

#[test]
fn members_in_company_are_as_single_engines() {
    let cases = sound_cases();
    for (number, case) in cases.iter().enumerate() {
        let own = symbols(&case.config);
        // The next two cases of as many symbols.
        let others = cases.iter().cycle().skip(number + 1).take(cases.len());
        let others = others.filter(|other| symbols(&other.config) == own).take(2);
        let mut configs = vec![&case.config[..], &case.config[..]];
        configs.extend(others.map(|other| &other.config[..]));
        for in_events in [false, true] {
            check(&configs, case, in_events, Options::default());
        }
        check(&configs, case, false, Options { threads: 2, mode: Mode::Event, ..Options::default() });
    }
}

#[test]
fn a_failed_batch_fails_for_all_and_changes_nothing() {
    for case in cases().iter().filter(|case| case.error_code == ErrorCode::BadBatch as u32) {
        let mut sweep = SweepHandle::configure(&[&case.config, &case.config], Options::default()).unwrap();
        let mut errors = Vec::new();
        for part in parts(case, false) {
            let before = sweep.snapshot(1).unwrap();
            let (columns, controls) = part.slices();
            if let Err(error) = sweep.process(&columns, &controls) {
                assert!(sweep.snapshot(1).unwrap() == before, "{}", case.name);
                errors.push(error.code as u32);
            }
        }
        assert_eq!(errors, [case.error_code], "{}", case.name);
    }
}

#[test]
fn a_fault_latches_its_member_alone() {
    let cases = cases();
    let mut compared = 0;
    for case in cases.iter().filter(|case| case.error_code == ErrorCode::EngineFailed as u32) {
        // The same without decisions.
        let mut calm = EngineConfig::decode(case.config.as_slice()).unwrap();
        calm.policy.as_mut().unwrap().direction_threshold = f64::MAX;
        let calm = calm.encode_to_vec();
        let parts = parts(case, false);
        let Ok(alone) = single(&calm, &parts) else { continue };
        let swept = swept(&[&case.config, &calm], &parts, Options::default()).unwrap();
        assert_eq!(swept[0].as_ref().unwrap_err().code, ErrorCode::EngineFailed, "{}", case.name);
        assert!(*swept[1].as_ref().unwrap() == alone, "{}", case.name);
        compared += 1;
    }
    assert!(compared > 0);
}

#[test]
fn errors_name_the_member() {
    let cases = sound_cases();
    let one = cases.iter().find(|case| symbols(&case.config) == 1).unwrap();
    let two = cases.iter().find(|case| symbols(&case.config) == 2).unwrap();
    let error = SweepHandle::configure(&[&one.config, &two.config], Options::default()).unwrap_err();
    assert_eq!(error.code, ErrorCode::BadConfig);
    assert!(error.message.starts_with("member 1: 2 instruments"), "{}", error.message);
    let error = SweepHandle::configure(&[&one.config, b"\xff"], Options::default()).unwrap_err();
    assert!(error.message.starts_with("member 1: "), "{}", error.message);
}
