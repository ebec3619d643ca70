"""The benchmarks: what they run, what they say, and that nothing is timed that is not equal. No test asserts a time."""
