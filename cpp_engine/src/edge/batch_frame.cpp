// Lengths of columns against the kinds of events (spec 2.2).
#include "quartet/edge/batch_frame.hpp"

#include <string>

namespace quartet::edge {

const std::array<std::string_view, kColumns> kColumnNames = {"kind",
                                                             "symbol",
                                                             "source",
                                                             "flags",
                                                             "ts_event",
                                                             "ts_init",
                                                             "sequence",
                                                             "bid_price",
                                                             "ask_price",
                                                             "bid_size",
                                                             "ask_size",
                                                             "trade_price",
                                                             "trade_size",
                                                             "aggressor",
                                                             "book_bid_prices",
                                                             "book_bid_sizes",
                                                             "book_ask_prices",
                                                             "book_ask_sizes",
                                                             "book_bid_levels",
                                                             "book_ask_levels",
                                                             "bar_open",
                                                             "bar_high",
                                                             "bar_low",
                                                             "bar_close",
                                                             "bar_volume",
                                                             "signal_score",
                                                             "signal_confidence",
                                                             "report_order_id",
                                                             "report_exec_id",
                                                             "report_trigger",
                                                             "report_liquidity",
                                                             "report_code",
                                                             "report_price",
                                                             "report_quantity"};

namespace {

[[noreturn]] void fail(const std::string& what) { throw EngineError(ErrorCode::BadBatch, "batch: " + what); }

[[noreturn, gnu::cold]] void fail_at(std::size_t column, std::size_t bytes, std::size_t wanted) {
  fail("column " + std::string(kColumnNames[column]) + " has " + std::to_string(bytes) +
       " bytes, the events ask for " + std::to_string(wanted));
}

// Hands out the columns one after the other.
class ColumnList {
 public:
  explicit ColumnList(std::span<const Bytes> columns) : columns_(columns) {}

  template <class T>
  void place(Column<T>& column, std::size_t rows, std::size_t width = 1) {
    column = Column<T>(take(rows * width * sizeof(T)).data());
  }
  template <class T>
  void place(OptionalColumn<T>& column, std::size_t rows) {
    if (columns_[next_].empty()) {
      ++next_;
      column = OptionalColumn<T>(nullptr);
      return;
    }
    column = OptionalColumn<T>(take(rows * sizeof(T)).data());
  }

 private:
  Bytes take(std::size_t bytes) {
    const Bytes column = columns_[next_];
    if (column.size() != bytes) [[unlikely]]
      fail_at(next_, column.size(), bytes);
    ++next_;
    return column;
  }

  std::span<const Bytes> columns_;
  std::size_t next_ = 0;
};

using KindCounts = std::array<std::size_t, kEventKinds>;

std::size_t counted_as(std::byte kind) {
  const auto number = static_cast<std::size_t>(kind);
  return number < kEventKinds ? number : 0;
}

bool all_equal(Bytes kinds) {
  unsigned other = 0;
  for (const std::byte kind : kinds) other |= static_cast<unsigned>(kind ^ kinds[0]);
  return other == 0;
}

// Events by kind, those of unknown kinds as kind 0. Of many that are not all of one kind, four tables in
// turn, so that a run of one kind does not wait for its own last increment.
KindCounts count_kinds(Bytes kinds) {
  constexpr std::size_t few = 16;
  KindCounts rows{};
  if (kinds.size() <= few) {
    for (const std::byte kind : kinds) ++rows[counted_as(kind)];
    return rows;
  }
  if (all_equal(kinds)) {
    rows[counted_as(kinds[0])] = kinds.size();
    return rows;
  }
  std::array<KindCounts, 4> lanes{};
  for (std::size_t i = 0; i < kinds.size(); ++i) ++lanes[i % 4][counted_as(kinds[i])];
  for (const KindCounts& lane : lanes) {
    for (std::size_t kind = 0; kind < rows.size(); ++kind) rows[kind] += lane[kind];
  }
  return rows;
}

}  // namespace

Batch frame_batch(std::span<const Bytes> columns, std::size_t controls) {
  if (columns.size() != kColumns) {
    fail(std::to_string(columns.size()) + " columns, the contract has " + std::to_string(kColumns));
  }
  Batch batch;
  batch.events = columns[0].size();
  const KindCounts rows = count_kinds(columns[0]);
  const auto of = [&](EventKind kind) { return rows[number(kind)]; };
  if (controls != of(EventKind::Control)) {
    fail(std::to_string(controls) + " controls for " + std::to_string(of(EventKind::Control)) +
         " CONTROL events");
  }

  ColumnList list(columns);
  list.place(batch.kind, batch.events);
  list.place(batch.symbol, batch.events);
  list.place(batch.source, batch.events);
  list.place(batch.flags, batch.events);
  list.place(batch.ts_event, batch.events);
  list.place(batch.ts_init, batch.events);
  list.place(batch.sequence, batch.events);
  for (auto* column : {&batch.bid_price, &batch.ask_price, &batch.bid_size, &batch.ask_size}) {
    list.place(*column, of(EventKind::Quote));
  }
  list.place(batch.trade_price, of(EventKind::Trade));
  list.place(batch.trade_size, of(EventKind::Trade));
  list.place(batch.aggressor, of(EventKind::Trade));
  for (auto* column :
       {&batch.book_bid_prices, &batch.book_bid_sizes, &batch.book_ask_prices, &batch.book_ask_sizes}) {
    list.place(*column, of(EventKind::Book), kLevels);
  }
  list.place(batch.book_bid_levels, of(EventKind::Book));
  list.place(batch.book_ask_levels, of(EventKind::Book));
  for (auto* column :
       {&batch.bar_open, &batch.bar_high, &batch.bar_low, &batch.bar_close, &batch.bar_volume}) {
    list.place(*column, of(EventKind::Bar));
  }
  list.place(batch.signal_score, of(EventKind::ExternalSignal));
  list.place(batch.signal_confidence, of(EventKind::ExternalSignal));
  list.place(batch.report_order_id, of(EventKind::ExecutionReport));
  list.place(batch.report_exec_id, of(EventKind::ExecutionReport));
  list.place(batch.report_trigger, of(EventKind::ExecutionReport));
  list.place(batch.report_liquidity, of(EventKind::ExecutionReport));
  list.place(batch.report_code, of(EventKind::ExecutionReport));
  list.place(batch.report_price, of(EventKind::ExecutionReport));
  list.place(batch.report_quantity, of(EventKind::ExecutionReport));
  return batch;
}

}  // namespace quartet::edge
