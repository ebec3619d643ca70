#!/usr/bin/env bash
# Runs the native micro-benchmarks, one language after the other on a quiet machine, then the common harness.
source "$(dirname "$0")/common.sh"
build_scripts/build_all.sh
header() { echo "#include <$1>" | "${CXX:-c++}" -std=c++20 -E -x c++ - >/dev/null 2>&1; }
if have cmake && { header benchmark/benchmark.h || system_packages libbenchmark-dev; }; then
  (cd cpp_engine && quietly bench-cpp cmake --preset bench && quietly bench-cpp cmake --build --preset bench)
  "$BUILD/cpp/bench/quartet_benchmarks"
else
  warn "C++ benchmarks need Google Benchmark (Debian: apt-get install libbenchmark-dev)"
fi
! have cargo || cargo bench --locked --manifest-path rust_engine/Cargo.toml -j "$JOBS"
! have go || go -C go_engine test -run '^$' -bench . ./...
exec "$VENV/bin/quartet" bench "$@"
