//! The verdict of every tick of a block (spec 3.8).
use super::block::{Block, Pace};
use super::program::Program;
use crate::core::contract::Verdict;
use crate::core::simd::{SimdLevel, at_every_level};

/// Fills the block's verdicts from the columns of score, confidence and fair value.
pub fn judge<'a>(
    level: SimdLevel,
    program: &Program,
    block: &mut Block,
    column: impl Fn(usize) -> &'a [f64],
    min_confidence: f64,
) {
    let count = block.tick_count;
    let Block { verdicts, scores, confidences, fair_values, .. } = block;
    let column = |node: usize| &column(node)[..count];
    let scores = &mut scores[..count];
    scores.copy_from_slice(column(program.score));
    if let Some(node) = program.fair_value {
        fair_values[..count].copy_from_slice(column(node));
    }
    let verdicts = &mut verdicts[..count];
    match program.confidence {
        Some(node) => {
            let confidences = &mut confidences[..count];
            confidences.copy_from_slice(column(node));
            test(level, verdicts, scores, confidences, min_confidence);
        }
        // One, which is never too low.
        None => test_scores(level, verdicts, scores),
    }
    match block.pace(program.score_clock) {
        Pace::All => {}
        Pace::Some => forget_silent(program.score_clock, block),
        Pace::None => block.verdicts[..count].fill(Verdict::None),
    }
}

at_every_level! {
    fn test_scores(verdicts: &mut [Verdict], scores: &[f64]) {
        for (verdict, score) in verdicts.iter_mut().zip(scores) {
            *verdict = if score.is_finite() { Verdict::Valid } else { Verdict::NonFinite };
        }
    }
}

at_every_level! {
    fn test(verdicts: &mut [Verdict], scores: &[f64], confidences: &mut [f64], min_confidence: f64) {
        for ((verdict, score), confidence) in verdicts.iter_mut().zip(scores).zip(confidences) {
            let confident = if *confidence >= min_confidence { Verdict::Valid } else { Verdict::LowConfidence };
            *verdict = if score.is_finite() { confident } else { Verdict::NonFinite };
            *confidence = if *confidence > 1.0 { 1.0 } else { *confidence };
        }
    }
}

/// Ticks that do not tick the score say nothing.
#[cold]
fn forget_silent(score_clock: u32, block: &mut Block) {
    for k in 0..block.tick_count {
        if u32::from(block.tick_bits[k]) & score_clock == 0 {
            block.verdicts[k] = Verdict::None;
        }
    }
}
