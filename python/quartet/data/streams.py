"""Streams of batches: whole stamps, clocks after bars, sorting, and the merge of several streams into one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from quartet.data.batch import EventBatch, by_time, concat
from quartet.data.builders import with_clocks

EVENTS_MAX = 65_536


def whole_stamps(batches: Iterable[EventBatch]) -> Iterator[EventBatch]:
    """The events of an ordered stream, cut so that events of one ts_init never lie in two batches."""
    held = EventBatch()
    for batch in batches:
        batch = concat([held, batch])
        if not len(batch):
            continue
        times = batch["ts_init"]
        cut = int(np.searchsorted(times, times[-1], "left"))
        held = batch[cut:]
        if cut:
            yield batch[:cut]
    if len(held):
        yield held


def clocked(batches: Iterable[EventBatch]) -> Iterator[EventBatch]:
    """An ordered stream with a CLOCK after every stamp that has a bar (spec 10.1)."""
    for batch in whole_stamps(batches):
        yield with_clocks(batch)


def sorted_stream(batches: Iterable[EventBatch]) -> Iterator[EventBatch]:
    """All events by ts_init, equal ones in the order they come; this holds the whole stream in memory."""
    everything = concat(batches)
    times = everything["ts_init"]
    if len(times) > 1 and bool(np.any(times[1:] < times[:-1])):
        everything = everything.take(np.argsort(times, kind="stable"))
    yield from everything.split(EVENTS_MAX)


def merge_streams(streams: Sequence[Iterable[EventBatch]]) -> Iterator[EventBatch]:
    """One stream out of several that are each in order of ts_init, by (ts_init, source, sequence).

    Of events equal in these three, those of an earlier stream come first. Memory holds a batch or two a stream.
    """
    iterators = [iter(whole_stamps(stream)) for stream in streams]
    waiting: list[EventBatch | None] = [next(each, None) for each in iterators]
    while any(batch is not None for batch in waiting):
        # Every stream's later batches are past its last stamp, so all up to the earliest of those is complete.
        limit = min(int(batch["ts_init"][-1]) for batch in waiting if batch is not None)
        ready = []
        for place, batch in enumerate(waiting):
            if batch is None:
                continue
            cut = int(np.searchsorted(batch["ts_init"], limit, "right"))
            ready.append(batch[:cut])
            waiting[place] = batch[cut:] if cut < len(batch) else next(iterators[place], None)
        yield from by_time(concat(ready)).split(EVENTS_MAX)
