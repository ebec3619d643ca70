//! Reads the head of a snapshot as spec 14.1 lays it out: the blobs, and the time of the last event.
use quartet_core::core::contract::{Counters, HASH};

const HASH_AT: std::ops::Range<usize> = 8..40;

pub struct Head<'a> {
    pub config: &'a [u8],
    pub program: &'a [u8],
    /// Zero where the snapshot ends before it.
    pub last_ts_init: i64,
}

impl<'a> Head<'a> {
    /// None where a blob is cut short.
    pub fn of(snapshot: &'a [u8]) -> Option<Self> {
        let mut rest = snapshot.get(HASH_AT.end..)?;
        let mut blob = || {
            let (length, after) = rest.split_first_chunk()?;
            let (blob, after) = after.split_at_checked(u64::from_le_bytes(*length) as usize)?;
            rest = after;
            Some(blob)
        };
        let [config, _limits, _risk_model, program] = [blob()?, blob()?, blob()?, blob()?];
        let time = rest.get(8 * Counters::NAMES.len()..).and_then(|rest| rest.first_chunk());
        Some(Self { config, program, last_ts_init: time.map_or(0, |time| i64::from_le_bytes(*time)) })
    }
}

/// Puts the engine's own contract hash in, so that a kept snapshot outlives a change of the contract.
pub fn with_contract_hash(snapshot: &[u8]) -> Vec<u8> {
    let mut snapshot = snapshot.to_vec();
    if let Some(hash) = snapshot.get_mut(HASH_AT) {
        for (place, byte) in hash.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&HASH[2 * place..2 * place + 2], 16).unwrap();
        }
    }
    snapshot
}
