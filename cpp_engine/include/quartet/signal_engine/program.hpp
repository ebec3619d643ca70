// A program laid out for evaluation: flat instructions, one tape per event kind (spec 3.3).
#pragma once

#include <array>
#include <vector>

#include "quartet/core/configuration.hpp"
#include "quartet/core/engine_error.hpp"

namespace quartet {

// How a node is run.
enum class Family : u8 { Source, Const, Stateless, Stateful, Model };

constexpr Family family_of(Op op) {
  if (op == Op::Const) return Family::Const;
  if (op < Op::Add) return Family::Source;
  if (op < Op::Delay) return Family::Stateless;
  return op < Op::Linear ? Family::Stateful : Family::Model;
}

inline constexpr u16 kNotKept = 0xFFFF;

// A node ready to run. a, b, c are its first inputs, k0 and k1 its first parameters.
struct Instruction {
  double k0 = 0.0;
  double k1 = 0.0;
  u32 n = 0;
  u32 state = 0;   // first state word
  u32 inputs = 0;  // first of its inputs, for operators with any number of them
  u32 params = 0;
  u16 a = 0;
  u16 b = 0;
  u16 c = 0;
  u16 out = 0;
  u16 place = kNotKept;  // of its last value among those kept of a symbol
  u16 input_count = 0;
  Op op = Op::Const;
  Family family = Family::Const;
  u8 u_words = 0;
  u8 kinds = 0;  // bit k: it ticks at events of kind k
};

struct Program {
  std::vector<Instruction> nodes;                 // in program order
  std::array<std::vector<Instruction>, 6> tapes;  // by event kind 1..5: the nodes that tick
  std::array<std::vector<u16>, 6> held;           // by event kind: read at its ticks, but not ticking
  std::array<bool, 6> score_ticks{};
  std::vector<u16> inputs;
  std::vector<double> params;
  std::vector<double> first_values;  // before the first tick (spec 3.3)
  std::size_t kept = 0;              // values per symbol between events
  // All nodes tick together, so that what stateless ones gave last follows from what the others did.
  bool derives = false;
  std::vector<u16> kept_nodes;       // where it derives
  std::vector<Instruction> derived;  // the others but constants
  u32 state_words = 0;               // per symbol
  u16 score = 0;
  int confidence = -1;  // -1: none
  int fair_value = -1;
};

// The ticks of an event kind (spec 3.3).
constexpr u32 ticks_of(std::size_t kind) {
  constexpr std::array<u32, 6> ticks = {0,
                                        contract::clock::Quote,
                                        contract::clock::Trade,
                                        contract::clock::Book | contract::clock::Quote,
                                        contract::clock::Bar,
                                        contract::clock::External};
  return ticks[kind];
}

// Lays out nodes whose inputs are columns; the first node's own column is `first`. Of the outputs it sets
// none.
Program lay_out_nodes(const std::vector<NodeSpec>& nodes, std::size_t first);
// State words of a node for one symbol.
u64 state_words_of(const NodeSpec& node);
u64 state_words_of(const Instruction& node);

// Keeps the last value of every node, whatever it follows from.
void keep_all_values(Program& program);

// Validates (spec 3.9) and lays out; throws BAD_PROGRAM or CAPACITY.
Program compile_program(const ProgramSpec& spec, u32 source_count, std::size_t symbols);

}  // namespace quartet
