// Package riskengine holds the pre-trade rows, exposures, rate and duplicate memories, VaR and the halts.
package riskengine

import (
	"quartet.dev/go_engine/internal/account"
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
)

// Ticket is an order, or the new terms of one, under test.
type Ticket struct {
	Symbol   uint32
	Side     core.Side
	Type     core.OrderType
	Price    int64 // a MARKET order gets its collar limit in row 6
	Quantity int64 // leaves asked for
	// DesiredPrice and DesiredQuantity are the terms before the rows changed them.
	DesiredPrice    int64
	DesiredQuantity int64
	Flatten         bool
	// Replaces: the order's present share of the exposures is OldLeaves and OldReserved. NotMore: the same price and
	// no more leaves than before.
	Replaces    bool
	NotMore     bool
	OldLeaves   int64
	OldReserved core.Int128
	proved      int64 // the quantity for which all rows but 10 to 12 surely pass
}

// Refusal is the row that failed, or none.
type Refusal struct {
	Code         core.Code
	Limit, Value core.Int128
}

// Refused tells whether a row failed.
func (r *Refusal) Refused() bool { return r.Code != core.CodeNone }

// Approved is a ticket that passed every row; the gate alone makes it, and only it reaches a venue.
type Approved struct{ ticket *Ticket }

// Ticket returns the approved terms.
func (a Approved) Ticket() *Ticket { return a.ticket }

// instrumentLimits are the limits in force for the symbols of an instrument, its own first, and bounds that they give.
type instrumentLimits struct {
	collar, collarFar, maxOrderQuantity, maxPositionWeight, maxPositionQuantity, initialMargin core.Optional
	volumeShare                                                                                core.Optional // of adv

	bounds instrumentBounds
}

// Gate tests orders and keeps what the tests need.
type Gate struct {
	Level            core.Level
	Flatten          bool
	DrawdownLatched  bool
	DailyLossLatched bool
	Bucket           Bucket
	Symbols          []SymbolRisk
	Flattening       core.Bitset // symbols whose flatten is set
	OpenOrders       int

	duplicates duplicateMemory
	ctx        *core.Context
	config     *core.Config
	limits     *core.RiskLimits
	account    *account.Account
	markets    *dataengine.Markets
	held       int64       // symbols with a worst position other than 0, as of the last flush
	active     core.Bitset // those symbols
	dirty      []uint32
	reserved   core.Int128
	// An upper bound of the amount at risk in coarse units, at the risk prices of an epoch.
	riskBound int64
	riskEpoch uint32
	marginMax int64 // the highest initial margin of any symbol
	// A billionth of equity, rounded down, and the equity that it is of.
	equityPart, equityParted core.Int128
	variance                 variance
	bounds                   bounds
	alarm                    core.Int128 // at or below this equity a halt may be due
}

// SymbolRisk is the gate's state of one symbol.
type SymbolRisk struct {
	open       [2]int64          // leaves of buys, of sells
	atRisk     int64             // its share of the risk bound
	limits     *instrumentLimits // shared by equal instruments
	Bucket     Bucket
	accepted   chain // of the duplicate memory
	openOrders int32
	dirty      bool // its worst position is to be computed anew
	Level      core.Level
	Flatten    bool
}

// New returns the gate of a configuration before its first event.
func New(ctx *core.Context, config *core.Config, holdings *account.Account, markets *dataengine.Markets) *Gate {
	count := len(config.Instruments)
	g := &Gate{
		Level: core.LevelRun, Symbols: make([]SymbolRisk, count), Flattening: core.NewBitset(count),
		ctx: ctx, config: config, account: holdings, markets: markets,
		active: core.NewBitset(count),
	}
	for i := range g.Symbols {
		g.Symbols[i].Level = core.LevelRun
	}
	g.SetLimits(config.Risk)
	g.Bucket.fill(config.Risk.MaxOrdersPerSecond)
	for i := range g.Symbols {
		g.Symbols[i].Bucket.fill(config.Risk.MaxOrdersPerSecondSymbol)
	}
	g.SetModel(config.RiskModel)
	return g
}

