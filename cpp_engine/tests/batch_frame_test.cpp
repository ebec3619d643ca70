// Frames that must be refused before anything has changed (spec 2.2).
#include "quartet/edge/batch_frame.hpp"

#include <gtest/gtest.h>

#include "batch_columns.hpp"
#include "config_encoding.hpp"
#include "quartet/edge/trading_engine.hpp"
#include "sample_config.hpp"

namespace quartet {
namespace {

bool refused(const std::vector<edge::Bytes>& columns, std::size_t controls = 0) {
  try {
    edge::frame_batch(columns, controls);
  } catch (const EngineError& error) {
    EXPECT_EQ(error.code(), ErrorCode::BadBatch);
    return true;
  }
  return false;
}

TEST(BatchFrame, EmptyBatchIsLegal) { EXPECT_FALSE(refused(std::vector<edge::Bytes>(edge::kColumns))); }

TEST(BatchFrame, NumberOfColumnsIsTheContracts) {
  EXPECT_TRUE(refused(std::vector<edge::Bytes>(edge::kColumns - 1)));
  EXPECT_TRUE(refused(std::vector<edge::Bytes>(edge::kColumns + 1)));
}

TEST(BatchFrame, EveryColumnHasItsLength) {
  const testing::BatchColumns batch = testing::quote_walk(3, 1);
  for (std::size_t i = 1; i < edge::kColumns; ++i) {
    std::vector<edge::Bytes> columns = batch.columns();
    const std::vector<std::byte> longer(columns[i].size() + 1);
    columns[i] = longer;
    EXPECT_TRUE(refused(columns)) << edge::kColumnNames[i];
  }
  EXPECT_FALSE(refused(batch.columns()));
  EXPECT_TRUE(refused(batch.columns(), 1));
}

TEST(BatchFrame, SourceFlagsAndSequenceMayBeLeftOut) {
  const testing::BatchColumns batch = testing::quote_walk(3, 1);
  for (const std::size_t i : {2U, 3U, 6U}) {
    std::vector<edge::Bytes> columns = batch.columns();
    columns[i] = {};
    EXPECT_FALSE(refused(columns)) << edge::kColumnNames[i];
  }
  for (const std::size_t i : {1U, 4U, 5U}) {
    std::vector<edge::Bytes> columns = batch.columns();
    columns[i] = {};
    EXPECT_TRUE(refused(columns)) << edge::kColumnNames[i];
  }
}

TEST(BatchFrame, ColumnsMayLieAtOddAddresses) {
  const std::string config = testing::encode(testing::sample_config(2));
  const testing::BatchColumns batch = testing::quote_walk(500, 2);
  edge::TradingEngine even(config);
  edge::TradingEngine odd(config);
  std::vector<std::vector<std::byte>> shifted;
  std::vector<edge::Bytes> columns;
  for (const edge::Bytes column : batch.columns()) {
    std::vector<std::byte>& copy = shifted.emplace_back(1);
    copy.insert(copy.end(), column.begin(), column.end());
  }
  for (const auto& column : shifted) columns.push_back(edge::Bytes(column).subspan(1));
  const edge::Bytes left = even.process(batch.columns(), {});
  const edge::Bytes right = odd.process(columns, {});
  EXPECT_TRUE(std::equal(left.begin(), left.end(), right.begin(), right.end()));
  EXPECT_FALSE(left.empty());
}

TEST(BatchFrame, RefusalChangesNothing) {
  edge::TradingEngine engine(testing::encode(testing::sample_config(2)));
  engine.process(testing::quote_walk(50, 2).columns(), {});
  const std::string before = engine.snapshot();
  const testing::BatchColumns batch = testing::quote_walk(50, 2);
  std::vector<edge::Bytes> columns = batch.columns();
  columns[5] = {};
  EXPECT_THROW(engine.process(columns, {}), EngineError);
  EXPECT_THROW(engine.evaluate(columns, {}), EngineError);
  EXPECT_EQ(engine.snapshot(), before);
}

}  // namespace
}  // namespace quartet
