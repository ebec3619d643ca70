package dataengine

import (
	"math"
	"testing"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/core/coretest"
)

const unit = coretest.Unit

// oneEvent is a batch of one event with every kind's row.
func oneEvent(kind core.EventKind) *Batch {
	levels := make([]int64, core.LevelsMax)
	sizes := make([]int64, core.LevelsMax)
	for k := range levels {
		levels[k], sizes[k] = int64(100-k)*unit, unit
	}
	asks := make([]int64, core.LevelsMax)
	for k := range asks {
		asks[k] = int64(101+k) * unit
	}
	return &Batch{
		Kind: []uint8{uint8(kind)}, Symbol: []uint32{0}, Source: []uint32{0}, Flags: []uint32{0}, TsEvent: []int64{10},
		TsInit: []int64{10}, Seq: []uint64{0},
		BidPrice: []int64{100 * unit}, AskPrice: []int64{101 * unit}, BidSize: []int64{unit}, AskSize: []int64{unit},
		TradePrice: []int64{100 * unit}, TradeSize: []int64{unit}, Aggressor: []int8{0},
		BookBidPrices: levels, BookBidSizes: sizes, BookAskPrices: asks, BookAskSizes: sizes,
		BookBidLevels: []uint8{2}, BookAskLevels: []uint8{2},
		BarOpen: []int64{100 * unit}, BarHigh: []int64{102 * unit}, BarLow: []int64{99 * unit}, BarClose: []int64{101 * unit},
		BarVolume: []int64{0}, SignalScore: []float64{0.5}, SignalConfidence: []float64{0.5},
	}
}

