// Operators without state (spec 4.1, 4.2) and the loop over the nodes that tick.

package signalengine

import (
	"math"

	"quartet.dev/go_engine/internal/core"
)

func truth(condition bool) float64 {
	if condition {
		return 1
	}
	return 0
}

// Bits of a comparison's outcome; a comparison is the set of the outcomes for which it is true.
const (
	isLess    = 1
	isEqual   = 2
	isGreater = 4
)

// comparisons are those sets by operator.
var comparisons = [len(core.Operators)]uint8{
	core.OpLt: isLess, core.OpLe: isLess | isEqual, core.OpGt: isGreater, core.OpGe: isGreater | isEqual,
	core.OpEq: isEqual, core.OpNe: isLess | isGreater,
}

// compare returns 1 or 0, NaN where an input is NaN (spec 4.1).
func compare(trueFor uint8, x, y float64) float64 {
	outcome := uint8(isEqual)
	switch {
	case x < y:
		outcome = isLess
	case x > y:
		outcome = isGreater
	case x != y:
		return core.NaN
	}
	return truth(trueFor&outcome != 0)
}

// logical is AND and OR.
func logical(op core.Op, x, y float64) float64 {
	if x != x || y != y {
		return core.NaN
	}
	if op == core.OpAnd {
		return truth(x != 0 && y != 0)
	}
	return truth(x != 0 || y != 0)
}

func clip(x, lo, hi float64) float64 {
	if x < lo {
		return lo
	}
	if hi < x {
		return hi
	}
	return x
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	case x == 0:
		return 0
	}
	return core.NaN
}

// linear is the weighted sum of LINEAR and LOGISTIC, in input order.
func (p *Program) linear(nd *node, values []float64) float64 {
	acc := nd.p
	inputs := p.wideInputs[nd.wide : nd.wide+nd.arity]
	weights := p.wideWeights[nd.wide : nd.wide+nd.arity]
	for k, input := range inputs {
		acc += float64(weights[k] * values[input])
	}
	return acc
}

// run computes every node of the list, in program order (spec 3.3).
func (p *Program) run(list []node, s *Symbol, values []float64, u []uint64, f []float64, ev *event) {
	for k := range list {
		nd := &list[k]
		var value float64
		switch nd.op {
		case core.OpAdd:
			value = values[nd.a] + values[nd.b]
		case core.OpSub:
			value = values[nd.a] - values[nd.b]
		case core.OpMul:
			value = values[nd.a] * values[nd.b]
		case core.OpDiv:
			value = values[nd.a] / values[nd.b]
		case core.OpNeg:
			value = -values[nd.a]
		case core.OpAbs:
			value = math.Abs(values[nd.a])
		case core.OpMin2:
			value = core.Min2(values[nd.a], values[nd.b])
		case core.OpMax2:
			value = core.Max2(values[nd.a], values[nd.b])
		case core.OpClip:
			value = clip(values[nd.a], nd.p, nd.q)
		case core.OpSign:
			value = sign(values[nd.a])
		case core.OpSqrt:
			value = math.Sqrt(values[nd.a])
		case core.OpExp:
			value = core.Exp(values[nd.a])
		case core.OpLog:
			value = core.Log(values[nd.a])
		case core.OpTanh:
			value = core.Tanh(values[nd.a])
		case core.OpLt, core.OpLe, core.OpGt, core.OpGe, core.OpEq, core.OpNe:
			value = compare(nd.trueFor, values[nd.a], values[nd.b])
		case core.OpAnd, core.OpOr:
			value = logical(nd.op, values[nd.a], values[nd.b])
		case core.OpNot:
			value = compare(isEqual, values[nd.a], 0)
		case core.OpSelect:
			x := values[nd.a]
			switch {
			case x != x:
				value = core.NaN
			case x != 0:
				value = values[nd.b]
			default:
				value = values[nd.c]
			}
		case core.OpIsNan:
			x := values[nd.a]
			value = truth(x != x)
		case core.OpCoalesce:
			value = values[nd.a]
			if value != value {
				value = values[nd.b]
			}
		case core.OpLinear:
			value = p.linear(nd, values)
		case core.OpLogistic:
			value = 1.0 / (1.0 + core.Exp(-p.linear(nd, values)))
		case core.OpEma:
			value = ema(nd, values[nd.a], &u[nd.u], &f[nd.f])
		case core.OpWilder:
			value = wilder(nd, values[nd.a], &u[nd.u], &f[nd.f])
		case core.OpMid:
			value = s.mid()
		default:
			if nd.op >= core.OpDelay {
				value = stateful(nd, values, u[nd.u:nd.u+2], f[nd.f:nd.f+nd.fCount])
			} else {
				value = s.source(nd, ev)
			}
		}
		values[nd.dst] = value
	}
}
