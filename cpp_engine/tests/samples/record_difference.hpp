// Says in which record and field two streams of records differ.
#pragma once

#include <string>
#include <string_view>

namespace quartet::testing {

// Empty where the streams are equal.
std::string record_difference(std::string_view expected, std::string_view actual);

}  // namespace quartet::testing
