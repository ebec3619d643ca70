// The tests of a configuration, but for risk limits (spec 1.8).
#include "quartet/edge/validation.hpp"

#include <algorithm>

#include "quartet/core/fixed_point.hpp"
#include "quartet/core/floating.hpp"

namespace quartet::edge {
namespace {

constexpr i64 kDurationMax = i64{1} << 60;
constexpr i64 kQuantityMax = i64{1} << 60;
constexpr i64 kOffsetMax = 1'000'000;
constexpr i64 kShareMax = 100'000'000'000;  // 10^11 ppb
constexpr i128 kMoneyBound = i128{1} << 118;

bool within(i128 value, i128 low, i128 high) { return low <= value && value <= high; }
bool share_or_none(const Limit& limit) { return !limit || within(*limit, 0, kShareMax); }

void complete(Instrument& instrument) {
  instrument.price_min = instrument.price_min_given.value_or(instrument.tick);
  instrument.price_max = instrument.price_max_given.value_or((i64{1} << 50) - 1);
  instrument.quantity_max = instrument.quantity_max_given.value_or(i64{1} << 54);
}

void check_instrument(const Instrument& instrument, const std::string& key, const EngineConfig& config) {
  require(within(instrument.multiplier, 1, 1'000'000), key + ".multiplier", "must be in 1..10^6");
  require(within(instrument.tick, 1, i64{1} << 40), key + ".tick", "must be in 1..2^40");
  require(within(instrument.lot, 1, i64{1} << 50), key + ".lot", "must be in 1..2^50");
  require(instrument.price_max <= kPriceMax, key + ".price_max", "must be at most 2^62 - 1");
  require(instrument.price_min > -(i64{1} << 62), key + ".price_min", "must be above -2^62");
  require(instrument.price_min <= instrument.price_max, key + ".price_min", "must not be above price_max");
  require(within(instrument.quantity_max, 1, kQuantityMax), key + ".quantity_max", "must be in 1..2^60");
  require(contract::is_fill_model(instrument.fill_model), key + ".fill_model", "is not in the table");
  require(!instrument.reference_price ||
              within(*instrument.reference_price, instrument.price_min, instrument.price_max),
          key + ".reference_price", "must be within price_min and price_max");
  require(!instrument.adv || *instrument.adv >= 0, key + ".adv", "must not be negative");
  require(share_or_none(instrument.price_collar_ppb), key + ".price_collar_ppb", "must be in 0..10^11");
  require(share_or_none(instrument.price_collar_far_ppb), key + ".price_collar_far_ppb",
          "must be in 0..10^11");
  require(share_or_none(instrument.max_position_weight_ppb), key + ".max_position_weight_ppb",
          "must be in 0..10^11");
  require(share_or_none(instrument.initial_margin_ppb), key + ".initial_margin_ppb", "must be in 0..10^11");
  require(instrument.currency == config.account.currency, key + ".currency", "must be the account's");
  const i128 offset = absolute(config.policy.target.offset_ticks);
  require(instrument.tick * offset < (i128{1} << 61), key + ".tick",
          "tick * |offset_ticks| must be below 2^61");
}

// Largest money that the instrument's position can be, or a value above the bound.
i128 largest_value(const Instrument& instrument, const PolicyConfig& policy) {
  const i128 price = std::max(absolute(instrument.price_min), absolute(instrument.price_max));
  const i64 inventory = policy.quotes() ? policy.quoting.max_inventory : 0;
  const i128 product = price * std::max(instrument.quantity_max, inventory);
  return product > kMoneyBound / instrument.multiplier ? kMoneyBound + 1 : product * instrument.multiplier;
}

void check_instruments(const EngineConfig& config) {
  const auto& instruments = config.instruments;
  require(!instruments.empty(), "instruments", "must not be empty");
  require(instruments.size() <= static_cast<std::size_t>(contract::kSymbolsMax), "instruments",
          "at most 65536");
  i128 total = absolute(*config.account.initial_cash);
  for (std::size_t i = 0; i < instruments.size(); ++i) {
    const std::string key = "instruments[" + std::to_string(i) + "]";
    check_instrument(instruments[i], key, config);
    require(i == 0 || instruments[i - 1].symbol < instruments[i].symbol, key + ".symbol",
            "names must be ascending");
    total += largest_value(instruments[i], config.policy);
    require(total <= kMoneyBound, key,
            "price_max * quantity_max * multiplier and initial_cash exceed 2^118 in sum");
  }
}

void check_target(const TargetPolicy& target) {
  require(contract::is_sizing(target.sizing), "policy.target.sizing", "is not in the table");
  require(contract::is_rebalance(target.rebalance), "policy.target.rebalance", "is not in the table");
  require(contract::is_order_type(target.order_type), "policy.target.order_type", "is not in the table");
  require(contract::is_price_reference(target.price_reference), "policy.target.price_reference",
          "is not in the table");
  if (target.sizing == number(Sizing::Quantity)) {
    require(within(target.max_quantity, 1, kQuantityMax), "policy.target.max_quantity", "must be in 1..2^60");
  } else {
    require(within(target.max_weight_ppb, 1, kShareMax), "policy.target.max_weight_ppb",
            "must be in 1..10^11");
  }
}

void check_quoting(const QuotingPolicy& quoting) {
  constexpr i64 spread_max = i64{1} << 50;
  require(within(quoting.half_spread, 0, spread_max), "policy.quoting.half_spread", "must be in 0..2^50");
  require(within(quoting.inventory_skew, -spread_max, spread_max), "policy.quoting.inventory_skew",
          "must be within 2^50 of zero");
  require(quoting.quote_quantity > 0, "policy.quoting.quote_quantity", "must be positive");
  require(quoting.quote_quantity <= quoting.max_inventory, "policy.quoting.quote_quantity",
          "must not be above max_inventory");
  require(quoting.max_inventory <= kQuantityMax, "policy.quoting.max_inventory", "must be at most 2^60");
}

void check_policy(const PolicyConfig& policy) {
  require(contract::is_policy_kind(policy.kind), "policy.kind", "is not in the table");
  require(is_finite(policy.direction_threshold) && policy.direction_threshold >= 0.0,
          "policy.direction_threshold", "must be finite and not negative");
  require(within(policy.target.offset_ticks, -kOffsetMax, kOffsetMax), "policy.target.offset_ticks",
          "must be within 10^6 of zero");
  require(within(policy.quoting.requote_ticks, 0, kOffsetMax), "policy.quoting.requote_ticks",
          "must be in 0..10^6");
  if (policy.quotes()) {
    check_quoting(policy.quoting);
  } else {
    check_target(policy.target);
  }
}

void check_venue(const VenueConfig& venue) {
  require(contract::is_venue_mode(venue.mode), "venue.mode", "is not in the table");
  require(contract::is_queue_model(venue.queue_model), "venue.queue_model", "is not in the table");
  require(within(venue.order_latency_ns, 0, kDurationMax), "venue.order_latency_ns", "must be in 0..2^60");
  require(within(venue.response_latency_ns, 0, kDurationMax), "venue.response_latency_ns",
          "must be in 0..2^60");
  require(within(venue.maker_fee_ppb, -kScale, kScale), "venue.maker_fee_ppb", "must be within 10^9 of zero");
  require(within(venue.taker_fee_ppb, -kScale, kScale), "venue.taker_fee_ppb", "must be within 10^9 of zero");
  require(within(venue.bar_slippage_ppb, 0, 100'000'000), "venue.bar_slippage_ppb", "must be in 0..10^8");
  require(within(venue.max_participation_ppb, 0, kScale), "venue.max_participation_ppb",
          "must be in 0..10^9");
}

void check_reconciler(const ReconcilerConfig& reconciler, const EngineConfig& config) {
  require(within(reconciler.retry_after_ns, 0, kDurationMax), "reconciler.retry_after_ns",
          "must be in 0..2^60");
  require(within(reconciler.order_ttl_ns, 0, kDurationMax), "reconciler.order_ttl_ns", "must be in 0..2^60");
  i64 largest_lot = 0;
  for (const Instrument& instrument : config.instruments) largest_lot = std::max(largest_lot, instrument.lot);
  require(reconciler.slice_quantity == 0 || reconciler.slice_quantity >= largest_lot,
          "reconciler.slice_quantity", "must be 0 or at least the largest lot");
}

}  // namespace

void complete_and_check(EngineConfig& config) {
  for (Instrument& instrument : config.instruments) complete(instrument);
  require(config.account.initial_cash.has_value(), "account.initial_cash", "must be 16 bytes");
  require(
      absolute(*config.account.initial_cash) >= 0 && absolute(*config.account.initial_cash) <= kMoneyBound,
      "account.initial_cash", "must be within 2^118 of zero");
  require(contract::is_account_type(config.account.account_type), "account.account_type",
          "is not in the table");
  require(within(config.capacity.open_orders, 1, 65536), "capacity.open_orders", "must be in 1..65536");
  require(within(config.capacity.source_count, 1, contract::kSourcesMax), "capacity.source_count",
          "must be in 1..65536");
  require(within(config.signals.max_signals_per_symbol, 1, 1000), "signals.max_signals_per_symbol",
          "must be in 1..1000");
  require(config.signals.min_confidence >= 0.0 && config.signals.min_confidence <= 1.0,
          "signals.min_confidence", "must be in [0, 1]");
  require(within(config.signals.max_age_ns, 0, kDurationMax), "signals.max_age_ns", "must be in 0..2^60");
  require(within(config.session_roll_ns, 0, kDayNs - 1), "session_roll_ns", "must be within a day");
  check_policy(config.policy);
  check_instruments(config);
  check_venue(config.venue);
  check_reconciler(config.reconciler, config);
  check_risk_limits(config.risk, config);
  if (config.risk_model) check_risk_model(*config.risk_model, config.instruments.size());
}

}  // namespace quartet::edge