// SetLimits puts limits in force (spec 11.3); buckets keep their tokens, held to the new burst (spec 9.6).
func (g *Gate) SetLimits(limits *core.RiskLimits) {
	g.limits, g.marginMax = limits, 0
	g.variance.varLimits = varLimitsOf(limits)
	g.Bucket.hold(limits.MaxOrdersPerSecond)
	shared := make(map[*core.Instrument]*instrumentLimits)
	for i, instrument := range g.config.Instruments {
		symbol := &g.Symbols[i]
		symbol.Bucket.hold(limits.MaxOrdersPerSecondSymbol)
		if symbol.limits = shared[instrument]; symbol.limits == nil {
			symbol.limits = limitsOf(instrument, limits)
			shared[instrument] = symbol.limits
		}
		g.marginMax = max(g.marginMax, symbol.limits.initialMargin.Value)
	}
	g.renewBounds()
	g.HaltsChanged()
}

// limitsOf returns the limits in force for an instrument.
func limitsOf(instrument *core.Instrument, limits *core.RiskLimits) *instrumentLimits {
	out := &instrumentLimits{
		collar:              instrument.PriceCollarPpb.Or(limits.PriceCollarPpb),
		collarFar:           instrument.PriceCollarFarPpb.Or(limits.PriceCollarFarPpb),
		maxOrderQuantity:    instrument.MaxOrderQuantity.Or(limits.MaxOrderQuantity),
		maxPositionWeight:   instrument.MaxPositionWeightPpb.Or(limits.MaxPositionWeightPpb),
		maxPositionQuantity: instrument.MaxPositionQuantity.Or(limits.MaxPositionQuantity),
		initialMargin:       instrument.InitialMarginPpb.Or(limits.InitialMarginPpb),
	}
	if volume := instrument.AverageDailyVolume; limits.MaxAdvSharePpb.Set && volume.Set {
		share := core.Cap(limits.MaxAdvSharePpb.Value, core.FromInt64(volume.Value))
		out.volumeShare = core.Optional{Value: share.Int64(), Set: true}
	}
	out.bounds = instrumentBounds{
		collar: out.collar.Or(core.Optional{Value: defaultCollarPpb}).Value, hasCollar: out.collar.Set,
		orderQuantity: min(orMost(out.maxOrderQuantity), orMost(out.volumeShare)), positionQuantity: orMost(out.maxPositionQuantity),
		valueShare: min(orMost(out.maxPositionWeight), orMost(limits.MaxConcentrationPpb)),
	}
	return out
}

// SetModel puts a risk model in force; nil is none.
func (g *Gate) SetModel(model *core.RiskModel) {
	g.variance.set(model, len(g.Symbols))
	g.renewBounds()
}

// SelfTrade returns the rule of row 12, and whether row 12 is tested at all.
func (g *Gate) SelfTrade() (core.SelfTrade, bool) { return g.limits.SelfTrade, g.config.CheckRisk }

// Before tests rows 1 to 11 (spec 9.3).
func (g *Gate) Before(t *Ticket) (refusal Refusal) {
	if g.surelyPasses(t) {
		t.proved = t.Quantity
		return g.counts(t)
	}
	reducing := g.reducing(t)
	if code := g.levels(t, reducing); code != core.CodeNone {
		refusal.Code = code
		return refusal
	}
	if code := g.terms(t); code != core.CodeNone {
		refusal.Code = code
		return refusal
	}
	if code := g.status(t); code != core.CodeNone {
		refusal.Code = code
		return refusal
	}
	if g.config.CheckRisk && !t.Flatten {
		if refusal = g.staleData(t); refusal.Refused() {
			return refusal
		}
	}
	if !t.NotMore {
		if refusal = g.collar(t); refusal.Refused() {
			return refusal
		}
	}
	if !g.config.CheckRisk || t.Flatten {
		return refusal
	}
	if !t.NotMore {
		if refusal = g.size(t, reducing); refusal.Refused() {
			return refusal
		}
	}
	return g.counts(t)
}

