// A sweep as its callers see it: configurations and batches in, rows out, every error an EngineError (spec
// 15).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "quartet/edge/batch_frame.hpp"
#include "quartet/edge/engine_options.hpp"
#include "quartet/sweep/member_group.hpp"

namespace quartet::edge {

// Not for two threads at once.
class Sweep {
 public:
  // Two threads or more: each takes some of the members. In mode `event` no member shares anything.
  explicit Sweep(std::vector<std::string> configs, const EngineOptions& options = {});

  void process(std::span<const Bytes> columns, std::span<const std::string_view> controls);
  // 192 bytes a member (spec 15.2).
  std::string rows() const;
  std::string snapshot(std::size_t member);
  std::size_t size() const { return members_.size(); }
  u64 processing_ns() const { return processing_ns_; }

 private:
  // The groups of one thread.
  using Share = std::vector<std::unique_ptr<sweep::MemberGroup>>;

  std::vector<std::unique_ptr<sweep::Member>> members_;
  std::vector<Share> shares_;
  u64 processing_ns_ = 0;
};

}  // namespace quartet::edge
