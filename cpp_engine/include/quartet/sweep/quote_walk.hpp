// A member through a run of quotes: stretches at once, decisions one by one (spec 5, 10).
#pragma once

#include <array>
#include <optional>

#include "quartet/engine_state.hpp"
#include "quartet/sweep/piece.hpp"
#include "quartet/sweep/score_runs.hpp"
#include "quartet/sweep/sure_trades.hpp"

namespace quartet::sweep {

// What a member's verdicts come from: `late` over the columns of the piece. With an ordering its columns are
// worked out where they are asked for, else they are complete.
struct VerdictSource {
  const PhaseOne* shared = nullptr;
  const Program* late = nullptr;
  std::optional<Ordering> ordering;
};

class QuoteWalk {
 public:
  // `verdicts` is room to work in.
  QuoteWalk(EngineState& engine, const Piece& piece, const VerdictSource& source, VerdictBlock& verdicts);

  // Phase two of the piece, which is a run of quotes.
  void run();

 private:
  struct Judged {
    bool known = false;
    Verdict verdict = Verdict::None;
    double score = 0.0;
    double confidence = 0.0;
    double fair_value = 0.0;
  };

  const Judged& judge(std::size_t at);
  void judge_anew(std::size_t at);
  bool rests();
  bool decides(const Judged& judged) const;
  void walk_run(std::size_t at, std::size_t end);
  void count_run(u64& count, std::size_t at, std::size_t end);
  void decide_at(std::size_t at, const Judged& judged);
  void decide_now(const Judged& judged);
  void take(std::size_t end);
  void step();

  EngineState& engine_;
  const Piece& piece_;
  VerdictSource source_;
  ScoreRuns runs_;
  VerdictBlock& verdicts_;
  SymbolState& state_;
  u64 first_event_index_;
  std::size_t first_row_;
  std::array<Judged, 3> judged_;  // by side of the ordering, as first judged; the last one's changes
  SureTrades trades_;
  bool rests_ = false;  // surely; false says nothing
  std::size_t at_ = 0;  // the first quote not yet taken; those before the decision at hand may wait
};

}  // namespace quartet::sweep
