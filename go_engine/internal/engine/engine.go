// Package engine runs the rooms: this file holds the order of the steps and nothing else (spec 5).
package engine

import (
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
	"quartet.dev/go_engine/internal/execution_engine"
	"quartet.dev/go_engine/internal/order_engine"
	"quartet.dev/go_engine/internal/signal_engine"
)

// step takes event i of the batch through the steps.
func (e *Engine) step(batch *dataengine.Batch, i int, block *signalengine.Block, rows *dataengine.Rows, controls []core.Control) {
	at := i - block.First
	e.Context.Now, e.Context.TsEvent = batch.TsInit[i], batch.TsEvent[i]
	if code := block.Code[at]; code != core.CodeNone {
		e.rejectInput(batch, i, code)
		return
	}
	kind := core.EventKind(batch.Kind[i])
	e.arrive()                                   // S1, S2
	e.takeEffect(kind, batch, i, rows, controls) // S3
	e.respond()                                  // S4, S5
	switch verdict := block.Verdict[at]; {       // S6
	case verdict == core.VerdictNone && kind == core.EventKindClock:
		e.Orders.DecidePending()
	case verdict == core.VerdictValid && kind == core.EventKindBar:
		e.Orders.Keep(batch.Symbol[i], e.decision(block, at))
	case verdict != core.VerdictNone:
		e.decide(batch.Symbol[i], block, at)
	}
}

// quotes takes the accepted quotes first to next-1, whose rows begin at row, through the steps. Most are quiet: S1, S2,
// S4 and S5 have nothing to do and the verdict changes nothing.
func (e *Engine) quotes(batch *dataengine.Batch, base uint64, block *signalengine.Block, first, next, row int) {
	quotes := batch.Cut(first, row, next-first)
	count := len(quotes.Symbol)
	tsInits, tsEvents := batch.TsInit[first:][:count], batch.TsEvent[first:][:count]
	bids, asks := quotes.Bid[:count], quotes.Ask[:count]
	bidSizes, askSizes := quotes.BidSize[:count], quotes.AskSize[:count]
	at := first - block.First
	verdicts, scores := block.Verdict[at:][:count], block.Score[at:][:count]
	confidences, flags := block.Confidence[at:][:count], uint32(0)
	ctx, markets := &e.Context, e.Markets.Tops
	for k, symbol := range quotes.Symbol {
		ctx.EventIndex = base + uint64(first+k)
		ctx.Now, ctx.TsEvent = tsInits[k], tsEvents[k]
		if ctx.Now >= e.nextTime || e.Venue.ArrivalsDue() {
			e.arrive() // S1, S2
		}
		if batch.Flags != nil {
			flags = batch.Flags[first+k]
		}
		market := &markets[symbol]
		market.SeenQuote(flags, ctx.Now)
		bid, ask := bids[k], asks[k]
		if market.SetQuote(bid, ask, bidSizes[k], askSizes[k]) && e.Account.SetMark(symbol, core.HalfSum(bid, ask)) { // S3
			e.Gate.FirstMark(symbol)
		}
		if e.Orders.FirstOf(symbol) != 0 {
			e.Venue.MeetBook(symbol)
		}
		if e.Venue.ReportsWait() || e.flattens() || !e.Gate.Calm() {
			e.respond() // S4, S5
		}
		switch verdicts[k] { // S6
		case core.VerdictNone:
		case core.VerdictValid:
			if !e.Orders.Settled(symbol, scores[k], confidences[k]) {
				e.decide(symbol, block, at+k)
			}
		default:
			e.decide(symbol, block, at+k)
		}
	}
}

// arrive is S1 and S2.
func (e *Engine) arrive() {
	if e.Context.Now >= e.nextTime {
		e.advanceTime()
	}
	if e.Venue.ArrivalsDue() {
		e.Venue.Arrive()
	}
}

// respond is S4 and S5.
func (e *Engine) respond() {
	if e.Venue.ReportsWait() {
		e.Venue.Respond()
	}
	if e.Gate.FollowEquity() {
		e.halt()
	}
	if e.flattens() {
		e.Orders.FlattenPositions()
	}
}

// flattens tells whether positions are to be flattened.
func (e *Engine) flattens() bool { return e.Gate.Flatten || e.flattening > 0 }

// takeEffect is S3.
func (e *Engine) takeEffect(kind core.EventKind, batch *dataengine.Batch, i int, rows *dataengine.Rows, controls []core.Control) {
	symbol := batch.Symbol[i]
	switch kind {
	case core.EventKindQuote:
		row, market := rows.Quote, &e.Markets.Tops[symbol]
		market.SeenQuote(batch.FlagsOf(i), e.Context.Now)
		bid, ask := batch.BidPrice[row], batch.AskPrice[row]
		if market.SetQuote(bid, ask, batch.BidSize[row], batch.AskSize[row]) {
			e.setMark(symbol, core.HalfSum(bid, ask))
		}
		e.Venue.MeetBook(symbol)
	case core.EventKindTrade:
		row, market := rows.Trade, &e.Markets.Tops[symbol]
		market.Seen(batch.FlagsOf(i), e.Context.Now)
		if !market.HasQuote {
			e.setMark(symbol, batch.TradePrice[row])
		}
		e.Venue.MeetTrade(symbol, batch.TradePrice[row], batch.TradeSize[row], batch.Aggressor[row])
	case core.EventKindBook:
		market := &e.Markets.Tops[symbol]
		market.SeenQuote(batch.FlagsOf(i), e.Context.Now)
		if e.Markets.SetBook(symbol, batch, rows.Book) {
			bid, _ := market.Best(core.SideBuy)
			ask, _ := market.Best(core.SideSell)
			e.setMark(symbol, core.HalfSum(bid, ask))
		}
		e.Venue.MeetBook(symbol)
	case core.EventKindBar:
		row, market := rows.Bar, &e.Markets.Tops[symbol]
		market.Seen(batch.FlagsOf(i), e.Context.Now)
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

// decide is S6 of a verdict that waits for nothing (spec 10.1).
func (e *Engine) decide(symbol uint32, block *signalengine.Block, at int) {
	switch block.Verdict[at] {
	case core.VerdictValid:
		decision := e.decision(block, at)
		e.Orders.Decide(symbol, &decision)
	case core.VerdictNonFinite:
		e.Context.Counters.NonFinite++
	case core.VerdictLowConfidence:
		e.Context.Counters.LowConfidence++
	}
}

func (e *Engine) decision(block *signalengine.Block, at int) orderengine.Decision {
	return orderengine.Decision{
		Score: block.Score[at], Confidence: block.Confidence[at], FairValue: block.FairValue[at], TsInit: e.Context.Now,
	}
}
