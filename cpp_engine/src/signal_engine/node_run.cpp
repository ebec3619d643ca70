// One tight loop per operator over the columns of a block.
#include "quartet/signal_engine/node_run.hpp"

#include "quartet/signal_engine/moment_run.hpp"
#include "quartet/signal_engine/state_arena.hpp"
#include "quartet/signal_engine/stateful_operators.hpp"
#include "quartet/signal_engine/stateless_operators.hpp"

namespace quartet {
namespace {

struct Inputs {
  const double* x;
  const double* y;
  const double* z;
};

Inputs inputs_of(const Instruction& node, SignalBlock& block) {
  return {block.column(node.a), block.column(node.b), block.column(node.c)};
}

void run_stateless(const Instruction& node, SignalBlock& block) {
  const auto [x, y, z] = inputs_of(node, block);
  double* __restrict out = block.column(node.out);
  const std::size_t ticks = block.ticks;
  stateless::with(node, [&, x = x, y = y, z = z](auto operation) {
    for (std::size_t t = 0; t < ticks; ++t) out[t] = operation(x[t], y[t], z[t]);
    return true;
  });
}

void run_stateful(const Instruction& node, SignalBlock& block) {
  const auto [x, y, z] = inputs_of(node, block);
  double* __restrict out = block.column(node.out);
  const std::size_t ticks = block.ticks;
  stateful::with(node, [&, x = x, y = y](auto step) {
    for (std::size_t t = 0; t < ticks; ++t) {
      std::byte* state = block.state[t];
      out[t] = step(u_words(state, node.state), f_words(state, node.state + node.u_words), x[t], y[t]);
    }
    return true;
  });
}

// An average of one symbol, its state at hand while it runs.
class Average {
 public:
  Average(const Instruction& node, SignalBlock& block)
      : u_(u_words(block.state[0], node.state)),
        f_(f_words(block.state[0], node.state + node.u_words)),
        x_(block.column(node.a)),
        out_(block.column(node.out)),
        ema_(node.n, node.k0),
        steps_(*u_),
        s_(*f_) {}
  ~Average() {
    *u_ = steps_;
    *f_ = s_;
  }
  Average(const Average&) = delete;
  Average& operator=(const Average&) = delete;

  void step(std::size_t t) { out_[t] = ema_.step(&steps_, &s_, x_[t]); }

 private:
  u64* u_;
  double* f_;
  const double* x_;
  double* out_;
  smoothing::Ema ema_;
  u64 steps_;
  double s_;
};

bool is_average(const Instruction& node) { return node.op == Op::Ema; }

// Each step of an average waits for the one before: two that do not wait for each other take the time of one.
void run_averages(const Instruction& one, const Instruction& other, SignalBlock& block) {
  Average first(one, block);
  Average second(other, block);
  for (std::size_t t = 0; t < block.ticks; ++t) {
    first.step(t);
    second.step(t);
  }
}

// Of many symbols, two averages of the same numbers: what they share is read once a tick.
void run_averages_of_one(const Instruction& one, const Instruction& other, SignalBlock& block) {
  const double* const x = block.column(one.a);
  double* __restrict const first_out = block.column(one.out);
  double* __restrict const second_out = block.column(other.out);
  const smoothing::Ema first(one.n, one.k0);
  const smoothing::Ema second(other.n, other.k0);
  const u32 first_word = one.state;
  const u32 second_word = other.state;
  const std::size_t ticks = block.ticks;
  for (std::size_t t = 0; t < ticks; ++t) {
    const double number = x[t];
    if (is_nan(number)) [[unlikely]] {
      first_out[t] = second_out[t] = kNan;
      continue;
    }
    std::byte* const state = block.state[t];
    first_out[t] = first.step_number(u_words(state, first_word), f_words(state, first_word + 1), number);
    second_out[t] = second.step_number(u_words(state, second_word), f_words(state, second_word + 1), number);
  }
}

void run_average(const Instruction& node, SignalBlock& block) {
  Average average(node, block);
  for (std::size_t t = 0; t < block.ticks; ++t) average.step(t);
}

// The sum of a LINEAR or LOGISTIC, input by input: each tick's sum still grows in input order (spec 4.2).
void run_model(const Instruction& node, const Program& program, SignalBlock& block) {
  const double* params = program.params.data() + node.params;
  double* __restrict out = block.column(node.out);
  const std::size_t ticks = block.ticks;
  std::fill_n(out, ticks, params[0]);
  for (std::size_t i = 0; i < node.input_count; ++i) {
    const double* x = block.column(program.inputs[node.inputs + i]);
    const double weight = params[i + 1];
    for (std::size_t t = 0; t < ticks; ++t) out[t] = out[t] + weight * x[t];
  }
  if (node.op == Op::Linear) return;
  for (std::size_t t = 0; t < ticks; ++t) out[t] = stateless::logistic(out[t]);
}

bool ticks_at(const Instruction& node, u8 kind) { return ((node.kinds >> kind) & 1) != 0; }

// Puts the symbol's last value where the node does not tick.
void keep_elsewhere(const Instruction& node, SignalBlock& block) {
  double* out = block.column(node.out);
  for (std::size_t t = 0; t < block.ticks; ++t) {
    const double kept = out[block.previous[t]];
    out[t] = ticks_at(node, block.kind[t]) ? out[t] : kept;
  }
}

void step_where_it_ticks(const Instruction& node, SignalBlock& block) {
  const auto [x, y, z] = inputs_of(node, block);
  double* out = block.column(node.out);
  stateful::with(node, [&, x = x, y = y](auto step) {
    for (std::size_t t = 0; t < block.ticks; ++t) {
      std::byte* state = block.state[t];
      out[t] = ticks_at(node, block.kind[t])
                   ? step(u_words(state, node.state), f_words(state, node.state + node.u_words), x[t], y[t])
                   : out[block.previous[t]];
    }
    return true;
  });
}

// A node that ticks at every tick of the block; its inputs' columns are there.
void run_node(const Instruction& node, const Program& program, SignalBlock& block) {
  switch (node.family) {
    case Family::Stateless:
      run_stateless(node, block);
      break;
    case Family::Stateful:
      if (is_of_moments(node.op)) {
        run_moments(node, block);
      } else {
        run_stateful(node, block);
      }
      break;
    case Family::Model:
      run_model(node, program, block);
      break;
    case Family::Source:
    case Family::Const:
      break;
  }
}

// Nodes that tick at every tick of the block, in program order.
void run_nodes(const std::vector<Instruction>& nodes, const Program& program, SignalBlock& block) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Instruction& node = nodes[i];
    const bool two = is_average(node) && i + 1 < nodes.size() && is_average(nodes[i + 1]);
    if (block.symbols != 1) {
      if (two && nodes[i + 1].a == node.a) {
        run_averages_of_one(node, nodes[++i], block);
      } else {
        run_node(node, program, block);
      }
    } else if (two && nodes[i + 1].a != node.out) {
      run_averages(node, nodes[++i], block);
    } else if (is_average(node)) {
      run_average(node, block);
    } else {
      run_node(node, program, block);
    }
  }
}

