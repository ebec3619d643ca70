// quartet.v1.EngineConfig and its parts.
#include "quartet/edge/decoding.hpp"
#include "quartet/edge/fields.hpp"
#include "quartet/edge/message_form.hpp"

namespace quartet::edge {
namespace {

void merge(std::string_view bytes, Instrument& out) {
  using F = fields::Instrument;
  FieldReader reader(bytes);
  std::string venue;
  while (reader.next()) {
    switch (reader.field<F>()) {
      case F::symbol:
        reader.text(out.symbol);
        break;
      case F::tick:
        reader.fixed(out.tick);
        break;
      case F::lot:
        reader.fixed(out.lot);
        break;
      case F::multiplier:
        reader.varint(out.multiplier);
        break;
      case F::currency:
        reader.text(out.currency);
        break;
      case F::price_min:
        reader.fixed(out.price_min_given);
        break;
      case F::reference_price:
        reader.fixed(out.reference_price);
        break;
      case F::adv:
        reader.fixed(out.adv);
        break;
      case F::fill_model:
        reader.varint(out.fill_model);
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
      case F::max_position_weight_ppb:
        reader.varint(out.max_position_weight_ppb);
        break;
      case F::max_position_quantity:
        reader.fixed(out.max_position_quantity);
        break;
      case F::initial_margin_ppb:
        reader.varint(out.initial_margin_ppb);
        break;
      case F::price_max:
        reader.fixed(out.price_max_given);
        break;
      case F::quantity_max:
        reader.fixed(out.quantity_max_given);
        break;
      case F::venue:
        reader.text(venue);
        break;
      case F::size_unit:
      case F::default_size:
        break;  // act at the edge that feeds us
    }
  }
}

void merge(std::string_view bytes, SignalLimits& out) {
  using F = fields::SignalLimits;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.field<F>()) {
      case F::max_signals_per_symbol:
        reader.varint(out.max_signals_per_symbol);
        break;
      case F::min_confidence:
        reader.fixed(out.min_confidence);
        break;
      case F::max_age_ns:
        reader.varint(out.max_age_ns);
        break;
    }
  }
}

void merge(std::string_view bytes, TargetPolicy& out) {
  using F = fields::TargetPolicy;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.field<F>()) {
      case F::sizing:
        reader.varint(out.sizing);
        break;
      case F::max_quantity:
        reader.fixed(out.max_quantity);
        break;
      case F::max_weight_ppb:
        reader.varint(out.max_weight_ppb);
        break;
      case F::rebalance:
        reader.varint(out.rebalance);
        break;
      case F::order_type:
        reader.varint(out.order_type);
        break;
      case F::price_reference:
        reader.varint(out.price_reference);
        break;
      case F::offset_ticks:
        reader.varint(out.offset_ticks);
        break;
    }
  }
}

void merge(std::string_view bytes, QuotingPolicy& out) {
  using F = fields::QuotingPolicy;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.field<F>()) {
      case F::half_spread:
        reader.fixed(out.half_spread);
        break;
      case F::inventory_skew:
        reader.fixed(out.inventory_skew);
        break;
      case F::quote_quantity:
        reader.fixed(out.quote_quantity);
        break;
      case F::max_inventory:
        reader.fixed(out.max_inventory);
        break;
      case F::requote_ticks:
        reader.varint(out.requote_ticks);
        break;
    }
  }
}

void merge(std::string_view bytes, PolicyConfig& out) {
  using F = fields::PolicyConfig;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.field<F>()) {
      case F::kind:
        reader.varint(out.kind);
        break;
      case F::direction_threshold:
        reader.fixed(out.direction_threshold);
        break;
      case F::target:
        if (const auto part = reader.bytes()) merge(*part, out.target);
        break;
      case F::quoting:
        if (const auto part = reader.bytes()) merge(*part, out.quoting);
        break;
    }
  }
}

void merge(std::string_view bytes, ReconcilerConfig& out) {
  using F = fields::ReconcilerConfig;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.field<F>()) {
      case F::use_replace:
        reader.varint(out.use_replace);
        break;
      case F::retry_after_ns:
        reader.varint(out.retry_after_ns);
        break;
      case F::slice_quantity:
        reader.fixed(out.slice_quantity);
        break;
      case F::order_ttl_ns:
        reader.varint(out.order_ttl_ns);
        break;
    }
  }
}

void merge(std::string_view bytes, VenueConfig& out) {
  using F = fields::VenueConfig;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.field<F>()) {
      case F::mode:
        reader.varint(out.mode);
        break;
      case F::order_latency_ns:
        reader.varint(out.order_latency_ns);
        break;
      case F::response_latency_ns:
        reader.varint(out.response_latency_ns);
        break;
      case F::maker_fee_ppb:
        reader.varint(out.maker_fee_ppb);
        break;
      case F::taker_fee_ppb:
        reader.varint(out.taker_fee_ppb);
        break;
      case F::queue_model:
        reader.varint(out.queue_model);
        break;
      case F::bar_slippage_ppb:
        reader.varint(out.bar_slippage_ppb);
        break;
      case F::max_participation_ppb:
        reader.varint(out.max_participation_ppb);
        break;
    }
  }
}

void merge(std::string_view bytes, AccountConfig& out) {
  using F = fields::AccountConfig;
  FieldReader reader(bytes);
  bool readable = true;
  while (reader.next()) {
    switch (reader.field<F>()) {
      case F::initial_cash:
        reader.money(out.initial_cash, readable);
        break;
      case F::account_type:
        reader.varint(out.account_type);
        break;
      case F::currency:
        reader.text(out.currency);
        break;
    }
  }
}

void merge(std::string_view bytes, Capacity& out) {
  using F = fields::Capacity;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.field<F>()) {
      case F::open_orders:
        reader.varint(out.open_orders);
        break;
      case F::source_count:
        reader.varint(out.source_count);
        break;
    }
  }
}

}  // namespace

EngineConfig decode_config(std::string_view bytes) {
  test_form(bytes, forms::kEngineConfig);
  using F = fields::EngineConfig;
  EngineConfig out;
  FieldReader reader(bytes);
  while (reader.next()) {
    switch (reader.field<F>()) {
      case F::instruments:
        if (const auto part = reader.bytes()) merge(*part, out.instruments.emplace_back());
        break;
      case F::program:
        if (const auto part = reader.bytes()) merge_program(*part, out.program);
        break;
      case F::signals:
        if (const auto part = reader.bytes()) merge(*part, out.signals);
        break;
      case F::policy:
        if (const auto part = reader.bytes()) merge(*part, out.policy);
        break;
      case F::reconciler:
        if (const auto part = reader.bytes()) merge(*part, out.reconciler);
        break;
      case F::risk:
        if (const auto part = reader.bytes()) merge_risk_limits(*part, out.risk);
        break;
      case F::risk_model:
        if (const auto part = reader.bytes()) {
          if (!out.risk_model) out.risk_model.emplace();
          merge_risk_model(*part, *out.risk_model);
        }
        break;
      case F::venue:
        if (const auto part = reader.bytes()) merge(*part, out.venue);
        break;
      case F::account:
        if (const auto part = reader.bytes()) merge(*part, out.account);
        break;
      case F::capacity:
        if (const auto part = reader.bytes()) merge(*part, out.capacity);
        break;
      case F::session_roll_ns:
        reader.varint(out.session_roll_ns);
        break;
      case F::check_risk:
        reader.varint(out.check_risk);
        break;
    }
  }
  return out;
}

}  // namespace quartet::edge
