// Making of members, and one thread for each share of them.
#include "quartet/edge/sweep.hpp"

#include <algorithm>
#include <cstring>
#include <system_error>
#include <thread>

#include "quartet/core/float_environment.hpp"
#include "quartet/edge/snapshot.hpp"
#include "quartet/edge/within_memory.hpp"
#include "quartet/performance/latency.hpp"

namespace quartet::edge {
namespace {

constexpr std::size_t kAmountsAt = 112;
constexpr std::size_t kRowSize = 192;

std::string name_of(std::size_t member) { return "member " + std::to_string(member); }

std::unique_ptr<sweep::Member> make_member(std::size_t place, std::string config) {
  try {
    return std::make_unique<sweep::Member>(within_memory([&] { return configure(std::move(config)); }));
  } catch (const EngineError& error) {
    throw EngineError(error.code(), name_of(place) + ": " + error.what());
  }
}

void put_row(std::string& out, const EngineState& engine) {
  std::array<char, kRowSize> row{};
  static_assert(sizeof(Counters) <= kAmountsAt);
  std::memcpy(row.data(), &engine.counters, sizeof(Counters));
  const Ledger& ledger = engine.ledger;
  const std::array<i128, 5> amounts = {ledger.cash, ledger.equity, ledger.fees, ledger.realised, ledger.peak};
  static_assert(kAmountsAt + sizeof(amounts) == kRowSize);
  std::memcpy(row.data() + kAmountsAt, amounts.data(), sizeof(amounts));
  out.append(row.data(), row.size());
}

}  // namespace

Sweep::Sweep(std::vector<std::string> configs, const EngineOptions& options) {
  const FloatEnvironment environment;
  if (configs.empty())
    throw EngineError(ErrorCode::BadConfig, "sweep: it has no members; give it at least one");
  for (std::string& config : configs) {
    members_.push_back(make_member(members_.size(), std::move(config)));
    members_.back()->set_mode(options.mode);
    const std::size_t instruments = members_.back()->engine().symbols.size();
    const std::size_t first = members_.front()->engine().symbols.size();
    if (instruments != first) {
      throw EngineError(ErrorCode::BadConfig, name_of(members_.size() - 1) + ": it has " +
                                                  std::to_string(instruments) +
                                                  " instruments, member 0 has " + std::to_string(first));
    }
  }
  const std::size_t shares = std::min<std::size_t>(options.threads, members_.size());
  within_memory([&] {
    for (std::size_t share = 0; share < shares; ++share) {
      std::vector<sweep::Member*> members;
      for (std::size_t i = share * members_.size() / shares; i < (share + 1) * members_.size() / shares; ++i)
        members.push_back(members_[i].get());
      shares_.push_back(sweep::form_groups(members, options.mode != Mode::Event));
    }
  });
}

void Sweep::process(std::span<const Bytes> columns, std::span<const std::string_view> controls) {
  const u64 started = monotonic_ns();
  const Batch batch = frame_batch(columns, controls.size());
  const auto run = [&](Share& share) {
    const FloatEnvironment environment;
    for (const auto& group : share) group->process(batch, controls);
  };
  std::vector<std::jthread> threads;
  for (std::size_t share = 1; share < shares_.size(); ++share) {
    try {
      threads.emplace_back(run, std::ref(shares_[share]));
    } catch (const std::system_error&) {
      run(shares_[share]);  // without a thread of its own
    }
  }
  run(shares_.front());
  threads.clear();
  processing_ns_ = monotonic_ns() - started;
}

std::string Sweep::rows() const {
  std::string out;
  for (const auto& member : members_) put_row(out, member->engine());
  return out;
}

std::string Sweep::snapshot(std::size_t member) {
  if (member >= members_.size()) {
    throw EngineError(ErrorCode::BadConfig, "sweep: there is no " + name_of(member) + ", it has " +
                                                std::to_string(members_.size()));
  }
  sweep::Member& asked = *members_[member];
  if (!asked.sound()) {
    throw EngineError(ErrorCode::EngineFailed, name_of(member) + ": it has failed: " + asked.engine().fault);
  }
  return within_memory([&] {
    asked.settle();
    return take_snapshot(asked.engine());
  });
}

}  // namespace quartet::edge
