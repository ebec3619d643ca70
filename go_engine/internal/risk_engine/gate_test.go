package riskengine

import (
	"testing"

	"quartet.dev/go_engine/internal/account"
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/core/coretest"
	"quartet.dev/go_engine/internal/data_engine"
)

const unit = coretest.Unit

// desk is a gate with what it looks at; symbol 0 is quoted 99 to 101.
type desk struct {
	ctx     *core.Context
	config  *core.Config
	account *account.Account
	markets *dataengine.Markets
	gate    *Gate
}

func newDesk(changes ...func(*core.Config)) *desk {
	config := coretest.Config(3)
	for _, change := range changes {
		change(config)
	}
	d := &desk{ctx: &core.Context{}, config: config, account: account.New(config), markets: dataengine.NewMarkets(3)}
	d.gate = New(d.ctx, config, d.account, d.markets)
	d.markets.Tops[0].SetQuote(99*unit, 101*unit, unit, unit)
	d.markets.Tops[0].SeenQuote(0, 0)
	d.account.SetMark(0, 100*unit)
	return d
}

// pass runs a ticket through the rows.
func (d *desk) pass(t Ticket) Refusal {
	t.DesiredPrice, t.DesiredQuantity = t.Price, t.Quantity
	refusal := d.gate.Before(&t)
	if !refusal.Refused() {
		_, refusal = d.gate.After(&t)
	}
	return refusal
}

func limitBuy(price, quantity int64) Ticket {
	return Ticket{Side: core.SideBuy, Type: core.OrderTypeLimit, Price: price, Quantity: quantity}
}

func limitSell(price, quantity int64) Ticket {
	return Ticket{Side: core.SideSell, Type: core.OrderTypeLimit, Price: price, Quantity: quantity}
}

func risk(change func(*core.RiskLimits)) func(*core.Config) {
	return func(config *core.Config) { change(config.Risk) }
}

func value(v int64) core.Optional { return coretest.Value(v) }

