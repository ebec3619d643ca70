"""Damages to the bytes of configurations and snapshots, the same ones for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

_VALUES = (0, 1, -1, 2**31, 2**60, 2**61, 2**62, -(2**62), 2**63 - 1, -(2**63))


def damaged(sound: bytes, seed: int, start: int = 0) -> bytes:
    """The bytes with one to four things wrong from `start` on: bits, values, lengths."""
    draw = random.Random(seed)
    data = bytearray(sound)
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        place = draw.randrange(start, len(data))
        match draw.choices(("bit", "byte", "value", "less", "more"), (8, 4, 5, 2, 1))[0]:
            case "bit":
                data[place] ^= 1 << draw.randrange(8)
            case "byte":
                data[place] = draw.choice((0, 1, 127, 128, 255))
            case "value":
                width = draw.choice((1, 2, 4, 8))
                data[place : place + width] = (draw.choice(_VALUES) % (1 << 8 * width)).to_bytes(width, "little")
            case "less":
                del data[place : place + draw.randrange(1, 9)]
            case "more":
                data[place:place] = draw.randbytes(draw.randrange(1, 5))
    return bytes(data)


def several(sounds: list[bytes], seed: int, count: int, start: int = 0) -> Iterator[bytes]:
    """`count` damaged inputs, each from one of the sound ones."""
    draw = random.Random(seed)
    for number in range(count):
        yield damaged(draw.choice(sounds), seed * 1_000_003 + number, start)
