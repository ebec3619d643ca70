"""Counters that are part of the state, and the sampled latency beside it."""
