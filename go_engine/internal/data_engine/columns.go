// Package dataengine reads batches, tests events and keeps the market view.
package dataengine

import (
	"bytes"
	"encoding/binary"
	"math"
	"unsafe"

	"quartet.dev/go_engine/internal/core"
)

// Raw is a batch as it came: little-endian columns in the order of the contract's table (spec 2.2).
type Raw struct {
	Kind, Symbol, Source, Flags, TsEvent, TsInit, Sequence      []byte
	BidPrice, AskPrice, BidSize, AskSize                        []byte
	TradePrice, TradeSize, Aggressor                            []byte
	BookBidPrices, BookBidSizes, BookAskPrices, BookAskSizes    []byte
	BookBidLevels, BookAskLevels                                []byte
	BarOpen, BarHigh, BarLow, BarClose, BarVolume               []byte
	SignalScore, SignalConfidence                               []byte
	ReportOrderID, ReportExecID, ReportTrigger, ReportLiquidity []byte
	ReportCode, ReportPrice, ReportQuantity                     []byte
	ControlCount                                                int
}

// Batch is a framed batch: typed columns, the common ones with one row per event.
type Batch struct {
	Kind    []uint8
	Symbol  []uint32
	Source  []uint32 // nil: zeros
	Flags   []uint32 // nil: zeros
	TsEvent []int64
	TsInit  []int64
	Seq     []uint64 // nil: zeros

	BidPrice, AskPrice, BidSize, AskSize                     []int64
	TradePrice, TradeSize                                    []int64
	Aggressor                                                []int8
	BookBidPrices, BookBidSizes, BookAskPrices, BookAskSizes []int64
	BookBidLevels, BookAskLevels                             []uint8
	BarOpen, BarHigh, BarLow, BarClose, BarVolume            []int64
	SignalScore, SignalConfidence                            []float64
	ReportOrderID, ReportExecID                              []uint64
	ReportTrigger, ReportLiquidity                           []uint8
	ReportCode                                               []uint16
	ReportPrice, ReportQuantity                              []int64
}

// Rows are the rows of every kind that come next.
type Rows struct {
	Quote, Trade, Book, Bar, Signal, Report, Control int
}

type number interface {
	int8 | uint8 | uint16 | uint32 | uint64 | int64 | float64
}

var nativeLittleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// framer turns raw columns into typed ones and remembers the first that does not fit.
type framer struct{ failure *core.EngineError }

// take returns the column of rows values; raw bytes are used in place where the machine allows it.
func take[T number](f *framer, name string, raw []byte, rows int) []T {
	var zero T
	size := int(unsafe.Sizeof(zero))
	if len(raw) != rows*size {
		if f.failure == nil {
			f.failure = core.Errorf(core.ErrorCodeBadBatch, "column %s has %d bytes, expected %d rows of %d bytes",
				name, len(raw), rows, size)
		}
		return nil
	}
	if rows == 0 {
		return nil
	}
	start := unsafe.Pointer(unsafe.SliceData(raw))
	if nativeLittleEndian && uintptr(start)%uintptr(size) == 0 {
		return unsafe.Slice((*T)(start), rows)
	}
	return copied[T](raw, rows, size)
}

// copied decodes a column that cannot be used in place.
func copied[T number](raw []byte, rows, size int) []T {
	column := make([]T, rows)
	for i := range column {
		var word uint64
		for k := size - 1; k >= 0; k-- {
			word = word<<8 | uint64(raw[i*size+k])
		}
		if _, isFloat := any(column[i]).(float64); isFloat {
			column[i] = any(math.Float64frombits(word)).(T)
		} else {
			column[i] = T(word)
		}
	}
	return column
}

// orZeros is take for a column that may be empty.
func orZeros[T number](f *framer, name string, raw []byte, rows int) []T {
	if len(raw) == 0 {
		return nil
	}
	return take[T](f, name, raw, rows)
}

