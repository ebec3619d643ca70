// quartet.v1.Control (spec 11).
#include "quartet/edge/control_decoding.hpp"

#include "quartet/core/fixed_point.hpp"
#include "quartet/edge/decoding.hpp"
#include "quartet/edge/fields.hpp"
#include "quartet/edge/message_form.hpp"
#include "quartet/edge/validation.hpp"
#include "quartet/signal_engine/program.hpp"

namespace quartet::edge {
namespace {

constexpr i128 kCashMax = i128{1} << 118;
constexpr u32 kStatusBits = 31;

struct RawControl {
  u32 kind = 0;
  u32 level = 0;
  std::optional<u32> symbol;
  bool flatten = false;
  std::string limits;
  std::string risk_model;
  std::string program;
  i64 quantity = 0;
  i64 price = 0;
  std::optional<i128> cash;
  u32 status = 0;
  i64 band_low = 0;
  i64 band_high = 0;
};

RawControl read(std::string_view bytes) {
  using F = fields::Control;
  RawControl out;
  bool readable = true;
  FieldReader reader(bytes);
  const auto copy = [&](std::string& text) {
    if (const auto view = reader.bytes()) text.assign(*view);
  };
  while (reader.next()) {
    switch (reader.field<F>()) {
      case F::kind:
        reader.varint(out.kind);
        break;
      case F::level:
        reader.varint(out.level);
        break;
      case F::symbol:
        reader.varint(out.symbol);
        break;
      case F::flatten:
        reader.varint(out.flatten);
        break;
      case F::limits:
        copy(out.limits);
        break;
      case F::risk_model:
        copy(out.risk_model);
        break;
      case F::program:
        copy(out.program);
        break;
      case F::quantity:
        reader.fixed(out.quantity);
        break;
      case F::price:
        reader.fixed(out.price);
        break;
      case F::cash:
        reader.money(out.cash, readable);
        break;
      case F::status:
        reader.varint(out.status);
        break;
      case F::band_low:
        reader.fixed(out.band_low);
        break;
      case F::band_high:
        reader.fixed(out.band_high);
        break;
    }
  }
  return out;
}

// The scope of a command whose symbol may be left out.
bool take_scope(const RawControl& raw, const EngineState& engine, ControlCommand& out) {
  if (!raw.symbol) return true;
  out.symbol = *raw.symbol;
  return out.symbol < engine.symbols.size();
}

bool take_position(const RawControl& raw, const EngineState& engine, ControlCommand& out) {
  if (!raw.symbol || !take_scope(raw, engine, out)) return false;
  const InstrumentKind& instrument = engine.instrument(out.symbol);
  out.quantity = raw.quantity;
  out.price = raw.price;
  return absolute(raw.quantity) <= instrument.quantity_max && raw.price >= instrument.price_min &&
         raw.price <= instrument.price_max;
}

bool take_status(const RawControl& raw, const EngineState& engine, ControlCommand& out) {
  if (!raw.symbol || !take_scope(raw, engine, out) || (raw.status & ~kStatusBits) != 0) return false;
  out.status = static_cast<u8>(raw.status);
  out.band_low = raw.band_low;
  out.band_high = raw.band_high;
  return true;
}

bool take_replacement(const std::string& bytes, ControlCommand& out) {
  out.bytes = bytes;
  return !bytes.empty();
}

// False or an exception where the command is out of bounds.
bool take(const RawControl& raw, const EngineState& engine, ControlCommand& out) {
  switch (out.kind) {
    case ControlKind::SetLevel:
      if (!contract::is_level(raw.level)) return false;
      out.level = static_cast<Level>(raw.level);
      out.flatten = raw.flatten;
      return take_scope(raw, engine, out);
    case ControlKind::Resume:
      return true;
    case ControlKind::SetLimits:
      if (!take_replacement(raw.limits, out)) return false;
      out.limits = decode_risk_limits(out.bytes);
      check_risk_limits(out.limits, engine.config);
      return true;
    case ControlKind::SetRiskModel:
      if (!take_replacement(raw.risk_model, out)) return false;
      out.risk_model = decode_risk_model(out.bytes);
      check_risk_model(out.risk_model, engine.symbols.size());
      return true;
    case ControlKind::SetProgram:
      if (!take_replacement(raw.program, out)) return false;
      out.program = compile_program(decode_program(out.bytes), engine.config.capacity.source_count,
                                    engine.symbols.size());
      return true;
    case ControlKind::LoadPosition:
      return take_position(raw, engine, out);
    case ControlKind::CashFlow:
      out.cash = raw.cash.value_or(0);
      return raw.cash && magnitude(*raw.cash) <= static_cast<u128>(kCashMax);
    case ControlKind::SetStatus:
      return take_status(raw, engine, out);
    case ControlKind::CancelAll:
      return take_scope(raw, engine, out);
  }
  return false;
}

}  // namespace

ControlCommand decode_control(std::string_view bytes, const EngineState& engine) {
  ControlCommand out;
  try {
    test_form(bytes, forms::kControl);
    const RawControl raw = read(bytes);
    if (!contract::is_control_kind(raw.kind)) return out;
    out.kind = static_cast<ControlKind>(raw.kind);
    out.valid = take(raw, engine, out);
  } catch (const EngineError&) {
    out.valid = false;  // the code of its reject is BAD_CONTROL whatever it was (spec 11)
  }
  return out;
}

}  // namespace quartet::edge
