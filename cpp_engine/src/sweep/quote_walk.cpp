// Verdicts are judged once a run of equal ones; quotes between two decisions are taken together.
#include "quartet/sweep/quote_walk.hpp"

#include "quartet/engine.hpp"
#include "quartet/order_engine/policy.hpp"
#include "quartet/quiet_quotes.hpp"
#include "quartet/signal_engine/node_run.hpp"
#include "quartet/sweep/quiet_stretch.hpp"

namespace quartet::sweep {
namespace {

constexpr u8 kQuote = number(EventKind::Quote);

double value_or(SignalBlock& block, int node, std::size_t at, double absent) {
  return node >= 0 ? block.column(static_cast<std::size_t>(node))[at] : absent;
}

}  // namespace

QuoteWalk::QuoteWalk(EngineState& engine, const Piece& piece, const VerdictSource& source,
                     VerdictBlock& verdicts)
    : engine_(engine),
      piece_(piece),
      source_(source),
      runs_(*piece.block, *source.late, source.ordering),
      verdicts_(verdicts),
      state_(engine.symbols[piece.quotes->symbol()]),
      first_event_index_(engine.counters.events),
      first_row_(piece.cursors.next(kQuote)) {}

// The verdict of a quote; in verdicts_ too where it is judged anew.
const QuoteWalk::Judged& QuoteWalk::judge(std::size_t at) {
  const ScoreRuns::Side side = runs_.side_of(at);
  Judged& judged = judged_[static_cast<std::size_t>(side)];
  // A fair value is each quote's own.
  if (judged.known && side != ScoreRuns::Side::Unknown && source_.late->fair_value < 0) return judged;
  judge_anew(at);
  judged = {true, verdicts_.verdict[0], verdicts_.score[0], verdicts_.confidence[0], verdicts_.fair_value[0]};
  return judged;
}

void QuoteWalk::judge_anew(std::size_t at) {
  const Program& late = *source_.late;
  if (!late.score_ticks[kQuote]) {
    PhaseOne::leave_blank(0, verdicts_);
    return;
  }
  SignalBlock& block = *piece_.block;
  if (source_.ordering) run_stateless_nodes_at(at, late, block);
  source_.shared->judge(block.column(late.score)[at], value_or(block, late.confidence, at, 1.0),
                        value_or(block, late.fair_value, at, kNan), 0, verdicts_);
}

// Nothing is under way, so that a quote does no more than move the equity before it decides.
bool QuoteWalk::rests() {
  if (!rests_) {
    rests_ = nothing_pends(engine_) && (state_.open_orders | state_.orders_at_venue) == 0 &&
             state_.target == state_.position;
  }
  return rests_;
}

bool QuoteWalk::decides(const Judged& judged) const {
  return judged.verdict == Verdict::Valid &&
         (judged.score != state_.decided_score || judged.confidence != state_.decided_confidence);
}

// One quote through all steps.
void QuoteWalk::step() {
  judge_anew(at_);
  engine_.event_index = first_event_index_ + at_;
  step_quote(engine_, *piece_.batch, piece_.begin + at_, first_row_ + at_, verdicts_, 0);
  rests_ = false;
  trades_.forget();
  ++at_;
}

// Takes quotes up to `end` whose verdicts decide nothing.
void QuoteWalk::take(std::size_t end) {
  while (at_ < end && engine_.fault == nullptr) {
    const std::size_t skipped = rests() ? skip_quotes(engine_, piece_, at_, end) : at_;
    if (skipped == at_) {
      step();
    } else {
      at_ = skipped;
    }
  }
}

// The same where each of them is counted; steps count by themselves.
void QuoteWalk::count_run(u64& count, std::size_t at, std::size_t end) {
  take(at);
  while (at_ < end && engine_.fault == nullptr) {
    const std::size_t skipped = rests() ? skip_quotes(engine_, piece_, at_, end) : at_;
    count += skipped - at_;
    at_ = skipped;
    if (at_ < end) step();
  }
}

void QuoteWalk::decide_at(std::size_t at, const Judged& judged) {
  at_ = skip_quotes(engine_, piece_, at_, at + 1);
  if (at_ == at + 1) {
    engine_.now = piece_.batch->ts_init[piece_.begin + at];
    engine_.event_index = first_event_index_ + at;
    decide_now(judged);
    return;
  }
  take(at);
  if (engine_.fault == nullptr) step();
}

// S6 of a verdict unlike the last one that decided.
void QuoteWalk::decide_now(const Judged& judged) {
  const u32 symbol = piece_.quotes->symbol();
  const Signal signal{judged.score, judged.confidence, judged.fair_value, engine_.now};
  rests_ = false;
  if (engine_.config.policy.quotes()) {
    decide_anew(engine_, symbol, signal);
  } else if (aim(engine_, symbol, signal) && state_.target != state_.position) {
    if (trades_.trade(engine_, *piece_.quotes)) {
      rests_ = state_.target == state_.position && engine_.fault == nullptr;
    } else {
      trade_to_target(engine_, symbol);
    }
  }
}

// A run of equal scores and confidences: its first quotes may decide, the others wait to be taken with what
// follows.
void QuoteWalk::walk_run(std::size_t at, std::size_t end) {
  const Judged* judged = &judge(at);
  if (judged->verdict == Verdict::NonFinite) {
    count_run(engine_.counters.non_finite, at, end);
    return;
  }
  if (judged->verdict == Verdict::LowConfidence) {
    count_run(engine_.counters.low_confidence, at, end);
    return;
  }
  for (; at < end && engine_.fault == nullptr; ++at) {
    if (!rests()) {
      take(at);
      if (engine_.fault == nullptr) step();
    } else if (decides(*judged)) {
      judged = &judge(at);
      decide_at(at, *judged);
    } else {
      return;
    }
  }
}

void QuoteWalk::run() {
  const std::size_t events = piece_.events();
  const bool ticks = source_.late->score_ticks[kQuote];
  std::size_t end = 0;
  for (std::size_t at = 0; at < events && engine_.fault == nullptr; at = end) {
    end = ticks ? runs_.end_of(at, events) : events;
    walk_run(at, end);
  }
  take(events);
  engine_.counters.events = first_event_index_ + at_;
}

}  // namespace quartet::sweep
