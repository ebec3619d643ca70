package signalengine

import (
	"math"
	"math/rand/v2"
	"testing"

	"quartet.dev/go_engine/internal/core"
)

// runner steps a graph over two series: node 0 is x, node 1 is y, node 2 the operator.
type runner struct {
	program *Program
	values  []float64
	u       []uint64
	f       []float64
}

func newRunner(t *testing.T, op core.Op, n uint32, params ...float64) *runner {
	t.Helper()
	inputs := []uint32{0, 1, 1}[:max(core.Operators[op].Inputs, 1)]
	if core.Operators[op].Inputs < 0 {
		inputs = []uint32{0, 1}
	}
	quote := core.ClockQuote
	spec := &core.ProgramSpec{
		Nodes: []core.NodeSpec{
			{Op: core.OpBid, Clock: quote}, {Op: core.OpAsk, Clock: quote}, {Op: op, Inputs: inputs, Clock: quote, N: n, Params: params},
		},
		Score: 2,
	}
	if err := Check(spec, 1, 1); err != nil {
		t.Fatal(err)
	}
	program := Compile(spec)
	return &runner{program, append([]float64(nil), program.initial...), make([]uint64, program.uWords), make([]float64, program.fWords)}
}

func (r *runner) step(x, y float64) float64 {
	r.values[0], r.values[1] = x, y
	r.program.run(r.program.ticks[core.EventKindQuote][2:], &Symbol{}, r.values, r.u, r.f, &event{})
	return r.values[2]
}

// series has NaN among its numbers now and then, and values that repeat.
func series(random *rand.Rand, count int) []float64 {
	out := make([]float64, count)
	for i := range out {
		out[i] = math.Round((random.Float64()-0.4)*20) / 4
		if random.IntN(25) == 0 {
			out[i] = core.NaN
		}
	}
	return out
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, x := range values {
		sum += x
	}
	return sum / float64(len(values))
}

func cross(xs, ys []float64) float64 {
	sum, mx, my := 0.0, mean(xs), mean(ys)
	for i := range xs {
		sum += (xs[i] - mx) * (ys[i] - my)
	}
	return sum
}

// brute computes an operator over whole windows of x and y, in the simplest way.
func brute(op core.Op, xs, ys []float64, ddof float64) float64 {
	n := float64(len(xs))
	newest := xs[len(xs)-1]
	out, less, equal := 0.0, 0.0, 0.0
	switch op {
	case core.OpSum:
		return mean(xs) * n
	case core.OpMean:
		return mean(xs)
	case core.OpProduct:
		out = 1
		for _, x := range xs {
			out *= x
		}
		return out
	case core.OpVar:
		return cross(xs, xs) / (n - ddof)
	case core.OpStd:
		return math.Sqrt(cross(xs, xs) / (n - ddof))
	case core.OpZscore:
		deviation := math.Sqrt(cross(xs, xs) / (n - ddof))
		if !(deviation > 1e-12) {
			return core.NaN
		}
		return (newest - mean(xs)) / deviation
	case core.OpCov:
		return cross(xs, ys) / (n - ddof)
	case core.OpCorr:
		if !(cross(xs, xs) > 1e-12 && cross(ys, ys) > 1e-12) {
			return core.NaN
		}
		return cross(xs, ys) / math.Sqrt(cross(xs, xs)*cross(ys, ys))
	}
	for i, x := range xs {
		if x != x {
			return core.NaN
		}
		switch {
		case op == core.OpArgmin && (i == 0 || x < xs[int(out)-1]), op == core.OpArgmax && (i == 0 || x > xs[int(out)-1]):
			out = float64(i + 1)
		case op == core.OpRollingMin && (i == 0 || x < out), op == core.OpRollingMax && (i == 0 || x > out):
			out = x
		case op == core.OpLinearDecay:
			out += float64(i+1) * x / (n * (n + 1) / 2)
		case op == core.OpSlope:
			out += (float64(i+1) - (n+1)/2) * x / (n * (n*n - 1) / 12)
		}
		if x < newest {
			less++
		} else if x == newest {
			equal++
		}
	}
	if op == core.OpRank {
		return (less + (equal+1)/2) / n
	}
	if op == core.OpSlope && n == 1 {
		return core.NaN
	}
	return out
}

func near(a, b float64) bool {
	return (a != a && b != b) || a == b || math.Abs(a-b) <= 1e-9*max(1, math.Abs(a), math.Abs(b))
}

func TestWindowsAgainstBruteForce(t *testing.T) {
	ddofs := map[core.Op]bool{core.OpStd: true, core.OpVar: true, core.OpZscore: true, core.OpCov: true}
	random := rand.New(rand.NewPCG(11, 12))
	for op := core.OpSum; op <= core.OpSlope; op++ {
		for _, n := range []int{1, 2, 3, 5, 8, 17} {
			for ddof := 0.0; ddof <= 1; ddof++ {
				var params []float64
				if ddofs[op] {
					params = []float64{ddof}
				}
				if (ddof == 1 && !ddofs[op]) || float64(n) <= ddof {
					continue
				}
				xs, ys := series(random, 300), series(random, 300)
				r := newRunner(t, op, uint32(n), params...)
				for i := range xs {
					actual, expected := r.step(xs[i], ys[i]), core.NaN
					if i+1 >= n {
						expected = brute(op, xs[i+1-n:i+1], ys[i+1-n:i+1], ddof)
					}
					if !near(actual, expected) {
						t.Fatalf("%s n=%d ddof=%v step %d: %v, expected %v", core.Operators[op].Name, n, ddof, i, actual, expected)
					}
				}
			}
		}
	}
}

