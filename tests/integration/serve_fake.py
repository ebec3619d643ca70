"""A child process that serves the fake engine as the Go binary does its own, or misbehaves while starting."""

from __future__ import annotations

import argparse
import sys
import time

from quartet.engines.server import serve
from tests.unit.engines.fake_engine import loaded


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--listen", action="append", required=True)
    parser.add_argument("--parent-watch", action="store_true")
    parser.add_argument("--start", choices=("well", "silent", "dead", "garbage"), default="well")
    given = parser.parse_args()
    if given.start == "silent":
        time.sleep(60)
    if given.start == "dead":
        sys.exit("no luck today")
    if given.start == "garbage":
        print("hello", flush=True)
        time.sleep(60)
    serve(loaded("go"), given.listen, grace_s=1.0, parent_watch=given.parent_watch)


if __name__ == "__main__":
    main()
