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

// Options say how an engine runs; they change no result.
type Options struct {
	Threads     int // 2: phase one of the next block runs beside phase two of the present one
	Mode        signalengine.Mode
	BlockEvents int // the most events of a block; 0: as many as it holds
	GCPercent   int // growth of the heap between collections, less for a large one; 0: as the environment says
}

// Engine is one engine; its exported rooms are what a snapshot reads.
type Engine struct {
	Context    core.Context
	Config     *core.Config
	PhaseOne   *signalengine.PhaseOne
	Markets    *dataengine.Markets
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

	nextTime    int64 // from here on S1 has something to do; at the start always
	riskClockNs int64
	flattening  int // symbols whose flatten is set
	options     Options
	calls       uint64
	isSampled   bool // the latency of the batch at hand is taken
	blocks      [4]signalengine.Block
}

// New returns the engine of a checked configuration.
func New(config *core.Config, options Options) *Engine {
	e := &Engine{
		Config: config, PhaseOne: signalengine.NewPhaseOne(config, options.Mode),
		Markets: dataengine.NewMarkets(len(config.Instruments)),
		Account: account.New(config), Latency: performance.NewLatency(), riskClockNs: config.Risk.RiskClockNs,
		options: options,
	}
	if options.BlockEvents == 0 {
		e.options.BlockEvents = signalengine.BlockEvents
	}
	e.Gate = riskengine.New(&e.Context, config, e.Account, e.Markets)
	e.Orders = orderengine.New(&e.Context, config, e.Account, e.Gate, e.Markets)
	e.Venue = executionengine.New(&e.Context, config, e.Orders, e.Markets)
	e.Orders.Connect(e.Venue)
	return e
}

// Process runs a framed batch and returns its records; controls has one entry per CONTROL event.
func (e *Engine) Process(batch *dataengine.Batch, controls []core.Control) core.Records {
	e.sample(len(batch.Kind))
	base := e.Context.Counters.Events
	if e.options.Threads >= 2 && len(batch.Kind) > e.options.BlockEvents {
		e.processAhead(batch, base, controls)
	} else {
		ahead, rows := dataengine.Rows{}, dataengine.Rows{}
		for block, first := &e.blocks[0], 0; first < len(batch.Kind); first = block.Next {
			e.phaseOne(batch, first, base, &ahead, block)
			e.phaseTwo(batch, base, block, &rows, controls)
		}
		e.PhaseOne.Settle()
	}
	e.Context.Counters.Events = base + uint64(len(batch.Kind))
	return e.Context.Output.Take(nil)
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
	base, rows, block := e.Context.Counters.Events, dataengine.Rows{}, &e.blocks[0]
	for first := 0; first < count; first = block.Next {
		e.phaseOne(batch, first, base, &rows, block)
		for i := first; i < block.Next; i++ {
			at := i - first
			out.Verdict[i] = byte(block.Verdict[at])
			binary.LittleEndian.PutUint64(out.Score[8*i:], core.FloatBits(block.Score[at]))
			binary.LittleEndian.PutUint64(out.Confidence[8*i:], core.FloatBits(block.Confidence[at]))
			binary.LittleEndian.PutUint64(out.FairValue[8*i:], core.FloatBits(block.FairValue[at]))
		}
		e.Context.Counters.Gaps += block.Gaps
	}
	e.PhaseOne.Settle()
	e.Context.Counters.Events = base + uint64(count)
	return out
}

// rejectInput refuses an event that phase one did not accept (spec 2.5).
func (e *Engine) rejectInput(batch *dataengine.Batch, i int, code core.Code) {
	symbol := batch.Symbol[i]
	if code == core.CodeCrossed {
		e.Markets.Tops[symbol].Stale = true
	}
	if kind := core.EventKind(batch.Kind[i]); kind >= core.EventKindExecutionReport && kind <= core.EventKindControl {
		symbol = core.NoSymbol
	}
	e.writeReject(batch, i, code, symbol)
}

func (e *Engine) writeReject(batch *dataengine.Batch, i int, code core.Code, symbol uint32) {
	e.Context.Counters.Rejected++
	record := core.NewInputRejectRecord(&e.Context, symbol)
	record.SetInputKind(batch.Kind[i])
	record.SetCode(uint16(code))
	record.SetSource(batch.SourceOf(i))
	record.SetSequence(batch.SequenceOf(i))
	record.SetTsEvent(e.Context.TsEvent)
}

// setMark gives a symbol its mark.
func (e *Engine) setMark(symbol uint32, price int64) {
	if e.Account.SetMark(symbol, price) {
		e.Gate.FirstMark(symbol)
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
