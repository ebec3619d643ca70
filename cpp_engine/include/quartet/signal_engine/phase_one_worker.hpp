// A thread that runs phase one of one block while its owner is busy with phase two of the one before.
#pragma once

#include <atomic>
#include <exception>
#include <thread>

#include "quartet/signal_engine/phase_one.hpp"

namespace quartet {

// A block to run; all that it points to is the worker's from ask() until wait() returns.
struct BlockTask {
  PhaseOne* phase_one = nullptr;
  const Batch* batch = nullptr;
  std::size_t begin = 0;
  std::size_t end = 0;
  RowCursors* cursors = nullptr;
  u64 first_event_index = 0;
  VerdictBlock* verdicts = nullptr;
};

class PhaseOneWorker {
 public:
  PhaseOneWorker();
  ~PhaseOneWorker();
  PhaseOneWorker(const PhaseOneWorker&) = delete;
  PhaseOneWorker& operator=(const PhaseOneWorker&) = delete;

  // Hands over a block; the last one must have been waited for.
  void ask(const BlockTask& task);
  // Where the block stopped; throws what phase one threw.
  std::size_t wait();
  // Waits for a block whose result nobody wants any more, if there is one.
  void settle() noexcept;

 private:
  enum class Turn : unsigned { Owner, Worker, Over };
  void run();
  void pass_to(Turn turn);
  void await_owner() const;

  std::atomic<Turn> turn_ = Turn::Owner;
  BlockTask task_;
  std::size_t stopped_at_ = 0;
  std::exception_ptr thrown_;
  std::thread thread_;  // last, so that it starts when all else is there
};

}  // namespace quartet
