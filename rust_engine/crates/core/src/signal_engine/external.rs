//! The live external signals of a symbol (spec 3.7).
use crate::core::float::NAN;
use crate::data_engine::validation::older_than;

/// The live signal of one source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExternalSignal {
    pub source: u32,
    pub score: f64,
    pub confidence: f64,
    pub ts_event: i64,
    pub event_index: u64,
}

/// Replaces the signal of the same source in its place, or appends; then evicts where there are too many.
pub fn accept(live: &mut Vec<ExternalSignal>, signal: ExternalSignal, most: usize) {
    match live.iter_mut().find(|held| held.source == signal.source) {
        Some(held) => *held = signal,
        None => live.push(signal),
    }
    if live.len() > most {
        let mut weakest = 0;
        for (place, held) in live.iter().enumerate().skip(1) {
            let least = &live[weakest];
            let weaker = held.confidence < least.confidence
                || (held.confidence == least.confidence && held.event_index < least.event_index);
            if weaker {
                weakest = place;
            }
        }
        live.remove(weakest);
    }
}

/// Score and confidence of a source's signal, NaN where there is none or it is too old.
pub fn read(live: &[ExternalSignal], source: u32, now: i64, max_age_ns: i64) -> (f64, f64) {
    match live.iter().find(|held| held.source == source) {
        Some(held) if !older_than(now, held.ts_event, max_age_ns) => (held.score, held.confidence),
        _ => (NAN, NAN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal(source: u32, confidence: f64, event_index: u64) -> ExternalSignal {
        ExternalSignal { source, score: 0.5, confidence, ts_event: 100, event_index }
    }

    fn sources(live: &[ExternalSignal]) -> Vec<u32> {
        live.iter().map(|held| held.source).collect()
    }

    #[test]
    fn replaces_in_place_and_evicts_the_weakest_then_the_oldest() {
        let mut live = Vec::new();
        for (source, confidence, index) in [(1, 0.5, 0), (2, 0.5, 1), (3, 0.9, 2), (1, 0.7, 3)] {
            accept(&mut live, signal(source, confidence, index), 3);
        }
        assert_eq!(sources(&live), [1, 2, 3]);
        accept(&mut live, signal(4, 0.8, 4), 3);
        assert_eq!(sources(&live), [1, 3, 4]);
        accept(&mut live, signal(5, 0.7, 5), 3);
        assert_eq!(sources(&live), [3, 4, 5], "of equal confidences the older goes");
        accept(&mut live, signal(6, 0.1, 6), 3);
        assert_eq!(sources(&live), [3, 4, 5], "the newcomer itself can go");
    }

    #[test]
    fn a_signal_ages() {
        let live = [signal(7, 0.4, 0)];
        assert_eq!(read(&live, 7, 150, 50), (0.5, 0.4));
        assert!(read(&live, 7, 151, 50).0.is_nan());
        assert!(read(&live, 8, 100, 50).1.is_nan());
    }
}
