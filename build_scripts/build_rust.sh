#!/usr/bin/env bash
# Builds the Rust engine and installs its wheel.
source "$(dirname "$0")/common.sh"
INPUTS=(rust_engine build_scripts/build_rust.sh)

have cargo || { missing "Rust engine: cargo, Rust 1.88 or later (from rustup)"; exit 0; }
in_venv
if fresh rust "${INPUTS[@]}"; then say "Rust engine: up to date"; exit 0; fi
say "Rust engine: building"
CARGO_BUILD_JOBS=$JOBS build_wheel rust_engine || exit 1
install_wheel 'quartet_engine_rust-*.whl'
stamp rust "${INPUTS[@]}"
say "Rust engine: $("$VENV/bin/python" -c 'import quartet_rust; print(quartet_rust.version())') installed"
