package signalengine

import (
	"testing"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/core/coretest"
	"quartet.dev/go_engine/internal/data_engine"
)

const unit = coretest.Unit

func TestTradeSign(t *testing.T) {
	s := Symbol{}
	for i, item := range []struct {
		price     int64
		aggressor int8
		quoted    bool
		expected  int8
	}{
		{100, 0, false, 0}, {101, 0, false, 1}, {101, 0, false, 1}, {100, 0, false, -1}, {100, 0, false, -1},
		{100, 1, false, 1}, {103, 0, true, 1}, {101, 0, true, -1}, {102, 0, true, 1}, {102, 0, true, 1},
	} {
		if item.quoted {
			s.Bid, s.Ask, s.BidSize, s.AskSize = 101, 103, 1, 1
		}
		if s.takeTrade(item.price, unit, item.aggressor, 0); s.Tape().LastSign != item.expected {
			t.Errorf("trade %d: sign is %d, expected %d", i, s.Tape().LastSign, item.expected)
		}
	}
}

func TestVwapStartsAnewWithTheSession(t *testing.T) {
	s := Symbol{}
	s.takeTrade(100*unit, unit, 0, 0)
	s.takeTrade(102*unit, 3*unit, 0, 0)
	if got := s.source(&node{op: core.OpVwap}, nil); got != 101.5 {
		t.Errorf("vwap is %v", got)
	}
	s.takeTrade(50*unit, unit, 0, 1)
	if got := s.source(&node{op: core.OpVwap}, nil); got != 50 {
		t.Errorf("vwap of the next session is %v", got)
	}
}

func TestExternalSignals(t *testing.T) {
	s := Symbol{}
	for i, item := range []struct {
		source     uint32
		confidence float64
	}{{1, 0.5}, {2, 0.3}, {1, 0.3}, {3, 0.9}, {4, 0.8}} {
		s.OwnTape().takeSignal(Signal{Source: item.source, Confidence: item.confidence, EventIndex: uint64(i)}, 3)
	}
	// Source 1 was replaced in its place by event 2; of the equal ones, source 2 is older and was evicted.
	if len(s.Tape().Signals) != 3 || s.Tape().Signals[0].Source != 1 || s.Tape().Signals[1].Source != 3 || s.Tape().Signals[2].Source != 4 {
		t.Errorf("signals are %+v", s.Tape().Signals)
	}
	ev := &event{now: 10, maxAgeNs: 10}
	if got := s.external(&node{op: core.OpExternalConfidence, n: 3}, ev); got != 0.9 {
		t.Errorf("confidence is %v", got)
	}
	ev.now = 11
	if got := s.external(&node{op: core.OpExternalScore, n: 3}, ev); got == got {
		t.Errorf("an old signal gives %v", got)
	}
}

func TestSourcesOfQuotes(t *testing.T) {
	s := Symbol{Bid: 100 * unit, Ask: 102 * unit, BidSize: 3 * unit, AskSize: unit}
	for op, expected := range map[core.Op]float64{
		core.OpBid: 100, core.OpAsk: 102, core.OpBidSize: 3, core.OpAskSize: 1, core.OpSpread: 2, core.OpImbalance: 0.5,
		core.OpMicroprice: (100 + 3*102) / 4.0,
	} {
		if got := s.source(&node{op: op}, &event{}); got != expected {
			t.Errorf("%s is %v, expected %v", core.Operators[op].Name, got, expected)
		}
	}
	if s.mid() != 101 {
		t.Errorf("mid is %v", s.mid())
	}
	s.BidSize = 0
	for _, op := range []core.Op{core.OpBid, core.OpSpread, core.OpMicroprice} {
		if got := s.source(&node{op: op}, &event{}); got == got {
			t.Errorf("%s without a bid is %v", core.Operators[op].Name, got)
		}
	}
	if got := s.source(&node{op: core.OpImbalance}, &event{}); got != -1 {
		t.Errorf("imbalance without a bid is %v", got)
	}
}