func TestRows(t *testing.T) {
	buy := limitBuy(100*unit, 10*unit)
	market := Ticket{Side: core.SideBuy, Type: core.OrderTypeMarket, Quantity: unit}
	none := func(*desk) {}
	for _, item := range []struct {
		name     string
		config   func(*core.Config)
		prepare  func(*desk)
		ticket   Ticket
		expected core.Code
	}{
		{"plain", nil, none, buy, core.CodeNone},
		{"killed engine", nil, func(d *desk) { d.gate.Level = core.LevelKilled }, buy, core.CodeKilled},
		{"killed symbol", nil, func(d *desk) { d.gate.Symbols[0].Level = core.LevelKilled }, buy, core.CodeKilled},
		{"reduce only", nil, func(d *desk) { d.gate.Level = core.LevelReduceOnly }, buy, core.CodeReduceOnly},
		{"reducing", nil, func(d *desk) {
			d.gate.Level = core.LevelReduceOnly
			d.account.LoadPosition(0, -10*unit, unit)
		}, buy, core.CodeNone},
		{"lot", nil, none, limitBuy(100*unit, unit/2), core.CodeBadLot},
		{"no quantity", nil, none, limitBuy(100*unit, 0), core.CodeBadLot},
		{"price", nil, none, limitBuy(0, unit), core.CodeBadLimitPrice},
		{"tick", nil, none, limitBuy(100*unit+1, unit), core.CodeBadTick},
		{"halted", nil, func(d *desk) { d.markets.Tops[0].Halted = true }, buy, core.CodeHalted},
		{"status halted", nil, func(d *desk) { d.markets.Tops[0].Status = uint8(core.StatusHalted) }, buy, core.CodeHalted},
		{"closed", nil, func(d *desk) { d.markets.Tops[0].Status = uint8(core.StatusClosed) }, buy, core.CodeClosed},
		{"band", nil, func(d *desk) { d.markets.SetBand(0, true, 0, 99*unit) }, buy, core.CodeLuldBand},
		{"band of a market order without collar", nil, func(d *desk) { d.markets.SetBand(0, true, 0, 99*unit) },
			market, core.CodeNone},
		{"band of a market order", risk(func(r *core.RiskLimits) { r.PriceCollarPpb = value(50_000_000) }),
			func(d *desk) { d.markets.SetBand(0, true, 0, 104*unit) }, market, core.CodeLuldBand},
		{"short sale", nil, func(d *desk) { d.markets.Tops[0].Status = uint8(core.StatusShortSale) }, limitSell(99*unit, unit), core.CodeShortSale},
		{"short sale above the bid", nil, func(d *desk) { d.markets.Tops[0].Status = uint8(core.StatusShortSale) }, limitSell(100*unit, unit), core.CodeNone},
		{"no locate", nil, func(d *desk) { d.markets.Tops[0].Status = uint8(core.StatusNoLocate) }, limitSell(100*unit, unit), core.CodeNoLocate},
		{"long sale", nil, func(d *desk) {
			d.markets.Tops[0].Status = uint8(core.StatusNoLocate)
			d.account.LoadPosition(0, unit, unit)
		}, limitSell(100*unit, unit), core.CodeNone},
		{"restricted", nil, func(d *desk) { d.markets.Tops[0].Status = uint8(core.StatusRestricted) }, buy, core.CodeRestricted},
		{"stale", risk(func(r *core.RiskLimits) { r.MaxQuoteAgeNs = value(5) }), func(d *desk) { d.markets.Tops[0].Stale = true }, buy, core.CodeStaleData},
		{"old", risk(func(r *core.RiskLimits) { r.MaxQuoteAgeNs = value(5) }), func(d *desk) { d.ctx.Now = 6 }, buy, core.CodeStaleData},
		{"not old", risk(func(r *core.RiskLimits) { r.MaxQuoteAgeNs = value(5) }), func(d *desk) { d.ctx.Now = 5 }, buy, core.CodeNone},
		{"no reference", nil, none, Ticket{Symbol: 1, Side: core.SideBuy, Type: core.OrderTypeMarket, Quantity: unit}, core.CodeNoReference},
		{"limit order without collar needs none", nil, none, Ticket{Symbol: 1, Side: core.SideBuy, Type: core.OrderTypeLimit, Price: unit,
			Quantity: unit}, core.CodeNone},
		{"collar above", risk(func(r *core.RiskLimits) { r.PriceCollarPpb = value(10_000_000) }), none, limitBuy(102*unit, unit), core.CodePriceCollar},
		{"collar below", risk(func(r *core.RiskLimits) { r.PriceCollarPpb = value(10_000_000) }), none, limitBuy(98*unit, unit), core.CodePriceCollar},
		{"far collar", risk(func(r *core.RiskLimits) {
			r.PriceCollarPpb, r.PriceCollarFarPpb = value(10_000_000), value(30_000_000)
		}), none, limitBuy(98*unit, unit), core.CodeNone},
		{"size", risk(func(r *core.RiskLimits) { r.MaxOrderQuantity = value(9 * unit) }), none, buy, core.CodeOrderSize},
		{"notional", risk(func(r *core.RiskLimits) { r.HasMaxOrderNotional, r.MaxOrderNotional = true, coretest.Money(999) }), none, buy,
			core.CodeOrderNotional},
		{"weight", risk(func(r *core.RiskLimits) { r.MaxOrderWeightPpb = value(9_999_999) }), none, buy, core.CodeOrderNotional},
		{"volume", func(c *core.Config) {
			c.Risk.MaxAdvSharePpb = value(100_000_000)
			c.Instruments[0].AverageDailyVolume = value(99 * unit)
		}, none, buy, core.CodeAdvShare},
		{"capacity", nil, func(d *desk) { d.gate.OpenOrders = 64 }, buy, core.CodeOpenOrders},
		{"open orders", risk(func(r *core.RiskLimits) { r.MaxOpenOrders = value(1) }), func(d *desk) { d.gate.OrderOpened(1) }, buy, core.CodeOpenOrders},
		{"open orders of the symbol", risk(func(r *core.RiskLimits) { r.MaxOpenOrdersSymbol = value(1) }),
			func(d *desk) { d.gate.OrderOpened(0) }, buy, core.CodeOpenOrders},
		{"margin", risk(func(r *core.RiskLimits) { r.InitialMarginPpb = value(core.Scale) }), none, limitBuy(100*unit, 1001*unit), core.CodeBuyingPower},
		{"cash", func(c *core.Config) { c.AccountType = core.AccountTypeCash }, none, limitBuy(100*unit, 1001*unit), core.CodeBuyingPower},
		{"reserved cash", func(c *core.Config) { c.AccountType = core.AccountTypeCash }, func(d *desk) {
			d.gate.ChangeLeaves(1, core.SideBuy, unit)
			d.gate.ChangeReserved(coretest.Money(99_500))
		}, buy, core.CodeBuyingPower},
		{"shares", func(c *core.Config) { c.AccountType = core.AccountTypeCash }, none, limitSell(100*unit, unit), core.CodeBuyingPower},
		{"position weight", risk(func(r *core.RiskLimits) { r.MaxPositionWeightPpb = value(9_999_999) }), none, buy, core.CodeMaxPosition},
		{"position", risk(func(r *core.RiskLimits) { r.MaxPositionQuantity = value(9 * unit) }), none, buy, core.CodeMaxPosition},
		{"positions", risk(func(r *core.RiskLimits) { r.MaxPositions = value(1) }), func(d *desk) { d.gate.ChangeLeaves(1, core.SideSell, unit) },
			buy, core.CodeMaxPositions},
		{"concentration", risk(func(r *core.RiskLimits) { r.MaxConcentrationPpb = value(9_999_999) }), none, buy, core.CodeConcentration},
		{"leverage", risk(func(r *core.RiskLimits) { r.MaxLeveragePpb = value(9_999_999) }), none, buy, core.CodeLeverage},
		{"net leverage", risk(func(r *core.RiskLimits) { r.MaxNetLeveragePpb = value(9_999_999) }), none, buy, core.CodeLeverage},
		{"position var", risk(func(r *core.RiskLimits) { r.MaxPositionVarPpb = value(100_000) }), none, buy, core.CodePositionVar},
		{"portfolio var", risk(func(r *core.RiskLimits) { r.MaxPortfolioVarPpb = value(100_000) }), none, buy, core.CodePortfolioVar},
		{"drawdown", risk(func(r *core.RiskLimits) { r.MaxDrawdownPpb = value(1) }), func(d *desk) { d.gate.DrawdownLatched = true }, buy, core.CodeDrawdown},
		{"daily loss", nil, func(d *desk) { d.gate.DailyLossLatched = true }, buy, core.CodeDailyLoss},
	} {
		change := item.config
		if change == nil {
			change = func(*core.Config) {}
		}
		d := newDesk(change)
		item.prepare(d)
		if refusal := d.pass(item.ticket); refusal.Code != item.expected {
			t.Errorf("%s: %v, expected %v", item.name, refusal.Code, item.expected)
		}
	}
}

