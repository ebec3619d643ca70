// A member through a piece: as a single engine would, or over whole stretches where that is the same.
#include "quartet/sweep/member.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "quartet/edge/control_decoding.hpp"
#include "quartet/engine.hpp"
#include "quartet/quiet_quotes.hpp"
#include "quartet/signal_engine/node_run.hpp"
#include "quartet/sweep/quiet_stretch.hpp"

namespace quartet::sweep {
namespace {

constexpr u8 kQuote = number(EventKind::Quote);

const double* column_or_null(SignalBlock& block, int node) {
  return node >= 0 ? block.column(static_cast<std::size_t>(node)) : nullptr;
}

// The first value from `at` on that is another than the one there; that of a NaN is the next one.
std::size_t end_of_equal(const double* values, std::size_t at, std::size_t stop) {
  const double value = values[at];
  do ++at;
  while (at < stop && values[at] == value);
  return at;
}

std::size_t end_of_not_finite(const double* values, std::size_t at, std::size_t stop) {
  while (at < stop && !is_finite(values[at])) ++at;
  return at;
}

}  // namespace

Member::Member(std::unique_ptr<EngineState> engine) : engine_(std::move(engine)) { engine_->records.mute(); }

void Member::join(MemberProgram program, const PhaseOne& shared) {
  program_ = std::move(program);
  late_values_.assign(engine_->symbols.size() * program_.late.nodes.size(), kNan);
  shared_ = &shared;
}

void Member::run(const Piece& piece, Controls controls, VerdictBlock& verdicts) {
  try {
    if (!merged()) {
      run_alone(piece, controls, verdicts);
      return;
    }
    const Program& late = program_.late;
    const std::size_t first = shared_->program().nodes.size();
    run_program(late, *piece.block, {late_values_.data(), late.nodes.size(), first});
    if (piece.quotes != nullptr) {
      run_quotes(piece, verdicts);
    } else {
      run_steps_of(piece, controls, verdicts);
    }
    if (merged()) engine_->counters.gaps = shared_->stream().gaps;
  } catch (const std::bad_alloc&) {
    engine_->fail("out of memory in the middle of a batch");
  }
}

// Own phase one and phase two, block by block.
void Member::run_alone(const Piece& piece, Controls controls, VerdictBlock& verdicts) {
  EngineState& engine = *engine_;
  RowCursors ahead = piece.cursors;
  RowCursors behind = piece.cursors;
  std::size_t begin = piece.begin;
  while (begin < piece.end && engine.fault == nullptr) {
    const std::size_t limit = std::min(piece.end, begin + kBlockEvents);
    const std::size_t end =
        engine.phase_one.run_block(*piece.batch, begin, limit, ahead, engine.counters.events, verdicts);
    ControlCommand command;
    if (piece.batch->kind[end - 1] == number(EventKind::Control)) {
      command = edge::decode_control(controls.front(), engine.config);
      controls = controls.subspan(1);
    }
    std::span<ControlCommand> commands(&command, 1);
    run_steps(engine, *piece.batch, commands, behind, begin, end, verdicts);
    begin = end;
  }
  engine.counters.gaps = engine.phase_one.stream().gaps;
}

void Member::run_steps_of(const Piece& piece, Controls controls, VerdictBlock& verdicts) {
  EngineState& engine = *engine_;
  const std::size_t events = piece.events();
  verdicts.sound_quotes = piece.verdicts->sound_quotes;
  std::copy_n(piece.verdicts->code.begin(), events, verdicts.code.begin());
  shared_->judge_ticks(program_.late, *piece.block, events, verdicts);
  ControlCommand command;
  if (piece.ends_with_control()) {
    command = edge::decode_control(controls.front(), engine.config);
    const bool accepted = verdicts.code[events - 1] == Code::None;
    // Another program starts from what this one has seen of the market.
    if (accepted && command.valid && command.kind == ControlKind::SetProgram) leave();
  }
  std::span<ControlCommand> commands(&command, 1);
  RowCursors cursors = piece.cursors;
  run_steps(engine, *piece.batch, commands, cursors, piece.begin, piece.end, verdicts);
}

// Where the verdicts that are as the one at `at` end, if they decide nothing; else `at`.
std::size_t Member::same_verdicts(const Piece& piece, std::size_t at, const VerdictBlock& verdicts) const {
  const Program& late = program_.late;
  const std::size_t stop = piece.events();
  if (!late.score_ticks[kQuote]) return stop;
  const double* score = piece.block->column(late.score);
  const double* confidence = column_or_null(*piece.block, late.confidence);
  const SymbolState& state = engine_->symbols[piece.quotes->symbol()];
  switch (verdicts.verdict[0]) {
    case Verdict::NonFinite:
      return end_of_not_finite(score, at, stop);
    case Verdict::LowConfidence:
      return at + 1;
    case Verdict::Valid: {
      if (verdicts.score[0] != state.decided_score || verdicts.confidence[0] != state.decided_confidence)
        return at;
      const std::size_t end = end_of_equal(score, at, stop);
      return confidence != nullptr ? end_of_equal(confidence, at, end) : end;
    }
    case Verdict::None:
      break;
  }
  return stop;
}

void Member::run_quotes(const Piece& piece, VerdictBlock& verdicts) {
  EngineState& engine = *engine_;
  const Program& late = program_.late;
  const double* score = piece.block->column(late.score);
  const double* confidence = column_or_null(*piece.block, late.confidence);
  const double* fair_value = column_or_null(*piece.block, late.fair_value);
  const SymbolState& state = engine.symbols[piece.quotes->symbol()];
  const std::size_t first_row = piece.cursors.next(kQuote);
  const u64 first_event_index = engine.counters.events;
  std::size_t at = 0;
  while (at < piece.events() && engine.fault == nullptr) {
    if (late.score_ticks[kQuote]) {
      shared_->judge(score[at], confidence != nullptr ? confidence[at] : 1.0,
                             fair_value != nullptr ? fair_value[at] : kNan, 0, verdicts);
    } else {
      PhaseOne::leave_blank(0, verdicts);
    }
    if (nothing_pends(engine) && at_rest(state)) {
      const std::size_t same = same_verdicts(piece, at, verdicts);
      const std::size_t end = same == at ? at : skip_quotes(engine, piece, at, same);
      if (verdicts.verdict[0] == Verdict::NonFinite) engine.counters.non_finite += end - at;
      if (verdicts.verdict[0] == Verdict::LowConfidence) engine.counters.low_confidence += end - at;
      if (end != at) {
        at = end;
        continue;
      }
    }
    engine.event_index = first_event_index + at;
    step_quote(engine, *piece.batch, piece.begin + at, first_row + at, verdicts, 0);
    ++at;
  }
  engine.counters.events = first_event_index + at;
}

void Member::settle() {
  if (!merged()) return;
  const PhaseOne& shared = *shared_;
  PhaseOne& own = engine_->phase_one;
  const std::vector<Instruction>& nodes = own.program().nodes;
  const std::size_t first = shared.program().nodes.size();
  const std::size_t late_nodes = program_.late.nodes.size();
  own.stream() = shared.stream();
  for (u32 symbol = 0; symbol < engine_->symbols.size(); ++symbol) {
    own.market(symbol) = shared.market(symbol);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::size_t column = program_.column_of[i];
      if (column >= first) {
        own.values(symbol)[i] = late_values_[symbol * late_nodes + (column - first)];
        continue;
      }
      own.values(symbol)[i] = shared.values(symbol)[column];
      const u64 words = state_words_of(nodes[i]);
      if (words == 0) continue;
      std::memcpy(own.state(symbol) + std::size_t{nodes[i].state} * sizeof(u64),
                  shared.state(symbol) + std::size_t{shared.program().nodes[column].state} * sizeof(u64),
                  words * sizeof(u64));
    }
  }
}

void Member::leave() {
  settle();
  shared_ = nullptr;
  program_ = {};
  late_values_ = {};
}

}  // namespace quartet::sweep
