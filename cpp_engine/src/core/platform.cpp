// What equal bits need of a platform; where one of these fails, the engine must not be built.
#include <bit>
#include <cfloat>
#include <limits>

static_assert(std::endian::native == std::endian::little, "records are written as they lie in memory");
static_assert(std::numeric_limits<double>::is_iec559, "floats are binary64");
static_assert(FLT_EVAL_METHOD == 0, "every operation rounds once, to binary64");
#ifdef __FAST_MATH__
#error "fast-math breaks the contract"
#endif
