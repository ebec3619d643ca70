// Phase one: tests each event, takes its market data, runs the graph and gives a verdict (spec 3).

package signalengine

import (
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
)

// PhaseOne is the state that market data and external signals alone move.
type PhaseOne struct {
	Validator *dataengine.Validator
	Symbols   []Symbol
	Program   *Program
	values    nodeValues
	u         []uint64
	f         []float64
	signals   core.SignalLimits
	calendar  core.SessionCalendar
	mode      Mode
	columns   columns
}

// NewPhaseOne returns phase one before its first event.
func NewPhaseOne(config *core.Config, mode Mode) *PhaseOne {
	p := &PhaseOne{
		Validator: dataengine.NewValidator(config),
		Symbols:   make([]Symbol, len(config.Instruments)),
		signals:   config.Signals,
		calendar:  core.NewSessionCalendar(config.SessionRollNs),
		mode:      mode,
	}
	p.SetProgram(Compile(config.Program))
	return p
}

// SetProgram starts a program with empty values and states; market values stay (spec 11.3).
func (p *PhaseOne) SetProgram(program *Program) {
	p.Program = program
	count := len(p.Symbols)
	p.values = newValues(program, count)
	p.u = make([]uint64, count*program.uWords)
	p.f = make([]float64, count*program.fWords)
	p.columns = columns{}
	if p.mode != ModeEvent {
		p.columns = newColumns(program, count)
	}
}

// runEvents passes events one by one to last-1 or a CONTROL.
func (p *PhaseOne) runEvents(batch *dataengine.Batch, last int, base uint64, rows *dataengine.Rows, out *Block) {
	if len(p.columns.last) > 0 {
		p.Settle()
	}
	ev := event{batch: batch, roll: p.calendar.RollNs, maxAgeNs: p.signals.MaxAgeNs}
	out.ones, out.nans = 0, 0
	for i := out.First; i < last; i++ {
		at := i - out.First
		kind := core.EventKind(batch.Kind[i])
		code := p.Validator.Check(batch, i, rows, &out.Gaps)
		out.Code[at] = code
		out.Verdict[at] = core.VerdictNone
		if code == core.CodeNone && kind <= core.EventKindExternalSignal {
			ev.now = batch.TsInit[i]
			ev.session = p.calendar.At(ev.now)
			p.step(&ev, i, base+uint64(at), kind, rows, out, at)
		} else {
			out.Score[at], out.Confidence[at], out.FairValue[at] = core.NaN, core.NaN, core.NaN
		}
		rows.Advance(batch.Kind[i])
		out.Next = i + 1
		if kind == core.EventKindControl {
			return
		}
	}
}

// step takes one accepted event of kinds 1 to 5.
func (p *PhaseOne) step(ev *event, i int, index uint64, kind core.EventKind, rows *dataengine.Rows, out *Block, at int) {
	batch := ev.batch
	symbol := int(batch.Symbol[i])
	s := &p.Symbols[symbol]
	switch kind {
	case core.EventKindQuote:
		ev.row = rows.Quote
		s.Bid, s.Ask = batch.BidPrice[ev.row], batch.AskPrice[ev.row]
		s.BidSize, s.AskSize = batch.BidSize[ev.row], batch.AskSize[ev.row]
	case core.EventKindTrade:
		ev.row = rows.Trade
		s.takeTrade(batch.TradePrice[ev.row], batch.TradeSize[ev.row], batch.Aggressor[ev.row], ev.session)
	case core.EventKindBook:
		ev.row = rows.Book
		p.takeBook(s, ev)
	case core.EventKindBar:
		ev.row = rows.Bar
	case core.EventKindExternalSignal:
		ev.row = rows.Signal
		s.OwnTape().takeSignal(Signal{
			batch.SourceOf(i), batch.SignalScore[ev.row], batch.SignalConfidence[ev.row], batch.TsEvent[i], index,
		}, p.signals.MaxSignalsPerSymbol)
	}
	program, values, kept := p.Program, p.values.scratch, p.keptOf(symbol)
	for _, place := range program.reads[kind] {
		values[place.node] = kept[place.at]
	}
	u, f := p.stateOf(symbol)
	program.run(program.ticks[kind], s, values, u, f, ev)
	for _, place := range program.writes[kind] {
		kept[place.at] = values[place.node]
	}
	p.values.ticked[symbol] |= ticksOf[kind]
	if !program.scoreTicks[kind] {
		out.Score[at], out.Confidence[at], out.FairValue[at] = core.NaN, core.NaN, core.NaN
		return
	}
	p.judge(values, out, at)
}

