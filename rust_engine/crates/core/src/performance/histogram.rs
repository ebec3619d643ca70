//! A histogram of nanoseconds with logarithmic buckets of 1/16 width.

const SUB_BITS: u32 = 4;
const BUCKETS: usize = (64 - SUB_BITS as usize + 1) << SUB_BITS;

#[derive(Clone, Debug)]
pub struct Histogram {
    buckets: Vec<u64>,
    pub count: u64,
    pub total: u64,
    pub max: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { buckets: vec![0; BUCKETS], count: 0, total: 0, max: 0 }
    }
}

/// Values below 16 have a bucket each; above, every power of two has 16.
fn bucket_of(value: u64) -> usize {
    let exponent = 63 - (value | 1).leading_zeros();
    if exponent < SUB_BITS {
        return value as usize;
    }
    let shift = exponent - SUB_BITS;
    (((shift + 1) << SUB_BITS) as usize) + ((value >> shift) as usize & ((1 << SUB_BITS) - 1))
}

/// Smallest value of a bucket.
fn floor_of(bucket: usize) -> u64 {
    let (power, step) = (bucket >> SUB_BITS, (bucket & ((1 << SUB_BITS) - 1)) as u64);
    if power == 0 { step } else { ((1 << SUB_BITS) + step) << (power - 1) }
}

impl Histogram {
    pub fn record(&mut self, value: u64) {
        self.buckets[bucket_of(value)] += 1;
        self.count += 1;
        self.total = self.total.saturating_add(value);
        self.max = self.max.max(value);
    }

    /// The value below which `per_mille` of the samples lie, to the bucket; 0 without samples.
    pub fn quantile(&self, per_mille: u64) -> u64 {
        let rank = (self.count * per_mille).div_ceil(1000).max(1);
        let mut seen = 0;
        for (bucket, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return floor_of(bucket);
            }
        }
        0
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_its_values_to_a_sixteenth() {
        for value in (0..5000).chain([1 << 40, u64::MAX / 3, u64::MAX]) {
            let floor = floor_of(bucket_of(value));
            assert!(floor <= value && value - floor <= value / 16, "{value} in {floor}");
        }
    }

    #[test]
    fn quantiles_rank_the_samples() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.quantile(500), 0);
        (1..=10).for_each(|value| histogram.record(value));
        assert_eq!([histogram.quantile(500), histogram.quantile(900), histogram.quantile(999)], [5, 9, 10]);
        assert_eq!((histogram.count, histogram.total, histogram.max), (10, 55, 10));
    }
}
