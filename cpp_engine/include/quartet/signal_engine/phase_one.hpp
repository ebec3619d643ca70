// Phase one: validation, values and the program; it never looks at orders, positions or cash (spec 3).
#pragma once

#include <array>
#include <vector>

#include "quartet/data_engine/validation.hpp"
#include "quartet/signal_engine/evaluator.hpp"
#include "quartet/signal_engine/state_arena.hpp"

namespace quartet {

inline constexpr std::size_t kBlockEvents = 1024;

// What phase one made of each event of a block.
struct VerdictBlock {
  std::array<Code, kBlockEvents> code;
  std::array<Verdict, kBlockEvents> verdict;
  std::array<double, kBlockEvents> score;
  std::array<double, kBlockEvents> confidence;
  std::array<double, kBlockEvents> fair_value;
};

class PhaseOne {
 public:
  void configure(const EngineConfig& config, Program program);
  // A new program starts with empty values and state; market values stay (spec 11.3).
  void set_program(Program program);

  // Runs events from `begin` up to `end`, but never past a CONTROL event; returns where it stopped.
  std::size_t run_block(const Batch& batch, std::size_t begin, std::size_t end, RowCursors& cursors,
                        u64 first_event_index, VerdictBlock& block);

  const Program& program() const { return program_; }
  StreamState& stream() { return stream_; }
  const StreamState& stream() const { return stream_; }
  MarketInputs& market(u32 symbol) { return markets_[symbol]; }
  const MarketInputs& market(u32 symbol) const { return markets_[symbol]; }
  double* values(u32 symbol) { return values_.data() + std::size_t{symbol} * node_count_; }
  const double* values(u32 symbol) const { return values_.data() + std::size_t{symbol} * node_count_; }
  std::byte* state(u32 symbol) { return arena_.of(symbol); }
  const std::byte* state(u32 symbol) const { return arena_.of(symbol); }

 private:
  Code take_in(const Batch& batch, std::size_t event, std::size_t row, EventKind kind, u64 event_index);
  void add_trade(MarketInputs& market, const Batch& batch, std::size_t event, std::size_t row);
  void run_program(const Batch& batch, std::size_t event, std::size_t row, u8 kind, std::size_t at,
                   VerdictBlock& block);
  static void leave_blank(std::size_t at, VerdictBlock& block);
  void judge(const double* values, std::size_t at, VerdictBlock& block) const;

  SignalLimits limits_;
  i64 session_roll_ns_ = 0;
  Program program_;
  StreamState stream_;
  std::vector<MarketInputs> markets_;
  std::vector<double> values_;  // node_count_ per symbol
  std::size_t node_count_ = 0;
  StateArena arena_;
};

}  // namespace quartet
