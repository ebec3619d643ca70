// A live venue: orders go out as records, reports come in as events (spec 7.11).
#include <gtest/gtest.h>

#include "batch_columns.hpp"
#include "config_encoding.hpp"
#include "quartet/edge/trading_engine.hpp"
#include "sample_config.hpp"

namespace quartet {
namespace {

template <class Record>
std::vector<Record> records_of(edge::Bytes bytes, contract::RecordKind kind) {
  std::vector<Record> found;
  for (std::size_t at = 0; at < bytes.size(); at += contract::kRecordSize) {
    Record record;
    std::memcpy(&record, bytes.data() + at, sizeof(record));
    if (record.kind == static_cast<u8>(kind)) found.push_back(record);
  }
  return found;
}

class ExternalVenue : public ::testing::Test {
 protected:
  static EngineConfig external() {
    EngineConfig config = testing::sample_config(1);
    config.venue.mode = number(VenueMode::External);
    config.program = testing::crossover_program(1, 1);
    return config;
  }
  // The first quote of this program buys a lot.
  void open_an_order() {
    testing::BatchColumns batch;
    batch.add_quote(
        {0, kStart, kStart, 100 * testing::kUnit, 101 * testing::kUnit, testing::kUnit, testing::kUnit});
    const auto orders =
        records_of<contract::OrderRecord>(engine.process(batch.columns(), {}), contract::RecordKind::Order);
    ASSERT_EQ(orders.size(), 1U);
    EXPECT_EQ(orders[0].state_to, number(OrderState::PendingNew));
    EXPECT_EQ(orders[0].order_id, 1U);
  }
  edge::Bytes report(Trigger trigger, u64 exec_id, i64 price, i64 quantity, u64 order_id = 1) {
    testing::BatchColumns batch;
    batch.add_report(order_id, trigger, exec_id, price, quantity, kStart + 1'000);
    return engine.process(batch.columns(), {});
  }
  void expect_refused(edge::Bytes records, Code code) {
    const auto rejects = records_of<contract::InputRejectRecord>(records, contract::RecordKind::InputReject);
    ASSERT_EQ(rejects.size(), 1U);
    EXPECT_EQ(rejects[0].code, number(code));
  }

  static constexpr i64 kStart = 1'700'000'000'000'000'000;
  edge::TradingEngine engine{testing::encode(external())};
};

TEST_F(ExternalVenue, AcknowledgedAndFilled) {
  open_an_order();
  EXPECT_EQ(
      records_of<contract::OrderRecord>(report(Trigger::Ack, 0, 0, 0), contract::RecordKind::Order).size(),
      1U);
  const auto fills = records_of<contract::FillRecord>(
      report(Trigger::Fill, 7, 101 * testing::kUnit, testing::kUnit), contract::RecordKind::Fill);
  ASSERT_EQ(fills.size(), 1U);
  EXPECT_EQ(fills[0].exec_id, 7U);
  EXPECT_EQ(fills[0].position, testing::kUnit);
  EXPECT_EQ(fills[0].reason, number(FillReason::External));
  expect_refused(report(Trigger::Cancel, 0, 0, 0), Code::UnknownOrder);
}

TEST_F(ExternalVenue, RefusesWhatDoesNotFit) {
  open_an_order();
  expect_refused(report(Trigger::Ack, 0, 0, 0, 99), Code::UnknownOrder);
  expect_refused(report(Trigger::Submit, 0, 0, 0), Code::IllegalTransition);
  expect_refused(report(Trigger::Resume, 0, 0, 0), Code::IllegalTransition);
  expect_refused(report(Trigger::Replace, 0, 0, 0), Code::IllegalTransition);
  expect_refused(report(Trigger::Fill, 0, 101 * testing::kUnit, testing::kUnit), Code::DuplicateExec);
  expect_refused(report(Trigger::Fill, 1, 101 * testing::kUnit, 0), Code::BadSize);
  expect_refused(report(Trigger::Fill, 1, 0, testing::kUnit), Code::BadPrice);
  expect_refused(report(Trigger::Fill, 1, 101 * testing::kUnit, 2 * testing::kUnit), Code::IllegalTransition);
  EXPECT_EQ(engine.statistics(false).pool_in_use, 1U);
}

}  // namespace
}  // namespace quartet