// Frame tests the frame of a batch, whole (spec 2.2), and makes it this one; the batch is of no use where it fails.
func (batch *Batch) Frame(raw *Raw) error {
	events := len(raw.Kind)
	var count [core.EventKindControl + 1]int // other kinds have no columns
	for kind := core.EventKindQuote; kind <= core.EventKindControl && events > 0; kind++ {
		count[kind] = bytes.Count(raw.Kind, []byte{byte(kind)})
		if count[kind] == events {
			break
		}
	}
	f := framer{}
	*batch = Batch{
		Kind:    raw.Kind,
		Symbol:  take[uint32](&f, "symbol", raw.Symbol, events),
		Source:  orZeros[uint32](&f, "source", raw.Source, events),
		Flags:   orZeros[uint32](&f, "flags", raw.Flags, events),
		TsEvent: take[int64](&f, "ts_event", raw.TsEvent, events),
		TsInit:  take[int64](&f, "ts_init", raw.TsInit, events),
		Seq:     orZeros[uint64](&f, "sequence", raw.Sequence, events),
	}
	batch.frameMarketData(&f, raw, &count)
	rows := count[core.EventKindExternalSignal]
	batch.SignalScore = take[float64](&f, "signal_score", raw.SignalScore, rows)
	batch.SignalConfidence = take[float64](&f, "signal_confidence", raw.SignalConfidence, rows)
	rows = count[core.EventKindExecutionReport]
	batch.ReportOrderID = take[uint64](&f, "report_order_id", raw.ReportOrderID, rows)
	batch.ReportExecID = take[uint64](&f, "report_exec_id", raw.ReportExecID, rows)
	batch.ReportTrigger = take[uint8](&f, "report_trigger", raw.ReportTrigger, rows)
	batch.ReportLiquidity = take[uint8](&f, "report_liquidity", raw.ReportLiquidity, rows)
	batch.ReportCode = take[uint16](&f, "report_code", raw.ReportCode, rows)
	batch.ReportPrice = take[int64](&f, "report_price", raw.ReportPrice, rows)
	batch.ReportQuantity = take[int64](&f, "report_quantity", raw.ReportQuantity, rows)
	if rows = count[core.EventKindControl]; raw.ControlCount != rows && f.failure == nil {
		f.failure = core.Errorf(core.ErrorCodeBadBatch, "controls has %d messages, expected %d", raw.ControlCount, rows)
	}
	if f.failure != nil {
		return f.failure
	}
	return nil
}

func (batch *Batch) frameMarketData(f *framer, raw *Raw, count *[core.EventKindControl + 1]int) {
	rows := count[core.EventKindQuote]
	batch.BidPrice = take[int64](f, "bid_price", raw.BidPrice, rows)
	batch.AskPrice = take[int64](f, "ask_price", raw.AskPrice, rows)
	batch.BidSize = take[int64](f, "bid_size", raw.BidSize, rows)
	batch.AskSize = take[int64](f, "ask_size", raw.AskSize, rows)
	rows = count[core.EventKindTrade]
	batch.TradePrice = take[int64](f, "trade_price", raw.TradePrice, rows)
	batch.TradeSize = take[int64](f, "trade_size", raw.TradeSize, rows)
	batch.Aggressor = take[int8](f, "aggressor", raw.Aggressor, rows)
	rows = count[core.EventKindBook]
	batch.BookBidPrices = take[int64](f, "book_bid_prices", raw.BookBidPrices, rows*core.LevelsMax)
	batch.BookBidSizes = take[int64](f, "book_bid_sizes", raw.BookBidSizes, rows*core.LevelsMax)
	batch.BookAskPrices = take[int64](f, "book_ask_prices", raw.BookAskPrices, rows*core.LevelsMax)
	batch.BookAskSizes = take[int64](f, "book_ask_sizes", raw.BookAskSizes, rows*core.LevelsMax)
	batch.BookBidLevels = take[uint8](f, "book_bid_levels", raw.BookBidLevels, rows)
	batch.BookAskLevels = take[uint8](f, "book_ask_levels", raw.BookAskLevels, rows)
	rows = count[core.EventKindBar]
	batch.BarOpen = take[int64](f, "bar_open", raw.BarOpen, rows)
	batch.BarHigh = take[int64](f, "bar_high", raw.BarHigh, rows)
	batch.BarLow = take[int64](f, "bar_low", raw.BarLow, rows)
	batch.BarClose = take[int64](f, "bar_close", raw.BarClose, rows)
	batch.BarVolume = take[int64](f, "bar_volume", raw.BarVolume, rows)
}

// Side returns the levels of one side of a BOOK row.
func Side(prices, sizes []int64, row, levels int) ([]int64, []int64) {
	start := row * core.LevelsMax
	return prices[start : start+levels], sizes[start : start+levels]
}

// FlagsOf returns the flags of event i.
func (batch *Batch) FlagsOf(i int) uint32 {
	if batch.Flags == nil {
		return 0
	}
	return batch.Flags[i]
}

// SourceOf returns the source of event i.
func (batch *Batch) SourceOf(i int) uint32 {
	if batch.Source == nil {
		return 0
	}
	return batch.Source[i]
}

// SequenceOf returns the sequence number of event i.
func (batch *Batch) SequenceOf(i int) uint64 {
	if batch.Seq == nil {
		return 0
	}
	return batch.Seq[i]
}

// Advance moves past the row of an event of the kind.
func (r *Rows) Advance(kind uint8) {
	switch core.EventKind(kind) {
	case core.EventKindQuote:
		r.Quote++
	case core.EventKindTrade:
		r.Trade++
	case core.EventKindBook:
		r.Book++
	case core.EventKindBar:
		r.Bar++
	case core.EventKindExternalSignal:
		r.Signal++
	case core.EventKindExecutionReport:
		r.Report++
	case core.EventKindControl:
		r.Control++
	}
}
