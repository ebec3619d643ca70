#!/usr/bin/env bash
# The long target: every tick file whole, and thousands of random cases. About an hour on two cores.
source "$(dirname "$0")/common.sh"
build_scripts/build_all.sh
QUARTET_REPLAY_EVENTS=all QUARTET_SEEDS=${QUARTET_SEEDS:-20000} exec "$VENV/bin/python" -m pytest -n "$JOBS" \
  tests/integration/test_real_replays.py tests/conformance/test_differential.py "$@"
