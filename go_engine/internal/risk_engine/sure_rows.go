// Sure rows: most orders are proved to pass by a few bounds; the exact rows decide where the bounds prove nothing.

package riskengine

import (
	"math"

	"quartet.dev/go_engine/internal/account"
	"quartet.dev/go_engine/internal/core"
)

// boundLess keeps a bound below the limit that it stands for, far beyond what rounding adds.
const boundLess = 1 - 1e-6

// bounds are the limits of the engine as shares of equity, or in whole units of money; +Inf where there is none.
type bounds struct {
	isOn          bool // orders can be proved at all
	quoteAgeNs    int64
	orderNotional float64
	orderShare    float64
	grossShare    float64 // of margin and leverages
	riskShare     float64 // of portfolio value at risk, for all that is at risk
	positions     int64
	openOrders    int64
	openOrdersOf  int64 // of a symbol
	validUntilNs  int64
}

// symbolBounds are those of a symbol.
type symbolBounds struct {
	collar           int64 // ppb
	hasCollar        bool  // a limit order has it, too
	orderQuantity    int64
	positionQuantity int64
	valueShare       float64 // of position weight and concentration
	riskShare        float64 // of position value at risk
}

// shareOf returns a bound that is below a share in parts per billion.
func shareOf(limit core.Optional) float64 {
	if !limit.Set {
		return math.Inf(1)
	}
	return float64(limit.Value) / core.Scale * boundLess
}

// orMost returns a limit's value, or the highest number where there is none.
func orMost(limit core.Optional) int64 { return limit.Or(core.Optional{Value: math.MaxInt64}).Value }

// renewBounds follows new limits or a new risk model.
func (g *Gate) renewBounds() {
	limits := g.limits
	b := bounds{
		isOn:       g.config.CheckRisk && g.config.AccountType == core.AccountTypeMargin,
		quoteAgeNs: orMost(limits.MaxQuoteAgeNs), orderNotional: math.Inf(1), orderShare: shareOf(limits.MaxOrderWeightPpb),
		grossShare: min(shareOf(limits.MaxLeveragePpb), shareOf(limits.MaxNetLeveragePpb), core.Scale/float64(g.marginMax)*boundLess),
		riskShare:  math.Inf(1),
		positions:  orMost(limits.MaxPositions), openOrders: min(orMost(limits.MaxOpenOrders), int64(g.config.OpenOrders)),
		openOrdersOf: orMost(limits.MaxOpenOrdersSymbol), validUntilNs: math.MaxInt64,
	}
	if limits.HasMaxOrderNotional {
		b.orderNotional = limits.MaxOrderNotional.Float64() / 1e18 * boundLess
	}
	v := &g.variance
	factor := v.multiplier * normalQuantile
	if limits.MaxPortfolioVarPpb.Set {
		b.riskShare = v.portfolioShare / (factor * max(v.scaleMax, v.defaultVol)) * boundLess
	}
	if v.model != nil && (limits.MaxPortfolioVarPpb.Set || limits.MaxPositionVarPpb.Set) {
		b.validUntilNs = v.model.ValidUntilNs
	}
	g.bounds = b
	for i := range g.Symbols {
		s := &g.Symbols[i]
		own := &s.limits
		s.bounds = symbolBounds{
			collar: own.collar.Or(core.Optional{Value: defaultCollarPpb}).Value, hasCollar: own.collar.Set,
			orderQuantity:    min(orMost(own.maxOrderQuantity), orMost(own.volumeShare)),
			positionQuantity: orMost(own.maxPositionQuantity),
			valueShare:       min(shareOf(own.maxPositionWeight), shareOf(limits.MaxConcentrationPpb)), riskShare: math.Inf(1),
		}
		if limits.MaxPositionVarPpb.Set && i < len(v.row) {
			s.bounds.riskShare = v.positionShare / (factor * v.deviation(uint32(i))) * boundLess
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
	market, instrument := &g.markets[t.Symbol], &g.config.Instruments[t.Symbol]
	if !market.IsOpen() || g.ctx.Now-market.LastTs > g.bounds.quoteAgeNs ||
		t.Quantity <= 0 || t.Quantity > s.bounds.orderQuantity || t.Quantity%instrument.Lot != 0 || !g.surelyBears(t, s) {
		return false
	}
	return g.surelyPriced(t, &s.bounds, instrument)
}

// hasRoom is the count of row 12; false says nothing.
func (g *Gate) hasRoom(symbol uint32) bool {
	return g.bounds.isOn && int64(g.OpenOrders) < g.bounds.openOrders &&
		int64(g.exposures[symbol].openOrders) < g.bounds.openOrdersOf
}

// surelyBears are rows 8 and 13 to 19.
func (g *Gate) surelyBears(t *Ticket, s *SymbolRisk) bool {
	if len(g.dirty) > 1 || !g.exposures[t.Symbol].dirty { // the symbol's own share is taken out below
		g.flush()
	}
	g.followRiskClock()
	h := &g.account.Holdings[t.Symbol]
	openBuy, openSell, _, _ := g.leaves(t)
	most, bounds := worst(h.Position, openBuy, openSell), &g.bounds
	if core.Abs64(most) > s.bounds.positionQuantity || g.held >= bounds.positions || g.ctx.Now > bounds.validUntilNs ||
		g.account.Equity.Hi < 0 {
		return false
	}
	gross, value := g.account.GrossBoundWith(t.Symbol, most)
	risk := g.amountAtRisk(t.Symbol, most)
	allRisk := g.riskBound - g.exposures[t.Symbol].atRisk + risk
	notional := account.WholeUnits(t.Quantity, h.Mark, h.Multiplier)
	equity := wholeUnits(g.account.Equity)
	return notional < account.WholeMax && gross < account.WholeMax && allRisk < account.WholeMax &&
		float64(notional) <= min(bounds.orderNotional, bounds.orderShare*equity) &&
		float64(value) <= s.bounds.valueShare*equity && float64(gross) <= bounds.grossShare*equity &&
		float64(risk) <= s.bounds.riskShare*equity && float64(allRisk) <= bounds.riskShare*equity
}

// wholeUnits returns an amount that is not negative in whole units of money, almost exactly.
func wholeUnits(x core.Int128) float64 {
	const word = (1 << 64) / 1e18
	return float64(float64(x.Hi)*word) + float64(float64(x.Lo>>1)*(2/1e18))
}

// surelyPriced are rows 3 and 6, for which the band on the near side is enough.
func (g *Gate) surelyPriced(t *Ticket, bounds *symbolBounds, instrument *core.Instrument) bool {
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
