// What is fuzzed, and what holds for any bytes: an answer, or an EngineError of a code that the call may
// give.
#pragma once

#include <stdexcept>
#include <string_view>

namespace quartet::fuzz {

// The engine has not kept a promise of its edge.
struct Broken : std::logic_error {
  using std::logic_error::logic_error;
};

// A configuration.
void run_config(std::string_view input);
// A configuration and an EventBatch: cut into single events it gives the same.
void run_batch(std::string_view input);
// A configuration and a snapshot, which is given the contract hash of this build: what is restored comes
// back.
void run_snapshot(std::string_view input);

}  // namespace quartet::fuzz
