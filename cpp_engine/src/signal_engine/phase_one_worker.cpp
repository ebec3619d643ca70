// Two threads that take turns: one word says whose turn it is, and orders all that the other reads.
#include "quartet/signal_engine/phase_one_worker.hpp"

#include <immintrin.h>

#include <utility>

#include "quartet/core/float_environment.hpp"

namespace quartet {
namespace {

// A block takes some ten microseconds: a short spin spares most sleeps.
constexpr int kSpins = 200;

// Returns the first value that is not `present`.
template <class T>
T await_other_than(const std::atomic<T>& word, T present) {
  for (int i = 0; i < kSpins; ++i) {
    const T value = word.load(std::memory_order_acquire);
    if (value != present) return value;
    _mm_pause();
  }
  word.wait(present, std::memory_order_acquire);
  return word.load(std::memory_order_acquire);
}

}  // namespace

PhaseOneWorker::PhaseOneWorker() : thread_([this] { run(); }) {}

PhaseOneWorker::~PhaseOneWorker() {
  settle();
  pass_to(Turn::Over);
  thread_.join();
}

void PhaseOneWorker::pass_to(Turn turn) {
  turn_.store(turn, std::memory_order_release);
  turn_.notify_one();
}

void PhaseOneWorker::await_owner() const { await_other_than(turn_, Turn::Worker); }

void PhaseOneWorker::ask(const BlockTask& task) {
  task_ = task;
  pass_to(Turn::Worker);
}

std::size_t PhaseOneWorker::wait() {
  await_owner();
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  return stopped_at_;
}

void PhaseOneWorker::settle() noexcept {
  await_owner();
  thrown_ = nullptr;
}

void PhaseOneWorker::run() {
  const FloatEnvironment environment;
  while (await_other_than(turn_, Turn::Owner) == Turn::Worker) {
    try {
      stopped_at_ = task_.phase_one->run_block(*task_.batch, task_.begin, task_.end, *task_.cursors,
                                               task_.first_event_index, *task_.verdicts);
    } catch (...) {
      thrown_ = std::current_exception();
    }
    pass_to(Turn::Owner);
  }
}

}  // namespace quartet
