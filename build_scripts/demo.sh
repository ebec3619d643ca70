#!/usr/bin/env bash
# From a fresh clone to a first result: sets up, builds what it can, runs the demo. Arguments go to `quartet run`.
source "$(dirname "$0")/common.sh"
QUARTET_WERROR=OFF build_scripts/build_all.sh
exec "$VENV/bin/quartet" run config/demo.yaml "$@"
