// Two threads and a ring of blocks: one counts what it has made, the other what it has taken.
#include "quartet/signal_engine/phase_one_worker.hpp"

#include <immintrin.h>

#include <algorithm>
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

template <class T>
void tell(std::atomic<T>& word, T value) {
  word.store(value, std::memory_order_release);
  word.notify_one();
}

}  // namespace

PhaseOneWorker::PhaseOneWorker() : thread_([this] { run(); }) {}

PhaseOneWorker::~PhaseOneWorker() {
  settle();
  tell(turn_, Turn::Over);
  thread_.join();
}

void PhaseOneWorker::start(const Stretch& stretch) {
  await_other_than(turn_, Turn::Working);
  stretch_ = stretch;
  made_.store(0, std::memory_order_relaxed);
  taken_.store(0, std::memory_order_relaxed);
  unwanted_.store(false, std::memory_order_relaxed);
  tell(turn_, Turn::Working);
}

const RunBlock& PhaseOneWorker::next() {
  const u64 taken = taken_.load(std::memory_order_relaxed);
  await_other_than(made_, taken);
  const RunBlock& block = blocks_[taken % kBlocks];
  if (block.end == kThrown) std::rethrow_exception(std::exchange(thrown_, nullptr));
  return block;
}

void PhaseOneWorker::release() { tell(taken_, taken_.load(std::memory_order_relaxed) + 1); }

void PhaseOneWorker::settle() noexcept {
  unwanted_.store(true, std::memory_order_release);
  release();  // wakes a worker that waits for room
  await_other_than(turn_, Turn::Working);
}

void PhaseOneWorker::run() {
  const FloatEnvironment environment;
  while (await_other_than(turn_, Turn::Idle) == Turn::Working) {
    run_stretch();
    tell(turn_, Turn::Idle);
  }
}

// False where nobody wants more blocks.
bool PhaseOneWorker::has_room(u64 made) const {
  for (;;) {
    const u64 taken = taken_.load(std::memory_order_acquire);
    if (unwanted_.load(std::memory_order_acquire)) return false;
    if (made - taken < kBlocks) return true;
    await_other_than(taken_, taken);
  }
}

void PhaseOneWorker::run_stretch() {
  const Batch& batch = *stretch_.batch;
  std::size_t begin = stretch_.begin;
  for (u64 made = 0; has_room(made); ++made) {
    RunBlock& block = blocks_[made % kBlocks];
    try {
      const std::size_t limit = std::min(batch.events, begin + stretch_.block_events);
      begin = stretch_.phase_one->run_block(batch, begin, limit, *stretch_.cursors,
                                            stretch_.first_event_index + begin, block.verdicts);
      block.end = begin;
    } catch (...) {
      thrown_ = std::current_exception();
      block.end = kThrown;
    }
    // The block is the owner's from here on.
    const bool over = block.end == kThrown || ends_stretch(batch, begin);
    tell(made_, made + 1);
    if (over) return;
  }
}

}  // namespace quartet
