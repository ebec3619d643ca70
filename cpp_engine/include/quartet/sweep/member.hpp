// One engine of a sweep: what it shares with others is computed for it, the rest it does itself (spec 15.1).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "quartet/engine_state.hpp"
#include "quartet/signal_engine/node_run.hpp"
#include "quartet/sweep/piece.hpp"
#include "quartet/sweep/program_merge.hpp"
#include "quartet/sweep/score_runs.hpp"

namespace quartet::sweep {

using Controls = std::span<const std::string_view>;

class Member {
 public:
  explicit Member(std::unique_ptr<EngineState> engine);

  const EngineState& engine() const { return *engine_; }
  // Its program is part of a merge, which `shared` runs, until a control gives it another.
  void join(MemberProgram program, const PhaseOne& shared);
  bool merged() const { return shared_ != nullptr; }
  bool sound() const { return engine_->fault == nullptr; }
  void fail(const char* what) { engine_->fail(what); }
  void set_mode(Mode mode) { engine_->phase_one.set_mode(mode); }

  // The piece's events; `controls` are those of its CONTROL events, `verdicts` is room to work in.
  void run(const Piece& piece, Controls controls, VerdictBlock& verdicts);
  // Puts what the merge has computed for it where a single engine keeps it.
  void settle();

 private:
  void run_alone(const Piece& piece, Controls controls, VerdictBlock& verdicts);
  void run_steps_of(const Piece& piece, Controls controls, VerdictBlock& verdicts);
  void run_quotes(const Piece& piece, VerdictBlock& verdicts);
  NodeValues late_values();
  void leave();

  std::unique_ptr<EngineState> engine_;
  const PhaseOne* shared_ = nullptr;
  MemberProgram program_;
  std::optional<Ordering> ordering_;
  std::vector<double> late_values_;  // a row a symbol
};

}  // namespace quartet::sweep
