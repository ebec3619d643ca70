// The recorded cases that all languages replay.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "conformance_case.hpp"

namespace quartet::testing {

inline constexpr std::size_t kHashEnd = 40;  // magic and contract hash

inline std::filesystem::path vectors() {
  const char* given = std::getenv("QUARTET_VECTORS");
  return given != nullptr ? given : QUARTET_VECTORS;
}

inline std::vector<std::filesystem::path> case_files() {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::is_directory(vectors())) return files;
  for (const auto& entry : std::filesystem::directory_iterator(vectors())) {
    if (entry.path().extension() == ".bin") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

inline ConformanceCase load(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return decode_case(std::string(std::istreambuf_iterator<char>(file), {}));
}

inline std::vector<OwnedBatch> pieces_of(const ConformanceCase& test, std::size_t size) {
  std::vector<OwnedBatch> pieces;
  for (const OwnedBatch& batch : test.batches) {
    for (OwnedBatch& piece : split(batch, size)) pieces.push_back(std::move(piece));
  }
  return pieces;
}

}  // namespace quartet::testing
