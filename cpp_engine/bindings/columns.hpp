// Passes over columns as Python sees them: buffers in, buffers filled, the interpreter's lock let go.
#pragma once

#include <pybind11/pybind11.h>

#include <vector>

#include "buffers.hpp"
#include "quartet/edge/columns.hpp"

namespace quartet::python {

// A contiguous buffer that is written to, held for as long as the view lives.
class WritableView {
 public:
  explicit WritableView(const pybind11::handle& object) {
    if (PyObject_GetBuffer(object.ptr(), &view_, PyBUF_WRITABLE) != 0) {
      PyErr_Clear();
      throw EngineError(ErrorCode::BadBatch, "columns: not a contiguous buffer that can be written");
    }
  }
  ~WritableView() { PyBuffer_Release(&view_); }
  WritableView(const WritableView&) = delete;
  WritableView& operator=(const WritableView&) = delete;

  std::span<std::byte> bytes() const {
    return {static_cast<std::byte*>(view_.buf), static_cast<std::size_t>(view_.len)};
  }
  std::span<i64> integers() const {
    if (reinterpret_cast<std::uintptr_t>(view_.buf) % alignof(i64) != 0)
      throw EngineError(ErrorCode::BadBatch, "columns: the units do not begin at a multiple of eight bytes");
    return {static_cast<i64*>(view_.buf), static_cast<std::size_t>(view_.len) / sizeof(i64)};
  }

 private:
  Py_buffer view_{};
};

inline bool fixed_of_floats(const pybind11::object& numbers, const pybind11::object& out) {
  const BufferView from(numbers, ErrorCode::BadBatch, "numbers");
  const WritableView to(out);
  const auto units = to.integers();
  const pybind11::gil_scoped_release release;
  return edge::fixed_of_floats(from.span(), units);
}

inline bool fixed_of_decimals(const pybind11::object& integers, i64 factor, const pybind11::object& out) {
  const BufferView from(integers, ErrorCode::BadBatch, "integers");
  const WritableView to(out);
  const auto units = to.integers();
  const pybind11::gil_scoped_release release;
  return edge::fixed_of_decimals(from.span(), factor, units);
}

// fields: a tuple of offset, width, width in the column, and the column, for each.
inline void gather(const pybind11::object& records, const pybind11::object& places,
                   const pybind11::list& fields) {
  const BufferView from(records, ErrorCode::BadBatch, "records");
  const BufferView at(places, ErrorCode::BadBatch, "places");
  std::vector<std::unique_ptr<WritableView>> held;
  std::vector<edge::FieldColumn> columns;
  for (const pybind11::handle& item : fields) {
    const auto field = item.cast<pybind11::tuple>();
    held.push_back(std::make_unique<WritableView>(field[3]));
    columns.push_back({field[0].cast<std::size_t>(), field[1].cast<std::size_t>(),
                       field[2].cast<std::size_t>(), held.back()->bytes()});
  }
  const pybind11::gil_scoped_release release;
  edge::gather(from.span(), at.span(), columns);
}

}  // namespace quartet::python
