package riskengine

import (
	"math"
	"math/rand/v2"
	"testing"

	"quartet.dev/go_engine/internal/account"
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/core/coretest"
	"quartet.dev/go_engine/internal/data_engine"
)

// plainVar is row 19's left side in the order of spec 9.10, without any shortcut.
func plainVar(config *core.Config, model *core.RiskModel, worsts []int64, price int64) float64 {
	n := make([]float64, len(worsts))
	for i, w := range worsts {
		n[i] = core.MulInt64(w, price).Float64() / 1e18
	}
	row := map[uint32]int{}
	for k, symbol := range model.Symbols {
		row[symbol] = k
	}
	v, g := 0.0, 0.0
	for i := range worsts {
		if worsts[i] == 0 {
			continue
		}
		a, inside := row[uint32(i)]
		if !inside {
			g += math.Abs(n[i])
			continue
		}
		sum := 0.0
		for j := range worsts {
			if b, has := row[uint32(j)]; has && worsts[j] != 0 {
				sum += float64(model.Covariance[a*len(model.Symbols)+b] * n[j])
			}
		}
		v += float64(n[i] * sum)
	}
	z := 2.3263478740408408
	kappa, s0 := core.PriceFloat(config.Risk.VarMultiplierPpb), core.PriceFloat(config.Risk.VarDefaultDailyVolPpb)
	return kappa * (float64(z*math.Sqrt(max(v, 0))) + float64(z*float64(s0*g)))
}

func TestPortfolioVarAgainstAPlainWalk(t *testing.T) {
	random := rand.New(rand.NewPCG(19, 20))
	for range 300 {
		symbols := 1 + random.IntN(12)
		config := coretest.Config(symbols)
		model := &core.RiskModel{ValidUntilNs: 1}
		for i := range symbols {
			if random.IntN(4) > 0 {
				model.Symbols = append(model.Symbols, uint32(i))
			}
		}
		width := len(model.Symbols)
		model.Covariance = make([]float64, width*width)
		wild := random.IntN(3) == 0
		for i := range width {
			model.Covariance[i*width+i] = random.Float64() * 1e-3
			for j := range i {
				x := (random.Float64() - 0.5) * 2
				if !wild {
					x *= math.Sqrt(model.Covariance[i*width+i] * model.Covariance[j*width+j])
				}
				model.Covariance[i*width+j], model.Covariance[j*width+i] = x, x
			}
		}
		config.RiskModel = model
		holdings := account.New(config)
		gate := New(&core.Context{}, config, holdings, dataengine.NewMarkets(symbols))
		worsts := make([]int64, symbols)
		for i := range worsts {
			worsts[i] = (random.Int64N(9) - 4) * unit
			holdings.SetMark(uint32(i), 100*unit)
			holdings.LoadPosition(uint32(i), worsts[i], unit)
			gate.PositionChanged(uint32(i))
		}
		gate.flush()
		tested := uint32(random.IntN(symbols))
		worsts[tested] = (random.Int64N(9) - 4) * unit
		expected := plainVar(config, model, worsts, 100*unit)
		for _, share := range []float64{0, 0.3, 0.999, 1, 1.001, 3} {
			left, passes := gate.portfolioVar(tested, worsts[tested], expected*share)
			if passes != (expected <= expected*share) || (!passes && left != expected) {
				t.Fatalf("var is %v and passes %v, expected %v against %v", left, passes, expected, expected*share)
			}
		}
	}
}

func TestVarOfAStaleModel(t *testing.T) {
	d := newDesk(func(c *core.Config) {
		c.Risk.MaxPortfolioVarPpb = value(core.Scale)
		c.RiskModel = &core.RiskModel{Symbols: []uint32{0}, Covariance: []float64{1e-4}, ValidUntilNs: 5}
	})
	if refusal := d.pass(limitBuy(100*unit, unit)); refusal.Refused() {
		t.Errorf("within its time: %v", refusal.Code)
	}
	d.ctx.Now = 6
	if refusal := d.pass(limitBuy(100*unit, unit)); refusal.Code != core.CodeVarStale || refusal.Limit != core.FromInt64(5) {
		t.Errorf("after its time: %+v", refusal)
	}
}
