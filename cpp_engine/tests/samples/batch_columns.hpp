// Batches for tests and benchmarks: owned columns in the order of the contract's table.
#pragma once

#include <string>
#include <vector>

#include "quartet/edge/batch_frame.hpp"

namespace quartet::testing {

struct Quote {
  u32 symbol = 0;
  i64 ts_event = 0;
  i64 ts_init = 0;
  i64 bid = 0;
  i64 ask = 0;
  i64 bid_size = 0;
  i64 ask_size = 0;
};

class BatchColumns {
 public:
  void reserve(std::size_t quotes);
  void add_quote(const Quote& quote);
  void add_trade(u32 symbol, i64 price, i64 size, i8 aggressor, i64 ts);
  // A book of one level a side.
  void add_book(const Quote& best);
  void add_bar(u32 symbol, i64 low, i64 high, i64 volume, i64 ts);
  void add_signal(u32 symbol, double score, double confidence, i64 ts);
  // An event of a kind without columns of its own.
  void add_event(EventKind kind, i64 ts);
  void add_control(const std::string& control, i64 ts);
  void add_report(u64 order_id, Trigger trigger, u64 exec_id, i64 price, i64 quantity, i64 ts);

  std::vector<edge::Bytes> columns() const;
  std::vector<std::string_view> controls() const;

 private:
  template <class T>
  void put(std::size_t column, T value) {
    columns_[column].append(reinterpret_cast<const char*>(&value), sizeof(T));
  }
  void put_common(EventKind kind, u32 symbol, i64 ts_event, i64 ts_init);

  std::array<std::string, edge::kColumns> columns_;
  std::vector<std::string> controls_;
};

// A random walk of bids with spreads of one or two ticks, symbols in turn, ten thousand quotes a second.
BatchColumns quote_walk(std::size_t quotes, u32 symbols);

// The same cut into batches of so many quotes; what is left over is not in them.
std::vector<std::vector<edge::Bytes>> batches_of(const BatchColumns& quotes, std::size_t batch_quotes);

}  // namespace quartet::testing
