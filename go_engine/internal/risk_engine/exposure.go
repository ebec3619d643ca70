// Exposures: open leaves and worst positions, by symbol and in sum, kept without walking all symbols (spec 9.5).

package riskengine

import "quartet.dev/go_engine/internal/core"

// exposure is a symbol's share; worst, notional and margin are as of the last flush.
type exposure struct {
	openBuy, openSell int64
	openOrders        int64
	worst             int64
	dirty             bool
	notional          core.Int128
	margin            core.Int128
}

// totals are sums over all symbols, as of the last flush.
type totals struct {
	gross, net, margin core.Int128
	held               int64 // symbols with a worst position other than 0
}

// OrderOpened and OrderClosed count open orders.
func (g *Gate) OrderOpened(symbol uint32) {
	g.OpenOrders++
	g.exposures[symbol].openOrders++
}

// OrderClosed takes an order out of the counts.
func (g *Gate) OrderClosed(symbol uint32) {
	g.OpenOrders--
	g.exposures[symbol].openOrders--
}

// ChangeLeaves moves a symbol's open leaves and the cash reserved for buys.
func (g *Gate) ChangeLeaves(symbol uint32, side core.Side, change int64, reserved core.Int128) {
	e := &g.exposures[symbol]
	if side == core.SideBuy {
		e.openBuy += change
	} else {
		e.openSell += change
	}
	g.reserved = g.reserved.Add(reserved)
	g.touch(symbol)
}

// touch marks a symbol whose share must be computed anew.
func (g *Gate) touch(symbol uint32) {
	if e := &g.exposures[symbol]; !e.dirty {
		e.dirty = true
		g.dirty = append(g.dirty, symbol)
	}
}

// PositionChanged tells the gate of a new position.
func (g *Gate) PositionChanged(symbol uint32) { g.touch(symbol) }

// MarkChanged tells the gate of a new mark; it matters only where something is held or open.
func (g *Gate) MarkChanged(symbol uint32) {
	if e := &g.exposures[symbol]; e.worst != 0 && !e.dirty {
		g.touch(symbol)
	}
}

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
	e := &g.exposures[t.Symbol]
	otherBuy, otherSell = e.openBuy, e.openSell
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

// notionalOf returns w times mark times multiplier.
func (g *Gate) notionalOf(symbol uint32, position int64) core.Int128 {
	h := &g.account.Holdings[symbol]
	return core.MulInt64(position, h.Mark).Mul(h.Multiplier)
}

// marginOf returns the initial margin of a notional; nothing where the symbol has no rate or the account is CASH.
func (g *Gate) marginOf(symbol uint32, notional core.Int128) core.Int128 {
	limit := g.Symbols[symbol].limits.initialMargin
	if !limit.Set || g.config.AccountType != core.AccountTypeMargin {
		return core.Int128{}
	}
	return core.Cap(limit.Value, notional.Abs())
}

// flush brings the shares of the dirty symbols and the sums up to date.
func (g *Gate) flush() {
	for _, symbol := range g.dirty {
		e := &g.exposures[symbol]
		e.dirty = false
		before := e.worst
		e.worst = worst(g.account.Holdings[symbol].Position, e.openBuy, e.openSell)
		notional := g.notionalOf(symbol, e.worst)
		margin := g.marginOf(symbol, notional)
		g.totals.gross = g.totals.gross.Add(notional.Abs()).Sub(e.notional.Abs())
		g.totals.net = g.totals.net.Add(notional).Sub(e.notional)
		g.totals.margin = g.totals.margin.Add(margin).Sub(e.margin)
		e.notional, e.margin = notional, margin
		if (before == 0) != (e.worst == 0) {
			if e.worst == 0 {
				g.totals.held--
				g.active.Clear(int(symbol))
			} else {
				g.totals.held++
				g.active.Set(int(symbol))
			}
		}
	}
	g.dirty = g.dirty[:0]
}
