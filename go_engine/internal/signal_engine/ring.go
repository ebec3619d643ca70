// Ring operators: DELAY, DELTA and the scans over the last n values (spec 4.4).

package signalengine

import "quartet.dev/go_engine/internal/core"

// stateful steps an operator with a window; u are its two counters, f its other words.
func stateful(nd *node, values []float64, u []uint64, f []float64) float64 {
	x := values[nd.a]
	switch nd.op {
	case core.OpDelay:
		return delay(u, f, x)
	case core.OpDelta:
		return x - delay(u, f, x)
	case core.OpArgmin, core.OpArgmax, core.OpRank, core.OpLinearDecay, core.OpSlope:
		return scan(nd, u, f, x)
	case core.OpSum, core.OpMean:
		return sumBlock(nd, u, f, x)
	case core.OpProduct:
		return productBlock(u, f, x)
	case core.OpRollingMin:
		return extremeBlock(u, f, x, core.Min2)
	case core.OpRollingMax:
		return extremeBlock(u, f, x, core.Max2)
	case core.OpStd, core.OpVar, core.OpZscore:
		return momentBlock(nd, u, f, x)
	default: // CORR, COV
		return comomentBlock(nd, u, f, x, values[nd.b])
	}
}

// push writes x at the ring's position and advances.
func push(u []uint64, ring []float64, x float64) {
	n := uint64(len(ring))
	ring[u[0]] = x
	u[0]++
	if u[0] == n {
		u[0] = 0
	}
	if u[1] < n {
		u[1]++
	}
}

// delay emits x of n steps ago, whatever x is now, then writes x.
func delay(u []uint64, ring []float64, x float64) float64 {
	value := core.NaN
	if u[1] == uint64(len(ring)) {
		value = ring[u[0]]
	}
	push(u, ring, x)
	return value
}

// scan writes x, then reads the full ring from the oldest to the newest value.
func scan(nd *node, u []uint64, ring []float64, x float64) float64 {
	push(u, ring, x)
	if u[1] != uint64(len(ring)) {
		return core.NaN
	}
	older, newer := ring[u[0]:], ring[:u[0]]
	switch nd.op {
	case core.OpArgmin, core.OpArgmax:
		return argExtreme(nd.op == core.OpArgmax, older, newer)
	case core.OpRank:
		return rank(x, nd.nFloat, older, newer)
	case core.OpLinearDecay:
		return linearDecay(int64(nd.n), older, newer)
	default:
		return slope(int64(nd.n), older, newer)
	}
}

func argExtreme(largest bool, older, newer []float64) float64 {
	best := older[0]
	position, at := 0, 0
	for _, part := range [2][]float64{older, newer} {
		for _, x := range part {
			position++
			if x != x {
				return core.NaN
			}
			if position == 1 || (largest && best < x) || (!largest && x < best) {
				best, at = x, position
			}
		}
	}
	return float64(at)
}

func rank(newest, n float64, older, newer []float64) float64 {
	less, equal := 0, 0
	for _, part := range [2][]float64{older, newer} {
		for _, x := range part {
			switch {
			case x != x:
				return core.NaN
			case x < newest:
				less++
			case x == newest:
				equal++
			}
		}
	}
	return (float64(less) + float64((float64(equal)+1.0)*0.5)) / n
}

func linearDecay(n int64, older, newer []float64) float64 {
	acc, weight := 0.0, 0.0
	for _, part := range [2][]float64{older, newer} {
		for _, x := range part {
			weight++
			acc += float64(weight * x)
		}
	}
	return acc / float64(n*(n+1)/2)
}

func slope(n int64, older, newer []float64) float64 {
	if n == 1 {
		return core.NaN
	}
	count := float64(n)
	middle := float64(float64(n+1) * 0.5)
	acc, position := 0.0, 0.0
	for _, part := range [2][]float64{older, newer} {
		for _, x := range part {
			position++
			acc += float64((position - middle) * x)
		}
	}
	return acc / (count * (float64(count*count) - 1.0) / 12.0)
}
