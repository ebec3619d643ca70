//! Mutates one part of an input and writes the lengths around it anew: bytes changed anywhere mostly break a length,
//! and then little but the reader of messages is tested.
use libfuzzer_sys::fuzzer_mutate;

use crate::message::{self, Draws};

/// A part of an input.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// Its length in so many bytes, then the part.
    Counted(usize),
    Fixed(usize),
    Rest,
}
use Part::{Counted, Fixed, Rest};

pub const CONFIG: &[Part] = &[Rest];
pub const BATCH: &[Part] = &[Counted(4), Rest];
/// Configuration; magic and contract hash, four messages, the state (spec 14.1).
pub const SNAPSHOT: &[Part] = &[Counted(4), Fixed(40), Counted(8), Counted(8), Counted(8), Counted(8), Rest];

/// What `fuzz_mutator!` calls; gives the new size.
pub fn mutate(data: &mut [u8], size: usize, size_max: usize, seed: u32, layout: &[Part]) -> usize {
    let mut draws = Draws::new(seed);
    let mutated = match split(&data[..size], layout) {
        Some(parts) if draws.below(8) > 0 => mutate_one(parts, layout, &mut draws),
        _ => return fuzzer_mutate(data, size, size_max),
    };
    if mutated.len() > size_max {
        return fuzzer_mutate(data, size, size_max);
    }
    data[..mutated.len()].copy_from_slice(&mutated);
    mutated.len()
}

fn split<'a>(mut input: &'a [u8], layout: &[Part]) -> Option<Vec<&'a [u8]>> {
    let mut parts = Vec::new();
    for part in layout {
        let length = match *part {
            Counted(width) => {
                let mut length = [0; 8];
                length[..width].copy_from_slice(input.get(..width)?);
                input = &input[width..];
                u64::from_le_bytes(length) as usize
            }
            Fixed(length) => length,
            Rest => input.len(),
        };
        let (taken, rest) = input.split_at_checked(length)?;
        parts.push(taken);
        input = rest;
    }
    Some(parts)
}

/// Half of the time the last part, which is the largest.
fn mutate_one(parts: Vec<&[u8]>, layout: &[Part], draws: &mut Draws) -> Vec<u8> {
    let last = parts.len() - 1;
    let chosen = if draws.below(2) == 0 { last } else { draws.below(parts.len()) };
    let mut input = Vec::new();
    for (place, (part, bytes)) in layout.iter().zip(parts).enumerate() {
        let bytes = match part {
            _ if place != chosen => bytes.to_vec(),
            Fixed(_) => message::mutate_bytes(bytes, 0),
            Counted(_) | Rest => message::mutate(bytes, draws),
        };
        if let Counted(width) = part {
            input.extend_from_slice(&(bytes.len() as u64).to_le_bytes()[..*width]);
        }
        input.extend_from_slice(&bytes);
    }
    input
}