func TestUncheckedGateKeepsTheCollar(t *testing.T) {
	d := newDesk(func(c *core.Config) { c.CheckRisk = false })
	ticket := Ticket{Side: core.SideSell, Type: core.OrderTypeMarket, Quantity: unit}
	if refusal := d.gate.Before(&ticket); refusal.Refused() || ticket.Price != 95*unit {
		t.Errorf("collar price is %d, %v", ticket.Price, refusal.Code)
	}
	if refusal := d.pass(limitBuy(5000*unit, 1_000_000*unit)); refusal.Refused() {
		t.Errorf("rows 5 to 21 are off: %v", refusal.Code)
	}
	if _, tested := d.gate.SelfTrade(); tested {
		t.Error("row 12 is off")
	}
}

func TestReplaceTakesOldLeavesOut(t *testing.T) {
	d := newDesk(risk(func(r *core.RiskLimits) { r.MaxPositionQuantity = value(10 * unit) }))
	d.gate.OrderOpened(0)
	d.gate.ChangeLeaves(0, core.SideBuy, 8*unit)
	ticket := limitBuy(100*unit, 10*unit)
	if refusal := d.pass(ticket); refusal.Code != core.CodeMaxPosition {
		t.Errorf("a second order: %v", refusal.Code)
	}
	ticket.Replaces, ticket.OldLeaves = true, 8*unit
	if refusal := d.pass(ticket); refusal.Refused() {
		t.Errorf("a replacement: %v", refusal.Code)
	}
}
