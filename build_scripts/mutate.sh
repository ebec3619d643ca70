#!/usr/bin/env bash
# Plants seeded faults in the engines and counts those that the conformance cases catch.
#   mutate.sh [--engine cpp|rust|go|python] [--count 30] [--seed 1]      about half an hour for all four
source "$(dirname "$0")/common.sh"
in_venv
exec "$VENV/bin/python" build_scripts/mutate.py "$@"
