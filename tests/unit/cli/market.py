"""A small market in a file, and a configuration for it, for tests of commands."""

from __future__ import annotations

from pathlib import Path

CONFIG = """\
engine: {type: python}
signal:
  let: {fast: "ema(mid, 3)", slow: "ema(mid, 6)"}
  score: 1 if fast >= slow else -1
instruments:
  - symbol: "*"
    tick: 0.01
    lot: 1
policy:
  target: {sizing: quantity, max_quantity: 10, order_type: market}
venue: {taker_fee: 0.0001}
account: {initial_cash: 100000}
risk_management:
  max_order_weight: 0.5
  max_position_weight: 0.5
  max_order_notional: 1000000
report: {path: null}
"""


def write_market(folder: Path, rows: int = 400) -> tuple[Path, Path]:
    """A configuration and a file of quotes of two symbols that go up and down; one quote is crossed."""
    config, data = folder / "small.yaml", folder / "quotes.csv"
    config.write_text(CONFIG)
    lines = ["timestamp,symbol,bid_price,ask_price,bid_size,ask_size"]
    for row in range(rows):
        cents = 10_000 + abs(row % 60 - 30) * 3 + (row % 7)
        bid, ask = cents / 100, (cents + 2 - (6 if row == 100 else 0)) / 100
        second, milli = divmod(row * 250, 1000)
        time = f"2024-03-04T14:{30 + second // 60:02d}:{second % 60:02d}.{milli:03d}Z"
        lines.append(f"{time},{('AAA', 'BBB')[row % 2]},{bid},{ask},500,700")
    data.write_text("\n".join(lines) + "\n")
    return config, data
