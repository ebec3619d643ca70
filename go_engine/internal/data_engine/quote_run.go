// Quote runs: quotes in a row are tested in one tight loop, to the same verdicts as Check (spec 2.4).

package dataengine

import (
	"bytes"

	"quartet.dev/go_engine/internal/core"
)

// Quotes are the columns of a run of accepted quotes.
type Quotes struct {
	Symbol                     []uint32
	Bid, Ask, BidSize, AskSize []int64
}

// Cut takes count quotes of a batch, from an event and its row.
func (batch *Batch) Cut(event, row, count int) Quotes {
	return Quotes{
		Symbol: batch.Symbol[event:][:count],
		Bid:    batch.BidPrice[row:][:count], Ask: batch.AskPrice[row:][:count],
		BidSize: batch.BidSize[row:][:count], AskSize: batch.AskSize[row:][:count],
	}
}

// Cut takes count of the quotes.
func (q *Quotes) Cut(at, count int) Quotes {
	return Quotes{
		q.Symbol[at:][:count], q.Bid[at:][:count], q.Ask[at:][:count], q.BidSize[at:][:count], q.AskSize[at:][:count],
	}
}

// LeadingQuotes counts the quotes at the head of some kinds.
func LeadingQuotes(kinds []uint8) int {
	if bytes.Count(kinds, []byte{byte(core.EventKindQuote)}) == len(kinds) {
		return len(kinds)
	}
	count := 0
	for core.EventKind(kinds[count]) == core.EventKindQuote {
		count++
	}
	return count
}

// TakeQuotes accepts quotes of the batch into the input's clocks, from event first and its row on, until one would be
// rejected, at most count; it returns those it took and the gaps that it saw.
func (v *Validator) TakeQuotes(batch *Batch, first, row, count int) (quotes Quotes, gaps uint64) {
	count = v.leadingOnTime(batch.TsInit[first:][:count], batch.TsEvent[first:][:count])
	count = v.leadingSound(batch, first, row, count)
	taken := count
	switch {
	case batch.Source == nil && batch.Seq != nil:
		taken, gaps = v.leadingInOrder(batch.Seq[first:][:count])
	case batch.Source != nil:
		for taken = 0; taken < count; taken++ {
			gap, inOrder := v.follow(batch, first+taken)
			if !inOrder {
				break
			}
			gaps += gap
		}
	}
	if taken > 0 {
		v.LastTsInit = batch.TsInit[first+taken-1]
	}
	return batch.Cut(first, row, taken), gaps
}

// leadingInOrder takes the sequences of source 0 that pass test 5.
func (v *Validator) leadingInOrder(sequences []uint64) (taken int, gaps uint64) {
	last := v.LastSequence[0]
	for _, sequence := range sequences {
		if sequence != 0 {
			if sequence <= last {
				break
			}
			if sequence != last+1 && last != 0 {
				gaps++
			}
			last = sequence
		}
		taken++
	}
	v.LastSequence[0] = last
	return taken, gaps
}

// leadingOnTime counts the events that pass tests 3 and 4. The sign of each term is a failed test; where one wraps,
// the plain tests decide.
func (v *Validator) leadingOnTime(tsInits, tsEvents []int64) int {
	lastTs := v.LastTsInit
	tsEvents = tsEvents[:len(tsInits)]
	for i, tsInit := range tsInits {
		tsEvent := tsEvents[i]
		signs := tsInit | (tsInit - lastTs) | (timeLimit - 1 - tsInit) | (tsInit + core.FutureNsMax - tsEvent)
		if signs < 0 && !onTime(tsInit, tsEvent, lastTs) {
			return i
		}
		lastTs = tsInit
	}
	return len(tsInits)
}

// leadingSound counts the quotes that pass tests 6 and 7.
func (v *Validator) leadingSound(batch *Batch, first, row, count int) int {
	quotes := batch.Cut(first, row, count)
	bids, asks := quotes.Bid[:count], quotes.Ask[:count]
	bidSizes, askSizes := quotes.BidSize[:count], quotes.AskSize[:count]
	for i, symbol := range quotes.Symbol {
		if uint64(symbol) >= uint64(len(v.instruments)) {
			return i
		}
		limits := v.instruments[symbol]
		bid, ask, sizes := bids[i], asks[i], bidSizes[i]|askSizes[i]
		width := uint64(limits.PriceMax - limits.PriceMin)
		if uint64(sizes) >= timeLimit || ask < bid || uint64(bid-limits.PriceMin) > width || uint64(ask-limits.PriceMin) > width {
			if checkQuote(batch, row+i, limits) != core.CodeNone {
				return i
			}
		}
	}
	return count
}

// onTime are the tests 3 and 4.
func onTime(tsInit, tsEvent, lastTs int64) bool {
	return tsInit >= lastTs && tsInit < timeLimit && (tsEvent <= tsInit || tsEvent-tsInit <= core.FutureNsMax)
}

// follow are the tests 2 and 5 of an event that passes all others.
func (v *Validator) follow(batch *Batch, i int) (gap uint64, inOrder bool) {
	source, sequence := batch.SourceOf(i), batch.SequenceOf(i)
	if uint64(source) >= uint64(len(v.LastSequence)) {
		return 0, false
	}
	if sequence == 0 {
		return 0, true
	}
	last := v.LastSequence[source]
	if sequence <= last {
		return 0, false
	}
	v.LastSequence[source] = sequence
	if last != 0 && sequence > last+1 {
		gap = 1
	}
	return gap, true
}
