// Phase one: validation, values and the program; it never looks at orders, positions or cash (spec 3).
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "quartet/core/floating.hpp"
#include "quartet/data_engine/validation.hpp"
#include "quartet/signal_engine/block.hpp"
#include "quartet/signal_engine/evaluator.hpp"
#include "quartet/signal_engine/state_arena.hpp"

namespace quartet {

// One event at a time, node by node over blocks, or whichever suits the events at hand. The bits are the
// same.
enum class Mode : u8 { Auto, Event, Block };

// What phase one made of each event of a block.
struct VerdictBlock {
  bool sound_quotes = false;  // all events are accepted quotes
  bool plain_quotes = false;  // and two-sided, without flags
  std::array<Code, kSharedBlockEvents> code;
  std::array<Verdict, kSharedBlockEvents> verdict;
  std::array<double, kSharedBlockEvents> score;
  std::array<double, kSharedBlockEvents> confidence;
  std::array<double, kSharedBlockEvents> fair_value;
};

// Lines of its own: it may run on another thread than the rest of the engine.
class alignas(64) PhaseOne {
 public:
  // With the bounds of each symbol's prices.
  void configure(const EngineConfig& config, const std::vector<PriceBounds>& bounds, Program program);
  // A new program starts with empty values and state; market values stay (spec 11.3).
  void set_program(Program program);

  void set_mode(Mode mode) { mode_ = mode; }

  // Lays the columns out for others to read, with room for theirs behind them; blocks stay in it from now on.
  SignalBlock& share_block(std::size_t more_columns, std::size_t events);
  // The verdicts of a program of which all columns are in the block.
  void judge_ticks(const Program& program, SignalBlock& block, std::size_t events,
                   VerdictBlock& verdicts) const;
  // The verdict where the score ticked (spec 3.8).
  void judge(double score, double confidence, double fair_value, std::size_t at,
             VerdictBlock& verdicts) const {
    verdicts.score[at] = score;
    verdicts.confidence[at] = confidence > 1.0 ? 1.0 : confidence;
    verdicts.fair_value[at] = fair_value;
    const Verdict judged = confidence >= limits_.min_confidence ? Verdict::Valid : Verdict::LowConfidence;
    verdicts.verdict[at] = is_finite(score) ? judged : Verdict::NonFinite;
  }
  static void leave_blank(std::size_t at, VerdictBlock& verdicts);

  // Runs events from `begin` up to `end`, but never past a CONTROL event; returns where it stopped.
  std::size_t run_block(const Batch& batch, std::size_t begin, std::size_t end, RowCursors& cursors,
                        u64 first_event_index, VerdictBlock& block);

  const Program& program() const { return program_; }
  StreamState& stream() { return stream_; }
  const StreamState& stream() const { return stream_; }
  MarketInputs& market(u32 symbol) { return markets_[symbol]; }
  const MarketInputs& market(u32 symbol) const { return markets_[symbol]; }
  // What the nodes of a symbol gave last, of all nodes.
  void copy_values(u32 symbol, std::vector<double>& values) const;
  // For whoever is about to set all of them.
  void keep_all_values();
  double* all_values(u32 symbol) { return row_of(symbol); }
  std::byte* state(u32 symbol) { return arena_.of(symbol); }
  const std::byte* state(u32 symbol) const { return arena_.of(symbol); }

 private:
  std::size_t run_events(const Batch& batch, std::size_t begin, std::size_t end, RowCursors& cursors,
                         u64 first_event_index, VerdictBlock& verdicts);
  std::size_t run_columns(const Batch& batch, std::size_t begin, std::size_t end, RowCursors& cursors,
                          u64 first_event_index, VerdictBlock& verdicts);

  Code accept(const Batch& batch, std::size_t event, std::size_t row, EventKind kind, u64 event_index);
  Code take_in(const Batch& batch, std::size_t event, std::size_t row, EventKind kind, u64 event_index);
  void add_trade(MarketInputs& market, const Batch& batch, std::size_t event, std::size_t row);
  Tick tick_of(const Batch& batch, std::size_t event, std::size_t row) const;

  // Block mode: events in, nodes over the ticks, values back, verdicts.
  void take_in_quotes(const Batch& batch, std::size_t begin, std::size_t end, std::size_t first_row,
                      VerdictBlock& verdicts);
  void take_in_any(const Batch& batch, std::size_t begin, std::size_t end, RowCursors& cursors,
                   u64 first_event_index, VerdictBlock& verdicts);
  Code test_any_quote(const Batch& batch, std::size_t event, std::size_t row);
  void run_quote_sources(const Batch& batch, std::size_t begin, std::size_t first_row);
  void fill_first_values();
  // What a tick of the kind has left in `at_hand_`.
  void keep_values(u32 symbol, u8 kind);
  void note_ticks(const SignalBlock& block);
  double* row_of(u32 symbol) { return values_.data() + std::size_t{symbol} * program_.kept; }
  double output(int node, const double* values, double absent) const {
    return node >= 0 ? values[node] : absent;
  }

  Mode mode_ = Mode::Auto;
  SignalLimits limits_;
  i64 session_roll_ns_ = 0;
  Program program_;
  StreamState stream_;
  std::vector<MarketInputs> markets_;
  std::vector<double> values_;   // program_.kept per symbol
  std::vector<double> at_hand_;  // of all nodes of one symbol, where values are derived
  StateArena arena_;
  std::unique_ptr<SignalBlock> block_;  // made when block mode first runs
};

}  // namespace quartet
