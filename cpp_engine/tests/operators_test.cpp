// Operators against plain definitions of what they mean (spec 4).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <numeric>

#include "quartet/core/floating.hpp"
#include "quartet/signal_engine/evaluator.hpp"
#include "quartet/signal_engine/state_arena.hpp"

namespace quartet {
namespace {

using Window = std::vector<double>;

// One operator fed by OPEN and HIGH of bars, so that its two inputs can be anything.
class OneOperator {
 public:
  OneOperator(Op op, u32 n, std::vector<double> params, std::size_t inputs = 1) {
    ProgramSpec spec;
    spec.nodes = {source(Op::Open), source(Op::High)};
    NodeSpec node;
    node.op = number(op);
    for (u32 i = 0; i < inputs; ++i) node.inputs.push_back(i);
    node.clock = contract::clock::Bar;
    node.n = n;
    node.params = std::move(params);
    spec.nodes.push_back(node);
    spec.score = 2;
    program_ = compile_program(spec, 1, 1);
    arena_ = StateArena(1, program_.state_words);
    values_ = program_.first_values;
  }

  double step(double x, double y = 0.0) {
    // The sources are left out of the tape, and their values put in place.
    values_[0] = x;
    values_[1] = y;
    const std::vector<Instruction> tape = {program_.nodes[2]};
    run_tape(tape, program_, Tick{&market_, &batch_}, values_.data(), arena_.of(0));
    return values_[2];
  }

 private:
  static NodeSpec source(Op op) {
    NodeSpec node;
    node.op = number(op);
    node.clock = contract::clock::Bar;
    return node;
  }

