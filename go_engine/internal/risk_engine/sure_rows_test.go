package riskengine

import (
	"math/rand/v2"
	"testing"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/core/coretest"
)

// anyLimits draws limits around what the orders of TestSureRowsNeverErr ask for; each is absent now and then.
func anyLimits(random *rand.Rand, config *core.Config) {
	around := func(v int64) core.Optional {
		if random.IntN(3) == 0 {
			return core.Optional{}
		}
		return value(v/4 + random.Int64N(2*v))
	}
	r := config.Risk
	r.MaxQuoteAgeNs, r.PriceCollarPpb, r.PriceCollarFarPpb = around(10), around(20_000_000), around(40_000_000)
	r.MaxOrderQuantity, r.MaxOrderWeightPpb, r.MaxAdvSharePpb = around(500*unit), around(400_000_000), around(100_000_000)
	r.HasMaxOrderNotional, r.MaxOrderNotional = random.IntN(2) == 0, coretest.Money(random.Int64N(100_000))
	r.InitialMarginPpb, r.MaxPositionWeightPpb = around(500_000_000), around(500_000_000)
	r.MaxPositionQuantity, r.MaxPositions, r.MaxConcentrationPpb = around(500*unit), around(2), around(500_000_000)
	r.MaxLeveragePpb, r.MaxNetLeveragePpb = around(core.Scale), around(core.Scale)
	r.MaxPositionVarPpb, r.MaxPortfolioVarPpb = around(20_000_000), around(40_000_000)
	config.Instruments[0].AverageDailyVolume = around(5000 * unit)
	config.Instruments[random.IntN(3)].Multiplier = 1 + random.Int64N(9)
	if random.IntN(2) == 0 {
		config.RiskModel = &core.RiskModel{Symbols: []uint32{0, 1}, Covariance: []float64{1e-4, 2e-5, 2e-5, 4e-4}, ValidUntilNs: 12}
	}
}

// plainly runs a ticket through the exact rows.
func (g *Gate) plainly(t *Ticket) Refusal {
	g.bounds.isOn = false
	defer func() { g.bounds.isOn = true }()
	refusal := g.Before(t)
	if !refusal.Refused() {
		_, refusal = g.After(t)
	}
	return refusal
}

// TestSureRowsNeverErr compares the bounds with the exact rows: what they prove passes, at the same price.
func TestSureRowsNeverErr(t *testing.T) {
	random := rand.New(rand.NewPCG(31, 32))
	proved, refused := 0, 0
	for range 4000 {
		d := newDesk(func(c *core.Config) { anyLimits(random, c) })
		for range 5 {
			symbol := uint32(random.IntN(3))
			d.gate.FirstMark(symbol)
			d.account.SetMark(symbol, (random.Int64N(130)-5)*unit)
			d.account.LoadPosition(symbol, (random.Int64N(401)-200)*unit, unit)
			d.gate.PositionChanged(symbol)
			d.gate.ChangeLeaves(uint32(random.IntN(3)), core.SideBuy+core.Side(random.IntN(2)), random.Int64N(50)*unit)
			d.account.SetMark(symbol, (random.Int64N(130)-5)*unit)
			if random.IntN(3) == 0 {
				d.account.RenewRiskPrices()
			}
		}
		d.ctx.Now = random.Int64N(15)
		ticket := Ticket{
			Side: core.SideBuy + core.Side(random.IntN(2)), Type: core.OrderTypeLimit, Quantity: random.Int64N(400) * unit,
			Price: 90*unit + random.Int64N(2000)*unit/100,
		}
		if random.IntN(2) == 0 {
			ticket.Type, ticket.Price = core.OrderTypeMarket, 0
		}
		sure, exact := ticket, ticket
		isProved := d.gate.surelyPasses(&sure)
		refusal := d.gate.plainly(&exact)
		if !isProved && sure != ticket {
			t.Fatalf("what is not proved stays as it was: %+v", sure)
		}
		if isProved && (refusal.Refused() || sure.Price != exact.Price) {
			t.Fatalf("%+v is proved at %d; exactly: %v at %d", ticket, sure.Price, refusal.Code, exact.Price)
		}
		if isProved {
			proved++
		} else if refusal.Refused() {
			refused++
		}
	}
	if proved < 200 || refused < 200 {
		t.Errorf("%d orders are proved, %d are refused", proved, refused)
	}
}
