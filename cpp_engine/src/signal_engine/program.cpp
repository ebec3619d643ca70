// Validation (spec 3.9) and layout of programs.
#include "quartet/signal_engine/program.hpp"

#include <algorithm>

#include "quartet/core/floating.hpp"

namespace quartet {
namespace {

constexpr u32 kAllClocks = 31;
constexpr u64 kStateWordsMax = u64{1} << 31;

[[noreturn]] void fail(std::size_t node, const NodeSpec& spec, const std::string& what) {
  const std::string name = spec.name.empty() ? "" : " (" + spec.name + ")";
  throw EngineError(ErrorCode::BadProgram, "program: node " + std::to_string(node) + name + ": " + what);
}

const contract::Operator* operator_of(u32 op) {
  if (op >= contract::kOperators.size() || contract::kOperators[op].name.empty()) return nullptr;
  return &contract::kOperators[op];
}

bool clock_is_free(Op op) {
  return op == Op::ExternalScore || op == Op::ExternalConfidence || op == Op::Seconds;
}

void check_clock(std::size_t at, const NodeSpec& node, const contract::Operator& row) {
  const Op op = static_cast<Op>(node.op);
  if ((node.clock & ~kAllClocks) != 0) fail(at, node, "unknown clock bits");
  if ((node.clock == 0) != (op == Op::Const)) fail(at, node, "a CONST has clock 0, every other node another");
  const bool source = row.inputs == 0 && op != Op::Const;
  if (source && !clock_is_free(op) && (node.clock & ~row.clock) != 0) {
    fail(at, node, "clock is not one of the source's");
  }
}

void check_inputs(std::size_t at, const NodeSpec& node, const contract::Operator& row) {
  const bool any = row.inputs < 0;
  if (any ? node.inputs.empty() : node.inputs.size() != static_cast<std::size_t>(row.inputs)) {
    fail(at, node, "wrong number of inputs");
  }
  if (any && node.inputs.size() > static_cast<std::size_t>(contract::kModelInputsMax)) {
    fail(at, node, "too many model inputs");
  }
  for (const u32 input : node.inputs) {
    if (input >= at) fail(at, node, "input " + std::to_string(input) + " does not come before it");
  }
}

bool has_ddof(Op op) { return op == Op::Std || op == Op::Var || op == Op::Zscore || op == Op::Cov; }

void check_params(std::size_t at, const NodeSpec& node, const contract::Operator& row) {
  const Op op = static_cast<Op>(node.op);
  const std::size_t wanted = row.inputs < 0 ? 1 + node.inputs.size() : row.params;
  if (node.params.size() != wanted) fail(at, node, "wrong number of params");
  if (op == Op::Const) return;
  for (const double param : node.params) {
    if (!is_finite(param)) fail(at, node, "a param is not finite");
  }
  if (op == Op::Clip && node.params[0] > node.params[1]) fail(at, node, "lo is above hi");
  if (op == Op::Ema && !(node.params[0] > 0.0 && node.params[0] <= 1.0))
    fail(at, node, "alpha is outside (0, 1]");
  if (has_ddof(op)) {
    if (node.params[0] != 0.0 && node.params[0] != 1.0) fail(at, node, "ddof is not 0 or 1");
    if (!(static_cast<double>(node.n) > node.params[0])) fail(at, node, "n is not above ddof");
  }
}

void check_window(std::size_t at, const NodeSpec& node, const contract::Operator& row, u32 source_count) {
  const auto window_max = static_cast<u32>(contract::kWindowMax);
  switch (row.window) {
    case contract::Window::None:
      if (node.n != 0) fail(at, node, "n must be 0");
      break;
    case contract::Window::Level:
      if (node.n >= static_cast<u32>(contract::kLevelsMax)) fail(at, node, "level is above 9");
      break;
    case contract::Window::Source:
      if (node.n >= source_count) fail(at, node, "source is not below source_count");
      break;
    case contract::Window::Lag:
    case contract::Window::Rolling:
    case contract::Window::Scan:
    case contract::Window::Smoothing:
      if (node.n < 1 || node.n > window_max) fail(at, node, "n is outside 1 to 65536");
      break;
  }
}

void check_outputs(const ProgramSpec& spec) {
  const auto out_of_range = [&](u32 index) { return index >= spec.nodes.size(); };
  if (out_of_range(spec.score)) throw EngineError(ErrorCode::BadProgram, "program: score is out of range");
  if (spec.confidence && out_of_range(*spec.confidence)) {
    throw EngineError(ErrorCode::BadProgram, "program: confidence is out of range");
  }
  if (spec.fair_value && out_of_range(*spec.fair_value)) {
    throw EngineError(ErrorCode::BadProgram, "program: fair_value is out of range");
  }
  if (spec.nodes[spec.score].clock == 0) fail(spec.score, spec.nodes[spec.score], "the score never ticks");
}

Instruction lay_out(const NodeSpec& node, std::size_t at, Program& program) {
  const contract::Operator& row = *operator_of(node.op);
  Instruction instruction;
  instruction.op = static_cast<Op>(node.op);
  instruction.family = family_of(instruction.op);
  for (std::size_t kind = 1; kind < program.tapes.size(); ++kind) {
    if ((node.clock & ticks_of(kind)) != 0) instruction.kinds |= static_cast<u8>(1u << kind);
  }
  instruction.n = node.n;
  instruction.out = static_cast<u16>(at);
  instruction.place = static_cast<u16>(program.kept++);
  instruction.state = program.state_words;
  instruction.u_words = static_cast<u8>(row.u_words.count(node.n, node.inputs.size()));
  instruction.inputs = static_cast<u32>(program.inputs.size());
  instruction.params = static_cast<u32>(program.params.size());
  instruction.input_count = static_cast<u16>(node.inputs.size());
  for (const u32 input : node.inputs) program.inputs.push_back(static_cast<u16>(input));
  program.params.insert(program.params.end(), node.params.begin(), node.params.end());
  const auto input = [&](std::size_t i) {
    return i < node.inputs.size() ? static_cast<u16>(node.inputs[i]) : u16{0};
  };
  instruction.a = input(0);
  instruction.b = input(1);
  instruction.c = input(2);
  if (!node.params.empty()) instruction.k0 = node.params[0];
  if (node.params.size() > 1) instruction.k1 = node.params[1];
  return instruction;
}

// Nodes whose values the ticks of a kind read without changing them; constants are known by themselves.
std::vector<u16> held_by(const Program& program, std::size_t kind) {
  std::vector<bool> read(program.nodes.size(), false);
  for (const Instruction& node : program.tapes[kind]) {
    for (u32 i = 0; i < node.input_count; ++i) read[program.inputs[node.inputs + i]] = true;
  }
  for (const int output : {static_cast<int>(program.score), program.confidence, program.fair_value}) {
    if (output >= 0) read[static_cast<std::size_t>(output)] = true;
  }
  std::vector<u16> held;
  for (const Instruction& node : program.nodes) {
    const bool ticks = (node.kinds & (1u << kind)) != 0;
    if (read[node.out] && !ticks && node.family != Family::Const) held.push_back(node.out);
  }
  return held;
}

bool all_tick_together(const Program& program) {
  const u8 kinds = program.nodes[program.score].kinds;
  return std::all_of(program.nodes.begin(), program.nodes.end(), [&](const Instruction& node) {
    return node.family == Family::Const || node.kinds == kinds;
  });
}

// Keeps the last values of sources and nodes with a state alone; where nothing ticks, nothing is read.
void derive_values(Program& program) {
  program.derives = true;
  program.held = {};
  for (Instruction& node : program.nodes) {
    node.place = kNotKept;
    if (node.family == Family::Source || node.family == Family::Stateful) {
      node.place = static_cast<u16>(program.kept_nodes.size());
      program.kept_nodes.push_back(node.out);
    } else if (node.family != Family::Const) {
      program.derived.push_back(node);
    }
  }
  program.kept = program.kept_nodes.size();
  for (auto& tape : program.tapes) {
    for (Instruction& node : tape) node.place = program.nodes[node.out].place;
  }
}

}  // namespace

void keep_all_values(Program& program) {
  program.derives = false;
  program.kept = program.nodes.size();
  for (Instruction& node : program.nodes) node.place = node.out;
  for (auto& tape : program.tapes) {
    for (Instruction& node : tape) node.place = node.out;
  }
}

u64 state_words_of(const NodeSpec& node) {
  const contract::Operator& row = *operator_of(node.op);
  return row.u_words.count(node.n, node.inputs.size()) + row.f_words.count(node.n, node.inputs.size());
}

u64 state_words_of(const Instruction& node) {
  return node.u_words + contract::kOperators[number(node.op)].f_words.count(node.n, node.input_count);
}

Program lay_out_nodes(const std::vector<NodeSpec>& nodes, std::size_t first) {
  Program program;
  for (std::size_t at = 0; at < nodes.size(); ++at) {
    const Instruction instruction = lay_out(nodes[at], first + at, program);
    program.nodes.push_back(instruction);
    program.first_values.push_back(instruction.op == Op::Const ? instruction.k0 : kNan);
    for (std::size_t kind = 1; kind < program.tapes.size(); ++kind) {
      if ((instruction.kinds & (1u << kind)) != 0) program.tapes[kind].push_back(instruction);
    }
    program.state_words += static_cast<u32>(state_words_of(nodes[at]));
  }
  return program;
}

Program compile_program(const ProgramSpec& spec, u32 source_count, std::size_t symbols) {
  if (spec.nodes.empty()) throw EngineError(ErrorCode::BadProgram, "program: it has no nodes");
  if (spec.nodes.size() > static_cast<std::size_t>(contract::kNodesMax)) {
    throw EngineError(ErrorCode::BadProgram, "program: more than 4096 nodes");
  }
  u64 words = 0;
  for (std::size_t at = 0; at < spec.nodes.size(); ++at) {
    const NodeSpec& node = spec.nodes[at];
    const contract::Operator* row = operator_of(node.op);
    if (row == nullptr) fail(at, node, "unknown operator " + std::to_string(node.op));
    check_inputs(at, node, *row);
    check_clock(at, node, *row);
    check_window(at, node, *row, source_count);
    check_params(at, node, *row);
    words += state_words_of(node);
  }
  check_outputs(spec);
  if (words * symbols > kStateWordsMax) {
    throw EngineError(ErrorCode::Capacity, "program: more than 2^31 words of state over all symbols");
  }

  Program program = lay_out_nodes(spec.nodes, 0);
  program.score = static_cast<u16>(spec.score);
  if (spec.confidence) program.confidence = static_cast<int>(*spec.confidence);
  if (spec.fair_value) program.fair_value = static_cast<int>(*spec.fair_value);
  for (std::size_t kind = 1; kind < program.tapes.size(); ++kind) {
    program.score_ticks[kind] = (program.nodes[program.score].kinds & (1u << kind)) != 0;
    program.held[kind] = held_by(program, kind);
  }
  if (all_tick_together(program)) derive_values(program);
  return program;
}

}  // namespace quartet
