// Programs that must be refused, each for one reason (spec 3.9).
#include "quartet/signal_engine/program.hpp"

#include <gtest/gtest.h>

#include "quartet/core/floating.hpp"
#include "sample_config.hpp"

namespace quartet {
namespace {

ErrorCode refusal(const ProgramSpec& spec, std::size_t symbols = 1) {
  try {
    compile_program(spec, 4, symbols);
  } catch (const EngineError& error) {
    return error.code();
  }
  return static_cast<ErrorCode>(0);
}

class ProgramRefusal : public ::testing::Test {
 protected:
  ProgramSpec spec = testing::crossover_program(10, 20);
  NodeSpec& mid() { return spec.nodes[0]; }
  NodeSpec& fast() { return spec.nodes[1]; }
};

TEST_F(ProgramRefusal, SoundProgramPasses) { EXPECT_EQ(refusal(spec), static_cast<ErrorCode>(0)); }

TEST_F(ProgramRefusal, EmptyOrTooLong) {
  EXPECT_EQ(refusal(ProgramSpec{}), ErrorCode::BadProgram);
  spec.nodes.resize(4097, mid());
  EXPECT_EQ(refusal(spec), ErrorCode::BadProgram);
}

TEST_F(ProgramRefusal, UnknownOperators) {
  for (const u32 op : {0U, 26U, 31U, 58U, 95U, 98U, 300U}) {
    mid().op = op;
    EXPECT_EQ(refusal(spec), ErrorCode::BadProgram) << op;
  }
}

TEST_F(ProgramRefusal, Inputs) {
  fast().inputs = {1};
  EXPECT_EQ(refusal(spec), ErrorCode::BadProgram);
  fast().inputs = {0, 0};
  EXPECT_EQ(refusal(spec), ErrorCode::BadProgram);
  fast().inputs = {};
  EXPECT_EQ(refusal(spec), ErrorCode::BadProgram);
}

TEST_F(ProgramRefusal, Clocks) {
  mid().clock = contract::clock::Trade;
  EXPECT_EQ(refusal(spec), ErrorCode::BadProgram);
  mid().clock = 0;
  EXPECT_EQ(refusal(spec), ErrorCode::BadProgram);
  mid().clock = contract::clock::Quote;
  fast().clock = 32;
  EXPECT_EQ(refusal(spec), ErrorCode::BadProgram);
  fast().clock = contract::clock::Bar;  // any set of bits will do for what is no source
  EXPECT_EQ(refusal(spec), static_cast<ErrorCode>(0));
  spec.nodes[4].clock = contract::clock::Quote;  // a CONST
  EXPECT_EQ(refusal(spec), ErrorCode::BadProgram);
}

TEST_F(ProgramRefusal, ParamsAndWindows) {
  fast().params = {};
  EXPECT_EQ(refusal(spec), ErrorCode::BadProgram);
  for (const double alpha : {0.0, 1.5, -0.5, kNan}) {
    fast().params = {alpha};
    EXPECT_EQ(refusal(spec), ErrorCode::BadProgram) << alpha;
  }
  fast().params = {0.5};
  fast().n = 0;
  EXPECT_EQ(refusal(spec), ErrorCode::BadProgram);
  fast().n = 65537;
  EXPECT_EQ(refusal(spec), ErrorCode::BadProgram);
  fast().n = 1;
  mid().n = 1;
  EXPECT_EQ(refusal(spec), ErrorCode::BadProgram);
}

TEST_F(ProgramRefusal, Outputs) {
  spec.score = 7;
  EXPECT_EQ(refusal(spec), ErrorCode::BadProgram);
  spec.score = 4;  // a CONST never ticks
  EXPECT_EQ(refusal(spec), ErrorCode::BadProgram);
  spec.score = 6;
  spec.confidence = 7;
  EXPECT_EQ(refusal(spec), ErrorCode::BadProgram);
  spec.confidence = 4;
  spec.fair_value = 9;
  EXPECT_EQ(refusal(spec), ErrorCode::BadProgram);
}

TEST_F(ProgramRefusal, StateBeyondTheCapacity) {
  fast().op = number(Op::Cov);
  fast().inputs = {0, 0};
  fast().params = {1.0};
  fast().n = 65536;
  EXPECT_EQ(refusal(spec, 6553), static_cast<ErrorCode>(0));
  EXPECT_EQ(refusal(spec, 6554), ErrorCode::Capacity);
}

}  // namespace
}  // namespace quartet
