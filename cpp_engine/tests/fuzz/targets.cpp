// The three targets.
#include "targets.hpp"

#include <optional>
#include <protozero/exception.hpp>

#include "conformance_case.hpp"
#include "input.hpp"
#include "probe.hpp"
#include "quartet/edge/snapshot_format.hpp"
#include "quartet/edge/trading_engine.hpp"
#include "record_difference.hpp"

namespace quartet::fuzz {
namespace {

using edge::TradingEngine;
using testing::OwnedBatch;

constexpr std::size_t kEventsBetweenRestores = 8;
// Whole batches run as far from single events as an engine can.
constexpr edge::EngineOptions kWhole = {.threads = 2, .mode = Mode::Block, .block_events = 16};
constexpr edge::EngineOptions kSingle = {.mode = Mode::Event};

void require(bool holds, const std::string& promise) {
  if (!holds) throw Broken(promise);
}

// The error that the call ends in; none where it gives an answer.
template <class Call>
std::optional<EngineError> refusal(Call call) {
  try {
    call();
    return std::nullopt;
  } catch (const EngineError& error) {
    require(contract::is_error_code(number(error.code())), "an error has a code of the table");
    require(*error.what() != '\0', "an error says what it is");
    return error;
  }
}

// The one fault that a run can come to (spec 12.1).
bool is_money_fault(const EngineError& error) {
  return error.code() == ErrorCode::EngineFailed &&
         std::string_view(error.what()).find("money") != std::string_view::npos;
}

template <class Call>
void require_answer(const char* what, Call call) {
  try {
    call();
  } catch (const EngineError& error) {
    throw Broken(std::string(what) + ": " + error.what());
  }
}

std::optional<TradingEngine> configured(const std::string& config, const edge::EngineOptions& options = {}) {
  std::optional<TradingEngine> engine;
  if (const auto error = refusal([&] { engine.emplace(config, options); })) {
    const ErrorCode code = error->code();
    require(code == ErrorCode::BadConfig || code == ErrorCode::BadProgram || code == ErrorCode::Capacity,
            "a configuration is refused as BAD_CONFIG, BAD_PROGRAM or CAPACITY");
  }
  return engine;
}

std::string text(edge::Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// What an engine takes in comes out again.
void require_comes_back(const std::string& config, const std::string& snapshot) {
  TradingEngine engine(config);
  require_answer("an engine's own snapshot is restored", [&] { engine.restore(snapshot); });
  require(engine.snapshot() == snapshot, "a restored engine has the same snapshot");
}

std::optional<OwnedBatch> readable_batch(std::string_view bytes) {
  try {
    return testing::decode_batch(bytes);
  } catch (const protozero::exception&) {
    return std::nullopt;  // unreadable batches are refused before the engine, by protobuf
  }
}

struct Outcome {
  std::string records;
  std::string snapshot;
};

// Event by event, now and then in a fresh engine that goes on from a snapshot.
Outcome run_single_events(const std::string& config, const OwnedBatch& batch) {
  Outcome out;
  auto engine = std::make_unique<TradingEngine>(config, kSingle);
  std::size_t events = 0;
  for (const OwnedBatch& event : testing::split(batch, 1)) {
    if (events++ % kEventsBetweenRestores == 0) {
      auto fresh = std::make_unique<TradingEngine>(config, kSingle);
      fresh->restore(engine->snapshot());
      engine = std::move(fresh);
    }
    out.records += text(engine->process(event.spans(), event.messages()));
  }
  out.snapshot = engine->snapshot();
  return out;
}

// The columns of phase one alone, as bytes, one after the other.
std::string evaluated(const std::string& config, const edge::EngineOptions& options,
                      const std::vector<OwnedBatch>& batches) {
  TradingEngine engine(config, options);
  std::string verdicts;
  std::array<std::string, 3> values;
  for (const OwnedBatch& batch : batches) {
    const edge::EvaluationColumns made = engine.evaluate(batch.spans(), batch.messages());
    verdicts.append(made.verdict.begin(), made.verdict.end());
    const std::array columns = {&made.score, &made.confidence, &made.fair_value};
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i].append(reinterpret_cast<const char*>(columns[i]->data()),
                       columns[i]->size() * sizeof(double));
    }
  }
  return verdicts + values[0] + values[1] + values[2];
}

void put_hash(std::string& snapshot) {
  const std::string hash = edge::contract_hash_bytes();
  const std::size_t at = edge::kSnapshotMagic.size();
  if (snapshot.size() >= at + hash.size()) snapshot.replace(at, hash.size(), hash);
}

}  // namespace

void run_config(std::string_view input) {
  const std::string config(input);
  if (is_large(config)) return;
  if (const auto engine = configured(config)) require_comes_back(config, engine->snapshot());
}

void run_batch(std::string_view bytes) {
  const auto input = take_apart(bytes);
  if (!input) return;
  const auto batch = readable_batch(input->rest);
  if (!batch || is_large(input->config, batch->controls)) return;
  auto engine = configured(input->config, kWhole);
  if (!engine) return;

  const std::string before = engine->snapshot();
  std::string records;
  const auto error = refusal([&] { records = text(engine->process(batch->spans(), batch->messages())); });
  if (error && error->code() == ErrorCode::BadBatch) {
    require(engine->snapshot() == before, "a refused batch changes nothing");
    return;
  }
  require(!error || is_money_fault(*error),
          "a batch runs, is refused as BAD_BATCH, or brings money to its bound");
  Outcome single;
  const auto single_error = refusal([&] { single = run_single_events(input->config, *batch); });
  require(
      error.has_value() == single_error.has_value(),
      std::string("single events run where the batch does: ") + (single_error ? single_error->what() : ""));
  if (error) return;
  const std::string difference = testing::record_difference(records, single.records);
  require(difference.empty(), "single events give the same records: " + difference);
  require(engine->snapshot() == single.snapshot, "single events give the same snapshot");
  require_answer("phase one of a good batch", [&] {
    require(evaluated(input->config, kWhole, {*batch}) ==
                evaluated(input->config, kSingle, testing::split(*batch, 1)),
            "single events give the same verdicts and values");
  });
}

void run_snapshot(std::string_view bytes) {
  auto input = take_apart(bytes);
  if (!input) return;
  put_hash(input->rest);
  if (is_large(input->config) || is_large_snapshot(input->rest)) return;
  auto engine = configured(input->config);
  if (!engine) return;

  const std::string before = engine->snapshot();
  if (const auto error = refusal([&] { engine->restore(input->rest); })) {
    require(error->code() == ErrorCode::BadSnapshot, "a snapshot is refused as BAD_SNAPSHOT");
    require(engine->snapshot() == before, "a refused snapshot changes nothing");
    return;
  }
  require_comes_back(input->config, engine->snapshot());
  const testing::BatchColumns probe = probe_after(last_time_of(input->rest));
  if (const auto error = refusal([&] { engine->process(probe.columns(), probe.controls()); })) {
    // A forged state may be one that no run reaches; the engine then latches.
    require(error->code() == ErrorCode::EngineFailed, "an engine that was restored runs or latches");
    return;
  }
  // It may also have stood at a bound, which the probe has passed.
  const std::string after = engine->snapshot();
  if (!refusal([&] { engine->restore(after); })) {
    require(engine->snapshot() == after, "a restored engine has the same snapshot after it has run");
  }
}

}  // namespace quartet::fuzz
