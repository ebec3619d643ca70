// Every recorded case as a member of a sweep ends in the snapshot that was recorded (spec 15.1).
#include <gtest/gtest.h>

#include "quartet/edge/sweep.hpp"
#include "quartet/edge/trading_engine.hpp"
#include "recorded_cases.hpp"

namespace quartet::testing {
namespace {

std::string_view without_hash(std::string_view snapshot) {
  return snapshot.substr(std::min(kHashEnd, snapshot.size()));
}

struct Outcome {
  std::vector<std::string> snapshots;  // by member
  u32 error_code = 0;
};

Outcome run(const std::vector<std::string>& configs, const std::vector<OwnedBatch>& batches,
            const edge::EngineOptions& options) {
  Outcome out;
  try {
    edge::Sweep sweep(configs, options);
    try {
      for (const OwnedBatch& batch : batches) sweep.process(batch.spans(), batch.messages());
    } catch (const EngineError& error) {
      out.error_code = number(error.code());
    }
    for (std::size_t member = 0; member < sweep.size(); ++member)
      out.snapshots.push_back(sweep.snapshot(member));
  } catch (const EngineError& error) {
    out.error_code = number(error.code());
  }
  return out;
}

std::string single(const std::string& config, const std::vector<OwnedBatch>& batches) {
  edge::TradingEngine engine(config);
  try {
    for (const OwnedBatch& batch : batches) engine.process(batch.spans(), batch.messages());
  } catch (const EngineError&) {  // a batch whose frame is refused leaves no trace
  }
  return engine.snapshot();
}

std::vector<ConformanceCase> all_cases() {
  std::vector<ConformanceCase> cases;
  for (const auto& file : case_files()) cases.push_back(load(file));
  return cases;
}

class SweepConformance : public ::testing::TestWithParam<edge::EngineOptions> {
 protected:
  void SetUp() override {
    if (case_files().empty()) GTEST_SKIP() << "no vectors in " << vectors();
  }

  static void expect_recorded(const ConformanceCase& test, const Outcome& out) {
    EXPECT_EQ(out.error_code, test.error_code) << test.name;
    if (test.snapshot.empty()) return;
    for (const std::string& snapshot : out.snapshots)
      EXPECT_TRUE(without_hash(snapshot) == without_hash(test.snapshot)) << test.name;
  }
};

TEST_P(SweepConformance, OneMember) {
  for (const ConformanceCase& test : all_cases())
    expect_recorded(test, run({test.config}, test.batches, GetParam()));
}

TEST_P(SweepConformance, TwiceTheSameMemberInSmallBatches) {
  for (const ConformanceCase& test : all_cases()) {
    if (test.error_code != 0) continue;  // the broken batch can not be cut
    for (const std::size_t size : {std::size_t{1}, std::size_t{7}})
      expect_recorded(test, run({test.config, test.config}, pieces_of(test, size), GetParam()));
  }
}

// A case beside the next ones that trade as many instruments: theirs fed with its batches.
TEST_P(SweepConformance, BesideOthers) {
  const std::vector<ConformanceCase> cases = all_cases();
  std::size_t pairs = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const ConformanceCase& test = cases[i];
    if (test.snapshot.empty()) continue;
    std::vector<std::string> configs = {test.config};
    for (std::size_t next = 1; next < cases.size() && configs.size() < 4; ++next) {
      const std::string& other = cases[(i + next) % cases.size()].config;
      if (run({test.config, other}, {}, {}).error_code == 0) configs.push_back(other);
    }
    const Outcome out = run(configs, test.batches, GetParam());
    ASSERT_EQ(out.snapshots.size(), configs.size()) << test.name;
    EXPECT_TRUE(without_hash(out.snapshots[0]) == without_hash(test.snapshot)) << test.name;
    for (std::size_t member = 1; member < configs.size(); ++member) {
      EXPECT_TRUE(out.snapshots[member] == single(configs[member], test.batches))
          << test.name << " beside it";
      ++pairs;
    }
  }
  EXPECT_GT(pairs, cases.size());
}

std::string way_name(const ::testing::TestParamInfo<edge::EngineOptions>& info) {
  return std::string(info.param.mode == Mode::Event ? "Event" : "Block") + "Threads" +
         std::to_string(info.param.threads);
}

INSTANTIATE_TEST_SUITE_P(Ways, SweepConformance,
                         ::testing::Values(edge::EngineOptions{1, Mode::Auto, kBlockEvents},
                                           edge::EngineOptions{2, Mode::Block, kBlockEvents},
                                           edge::EngineOptions{1, Mode::Event, kBlockEvents}),
                         way_name);

}  // namespace
}  // namespace quartet::testing
