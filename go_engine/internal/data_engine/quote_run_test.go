package dataengine

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/core/coretest"
)

// TestQuoteRunsAgainstSingleTests spoils a run of quotes somewhere: the loop takes what the single tests take.
func TestQuoteRunsAgainstSingleTests(t *testing.T) {
	random := rand.New(rand.NewPCG(23, 24))
	wild := []int64{0, 1, -1, unit, 1 << 51, 1<<62 - 1, 1 << 62, math.MaxInt64, math.MinInt64, -(1 << 62)}
	ends := map[core.Code]int{}
	for range 5000 {
		const count = 8
		batch := &Batch{}
		for i := range int64(count) {
			batch.Kind, batch.Symbol = append(batch.Kind, uint8(core.EventKindQuote)), append(batch.Symbol, uint32(random.IntN(2)))
			batch.TsEvent, batch.TsInit = append(batch.TsEvent, 10+i), append(batch.TsInit, 10+i)
			batch.BidPrice, batch.AskPrice = append(batch.BidPrice, 100*unit), append(batch.AskPrice, 101*unit)
			batch.BidSize, batch.AskSize = append(batch.BidSize, unit), append(batch.AskSize, unit)
			batch.Seq, batch.Source = append(batch.Seq, uint64(2*i+1)), append(batch.Source, 0)
		}
		columns := [][]int64{batch.TsEvent, batch.TsInit, batch.BidPrice, batch.AskPrice, batch.BidSize, batch.AskSize}
		for range random.IntN(3) {
			at := random.IntN(count)
			switch k := random.IntN(len(columns) + 3); {
			case k < len(columns):
				columns[k][at] = wild[random.IntN(len(wild))]
			case k == len(columns):
				batch.Symbol[at] = 2
			case k == len(columns)+1:
				batch.Source[at] = uint32(random.IntN(6))
			default:
				batch.Seq[at] = uint64(random.IntN(20))
			}
		}
		if random.IntN(2) == 0 {
			batch.Seq, batch.Source = nil, nil
		}
		single, whole := NewValidator(coretest.Config(2)), NewValidator(coretest.Config(2))
		expected, gaps, code := 0, uint64(0), core.CodeNone
		for ; expected < count; expected++ {
			before := gaps
			sequences := slices.Clone(single.LastSequence)
			if code = single.Check(batch, expected, &Rows{Quote: expected}, &gaps); code != core.CodeNone {
				gaps, single.LastSequence = before, sequences // the run leaves the rejected one to the single tests
				break
			}
		}
		ends[code]++
		taken, seen := whole.TakeQuotes(batch, 0, 0, count)
		if len(taken.Symbol) != expected || seen != gaps || whole.LastTsInit != single.LastTsInit ||
			!slices.Equal(whole.LastSequence, single.LastSequence) {
			t.Fatalf("took %d with %d gaps, expected %d with %d before %v: %+v", len(taken.Symbol), seen, expected, gaps, code, batch)
		}
	}
	if len(ends) < 8 {
		t.Errorf("too few ways to end a run: %v", ends)
	}
}

func TestLeadingQuotes(t *testing.T) {
	for _, item := range []struct {
		kinds    []uint8
		expected int
	}{{[]uint8{1, 1, 1}, 3}, {[]uint8{1, 2, 1}, 1}, {[]uint8{9, 1}, 0}} {
		if got := LeadingQuotes(item.kinds); got != item.expected {
			t.Errorf("%v begins with %d quotes, expected %d", item.kinds, got, item.expected)
		}
	}
}
