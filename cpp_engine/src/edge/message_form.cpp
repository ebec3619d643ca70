// The bytes of a message, field by field.
#include "quartet/edge/message_form.hpp"

#include <algorithm>
#include <string>

#include "quartet/core/engine_error.hpp"

namespace quartet::edge {
namespace {

using forms::FieldForm;
using forms::Form;
using forms::MessageForm;

enum class Wire : u8 { Varint = 0, Fixed64 = 1, Length = 2 };

// Length of the UTF-8 sequence at the start of the text, 0 where there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead < 0xF0) {
    if (!follows(1) || !follows(2)) return 0;
    if (lead == 0xE0 && byte(1) < 0xA0) return 0;   // overlong
    if (lead == 0xED && byte(1) >= 0xA0) return 0;  // surrogate
    return 3;
  }
  if (lead >= 0xF0 && lead < 0xF5) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    if (lead == 0xF0 && byte(1) < 0x90) return 0;   // overlong
    if (lead == 0xF4 && byte(1) >= 0x90) return 0;  // above U+10FFFF
    return 4;
  }
  return 0;
}

class FormTest {
 public:
  FormTest(std::string_view bytes, const MessageForm& message) : rest_(bytes), message_(message) {}

  void run() {
    while (!rest_.empty()) {
      const u64 key = varint();
      value(field(key), static_cast<Wire>(key & 7));
    }
  }

 private:
  [[noreturn]] void fail(const char* why) const {
    throw EngineError(ErrorCode::BadConfig, std::string(message_.name) + " cannot be read: " + why);
  }

  const FieldForm& field(u64 key) const {
    const u64 number = key >> 3;
    const auto at = std::ranges::lower_bound(message_.fields, number, {}, &FieldForm::number);
    if (key >> 32 != 0 || at == message_.fields.end() || at->number != number) fail("an unknown field");
    return *at;
  }

  u64 varint() {
    u64 value = 0;
    for (unsigned place = 0; place < 10 && place < rest_.size(); ++place) {
      const auto byte = static_cast<unsigned char>(rest_[place]);
      if (place == 9 && byte > 1) break;
      value |= u64{byte & 0x7Fu} << (7 * place);
      if (byte >= 0x80) continue;
      rest_.remove_prefix(place + 1);
      return value;
    }
    fail("a number has no end or more than 64 bits");
  }

  std::string_view take(u64 size) {
    if (size > rest_.size()) fail("a field is cut short");
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  void value(const FieldForm& field, Wire wire) {
    const bool is_varint = field.form == Form::Varint || field.form == Form::Varints;
    const bool is_fixed = field.form == Form::Fixed64 || field.form == Form::Fixed64s;
    if (is_varint && wire == Wire::Varint) {
      varint();
    } else if (is_fixed && wire == Wire::Fixed64) {
      take(8);
    } else if (wire == Wire::Length && field.form != Form::Varint && field.form != Form::Fixed64) {
      inside(field, take(varint()));
    } else {
      fail("a field of another wire type");
    }
  }

  void inside(const FieldForm& field, std::string_view bytes) const {
    switch (field.form) {
      case Form::Message:
        return FormTest(bytes, *field.message).run();
      case Form::Text:
        while (!bytes.empty()) {
          const std::size_t length = sequence_length(bytes);
          if (length == 0) fail("a string is not UTF-8");
          bytes.remove_prefix(length);
        }
        return;
      case Form::Varints: {
        FormTest numbers(bytes, message_);
        while (!numbers.rest_.empty()) numbers.varint();
        return;
      }
      case Form::Fixed64s:
        if (bytes.size() % 8 != 0) fail("a field is cut short");
        return;
      default:
        return;
    }
  }

  std::string_view rest_;
  const MessageForm& message_;
};

}  // namespace

void test_form(std::string_view bytes, const MessageForm& message) { FormTest(bytes, message).run(); }

}  // namespace quartet::edge
