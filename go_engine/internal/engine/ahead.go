// Ahead: phase one of later blocks runs on a worker beside phase two of the present one.

package engine

import (
	"runtime"
	"sync/atomic"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
)

// spins are the looks at a counter before its reader sleeps, some forty microseconds: about what waking a thread costs, and
// what a block's phases differ by.
const spins = 1 << 17

// turnstile counts up; one reader waits for counts.
type turnstile struct {
	count    atomic.Int64
	isAsleep atomic.Bool
	wake     chan struct{}
	spins    int      // none where there is one processor, which the other side waits for
	_        [32]byte // the next one is on another cache line
}

func newTurnstile() turnstile {
	most := spins
	if runtime.GOMAXPROCS(0) == 1 {
		most = 0
	}
	return turnstile{wake: make(chan struct{}, 1), spins: most}
}

// pass adds to the count.
func (t *turnstile) pass(many int64) {
	t.count.Add(many)
	if t.isAsleep.CompareAndSwap(true, false) {
		t.wake <- struct{}{}
	}
}

// await returns when the count has reached a number.
func (t *turnstile) await(count int64) {
	for range t.spins {
		if t.count.Load() >= count {
			return
		}
	}
	for t.count.Load() < count {
		t.isAsleep.Store(true)
		if t.count.Load() >= count && t.isAsleep.CompareAndSwap(true, false) {
			return
		}
		<-t.wake
	}
}

// ahead is what the worker and the caller share.
type ahead struct {
	begun      turnstile       // the first block, which the caller makes while the worker wakes up
	rows       dataengine.Rows // of the events after it
	made, used turnstile       // blocks that phase one has made, that phase two has used
	isStopped  atomic.Bool
	isFailed   atomic.Bool
	failure    any // of the worker, set before isFailed
	ended      chan struct{}
}

// processAhead runs phase one on a worker while the caller runs phase two; the worker has ended when it returns.
func (e *Engine) processAhead(batch *dataengine.Batch, base uint64, controls []core.Control) {
	a := &ahead{begun: newTurnstile(), made: newTurnstile(), used: newTurnstile(), ended: make(chan struct{})}
	go e.runAhead(a, batch, base)
	defer a.end()
	e.phaseOne(batch, 0, base, &a.rows, &e.blocks[0])
	a.made.pass(1)
	a.begun.pass(1)
	rows := dataengine.Rows{}
	for k, next := int64(0), 0; next < len(batch.Kind); k++ {
		a.made.await(k + 1)
		if a.isFailed.Load() {
			panic(a.failure)
		}
		block := &e.blocks[k%int64(len(e.blocks))]
		next = block.Next
		e.phaseTwo(batch, base, block, &rows, controls)
		a.used.pass(1)
	}
}

// end stops the worker, which has nothing more to do unless the caller has failed.
func (a *ahead) end() {
	a.isStopped.Store(true)
	a.begun.pass(1)
	a.used.pass(1 << 32)
	<-a.ended
}

// runAhead runs phase one block by block from the second one on. A CONTROL may change the program, so that the block
// which it ends must be through phase two before the next one begins.
func (e *Engine) runAhead(a *ahead, batch *dataengine.Batch, base uint64) {
	defer close(a.ended)
	defer func() {
		if cause := recover(); cause != nil {
			a.failure = cause
			a.isFailed.Store(true)
			a.made.pass(1)
		}
	}()
	if a.begun.await(1); a.isStopped.Load() {
		return
	}
	rows, room := a.rows, int64(len(e.blocks))
	for k, first := int64(1), e.blocks[0].Next; first < len(batch.Kind); k++ {
		used := k - room + 1
		if core.EventKind(batch.Kind[first-1]) == core.EventKindControl {
			used = k
		}
		if a.used.await(used); a.isStopped.Load() {
			return
		}
		block := &e.blocks[k%room]
		e.phaseOne(batch, first, base, &rows, block)
		if first = block.Next; first == len(batch.Kind) {
			e.PhaseOne.Settle()
		}
		a.made.pass(1)
	}
}
