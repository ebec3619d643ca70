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
		if count := g.exposures[t.Symbol].openOrders + 1; count > limit.Value {
			return Refusal{core.CodeOpenOrders, core.FromInt64(limit.Value), core.FromInt64(count)}
		}
	}
	return refusal
}

// prospect is the book as it would be with the order, at its worst.
type prospect struct {
	worst  int64
	value  core.Int128 // abs(N_i)
	gross  core.Int128
	net    core.Int128
	margin core.Int128
	held   int64
	fresh  bool // the symbol had no worst position without the order
}

func (g *Gate) prospectOf(t *Ticket) prospect {
	g.flush()
	position := g.account.Holdings[t.Symbol].Position
	openBuy, openSell, otherBuy, otherSell := g.leaves(t)
	e := &g.exposures[t.Symbol]
	p := prospect{worst: worst(position, openBuy, openSell)}
	notional := g.notionalOf(t.Symbol, p.worst)
	p.value = notional.Abs()
	p.gross = g.totals.gross.Sub(e.notional.Abs()).Add(p.value)
	p.net = g.totals.net.Sub(e.notional).Add(notional)
	p.margin = g.totals.margin.Sub(e.margin).Add(g.marginOf(t.Symbol, notional))
	p.held = g.totals.held
	if e.worst != 0 {
		p.held--
	}
	if p.worst != 0 {
		p.held++
	}
	p.fresh = worst(position, otherBuy, otherSell) == 0
	return p
}

// positions are rows 13 to 21 of an order that is not reducing.
func (g *Gate) positions(t *Ticket) (refusal Refusal) {
	p := g.prospectOf(t)
	if refusal = g.buyingPower(t, &p); refusal.Refused() {
		return refusal
	}
	limits := &g.Symbols[t.Symbol].limits
	equity := g.account.Equity
	if limit := limits.maxPositionWeight; limit.Set {
		if refusal = above(core.CodeMaxPosition, core.Cap(limit.Value, equity), p.value); refusal.Refused() {
			return refusal
		}
	}
	if limit := limits.maxPositionQuantity; limit.Set {
		size := core.FromInt64(p.worst).Abs()
		if refusal = above(core.CodeMaxPosition, core.FromInt64(limit.Value), size); refusal.Refused() {
			return refusal
		}
	}
	if limit := g.limits.MaxPositions; limit.Set && p.fresh && p.held > limit.Value {
		return Refusal{core.CodeMaxPositions, core.FromInt64(limit.Value), core.FromInt64(p.held)}
	}
	if limit := g.limits.MaxConcentrationPpb; limit.Set {
		if refusal = above(core.CodeConcentration, core.Cap(limit.Value, equity), p.value); refusal.Refused() {
			return refusal
		}
	}
	if limit := g.limits.MaxLeveragePpb; limit.Set {
		if refusal = above(core.CodeLeverage, core.Cap(limit.Value, equity), p.gross); refusal.Refused() {
			return refusal
		}
	}
	if limit := g.limits.MaxNetLeveragePpb; limit.Set {
		if refusal = above(core.CodeLeverage, core.Cap(limit.Value, equity), p.net.Abs()); refusal.Refused() {
			return refusal
		}
	}
	if refusal = g.valueAtRisk(t, &p); refusal.Refused() {
		return refusal
	}
	return g.latched()
}

// buyingPower is row 13.
func (g *Gate) buyingPower(t *Ticket, p *prospect) (refusal Refusal) {
	if g.config.AccountType == core.AccountTypeMargin {
		if !g.Symbols[t.Symbol].limits.initialMargin.Set {
			return refusal
		}
		return above(core.CodeBuyingPower, g.account.Equity, p.margin)
	}
	if t.Side == core.SideBuy {
		available := g.account.Cash.Sub(g.reserved.Sub(t.OldReserved))
		return above(core.CodeBuyingPower, available, g.Reserve(t.Symbol, t.Quantity, t.Price))
	}
	_, _, _, otherSell := g.leaves(t)
	available := core.FromInt64(g.account.Holdings[t.Symbol].Position).Sub(core.FromInt64(otherSell))
	return above(core.CodeBuyingPower, available, core.FromInt64(t.Quantity))
}

// floatBits puts the bits of a float into the low half of a record's field (spec 9.3, row 18).
func floatBits(x float64) core.Int128 { return core.FromUint64(core.FloatBits(x)) }

// valueAtRisk are rows 18 and 19.
func (g *Gate) valueAtRisk(t *Ticket, p *prospect) (refusal Refusal) {
	v := &g.variance
	isStale := v.model != nil && g.ctx.Now > v.model.ValidUntilNs
	stale := func() Refusal {
		return Refusal{core.CodeVarStale, core.FromInt64(v.model.ValidUntilNs), core.FromInt64(g.ctx.Now)}
	}
	equity := g.account.Equity.Float64() / 1e18
	kappa := core.PriceFloat(g.limits.VarMultiplierPpb)
	fallback := core.PriceFloat(g.limits.VarDefaultDailyVolPpb)
	if limit := g.limits.MaxPositionVarPpb; limit.Set {
		if isStale {
			return stale()
		}
		deviation := v.deviation(t.Symbol, fallback)
		left := kappa * (normalQuantile * (deviation * math.Abs(g.riskNotional(t.Symbol, p.worst))))
		right := core.PriceFloat(limit.Value) * equity
		if !(left <= right) {
			return Refusal{core.CodePositionVar, floatBits(right), floatBits(left)}
		}
	}
	if limit := g.limits.MaxPortfolioVarPpb; limit.Set {
		if isStale {
			return stale()
		}
		right := core.PriceFloat(limit.Value) * equity
		if left, passes := g.portfolioVar(t.Symbol, p.worst, kappa, fallback, right); !passes {
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
