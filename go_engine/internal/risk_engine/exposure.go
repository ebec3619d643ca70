// Exposures: open leaves and worst positions, by symbol and in sum, kept without walking all symbols (spec 9.5).

package riskengine

import (
	"quartet.dev/go_engine/internal/account"
	"quartet.dev/go_engine/internal/core"
)

// OrderOpened and OrderClosed count open orders.
func (g *Gate) OrderOpened(symbol uint32) {
	g.OpenOrders++
	g.Symbols[symbol].openOrders++
}

// OrderClosed takes an order out of the counts.
func (g *Gate) OrderClosed(symbol uint32) {
	g.OpenOrders--
	g.Symbols[symbol].openOrders--
}

// ChangeLeaves moves a symbol's open leaves.
func (g *Gate) ChangeLeaves(symbol uint32, side core.Side, change int64) {
	e := &g.Symbols[symbol]
	e.open[(side-core.SideBuy)&1] += change
	if !e.dirty {
		g.touch(symbol)
	}
}

// ChangeReserved moves the cash reserved for buys.
func (g *Gate) ChangeReserved(change core.Int128) { g.reserved = g.reserved.Add(change) }

// touch marks a symbol whose share must be computed anew.
func (g *Gate) touch(symbol uint32) {
	if e := &g.Symbols[symbol]; !e.dirty {
		e.dirty = true
		g.dirty = append(g.dirty, symbol)
	}
}

// PositionChanged tells the gate of a new position.
func (g *Gate) PositionChanged(symbol uint32) { g.touch(symbol) }

// FirstMark tells the gate of a symbol's first mark, which is its first risk price as well.
func (g *Gate) FirstMark(symbol uint32) { g.touch(symbol) }

// Reserve returns the cash that an open buy holds back (spec 9.5).
func (g *Gate) Reserve(symbol uint32, leaves, price int64) core.Int128 {
	notional := core.MulInt64(leaves, price).Mul(g.config.Instruments[symbol].Multiplier)
	return notional.Add(core.Cap(g.config.Venue.TakerFeePpb, notional))
}

// Reserves tells whether open buys reserve cash.
func (g *Gate) Reserves() bool { return g.config.AccountType == core.AccountTypeCash }

// worst is w of spec 9.5.
func worst(position, openBuy, openSell int64) int64 {
	long, short := position+openBuy, position-openSell
	if core.Abs64(long) >= core.Abs64(short) {
		return long
	}
	return short
}

// leaves returns the symbol's open buys and sells with the ticket, and without it.
func (g *Gate) leaves(t *Ticket) (openBuy, openSell, otherBuy, otherSell int64) {
	open := &g.Symbols[t.Symbol].open
	otherBuy, otherSell = open[0], open[1]
	if t.Side == core.SideBuy {
		otherBuy -= t.OldLeaves
		return otherBuy + t.Quantity, otherSell, otherBuy, otherSell
	}
	otherSell -= t.OldLeaves
	return otherBuy, otherSell + t.Quantity, otherBuy, otherSell
}

// reducing tells whether the ticket can only bring its position nearer to zero.
func (g *Gate) reducing(t *Ticket) bool {
	position := g.account.Holdings[t.Symbol].Position
	if position == 0 {
		return false
	}
	openBuy, openSell, _, _ := g.leaves(t)
	if t.Side == core.SideSell {
		return position > 0 && position-openSell >= 0
	}
	return position < 0 && position+openBuy <= 0
}

// short tells whether a sell is a short sale.
func (g *Gate) short(t *Ticket) bool {
	_, openSell, _, _ := g.leaves(t)
	return g.account.Holdings[t.Symbol].Position-openSell < 0
}

// marginOf returns the initial margin of a notional; nothing where the symbol has no rate.
func (g *Gate) marginOf(symbol uint32, notional core.Int128) core.Int128 {
	return core.Cap(g.Symbols[symbol].limits.initialMargin.Value, notional.Abs())
}

// flush brings the worst positions of the dirty symbols up to date.
func (g *Gate) flush() {
	for _, symbol := range g.dirty {
		e, h := &g.Symbols[symbol], &g.account.Holdings[symbol]
		e.dirty = false
		before := h.Worst
		g.account.SetWorst(symbol, worst(h.Position, e.open[0], e.open[1]))
		if (before == 0) != (h.Worst == 0) {
			if h.Worst == 0 {
				g.held--
				g.active.Clear(int(symbol))
			} else {
				g.held++
				g.active.Set(int(symbol))
			}
		}
		g.renewAtRisk(symbol)
	}
	g.dirty = g.dirty[:0]
}

// renewAtRisk brings a symbol's share of the risk bound up to date.
func (g *Gate) renewAtRisk(symbol uint32) {
	e := &g.Symbols[symbol]
	now := g.amountAtRisk(symbol, g.account.Holdings[symbol].Worst)
	g.riskBound += now - e.atRisk
	e.atRisk = now
}

// amountAtRisk is an upper bound of the magnitude of a position at the risk price, in coarse units.
func (g *Gate) amountAtRisk(symbol uint32, position int64) int64 {
	price, _ := g.account.RiskPrice(symbol)
	return account.Coarse(position, price, g.account.Holdings[symbol].Multiplier)
}

// followRiskClock renews every share after the risk prices have been renewed.
func (g *Gate) followRiskClock() {
	if epoch := g.account.RiskEpoch(); g.riskEpoch != epoch {
		g.riskEpoch = epoch
		for symbol := g.active.Next(0); symbol >= 0; symbol = g.active.Next(symbol + 1) {
			g.renewAtRisk(uint32(symbol))
		}
	}
}
