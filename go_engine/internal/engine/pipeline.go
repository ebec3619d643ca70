// Pipeline: a block of a batch through each of the phases (spec 2.2).

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
