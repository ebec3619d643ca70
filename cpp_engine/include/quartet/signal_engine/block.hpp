// A block of events as columns: one entry per tick, one column per node (spec 3.3).
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "quartet/signal_engine/program.hpp"

namespace quartet {

inline constexpr std::size_t kBlockEvents = 1024;
// Of a program that many engines share: each of them comes back to its own state less often.
inline constexpr std::size_t kSharedBlockEvents = 4096;

// A tick is an accepted event of kinds 1 to 5.
struct SignalBlock {
  std::size_t ticks = 0;
  std::array<u16, kSharedBlockEvents> event;  // of each tick: its place in the block
  std::array<u32, kSharedBlockEvents> symbol;
  std::array<std::byte*, kSharedBlockEvents> state;  // the symbol's state words

  bool two_sided = false;  // every event of the block is a tick, and a quote with both sides
  u8 kinds = 0;            // that tick, a bit each
  bool one_kind = false;   // then kind[0] is that of all
  // Of a block of several kinds: the kind of each tick, and where in a column the symbol's value
  // before it lies.
  std::array<u8, kSharedBlockEvents> kind;
  std::array<u32, kSharedBlockEvents> previous;

  // The symbols that tick, in order of appearance, and the last tick of each.
  std::size_t symbols = 0;
  std::array<u32, kSharedBlockEvents> symbol_at;
  std::array<u32, kSharedBlockEvents> last;

  void lay_out(const Program& program) {
    // Columns of a large program would leave the cache: it gets shorter blocks.
    constexpr std::size_t cached_values = 65'536;
    lay_out(program, 0, std::clamp<std::size_t>(cached_values / program.nodes.size(), 64, kBlockEvents));
  }
  // With columns behind the program's for those who compute more from them.
  void lay_out(const Program& program, std::size_t more_columns, std::size_t events) {
    events_ = events;
    values_.assign((program.nodes.size() + more_columns) * 2 * events_, 0.0);
    for (const Instruction& node : program.nodes) {
      if (node.family == Family::Const) std::fill_n(column(node.out), 2 * events_, node.k0);
    }
  }
  bool laid_out() const { return !values_.empty(); }

  std::size_t events() const { return events_; }  // that a block holds
  std::size_t column_values() const { return 2 * events_; }
  double* column(std::size_t node) { return values_.data() + node * column_values(); }
  // Where in a column the value of a symbol from before the block lies.
  std::size_t before(std::size_t symbol_place) const { return events_ + symbol_place; }

  void clear() {
    ticks = symbols = 0;
    two_sided = false;
  }
  // Adds a tick; `place` is where the symbol was in the last block that it ticked in.
  void add(std::size_t at, u32 of, std::byte* words, u32& place) {
    see(of, place);
    previous[ticks] = last[place];
    put(ticks++, at, of, words, place);
  }
  // Places tick t where all are of one kind: none of them asks for the one before. Whoever places them
  // counts.
  void place_tick(std::size_t t, std::size_t at, u32 of, std::byte* words, u32& place) {
    see(of, place);
    put(t, at, of, words, place);
  }

 private:
  // Gives the symbol a place if it has none in this block.
  void see(u32 of, u32& place) {
    if (place < symbols && symbol_at[place] == of) return;
    place = static_cast<u32>(symbols++);
    symbol_at[place] = of;
    last[place] = static_cast<u32>(before(place));
  }
  void put(std::size_t t, std::size_t at, u32 of, std::byte* words, u32 place) {
    event[t] = static_cast<u16>(at);
    symbol[t] = of;
    state[t] = words;
    last[place] = static_cast<u32>(t);
  }

  std::size_t events_ = 0;
  std::vector<double> values_;
};

}  // namespace quartet
