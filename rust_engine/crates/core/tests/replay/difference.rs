//! Names the first difference between two runs' records: index, field and both values.
use quartet_core::core::contract::{
    AccountRecord, FillRecord, HaltRecord, InputRejectRecord, OrderRecord, RECORD_SIZE, RecordKind,
    SignalRecord,
};

fn fields(record: &[u8; RECORD_SIZE]) -> String {
    match RecordKind::from_number(u32::from(record[20])) {
        Some(RecordKind::Signal) => format!("{:#?}", SignalRecord::from_bytes(record)),
        Some(RecordKind::Order) => format!("{:#?}", OrderRecord::from_bytes(record)),
        Some(RecordKind::Fill) => format!("{:#?}", FillRecord::from_bytes(record)),
        Some(RecordKind::Account) => format!("{:#?}", AccountRecord::from_bytes(record)),
        Some(RecordKind::InputReject) => format!("{:#?}", InputRejectRecord::from_bytes(record)),
        Some(RecordKind::Halt) => format!("{:#?}", HaltRecord::from_bytes(record)),
        None => format!("kind {}", record[20]),
    }
}

/// The first difference, if there is one.
pub fn of_records(actual: &[u8], expected: &[u8]) -> Option<String> {
    let (ours, theirs) = (actual.as_chunks::<RECORD_SIZE>().0, expected.as_chunks::<RECORD_SIZE>().0);
    for (index, (our, their)) in ours.iter().zip(theirs).enumerate() {
        if our != their {
            let (our, their) = (fields(our), fields(their));
            let pairs = our.lines().zip(their.lines()).filter(|(a, b)| a != b);
            let told: Vec<String> =
                pairs.map(|(a, b)| format!("got {} expected {}", a.trim(), b.trim())).collect();
            return Some(format!("record {index}: {}\n{their}", told.join("; ")));
        }
    }
    let extra =
        |records: &[[u8; RECORD_SIZE]], from: usize| records.get(from).map(fields).unwrap_or_default();
    (actual.len() != expected.len()).then(|| {
        let shared = ours.len().min(theirs.len());
        format!(
            "{} records, expected {}; first extra: got {} expected {}",
            ours.len(),
            theirs.len(),
            extra(ours, shared),
            extra(theirs, shared)
        )
    })
}

/// The first byte where two snapshots differ.
pub fn of_snapshots(actual: &[u8], expected: &[u8]) -> Option<String> {
    if actual == expected {
        return None;
    }
    let place =
        actual.iter().zip(expected).position(|(a, b)| a != b).unwrap_or(actual.len().min(expected.len()));
    Some(format!("snapshot differs at byte {place}; {} bytes, expected {}", actual.len(), expected.len()))
}
