// Rows 5 to 9: age of the data, the price collar, size and notional (spec 9.3, 9.4).

package riskengine

import "quartet.dev/go_engine/internal/core"

// defaultCollarPpb is the collar of a MARKET order where no limit gives one (spec 9.4).
const defaultCollarPpb = 50_000_000

// staleData is row 5.
func (g *Gate) staleData(t *Ticket) (refusal Refusal) {
	limit := g.limits.MaxQuoteAgeNs
	if !limit.Set {
		return refusal
	}
	market := &g.markets.Tops[t.Symbol]
	age := int64(0)
	if market.HasData && !market.Stale {
		age = g.ctx.Now - market.LastTs
		if age <= limit.Value {
			return refusal
		}
	}
	return Refusal{core.CodeStaleData, core.FromInt64(limit.Value), core.FromInt64(age)}
}

// band is how far from the mark a price may lie on the far side of the spread.
func (g *Gate) band(symbol uint32, collarPpb, mark int64) core.Int128 {
	band := core.Cap(collarPpb, core.FromInt64(mark).Abs())
	if least := core.FromInt64(2 * g.config.Instruments[symbol].Tick); band.Less(least) {
		return least
	}
	return band
}

// collarPrice is the limit of a MARKET order: the edge of the band, on a tick, inside the price range.
func (g *Gate) collarPrice(t *Ticket, mark int64, band core.Int128) int64 {
	instrument := g.config.Instruments[t.Symbol]
	var price int64
	if t.Side == core.SideBuy {
		price = core.FloorToWide(core.FromInt64(mark).Add(band), instrument.Tick)
	} else {
		price = core.CeilToWide(core.FromInt64(mark).Sub(band), instrument.Tick)
	}
	if price > instrument.PriceMax {
		return core.FloorTo(instrument.PriceMax, instrument.Tick)
	}
	if price < instrument.PriceMin {
		return core.CeilTo(instrument.PriceMin, instrument.Tick)
	}
	return price
}

// collar is row 6.
func (g *Gate) collar(t *Ticket) (refusal Refusal) {
	limits := g.Symbols[t.Symbol].limits
	isMarket := t.Type == core.OrderTypeMarket
	if !isMarket && !(g.config.CheckRisk && limits.collar.Set) {
		return refusal
	}
	h := &g.account.Holdings[t.Symbol]
	if !h.HasMark {
		refusal.Code = core.CodeNoReference
		return refusal
	}
	near := limits.collar.Or(core.Optional{Value: defaultCollarPpb}).Value
	band := g.band(t.Symbol, near, h.Mark)
	if isMarket {
		t.Price = g.collarPrice(t, h.Mark, band)
		return refusal
	}
	far := core.Cap(limits.collarFar.Or(limits.collar).Value, core.FromInt64(h.Mark).Abs())
	if far.Less(band) {
		far = band
	}
	low, high := core.FromInt64(h.Mark).Sub(far), core.FromInt64(h.Mark).Add(band)
	if t.Side == core.SideSell {
		low, high = core.FromInt64(h.Mark).Sub(band), core.FromInt64(h.Mark).Add(far)
	}
	price := core.FromInt64(t.Price)
	if price.Less(low) {
		return Refusal{core.CodePriceCollar, low, price}
	}
	if high.Less(price) {
		return Refusal{core.CodePriceCollar, high, price}
	}
	return refusal
}

// above fails with the code where value exceeds limit.
func above(code core.Code, limit, value core.Int128) (refusal Refusal) {
	if limit.Less(value) {
		return Refusal{code, limit, value}
	}
	return refusal
}

// withinEquity tells, by a multiplication alone, that a value is within a share of equity; false says nothing.
func (g *Gate) withinEquity(share core.Optional, value core.Int128) bool {
	return !share.Set || value.LessEqual(g.equityPart.Mul(share.Value))
}

// renewEquityPart computes a billionth of equity, rounded down; where its shares would not fit, none is known.
func (g *Gate) renewEquityPart() {
	equity := g.account.Equity
	if equity == g.equityParted {
		return
	}
	g.equityParted, g.equityPart = equity, equity.FloorDiv(core.Scale)
	if !equity.WithinBits(118) {
		g.equityPart = core.FromInt64(-1)
	}
}

// aboveEquity fails with the code where value exceeds the share of equity, which is computed only where it may.
func (g *Gate) aboveEquity(code core.Code, share core.Optional, value core.Int128) (refusal Refusal) {
	if g.withinEquity(share, value) {
		return refusal
	}
	return above(code, core.Cap(share.Value, g.account.Equity), value)
}

// size are rows 7 to 9.
func (g *Gate) size(t *Ticket, reducing bool) (refusal Refusal) {
	quantity := core.FromInt64(t.Quantity)
	if limit := g.Symbols[t.Symbol].limits.maxOrderQuantity; limit.Set && t.Quantity > limit.Value {
		return Refusal{core.CodeOrderSize, core.FromInt64(limit.Value), quantity}
	}
	h := &g.account.Holdings[t.Symbol]
	notional := core.MulInt64(t.Quantity, h.Mark).Mul(h.Multiplier).Abs()
	if g.limits.HasMaxOrderNotional {
		if refusal = above(core.CodeOrderNotional, g.limits.MaxOrderNotional, notional); refusal.Refused() {
			return refusal
		}
	}
	if reducing {
		return refusal
	}
	g.renewEquityPart()
	if refusal = g.aboveEquity(core.CodeOrderNotional, g.limits.MaxOrderWeightPpb, notional); refusal.Refused() {
		return refusal
	}
	if limit := g.Symbols[t.Symbol].limits.volumeShare; limit.Set {
		return above(core.CodeAdvShare, core.FromInt64(limit.Value), quantity)
	}
	return refusal
}
