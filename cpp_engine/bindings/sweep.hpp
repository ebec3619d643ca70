// The sweep as Python sees it.
#pragma once

#include <pybind11/pybind11.h>

#include <mutex>
#include <string>
#include <vector>

#include "buffers.hpp"
#include "quartet/edge/sweep.hpp"

namespace quartet::python {

// One sweep and the lock that keeps two Python threads out of it at once.
class PythonSweep {
 public:
  PythonSweep(const pybind11::object& configs, long threads, std::string_view mode, std::string_view simd)
      : sweep_(made(configs, edge::read_options(threads, mode, simd))) {}

  void process(const pybind11::object& columns, const pybind11::object& controls) {
    const BufferList column_list(columns, "columns");
    const BufferList control_list(controls, "controls");
    const auto messages = control_list.texts();
    const pybind11::gil_scoped_release release;
    const std::lock_guard<std::mutex> lock(mutex_);
    sweep_.process(column_list.spans(), messages);
  }

  pybind11::bytes rows() {
    std::string rows;
    {
      const pybind11::gil_scoped_release release;
      const std::lock_guard<std::mutex> lock(mutex_);
      rows = sweep_.rows();
    }
    return rows;
  }

  pybind11::bytes snapshot(std::size_t member) {
    std::string bytes;
    {
      const pybind11::gil_scoped_release release;
      const std::lock_guard<std::mutex> lock(mutex_);
      bytes = sweep_.snapshot(member);
    }
    return bytes;
  }

  u64 processing_ns() const { return sweep_.processing_ns(); }

 private:
  static edge::Sweep made(const pybind11::object& configs, const edge::EngineOptions& options) {
    const BufferList list(configs, "configs");
    std::vector<std::string> texts;
    for (const std::string_view text : list.texts()) texts.emplace_back(text);
    const pybind11::gil_scoped_release release;
    return edge::Sweep(std::move(texts), options);
  }

  edge::Sweep sweep_;
  std::mutex mutex_;
};

}  // namespace quartet::python
