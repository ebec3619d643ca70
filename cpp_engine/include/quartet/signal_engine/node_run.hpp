// Block mode: each node runs over all ticks of a block before the next one does (spec 3.3).
#pragma once

#include "quartet/signal_engine/block.hpp"

namespace quartet {

// What nodes are worth between blocks: a row a symbol, of as many values; where all nodes are kept, the first
// has column `first`.
struct NodeValues {
  double* values = nullptr;
  std::size_t kept = 0;
  std::size_t first = 0;

  double* row(u32 symbol) const { return values + std::size_t{symbol} * kept; }
  double& of(u32 symbol, std::size_t column) const { return row(symbol)[column - first]; }
};

// A program without sources and states, in a block of one kind, at one tick.
void run_stateless_nodes_at(std::size_t t, const Program& program, SignalBlock& block);

// All nodes of a program over the ticks of the block; the columns of its sources are there.
void run_program(const Program& program, SignalBlock& block, const NodeValues& values);

}  // namespace quartet
