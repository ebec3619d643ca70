// Smoothing operators: EMA and WILDER (spec 4.7, 4.8).

package signalengine

import "quartet.dev/go_engine/internal/core"

// countMax is where the count of steps stops.
const countMax = 1 << 63

func ema(nd *node, x float64, count *uint64, state *float64) float64 {
	if x != x {
		return core.NaN
	}
	steps := *count
	if steps < countMax {
		steps++
	}
	*count = steps
	s := x
	if steps != 1 {
		s = *state + float64(nd.p*(x-*state))
	}
	*state = s
	if steps >= uint64(nd.n) {
		return s
	}
	return core.NaN
}

func wilder(nd *node, x float64, count *uint64, state *float64) float64 {
	if x != x {
		return core.NaN
	}
	steps := *count
	if steps < countMax {
		steps++
	}
	*count = steps
	s := *state
	n := uint64(nd.n)
	if steps <= n {
		s += x
		if steps == n {
			s /= nd.nFloat
		}
	} else {
		s += (x - s) / nd.nFloat
	}
	*state = s
	if steps >= n {
		return s
	}
	return core.NaN
}
