#!/usr/bin/env bash
# Checks formats, types and habits in all four languages. With --fix, puts in order what a tool can.
source "$(dirname "$0")/common.sh"
in_venv
fix=0; [ "${1:-}" != --fix ] || fix=1
failed=()

check() { # check NAME COMMAND...
  local name=$1; shift
  if quietly "lint-$name" "$@"; then say "$name"; else failed+=("$name"); fi
}
gofmt_clean() { local bad; bad=$(gofmt -l go_engine); [ -z "$bad" ] || { echo "not formatted: $bad"; return 1; }; }
cpp_sources() { listing cpp_engine | grep -zE '\.(cpp|hpp)$'; }
clang_format() { cpp_sources | xargs -0 -r clang-format "$@"; }

if [ $fix = 1 ]; then
  ruff check --fix -q . || true
  ruff format -q .
  clang_format -i
  have cargo && cargo fmt --all --manifest-path rust_engine/Cargo.toml
  have gofmt && gofmt -w go_engine
  say "formatted"; exit 0
fi

check ruff ruff check .
check ruff-format ruff format --check .
check mypy mypy
check import-linter lint-imports
check clang-format clang_format --dry-run -Werror
if have cargo; then
  check rustfmt cargo fmt --all --check --manifest-path rust_engine/Cargo.toml
  PYO3_PYTHON=$VENV/bin/python check clippy \
    cargo clippy --locked --workspace --all-targets --manifest-path rust_engine/Cargo.toml -j "$JOBS" -- -D warnings
fi
if have go; then
  check gofmt gofmt_clean
  check go-vet go -C go_engine vet ./...
  check staticcheck go -C go_engine tool staticcheck ./...
fi
[ ${#failed[@]} = 0 ] || die "lint failed: ${failed[*]}"
