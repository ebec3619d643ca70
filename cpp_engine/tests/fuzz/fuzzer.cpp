// The main of each fuzzer; libFuzzer has the rest. What a target throws ends the process, and is a finding.
#include <cstddef>
#include <cstdint>

#include "targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  quartet::fuzz::QUARTET_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
