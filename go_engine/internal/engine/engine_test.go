package engine

import (
	"encoding/binary"
	"testing"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/core/coretest"
	"quartet.dev/go_engine/internal/data_engine"
)

const unit = coretest.Unit

// stream builds a batch and its controls event by event.
type stream struct {
	batch    dataengine.Batch
	controls []core.Control
	now      int64
}

func (s *stream) event(kind core.EventKind) {
	s.now++
	s.batch.Kind = append(s.batch.Kind, uint8(kind))
	s.batch.Symbol = append(s.batch.Symbol, 0)
	s.batch.TsEvent, s.batch.TsInit = append(s.batch.TsEvent, s.now), append(s.batch.TsInit, s.now)
}

func (s *stream) quote(bid, ask int64) {
	s.event(core.EventKindQuote)
	s.batch.BidPrice, s.batch.AskPrice = append(s.batch.BidPrice, bid*unit), append(s.batch.AskPrice, ask*unit)
	s.batch.BidSize, s.batch.AskSize = append(s.batch.BidSize, 1000*unit), append(s.batch.AskSize, 1000*unit)
}

func (s *stream) control(c core.Control) {
	s.event(core.EventKindControl)
	s.controls = append(s.controls, c)
}

// play runs the stream on a fresh engine and returns it with its records.
func (s *stream) play(changes ...func(*core.Config)) (*Engine, []record) {
	config := coretest.Config(1)
	for _, change := range changes {
		change(config)
	}
	e := New(config, Options{})
	return e, read(e.Process(&s.batch, s.controls).Bytes())
}

// record is what the tests look at.
type record struct {
	event uint64
	kind  core.RecordKind
	code  core.Code
	state core.OrderState
}

func read(records []byte) (out []record) {
	for i := 0; i < len(records); i += core.RecordSize {
		r := records[i : i+core.RecordSize]
		out = append(out, record{
			binary.LittleEndian.Uint64(r), core.RecordKind(r[20]), core.Code(r[24]), core.OrderState(r[26]),
		})
	}
	return out
}

// kinds are the record kinds of an event.
func kinds(records []record, event uint64) (out []core.RecordKind) {
	for _, r := range records {
		if r.event == event {
			out = append(out, r.kind)
		}
	}
	return out
}

func equal[T comparable](a, b []T) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestAQuoteTradesAtOnce(t *testing.T) {
	s := &stream{}
	s.quote(99, 101)
	s.quote(99, 101)
	e, records := s.play()
	const signal, order, fill, account = core.RecordKindSignal, core.RecordKindOrder, core.RecordKindFill, core.RecordKindAccount
	if got := kinds(records, 0); !equal(got, []core.RecordKind{signal, order, fill, order, account}) {
		t.Errorf("first quote: %v", got)
	}
	if got := kinds(records, 1); len(got) != 0 {
		t.Errorf("second quote: %v", got)
	}
	if e.Account.Holdings[0].Position != 10*unit || e.Context.Counters.Events != 2 {
		t.Errorf("position %d, counters %+v", e.Account.Holdings[0].Position, e.Context.Counters)
	}
}

func TestCrossedQuoteMarksStale(t *testing.T) {
	s := &stream{}
	s.quote(101, 99)
	e, records := s.play()
	if len(records) != 1 || records[0].code != core.CodeCrossed || !e.Markets.Tops[0].Stale || e.Started {
		t.Errorf("records %+v, market %+v", records, e.Markets.Tops[0])
	}
}

func TestKillAndFlatten(t *testing.T) {
	s := &stream{}
	s.quote(99, 101)
	s.control(core.Control{Kind: core.ControlKindSetLevel, Level: core.LevelKilled, Flatten: true})
	s.quote(99, 101)
	s.control(core.Control{Kind: core.ControlKindSetLevel, Level: core.LevelRun})
	e, records := s.play()
	const halt, order, fill, account = core.RecordKindHalt, core.RecordKindOrder, core.RecordKindFill, core.RecordKindAccount
	if got := kinds(records, 1); !equal(got, []core.RecordKind{halt, order, fill, order, account}) {
		t.Errorf("kill: %v", got)
	}
	if got := kinds(records, 2); !equal(got, []core.RecordKind{order}) {
		t.Errorf("a killed engine rejects: %v", got)
	}
	if e.Gate.Flatten || e.Account.Holdings[0].Position != 0 {
		t.Errorf("position %d", e.Account.Holdings[0].Position)
	}
}

func TestDrawdownCancelsAndLatches(t *testing.T) {
	s := &stream{}
	s.quote(99, 101)
	s.quote(49, 51)
	s.control(core.Control{Kind: core.ControlKindResume})
	e, records := s.play(func(c *core.Config) {
		c.Risk.MaxDrawdownPpb, c.Risk.MaxDailyLossPpb = coretest.Value(1_000_000), coretest.Value(1_000_000)
	})
	if got := kinds(records, 1); !equal(got, []core.RecordKind{core.RecordKindHalt, core.RecordKindHalt}) {
		t.Errorf("the fall: %v", got)
	}
	if got := kinds(records, 2); !equal(got, []core.RecordKind{core.RecordKindHalt, core.RecordKindHalt, core.RecordKindAccount}) {
		t.Errorf("resume: %v", got)
	}
	if e.Gate.DrawdownLatched || e.Account.High != e.Account.Equity {
		t.Error("resume clears")
	}
}

