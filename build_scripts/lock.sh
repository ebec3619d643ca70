#!/usr/bin/env bash
# Compiles pyproject.toml and constraints.in to constraints.txt: exact versions with hashes, no addresses.
# Pass --upgrade, or --upgrade-package NAME, to move to newer versions.
source "$(dirname "$0")/common.sh"
in_venv
"$VENV/bin/uv" pip compile pyproject.toml build_scripts/constraints.in --extra demo --extra dev --extra pandas \
  --extra postgres --extra research --python-version 3.11 --python-platform x86_64-manylinux_2_28 --generate-hashes \
  --no-header --no-emit-index-url --no-emit-find-links --quiet -o build_scripts/constraints.txt "$@"
sed -i '1i # Compiled by build_scripts/lock.sh from pyproject.toml and constraints.in; do not edit.' build_scripts/constraints.txt
say "$(grep -c == build_scripts/constraints.txt) packages pinned"
