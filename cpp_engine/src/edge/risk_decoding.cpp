// quartet.v1.RiskLimits, RiskModel and Program.
#include "quartet/edge/decoding.hpp"
#include "quartet/edge/fields.hpp"
#include "quartet/edge/message_form.hpp"

namespace quartet::edge {
namespace {

void merge_node(std::string_view bytes, NodeSpec& out) {
  using F = fields::Node;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.field<F>()) {
      case F::op:
        reader.varint(out.op);
        break;
      case F::inputs:
        reader.repeated(out.inputs);
        break;
      case F::clock:
        reader.varint(out.clock);
        break;
      case F::n:
        reader.varint(out.n);
        break;
      case F::params:
        reader.repeated(out.params);
        break;
      case F::name:
        reader.text(out.name);
        break;
    }
  }
}

}  // namespace

void merge_program(std::string_view bytes, ProgramSpec& out) {
  using F = fields::Program;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.field<F>()) {
      case F::nodes:
        if (const auto node = reader.bytes()) merge_node(*node, out.nodes.emplace_back());
        break;
      case F::score:
        reader.varint(out.score);
        break;
      case F::confidence:
        reader.varint(out.confidence);
        break;
      case F::fair_value:
        reader.varint(out.fair_value);
        break;
    }
  }
}

void merge_risk_limits(std::string_view bytes, RiskLimits& out) {
  using F = fields::RiskLimits;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.field<F>()) {
      case F::max_quote_age_ns:
        reader.varint(out.max_quote_age_ns);
        break;
      case F::price_collar_ppb:
        reader.varint(out.price_collar_ppb);
        break;
      case F::price_collar_far_ppb:
        reader.varint(out.price_collar_far_ppb);
        break;
      case F::max_order_quantity:
        reader.fixed(out.max_order_quantity);
        break;
      case F::max_order_notional:
        reader.money(out.max_order_notional, out.max_order_notional_readable);
        break;
      case F::max_order_weight_ppb:
        reader.varint(out.max_order_weight_ppb);
        break;
      case F::max_adv_share_ppb:
        reader.varint(out.max_adv_share_ppb);
        break;
      case F::duplicate_window_ns:
        reader.varint(out.duplicate_window_ns);
        break;
      case F::max_orders_per_second:
        reader.varint(out.max_orders_per_second);
        break;
      case F::max_orders_per_second_symbol:
        reader.varint(out.max_orders_per_second_symbol);
        break;
      case F::self_trade:
        reader.varint(out.self_trade);
        break;
      case F::max_open_orders:
        reader.varint(out.max_open_orders);
        break;
      case F::max_open_orders_symbol:
        reader.varint(out.max_open_orders_symbol);
        break;
      case F::initial_margin_ppb:
        reader.varint(out.initial_margin_ppb);
        break;
      case F::max_position_weight_ppb:
        reader.varint(out.max_position_weight_ppb);
        break;
      case F::max_position_quantity:
        reader.fixed(out.max_position_quantity);
        break;
      case F::max_positions:
        reader.varint(out.max_positions);
        break;
      case F::max_concentration_ppb:
        reader.varint(out.max_concentration_ppb);
        break;
      case F::max_leverage_ppb:
        reader.varint(out.max_leverage_ppb);
        break;
      case F::max_net_leverage_ppb:
        reader.varint(out.max_net_leverage_ppb);
        break;
      case F::max_position_var_ppb:
        reader.varint(out.max_position_var_ppb);
        break;
      case F::max_portfolio_var_ppb:
        reader.varint(out.max_portfolio_var_ppb);
        break;
      case F::max_drawdown_ppb:
        reader.varint(out.max_drawdown_ppb);
        break;
      case F::max_daily_loss_ppb:
        reader.varint(out.max_daily_loss_ppb);
        break;
      case F::risk_clock_ns:
        reader.varint(out.risk_clock_ns);
        break;
      case F::var_default_daily_vol_ppb:
        reader.varint(out.var_default_daily_vol_ppb);
        break;
      case F::var_multiplier_ppb:
        reader.varint(out.var_multiplier_ppb);
        break;
    }
  }
}

void merge_risk_model(std::string_view bytes, RiskModelSpec& out) {
  using F = fields::RiskModel;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.field<F>()) {
      case F::symbols:
        reader.repeated(out.symbols);
        break;
      case F::covariance:
        reader.repeated(out.covariance);
        break;
      case F::valid_until_ns:
        reader.varint(out.valid_until_ns);
        break;
    }
  }
}

RiskLimits decode_risk_limits(std::string_view bytes) {
  test_form(bytes, forms::kRiskLimits);
  RiskLimits limits;
  merge_risk_limits(bytes, limits);
  return limits;
}

RiskModelSpec decode_risk_model(std::string_view bytes) {
  test_form(bytes, forms::kRiskModel);
  RiskModelSpec model;
  merge_risk_model(bytes, model);
  return model;
}

ProgramSpec decode_program(std::string_view bytes) {
  test_form(bytes, forms::kProgram);
  ProgramSpec program;
  merge_program(bytes, program);
  return program;
}

}  // namespace quartet::edge
