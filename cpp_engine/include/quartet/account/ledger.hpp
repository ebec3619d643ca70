// Cash, equity and the two levels that halts are measured from (spec 8).
#pragma once

#include "quartet/core/tables.hpp"

namespace quartet {

struct Ledger {
  i128 cash = 0;
  i128 fees = 0;
  i128 realised = 0;
  i128 equity = 0;        // E, always current (spec 6.4)
  i128 peak = 0;          // H
  i128 session_open = 0;  // E_open
  i128 reserved = 0;      // by open buys, account type CASH only (spec 9.5)
  // This far below the peak the halts must be looked at; never too far (spec 8.4, 8.5).
  i128 halt_drop = 0;
};

// Sums over all symbols, as last brought up to date (spec 9.5).
struct ExposureSums {
  i128 gross = 0;    // sum of abs(N)
  i128 net = 0;      // sum of N
  i128 at_risk = 0;  // sum of abs(w * risk price * multiplier)
  i128 margin = 0;   // sum of cap(im, abs(N))
  u32 symbols = 0;   // with w != 0
  // By how much marks that have moved since can have changed gross and net at most.
  i128 drift = 0;
  // By how much positions and leaves that have changed since can have changed gross and at_risk at most.
  i128 unvalued = 0;
};

}  // namespace quartet
