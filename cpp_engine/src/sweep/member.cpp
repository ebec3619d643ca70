// A member through a piece: as a single engine would, or over whole stretches where that is the same.
#include "quartet/sweep/member.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "quartet/edge/control_decoding.hpp"
#include "quartet/engine.hpp"
#include "quartet/signal_engine/node_run.hpp"
#include "quartet/sweep/quote_walk.hpp"

namespace quartet::sweep {
Member::Member(std::unique_ptr<EngineState> engine) : engine_(std::move(engine)) { engine_->records.mute(); }

void Member::join(MemberProgram program, const PhaseOne& shared) {
  program_ = std::move(program);
  late_values_.assign(engine_->symbols.size() * program_.late.nodes.size(), kNan);
  shared_ = &shared;
  // Held nodes have values from before the block, which an ordering knows nothing of.
  if (program_.late.held[number(EventKind::Quote)].empty())
    ordering_ = ordering_of(program_.late, shared.program());
}

void Member::run(const Piece& piece, Controls controls, VerdictBlock& verdicts) {
  try {
    if (!merged()) {
      run_alone(piece, controls, verdicts);
      return;
    }
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
      command = edge::decode_control(controls.front(), engine);
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
  run_program(program_.late, *piece.block, late_values());
  verdicts.sound_quotes = piece.verdicts->sound_quotes;
  std::copy_n(piece.verdicts->code.begin(), events, verdicts.code.begin());
  shared_->judge_ticks(program_.late, *piece.block, events, verdicts);
  ControlCommand command;
  if (piece.ends_with_control()) {
    command = edge::decode_control(controls.front(), engine);
    const bool accepted = verdicts.code[events - 1] == Code::None;
    // Another program starts from what this one has seen of the market.
    if (accepted && command.valid && command.kind == ControlKind::SetProgram) leave();
  }
  std::span<ControlCommand> commands(&command, 1);
  RowCursors cursors = piece.cursors;
  run_steps(engine, *piece.batch, commands, cursors, piece.begin, piece.end, verdicts);
}

// Late nodes run where a verdict asks for them, if there are columns that tell which those are.
void Member::run_quotes(const Piece& piece, VerdictBlock& verdicts) {
  const Program& late = program_.late;
  const u32 symbol = piece.quotes->symbol();
  if (!ordering_) run_program(late, *piece.block, late_values());
  QuoteWalk(*engine_, piece, {shared_, &late, ordering_}, verdicts).run();
  if (!ordering_) return;
  const std::size_t last = piece.events() - 1;
  run_stateless_nodes_at(last, late, *piece.block);
  for (const Instruction& node : late.nodes)
    late_values().of(symbol, node.out) = piece.block->column(node.out)[last];
}

NodeValues Member::late_values() {
  return {late_values_.data(), program_.late.nodes.size(), shared_->program().nodes.size()};
}

void Member::settle() {
  if (!merged()) return;
  const PhaseOne& shared = *shared_;
  PhaseOne& own = engine_->phase_one;
  const std::vector<Instruction>& nodes = own.program().nodes;
  const std::size_t first = shared.program().nodes.size();
  own.stream() = shared.stream();
  own.keep_all_values();
  std::vector<double> shared_values;
  for (u32 symbol = 0; symbol < engine_->symbols.size(); ++symbol) {
    own.market(symbol) = shared.market(symbol);
    shared.copy_values(symbol, shared_values);
    double* const own_values = own.all_values(symbol);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::size_t column = program_.column_of[i];
      if (column >= first) {
        own_values[i] = late_values().of(symbol, column);
        continue;
      }
      own_values[i] = shared_values[column];
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
