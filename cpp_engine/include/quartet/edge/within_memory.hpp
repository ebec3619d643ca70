// Calls that the machine may have no memory for.
#pragma once

#include <new>
#include <stdexcept>

#include "quartet/core/engine_error.hpp"

namespace quartet::edge {

// Memory that is not there is a capacity that is not there.
template <class Call>
auto within_memory(Call call) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    throw EngineError(ErrorCode::Capacity, "engine: out of memory");
  } catch (const std::length_error&) {
    throw EngineError(ErrorCode::Capacity, "engine: out of memory");
  }
}

}  // namespace quartet::edge