func TestControlsChangeTheEngine(t *testing.T) {
	s := &stream{}
	program := &core.ProgramSpec{Nodes: []core.NodeSpec{{Op: core.OpAsk, Clock: core.ClockQuote}}}
	s.control(core.Control{Kind: core.ControlKindLoadPosition, HasSymbol: true, Quantity: 3 * unit, Price: 90 * unit})
	s.control(core.Control{Kind: core.ControlKindCashFlow, Cash: coretest.Money(5)})
	s.control(core.Control{Kind: core.ControlKindCashFlow, Cash: core.Int128{Hi: 1 << 60}})
	s.control(core.Control{Kind: core.ControlKindSetStatus, HasSymbol: true, Status: 1, BandLow: 5, BandHigh: 9})
	s.control(core.Control{Kind: core.ControlKindSetProgram, Program: program, Blob: []byte{1}})
	s.control(core.Control{Bad: true})
	limits := *coretest.Config(1).Risk
	limits.RiskClockNs = 7
	s.control(core.Control{Kind: core.ControlKindSetLimits, Limits: &limits, Blob: []byte{2}})
	s.control(core.Control{Kind: core.ControlKindSetRiskModel, RiskModel: &core.RiskModel{}, Blob: []byte{3}})
	s.control(core.Control{Kind: core.ControlKindCancelAll})
	e, records := s.play()
	if e.Account.Holdings[0].Position != 3*unit || e.Account.Cash != coretest.Money(100_005) {
		t.Errorf("position %d, cash %v", e.Account.Holdings[0].Position, e.Account.Cash)
	}
	if e.Markets.Tops[0].Status != 1 || !e.Markets.Tops[0].HasBand || len(e.ProgramBlob)+len(e.LimitsBlob)+len(e.ModelBlob) != 3 {
		t.Errorf("market %+v", e.Markets.Tops[0])
	}
	var bad []uint64
	for _, r := range records {
		if r.code == core.CodeBadControl {
			bad = append(bad, r.event)
		}
	}
	if !equal(bad, []uint64{2, 5}) {
		t.Errorf("rejected controls %v", bad)
	}
}

func TestReportsNeedAnExternalVenue(t *testing.T) {
	s := &stream{}
	s.event(core.EventKindExecutionReport)
	s.batch.ReportOrderID, s.batch.ReportExecID = []uint64{1}, []uint64{1}
	s.batch.ReportTrigger, s.batch.ReportLiquidity, s.batch.ReportCode = []uint8{3}, []uint8{1}, []uint16{0}
	s.batch.ReportPrice, s.batch.ReportQuantity = []int64{1}, []int64{1}
	_, simulated := s.play()
	_, external := s.play(func(c *core.Config) { c.Venue.Mode = core.VenueModeExternal })
	if simulated[0].code != core.CodeUnexpectedReport || external[0].code != core.CodeUnknownOrder {
		t.Errorf("codes are %v and %v", simulated[0].code, external[0].code)
	}
}

func TestSessionAndRiskClock(t *testing.T) {
	s := &stream{}
	s.quote(99, 101)
	s.now = core.SessionNs - 1
	s.quote(89, 91)
	e, _ := s.play()
	if e.Session != 1 || e.RiskNumber != 86400 || e.Account.SessionOpen == e.Config.InitialCash {
		t.Errorf("session %d, risk number %d", e.Session, e.RiskNumber)
	}
	if price, _ := e.Account.RiskPrice(0); price != 100*unit {
		t.Errorf("the risk price is the mark before the event: %d", price)
	}
}

func TestEvaluateMovesPhaseOneAlone(t *testing.T) {
	s := &stream{}
	s.quote(99, 101)
	s.quote(101, 99)
	e := New(coretest.Config(1), Options{})
	out := e.Evaluate(&s.batch)
	if out.Verdict[0] != byte(core.VerdictValid) || binary.LittleEndian.Uint64(out.Score[8:]) != core.CanonicalNaN {
		t.Errorf("evaluation is %+v", out)
	}
	if e.Context.Counters.Events != 2 || e.Context.Counters.Rejected != 0 || e.Started || e.Markets.Tops[0].Stale {
		t.Errorf("counters %+v", e.Context.Counters)
	}
}

func TestBlocksDoNotMatter(t *testing.T) {
	s := &stream{}
	for i := range int64(1000) {
		s.quote(90+i%20, 92+i%20)
	}
	one, whole := s.play()
	if one.Latency.Summary().Count == 0 || len(whole) == 0 {
		t.Error("a long batch has several blocks and samples")
	}
	pieces := New(coretest.Config(1), Options{})
	var records []record
	for i := range s.batch.Kind {
		piece := dataengine.Batch{
			Kind: s.batch.Kind[i : i+1], Symbol: s.batch.Symbol[i : i+1], TsEvent: s.batch.TsEvent[i : i+1],
			TsInit: s.batch.TsInit[i : i+1], BidPrice: s.batch.BidPrice[i : i+1], AskPrice: s.batch.AskPrice[i : i+1],
			BidSize: s.batch.BidSize[i : i+1], AskSize: s.batch.AskSize[i : i+1],
		}
		records = append(records, read(pieces.Process(&piece, nil).Bytes())...)
	}
	if !equal(records, whole) {
		t.Error("single events give other records than one batch")
	}
}
