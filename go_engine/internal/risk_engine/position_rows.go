// Rows 12 (count) to 21: what the account would bear with the order (spec 9.3).

package riskengine

import (
	"math"

	"quartet.dev/go_engine/internal/core"
)

// openOrders is the count of row 12; the capacity binds with or without a limit.
func (g *Gate) openOrders(t *Ticket) (refusal Refusal) {
	most := int64(g.config.OpenOrders)
	if limit := g.limits.MaxOpenOrders; g.config.CheckRisk && limit.Set {
		most = min(most, limit.Value)
	}
	if count := int64(g.OpenOrders) + 1; count > most {
		return Refusal{core.CodeOpenOrders, core.FromInt64(most), core.FromInt64(count)}
	}
	if limit := g.limits.MaxOpenOrdersSymbol; g.config.CheckRisk && limit.Set {
		if count := int64(g.Symbols[t.Symbol].openOrders) + 1; count > limit.Value {
			return Refusal{core.CodeOpenOrders, core.FromInt64(limit.Value), core.FromInt64(count)}
		}
	}
	return refusal
}

// prospect is the book as it would be with the order, at its worst.
type prospect struct {
	worst int64
	value core.Int128 // abs(N_i)
	gross core.Int128
	net   core.Int128
	held  int64
	fresh bool // the symbol had no worst position without the order
}

// prospectOf walks the symbols held; most orders are proved without it.
func (g *Gate) prospectOf(t *Ticket) prospect {
	g.flush()
	h := &g.account.Holdings[t.Symbol]
	openBuy, openSell, otherBuy, otherSell := g.leaves(t)
	p := prospect{worst: worst(h.Position, openBuy, openSell)}
	p.net = h.Exposure(p.worst)
	p.value = p.net.Abs()
	p.gross = p.value
	if p.worst != 0 {
		p.held = 1
	}
	for symbol := g.active.Next(0); symbol >= 0; symbol = g.active.Next(symbol + 1) {
		if other := &g.account.Holdings[symbol]; other != h {
			notional := other.Exposure(other.Worst)
			p.net, p.gross = p.net.Add(notional), p.gross.Add(notional.Abs())
			p.held++
		}
	}
	p.fresh = worst(h.Position, otherBuy, otherSell) == 0
	return p
}

// positions are rows 13 to 21 of an order that is not reducing.
func (g *Gate) positions(t *Ticket) (refusal Refusal) {
	p := g.prospectOf(t)
	g.renewEquityPart()
	if refusal = g.bears(t, &p); refusal.Refused() {
		return refusal
	}
	if refusal = g.valueAtRisk(t, &p); refusal.Refused() {
		return refusal
	}
	return g.latched()
}

// bears are rows 13 to 17.
func (g *Gate) bears(t *Ticket, p *prospect) (refusal Refusal) {
	if refusal = g.buyingPower(t, p); refusal.Refused() {
		return refusal
	}
	limits := g.Symbols[t.Symbol].limits
	if refusal = g.aboveEquity(core.CodeMaxPosition, limits.maxPositionWeight, p.value); refusal.Refused() {
		return refusal
	}
	if limit := limits.maxPositionQuantity; above64(limit, p.worst) {
		return Refusal{core.CodeMaxPosition, core.FromInt64(limit.Value), core.FromInt64(p.worst).Abs()}
	}
	if g.tooMany(p) {
		return Refusal{core.CodeMaxPositions, core.FromInt64(g.limits.MaxPositions.Value), core.FromInt64(p.held)}
	}
	if refusal = g.aboveEquity(core.CodeConcentration, g.limits.MaxConcentrationPpb, p.value); refusal.Refused() {
		return refusal
	}
	if refusal = g.aboveEquity(core.CodeLeverage, g.limits.MaxLeveragePpb, p.gross); refusal.Refused() {
		return refusal
	}
	return g.aboveEquity(core.CodeLeverage, g.limits.MaxNetLeveragePpb, p.net.Abs())
}

// above64 tells whether a size is above a limit that is set.
func above64(limit core.Optional, size int64) bool {
	return limit.Set && (size > limit.Value || size < -limit.Value)
}

