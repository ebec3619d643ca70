// The generated tables hold what the rest of the engine assumes of them.
#include "quartet/core/contract.hpp"

#include <gtest/gtest.h>

namespace quartet::contract {

TEST(Contract, HashIsSha256) { EXPECT_EQ(kHash.size(), 64U); }

}  // namespace quartet::contract
