#!/usr/bin/env bash
# Runs the native micro-benchmarks, one language after the other on a quiet machine, then the common harness.
source "$(dirname "$0")/common.sh"
native=()
build_scripts/build_all.sh
header() { echo "#include <$1>" | "${CXX:-c++}" -std=c++20 -E -x c++ - >/dev/null 2>&1; }
if have cmake && { header benchmark/benchmark.h || system_packages libbenchmark-dev; }; then
  (cd cpp_engine && quietly bench-cpp cmake --preset bench && quietly bench-cpp cmake --build --preset bench)
  "$BUILD/cpp/bench/quartet_benchmarks" --benchmark_out="$BUILD/bench-cpp.json" --benchmark_out_format=json
  native+=(--native "$BUILD/bench-cpp.json")
else
  warn "C++ benchmarks need Google Benchmark (Debian: apt-get install libbenchmark-dev)"
fi
if have cargo; then
  cargo bench --locked --manifest-path rust_engine/Cargo.toml -j "$JOBS"
  native+=(--native "$BUILD/rust/criterion")
fi
if have go; then
  go -C go_engine test -run '^$' -bench . ./... | tee "$BUILD/bench-go.txt"
  native+=(--native "$BUILD/bench-go.txt")
fi
exec "$VENV/bin/quartet" bench "${native[@]}" "$@"
