// Changes of a batch that keep its frame: events are left out, repeated, put elsewhere, or changed in place.
#include <algorithm>
#include <cstring>
#include <protozero/exception.hpp>
#include <protozero/pbf_writer.hpp>
#include <random>

#include "conformance_case.hpp"
#include "input.hpp"
#include "quartet/core/engine_error.hpp"
#include "quartet/edge/fields.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace quartet::fuzz {
namespace {

using testing::OwnedBatch;
using Random = std::minstd_rand;

std::string mutated(std::string bytes, std::size_t max_size) {
  const std::size_t size = bytes.size();
  bytes.resize(std::max(size, max_size));
  bytes.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(bytes.data()), size, bytes.size()));
  return bytes;
}

std::size_t draw(Random& random, std::size_t below) { return below == 0 ? 0 : random() % below; }

// Another value somewhere in a column or in a control, of the same length.
void change_in_place(OwnedBatch& event, Random& random) {
  std::vector<std::string*> parts;
  for (std::string& column : event.columns) {
    if (!column.empty()) parts.push_back(&column);
  }
  for (std::string& control : event.controls) parts.push_back(&control);
  std::string& part = *parts[draw(random, parts.size())];
  const std::size_t size = part.size();
  part = mutated(part, size);
  part.resize(size);
}

void rearrange(std::vector<OwnedBatch>& events, Random& random) {
  const std::size_t at = draw(random, events.size());
  const std::size_t count = 1 + draw(random, std::min<std::size_t>(8, events.size() - at));
  const auto first = events.begin() + static_cast<std::ptrdiff_t>(at);
  const auto last = first + static_cast<std::ptrdiff_t>(count);
  const auto to = static_cast<std::ptrdiff_t>(draw(random, events.size()));
  switch (random() % 4) {
    case 0:
      if (count < events.size()) events.erase(first, last);
      break;
    case 1: {
      const std::vector<OwnedBatch> copies(first, last);
      events.insert(events.begin() + to, copies.begin(), copies.end());
      break;
    }
    case 2:
      std::swap(*first, events[static_cast<std::size_t>(to)]);
      break;
    default:
      change_in_place(*first, random);
      break;
  }
}

std::string encoded(const std::vector<OwnedBatch>& events) {
  OwnedBatch whole;
  for (const OwnedBatch& event : events) {
    for (std::size_t i = 0; i < edge::kColumns; ++i) whole.columns[i] += event.columns[i];
    whole.controls.insert(whole.controls.end(), event.controls.begin(), event.controls.end());
  }
  std::string bytes;
  protozero::pbf_writer out(bytes);
  for (std::size_t i = 0; i < edge::kColumns; ++i) {
    if (!whole.columns[i].empty()) out.add_bytes(testing::column_field(i), whole.columns[i]);
  }
  for (const std::string& control : whole.controls) {
    out.add_bytes(static_cast<u32>(fields::EventBatch::controls), control);
  }
  return bytes;
}

// The events one by one; none where the frame is wrong.
std::vector<OwnedBatch> events_of(std::string_view bytes) {
  try {
    const OwnedBatch batch = testing::decode_batch(bytes);
    edge::frame_batch(batch.spans(), batch.controls.size());
    return testing::split(batch, 1);
  } catch (const protozero::exception&) {
    return {};
  } catch (const EngineError&) {
    return {};
  }
}

void mutate(Input& input, std::size_t max_size, Random& random) {
  const std::size_t room = max_size - std::min(max_size, input.config.size() + input.rest.size());
  if (random() % 3 == 0) {
    input.config = mutated(input.config, input.config.size() + room);
    return;
  }
  std::vector<OwnedBatch> events = events_of(input.rest);
  if (events.empty()) {
    input.rest = mutated(input.rest, input.rest.size() + room);
    return;
  }
  for (std::size_t changes = 1 + draw(random, 4); changes > 0; --changes) rearrange(events, random);
  input.rest = encoded(events);
}

}  // namespace
}  // namespace quartet::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  quartet::fuzz::Random random(seed);
  auto input = quartet::fuzz::take_apart({reinterpret_cast<const char*>(data), size});
  if (!input || random() % 4 == 0) return LLVMFuzzerMutate(data, size, max_size);
  quartet::fuzz::mutate(*input, max_size, random);
  const std::string bytes = quartet::fuzz::put_together(*input);
  const std::size_t length = std::min(bytes.size(), max_size);
  std::memcpy(data, bytes.data(), length);
  return length;
}
