#!/usr/bin/env bash
# Makes one environment for each peer, or for those that are named, under .build/peers: they do not go together.
source "$(dirname "$0")/../../build_scripts/common.sh"

declare -A NEEDS=(
  [nautilus_trader]="nautilus_trader==1.221.0"
  [hftbacktest]="hftbacktest==2.4.4"
  [vectorbt]="vectorbt==1.2.0"
  [risk_measures]="empyrical-reloaded==0.7.1 quantstats==0.0.86 skfolio==1.12.2"
  [backtesting]="backtesting==0.6.6"
  [fastquant]="fastquant==0.1.8.1 backtrader==1.9.78.123 pandas<2.2 numpy<2 matplotlib<3.9 setuptools<81"
)
[ $# -gt 0 ] || set -- "${!NEEDS[@]}"
for peer in "$@"; do
  [ -n "${NEEDS[$peer]:-}" ] || die "no peer $peer; there are ${!NEEDS[*]}"
  home=$BUILD/peers/$peer
  [ "$(cat "$home/needs" 2>/dev/null)" != "${NEEDS[$peer]}" ] || { say "$peer is ready"; continue; }
  say "installing ${NEEDS[$peer]}"
  rm -rf "$home"; mkdir -p "$BUILD/peers"
  "${PYTHON:-python3}" -m venv "$home"
  read -ra packages <<<"${NEEDS[$peer]}"
  quietly "peer-$peer" "$home/bin/pip" install --prefer-binary "${packages[@]}"
  echo "${NEEDS[$peer]}" >"$home/needs"
done
