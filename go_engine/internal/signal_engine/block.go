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
	Ns          int64       // time that phase one took
	Code        []core.Code // why the event was rejected; NONE: accepted
	Verdict     []core.Verdict
	Score       []float64
	Confidence  []float64
	FairValue   []float64
	ones, nans  int // leading confidences that are 1, leading fair values that are NaN, from blocks before
	isFar       bool
	near        nearRoom
	far         *farRoom // nil until there is a long block
}

// nearRoom is for a few events: one of them touches few cache lines, and no other page.
type nearRoom struct {
	code                         [shortRun]core.Code
	verdict                      [shortRun]core.Verdict
	score, confidence, fairValue [shortRun]float64
}

// farRoom is for as many events as a block may have.
type farRoom struct {
	code                         [BlockEvents]core.Code
	verdict                      [BlockEvents]core.Verdict
	score, confidence, fairValue [BlockEvents]float64
}

// reserve makes room for so many events.
func (b *Block) reserve(events int) {
	switch isFar := events > shortRun; {
	case b.Code != nil && b.isFar == isFar:
		return
	case isFar:
		if b.far == nil {
			b.far = &farRoom{}
		}
		room := b.far
		b.Code, b.Verdict = room.code[:], room.verdict[:]
		b.Score, b.Confidence, b.FairValue = room.score[:], room.confidence[:], room.fairValue[:]
	default:
		room := &b.near
		b.Code, b.Verdict = room.code[:], room.verdict[:]
		b.Score, b.Confidence, b.FairValue = room.score[:], room.confidence[:], room.fairValue[:]
	}
	b.isFar = events > shortRun
	b.ones, b.nans = 0, 0
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
	out.reserve(last - first)
	if p.mode != ModeEvent && (p.mode == ModeBlock || last-first >= shortRun) {
		count := dataengine.LeadingQuotes(batch.Kind[first:last])
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
	for at := 0; at < count; at += p.columns.rows {
		p.columns.run(p, batch, quotes.Cut(at, min(p.columns.rows, count-at)), at, out)
	}
	return true
}
