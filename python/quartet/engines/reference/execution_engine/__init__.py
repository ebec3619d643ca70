"""The simulated venue: messages in, reports out, matching against books and bars (spec 7)."""
