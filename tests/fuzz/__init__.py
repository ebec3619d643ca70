"""Fuzzing of the native engines: seeds from the recorded cases, and the corpus that every engine replays."""