// quotes is a batch of quotes of symbol 0 around the prices.
func quotes(prices ...int64) *dataengine.Batch {
	batch := &dataengine.Batch{}
	for i, price := range prices {
		batch.Kind = append(batch.Kind, uint8(core.EventKindQuote))
		batch.Symbol = append(batch.Symbol, 0)
		batch.TsEvent, batch.TsInit = append(batch.TsEvent, int64(i)), append(batch.TsInit, int64(i))
		batch.BidPrice, batch.AskPrice = append(batch.BidPrice, price*unit), append(batch.AskPrice, price*unit)
		batch.BidSize, batch.AskSize = append(batch.BidSize, unit), append(batch.AskSize, unit)
	}
	return batch
}

func TestVerdicts(t *testing.T) {
	config := coretest.Config(1)
	config.Signals.MinConfidence = 0.5
	quote := core.ClockQuote
	config.Program = &core.ProgramSpec{
		Nodes: []core.NodeSpec{
			{Op: core.OpMid, Clock: quote}, {Op: core.OpConst, Params: []float64{100}},
			{Op: core.OpSub, Inputs: []uint32{0, 1}, Clock: quote}, {Op: core.OpLog, Inputs: []uint32{2}, Clock: quote},
		},
		Score: 3, HasConfidence: true, Confidence: 2,
	}
	phase, out := NewPhaseOne(config, ModeAuto), &Block{}
	batch := quotes(101, 99, 100, 0, 102)
	phase.Run(batch, 0, len(batch.Kind), 0, &dataengine.Rows{}, out)
	for i, expected := range []core.Verdict{
		core.VerdictValid, core.VerdictNonFinite, core.VerdictNonFinite, core.VerdictNone, core.VerdictValid,
	} {
		if out.Verdict[i] != expected {
			t.Errorf("verdict %d is %v, expected %v", i, out.Verdict[i], expected)
		}
	}
	if out.Code[3] != core.CodeBadPrice || out.Score[3] == out.Score[3] {
		t.Errorf("a rejected event: %v, %v", out.Code[3], out.Score[3])
	}
	if out.Confidence[0] != 1 || out.Confidence[4] != 1 {
		t.Errorf("confidences are clipped: %v", out.Confidence[:5])
	}
}

func TestControlEndsABlock(t *testing.T) {
	batch := quotes(100, 101, 102)
	batch.Kind[1] = uint8(core.EventKindControl)
	phase, out := NewPhaseOne(coretest.Config(1), ModeAuto), &Block{}
	rows := dataengine.Rows{}
	if phase.Run(batch, 0, 3, 0, &rows, out); out.Next != 2 || rows.Control != 1 {
		t.Errorf("stopped before event %d", out.Next)
	}
}

func TestSetProgramKeepsMarketValues(t *testing.T) {
	config := coretest.Config(2)
	phase := NewPhaseOne(config, ModeAuto)
	phase.Run(quotes(100), 0, 1, 0, &dataengine.Rows{}, &Block{})
	if phase.Values(0)[0] != 100 || phase.Values(1)[0] == phase.Values(1)[0] {
		t.Errorf("values are %v and %v", phase.Values(0), phase.Values(1))
	}
	phase.SetProgram(Compile(&core.ProgramSpec{Nodes: []core.NodeSpec{mid, onMid(core.OpSum, 2)}}))
	if phase.Values(0)[0] == phase.Values(0)[0] || phase.Symbols[0].Bid != 100*unit {
		t.Error("a new program starts empty, the market's values stay")
	}
	u, f := phase.State(1, 1)
	if len(u) != 2 || len(f) != 3 || phase.NodeCount() != 2 || !phase.StateHolds(1, 1) {
		t.Errorf("state is %v and %v", u, f)
	}
	if u[0] = 2; phase.StateHolds(1, 1) {
		t.Error("a position beyond the window does not hold")
	}
}
