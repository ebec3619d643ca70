// EXECUTION_REPORT events (spec 7.11).
#include "quartet/order_engine/external_reports.hpp"

#include "quartet/order_engine/order_engine.hpp"

namespace quartet {
namespace {

bool comes_from_venues(u8 trigger) {
  switch (static_cast<Trigger>(trigger)) {
    case Trigger::Ack:
    case Trigger::VenueReject:
    case Trigger::PartialFill:
    case Trigger::Fill:
    case Trigger::Cancel:
    case Trigger::CancelReject:
    case Trigger::Replace:
    case Trigger::ReplaceReject:
    case Trigger::Expire:
    case Trigger::Suspend:
    case Trigger::Resume:
    case Trigger::Lose:
      return true;
    default:
      return false;
  }
}

Code test_fill(const EngineState& engine, const Order& order, const Report& report) {
  const InstrumentKind& instrument = engine.instrument(order.symbol);
  if (report.exec_id <= order.last_exec_id) return Code::DuplicateExec;
  if (report.quantity <= 0) return Code::BadSize;
  if (report.price < instrument.price_min || report.price > instrument.price_max) return Code::BadPrice;
  if (report.quantity > order.leaves() || !contract::is_liquidity(report.liquidity))
    return Code::IllegalTransition;
  return Code::None;
}

Code test_replace(const Order& order, Trigger trigger) {
  if (!order.has_pending) return Code::IllegalTransition;
  if (trigger == Trigger::Replace && order.pending_quantity <= order.cum) return Code::IllegalTransition;
  return Code::None;
}

}  // namespace

ReportOutcome take_external_report(EngineState& engine, const Batch& batch, std::size_t event,
                                   std::size_t row) {
  if (engine.config.venue.simulated()) return {Code::UnexpectedReport, kNoSymbol};
  Order* order = engine.orders.find(batch.report_order_id[row]);
  if (order == nullptr) return {Code::UnknownOrder, kNoSymbol};
  const u32 symbol = order->symbol;
  const u8 trigger = batch.report_trigger[row];
  if (!comes_from_venues(trigger)) return {Code::IllegalTransition, symbol};

  Report report;
  report.ts = batch.ts_event[event];
  report.trigger = static_cast<Trigger>(trigger);
  report.order_id = order->id;
  const bool fill = report.trigger == Trigger::Fill || report.trigger == Trigger::PartialFill;
  const bool replace = report.trigger == Trigger::Replace || report.trigger == Trigger::ReplaceReject;
  if (fill) {
    report.exec_id = batch.report_exec_id[row];
    report.price = batch.report_price[row];
    report.quantity = batch.report_quantity[row];
    report.liquidity = batch.report_liquidity[row];
    report.reason = number(FillReason::External);
    report.cause_event = engine.event_index;
    if (const Code code = test_fill(engine, *order, report); code != Code::None) return {code, symbol};
  }
  if (replace) {
    if (const Code code = test_replace(*order, report.trigger); code != Code::None) return {code, symbol};
  }
  const u16 code = batch.report_code[row];
  if (!contract::is_code(code)) return {Code::IllegalTransition, symbol};
  report.code = static_cast<Code>(code);
  if (!apply_report(engine, *order, report)) return {Code::IllegalTransition, symbol};
  return {};
}

}  // namespace quartet
