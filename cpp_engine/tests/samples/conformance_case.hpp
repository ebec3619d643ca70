// A recorded case of tests/conformance/vectors (quartet.v1.ConformanceCase).
#pragma once

#include <string>
#include <vector>

#include "quartet/edge/batch_frame.hpp"

namespace quartet::testing {

// A batch with columns of its own, in the order of the contract's table.
struct OwnedBatch {
  std::array<std::string, edge::kColumns> columns;
  std::vector<std::string> controls;

  std::vector<edge::Bytes> spans() const;
  std::vector<std::string_view> messages() const;
};

struct ConformanceCase {
  std::string name;
  std::string config;
  std::vector<OwnedBatch> batches;
  std::string records;
  std::string snapshot;  // its contract hash is zeros
  u32 error_code = 0;
  std::string verdict;
  std::string score;
};

// The field of EventBatch that holds the column.
u32 column_field(std::size_t column);
// Both throw protozero's exceptions on bytes that are no message.
OwnedBatch decode_batch(std::string_view bytes);
ConformanceCase decode_case(std::string_view bytes);
// Pieces of `size` events each; the batch must have a sound frame.
std::vector<OwnedBatch> split(const OwnedBatch& batch, std::size_t size);

}  // namespace quartet::testing