// A node that ticks at some ticks only, and keeps its symbol's value at the others. A source's own ticks are
// there already.
void run_node_where_it_ticks(const Instruction& node, const Program& program, SignalBlock& block) {
  if (node.family == Family::Const) return;
  if (node.family == Family::Stateful) {
    step_where_it_ticks(node, block);
    return;
  }
  run_node(node, program, block);
  keep_elsewhere(node, block);
}

// Every node of the kind ticks at every tick; what else they read stands still.
void run_one_kind(const Program& program, SignalBlock& block, const NodeValues& values) {
  const u8 kind = block.kind[0];
  for (const u16 node : program.held[kind]) {
    double* column = block.column(node);
    for (std::size_t t = 0; t < block.ticks; ++t) column[t] = values.of(block.symbol[t], node);
  }
  run_nodes(program.tapes[kind], program, block);
  for (std::size_t i = 0; i < block.symbols; ++i) {
    double* const row = values.row(block.symbol_at[i]);
    const double* const last = block.column(0) + block.last[i];
    const std::size_t stride = block.column_values();
    for (const Instruction& node : program.tapes[kind]) {
      if (node.place != kNotKept) row[node.place] = last[node.out * stride];
    }
  }
}

// What is not kept is read at no tick but its own.
void run_kinds(const Program& program, SignalBlock& block, const NodeValues& values) {
  for (const Instruction& node : program.nodes) {
    if (node.family == Family::Const) continue;
    double* column = block.column(node.out);
    const bool kept = node.place != kNotKept;
    for (std::size_t i = 0; kept && i < block.symbols; ++i) {
      column[block.before(i)] = values.row(block.symbol_at[i])[node.place];
    }
    if ((block.kinds & ~node.kinds) == 0) {
      run_node(node, program, block);
    } else {
      run_node_where_it_ticks(node, program, block);
    }
    for (std::size_t i = 0; kept && i < block.symbols; ++i) {
      values.row(block.symbol_at[i])[node.place] = column[block.last[i]];
    }
  }
}

}  // namespace

void run_stateless_nodes_at(std::size_t t, const Program& program, SignalBlock& block) {
  for (const Instruction& node : program.tapes[block.kind[0]]) {
    double& out = block.column(node.out)[t];
    if (node.family == Family::Stateless) {
      const double x = block.column(node.a)[t];
      const double y = block.column(node.b)[t];
      const double z = block.column(node.c)[t];
      stateless::with(node, [&](auto operation) { return out = operation(x, y, z), true; });
      continue;
    }
    const double* params = program.params.data() + node.params;
    double sum = params[0];
    for (std::size_t i = 0; i < node.input_count; ++i)
      sum = sum + params[i + 1] * block.column(program.inputs[node.inputs + i])[t];
    out = node.op == Op::Linear ? sum : stateless::logistic(sum);
  }
}

void run_program(const Program& program, SignalBlock& block, const NodeValues& values) {
  if (block.one_kind) {
    run_one_kind(program, block, values);
  } else {
    run_kinds(program, block, values);
  }
}

}  // namespace quartet
