// A few events of every kind that shake a restored engine.
#pragma once

#include "batch_columns.hpp"

namespace quartet::fuzz {

// After the given time; for symbols 0 and 1, known or not.
testing::BatchColumns probe_after(i64 ts);

// The last time that a readable snapshot has seen.
i64 last_time_of(std::string_view snapshot);

}  // namespace quartet::fuzz
