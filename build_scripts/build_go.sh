#!/usr/bin/env bash
# Builds the Go engine's binary and installs the wheel that carries it.
source "$(dirname "$0")/common.sh"
INPUTS=(go_engine build_scripts/build_go.sh)

have go || { missing "Go engine: Go 1.26 or later (from the Go project's downloads)"; exit 0; }
in_venv
if fresh go "${INPUTS[@]}"; then say "Go engine: up to date"; exit 0; fi
say "Go engine: building"
build_wheel go_engine || exit 1
install_wheel 'quartet_engine_go-*.whl'
stamp go "${INPUTS[@]}"
say "Go engine: $("$VENV/bin/quartet-engine-go" --version | cut -d' ' -f1) installed"
