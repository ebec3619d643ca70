// The frame of a batch: whether its columns fit its events (spec 2.2).
#pragma once

#include <span>
#include <string_view>

#include "quartet/core/engine_error.hpp"
#include "quartet/data_engine/batch.hpp"

namespace quartet::edge {

using Bytes = std::span<const std::byte>;

// Columns in the order of the contract's table.
inline constexpr std::size_t kColumns = 34;
extern const std::array<std::string_view, kColumns> kColumnNames;

// Reads nothing but lengths and kinds; throws BAD_BATCH. The batch points into the columns.
Batch frame_batch(std::span<const Bytes> columns, std::size_t controls);

}  // namespace quartet::edge
