#!/usr/bin/env bash
# Fuzzes what the engines read, from the recorded cases on: configurations, batches, snapshots, one after the other.
#   fuzz.sh [--engine cpp|rust|go] [--seconds 60] [--keep]      --keep: what adds coverage goes to tests/fuzz/corpus
source "$(dirname "$0")/common.sh"
SEEDS=$BUILD/fuzz/seeds
KEPT=tests/fuzz/corpus
TARGETS=(config batch snapshot)
BYTES_MAX=20000
engines=(cpp rust go) seconds=60 keep=0
usage() { die "usage: fuzz.sh [--engine cpp|rust|go] [--seconds N] [--keep]"; }
while [ $# -gt 0 ]; do
  case $1 in
    --engine) case ${2:-} in cpp | rust | go) engines=("$2") ;; *) usage ;; esac; shift 2 ;;
    --seconds) [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || usage; seconds=$2; shift 2 ;;
    --keep) keep=1; shift ;;
    *) usage ;;
  esac
done
findings=() left_out=()

# libfuzzer ENGINE TARGET PROGRAM: runs it for the given time and says what it found.
libfuzzer() {
  local place=$BUILD/fuzz/$1/$2 log=$BUILD/logs/fuzz-$1-$2.log input
  mkdir -p "$place/corpus" "$place/findings"
  if "$3" "$place/corpus" "$SEEDS/$2" "$KEPT/$2" -max_total_time="$seconds" -max_len=$BYTES_MAX -timeout=10 \
    -rss_limit_mb=2048 -artifact_prefix="$place/findings/" -print_final_stats=1 >"$log" 2>&1; then
    say "$1 $2: nothing found in $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs," \
      "$(grep -o 'cov: [0-9]*' "$log" | tail -n 1 | cut -d' ' -f2) edges covered"
    [ $keep = 0 ] || keep_new "$1" "$2" "$3"
    return
  fi
  findings+=("$1 $2")
  grep -E 'ERROR|runtime error|what\(\):|panicked|SUMMARY' "$log" >&2 || tail -n 20 "$log" >&2
  input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
  warn "$1 $2: FOUND; whole log: ${log#"$ROOT"/}; again: ${3#"$ROOT"/} ${input#"$ROOT"/}"
}

# keep_new ENGINE TARGET PROGRAM: keeps the inputs that cover what neither seeds nor kept ones do.
keep_new() {
  local place=$BUILD/fuzz/$1/$2
  rm -rf "$place/known" "$place/control"; mkdir -p "$place/known"
  cp "$SEEDS/$2"/* "$place/known"
  find "$KEPT/$2" -type f -exec cp -t "$place/known" {} +
  quietly "fuzz-keep-$1-$2" "$3" -set_cover_merge=1 -merge_control_file="$place/control" -use_counters=0 -max_len=$BYTES_MAX \
    "$place/known" "$place/corpus"
  say "$1 $("$VENV/bin/python" -m tests.fuzz.keep "$2" "$place/control")"
}

fuzz_cpp() {
  have cmake || { missing "C++ fuzzers: cmake 3.24 or later (Debian: apt-get install cmake)"; return 1; }
  have ninja || { missing "C++ fuzzers: ninja (Debian: apt-get install ninja-build)"; return 1; }
  echo 'extern "C" int LLVMFuzzerTestOneInput(const char*, unsigned long) { return 0; }' \
    | clang++ -fsanitize=fuzzer -x c++ - -o "$BUILD/fuzz/probe" 2>/dev/null \
    || { missing "C++ fuzzers: clang++ with libFuzzer (Debian: apt-get install clang libclang-rt-14-dev)"; return 1; }
  (cd cpp_engine && quietly fuzz-cpp cmake --preset fuzz && quietly fuzz-cpp cmake --build --preset fuzz -j "$JOBS") \
    || return 1
  for target in "${TARGETS[@]}"; do libfuzzer cpp "$target" "$BUILD/cpp/fuzz/quartet_fuzz_$target"; done
}

# The compiler's coverage and sanitizer flags are not stable ones; RUSTC_BOOTSTRAP lets the stable compiler take them.
fuzz_rust() {
  have cargo || { missing "Rust fuzzers: cargo, Rust 1.88 or later (from rustup)"; return 1; }
  have c++ || { missing "Rust fuzzers: a C++ compiler, for libFuzzer (Debian: apt-get install g++)"; return 1; }
  local host coverage="-Cllvm-args=-sanitizer-coverage"
  host=$(rustc -vV | sed -n 's/^host: //p')
  RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Cpasses=sancov-module $coverage-level=4 $coverage-inline-8bit-counters $coverage-pc-table \
    $coverage-trace-compares --cfg fuzzing -Zsanitizer=address" quietly fuzz-rust cargo build --release --locked -j "$JOBS" \
    --manifest-path rust_engine/fuzz/Cargo.toml --target "$host" --target-dir "$BUILD/fuzz/rust/build" || return 1
  for target in "${TARGETS[@]}"; do libfuzzer rust "$target" "$BUILD/fuzz/rust/build/$host/release/$target"; done
}

fuzz_go() {
  have go || { missing "Go fuzzers: Go 1.26 or later (from the Go project's downloads)"; return 1; }
  for target in "${TARGETS[@]}"; do
    local log=$BUILD/logs/fuzz-go-$target.log
    if go -C go_engine test ./internal/edge -run '^$' -fuzz "^Fuzz${target^}\$" -fuzztime "${seconds}s" -parallel "$JOBS" \
      >"$log" 2>&1; then
      say "go $target: nothing found in $(grep -o 'execs: [0-9]*' "$log" | tail -n 1 | cut -d' ' -f2) runs"
    else
      findings+=("go $target")
      tail -n 20 "$log" >&2
      warn "go $target: FOUND; whole log: ${log#"$ROOT"/}; the input is under go_engine/internal/edge/testdata/fuzz"
    fi
  done
}

in_venv
rm -rf "$SEEDS"; mkdir -p "$SEEDS"
say "$("$VENV/bin/python" -m tests.fuzz.seeds "$SEEDS")"
for engine in "${engines[@]}"; do
  say "$engine: building, then $seconds s for each of ${TARGETS[*]}"
  "fuzz_$engine" || left_out+=("$engine")
done
[ ${#left_out[@]} = 0 ] || warn "not fuzzed: ${left_out[*]}"
[ ${#findings[@]} = 0 ] || die "FOUND: ${findings[*]}"
[ ${#left_out[@]} = 0 ] || exit 1
say "nothing found"
