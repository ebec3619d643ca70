// Running batches: blocks of phase one ahead of phase two, and evaluate (spec 2.2, 3.1).

package engine

import (
	"encoding/binary"

	"quartet.dev/go_engine/internal/account"
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
	"quartet.dev/go_engine/internal/execution_engine"
	"quartet.dev/go_engine/internal/order_engine"
	"quartet.dev/go_engine/internal/performance"
	"quartet.dev/go_engine/internal/risk_engine"
	"quartet.dev/go_engine/internal/signal_engine"
)

// Engine is one engine; its exported rooms are what a snapshot reads.
type Engine struct {
	Context    core.Context
	Config     *core.Config
	PhaseOne   *signalengine.PhaseOne
	Markets    []dataengine.Market
	Account    *account.Account
	Gate       *riskengine.Gate
	Orders     *orderengine.Engine
	Venue      *executionengine.Venue
	Latency    *performance.Latency
	Started    bool
	Session    int64
	RiskNumber int64
	// The last blobs of controls, kept for snapshots; empty: none.
	LimitsBlob, ModelBlob, ProgramBlob []byte

	nextTime    int64 // from here on S1 has something to do
	riskClockNs int64
	flattening  int // symbols whose flatten is set
	verdicts    signalengine.Verdicts
}

// New returns the engine of a checked configuration.
func New(config *core.Config) *Engine {
	e := &Engine{
		Config: config, PhaseOne: signalengine.NewPhaseOne(config),
		Markets: make([]dataengine.Market, len(config.Instruments)),
		Account: account.New(config), Latency: performance.NewLatency(), riskClockNs: config.Risk.RiskClockNs,
	}
	e.Gate = riskengine.New(&e.Context, config, e.Account, e.Markets)
	e.Orders = orderengine.New(&e.Context, config, e.Account, e.Gate, e.Markets)
	e.Venue = executionengine.New(&e.Context, config, e.Orders, e.Markets)
	e.Orders.Connect(e.Venue)
	return e
}

// Process runs a framed batch and returns its records; controls has one entry per CONTROL event.
func (e *Engine) Process(batch *dataengine.Batch, controls []core.Control) []byte {
	ahead, rows := dataengine.Rows{}, dataengine.Rows{}
	for first := 0; first < len(batch.Kind); {
		base := e.Context.Counters.Events
		last := min(first+signalengine.BlockEvents, len(batch.Kind))
		clock := performance.StartClock()
		next := e.PhaseOne.Run(batch, first, last, base, &ahead, &e.verdicts, &e.Context.Counters)
		perEvent := clock.Ns() / int64(next-first)
		for i := first; i < next-1; i++ {
			e.Context.EventIndex = base + uint64(i-first)
			e.phaseTwo(batch, i, i-first, &rows, controls)
			rows.Advance(batch.Kind[i])
		}
		// The last event of a block is the sample: its own phase two and its share of phase one.
		clock = performance.StartClock()
		e.Context.EventIndex = base + uint64(next-1-first)
		e.phaseTwo(batch, next-1, next-1-first, &rows, controls)
		rows.Advance(batch.Kind[next-1])
		e.Latency.Record(perEvent + clock.Ns())
		e.Context.Counters.Events = base + uint64(next-first)
		first = next
	}
	return e.Context.Output.Take()
}

// Evaluation are the columns of phase one alone.
type Evaluation struct {
	Verdict                      []byte
	Score, Confidence, FairValue []byte
}

// Evaluate runs phase one alone over a batch; it advances phase one's state (spec 3.1).
func (e *Engine) Evaluate(batch *dataengine.Batch) Evaluation {
	count := len(batch.Kind)
	out := Evaluation{make([]byte, count), make([]byte, 8*count), make([]byte, 8*count), make([]byte, 8*count)}
	rows := dataengine.Rows{}
	for first := 0; first < count; {
		base := e.Context.Counters.Events
		last := min(first+signalengine.BlockEvents, count)
		next := e.PhaseOne.Run(batch, first, last, base, &rows, &e.verdicts, &e.Context.Counters)
		for i := first; i < next; i++ {
			at := i - first
			out.Verdict[i] = byte(e.verdicts.Verdict[at])
			binary.LittleEndian.PutUint64(out.Score[8*i:], core.FloatBits(e.verdicts.Score[at]))
			binary.LittleEndian.PutUint64(out.Confidence[8*i:], core.FloatBits(e.verdicts.Confidence[at]))
			binary.LittleEndian.PutUint64(out.FairValue[8*i:], core.FloatBits(e.verdicts.FairValue[at]))
		}
		e.Context.Counters.Events = base + uint64(next-first)
		first = next
	}
	return out
}

// rejectInput refuses an event that phase one did not accept (spec 2.5).
func (e *Engine) rejectInput(batch *dataengine.Batch, i int, code core.Code) {
	symbol := batch.Symbol[i]
	if code == core.CodeCrossed {
		e.Markets[symbol].Stale = true
	}
	if kind := core.EventKind(batch.Kind[i]); kind >= core.EventKindExecutionReport && kind <= core.EventKindControl {
		symbol = core.NoSymbol
	}
	e.writeReject(batch, i, code, symbol)
}

func (e *Engine) writeReject(batch *dataengine.Batch, i int, code core.Code, symbol uint32) {
	e.Context.Counters.Rejected++
	record := core.InputRejectRecord{
		EventIndex: e.Context.EventIndex, TsInit: e.Context.Now, Symbol: symbol, InputKind: batch.Kind[i],
		Code: uint16(code), Source: batch.SourceOf(i), Sequence: batch.SequenceOf(i), TsEvent: e.Context.TsEvent,
	}
	record.Put(e.Context.Output.Next())
}

// setMark gives a symbol its mark.
func (e *Engine) setMark(symbol uint32, price int64) {
	if e.Account.SetMark(symbol, price) {
		e.Gate.MarkChanged(symbol)
	}
}

// advanceTime is S1: session roll, then risk clock (spec 8.2, 8.3).
func (e *Engine) advanceTime() {
	now := e.Context.Now
	session := core.FloorDiv(now-e.Config.SessionRollNs, core.SessionNs)
	number := now / e.riskClockNs
	if e.Started && session > e.Session {
		e.Gate.NewSession()
	}
	if !e.Started || number > e.RiskNumber {
		e.RiskNumber = number
		e.Account.RenewRiskPrices()
	}
	if !e.Started || session > e.Session {
		e.Session = session
	}
	e.Started = true
	e.scheduleTime()
}

// scheduleTime computes when S1 has something to do again.
func (e *Engine) scheduleTime() {
	nextRisk := core.MulInt64(e.RiskNumber+1, e.riskClockNs).Int64()
	e.nextTime = min((e.Session+1)*core.SessionNs+e.Config.SessionRollNs, nextRisk)
}

// takeReport takes an EXECUTION_REPORT (spec 7.11).
func (e *Engine) takeReport(batch *dataengine.Batch, i, row int) {
	if e.Config.Venue.Mode == core.VenueModeSimulated {
		e.writeReject(batch, i, core.CodeUnexpectedReport, core.NoSymbol)
		return
	}
	report := orderengine.ExternalReport{
		OrderID: batch.ReportOrderID[row], ExecID: batch.ReportExecID[row], Trigger: batch.ReportTrigger[row],
		Liquidity: batch.ReportLiquidity[row], Code: batch.ReportCode[row], Price: batch.ReportPrice[row],
		Quantity: batch.ReportQuantity[row],
	}
	if code, symbol := e.Orders.TakeExternal(&report); code != core.CodeNone {
		e.writeReject(batch, i, code, symbol)
	}
}
