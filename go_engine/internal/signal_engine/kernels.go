// Kernels: operators as tight loops over the quotes of a block. Comparisons and choices work on bits, as a branch on
// market data is often guessed wrong.

package signalengine

import (
	"math"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
)

// runColumn computes a node's column; false: the operator has no kernel.
func (p *PhaseOne) runColumn(nd *node, quotes *dataengine.Quotes) bool {
	count := len(quotes.Symbol)
	values := p.columns.values
	out := values[nd.dst][:count]
	x, y := values[nd.a][:count], values[nd.b][:count]
	switch nd.op {
	case core.OpMid:
		midColumn(out, quotes)
	case core.OpImbalance:
		imbalanceColumn(out, quotes)
	case core.OpAdd:
		for i := range out {
			out[i] = x[i] + y[i]
		}
	case core.OpSub:
		for i := range out {
			out[i] = x[i] - y[i]
		}
	case core.OpMul:
		for i := range out {
			out[i] = x[i] * y[i]
		}
	case core.OpDiv:
		for i := range out {
			out[i] = x[i] / y[i]
		}
	case core.OpNeg:
		for i := range out {
			out[i] = -x[i]
		}
	case core.OpAbs:
		for i := range out {
			out[i] = math.Abs(x[i])
		}
	case core.OpClip:
		clipColumn(out, x, nd.p, nd.q)
	case core.OpGt:
		greaterColumn(out, x, y)
	case core.OpLt:
		greaterColumn(out, y, x)
	case core.OpGe:
		atLeastColumn(out, x, y)
	case core.OpLe:
		atLeastColumn(out, y, x)
	case core.OpSelect:
		selectColumn(out, x, y, values[nd.c][:count])
	case core.OpEma:
		p.emaColumn(nd, out, x, quotes.Symbol)
	case core.OpStd, core.OpVar, core.OpZscore:
		p.momentColumn(nd, out, x, quotes.Symbol)
	default:
		return false
	}
	return true
}

func midColumn(out []float64, quotes *dataengine.Quotes) {
	bids, asks := quotes.Bid[:len(out)], quotes.Ask[:len(out)]
	bidSizes, askSizes := quotes.BidSize[:len(out)], quotes.AskSize[:len(out)]
	for i := range out {
		mid := float64(bids[i]+asks[i]) / 2e9
		if bidSizes[i] == 0 || askSizes[i] == 0 {
			mid = core.NaN
		}
		out[i] = mid
	}
}

func imbalanceColumn(out []float64, quotes *dataengine.Quotes) {
	bidSizes, askSizes := quotes.BidSize[:len(out)], quotes.AskSize[:len(out)]
	for i := range out {
		bidSize, askSize := core.PriceFloat(bidSizes[i]), core.PriceFloat(askSizes[i])
		out[i] = (bidSize - askSize) / (bidSize + askSize)
	}
}

// Bits of the values that comparisons give.
const (
	oneBits = 0x3FF0000000000000
	nanBits = core.CanonicalNaN
)

func greaterColumn(out, x, y []float64) {
	x, y = x[:len(out)], y[:len(out)]
	for i := range out {
		a, b := x[i], y[i]
		bits := uint64(nanBits) // neither holds where one is NaN
		if a > b {
			bits = oneBits
		}
		if a <= b {
			bits = 0
		}
		out[i] = math.Float64frombits(bits)
	}
}

func atLeastColumn(out, x, y []float64) {
	x, y = x[:len(out)], y[:len(out)]
	for i := range out {
		a, b := x[i], y[i]
		bits := uint64(nanBits)
		if a >= b {
			bits = oneBits
		}
		if a < b {
			bits = 0
		}
		out[i] = math.Float64frombits(bits)
	}
}

func selectColumn(out, x, y, z []float64) {
	x, y, z = x[:len(out)], y[:len(out)], z[:len(out)]
	for i := range out {
		condition := x[i]
		bits, chosen := math.Float64bits(z[i]), math.Float64bits(y[i])
		if condition != 0 {
			bits = chosen
		}
		if condition != condition {
			bits = nanBits
		}
		out[i] = math.Float64frombits(bits)
	}
}

func clipColumn(out, x []float64, lo, hi float64) {
	x = x[:len(out)]
	loBits, hiBits := math.Float64bits(lo), math.Float64bits(hi)
	for i := range out {
		value := x[i]
		bits := math.Float64bits(value)
		if hi < value {
			bits = hiBits
		}
		if value < lo {
			bits = loBits
		}
		out[i] = math.Float64frombits(bits)
	}
}

// emaColumn steps EMA; a node that is warm on one symbol keeps its state in registers.
func (p *PhaseOne) emaColumn(nd *node, out, x []float64, symbols []uint32) {
	u, f := p.u[nd.u:], p.f[nd.f:]
	uWords, fWords := p.Program.uWords, p.Program.fWords
	warm := max(uint64(nd.n), 1) // steps from which every value is emitted, and none is the first
	if len(p.columns.last) == 1 {
		symbol := int(symbols[0])
		emaRun(nd, out, x, &u[symbol*uWords], &f[symbol*fWords], warm)
		return
	}
	x, symbols = x[:len(out)], symbols[:len(out)]
	alpha := nd.p
	for i, symbol := range symbols {
		count, state := &u[int(symbol)*uWords], &f[int(symbol)*fWords]
		value, steps, s := x[i], *count, *state
		if steps < warm || steps >= countMax || value != value {
			out[i] = ema(nd, value, count, state)
			continue
		}
		s += float64(alpha * (value - s))
		*count, *state, out[i] = steps+1, s, s
	}
}

// emaRun steps EMA over values of one symbol.
func emaRun(nd *node, out, x []float64, count *uint64, state *float64, warm uint64) {
	i := 0
	for ; i < len(out) && (*count < warm || *count >= countMax-BlockEvents); i++ {
		out[i] = ema(nd, x[i], count, state)
	}
	out, x = out[i:], x[i:len(out)]
	alpha, s, steps := nd.p, *state, *count
	for k, value := range x {
		if value != value {
			out[k] = core.NaN
			continue
		}
		s += float64(alpha * (value - s))
		out[k] = s
		steps++
	}
	*count, *state = steps, s
}
