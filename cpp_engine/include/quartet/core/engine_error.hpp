// The error that refuses a call (spec 12.1); thrown at the edge only, never in the path of an event.
#pragma once

#include <stdexcept>
#include <string>

#include "quartet/core/tables.hpp"

namespace quartet {

class EngineError : public std::runtime_error {
 public:
  EngineError(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace quartet
