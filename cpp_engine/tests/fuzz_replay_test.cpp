// Replays the kept inputs of the fuzzers through the same targets.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "targets.hpp"

namespace quartet::fuzz {
namespace {

std::vector<std::filesystem::path> kept_inputs(const std::string& target) {
  std::vector<std::filesystem::path> files;
  const std::filesystem::path folder = std::filesystem::path(QUARTET_CORPUS) / target;
  if (!std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

void replay(const std::string& target, void (*run)(std::string_view)) {
  const auto files = kept_inputs(target);
  ASSERT_FALSE(files.empty()) << "no inputs in " << QUARTET_CORPUS << "/" << target;
  for (const auto& path : files) {
    std::ifstream file(path, std::ios::binary);
    const std::string input(std::istreambuf_iterator<char>(file), {});
    EXPECT_NO_THROW(run(input)) << target << "/" << path.filename().string();
  }
}

TEST(FuzzReplay, Config) { replay("config", run_config); }
TEST(FuzzReplay, Batch) { replay("batch", run_batch); }
TEST(FuzzReplay, Snapshot) { replay("snapshot", run_snapshot); }

}  // namespace
}  // namespace quartet::fuzz
