"""The yardstick of RPC answers with as many bytes as it was told, and ends."""

from __future__ import annotations

from quartet.bench.echo import echo_process, exchange


def test_an_echo_has_the_wanted_sizes() -> None:
    answer = memoryview(bytearray(b"x" * 100_000))
    with echo_process(200_000, 100_000) as connection:
        for _ in range(3):
            exchange(connection, bytes(200_000), answer)
    assert bytes(answer) == bytes(100_000)