func TestValidation(t *testing.T) {
	const quote, trade, book, bar, signal = core.EventKindQuote, core.EventKindTrade, core.EventKindBook, core.EventKindBar,
		core.EventKindExternalSignal
	for _, item := range []struct {
		name     string
		kind     core.EventKind
		spoil    func(*Batch)
		expected core.Code
	}{
		{"kind 0", 0, nil, core.CodeUnknownKind},
		{"kind 9", 9, nil, core.CodeUnknownKind},
		{"source", core.EventKindClock, func(b *Batch) { b.Source[0] = 4 }, core.CodeUnknownSource},
		{"time", quote, func(b *Batch) { b.TsInit[0] = 4 }, core.CodeOutOfOrder},
		{"time too large", quote, func(b *Batch) { b.TsInit[0] = 1 << 62 }, core.CodeFutureTs},
		{"future", quote, func(b *Batch) { b.TsEvent[0] = 11 + 5_000_000_000 }, core.CodeFutureTs},
		{"within future", quote, func(b *Batch) { b.TsEvent[0] = 10 + 5_000_000_000 }, core.CodeNone},
		{"very old", quote, func(b *Batch) { b.TsEvent[0] = math.MinInt64 }, core.CodeNone},
		{"symbol", quote, func(b *Batch) { b.Symbol[0] = 1 }, core.CodeUnknownSymbol},
		{"symbol not read", core.EventKindClock, func(b *Batch) { b.Symbol[0] = 1 }, core.CodeNone},
		{"quote", quote, nil, core.CodeNone},
		{"size", quote, func(b *Batch) { b.BidSize[0] = -1 }, core.CodeBadSize},
		{"size too large", quote, func(b *Batch) { b.AskSize[0] = 1 << 62 }, core.CodeBadSize},
		{"bid", quote, func(b *Batch) { b.BidPrice[0] = 0 }, core.CodeBadPrice},
		{"ask", quote, func(b *Batch) { b.AskPrice[0] = 1 << 51 }, core.CodeBadPrice},
		{"absent side's price", quote, func(b *Batch) { b.BidPrice[0], b.BidSize[0] = -5, 0 }, core.CodeNone},
		{"crossed", quote, func(b *Batch) { b.BidPrice[0] = 102 * unit }, core.CodeCrossed},
		{"locked", quote, func(b *Batch) { b.BidPrice[0] = 101 * unit }, core.CodeNone},
		{"trade", trade, nil, core.CodeNone},
		{"trade size", trade, func(b *Batch) { b.TradeSize[0] = 0 }, core.CodeBadSize},
		{"trade price", trade, func(b *Batch) { b.TradePrice[0] = 0 }, core.CodeBadPrice},
		{"aggressor", trade, func(b *Batch) { b.Aggressor[0] = -2 }, core.CodeMissingField},
		{"book", book, nil, core.CodeNone},
		{"levels", book, func(b *Batch) { b.BookBidLevels[0] = 11 }, core.CodeBadBook},
		{"level size", book, func(b *Batch) { b.BookAskSizes = make([]int64, 10) }, core.CodeBadSize},
		{"level price", book, func(b *Batch) { b.BookBidPrices[1] = 0 }, core.CodeBadPrice},
		{"bids rise", book, func(b *Batch) { b.BookBidPrices[1] = 100 * unit }, core.CodeBadBook},
		{"asks fall", book, func(b *Batch) { b.BookAskPrices[1] = 101 * unit }, core.CodeBadBook},
		{"crossed book", book, func(b *Batch) { b.BookBidPrices[0] = 102 * unit }, core.CodeCrossed},
		{"empty book", book, func(b *Batch) { b.BookBidLevels[0], b.BookAskLevels[0] = 0, 0 }, core.CodeNone},
		{"bar", bar, nil, core.CodeNone},
		{"volume", bar, func(b *Batch) { b.BarVolume[0] = -1 }, core.CodeBadSize},
		{"bar price", bar, func(b *Batch) { b.BarLow[0] = 0 }, core.CodeBadPrice},
		{"low", bar, func(b *Batch) { b.BarLow[0] = 101 * unit }, core.CodeBadBar},
		{"high", bar, func(b *Batch) { b.BarHigh[0] = 100 * unit }, core.CodeBadBar},
		{"signal", signal, nil, core.CodeNone},
		{"score", signal, func(b *Batch) { b.SignalScore[0] = core.NaN }, core.CodeBadSignal},
		{"confidence", signal, func(b *Batch) { b.SignalConfidence[0] = 1.5 }, core.CodeBadSignal},
		{"low confidence", signal, func(b *Batch) { b.SignalConfidence[0] = 0.05 }, core.CodeLowConfidence},
		{"stale", signal, func(b *Batch) { b.TsEvent[0] = -coretest.Second }, core.CodeStaleSignal},
		{"stale beyond int64", signal, func(b *Batch) { b.TsEvent[0] = math.MinInt64 }, core.CodeStaleSignal},
		{"not stale", signal, func(b *Batch) { b.TsEvent[0] = 10 - coretest.Second }, core.CodeNone},
	} {
		config := coretest.Config(1)
		config.Signals.MinConfidence = 0.1
		validator := NewValidator(config)
		validator.LastTsInit = 5
		batch := oneEvent(item.kind)
		if item.spoil != nil {
			item.spoil(batch)
		}
		code := validator.Check(batch, 0, &Rows{}, new(uint64))
		if code != item.expected {
			t.Errorf("%s: %v, expected %v", item.name, code, item.expected)
		}
		if moved := validator.LastTsInit != 5; moved != (code == core.CodeNone) {
			t.Errorf("%s: the input's clock moved: %v", item.name, moved)
		}
	}
}

func TestSequences(t *testing.T) {
	validator := NewValidator(coretest.Config(1))
	counters := &core.Counters{}
	batch := oneEvent(core.EventKindClock)
	for _, step := range []struct {
		sequence uint64
		expected core.Code
		gaps     uint64
	}{{5, core.CodeNone, 0}, {5, core.CodeDuplicateSequence, 0}, {0, core.CodeNone, 0}, {6, core.CodeNone, 0}, {9, core.CodeNone, 1}} {
		batch.Seq[0] = step.sequence
		if code := validator.Check(batch, 0, &Rows{}, &counters.Gaps); code != step.expected || counters.Gaps != step.gaps {
			t.Errorf("sequence %d: %v with %d gaps", step.sequence, code, counters.Gaps)
		}
	}
}
