package account

import (
	"math/rand/v2"
	"testing"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/core/coretest"
)

const unit = coretest.Unit

// balance fails where the books do not close (spec 6.4, 8.1).
func balance(t *testing.T, a *Account, expected core.Int128) {
	t.Helper()
	books, equity := a.Cash, a.Cash
	for i := range a.Holdings {
		h := &a.Holdings[i]
		books = books.Add(h.Cost)
		equity = equity.Add(core.MulInt64(h.Position, h.Mark).Mul(h.Multiplier))
		if a.Held.Has(i) != (h.Position != 0) {
			t.Fatalf("symbol %d is held: %v, position %d", i, a.Held.Has(i), h.Position)
		}
	}
	if books != expected.Add(a.Realised).Sub(a.Fees) {
		t.Fatalf("the books do not close: %v, expected %v", books, expected.Add(a.Realised).Sub(a.Fees))
	}
	if equity != a.Equity {
		t.Fatalf("equity is %v, expected %v", a.Equity, equity)
	}
}

func TestBooksClose(t *testing.T) {
	config := coretest.Config(3)
	config.Venue.MakerFeePpb, config.Venue.TakerFeePpb = -12_345, 67_891
	config.Instruments[1].Multiplier = 50
	a := New(config)
	random := rand.New(rand.NewPCG(15, 16))
	flows := config.InitialCash
	for range 5000 {
		symbol := uint32(random.IntN(3))
		price, quantity := (50+random.Int64N(100))*unit/7, (1+random.Int64N(20))*unit/3
		switch random.IntN(5) {
		case 0:
			a.SetMark(symbol, price)
		case 1:
			amount := core.FromInt64(random.Int64() - 1<<62)
			flows = flows.Add(amount)
			a.CashFlow(amount)
		default:
			side, liquidity := core.SideBuy, core.LiquidityMaker
			if random.IntN(2) == 0 {
				side = core.SideSell
			}
			if random.IntN(2) == 0 {
				liquidity = core.LiquidityTaker
			}
			a.Fill(symbol, side, price, quantity, liquidity)
		}
		balance(t, a, flows)
	}
	before := a.Equity
	a.Revalue()
	if a.Equity != before {
		t.Errorf("revalued equity is %v, expected %v", a.Equity, before)
	}
}

func TestRoundTripRealisesTheDifference(t *testing.T) {
	config := coretest.Config(1)
	config.Venue.TakerFeePpb = 1_000_000
	a := New(config)
	fee := a.Fill(0, core.SideBuy, 100*unit, 3*unit, core.LiquidityTaker)
	if fee != core.MulInt64(3*unit/10, unit) {
		t.Errorf("fee is %v", fee)
	}
	a.Fill(0, core.SideSell, 110*unit, 5*unit, core.LiquidityTaker)
	h := &a.Holdings[0]
	if a.Realised != coretest.Money(30) || h.Position != -2*unit || h.Cost != coretest.Money(-220) || h.Mark != 100*unit {
		t.Errorf("realised %v, holding %+v", a.Realised, h)
	}
}

func TestRiskPriceFollowsTheRiskClock(t *testing.T) {
	a := New(coretest.Config(2))
	a.SetMark(0, 100)
	a.SetMark(0, 101)
	if price, has := a.RiskPrice(0); price != 100 || !has {
		t.Errorf("the first mark is the risk price: %d", price)
	}
	a.RenewRiskPrices()
	a.SetMark(0, 102)
	if price, _ := a.RiskPrice(0); price != 101 {
		t.Errorf("the risk price is the mark when the clock ticked: %d", price)
	}
	if _, has := a.RiskPrice(1); has {
		t.Error("a symbol without a mark has no risk price")
	}
}

func TestLoadPositionMovesReferences(t *testing.T) {
	config := coretest.Config(1)
	config.Instruments[0].ReferencePrice = coretest.Value(90 * unit)
	a := New(config)
	a.LoadPosition(0, -4*unit, 100*unit)
	if a.Equity != config.InitialCash.Add(coretest.Money(-360)) || a.High != a.Equity || a.SessionOpen != a.Equity {
		t.Errorf("equity %v, H %v, E_open %v", a.Equity, a.High, a.SessionOpen)
	}
	if a.Holdings[0].Cost != coretest.Money(-400) || a.Holdings[0].Mark != 90*unit {
		t.Errorf("holding is %+v", a.Holdings[0])
	}
}

func TestAccountRecord(t *testing.T) {
	a := New(coretest.Config(1))
	a.Fill(0, core.SideBuy, 100*unit, unit, core.LiquidityMaker)
	ctx := &core.Context{EventIndex: 7}
	a.Record(ctx, 0, core.AccountCauseFill)
	a.Record(ctx, core.NoSymbol, core.AccountCauseCash)
	records := ctx.Output.Take(nil).Bytes()
	if core.GetInt128(records[96:]) != a.Holdings[0].Cost || core.GetInt128(records[core.RecordSize+96:]) != (core.Int128{}) {
		t.Error("an engine's record has no cost, a symbol's has its own")
	}
}

// TestCoarseAmountsAreBounds draws amounts of all sizes.
func TestCoarseAmountsAreBounds(t *testing.T) {
	random := rand.New(rand.NewPCG(61, 62))
	held := 0
	for range 20000 {
		position, price := random.Int64()>>random.IntN(63), random.Int64()>>(1+random.IntN(62))
		if random.IntN(2) == 0 {
			position = -position
		}
		multiplier := 1 + random.Int64N(2)
		size := core.MulInt64(position, price).Mul(multiplier).Abs()
		if upper := Coarse(position, price, multiplier); upper == CoarseMax {
			held++
		} else if core.MulInt64(upper, 1<<coarseBits).Less(size) || upper > CoarseMax {
			t.Fatalf("%d coarse units are less than %v", upper, size)
		}
		if lower := CoarseBelow(size); lower < 0 || size.Less(core.MulInt64(lower, 1<<coarseBits)) {
			t.Fatalf("%d coarse units are more than %v", lower, size)
		}
	}
	if held < 100 {
		t.Errorf("%d amounts are beyond the most", held)
	}
}
