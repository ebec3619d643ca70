// Replays every recorded case: whole, cut into single events, and through a snapshot after each batch.
#include <gtest/gtest.h>

#include <algorithm>

#include "quartet/core/engine_error.hpp"
#include "quartet/edge/trading_engine.hpp"
#include "record_difference.hpp"
#include "recorded_cases.hpp"

namespace quartet::testing {
namespace {

struct Outcome {
  std::string records;
  std::string snapshot;
  u32 error_code = 0;
  std::string message;
};

Outcome run(const ConformanceCase& test, const std::vector<OwnedBatch>& batches, bool through_snapshots,
            const edge::EngineOptions& options = {}) {
  Outcome out;
  try {
    auto engine = std::make_unique<edge::TradingEngine>(test.config, options);
    try {
      for (const OwnedBatch& batch : batches) {
        if (through_snapshots) {
          auto fresh = std::make_unique<edge::TradingEngine>(test.config, options);
          fresh->restore(engine->snapshot());
          engine = std::move(fresh);
        }
        const edge::Bytes records = engine->process(batch.spans(), batch.messages());
        out.records.append(reinterpret_cast<const char*>(records.data()), records.size());
      }
    } catch (const EngineError& error) {
      out.error_code = number(error.code());
      out.message = error.what();
    }
    out.snapshot = engine->snapshot();
  } catch (const EngineError& error) {
    out.error_code = number(error.code());
    out.message = error.what();
  }
  return out;
}

// What differs, or nothing.
std::string problem(const ConformanceCase& test, const Outcome& out) {
  if (out.error_code != test.error_code) {
    return "error " + std::to_string(out.error_code) + " (" + out.message + "), expected " +
           std::to_string(test.error_code);
  }
  if (out.records != test.records) return record_difference(test.records, out.records);
  if (test.snapshot.empty()) return "";
  const std::string_view expected = std::string_view(test.snapshot).substr(kHashEnd);
  const std::string_view actual =
      std::string_view(out.snapshot).substr(std::min(kHashEnd, out.snapshot.size()));
  if (expected == actual) return "";
  const auto [left, right] = std::mismatch(expected.begin(), expected.end(), actual.begin(), actual.end());
  return "snapshot: " + std::to_string(actual.size()) + " bytes, expected " +
         std::to_string(expected.size()) + ", first difference at byte " +
         std::to_string(kHashEnd + static_cast<std::size_t>(left - expected.begin()));
}

template <class T>
std::string as_bytes(const std::vector<T>& column) {
  return {reinterpret_cast<const char*>(column.data()), column.size() * sizeof(T)};
}

class Conformance : public ::testing::Test {
 protected:
  template <class Replay>
  void for_every_case(Replay replay) {
    const auto files = case_files();
    if (files.empty()) GTEST_SKIP() << "no vectors in " << vectors();
    for (const auto& file : files) {
      const ConformanceCase test = load(file);
      const std::string different = replay(test);
      EXPECT_EQ(different, "") << "case " << test.name;
    }
  }
};

TEST_F(Conformance, Whole) {
  for_every_case([](const ConformanceCase& test) { return problem(test, run(test, test.batches, false)); });
}

TEST_F(Conformance, SingleEvents) {
  for_every_case([](const ConformanceCase& test) -> std::string {
    if (test.error_code != 0) return "";  // the broken batch can not be cut
    return problem(test, run(test, pieces_of(test, 1), false));
  });
}

TEST_F(Conformance, ThroughSnapshots) {
  for_every_case([](const ConformanceCase& test) -> std::string {
    if (test.error_code != 0) return "";
    return problem(test, run(test, pieces_of(test, 7), true));
  });
}

// One way of running: every choice, and blocks so short that the cases have many.
class ConformanceOptions : public Conformance, public ::testing::WithParamInterface<edge::EngineOptions> {};

TEST_P(ConformanceOptions, Whole) {
  for_every_case(
      [](const ConformanceCase& test) { return problem(test, run(test, test.batches, false, GetParam())); });
}

TEST_P(ConformanceOptions, SingleEvents) {
  for_every_case([](const ConformanceCase& test) -> std::string {
    if (test.error_code != 0) return "";
    return problem(test, run(test, pieces_of(test, 1), false, GetParam()));
  });
}

TEST_P(ConformanceOptions, ThroughSnapshots) {
  for_every_case([](const ConformanceCase& test) -> std::string {
    if (test.error_code != 0) return "";
    return problem(test, run(test, pieces_of(test, 7), true, GetParam()));
  });
}

std::string option_name(const ::testing::TestParamInfo<edge::EngineOptions>& info) {
  const edge::EngineOptions& options = info.param;
  const char* mode = options.mode == Mode::Event ? "Event" : (options.mode == Mode::Block ? "Block" : "Auto");
  return std::string(mode) + "Threads" + std::to_string(options.threads) + "Block" +
         std::to_string(options.block_events);
}

INSTANTIATE_TEST_SUITE_P(Ways, ConformanceOptions,
                         ::testing::Values(edge::EngineOptions{1, Mode::Event, kBlockEvents},
                                           edge::EngineOptions{1, Mode::Block, kBlockEvents},
                                           edge::EngineOptions{1, Mode::Block, 5},
                                           edge::EngineOptions{2, Mode::Event, 3},
                                           edge::EngineOptions{2, Mode::Block, 6},
                                           edge::EngineOptions{2, Mode::Auto, 24}),
                         option_name);

TEST(EngineOptions, UnknownWordsAreRefused) {
  EXPECT_EQ(edge::read_options(2, "block", "scalar").mode, Mode::Block);
  EXPECT_THROW(edge::read_options(0, "auto", "auto"), EngineError);
  EXPECT_THROW(edge::read_options(1, "fast", "auto"), EngineError);
  EXPECT_THROW(edge::read_options(1, "auto", "avx9"), EngineError);
}

TEST_F(Conformance, PhaseOneAlone) {
  for_every_case([](const ConformanceCase& test) -> std::string {
    if (test.verdict.empty()) return "";
    edge::TradingEngine engine(test.config);
    std::string verdict;
    std::string score;
    for (const OwnedBatch& batch : test.batches) {
      const edge::EvaluationColumns columns = engine.evaluate(batch.spans(), batch.messages());
      verdict += as_bytes(columns.verdict);
      score += as_bytes(columns.score);
    }
    if (verdict != test.verdict) return "verdicts differ";
    return score == test.score ? "" : "scores differ";
  });
}

}  // namespace
}  // namespace quartet::testing
