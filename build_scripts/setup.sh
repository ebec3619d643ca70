#!/usr/bin/env bash
# Creates .venv with the pinned dependencies, each checked by its hash, and puts python/quartet on its path.
source "$(dirname "$0")/common.sh"
PINS=build_scripts/constraints.txt

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.11 python3 python; do
    if "${candidate:-false}" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
      echo "$candidate"; return
    fi
  done
  [ "${QUARTET_UNPINNED:-0}" = 1 ] && have python3 && { echo python3; return; }
  die "the pinned dependencies are for Python 3.11: install it or name it by PYTHON=...," \
    "or set QUARTET_UNPINNED=1 to take the newest versions on $(python3 --version 2>&1)"
}

pinned() { [ "$(uname -sm)" = "Linux x86_64" ] && "$VENV/bin/python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; }

if ! has_venv; then
  python=$(find_python)
  say "creating .venv with $("$python" --version)"
  rm -rf "$VENV" "$BUILD/stamps" "$BUILD/cpp"; mkdir -p "$BUILD/stamps"
  "$python" -m venv "$VENV"
  echo "$ROOT" >"$VENV/place"
fi

if ! fresh dependencies "$PINS"; then
  say "installing dependencies (about 600 MB, a minute or two)"
  if pinned; then
    quietly dependencies "$VENV/bin/pip" install --require-hashes --no-deps --only-binary :all: -r "$PINS"
  else
    warn "not Python 3.11 on x86-64 Linux: installing unpinned versions"
    quietly dependencies "$VENV/bin/pip" install -r build_scripts/constraints.in -e '.[data,demo,dev,pandas,postgres,research]'
  fi
  stamp dependencies "$PINS"
fi

if ! fresh quartet pyproject.toml VERSION; then
  quietly quartet "$VENV/bin/pip" install --no-deps --no-build-isolation --no-index -e .
  stamp quartet pyproject.toml VERSION
fi
say "environment ready: .venv ($("$VENV/bin/python" --version))"
