#!/usr/bin/env bash
# Builds everything, runs the native tests, then pytest; its summary is the last line.
#   test.sh [--sanitize] [pytest arguments]
source "$(dirname "$0")/common.sh"
sanitize=0
if [ "${1:-}" = --sanitize ]; then sanitize=1; shift; fi
failed=()

build_scripts/build_all.sh || failed+=(build)

built() { [ -e "$BUILD/stamps/$1" ]; }
native() { # native NAME COMMAND...
  local name=$1; shift
  if quietly "test-$name" "$@"; then say "$name tests passed"; else failed+=("$name tests"); fi
}
sanitized() { # sanitized PRESET: configure, build and run the C++ tests under a sanitizer
  (cd cpp_engine && cmake --preset "$1" && cmake --build --preset "$1" && ctest --preset "$1")
}

if built cpp && [ -x "$BUILD/cpp/wheel/quartet_tests" ]; then
  native C++ ctest --test-dir "$BUILD/cpp/wheel" --output-on-failure -j "$JOBS"
fi
if [ $sanitize = 1 ] && built cpp; then
  native "C++ address and undefined-behaviour" sanitized asan
  native "C++ thread" sanitized tsan
fi
built rust && native Rust cargo test --locked --manifest-path rust_engine/Cargo.toml -j "$JOBS"
built go && native Go go -C go_engine test ./...

[ ${#failed[@]} = 0 ] || warn "FAILED: ${failed[*]}"
status=0
"$VENV/bin/python" -m pytest -n "$JOBS" "$@" || status=$?
[ ${#failed[@]} = 0 ] || exit 1
exit $status