// takeBook keeps the best levels of a BOOK; an absent side is price 0, size 0 (spec 3.4).
func (p *PhaseOne) takeBook(s *Symbol, ev *event) {
	batch := ev.batch
	ev.present = [2]int{int(batch.BookBidLevels[ev.row]), int(batch.BookAskLevels[ev.row])}
	s.Bid, s.BidSize, s.Ask, s.AskSize = 0, 0, 0, 0
	best := ev.row * core.LevelsMax
	if ev.present[0] > 0 {
		s.Bid, s.BidSize = batch.BookBidPrices[best], batch.BookBidSizes[best]
	}
	if ev.present[1] > 0 {
		s.Ask, s.AskSize = batch.BookAskPrices[best], batch.BookAskSizes[best]
	}
}

// judge gives the verdict of an event whose score ticked (spec 3.8).
func (p *PhaseOne) judge(values []float64, out *Block, at int) {
	program := p.Program
	score := values[program.score]
	confidence, fairValue := 1.0, core.NaN
	if program.confidence >= 0 {
		confidence = values[program.confidence]
	}
	if program.fairValue >= 0 {
		fairValue = values[program.fairValue]
	}
	out.Verdict[at], out.Confidence[at] = p.verdictOf(score, confidence)
	out.Score[at], out.FairValue[at] = score, fairValue
}

// verdictOf returns the verdict and the confidence as clipped.
func (p *PhaseOne) verdictOf(score, confidence float64) (core.Verdict, float64) {
	verdict := core.VerdictValid
	if !core.IsFinite(score) {
		verdict = core.VerdictNonFinite
	} else if !(confidence >= p.signals.MinConfidence) {
		verdict = core.VerdictLowConfidence
	}
	if confidence > 1 {
		confidence = 1
	}
	return verdict, confidence
}

// stateOf returns the state words of a symbol.
func (p *PhaseOne) stateOf(symbol int) ([]uint64, []float64) {
	uWords, fWords := p.Program.uWords, p.Program.fWords
	return p.u[symbol*uWords : (symbol+1)*uWords], p.f[symbol*fWords : (symbol+1)*fWords]
}

// NodeCount returns the number of nodes.
func (p *PhaseOne) NodeCount() int { return len(p.Program.nodes) }

// State returns the state words of a symbol's node.
func (p *PhaseOne) State(symbol, i int) ([]uint64, []float64) {
	nd := &p.Program.nodes[i]
	uCount := int(core.Operators[nd.op].UWords.Fixed)
	u := symbol*p.Program.uWords + int(nd.u)
	f := symbol*p.Program.fWords + int(nd.f)
	return p.u[u : u+uCount], p.f[f : f+int(nd.fCount)]
}

// StateHolds tells whether restored counters lie within what a node's window can count.
func (p *PhaseOne) StateHolds(symbol, i int) bool {
	u, _ := p.State(symbol, i)
	switch nd := &p.Program.nodes[i]; core.Operators[nd.op].Window {
	case core.WindowLag, core.WindowScan:
		return u[0] < uint64(nd.n) && u[1] <= uint64(nd.n)
	case core.WindowRolling:
		return u[0] < uint64(nd.n) && u[1] <= 1
	}
	return len(u) == 0 || u[0] <= 1<<63
}
