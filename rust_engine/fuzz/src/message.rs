//! Mutates a field of a protobuf message, by its wire format alone.
use libfuzzer_sys::fuzzer_mutate;

/// Bytes by which a mutation may grow a field.
const GROWTH: usize = 16;

/// Deterministic draws.
#[derive(Debug)]
pub struct Draws(u64);

impl Draws {
    pub fn new(seed: u32) -> Self {
        Self(u64::from(seed) << 1 | 1)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

/// A field; a varint's value as 8 bytes.
#[derive(Clone, Debug)]
struct Field {
    key: u64,
    value: Vec<u8>,
}

const VARINT: u64 = 0;
const LENGTH: u64 = 2;
const TAG_MAX: usize = 40;
const ADD: usize = 0;

impl Field {
    /// A small number, or a message without fields as yet.
    fn any(draws: &mut Draws) -> Self {
        let wire = [VARINT, 1, LENGTH][draws.below(3)];
        let value = if wire == LENGTH { Vec::new() } else { (draws.below(4) as u64).to_le_bytes().to_vec() };
        Self { key: (1 + draws.below(TAG_MAX) as u64) << 3 | wire, value }
    }

    fn mutate(&mut self, draws: &mut Draws) {
        self.value = match self.key & 7 {
            LENGTH if draws.below(2) == 0 => mutate(&self.value, draws),
            LENGTH if draws.below(8) == 0 => mutate_bytes(&self.value, GROWTH),
            // A column's length says how many events there are.
            _ => mutate_bytes(&self.value, 0),
        };
    }
}

/// Mutates a field, drops it, doubles it, swaps it with another, or adds one; what is no message as bytes.
pub fn mutate(bytes: &[u8], draws: &mut Draws) -> Vec<u8> {
    let Some(mut fields) = fields(bytes) else { return mutate_bytes(bytes, GROWTH) };
    let count = fields.len();
    let action = if count == 0 { ADD } else { draws.below(16) };
    match action {
        ADD => fields.insert(draws.below(count + 1), Field::any(draws)),
        1 => drop(fields.remove(draws.below(count))),
        2 => fields.insert(draws.below(count), fields[draws.below(count)].clone()),
        3 => fields.swap(draws.below(count), draws.below(count)),
        _ => fields[draws.below(count)].mutate(draws),
    }
    let mut message = Vec::new();
    for Field { key, value } in fields {
        write_varint(&mut message, key);
        match key & 7 {
            VARINT => write_varint(&mut message, u64::from_le_bytes(*value.first_chunk().unwrap())),
            LENGTH => {
                write_varint(&mut message, value.len() as u64);
                message.extend_from_slice(&value);
            }
            _ => message.extend_from_slice(&value),
        }
    }
    message
}

/// libFuzzer's own mutation; with a growth of 0 the length stays.
pub fn mutate_bytes(bytes: &[u8], growth: usize) -> Vec<u8> {
    let mut mutated = bytes.to_vec();
    mutated.resize(bytes.len() + growth, 0);
    if !mutated.is_empty() {
        let size_max = mutated.len();
        let size = fuzzer_mutate(&mut mutated, bytes.len(), size_max);
        mutated.truncate(if growth == 0 { size_max } else { size });
    }
    mutated
}

fn fields(mut bytes: &[u8]) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let key = read_varint(&mut bytes)?;
        let value = match key & 7 {
            VARINT => read_varint(&mut bytes)?.to_le_bytes().to_vec(),
            wire => {
                let length = match wire {
                    1 => 8,
                    LENGTH => read_varint(&mut bytes)? as usize,
                    5 => 4,
                    _ => return None,
                };
                let (value, rest) = bytes.split_at_checked(length)?;
                bytes = rest;
                value.to_vec()
            }
        };
        fields.push(Field { key, value });
    }
    Some(fields)
}

fn read_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

fn write_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}
