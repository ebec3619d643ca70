// Encoding of configurations (proto/quartet/v1).
#include "config_encoding.hpp"

#include <cstring>
#include <protozero/pbf_writer.hpp>

#include "quartet/edge/fields.hpp"

namespace quartet::testing {
namespace {

template <class Field>
constexpr protozero::pbf_tag_type tag(Field field) {
  return static_cast<protozero::pbf_tag_type>(field);
}

template <class Field>
void varint(protozero::pbf_writer& out, Field field, i64 value) {
  out.add_int64(tag(field), value);
}
template <class Field>
void varint(protozero::pbf_writer& out, Field field, const Limit& value) {
  if (value) out.add_int64(tag(field), *value);
}
template <class Field>
void fixed(protozero::pbf_writer& out, Field field, i64 value) {
  out.add_sfixed64(tag(field), value);
}
template <class Field>
void fixed(protozero::pbf_writer& out, Field field, const Limit& value) {
  if (value) out.add_sfixed64(tag(field), *value);
}

std::string encode(const NodeSpec& node) {
  using F = fields::Node;
  std::string bytes;
  protozero::pbf_writer out(bytes);
  varint(out, F::op, i64{node.op});
  out.add_packed_uint32(tag(F::inputs), node.inputs.begin(), node.inputs.end());
  varint(out, F::clock, i64{node.clock});
  varint(out, F::n, i64{node.n});
  out.add_packed_double(tag(F::params), node.params.begin(), node.params.end());
  out.add_string(tag(F::name), node.name);
  return bytes;
}

std::string encode(const Instrument& value) {
  using F = fields::Instrument;
  std::string bytes;
  protozero::pbf_writer out(bytes);
  out.add_string(tag(F::symbol), value.symbol);
  fixed(out, F::tick, value.tick);
  fixed(out, F::lot, value.lot);
  varint(out, F::multiplier, value.multiplier);
  out.add_string(tag(F::currency), value.currency);
  fixed(out, F::price_min, value.price_min_given);
  fixed(out, F::reference_price, value.reference_price);
  fixed(out, F::adv, value.adv);
  varint(out, F::fill_model, i64{value.fill_model});
  varint(out, F::price_collar_ppb, value.price_collar_ppb);
  varint(out, F::price_collar_far_ppb, value.price_collar_far_ppb);
  fixed(out, F::max_order_quantity, value.max_order_quantity);
  varint(out, F::max_position_weight_ppb, value.max_position_weight_ppb);
  fixed(out, F::max_position_quantity, value.max_position_quantity);
  varint(out, F::initial_margin_ppb, value.initial_margin_ppb);
  fixed(out, F::price_max, value.price_max_given);
  fixed(out, F::quantity_max, value.quantity_max_given);
  return bytes;
}

std::string encode(const SignalLimits& value) {
  using F = fields::SignalLimits;
  std::string bytes;
  protozero::pbf_writer out(bytes);
  varint(out, F::max_signals_per_symbol, i64{value.max_signals_per_symbol});
  out.add_double(tag(F::min_confidence), value.min_confidence);
  varint(out, F::max_age_ns, value.max_age_ns);
  return bytes;
}

std::string encode(const TargetPolicy& value) {
  using F = fields::TargetPolicy;
  std::string bytes;
  protozero::pbf_writer out(bytes);
  varint(out, F::sizing, i64{value.sizing});
  fixed(out, F::max_quantity, value.max_quantity);
  varint(out, F::max_weight_ppb, value.max_weight_ppb);
  varint(out, F::rebalance, i64{value.rebalance});
  varint(out, F::order_type, i64{value.order_type});
  varint(out, F::price_reference, i64{value.price_reference});
  varint(out, F::offset_ticks, i64{value.offset_ticks});
  return bytes;
}

std::string encode(const QuotingPolicy& value) {
  using F = fields::QuotingPolicy;
  std::string bytes;
  protozero::pbf_writer out(bytes);
  fixed(out, F::half_spread, value.half_spread);
  fixed(out, F::inventory_skew, value.inventory_skew);
  fixed(out, F::quote_quantity, value.quote_quantity);
  fixed(out, F::max_inventory, value.max_inventory);
  varint(out, F::requote_ticks, i64{value.requote_ticks});
  return bytes;
}

std::string encode(const PolicyConfig& value) {
  using F = fields::PolicyConfig;
  std::string bytes;
  protozero::pbf_writer out(bytes);
  varint(out, F::kind, i64{value.kind});
  out.add_double(tag(F::direction_threshold), value.direction_threshold);
  out.add_message(tag(F::target), encode(value.target));
  out.add_message(tag(F::quoting), encode(value.quoting));
  return bytes;
}

std::string encode(const ReconcilerConfig& value) {
  using F = fields::ReconcilerConfig;
  std::string bytes;
  protozero::pbf_writer out(bytes);
  out.add_bool(tag(F::use_replace), value.use_replace);
  varint(out, F::retry_after_ns, value.retry_after_ns);
  fixed(out, F::slice_quantity, value.slice_quantity);
  varint(out, F::order_ttl_ns, value.order_ttl_ns);
  return bytes;
}

std::string encode(const VenueConfig& value) {
  using F = fields::VenueConfig;
  std::string bytes;
  protozero::pbf_writer out(bytes);
  varint(out, F::mode, i64{value.mode});
  varint(out, F::order_latency_ns, value.order_latency_ns);
  varint(out, F::response_latency_ns, value.response_latency_ns);
  varint(out, F::maker_fee_ppb, value.maker_fee_ppb);
  varint(out, F::taker_fee_ppb, value.taker_fee_ppb);
  varint(out, F::queue_model, i64{value.queue_model});
  varint(out, F::bar_slippage_ppb, value.bar_slippage_ppb);
  varint(out, F::max_participation_ppb, value.max_participation_ppb);
  return bytes;
}

std::string encode(const AccountConfig& value) {
  using F = fields::AccountConfig;
  std::string bytes;
  protozero::pbf_writer out(bytes);
  if (value.initial_cash) out.add_bytes(tag(F::initial_cash), encode_money(*value.initial_cash));
  varint(out, F::account_type, i64{value.account_type});
  out.add_string(tag(F::currency), value.currency);
  return bytes;
}

std::string encode(const Capacity& value) {
  using F = fields::Capacity;
  std::string bytes;
  protozero::pbf_writer out(bytes);
  varint(out, F::open_orders, i64{value.open_orders});
  varint(out, F::source_count, i64{value.source_count});
  return bytes;
}

}  // namespace

std::string encode_money(i128 amount) {
  std::string bytes(sizeof(amount), '\0');
  std::memcpy(bytes.data(), &amount, sizeof(amount));
  return bytes;
}

std::string encode(const ProgramSpec& value) {
  using F = fields::Program;
  std::string bytes;
  protozero::pbf_writer out(bytes);
  for (const NodeSpec& node : value.nodes) out.add_message(tag(F::nodes), encode(node));
  varint(out, F::score, i64{value.score});
  if (value.confidence) varint(out, F::confidence, i64{*value.confidence});
  if (value.fair_value) varint(out, F::fair_value, i64{*value.fair_value});
  return bytes;
}

std::string encode(const RiskLimits& value) {
  using F = fields::RiskLimits;
  std::string bytes;
  protozero::pbf_writer out(bytes);
  varint(out, F::max_quote_age_ns, value.max_quote_age_ns);
  varint(out, F::price_collar_ppb, value.price_collar_ppb);
  varint(out, F::price_collar_far_ppb, value.price_collar_far_ppb);
  fixed(out, F::max_order_quantity, value.max_order_quantity);
  if (value.max_order_notional)
    out.add_bytes(tag(F::max_order_notional), encode_money(*value.max_order_notional));
  varint(out, F::max_order_weight_ppb, value.max_order_weight_ppb);
  varint(out, F::max_adv_share_ppb, value.max_adv_share_ppb);
  varint(out, F::duplicate_window_ns, value.duplicate_window_ns);
  varint(out, F::max_orders_per_second, value.max_orders_per_second);
  varint(out, F::max_orders_per_second_symbol, value.max_orders_per_second_symbol);
  varint(out, F::max_open_orders, value.max_open_orders);
  varint(out, F::max_open_orders_symbol, value.max_open_orders_symbol);
  varint(out, F::initial_margin_ppb, value.initial_margin_ppb);
  varint(out, F::max_position_weight_ppb, value.max_position_weight_ppb);
  fixed(out, F::max_position_quantity, value.max_position_quantity);
  varint(out, F::max_positions, value.max_positions);
  varint(out, F::max_concentration_ppb, value.max_concentration_ppb);
  varint(out, F::max_leverage_ppb, value.max_leverage_ppb);
  varint(out, F::max_net_leverage_ppb, value.max_net_leverage_ppb);
  varint(out, F::max_position_var_ppb, value.max_position_var_ppb);
  varint(out, F::max_portfolio_var_ppb, value.max_portfolio_var_ppb);
  varint(out, F::max_drawdown_ppb, value.max_drawdown_ppb);
  varint(out, F::max_daily_loss_ppb, value.max_daily_loss_ppb);
  varint(out, F::self_trade, i64{value.self_trade});
  varint(out, F::risk_clock_ns, value.risk_clock_ns);
  varint(out, F::var_default_daily_vol_ppb, value.var_default_daily_vol_ppb);
  varint(out, F::var_multiplier_ppb, value.var_multiplier_ppb);
  return bytes;
}

std::string encode(const RiskModelSpec& value) {
  using F = fields::RiskModel;
  std::string bytes;
  protozero::pbf_writer out(bytes);
  out.add_packed_uint32(tag(F::symbols), value.symbols.begin(), value.symbols.end());
  out.add_packed_double(tag(F::covariance), value.covariance.begin(), value.covariance.end());
  varint(out, F::valid_until_ns, value.valid_until_ns);
  return bytes;
}

std::string encode(const EngineConfig& value) {
  using F = fields::EngineConfig;
  std::string bytes;
  protozero::pbf_writer out(bytes);
  for (const Instrument& instrument : value.instruments) {
    out.add_message(tag(F::instruments), encode(instrument));
  }
  out.add_message(tag(F::program), encode(value.program));
  out.add_message(tag(F::signals), encode(value.signals));
  out.add_message(tag(F::policy), encode(value.policy));
  out.add_message(tag(F::reconciler), encode(value.reconciler));
  out.add_message(tag(F::risk), encode(value.risk));
  if (value.risk_model) out.add_message(tag(F::risk_model), encode(*value.risk_model));
  out.add_message(tag(F::venue), encode(value.venue));
  out.add_message(tag(F::account), encode(value.account));
  out.add_message(tag(F::capacity), encode(value.capacity));
  varint(out, F::session_roll_ns, value.session_roll_ns);
  out.add_bool(tag(F::check_risk), value.check_risk);
  return bytes;
}

}  // namespace quartet::testing
