// Sure rows: most orders are proved to pass by a few bounds; the exact rows decide where the bounds prove nothing.

package riskengine

import (
	"math"
	"math/bits"

	"quartet.dev/go_engine/internal/account"
	"quartet.dev/go_engine/internal/core"
)

// boundLess keeps a share that comes of floats below the one that it stands for, far beyond what rounding adds.
const boundLess = 1 - 1e-6

// unlimited is a limit that is absent.
const unlimited = math.MaxInt64

// bounds are the limits of the engine; shares of equity are in parts per billion.
type bounds struct {
	isOn          bool // orders can be proved at all
	quoteAgeNs    int64
	orderNotional int64 // coarse units
	orderShare    int64
	grossShare    int64 // of both leverages
	margin        int64 // the highest initial margin
	riskShare     int64 // of portfolio value at risk, for all that is at risk
	positions     int64
	openOrders    int64
	openOrdersOf  int64 // of a symbol
	validUntilNs  int64
}

// instrumentBounds are those of an instrument.
type instrumentBounds struct {
	collar           int64 // ppb
	hasCollar        bool  // a limit order has it, too
	orderQuantity    int64
	positionQuantity int64
	valueShare       int64 // of position weight and concentration
}

// orMost returns a limit's value, unlimited where there is none.
func orMost(limit core.Optional) int64 { return limit.Or(core.Optional{Value: unlimited}).Value }

// shareBelow returns a share in parts per billion that is below the quotient of two rates.
func shareBelow(share, rate float64) int64 {
	const most = 1e15
	if ppb := share / rate * (core.Scale * boundLess); ppb >= 0 {
		return int64(min(ppb, most))
	}
	return 0
}

// renewBounds follows new limits or a new risk model.
func (g *Gate) renewBounds() {
	limits, v := g.limits, &g.variance
	b := bounds{
		isOn:       g.config.CheckRisk && g.config.AccountType == core.AccountTypeMargin,
		quoteAgeNs: orMost(limits.MaxQuoteAgeNs), orderNotional: unlimited, orderShare: orMost(limits.MaxOrderWeightPpb),
		grossShare: min(orMost(limits.MaxLeveragePpb), orMost(limits.MaxNetLeveragePpb)), margin: g.marginMax,
		riskShare: unlimited,
		positions: orMost(limits.MaxPositions), openOrders: min(orMost(limits.MaxOpenOrders), int64(g.config.OpenOrders)),
		openOrdersOf: orMost(limits.MaxOpenOrdersSymbol), validUntilNs: math.MaxInt64,
	}
	if limits.HasMaxOrderNotional {
		b.orderNotional = account.CoarseBelow(limits.MaxOrderNotional)
	}
	factor := v.multiplier * normalQuantile
	if limits.MaxPortfolioVarPpb.Set {
		b.riskShare = shareBelow(v.portfolioShare, factor*max(v.scaleMax, v.defaultVol))
	}
	if v.model != nil && (limits.MaxPortfolioVarPpb.Set || limits.MaxPositionVarPpb.Set) {
		b.validUntilNs = v.model.ValidUntilNs
	}
	g.bounds = b
	if v.riskShares = nil; limits.MaxPositionVarPpb.Set {
		v.riskShares = make([]int64, 0, len(v.scale)+1)
		for row := int32(-1); row < int32(len(v.scale)); row++ {
			v.riskShares = append(v.riskShares, shareBelow(v.positionShare, factor*v.deviation(row)))
		}
	}
}

// surelyPasses tells, by cheap bounds alone, that a new order passes all rows but 10 to 12, and gives a MARKET order its
// collar limit; false says nothing and leaves the ticket as it was.
func (g *Gate) surelyPasses(t *Ticket) bool {
	s := &g.Symbols[t.Symbol]
	if !g.bounds.isOn || t.Replaces || t.Flatten || g.Level != core.LevelRun || s.Level != core.LevelRun ||
		g.DrawdownLatched || g.DailyLossLatched {
		return false
	}
	market, instrument := &g.markets.Tops[t.Symbol], g.config.Instruments[t.Symbol]
	if !market.IsOpen() || g.ctx.Now-market.LastTs > g.bounds.quoteAgeNs ||
		t.Quantity <= 0 || t.Quantity > s.limits.bounds.orderQuantity || t.Quantity%instrument.Lot != 0 || !g.surelyBears(t, s) {
		return false
	}
	return g.surelyPriced(t, &s.limits.bounds, instrument)
}

