# shellcheck shell=bash disable=SC2034
# Shared by every script of this folder: paths, messages, content stamps, toolchains. Source it, do not run it.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=$ROOT/.build
VENV=$ROOT/.venv
JOBS=${QUARTET_JOBS:-2}
cd "$ROOT"
mkdir -p "$BUILD/stamps" "$BUILD/logs" "$BUILD/wheels" "$BUILD/bin"

export PATH=$VENV/bin:$PATH
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
export CARGO_TARGET_DIR=$BUILD/rust
export GOTOOLCHAIN=local GOFLAGS=-trimpath CGO_ENABLED=0

say() { printf '%s\n' "· $*"; }
warn() { printf '%s\n' "! $*" >&2; }
die() { warn "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# quietly NAME COMMAND...: runs the command with its output in a log, which is shown only if it fails.
quietly() {
  local log=$BUILD/logs/$1.log; shift
  "$@" >"$log" 2>&1 && return 0
  tail -n 60 "$log" >&2
  warn "failed: $* (whole log: ${log#"$ROOT"/})"
  return 1
}

# listing PATH...: the tracked and the new files under the paths; everything where there is no git.
listing() {
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files -z --cached --others --exclude-standard -- "$@"
  else
    find "$@" -type f -not -path '*/__pycache__/*' -print0
  fi
}

# fingerprint PATH...: one hash over names and contents. A listed file that is gone counts as gone.
fingerprint() {
  { listing "$@" | sort -zu | xargs -0 -r sha256sum 2>/dev/null || true; } | sha256sum | cut -c1-64
}

# fresh NAME PATH... / stamp NAME PATH...: is what NAME made of these paths still up to date? / it is now.
fresh() {
  local name=$1; shift
  [ "$(cat "$BUILD/stamps/$name" 2>/dev/null)" = "$(fingerprint "$@")" ]
}
stamp() {
  local name=$1; shift
  fingerprint "$@" >"$BUILD/stamps/$name"
}

# Each missing thing is one line, kept for the list at the end of build_all.sh.
MISSING=$BUILD/missing
missing() {
  warn "missing: $*"
  printf '%s\n' "$*" >>"$MISSING"
}

# system_packages PACKAGE...: installs Debian packages where that is possible and allowed, else fails.
system_packages() {
  have apt-get && [ "$(id -u)" = 0 ] || return 1
  say "installing system packages: $*"
  [ -e "$BUILD/stamps/apt" ] || { quietly apt-update apt-get update && touch "$BUILD/stamps/apt"; } || return 1
  quietly apt-install env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# An environment is bound to its place: one that was moved or copied here does not count.
has_venv() { [ "$(cat "$VENV/place" 2>/dev/null)" = "$ROOT" ] && [ -x "$VENV/bin/python" ]; }
in_venv() { has_venv || "$ROOT/build_scripts/setup.sh"; }

# install_wheel PATTERN: puts a wheel that we built into .venv, over any older one of the same version.
install_wheel() {
  local wheel; wheel=$(find "$BUILD/wheels" -name "$1" -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2-)
  [ -n "$wheel" ] || die "no wheel matches $1 in .build/wheels"
  "$VENV/bin/pip" install -q --no-deps --no-index --force-reinstall "$wheel"
}

# build_wheel FOLDER: builds the folder's wheel in the pinned environment.
build_wheel() {
  quietly "wheel-$1" "$VENV/bin/pip" wheel --no-deps --no-build-isolation --no-index -w "$BUILD/wheels" "./$1" "${@:2}"
}
