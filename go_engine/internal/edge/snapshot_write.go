// Writing snapshots: the sections of spec 14.1 in their order.

package edge

import (
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
	"quartet.dev/go_engine/internal/engine"
	"quartet.dev/go_engine/internal/order_engine"
	"quartet.dev/go_engine/internal/risk_engine"
)

// WriteSnapshot returns the state of an engine that was configured by that blob.
func WriteSnapshot(e *engine.Engine, configBlob []byte) []byte {
	w := &writer{out: make([]byte, 0, 4096+len(configBlob))}
	w.out = append(w.out, snapshotMagic...)
	w.out = append(w.out, contractHash...)
	w.blob(configBlob)
	w.blob(e.LimitsBlob)
	w.blob(e.ModelBlob)
	w.blob(e.ProgramBlob)
	w.engine(e)
	for _, sequence := range e.PhaseOne.Validator.LastSequence {
		w.u64(sequence)
	}
	for symbol := range e.Markets.Tops {
		w.phaseOne(e, symbol)
	}
	for symbol := range e.Markets.Tops {
		w.phaseTwo(e, uint32(symbol))
	}
	w.orders(e)
	w.venue(e)
	return w.out
}

// engine writes section 3.
func (w *writer) engine(e *engine.Engine) {
	for _, counter := range e.Context.Counters.Array() {
		w.u64(counter)
	}
	w.i64(e.PhaseOne.Validator.LastTsInit)
	w.i64(e.Session)
	w.i64(e.RiskNumber)
	w.flag(e.Started)
	w.u8(uint8(e.Gate.Level))
	w.flag(e.Gate.Flatten)
	w.flag(e.Gate.DrawdownLatched)
	w.flag(e.Gate.DailyLossLatched)
	a := e.Account
	for _, money := range [5]core.Int128{a.Cash, a.Fees, a.Realised, a.High, a.SessionOpen} {
		w.i128(money)
	}
	w.u64(e.Orders.LastOrderID)
	w.u64(e.Venue.LastExecID)
	w.u64(e.Orders.LastSignalID)
	w.bucket(&e.Gate.Bucket)
}

func (w *writer) bucket(b *riskengine.Bucket) {
	w.i128(core.FromUint64(b.Tokens))
	w.i64(b.Ts)
}

// phaseOne writes a symbol's part of section 5.
func (w *writer) phaseOne(e *engine.Engine, symbol int) {
	s := &e.PhaseOne.Symbols[symbol]
	w.i64(s.Bid)
	w.i64(s.Ask)
	w.i64(s.BidSize)
	w.i64(s.AskSize)
	tape := s.Tape()
	w.i64(tape.LastTradePrice)
	w.flag(tape.HasTrade)
	w.u8(uint8(tape.LastSign))
	w.i64(tape.VwapSession)
	w.f64(tape.VwapNotional)
	w.f64(tape.VwapSize)
	w.u32(uint32(len(tape.Signals)))
	for i := range tape.Signals {
		signal := &tape.Signals[i]
		w.u32(signal.Source)
		w.f64(signal.Score)
		w.f64(signal.Confidence)
		w.i64(signal.TsEvent)
		w.u64(signal.EventIndex)
	}
	for _, value := range e.PhaseOne.Values(symbol) {
		w.f64(value)
	}
	for node := range e.PhaseOne.NodeCount() {
		u, f := e.PhaseOne.State(symbol, node)
		for _, word := range u {
			w.u64(word)
		}
		for _, word := range f {
			w.f64(word)
		}
	}
}

