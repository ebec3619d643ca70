// Value at risk with the given covariance, in the contract's order of operations (spec 9.10).

package riskengine

import (
	"math"

	"quartet.dev/go_engine/internal/core"
)

const normalQuantile = 2.3263478740408408

// variance is the risk model in force, the limits as floats and the room to sum.
type variance struct {
	varLimits
	model    *core.RiskModel
	row      []int32   // by symbol: its row of the covariance, -1 outside the model; none without one
	scale    []float64 // by row: |covariance| of two rows is at most the product of their scales
	scaleMax float64
	// By row, the one outside the model first: bounds of position value at risk; none without such a limit.
	riskShares []int64
	rows       []int32 // of the symbols summed over
	notionals  []float64
	cached     []riskNotional // by symbol, once one was asked for
}

// varLimits are the limits of rows 18 and 19 as the formulas use them.
type varLimits struct {
	multiplier, defaultVol        float64 // kappa and s0
	positionShare, portfolioShare float64
}

// varLimitsOf turns limits into floats, once.
func varLimitsOf(limits *core.RiskLimits) varLimits {
	return varLimits{
		core.PriceFloat(limits.VarMultiplierPpb), core.PriceFloat(limits.VarDefaultDailyVolPpb),
		core.PriceFloat(limits.MaxPositionVarPpb.Value), core.PriceFloat(limits.MaxPortfolioVarPpb.Value),
	}
}

// riskNotional remembers n_j of spec 9.10 for a worst position and a risk price.
type riskNotional struct {
	worst, price int64
	value        float64
}

func (v *variance) set(model *core.RiskModel, symbols int) {
	*v = variance{varLimits: v.varLimits, model: model}
	if model == nil {
		return
	}
	v.row = make([]int32, symbols)
	for i := range v.row {
		v.row[i] = -1
	}
	for k, symbol := range model.Symbols {
		v.row[symbol] = int32(k)
	}
	v.rows = make([]int32, 0, len(model.Symbols))
	v.notionals = make([]float64, 0, len(model.Symbols))
	v.scale = scales(model.Covariance, len(model.Symbols))
	for _, scale := range v.scale {
		v.scaleMax = max(v.scaleMax, scale)
	}
}

// scales returns the deviations where they bound the covariances, as in every true covariance; else one bound for all.
func scales(covariance []float64, width int) []float64 {
	out := make([]float64, width)
	for i := range out {
		out[i] = math.Sqrt(covariance[i*width+i])
	}
	largest, bounded := 0.0, true
	for i := range width {
		for j := range width {
			size := math.Abs(covariance[i*width+j])
			largest = max(largest, size)
			bounded = bounded && size <= out[i]*out[j]*(1+boundSlack)
		}
	}
	if !bounded {
		for i := range out {
			out[i] = math.Sqrt(largest)
		}
	}
	return out
}

// boundSlack is far above what rounding adds to a sum over 65536 symbols.
const boundSlack = 1e-9

// rowOf returns a symbol's row of the covariance, -1 outside the model.
func (v *variance) rowOf(symbol uint32) int32 {
	if v.row == nil {
		return -1
	}
	return v.row[symbol]
}

// riskShare bounds a symbol's position value at risk, as a share of equity.
func (v *variance) riskShare(symbol uint32) int64 {
	if v.riskShares == nil {
		return unlimited
	}
	return v.riskShares[v.rowOf(symbol)+1]
}

// deviation is sd_i of a row of the covariance, s0 outside the model.
func (v *variance) deviation(k int32) float64 {
	if k < 0 {
		return v.defaultVol
	}
	return math.Sqrt(v.model.Covariance[int(k)*len(v.model.Symbols)+int(k)])
}

// riskNotional is n_j for a worst position.
func (g *Gate) riskNotional(symbol uint32, position int64) float64 {
	price, _ := g.account.RiskPrice(symbol)
	if g.variance.cached == nil {
		g.variance.cached = make([]riskNotional, len(g.Symbols))
	}
	cached := &g.variance.cached[symbol]
	if cached.worst != position || cached.price != price {
		multiplier := g.account.Holdings[symbol].Multiplier
		*cached = riskNotional{position, price, core.MulInt64(position, price).Mul(multiplier).Float64() / 1e18}
	}
	return cached.value
}

// gather collects n_j of the symbols held, the one under test at its worst position; it returns g of spec 9.10 and
// an upper bound of the root of v.
func (g *Gate) gather(tested uint32, testedWorst int64) (outside, bound float64) {
	v := &g.variance
	v.rows, v.notionals = v.rows[:0], v.notionals[:0]
	wasActive := g.active.Has(int(tested))
	g.active.Set(int(tested))
	for symbol := g.active.Next(0); symbol >= 0; symbol = g.active.Next(symbol + 1) {
		position := g.account.Holdings[symbol].Worst
		if symbol == int(tested) {
			if position = testedWorst; position == 0 {
				continue
			}
		}
		n := g.riskNotional(uint32(symbol), position)
		if row := v.rowOf(uint32(symbol)); row >= 0 {
			v.rows = append(v.rows, row)
			v.notionals = append(v.notionals, n)
			bound += float64(v.scale[row] * math.Abs(n))
		} else {
			outside += math.Abs(n)
		}
	}
	if !wasActive {
		g.active.Clear(int(tested))
	}
	return outside, bound
}

// slackened is an upper bound of a sum that was rounded in another order.
func slackened(bound float64) float64 {
	return float64(bound*(1+boundSlack)) + math.SmallestNonzeroFloat32
}

// portfolioVar tests the left side of row 19 against the right one. Where an upper bound passes, the exact sum, whose
// order is fixed, is spared: a row that passes writes nothing.
func (g *Gate) portfolioVar(tested uint32, testedWorst int64, right float64) (left float64, passes bool) {
	outside, bound := g.gather(tested, testedWorst)
	kappa, rest := g.variance.multiplier, normalQuantile*(g.variance.defaultVol*outside)
	if slackened(kappa*(float64(normalQuantile*bound)+float64(rest))) <= right {
		return 0, true
	}
	deviation := math.Sqrt(core.Max2(g.variance.quadratic(), 0))
	left = kappa * (float64(normalQuantile*deviation) + float64(rest))
	return left, left <= right
}

// quadratic is n' Sigma n; every row is summed in order, four rows side by side to hide latency.
func (v *variance) quadratic() float64 {
	if len(v.rows) == 0 {
		return 0
	}
	width := len(v.model.Symbols)
	covariance := v.model.Covariance
	rowOf := func(i int) []float64 { return covariance[int(v.rows[i])*width:][:width] }
	total := 0.0
	i := 0
	for ; i+4 <= len(v.rows); i += 4 {
		a, b, c, d := rowOf(i), rowOf(i+1), rowOf(i+2), rowOf(i+3)
		var sumA, sumB, sumC, sumD float64
		for k, column := range v.rows {
			n := v.notionals[k]
			sumA += float64(a[column] * n)
			sumB += float64(b[column] * n)
			sumC += float64(c[column] * n)
			sumD += float64(d[column] * n)
		}
		total += float64(v.notionals[i] * sumA)
		total += float64(v.notionals[i+1] * sumB)
		total += float64(v.notionals[i+2] * sumC)
		total += float64(v.notionals[i+3] * sumD)
	}
	for ; i < len(v.rows); i++ {
		row := rowOf(i)
		sum := 0.0
		for k, column := range v.rows {
			sum += float64(row[column] * v.notionals[k])
		}
		total += float64(v.notionals[i] * sum)
	}
	return total
}
