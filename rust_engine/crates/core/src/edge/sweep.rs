//! A sweep as a caller sees it: configurations in, a row and a snapshot of every member out (spec 15).
use std::thread;

use super::configure::Parts;
use super::handle::failed;
use super::snapshot_write;
use crate::core::blobs::Blobs;
use crate::core::contract::Counters;
use crate::core::error::{EngineError, Result};
use crate::core::guard::guarded;
use crate::core::options::Options;
use crate::data_engine::columns::Batch;
use crate::state::State;
use crate::sweep::member::Member;
use crate::sweep::member_group::{Group, reads_alike};

/// Bytes of a member's row (spec 15.2).
pub const ROW_BYTES: usize = 192;
const MONEY_AT: usize = 112;
/// Fewer steps of members are done before a thread is up.
const THREAD_STEPS_MIN: usize = 1 << 14;

/// Where a member is.
#[derive(Clone, Copy, Debug)]
struct Place {
    part: usize,
    group: usize,
    member: usize,
}

/// Engines of several configurations over the same batches.
#[derive(Debug)]
pub struct SweepHandle {
    /// Groups of the members of each thread.
    parts: Vec<Vec<Group>>,
    places: Vec<Place>,
}

impl SweepHandle {
    /// A sweep of serialised configurations; an error names the member.
    pub fn configure(configs: &[&[u8]], options: Options) -> Result<Self> {
        let threads = options.threads.clamp(1, configs.len().max(1));
        let mut sweep = Self { parts: Vec::new(), places: Vec::with_capacity(configs.len()) };
        let mut symbols = None;
        for part in 0..threads {
            let of_part = part * configs.len() / threads..(part + 1) * configs.len() / threads;
            let mut gathered: Vec<Vec<Member>> = Vec::new();
            for number in of_part {
                let member = configure_member(configs[number], &mut symbols).map_err(|error| {
                    EngineError::new(error.code, format!("member {number}: {}", error.message))
                })?;
                let known = gathered.iter().position(|group| reads_alike(group[0].config(), member.config()));
                let group = known.unwrap_or_else(|| {
                    gathered.push(Vec::new());
                    gathered.len() - 1
                });
                sweep.places.push(Place { part, group, member: gathered[group].len() });
                gathered[group].push(member);
            }
            sweep.parts.push(gathered.into_iter().map(|members| Group::new(members, options)).collect());
        }
        Ok(sweep)
    }

    /// Runs a batch through every member.
    pub fn process(&mut self, columns: &[&[u8]], controls: &[&[u8]]) -> Result<()> {
        let batch = Batch::new(columns, controls)?;
        let run = |groups: &mut Vec<Group>| groups.iter_mut().for_each(|group| run_group(group, &batch));
        let Some((first, others)) = self.parts.split_first_mut() else { return Ok(()) };
        if batch.len() * self.places.len() < THREAD_STEPS_MIN {
            run(first);
            others.iter_mut().for_each(run);
        } else {
            thread::scope(|scope| {
                for groups in others {
                    scope.spawn(|| run(groups));
                }
                run(first);
            });
        }
        Ok(())
    }

    pub fn member_count(&self) -> usize {
        self.places.len()
    }

    fn member(&self, number: usize) -> &Member {
        let place = self.places[number];
        &self.parts[place.part][place.group].members[place.member]
    }

    /// The row of every member, back to back.
    pub fn rows(&self) -> Vec<u8> {
        let mut rows = Vec::with_capacity(self.places.len() * ROW_BYTES);
        for number in 0..self.places.len() {
            rows.extend_from_slice(&row(&self.member(number).state));
        }
        rows
    }

    /// The whole state of one member (spec 14); there must be one of this number.
    pub fn snapshot(&self, number: usize) -> Result<Vec<u8>> {
        let place = self.places[number];
        let member = self.member(number);
        if let Some(reason) = member.failed() {
            return Err(failed(reason));
        }
        let mut phase_one = self.parts[place.part][place.group].phase_one_of(place.member);
        Ok(snapshot_write::write(&mut phase_one, &member.state))
    }
}

fn configure_member(config: &[u8], symbols: &mut Option<usize>) -> Result<Member> {
    let blobs = Blobs { config: config.to_vec(), ..Blobs::default() };
    let parts = guarded(|| Parts::of(&blobs)).map_err(|reason| failed(&reason))??;
    let count = parts.config.instruments.len();
    let expected = *symbols.get_or_insert(count);
    if count != expected {
        return Err(EngineError::config(format!(
            "{count} instruments, where the first member has {expected}"
        )));
    }
    let (state, program) = parts.member(blobs);
    Ok(Member::new(state, program))
}

/// A panic outside of any one member is a fault of the whole group.
fn run_group(group: &mut Group, batch: &Batch<'_>) {
    if let Err(reason) = guarded(|| group.process(batch)) {
        group.members.iter_mut().for_each(|member| member.latch(reason.clone()));
    }
}

fn row(state: &State) -> [u8; ROW_BYTES] {
    const { assert!(Counters::NAMES.len() * 8 <= MONEY_AT) };
    let mut row = [0; ROW_BYTES];
    let (counters, moneys) = row.split_at_mut(MONEY_AT);
    for (cell, counter) in counters.chunks_exact_mut(8).zip(state.counters.to_array()) {
        cell.copy_from_slice(&counter.to_le_bytes());
    }
    let ledger = &state.ledger;
    let money = [ledger.cash, ledger.equity, ledger.fees, ledger.realised, ledger.high];
    for (cell, amount) in moneys.chunks_exact_mut(16).zip(money) {
        cell.copy_from_slice(&amount.to_le_bytes());
    }
    row
}
