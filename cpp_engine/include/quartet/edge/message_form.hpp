// Whether bytes are a message of the contract, before they are decoded (spec 12.2).
#pragma once

#include <string_view>

#include "quartet/edge/message_forms.hpp"

namespace quartet::edge {

// Throws BAD_CONFIG where the bytes are not fields of the message, one after the other.
void test_form(std::string_view bytes, const forms::MessageForm& message);

}  // namespace quartet::edge
