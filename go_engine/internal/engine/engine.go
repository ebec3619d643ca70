// Package engine runs the rooms: this file holds the order of the steps and nothing else (spec 5).
package engine

import (
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
	"quartet.dev/go_engine/internal/execution_engine"
	"quartet.dev/go_engine/internal/order_engine"
)

// phaseTwo takes event i of the batch, the at-th of its block, through the steps.
func (e *Engine) phaseTwo(batch *dataengine.Batch, i, at int, rows *dataengine.Rows, controls []core.Control) {
	ctx := &e.Context
	ctx.Now, ctx.TsEvent = batch.TsInit[i], batch.TsEvent[i]
	if code := e.verdicts.Code[at]; code != core.CodeNone {
		e.rejectInput(batch, i, code)
		return
	}
	kind := core.EventKind(batch.Kind[i])
	if ctx.Now >= e.nextTime || !e.Started {
		e.advanceTime() // S1
	}
	if e.Venue.ArrivalsDue() {
		e.Venue.Arrive() // S2
	}
	e.takeEffect(kind, batch, i, rows, controls) // S3
	e.Venue.Respond()                            // S4
	if e.Gate.HaltsDue() {
		e.halt() // S5
	}
	if e.Gate.Flatten || e.flattening > 0 {
		e.Orders.FlattenPositions()
	}
	switch e.verdicts.Verdict[at] { // S6
	case core.VerdictNone:
		if kind == core.EventKindClock {
			e.Orders.DecidePending()
		}
	case core.VerdictValid:
		e.decide(kind, batch.Symbol[i], at)
	case core.VerdictNonFinite:
		ctx.Counters.NonFinite++
	case core.VerdictLowConfidence:
		ctx.Counters.LowConfidence++
	}
}

// takeEffect is S3.
func (e *Engine) takeEffect(kind core.EventKind, batch *dataengine.Batch, i int, rows *dataengine.Rows, controls []core.Control) {
	symbol := batch.Symbol[i]
	switch kind {
	case core.EventKindQuote:
		row, market := rows.Quote, &e.Markets[symbol]
		market.Seen(kind, batch.FlagsOf(i), e.Context.Now)
		bid, ask := batch.BidPrice[row], batch.AskPrice[row]
		if market.SetQuote(bid, ask, batch.BidSize[row], batch.AskSize[row]) {
			e.setMark(symbol, core.HalfSum(bid, ask))
		}
		e.Venue.MeetBook(symbol)
	case core.EventKindTrade:
		row, market := rows.Trade, &e.Markets[symbol]
		market.Seen(kind, batch.FlagsOf(i), e.Context.Now)
		if !market.HasQuote {
			e.setMark(symbol, batch.TradePrice[row])
		}
		e.Venue.MeetTrade(symbol, batch.TradePrice[row], batch.TradeSize[row], batch.Aggressor[row])
	case core.EventKindBook:
		market := &e.Markets[symbol]
		market.Seen(kind, batch.FlagsOf(i), e.Context.Now)
		if market.SetBook(batch, rows.Book) {
			e.setMark(symbol, core.HalfSum(market.Bids[0].Price, market.Asks[0].Price))
		}
		e.Venue.MeetBook(symbol)
	case core.EventKindBar:
		row, market := rows.Bar, &e.Markets[symbol]
		market.Seen(kind, batch.FlagsOf(i), e.Context.Now)
		if !market.HasQuote {
			e.setMark(symbol, batch.BarClose[row])
		}
		e.Venue.MeetBar(symbol, executionengine.Bar{
			Open: batch.BarOpen[row], High: batch.BarHigh[row], Low: batch.BarLow[row], Volume: batch.BarVolume[row],
		})
	case core.EventKindExecutionReport:
		e.takeReport(batch, i, rows.Report)
	case core.EventKindControl:
		if !e.takeControl(&controls[rows.Control]) {
			e.writeReject(batch, i, core.CodeBadControl, core.NoSymbol)
		}
	}
}

// halt is S5: drawdown, then daily loss; each cancels the working orders when it latches (spec 8.4, 8.5).
func (e *Engine) halt() {
	if e.Gate.LatchDrawdown() {
		e.Orders.CancelAll(core.NoSymbol)
	}
	if e.Gate.LatchDailyLoss() {
		e.Orders.CancelAll(core.NoSymbol)
	}
	e.Gate.SetAlarm()
}

// decide is S6 of a VALID verdict: a bar's waits for its clock (spec 10.1).
func (e *Engine) decide(kind core.EventKind, symbol uint32, at int) {
	decision := orderengine.Decision{
		Score: e.verdicts.Score[at], Confidence: e.verdicts.Confidence[at], FairValue: e.verdicts.FairValue[at],
		TsInit: e.Context.Now,
	}
	if kind == core.EventKindBar {
		e.Orders.Keep(symbol, decision)
	} else {
		e.Orders.Decide(symbol, &decision)
	}
}
