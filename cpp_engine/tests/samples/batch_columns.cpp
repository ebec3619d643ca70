// Building of batches.
#include "batch_columns.hpp"

namespace quartet::testing {
namespace {

constexpr std::size_t kKind = 0;
constexpr std::size_t kQuoteColumns = 7;
constexpr std::size_t kTradeColumns = 11;
constexpr std::size_t kBookColumns = 14;
constexpr std::size_t kBarColumns = 20;
constexpr std::size_t kSignalColumns = 25;
constexpr std::size_t kReportColumns = 27;
constexpr std::array<std::size_t, kQuoteColumns + 4> kQuoteWidths = {1, 4, 4, 4, 8, 8, 8, 8, 8, 8, 8};

}  // namespace

void BatchColumns::reserve(std::size_t quotes) {
  for (std::size_t i = 0; i < kQuoteWidths.size(); ++i) columns_[i].reserve(quotes * kQuoteWidths[i]);
}

void BatchColumns::put_common(EventKind kind, u32 symbol, i64 ts_event, i64 ts_init) {
  put(kKind, number(kind));
  put(1, symbol);
  put(2, u32{0});
  put(3, u32{0});
  put(4, ts_event);
  put(5, ts_init);
  put(6, u64{0});
}

void BatchColumns::add_quote(const Quote& quote) {
  put_common(EventKind::Quote, quote.symbol, quote.ts_event, quote.ts_init);
  put(kQuoteColumns, quote.bid);
  put(kQuoteColumns + 1, quote.ask);
  put(kQuoteColumns + 2, quote.bid_size);
  put(kQuoteColumns + 3, quote.ask_size);
}

void BatchColumns::add_trade(u32 symbol, i64 price, i64 size, i8 aggressor, i64 ts) {
  put_common(EventKind::Trade, symbol, ts, ts);
  put(kTradeColumns, price);
  put(kTradeColumns + 1, size);
  put(kTradeColumns + 2, aggressor);
}

void BatchColumns::add_book(const Quote& best) {
  put_common(EventKind::Book, best.symbol, best.ts_event, best.ts_init);
  const std::array<i64, 4> values = {best.bid, best.bid_size, best.ask, best.ask_size};
  for (std::size_t i = 0; i < values.size(); ++i) {
    put(kBookColumns + i, std::array<i64, kLevels>{values[i]});
  }
  put(kBookColumns + 4, u8{1});
  put(kBookColumns + 5, u8{1});
}

void BatchColumns::add_bar(u32 symbol, i64 low, i64 high, i64 volume, i64 ts) {
  put_common(EventKind::Bar, symbol, ts, ts);
  put(kBarColumns, low);
  put(kBarColumns + 1, high);
  put(kBarColumns + 2, low);
  put(kBarColumns + 3, high);
  put(kBarColumns + 4, volume);
}

void BatchColumns::add_signal(u32 symbol, double score, double confidence, i64 ts) {
  put_common(EventKind::ExternalSignal, symbol, ts, ts);
  put(kSignalColumns, score);
  put(kSignalColumns + 1, confidence);
}

void BatchColumns::add_event(EventKind kind, i64 ts) { put_common(kind, 0, ts, ts); }

void BatchColumns::add_control(const std::string& control, i64 ts) {
  add_event(EventKind::Control, ts);
  controls_.push_back(control);
}

void BatchColumns::add_report(u64 order_id, Trigger trigger, u64 exec_id, i64 price, i64 quantity, i64 ts) {
  add_event(EventKind::ExecutionReport, ts);
  put(kReportColumns, order_id);
  put(kReportColumns + 1, exec_id);
  put(kReportColumns + 2, number(trigger));
  put(kReportColumns + 3, u8{2});
  put(kReportColumns + 4, u16{0});
  put(kReportColumns + 5, price);
  put(kReportColumns + 6, quantity);
}

std::vector<edge::Bytes> BatchColumns::columns() const {
  std::vector<edge::Bytes> spans;
  for (const std::string& column : columns_) {
    spans.emplace_back(reinterpret_cast<const std::byte*>(column.data()), column.size());
  }
  return spans;
}

std::vector<std::string_view> BatchColumns::controls() const { return {controls_.begin(), controls_.end()}; }

BatchColumns quote_walk(std::size_t quotes, u32 symbols) {
  constexpr i64 tick = 10'000'000;
  constexpr i64 lot = 1'000'000'000;
  BatchColumns batch;
  batch.reserve(quotes);
  std::vector<i64> walk(symbols, 10'000);
  u64 state = 88172645463325252;
  const auto draw = [&](u64 below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<i64>((state >> 11) % below);
  };
  for (std::size_t i = 0; i < quotes; ++i) {
    const u32 symbol = static_cast<u32>(i % symbols);
    i64& bid = walk[symbol];
    bid += draw(3) - 1;
    if (bid < 1'000) bid = 1'000;
    const i64 ask = bid + 1 + draw(2);
    const i64 ts = 1'700'000'000'000'000'000 + static_cast<i64>(i) * 100'000;
    const i64 bid_size = (1 + draw(100)) * 100 * lot;
    const i64 ask_size = (1 + draw(100)) * 100 * lot;
    batch.add_quote({symbol, ts, ts + 5'000, bid * tick, ask * tick, bid_size, ask_size});
  }
  return batch;
}

std::vector<std::vector<edge::Bytes>> batches_of(const BatchColumns& quotes, std::size_t batch_quotes) {
  const std::vector<edge::Bytes> whole = quotes.columns();
  std::vector<std::vector<edge::Bytes>> batches;
  for (std::size_t at = 0; at + batch_quotes <= whole[kKind].size(); at += batch_quotes) {
    std::vector<edge::Bytes>& batch = batches.emplace_back(edge::kColumns);
    for (std::size_t i = 0; i < kQuoteWidths.size(); ++i)
      batch[i] = whole[i].subspan(at * kQuoteWidths[i], batch_quotes * kQuoteWidths[i]);
  }
  return batches;
}

}  // namespace quartet::testing
