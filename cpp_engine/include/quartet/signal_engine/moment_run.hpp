// STD, VAR and ZSCORE over the ticks of a block (spec 4.5, 4.6).
#pragma once

#include "quartet/signal_engine/block.hpp"

namespace quartet {

inline bool is_of_moments(Op op) { return op == Op::Std || op == Op::Var || op == Op::Zscore; }

// Such a node, which ticks at every tick of the block.
void run_moments(const Instruction& node, SignalBlock& block);

}  // namespace quartet