// phaseTwo writes a symbol's part of section 6.
func (w *writer) phaseTwo(e *engine.Engine, symbol uint32) {
	market, holding, risk := &e.Markets.Tops[symbol], &e.Account.Holdings[symbol], &e.Gate.Symbols[symbol]
	w.u8(market.BidLevels)
	w.u8(market.AskLevels)
	for _, levels := range [2][]dataengine.Level{e.Markets.Levels(symbol, core.SideBuy), e.Markets.Levels(symbol, core.SideSell)} {
		for _, level := range levels {
			w.i64(level.Price)
			w.i64(level.Size)
		}
	}
	w.i64(market.TakenBid)
	w.i64(market.TakenAsk)
	w.flag(market.HasQuote)
	riskPrice, hasRisk := e.Account.RiskPrice(symbol)
	w.i64(holding.Mark)
	w.flag(holding.HasMark)
	w.i64(riskPrice)
	w.flag(hasRisk)
	w.i64(market.LastTs)
	w.flag(market.HasData)
	w.flag(market.Stale)
	w.flag(market.Halted)
	w.u8(market.Status)
	w.u8(uint8(risk.Level))
	w.flag(risk.Flatten)
	low, high := e.Markets.Band(symbol)
	w.i64(low)
	w.i64(high)
	w.flag(market.HasBand)
	w.i64(holding.Position)
	w.i128(holding.Cost)
	w.decisions(e.Orders, symbol)
	w.bucket(&risk.Bucket)
	entries := e.Gate.Remembered(symbol)
	w.u32(uint32(len(entries)))
	for i := range entries {
		w.u8(uint8(entries[i].Side))
		w.u8(uint8(entries[i].Type))
		w.i64(entries[i].Quantity)
		w.i64(entries[i].Price)
		w.i64(entries[i].Ts)
	}
}

// decisions writes the signal, the target, the pending verdict and the retry memory of a symbol.
func (w *writer) decisions(orders *orderengine.Engine, symbol uint32) {
	state, pending := &orders.States[symbol], orders.Pending(symbol)
	w.u8(uint8(state.Direction))
	w.u64(state.SignalID)
	w.i64(state.Target)
	w.f64(state.TargetX)
	w.flag(state.HasTarget)
	w.flag(state.HasPending)
	w.f64(pending.Score)
	w.f64(pending.Confidence)
	w.f64(pending.FairValue)
	w.i64(pending.TsInit)
	for _, retry := range orders.Retries(symbol) {
		w.flag(retry.Set)
		w.i64(retry.Price)
		w.i64(retry.Quantity)
		w.u8(uint8(retry.Type))
		w.i64(retry.Ts)
	}
}

// orders writes section 7.
func (w *writer) orders(e *engine.Engine) {
	w.u32(uint32(e.Gate.OpenOrders))
	for index := e.Orders.First(); index != 0; index = e.Orders.Next(index) {
		o := e.Orders.At(index)
		w.u64(o.ID)
		w.u32(o.Symbol)
		w.u8(uint8(o.Side))
		w.u8(uint8(o.Type))
		w.u8(uint8(o.State))
		w.flag(o.Flatten)
		w.i64(o.Price)
		w.i64(o.Quantity)
		w.i64(o.Cum)
		w.i64(o.Created)
		w.u64(o.SignalID)
		w.u64(o.LastExecID)
		w.flag(o.Replacing)
		w.i64(o.PendingPrice)
		w.i64(o.PendingQuantity)
		w.flag(o.AtVenue)
		w.i64(o.VenuePrice)
		w.i64(o.VenueQuantity)
		w.i64(o.VenueCum)
		w.flag(o.Resting)
		w.i64(o.Ahead)
		w.i64(o.Level)
		w.i64(o.Traded)
	}
}

// venue writes section 8.
func (w *writer) venue(e *engine.Engine) {
	w.u32(uint32(e.Venue.Inbound.Len()))
	for i := range e.Venue.Inbound.Len() {
		m := e.Venue.Inbound.At(i)
		w.i64(m.Arrival)
		w.u8(uint8(m.Kind))
		w.u64(m.OrderID)
		w.i64(m.Price)
		w.i64(m.Quantity)
	}
	w.u32(uint32(e.Venue.Outbound.Len()))
	for i := range e.Venue.Outbound.Len() {
		r := e.Venue.Outbound.At(i)
		w.i64(r.Due)
		w.i64(r.T)
		w.u8(uint8(r.Trigger))
		w.u64(r.OrderID)
		w.u64(r.ExecID)
		w.i64(r.Price)
		w.i64(r.Quantity)
		w.u8(uint8(r.Liquidity))
		w.u8(uint8(r.Reason))
		w.u16(uint16(r.Code))
		w.u64(r.Cause)
	}
}
