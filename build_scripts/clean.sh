#!/usr/bin/env bash
# Removes what the builds made; with --all the environment too.
source "$(dirname "$0")/common.sh"
rm -rf "$BUILD" dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
find python tests build_scripts go_engine cpp_engine rust_engine -name __pycache__ -type d -prune -exec rm -rf {} +
[ "${1:-}" != --all ] || rm -rf "$VENV"
say "clean"