// counts are rows 10 and 11.
func (g *Gate) counts(t *Ticket) (refusal Refusal) {
	if g.duplicate(t) {
		refusal.Code = core.CodeDuplicateOrder
		return refusal
	}
	return g.rate(t)
}

// After tests row 12's count and rows 13 to 21; the ticket that passes is approved, its tokens and memory are written.
func (g *Gate) After(t *Ticket) (approved Approved, refusal Refusal) {
	if !t.Replaces && !g.hasRoom(t.Symbol) {
		if refusal = g.openOrders(t); refusal.Refused() {
			return approved, refusal
		}
	}
	if g.config.CheckRisk {
		if t.Quantity != t.proved && !t.NotMore && !g.reducing(t) {
			if refusal = g.positions(t); refusal.Refused() {
				return approved, refusal
			}
		}
		if !t.Flatten {
			g.charge(t)
		}
	}
	approved.ticket = t
	return approved, refusal
}

// levels are rows 1 and 2.
func (g *Gate) levels(t *Ticket, reducing bool) core.Code {
	if t.Flatten {
		return core.CodeNone
	}
	symbol := g.Symbols[t.Symbol].Level
	if g.Level == core.LevelKilled || symbol == core.LevelKilled {
		return core.CodeKilled
	}
	if !reducing && (g.Level == core.LevelReduceOnly || symbol == core.LevelReduceOnly) {
		return core.CodeReduceOnly
	}
	return core.CodeNone
}

// terms is row 3.
func (g *Gate) terms(t *Ticket) core.Code {
	instrument := g.config.Instruments[t.Symbol]
	if t.Quantity <= 0 || t.Quantity%instrument.Lot != 0 {
		return core.CodeBadLot
	}
	if t.Type != core.OrderTypeMarket {
		if t.Price < instrument.PriceMin || t.Price > instrument.PriceMax {
			return core.CodeBadLimitPrice
		}
		if t.Price%instrument.Tick != 0 {
			return core.CodeBadTick
		}
	}
	return core.CodeNone
}

// status is row 4.
func (g *Gate) status(t *Ticket) core.Code {
	market := &g.markets.Tops[t.Symbol]
	if !market.Halted && market.Status == 0 && !market.HasBand {
		return core.CodeNone
	}
	has := func(bit core.Status) bool { return market.Status&uint8(bit) != 0 }
	switch {
	case market.Halted || has(core.StatusHalted):
		return core.CodeHalted
	case has(core.StatusClosed):
		return core.CodeClosed
	case market.HasBand && g.outsideBand(t):
		return core.CodeLuldBand
	}
	if t.Side == core.SideSell && g.short(t) {
		bid, present := market.Best(core.SideBuy)
		above := present && t.Type != core.OrderTypeMarket && t.Price > bid
		if has(core.StatusShortSale) && !above {
			return core.CodeShortSale
		}
		if has(core.StatusNoLocate) {
			return core.CodeNoLocate
		}
	}
	if has(core.StatusRestricted) {
		return core.CodeRestricted
	}
	return core.CodeNone
}

func (g *Gate) outsideBand(t *Ticket) bool {
	price := t.Price
	if t.Type == core.OrderTypeMarket {
		h := &g.account.Holdings[t.Symbol]
		collar := g.Symbols[t.Symbol].limits.collar
		if !h.HasMark || !collar.Set {
			return false
		}
		price = g.collarPrice(t, h.Mark, g.band(t.Symbol, collar.Value, h.Mark))
	}
	low, high := g.markets.Band(t.Symbol)
	if t.Side == core.SideBuy {
		return price > high
	}
	return price < low
}
