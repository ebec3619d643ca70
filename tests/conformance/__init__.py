"""Conformance: recorded cases that every engine replays, and random ones in which all engines must agree."""
