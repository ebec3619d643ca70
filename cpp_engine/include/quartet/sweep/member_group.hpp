// Members whose phase one reads the same of the market: one pass through it serves them all (spec 15.1).
#pragma once

#include <memory>
#include <vector>

#include "quartet/sweep/member.hpp"

namespace quartet::sweep {

class MemberGroup {
 public:
  // Members that read the same of the market, and their programs as one.
  MemberGroup(std::vector<Member*> members, MergedPrograms programs);
  // Members by themselves.
  explicit MemberGroup(std::vector<Member*> members) : members_(std::move(members)) {}

  void process(const Batch& batch, Controls controls);

 private:
  Piece next_piece(const Batch& batch, std::size_t begin, RowCursors& cursors, u64 first_event_index);
  void run_pieces(const Batch& batch, Controls controls);

  std::vector<Member*> members_;
  PhaseOne phase_one_;
  SignalBlock* block_ = nullptr;
  QuoteRun quotes_;
  VerdictBlock verdicts_;
  VerdictBlock working_;  // of the member at hand
  u64 events_ = 0;        // of earlier batches
};

// Members that may share phase one, together; `merge` false: none does.
std::vector<std::unique_ptr<MemberGroup>> form_groups(const std::vector<Member*>& members, bool merge);

}  // namespace quartet::sweep
