#!/usr/bin/env bash
# Generates protobuf code and tables from proto/ for all four languages and docs/reference/, and guards proto/ with buf.
#   generate.sh                     regenerate
#   generate.sh --check             change nothing; fail if something is not as it would be generated
#   generate.sh --accept-breaking   regenerate, and take the present proto/ as the one to compare with
source "$(dirname "$0")/common.sh"
BUF_VERSION=1.75.0
INPUTS=(proto VERSION buf.yaml build_scripts rustfmt.toml .clang-format pyproject.toml python/quartet)
# What the check looks at, too: a generated file changed by hand is not fresh.
OUTPUTS=(cpp_engine/include rust_engine/crates/core/src/core rust_engine/crates/core/src/edge
  go_engine/gen go_engine/internal/core docs/reference docs/manifest.md)
MODE=${1:-}

in_venv
if [ "$MODE" != --accept-breaking ] && fresh generate "${INPUTS[@]}" "${OUTPUTS[@]}"; then
  say "generated code: up to date"; exit 0
fi
for tool in go cargo; do have $tool || die "generating needs $tool; building does not"; done

if ! fresh generators go_engine/go.mod rust_engine/Cargo.lock rust_engine/crates/xtask; then
  say "building the generators"
  (cd go_engine && quietly protoc-gen-go go build -o "$BUILD/bin/" \
    google.golang.org/protobuf/cmd/protoc-gen-go google.golang.org/grpc/cmd/protoc-gen-go-grpc)
  quietly xtask cargo build --quiet --locked --manifest-path rust_engine/Cargo.toml -p xtask -j "$JOBS"
  cp "$CARGO_TARGET_DIR/debug/xtask" "$BUILD/bin/"
  stamp generators go_engine/go.mod rust_engine/Cargo.lock rust_engine/crates/xtask
fi

check=(); [ "$MODE" != --check ] || check=(--check)
"$VENV/bin/python" build_scripts/generate "${check[@]}" || die "run build_scripts/generate.sh and commit what it changes"

buf() {
  [ -x "$BUILD/npm/node_modules/.bin/buf" ] && grep -q "\"version\": \"$BUF_VERSION\"" "$BUILD/npm/node_modules/@bufbuild/buf/package.json" \
    || quietly buf npm install --silent --no-save --no-package-lock --prefix "$BUILD/npm" "@bufbuild/buf@$BUF_VERSION" || return 1
  "$BUILD/npm/node_modules/.bin/buf" "$@"
}
if have npm; then
  buf lint || die "proto/ does not pass buf lint"
  if [ -e proto/image.binpb ] && [ "$MODE" != --accept-breaking ]; then
    buf breaking --against proto/image.binpb \
      || die "proto/ breaks its users; if that is meant, run build_scripts/generate.sh --accept-breaking"
  fi
  buf build --exclude-source-info -o "$BUILD/image.binpb"
  if ! cmp -s "$BUILD/image.binpb" proto/image.binpb; then
    [ "$MODE" != --check ] || die "not as generated: proto/image.binpb"
    cp "$BUILD/image.binpb" proto/image.binpb
  fi
else
  warn "npm is missing: proto/ is not checked by buf"
fi

stamp generate "${INPUTS[@]}" "${OUTPUTS[@]}"