// hasRoom is the count of row 12; false says nothing.
func (g *Gate) hasRoom(symbol uint32) bool {
	return g.bounds.isOn && int64(g.OpenOrders) < g.bounds.openOrders &&
		int64(g.Symbols[symbol].openOrders) < g.bounds.openOrdersOf
}

// surelyBears are rows 8 and 13 to 19.
func (g *Gate) surelyBears(t *Ticket, s *SymbolRisk) bool {
	if len(g.dirty) > 1 || !g.Symbols[t.Symbol].dirty { // the symbol's own share is taken out below
		g.flush()
	}
	g.followRiskClock()
	h := &g.account.Holdings[t.Symbol]
	openBuy, openSell, _, _ := g.leaves(t)
	most, bounds, own := worst(h.Position, openBuy, openSell), &g.bounds, &s.limits.bounds
	if core.Abs64(most) > own.positionQuantity || g.held >= bounds.positions || g.ctx.Now > bounds.validUntilNs ||
		g.account.Equity.Hi < 0 {
		return false
	}
	gross, value := g.account.GrossBoundWith(t.Symbol, most)
	risk := g.amountAtRisk(t.Symbol, most)
	allRisk := g.riskBound - g.Symbols[t.Symbol].atRisk + risk
	notional := account.Coarse(t.Quantity, h.Mark, h.Multiplier)
	equity := account.CoarseBelow(g.account.Equity)
	return notional < account.CoarseMax && gross < account.CoarseMax && allRisk < account.CoarseMax &&
		notional <= bounds.orderNotional && withinShare(notional, bounds.orderShare, equity) &&
		productsInOrder(gross, bounds.margin, equity, core.Scale) && withinShare(gross, bounds.grossShare, equity) &&
		withinShare(value, own.valueShare, equity) &&
		withinShare(risk, g.variance.riskShare(t.Symbol), equity) && withinShare(allRisk, bounds.riskShare, equity)
}

// withinShare tells whether an amount is within a share of equity.
func withinShare(amount, share, equity int64) bool {
	return share == unlimited || productsInOrder(amount, core.Scale, equity, share)
}

// productsInOrder tells whether a*b <= c*d, for numbers that are not negative.
func productsInOrder(a, b, c, d int64) bool {
	high, low := bits.Mul64(uint64(a), uint64(b))
	otherHigh, otherLow := bits.Mul64(uint64(c), uint64(d))
	return high < otherHigh || (high == otherHigh && low <= otherLow)
}

// surelyPriced are rows 3 and 6, for which the band on the near side is enough.
func (g *Gate) surelyPriced(t *Ticket, bounds *instrumentBounds, instrument *core.Instrument) bool {
	const markMax = 1 << 53 // a hundred times as much fits 64 bits
	h := &g.account.Holdings[t.Symbol]
	isMarket := t.Type == core.OrderTypeMarket
	price, band := t.Price, int64(0)
	if isMarket || bounds.hasCollar {
		if !h.HasMark || h.Mark <= 0 || h.Mark >= markMax {
			return false
		}
		band = max(core.Cap(bounds.collar, core.FromInt64(h.Mark)).Int64(), 2*instrument.Tick)
	}
	switch {
	case !isMarket:
		if price%instrument.Tick != 0 || (bounds.hasCollar && core.Abs64(price-h.Mark) > band) {
			return false
		}
	case t.Side == core.SideBuy:
		price = core.FloorTo(h.Mark+band, instrument.Tick)
	default:
		price = core.CeilTo(h.Mark-band, instrument.Tick)
	}
	if price < instrument.PriceMin || price > instrument.PriceMax {
		return false
	}
	t.Price = price
	return true
}
