#!/usr/bin/env bash
# Counts the instructions of a quote and of an order; fails where one grew beyond the tolerance of the stored counts.
#   instructions.sh [--renew]      half a minute; passed over, with the reason, where valgrind cannot be had
source "$(dirname "$0")/common.sh"
build_scripts/build_all.sh
have valgrind || system_packages valgrind || { warn "instructions are not counted: valgrind is missing"; exit 0; }
exec "$VENV/bin/python" -m quartet.bench.instructions "$@"
