// Block mode: each node runs over all ticks of a block before the next one does (spec 3.3).
#pragma once

#include "quartet/signal_engine/block.hpp"

namespace quartet {

// Nodes that tick at every tick of the block, in program order; the sources' columns are there.
void run_nodes(const std::vector<Instruction>& nodes, const Program& program, SignalBlock& block);

// A node that ticks at every tick of the block; its inputs' columns are there.
void run_node(const Instruction& node, const Program& program, SignalBlock& block);

// A node that ticks at some ticks only, and keeps its symbol's value at the others. A source's own ticks are
// there already.
void run_node_where_it_ticks(const Instruction& node, const Program& program, SignalBlock& block);

}  // namespace quartet
