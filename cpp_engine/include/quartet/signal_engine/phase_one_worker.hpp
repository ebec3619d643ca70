// A thread that runs phase one ahead of its owner, who is busy with phase two of the blocks before.
#pragma once

#include <array>
#include <atomic>
#include <exception>
#include <thread>

#include "quartet/signal_engine/phase_one.hpp"

namespace quartet {

// Events up to the end of the batch or the next CONTROL. All that it points to is the worker's from start()
// on, until the last block has been taken or settle() returns.
struct Stretch {
  PhaseOne* phase_one = nullptr;
  const Batch* batch = nullptr;
  std::size_t begin = 0;
  std::size_t block_events = 0;
  RowCursors* cursors = nullptr;
  u64 first_event_index = 0;  // of the batch
};

// What phase one made of the events before `end`.
struct RunBlock {
  std::size_t end = 0;
  VerdictBlock verdicts;
};

// True where a stretch ends with the event before `end`.
inline bool ends_stretch(const Batch& batch, std::size_t end) {
  return end == batch.events || batch.kind[end - 1] == number(EventKind::Control);
}

class PhaseOneWorker {
 public:
  PhaseOneWorker();
  ~PhaseOneWorker();
  PhaseOneWorker(const PhaseOneWorker&) = delete;
  PhaseOneWorker& operator=(const PhaseOneWorker&) = delete;

  // The stretch before must be over.
  void start(const Stretch& stretch);
  // The next block, the caller's until release(); throws what phase one threw.
  const RunBlock& next();
  void release();
  // Ends the stretch, whatever is left of it.
  void settle() noexcept;

 private:
  // Enough that neither phase waits for one slow block of the other.
  static constexpr u64 kBlocks = 4;
  static constexpr std::size_t kThrown = ~std::size_t{0};
  enum class Turn : unsigned { Idle, Working, Over };

  void run();
  void run_stretch();
  bool has_room(u64 made) const;

  std::atomic<Turn> turn_ = Turn::Idle;
  Stretch stretch_;
  std::exception_ptr thrown_;
  std::array<RunBlock, kBlocks> blocks_;
  alignas(64) std::atomic<u64> made_ = 0;   // blocks of the stretch; the worker counts
  alignas(64) std::atomic<u64> taken_ = 0;  // the owner counts
  std::atomic<bool> unwanted_ = false;
  std::thread thread_;  // last, so that it starts when all else is there
};

}  // namespace quartet
