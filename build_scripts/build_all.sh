#!/usr/bin/env bash
# Builds everything that this machine has a toolchain for, and lists at the end what is missing.
source "$(dirname "$0")/common.sh"
rm -f "$MISSING"
build_scripts/setup.sh
failed=()
for part in python cpp rust go; do
  build_scripts/build_$part.sh || failed+=("$part")
done
if [ -s "$MISSING" ]; then
  warn "not built, for want of:"
  sed 's/^/    /' "$MISSING" >&2
fi
[ ${#failed[@]} = 0 ] || die "these did not build: ${failed[*]}"
