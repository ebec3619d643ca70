// Phase one once, then every member through the same events while its state is at hand.
#include "quartet/sweep/member_group.hpp"

#include <algorithm>
#include <new>
#include <string>
#include <unordered_map>

namespace quartet::sweep {
namespace {

// Values of all columns that a block may hold: what the second cache has room for.
constexpr std::size_t kCachedValues = 131'072;

std::size_t events_of_block(std::size_t columns) {
  return std::clamp<std::size_t>(kCachedValues / columns, 64, kSharedBlockEvents);
}

template <class T>
void append(std::string& key, T value) {
  key.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

// All that market data and the tests of it depend on.
std::string market_key(const EngineState& engine) {
  const EngineConfig& config = engine.config;
  std::string key;
  append(key, config.signals.max_signals_per_symbol);
  append(key, config.signals.min_confidence);
  append(key, config.signals.max_age_ns);
  append(key, config.session_roll_ns);
  append(key, config.capacity.source_count);
  for (u32 symbol = 0; symbol < engine.symbols.size(); ++symbol) {
    append(key, engine.instrument(symbol).price_min);
    append(key, engine.instrument(symbol).price_max);
  }
  return key;
}

}  // namespace

MemberGroup::MemberGroup(std::vector<Member*> members, MergedPrograms programs)
    : members_(std::move(members)) {
  const std::size_t columns = programs.shared.nodes.size() + programs.late_columns;
  const EngineState& first = members_.front()->engine();
  phase_one_.configure(first.config, first.price_bounds(), std::move(programs.shared));
  block_ = &phase_one_.share_block(programs.late_columns, events_of_block(columns));
  for (std::size_t i = 0; i < members_.size(); ++i) {
    members_[i]->join(std::move(programs.members[i]), phase_one_);
  }
}

void MemberGroup::process(const Batch& batch, Controls controls) {
  try {
    run_pieces(batch, controls);
  } catch (const std::bad_alloc&) {
    for (Member* member : members_) member->fail("out of memory in the middle of a batch");
  }
}

Piece MemberGroup::next_piece(const Batch& batch, std::size_t begin, RowCursors& cursors,
                              u64 first_event_index) {
  Piece piece;
  piece.batch = &batch;
  piece.begin = begin;
  piece.cursors = cursors;
  const auto merged = [](const Member* member) { return member->merged() && member->sound(); };
  if (std::none_of(members_.begin(), members_.end(), merged)) {
    piece.end = batch.events;
    return piece;
  }
  const std::size_t limit = std::min(batch.events, begin + kSharedBlockEvents);
  piece.end = phase_one_.run_block(batch, begin, limit, cursors, first_event_index + begin, verdicts_);
  piece.block = block_;
  piece.verdicts = &verdicts_;
  const std::size_t first_row = piece.cursors.next(number(EventKind::Quote));
  if (quotes_.read(batch, begin, piece.end, first_row, verdicts_)) piece.quotes = &quotes_;
  return piece;
}

void MemberGroup::run_pieces(const Batch& batch, Controls controls) {
  RowCursors cursors;
  std::size_t begin = 0;
  while (begin < batch.events) {
    const Piece piece = next_piece(batch, begin, cursors, events_);
    for (Member* member : members_) {
      if (member->sound()) member->run(piece, controls, working_);
    }
    if (piece.ends_with_control() && !controls.empty()) controls = controls.subspan(1);
    begin = piece.end;
  }
  events_ += batch.events;
}

std::vector<std::unique_ptr<MemberGroup>> form_groups(const std::vector<Member*>& members, bool merge) {
  std::vector<std::unique_ptr<MemberGroup>> groups;
  if (!merge) {
    groups.push_back(std::make_unique<MemberGroup>(members));
    return groups;
  }
  struct Forming {
    std::vector<Member*> members;
    ProgramMerge programs;
  };
  std::unordered_map<std::string, Forming> forming;
  const auto form = [&](Forming& done) {
    groups.push_back(std::make_unique<MemberGroup>(std::move(done.members), done.programs.finish()));
  };
  for (Member* member : members) {
    const EngineState& engine = member->engine();
    const ProgramMerge empty(engine.symbols.size());
    Forming& group = forming.try_emplace(market_key(engine), Forming{{}, empty}).first->second;
    if (!group.members.empty() && !group.programs.has_room_for(engine.config.program)) {
      form(group);
      group = {{}, empty};
    }
    group.members.push_back(member);
    group.programs.add(engine.config.program);
  }
  for (auto& [key, group] : forming) form(group);
  return groups;
}

}  // namespace quartet::sweep