func TestDelay(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 14))
	for _, n := range []int{1, 2, 7} {
		xs := series(random, 60)
		delayed, change := newRunner(t, core.OpDelay, uint32(n)), newRunner(t, core.OpDelta, uint32(n))
		for i, x := range xs {
			past := core.NaN
			if i >= n {
				past = xs[i-n]
			}
			if a, b := delayed.step(x, 0), change.step(x, 0); !near(a, past) || !near(b, x-past) {
				t.Fatalf("n=%d step %d: %v, %v, expected %v, %v", n, i, a, b, past, x-past)
			}
		}
	}
}

func TestSmoothing(t *testing.T) {
	averages, wilders := newRunner(t, core.OpEma, 3, 0.5), newRunner(t, core.OpWilder, 3)
	for i, item := range []struct{ x, ema, wilder float64 }{
		{2, core.NaN, core.NaN}, {4, core.NaN, core.NaN}, {core.NaN, core.NaN, core.NaN}, {8, 5.5, 14.0 / 3},
		{1, 3.25, 14.0/3 + (1-14.0/3)/3},
	} {
		if a, b := averages.step(item.x, 0), wilders.step(item.x, 0); !near(a, item.ema) || !near(b, item.wilder) {
			t.Errorf("step %d: %v, %v, expected %v, %v", i, a, b, item.ema, item.wilder)
		}
	}
}

func TestStateless(t *testing.T) {
	nan, inf, negativeZero := core.NaN, math.Inf(1), math.Copysign(0, -1)
	for _, item := range []struct {
		op             core.Op
		x, y, expected float64
		params         []float64
	}{
		{core.OpAdd, 1, 2, 3, nil}, {core.OpSub, 1, 2, -1, nil}, {core.OpMul, 3, 2, 6, nil}, {core.OpDiv, 1, 0, inf, nil},
		{core.OpNeg, 0, 0, negativeZero, nil}, {core.OpAbs, negativeZero, 0, 0, nil}, {core.OpMin2, 2, 1, 1, nil},
		{core.OpMax2, 2, nan, nan, nil}, {core.OpClip, 5, 0, 2, []float64{-1, 2}}, {core.OpClip, -5, 0, -1, []float64{-1, 2}},
		{core.OpClip, nan, 0, nan, []float64{-1, 2}}, {core.OpSign, -3, 0, -1, nil}, {core.OpSign, negativeZero, 0, 0, nil},
		{core.OpSign, nan, 0, nan, nil}, {core.OpSqrt, 9, 0, 3, nil}, {core.OpSqrt, -1, 0, nan, nil}, {core.OpExp, 0, 0, 1, nil},
		{core.OpLog, 1, 0, 0, nil}, {core.OpTanh, 0, 0, 0, nil}, {core.OpLt, 1, 2, 1, nil}, {core.OpLt, 2, 2, 0, nil},
		{core.OpLe, 2, 2, 1, nil}, {core.OpGt, 3, 2, 1, nil}, {core.OpGe, 1, 2, 0, nil}, {core.OpEq, 0, negativeZero, 1, nil},
		{core.OpNe, 1, 1, 0, nil}, {core.OpNe, inf, -inf, 1, nil}, {core.OpGe, nan, 1, nan, nil}, {core.OpAnd, 1, 0, 0, nil},
		{core.OpAnd, 1, nan, nan, nil}, {core.OpOr, 0, 2, 1, nil}, {core.OpNot, 0, 0, 1, nil}, {core.OpNot, nan, 0, nan, nil},
		{core.OpSelect, 1, 7, 7, nil}, {core.OpSelect, nan, 7, nan, nil}, {core.OpIsNan, nan, 0, 1, nil},
		{core.OpIsNan, 1, 0, 0, nil}, {core.OpCoalesce, nan, 4, 4, nil}, {core.OpCoalesce, 3, nan, 3, nil},
		{core.OpLinear, 2, 3, 1 + 0.5*2 - 3, []float64{1, 0.5, -1}}, {core.OpLogistic, 0, 0, 0.5, []float64{0, 1, 1}},
		{core.OpLinear, nan, 3, nan, []float64{1, 0.5, -1}},
	} {
		actual := newRunner(t, item.op, 0, item.params...).step(item.x, item.y)
		if !near(actual, item.expected) || (item.expected == 0 && math.Signbit(actual) != math.Signbit(item.expected)) {
			t.Errorf("%s(%v, %v) is %v, expected %v", core.Operators[item.op].Name, item.x, item.y, actual, item.expected)
		}
	}
}
