//! Session days: they start session_roll_ns after midnight UTC (spec 3.4, 8.2).

pub const DAY_NS: i64 = 86_400_000_000_000;

/// Number of the session that `now` is in.
#[inline]
pub fn session_number(now: i64, session_roll_ns: i64) -> i64 {
    (now - session_roll_ns).div_euclid(DAY_NS)
}

/// Seconds since the session's start.
#[inline]
pub fn seconds(now: i64, session_roll_ns: i64) -> f64 {
    (now - session_roll_ns).rem_euclid(DAY_NS) as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_count_from_the_roll() {
        assert_eq!(seconds(DAY_NS + 5_500_000_000, 5_000_000_000), 0.5);
        assert_eq!(seconds(0, 1_000_000_000), 86_399.0);
        assert_eq!([session_number(0, 1), session_number(1, 1)], [-1, 0]);
    }
}