// tooMany is row 15.
func (g *Gate) tooMany(p *prospect) bool {
	limit := g.limits.MaxPositions
	return limit.Set && p.fresh && p.held > limit.Value
}

// buyingPower is row 13.
func (g *Gate) buyingPower(t *Ticket, p *prospect) (refusal Refusal) {
	if g.config.AccountType == core.AccountTypeMargin {
		if !g.Symbols[t.Symbol].limits.initialMargin.Set {
			return refusal
		}
		if g.marginSurelyWithin(p) {
			return refusal
		}
		return above(core.CodeBuyingPower, g.account.Equity, g.margin(t, p))
	}
	if t.Side == core.SideBuy {
		available := g.account.Cash.Sub(g.reserved.Sub(t.OldReserved))
		return above(core.CodeBuyingPower, available, g.Reserve(t.Symbol, t.Quantity, t.Price))
	}
	_, _, _, otherSell := g.leaves(t)
	available := core.FromInt64(g.account.Holdings[t.Symbol].Position).Sub(core.FromInt64(otherSell))
	return above(core.CodeBuyingPower, available, core.FromInt64(t.Quantity))
}

// marginSurelyWithin tells that the margin of all symbols is within equity even at the highest rate; rounding adds
// less than one unit a symbol.
func (g *Gate) marginSurelyWithin(p *prospect) bool {
	room := g.account.Equity.Sub(core.FromInt64(p.held))
	return room.Hi >= 0 && core.ProductLessEqual(p.gross, g.marginMax, room, core.Scale)
}

// margin is the sum of the margins with the order.
func (g *Gate) margin(t *Ticket, p *prospect) core.Int128 {
	sum := g.marginOf(t.Symbol, p.value)
	for symbol := g.active.Next(0); symbol >= 0; symbol = g.active.Next(symbol + 1) {
		if h := &g.account.Holdings[symbol]; uint32(symbol) != t.Symbol {
			sum = sum.Add(g.marginOf(uint32(symbol), h.Exposure(h.Worst)))
		}
	}
	return sum
}

// floatBits puts the bits of a float into the low half of a record's field (spec 9.3, row 18).
func floatBits(x float64) core.Int128 { return core.FromUint64(core.FloatBits(x)) }

// valueAtRisk are rows 18 and 19.
func (g *Gate) valueAtRisk(t *Ticket, p *prospect) (refusal Refusal) {
	position, portfolio := g.limits.MaxPositionVarPpb.Set, g.limits.MaxPortfolioVarPpb.Set
	if !position && !portfolio {
		return refusal
	}
	v := &g.variance
	if v.model != nil && g.ctx.Now > v.model.ValidUntilNs {
		return Refusal{core.CodeVarStale, core.FromInt64(v.model.ValidUntilNs), core.FromInt64(g.ctx.Now)}
	}
	equity := g.account.Equity.Float64() / 1e18
	if position {
		n := math.Abs(g.riskNotional(t.Symbol, p.worst))
		left := v.multiplier * (normalQuantile * (v.deviation(v.rowOf(t.Symbol)) * n))
		right := v.positionShare * equity
		if !(left <= right) {
			return Refusal{core.CodePositionVar, floatBits(right), floatBits(left)}
		}
	}
	if portfolio {
		right := v.portfolioShare * equity
		if left, passes := g.portfolioVar(t.Symbol, p.worst, right); !passes {
			return Refusal{core.CodePortfolioVar, floatBits(right), floatBits(left)}
		}
	}
	return refusal
}

// latched are rows 20 and 21.
func (g *Gate) latched() (refusal Refusal) {
	a := g.account
	if g.DrawdownLatched {
		return Refusal{core.CodeDrawdown, core.Cap(g.limits.MaxDrawdownPpb.Value, a.High), a.High.Sub(a.Equity)}
	}
	if g.DailyLossLatched {
		return Refusal{
			core.CodeDailyLoss, core.Cap(g.limits.MaxDailyLossPpb.Value, a.SessionOpen), a.SessionOpen.Sub(a.Equity),
		}
	}
	return refusal
}
