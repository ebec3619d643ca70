// Hash-consing of nodes, and the split into shared and late ones.
#include "quartet/sweep/program_merge.hpp"

#include <algorithm>
#include <utility>

namespace quartet::sweep {
namespace {

constexpr std::size_t kColumnsMax = 65'535;
constexpr std::size_t kNoColumn = ~std::size_t{0};
constexpr u64 kStateWordsMax = u64{1} << 31;

template <class T>
void append(std::string& key, T value) {
  key.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

// Everything that a node's values and state depend on; its name is not among it.
std::string key_of(const NodeSpec& node) {
  std::string key;
  append(key, node.op);
  append(key, node.clock);
  append(key, node.n);
  append(key, node.inputs.size());
  for (const u32 input : node.inputs) append(key, input);
  for (const double param : node.params) append(key, param);
  return key;
}

u64 state_words_of(const ProgramSpec& program) {
  u64 words = 0;
  for (const NodeSpec& node : program.nodes) words += quartet::state_words_of(node);
  return words;
}

// In a block of one kind, what does not tick stands still, for whoever reads it.
void hold_the_rest(Program& program) {
  for (const Instruction& node : program.nodes) {
    for (std::size_t kind = 1; kind < program.held.size(); ++kind) {
      if (node.family != Family::Const && (node.kinds & (1u << kind)) == 0)
        program.held[kind].push_back(node.out);
    }
  }
}

}  // namespace

bool ProgramMerge::has_room_for(const ProgramSpec& program) const {
  return nodes_.size() + program.nodes.size() <= kColumnsMax &&
         (state_words_ + sweep::state_words_of(program)) * symbols_ <= kStateWordsMax;
}

std::size_t ProgramMerge::place_of(NodeSpec node) {
  const auto [known, is_new] = places_.try_emplace(key_of(node), nodes_.size());
  if (is_new) {
    state_words_ += quartet::state_words_of(node);
    nodes_.push_back({std::move(node), 0, 0});
  }
  return known->second;
}

void ProgramMerge::add(const ProgramSpec& program) {
  const std::size_t member = added_.size();
  Added& added = added_.emplace_back();
  for (NodeSpec node : program.nodes) {
    for (u32& input : node.inputs) input = static_cast<u32>(added.place_of[input]);
    const std::size_t place = place_of(std::move(node));
    added.place_of.push_back(place);
    Node& merged = nodes_[place];
    if (merged.members == 0 || merged.last_member != member) ++merged.members;
    merged.last_member = member;
  }
  added.score = program.score;
  if (program.confidence) added.confidence = static_cast<int>(*program.confidence);
  if (program.fair_value) added.fair_value = static_cast<int>(*program.fair_value);
}

// From the last node to the first, so that a node is known to be shared before its inputs are looked at.
std::vector<bool> ProgramMerge::find_late() const {
  std::vector<bool> late(nodes_.size());
  for (std::size_t place = 0; place < nodes_.size(); ++place) {
    const Family family = family_of(static_cast<Op>(nodes_[place].spec.op));
    late[place] = nodes_[place].members == 1 && (family == Family::Stateless || family == Family::Model);
  }
  for (std::size_t place = nodes_.size(); place-- > 0;) {
    if (late[place]) continue;
    for (const u32 input : nodes_[place].spec.inputs) late[input] = false;
  }
  return late;
}

MergedPrograms ProgramMerge::finish() const {
  MergedPrograms out;
  const std::vector<bool> late = find_late();
  std::vector<std::size_t> column_of(nodes_.size(), kNoColumn);  // by place
  const auto with_columns = [&](std::size_t place) {
    NodeSpec spec = nodes_[place].spec;
    for (u32& input : spec.inputs) input = static_cast<u32>(column_of[input]);
    return spec;
  };
  std::vector<NodeSpec> shared;
  for (std::size_t place = 0; place < nodes_.size(); ++place) {
    if (late[place]) continue;
    column_of[place] = shared.size();
    shared.push_back(with_columns(place));
  }
  out.shared = lay_out_nodes(shared, 0);
  hold_the_rest(out.shared);
  for (const Added& added : added_) {
    std::vector<NodeSpec> own;
    MemberProgram& member = out.members.emplace_back();
    for (const std::size_t place : added.place_of) {
      if (late[place] && column_of[place] == kNoColumn) {
        column_of[place] = shared.size() + own.size();
        own.push_back(with_columns(place));
      }
      member.column_of.push_back(static_cast<u16>(column_of[place]));
    }
    member.late = lay_out_nodes(own, shared.size());
    hold_the_rest(member.late);
    const auto output = [&](int node) {
      return node >= 0 ? int{member.column_of[static_cast<std::size_t>(node)]} : -1;
    };
    member.late.score = member.column_of[added.score];
    member.late.confidence = output(added.confidence);
    member.late.fair_value = output(added.fair_value);
    const u32 clock = nodes_[added.place_of[added.score]].spec.clock;
    for (std::size_t kind = 1; kind < member.late.score_ticks.size(); ++kind)
      member.late.score_ticks[kind] = (clock & ticks_of(kind)) != 0;
    out.late_columns = std::max(out.late_columns, own.size());
  }
  return out;
}

}  // namespace quartet::sweep
