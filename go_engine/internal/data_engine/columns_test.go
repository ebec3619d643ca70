package dataengine

import (
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"

	"quartet.dev/go_engine/internal/core"
)

// int64s is a column of 64-bit numbers.
func int64s(values ...int64) []byte {
	var out []byte
	for _, value := range values {
		out = binary.LittleEndian.AppendUint64(out, uint64(value))
	}
	return out
}

func quoteRaw() *Raw {
	return &Raw{
		Kind: []byte{1}, Symbol: make([]byte, 4), TsEvent: int64s(5), TsInit: int64s(6),
		BidPrice: int64s(1), AskPrice: int64s(2), BidSize: int64s(3), AskSize: int64s(4),
	}
}

func TestBatchFrame(t *testing.T) {
	batch := &Batch{}
	err := batch.Frame(quoteRaw())
	if err != nil || batch.AskPrice[0] != 2 || batch.FlagsOf(0) != 0 || batch.SourceOf(0) != 0 || batch.SequenceOf(0) != 0 {
		t.Fatalf("a quote: %+v, %v", batch, err)
	}
	if err := batch.Frame(&Raw{}); err != nil {
		t.Errorf("an empty batch is legal: %v", err)
	}
	for column, spoil := range map[string]func(*Raw){
		"symbol":            func(r *Raw) { r.Symbol = nil },
		"source":            func(r *Raw) { r.Source = []byte{1} },
		"flags":             func(r *Raw) { r.Flags = make([]byte, 8) },
		"ts_init":           func(r *Raw) { r.TsInit = int64s(1, 2) },
		"ask_size":          func(r *Raw) { r.AskSize = r.AskSize[:7] },
		"trade_price":       func(r *Raw) { r.TradePrice = int64s(1) },
		"book_bid_levels":   func(r *Raw) { r.BookBidLevels = []byte{0} },
		"signal_confidence": func(r *Raw) { r.SignalConfidence = int64s(0) },
		"report_code":       func(r *Raw) { r.ReportCode = []byte{0, 0} },
		"controls":          func(r *Raw) { r.ControlCount = 1 },
	} {
		raw := quoteRaw()
		spoil(raw)
		err := batch.Frame(raw)
		refusal := &core.EngineError{}
		if !errors.As(err, &refusal) || refusal.Code != core.ErrorCodeBadBatch || !strings.Contains(refusal.Message, column) {
			t.Errorf("%s: %v", column, err)
		}
	}
}

func TestUnalignedColumnsAreCopied(t *testing.T) {
	raw := append([]byte{0}, int64s(-7, 1<<40)...)
	column := take[int64](&framer{}, "x", raw[1:], 2)
	if column[0] != -7 || column[1] != 1<<40 {
		t.Errorf("column is %v", column)
	}
	floats := append([]byte{0}, int64s(int64(math.Float64bits(-2.5)))...)
	if got := take[float64](&framer{}, "x", floats[1:], 1); got[0] != -2.5 {
		t.Errorf("column is %v", got)
	}
	if got := copied[int8]([]byte{255}, 1, 1); got[0] != -1 {
		t.Errorf("column is %v", got)
	}
}

func TestRowsAdvance(t *testing.T) {
	rows := Rows{}
	for kind := range uint8(12) {
		rows.Advance(kind)
	}
	if rows != (Rows{1, 1, 1, 1, 1, 1, 1}) {
		t.Errorf("rows are %+v", rows)
	}
}
