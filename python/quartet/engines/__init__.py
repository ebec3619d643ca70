"""Floor 2: the engines, one interface over four of them, their choice, their server and their results.

What belongs here: how an engine is configured, found, started, fed and read. What an engine does is in
docs/engine-spec.md, and in `reference` as a program to be read.
"""
