// Python buffers, looked at where they lie.
#pragma once

#include <pybind11/pybind11.h>

#include <memory>
#include <string_view>
#include <vector>

#include "quartet/edge/batch_frame.hpp"

namespace quartet::python {

// A contiguous buffer, held for as long as the view lives.
class BufferView {
 public:
  BufferView(const pybind11::handle& object, ErrorCode code, const std::string& name) {
    if (PyObject_GetBuffer(object.ptr(), &view_, PyBUF_SIMPLE) != 0) {
      PyErr_Clear();
      throw EngineError(code, name + ": not a contiguous bytes-like object");
    }
  }
  ~BufferView() { PyBuffer_Release(&view_); }
  BufferView(const BufferView&) = delete;
  BufferView& operator=(const BufferView&) = delete;

  edge::Bytes span() const {
    return {static_cast<const std::byte*>(view_.buf), static_cast<std::size_t>(view_.len)};
  }
  std::string_view text() const {
    return {static_cast<const char*>(view_.buf), static_cast<std::size_t>(view_.len)};
  }

 private:
  Py_buffer view_{};
};

// The buffers of a list or another sequence.
class BufferList {
 public:
  BufferList(const pybind11::object& sequence, const char* name) {
    if (!PySequence_Check(sequence.ptr()))
      throw EngineError(ErrorCode::BadBatch, std::string(name) + ": not a list");
    const auto fast = pybind11::reinterpret_steal<pybind11::object>(PySequence_Fast(sequence.ptr(), name));
    if (!fast) {
      PyErr_Clear();
      throw EngineError(ErrorCode::BadBatch, std::string(name) + ": not a list");
    }
    const auto size = static_cast<std::size_t>(PySequence_Fast_GET_SIZE(fast.ptr()));
    for (std::size_t i = 0; i < size; ++i) {
      const pybind11::handle item = PySequence_Fast_GET_ITEM(fast.ptr(), static_cast<Py_ssize_t>(i));
      views_.push_back(std::make_unique<BufferView>(item, ErrorCode::BadBatch,
                                                    std::string(name) + "[" + std::to_string(i) + "]"));
      spans_.push_back(views_.back()->span());
    }
  }

  std::span<const edge::Bytes> spans() const { return spans_; }
  std::vector<std::string_view> texts() const {
    std::vector<std::string_view> texts;
    for (const auto& view : views_) texts.push_back(view->text());
    return texts;
  }

 private:
  std::vector<std::unique_ptr<BufferView>> views_;
  std::vector<edge::Bytes> spans_;
};

}  // namespace quartet::python
