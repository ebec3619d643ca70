// Programs of many members as one: nodes that compute the same are one node (spec 15.1).
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "quartet/signal_engine/program.hpp"

namespace quartet::sweep {

// What a member makes of the shared columns.
struct MemberProgram {
  // Its *late* nodes: stateless ones that no other member has and nothing shared reads. Their columns lie
  // behind the shared ones; inputs and outputs are columns of either.
  Program late;
  std::vector<u16> column_of;  // by its own node
};

struct MergedPrograms {
  Program shared;
  std::vector<MemberProgram> members;  // in the order in which they were added
  std::size_t late_columns = 0;        // of the member that has most
};

class ProgramMerge {
 public:
  explicit ProgramMerge(std::size_t symbols) : symbols_(symbols) {}

  // Whether the nodes of one more program can still be numbered and keep their state.
  bool has_room_for(const ProgramSpec& program) const;
  // The program must be sound (spec 3.9).
  void add(const ProgramSpec& program);
  MergedPrograms finish() const;

 private:
  struct Node {
    NodeSpec spec;  // inputs are places among the nodes
    std::size_t members = 0;
    std::size_t last_member = 0;
  };
  struct Added {
    std::vector<std::size_t> place_of;  // by its own node
    std::size_t score = 0;              // own nodes
    int confidence = -1;
    int fair_value = -1;
  };

  std::size_t place_of(NodeSpec node);
  std::vector<bool> find_late() const;

  std::size_t symbols_;
  u64 state_words_ = 0;
  std::vector<Node> nodes_;
  std::unordered_map<std::string, std::size_t> places_;  // by what a node computes
  std::vector<Added> added_;
};

}  // namespace quartet::sweep
