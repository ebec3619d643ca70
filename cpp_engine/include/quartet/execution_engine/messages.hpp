// What travels between us and the simulated venue (spec 7.1).
#pragma once

#include "quartet/core/tables.hpp"

namespace quartet {

enum class MessageKind : u8 { New = 1, Cancel = 2, Replace = 3 };

struct Message {
  i64 arrival = 0;
  MessageKind kind = MessageKind::New;
  u64 order_id = 0;
  i64 price = 0;
  i64 quantity = 0;
};

// What the venue says of an order; a fill's trigger is FILL until it is applied.
struct Report {
  i64 due = 0;
  i64 ts = 0;
  Trigger trigger = Trigger::Ack;
  Code code = Code::None;
  u64 order_id = 0;
  // Of a fill, else zeros.
  u64 exec_id = 0;
  i64 price = 0;
  i64 quantity = 0;
  u8 liquidity = 0;
  u8 reason = 0;
  u64 cause_event = 0;
};

}  // namespace quartet
