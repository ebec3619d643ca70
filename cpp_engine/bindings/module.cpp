// The Python module: buffers in, bytes out, errors translated; no behaviour of its own.
#include <pybind11/pybind11.h>

#include <mutex>

#include "buffers.hpp"
#include "columns.hpp"
#include "quartet/edge/trading_engine.hpp"
#include "sweep.hpp"

namespace py = pybind11;

namespace quartet::python {
namespace {

PyObject* engine_error_type = nullptr;

// Raises the module's EngineError with the attributes code and message.
void raise(ErrorCode code, const char* message) {
  try {
    const py::object error = py::reinterpret_borrow<py::object>(engine_error_type)(message);
    error.attr("code") = static_cast<int>(code);
    error.attr("message") = message;
    PyErr_SetObject(engine_error_type, error.ptr());
  } catch (py::error_already_set& other) {
    other.restore();
  }
}

void translate(std::exception_ptr thrown) {
  try {
    if (thrown) std::rethrow_exception(thrown);
  } catch (const EngineError& error) {
    raise(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    raise(ErrorCode::Capacity, "engine: out of memory");
  }
}

py::bytes to_bytes(const void* data, std::size_t size) {
  return py::bytes(static_cast<const char*>(data), size);
}

template <class T>
py::bytes column_bytes(const std::vector<T>& column) {
  return to_bytes(column.data(), column.size() * sizeof(T));
}

py::dict to_dict(const edge::Statistics& statistics) {
  py::dict counters;
  const auto* values = reinterpret_cast<const unsigned char*>(&statistics.counters);
  for (std::size_t i = 0; i < contract::kCounterNames.size(); ++i) {
    u64 value;
    std::memcpy(&value, values + i * sizeof(u64), sizeof(u64));
    counters[py::str(contract::kCounterNames[i].data(), contract::kCounterNames[i].size())] = value;
  }
  py::dict out;
  out["counters"] = counters;
  out["latency_count"] = statistics.latency_count;
  out["latency_ns_total"] = statistics.latency_ns_total;
  out["latency_ns_max"] = statistics.latency_ns_max;
  out["latency_ns_p50"] = statistics.latency_ns_p50;
  out["latency_ns_p90"] = statistics.latency_ns_p90;
  out["latency_ns_p99"] = statistics.latency_ns_p99;
  out["latency_ns_p999"] = statistics.latency_ns_p999;
  out["uptime_ns"] = statistics.uptime_ns;
  out["queue_depth"] = statistics.queue_depth;
  out["pool_in_use"] = statistics.pool_in_use;
  return out;
}

// One engine and the lock that keeps two Python threads out of it at once.
class PythonEngine {
 public:
  PythonEngine(const py::object& config, long threads, std::string_view mode, std::string_view simd)
      : engine_(std::string(BufferView(config, ErrorCode::BadConfig, "config").text()),
                edge::read_options(threads, mode, simd)) {}

  py::bytes process(const py::object& columns, const py::object& controls) {
    const BufferList column_list(columns, "columns");
    const BufferList control_list(controls, "controls");
    const auto messages = control_list.texts();
    edge::Bytes records;
    std::unique_lock<std::mutex> lock(mutex_, std::defer_lock);
    {
      const py::gil_scoped_release release;
      lock.lock();
      records = engine_.process(column_list.spans(), messages);
    }
    return to_bytes(records.data(), records.size());
  }

  py::tuple evaluate(const py::object& columns, const py::object& controls) {
    const BufferList column_list(columns, "columns");
    const BufferList control_list(controls, "controls");
    const auto messages = control_list.texts();
    edge::EvaluationColumns out;
    {
      const py::gil_scoped_release release;
      const std::lock_guard<std::mutex> lock(mutex_);
      out = engine_.evaluate(column_list.spans(), messages);
    }
    return py::make_tuple(column_bytes(out.verdict), column_bytes(out.score), column_bytes(out.confidence),
                          column_bytes(out.fair_value));
  }

  py::bytes snapshot() {
    std::string bytes;
    {
      const py::gil_scoped_release release;
      const std::lock_guard<std::mutex> lock(mutex_);
      bytes = engine_.snapshot();
    }
    return py::bytes(bytes);
  }

  void restore(const py::object& snapshot) {
    const BufferView bytes(snapshot, ErrorCode::BadSnapshot, "snapshot");
    const py::gil_scoped_release release;
    const std::lock_guard<std::mutex> lock(mutex_);
    engine_.restore(bytes.text());
  }

  py::dict statistics(bool reset) {
    edge::Statistics out;
    {
      const py::gil_scoped_release release;
      const std::lock_guard<std::mutex> lock(mutex_);
      out = engine_.statistics(reset);
    }
    return to_dict(out);
  }

  u64 processing_ns() const { return engine_.processing_ns(); }

 private:
  edge::TradingEngine engine_;
  std::mutex mutex_;
};

}  // namespace
}  // namespace quartet::python

PYBIND11_MODULE(quartet_cpp, m) {
  using quartet::python::PythonEngine;
  using quartet::python::PythonSweep;
  m.doc() = "The C++ engine of Quartet.";
  quartet::python::engine_error_type =
      PyErr_NewException("quartet_cpp.EngineError", PyExc_Exception, nullptr);
  m.attr("EngineError") = py::reinterpret_borrow<py::object>(quartet::python::engine_error_type);
  py::register_exception_translator(&quartet::python::translate);
  m.def("contract_hash", [] { return quartet::contract::kHash; });
  m.def("version", [] { return quartet::contract::kVersion; });
  m.def("build", [] { return quartet::edge::build_text(); });
  m.def("fixed_of_floats", &quartet::python::fixed_of_floats, py::arg("numbers"), py::arg("out"));
  m.def("fixed_of_decimals", &quartet::python::fixed_of_decimals, py::arg("integers"), py::arg("factor"),
        py::arg("out"));
  m.def("gather", &quartet::python::gather, py::arg("records"), py::arg("places"), py::arg("fields"));
  py::class_<PythonEngine>(m, "Engine")
      .def(py::init<const py::object&, long, std::string_view, std::string_view>(), py::arg("config"),
           py::arg("threads") = 1, py::arg("mode") = "auto", py::arg("simd") = "auto")
      .def("process", &PythonEngine::process, py::arg("columns"), py::arg("controls"))
      .def("evaluate", &PythonEngine::evaluate, py::arg("columns"), py::arg("controls"))
      .def("snapshot", &PythonEngine::snapshot)
      .def("restore", &PythonEngine::restore, py::arg("snapshot"))
      .def("statistics", &PythonEngine::statistics, py::arg("reset") = false)
      .def_property_readonly("processing_ns", &PythonEngine::processing_ns);
  py::class_<PythonSweep>(m, "Sweep")
      .def(py::init<const py::object&, long, std::string_view, std::string_view>(), py::arg("configs"),
           py::arg("threads") = 1, py::arg("mode") = "auto", py::arg("simd") = "auto")
      .def("process", &PythonSweep::process, py::arg("columns"), py::arg("controls"))
      .def("rows", &PythonSweep::rows)
      .def("snapshot", &PythonSweep::snapshot, py::arg("member"))
      .def_property_readonly("processing_ns", &PythonSweep::processing_ns);
}
