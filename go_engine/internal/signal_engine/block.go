// Block: what phase one hands to phase two.

package signalengine

import (
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
)

// BlockEvents is the most events that phase one runs ahead of phase two.
const BlockEvents = 2048

// Block are the results of phase one, by event of the block.
type Block struct {
	First, Next int  // events of the batch
	Quotes      bool // all are accepted quotes
	Gaps        uint64
	Ns          int64                  // time that phase one took
	Code        [BlockEvents]core.Code // why the event was rejected; NONE: accepted
	Verdict     [BlockEvents]core.Verdict
	Score       [BlockEvents]float64
	Confidence  [BlockEvents]float64
	FairValue   [BlockEvents]float64
	ones, nans  int // leading confidences that are 1, leading fair values that are NaN, from blocks before
}

// Mode says how phase one runs the program.
type Mode uint8

// Values of Mode.
const (
	ModeAuto  Mode = iota // by the number of events
	ModeEvent             // event by event: the least latency
	ModeBlock             // node by node over a block: the most throughput
)

// shortRun is the number of quotes from which a block is worth its overhead.
const shortRun = 32

// Run passes events of the batch from first on, at most to last-1 and to the first CONTROL; rows are theirs, base is
// the event index of event first.
func (p *PhaseOne) Run(batch *dataengine.Batch, first, last int, base uint64, rows *dataengine.Rows, out *Block) {
	out.First, out.Next, out.Quotes, out.Gaps = first, first, false, 0
	last = min(last, first+BlockEvents)
	if p.mode != ModeEvent && (p.mode == ModeBlock || last-first >= shortRun) {
		count := dataengine.LeadingQuotes(batch.Kind[first:min(last, first+p.columns.rows)])
		if count > 0 && (p.mode == ModeBlock || count >= shortRun) && p.runQuotes(batch, count, rows, out) {
			return
		}
	}
	p.runEvents(batch, last, base, rows, out)
}

// runQuotes runs quotes node by node, up to one that would be rejected; false: that is the first.
func (p *PhaseOne) runQuotes(batch *dataengine.Batch, count int, rows *dataengine.Rows, out *Block) bool {
	quotes, gaps := p.Validator.TakeQuotes(batch, out.First, rows.Quote, count)
	count = len(quotes.Symbol)
	if count == 0 {
		return false
	}
	out.Quotes, out.Gaps = true, gaps
	out.Next += count
	rows.Quote += count
	clear(out.Code[:count])
	p.columns.run(p, batch, &quotes, out)
	return true
}
