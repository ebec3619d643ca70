#!/usr/bin/env bash
# Builds the C++ engine with its tests in one tree (what is tested is what is shipped) and installs its wheel.
source "$(dirname "$0")/common.sh"
INPUTS=(cpp_engine VERSION build_scripts/build_cpp.sh)

have g++ || have clang++ || system_packages g++ || { missing "C++ engine: a C++20 compiler (Debian: apt-get install g++)"; exit 0; }
have cmake || system_packages cmake || { missing "C++ engine: cmake 3.24 or later (Debian: apt-get install cmake)"; exit 0; }
have ninja || system_packages ninja-build || { missing "C++ engine: ninja (Debian: apt-get install ninja-build)"; exit 0; }
header() { echo "#include <$1>" | "${CXX:-c++}" -std=c++20 -E -x c++ - >/dev/null 2>&1; }
header protozero/pbf_message.hpp || system_packages libprotozero-dev || say "protozero will be fetched by CMake"
TESTS=ON
header gtest/gtest.h || system_packages libgtest-dev \
  || { TESTS=OFF; missing "C++ tests: GoogleTest (Debian: apt-get install libgtest-dev)"; }

in_venv
if fresh cpp "${INPUTS[@]}"; then say "C++ engine: up to date"; exit 0; fi
say "C++ engine: building"
build_wheel cpp_engine -C cmake.define.QUARTET_TESTS=$TESTS -C cmake.define.QUARTET_WERROR="${QUARTET_WERROR:-ON}" || exit 1
install_wheel 'quartet_engine_cpp-*.whl'
stamp cpp "${INPUTS[@]}"
say "C++ engine: $("$VENV/bin/python" -c 'import quartet_cpp; print(quartet_cpp.version())') installed"
