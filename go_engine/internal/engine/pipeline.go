// Pipeline: blocks of a batch through both phases, one after the other or side by side (spec 2.2).

package engine

import (
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
	"quartet.dev/go_engine/internal/performance"
	"quartet.dev/go_engine/internal/signal_engine"
)

// phaseOne runs a block from event first on; base is the event index of the batch's first event.
func (e *Engine) phaseOne(batch *dataengine.Batch, first int, base uint64, ahead *dataengine.Rows, block *signalengine.Block) {
	last := min(first+e.options.BlockEvents, len(batch.Kind))
	if !e.isSampled {
		e.PhaseOne.Run(batch, first, last, base+uint64(first), ahead, block)
		return
	}
	clock := performance.StartClock()
	e.PhaseOne.Run(batch, first, last, base+uint64(first), ahead, block)
	block.Ns = clock.Ns()
}

// sample chooses the batches whose latency is taken: all long ones, some short ones, as the clock costs as much as a
// few events.
func (e *Engine) sample(events int) {
	const long, every = 32, 16
	e.calls++
	e.isSampled = events >= long || e.calls%every == 1
}

// phaseTwo takes the events of a block through the steps; the last one is the sample of latency: its own phase two and
// its share of phase one.
func (e *Engine) phaseTwo(batch *dataengine.Batch, base uint64, block *signalengine.Block, rows *dataengine.Rows,
	controls []core.Control,
) {
	e.Context.Counters.Gaps += block.Gaps
	if !e.isSampled {
		e.steps(batch, base, block, block.First, block.Next, rows, controls)
		return
	}
	last := block.Next - 1
	e.steps(batch, base, block, block.First, last, rows, controls)
	clock := performance.StartClock()
	e.steps(batch, base, block, last, block.Next, rows, controls)
	e.Latency.Record(block.Ns/int64(block.Next-block.First) + clock.Ns())
}

// steps takes the events first to next-1 through the steps.
func (e *Engine) steps(batch *dataengine.Batch, base uint64, block *signalengine.Block, first, next int, rows *dataengine.Rows,
	controls []core.Control,
) {
	if !block.Quotes {
		for i := first; i < next; i++ {
			e.Context.EventIndex = base + uint64(i)
			e.step(batch, i, block, rows, controls)
			rows.Advance(batch.Kind[i])
		}
		return
	}
	e.quotes(batch, base, block, first, next, rows.Quote)
	rows.Quote += next - first
}

// ahead is a worker that runs phase one before phase two asks for it.
type ahead struct {
	free    chan *signalengine.Block // phase two is done with them
	ready   chan *signalengine.Block // closed after the last
	failure any                      // of the worker, set before ready is closed
}

// processAhead runs phase one on a worker while the caller runs phase two; the worker has ended when it returns.
func (e *Engine) processAhead(batch *dataengine.Batch, base uint64, controls []core.Control) {
	a := &ahead{make(chan *signalengine.Block, len(e.blocks)), make(chan *signalengine.Block, len(e.blocks)), nil}
	for k := range e.blocks {
		a.free <- &e.blocks[k]
	}
	go e.runAhead(a, batch, base)
	defer a.end()
	rows := dataengine.Rows{}
	for block := range a.ready {
		e.phaseTwo(batch, base, block, &rows, controls)
		a.free <- block
	}
	if a.failure != nil {
		panic(a.failure)
	}
}

// end waits for the worker, which finds no free block any more.
func (a *ahead) end() {
	close(a.free)
	for range a.ready {
	}
}

// runAhead runs phase one block by block. A CONTROL may change the program, so that the block which it ends must be
// through phase two before the next one begins.
func (e *Engine) runAhead(a *ahead, batch *dataengine.Batch, base uint64) {
	defer close(a.ready)
	defer func() { a.failure = recover() }()
	rows := dataengine.Rows{}
	var spares []*signalengine.Block // free blocks at hand
	for first := 0; first < len(batch.Kind); {
		wanted := 1
		if first > 0 && core.EventKind(batch.Kind[first-1]) == core.EventKindControl {
			wanted = len(e.blocks)
		}
		for len(spares) < wanted {
			block, isOpen := <-a.free
			if !isOpen { // the caller has failed
				return
			}
			spares = append(spares, block)
		}
		block := spares[len(spares)-1]
		spares = spares[:len(spares)-1]
		e.phaseOne(batch, first, base, &rows, block)
		first = block.Next
		a.ready <- block
	}
}
