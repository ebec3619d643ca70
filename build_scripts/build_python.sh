#!/usr/bin/env bash
# Builds the wheel of the pure Python package; developers run from python/quartet itself.
source "$(dirname "$0")/common.sh"
in_venv
if fresh python python pyproject.toml VERSION LICENSE && ls "$BUILD"/wheels/quartet-*.whl >/dev/null 2>&1; then
  say "quartet: up to date"; exit 0
fi
build_wheel . && stamp python python pyproject.toml VERSION LICENSE
say "quartet: wheel built"