  Program program_;
  StateArena arena_;
  std::vector<double> values_;
  MarketInputs market_;
  Batch batch_;
};

double pseudo_random(u64& state) {
  state = state * 6364136223846793005 + 1442695040888963407;
  return static_cast<double>(static_cast<i64>(state >> 11)) / 9007199254740992.0 - 0.5;
}

// Runs the operator over values, some of them NaN, and compares it with a function of the last n.
void expect_window(Op op, std::vector<double> params, const std::function<double(const Window&)>& meaning) {
  for (const u32 n : {1U, 2U, 3U, 7U, 16U}) {
    if (!params.empty() && static_cast<double>(n) <= params[0]) continue;
    OneOperator running(op, n, params);
    Window all;
    u64 state = n;
    for (int i = 0; i < 200; ++i) {
      const double x = i % 41 == 17 ? kNan : std::round(pseudo_random(state) * 8.0) * 0.25;
      all.push_back(x);
      const double value = running.step(x);
      if (all.size() < n) {
        EXPECT_TRUE(is_nan(value));
        continue;
      }
      const Window last(all.end() - static_cast<std::ptrdiff_t>(n), all.end());
      const bool clean = std::none_of(last.begin(), last.end(), [](double v) { return is_nan(v); });
      const double expected = clean ? meaning(last) : kNan;
      if (is_nan(expected)) {
        EXPECT_TRUE(is_nan(value)) << contract::kOperators[number(op)].name << " n=" << n << " step " << i
                                   << " gave " << value;
      } else {
        EXPECT_NEAR(value, expected, 1e-9)
            << contract::kOperators[number(op)].name << " n=" << n << " step " << i;
      }
    }
  }
}

double mean(const Window& w) {
  return std::accumulate(w.begin(), w.end(), 0.0) / static_cast<double>(w.size());
}
double variance(const Window& w, double ddof) {
  const double m = mean(w);
  double sum = 0.0;
  for (const double x : w) sum += (x - m) * (x - m);
  return sum / (static_cast<double>(w.size()) - ddof);
}

TEST(Operators, RollingAggregates) {
  expect_window(Op::Sum, {}, [](const Window& w) { return std::accumulate(w.begin(), w.end(), 0.0); });
  expect_window(Op::Mean, {}, mean);
  expect_window(Op::Product, {}, [](const Window& w) {
    return std::accumulate(w.begin(), w.end(), 1.0, std::multiplies<>());
  });
  expect_window(Op::RollingMin, {}, [](const Window& w) { return *std::min_element(w.begin(), w.end()); });
  expect_window(Op::RollingMax, {}, [](const Window& w) { return *std::max_element(w.begin(), w.end()); });
  for (const double ddof : {0.0, 1.0}) {
    expect_window(Op::Var, {ddof}, [&](const Window& w) { return variance(w, ddof); });
    expect_window(Op::Std, {ddof}, [&](const Window& w) { return std::sqrt(variance(w, ddof)); });
  }
}

TEST(Operators, Scans) {
  expect_window(Op::Argmin, {}, [](const Window& w) {
    return static_cast<double>(std::min_element(w.begin(), w.end()) - w.begin() + 1);
  });
  expect_window(Op::Argmax, {}, [](const Window& w) {
    return static_cast<double>(std::max_element(w.begin(), w.end()) - w.begin() + 1);
  });
  expect_window(Op::Rank, {}, [](const Window& w) {
    const auto less =
        static_cast<double>(std::count_if(w.begin(), w.end(), [&](double x) { return x < w.back(); }));
    const auto equal = static_cast<double>(std::count(w.begin(), w.end(), w.back()));
    return (less + (equal + 1.0) / 2.0) / static_cast<double>(w.size());
  });
  expect_window(Op::LinearDecay, {}, [](const Window& w) {
    double sum = 0.0;
    double weights = 0.0;
    for (std::size_t i = 0; i < w.size(); ++i) {
      sum += static_cast<double>(i + 1) * w[i];
      weights += static_cast<double>(i + 1);
    }
    return sum / weights;
  });
  expect_window(Op::Slope, {}, [](const Window& w) {
    if (w.size() == 1) return kNan;
    double across = 0.0;
    double along = 0.0;
    const double middle = static_cast<double>(w.size() - 1) / 2.0;
    for (std::size_t i = 0; i < w.size(); ++i) {
      across += (static_cast<double>(i) - middle) * (w[i] - mean(w));
      along += (static_cast<double>(i) - middle) * (static_cast<double>(i) - middle);
    }
    return across / along;
  });
}

TEST(Operators, DelayGivesTheOldValueWhateverTheNewOneIs) {
  OneOperator delay(Op::Delay, 2, {});
  EXPECT_TRUE(is_nan(delay.step(1.0)));
  EXPECT_TRUE(is_nan(delay.step(2.0)));
  EXPECT_EQ(delay.step(kNan), 1.0);
  EXPECT_EQ(delay.step(4.0), 2.0);
  EXPECT_TRUE(is_nan(delay.step(5.0)));
  OneOperator delta(Op::Delta, 1, {});
  EXPECT_TRUE(is_nan(delta.step(1.0)));
  EXPECT_EQ(delta.step(4.0), 3.0);
  EXPECT_TRUE(is_nan(delta.step(kNan)));
}

TEST(Operators, AveragesKeepTheirStateOnNan) {
  OneOperator ema(Op::Ema, 2, {0.5});
  EXPECT_TRUE(is_nan(ema.step(1.0)));
  EXPECT_TRUE(is_nan(ema.step(kNan)));
  EXPECT_EQ(ema.step(3.0), 2.0);
  EXPECT_EQ(ema.step(4.0), 3.0);
  OneOperator wilder(Op::Wilder, 2, {});
  EXPECT_TRUE(is_nan(wilder.step(1.0)));
  EXPECT_EQ(wilder.step(3.0), 2.0);
  EXPECT_EQ(wilder.step(6.0), 4.0);
}

TEST(Operators, PairsOfInputs) {
  OneOperator corr(Op::Corr, 3, {}, 2);
  OneOperator cov(Op::Cov, 3, {1.0}, 2);
  const std::vector<std::pair<double, double>> points = {{1, 2}, {2, 1}, {4, 5}, {3, 3}};
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double r = corr.step(points[i].first, points[i].second);
    const double c = cov.step(points[i].first, points[i].second);
    if (i < 2) {
      EXPECT_TRUE(is_nan(r));
      continue;
    }
    const double mx = (points[i].first + points[i - 1].first + points[i - 2].first) / 3.0;
    const double my = (points[i].second + points[i - 1].second + points[i - 2].second) / 3.0;
    double xx = 0.0;
    double yy = 0.0;
    double xy = 0.0;
    for (std::size_t j = i - 2; j <= i; ++j) {
      xx += (points[j].first - mx) * (points[j].first - mx);
      yy += (points[j].second - my) * (points[j].second - my);
      xy += (points[j].first - mx) * (points[j].second - my);
    }
    EXPECT_NEAR(c, xy / 2.0, 1e-12);
    EXPECT_NEAR(r, xy / std::sqrt(xx * yy), 1e-12);
  }
}

TEST(Operators, StatelessOnesAndNan) {
  OneOperator sign(Op::Sign, 0, {});
  EXPECT_EQ(sign.step(-2.0), -1.0);
  EXPECT_EQ(sign.step(-0.0), 0.0);
  EXPECT_TRUE(is_nan(sign.step(kNan)));
  OneOperator less(Op::Lt, 0, {}, 2);
  EXPECT_EQ(less.step(1.0, 2.0), 1.0);
  EXPECT_TRUE(is_nan(less.step(1.0, kNan)));
  OneOperator differs(Op::Ne, 0, {}, 2);
  EXPECT_TRUE(is_nan(differs.step(kNan, 1.0)));
  OneOperator coalesce(Op::Coalesce, 0, {}, 2);
  EXPECT_EQ(coalesce.step(kNan, 7.0), 7.0);
  OneOperator is_missing(Op::IsNan, 0, {});
  EXPECT_EQ(is_missing.step(kNan), 1.0);
  OneOperator either(Op::Or, 0, {}, 2);
  EXPECT_TRUE(is_nan(either.step(1.0, kNan)));
  OneOperator clip(Op::Clip, 0, {-1.0, 1.0});
  EXPECT_EQ(clip.step(3.0), 1.0);
  EXPECT_TRUE(is_nan(clip.step(kNan)));
  OneOperator linear(Op::Linear, 0, {0.5, 2.0, -1.0}, 2);
  EXPECT_EQ(linear.step(3.0, 4.0), 2.5);
  OneOperator logistic(Op::Logistic, 0, {0.0, 1.0});
  EXPECT_EQ(logistic.step(0.0), 0.5);
}

}  // namespace
}  // namespace quartet
