// Moment columns: STD, VAR and ZSCORE over the quotes of a block, step by step as momentBlock does (spec 4.5, 4.6).

package signalengine

import (
	"math"

	"quartet.dev/go_engine/internal/core"
)

// mergeShare are the factors of a merge of n - p earlier values with p later ones: of the means, of the squared distance.
type mergeShare struct{ mean, square float64 }

// mergeShares returns the factors by p, as moments.merge computes them.
func mergeShares(n int32) []mergeShare {
	out := make([]mergeShare, n)
	for p := range out {
		earlier, later := float64(int(n)-p), float64(p)
		both := earlier + later
		out[p] = mergeShare{later / both, float64(earlier*later) / both}
	}
	return out
}

// sideBySide is the number of symbols whose suffixes are built together: each is a chain of divisions.
const sideBySide = 4

// waiting are symbols whose block has ended and whose suffixes are not yet built.
type waiting struct {
	slots [sideBySide][]float64
	count int
}

// build builds the suffixes of all that wait.
func (w *waiting) build(n uint64) {
	if w.count == sideBySide {
		fourSuffixes(&w.slots, int(n))
	} else {
		for _, slots := range w.slots[:w.count] {
			momentSuffixes(slots, n)
		}
	}
	w.count = 0
}

// momentColumn steps a node over a column. The first steps of a block, and those of the very first one, are rare.
func (p *PhaseOne) momentColumn(nd *node, out, x []float64, symbols []uint32) {
	uWords, fWords := p.Program.uWords, p.Program.fWords
	shares := p.columns.shares[nd.dst]
	n, divisor, op := uint64(nd.n), nd.nFloat-nd.p, nd.op
	x, symbols = x[:len(out)], symbols[:len(out)]
	ended := waiting{}
	for i, symbol := range symbols {
		u, f := p.u[int(symbol)*uWords+int(nd.u):][:2], p.f[int(symbol)*fWords+int(nd.f):][:nd.fCount]
		value, steps := x[i], u[0]
		slots := f[2:]
		if steps == 0 && ended.count > 0 { // this one may wait
			ended.build(n)
		}
		if steps == 0 || (u[1] != 1 && steps != n-1) {
			out[i] = momentBlock(nd, u, f, value)
			continue
		}
		prefix := moments{f[0], f[1]}.push(float64(steps+1), value)
		slots[2*steps], slots[2*steps+1] = value, 0
		steps++
		whole := prefix
		if steps == n {
			ended.slots[ended.count] = slots
			if ended.count++; ended.count == sideBySide {
				ended.build(n)
			}
			u[0], u[1], f[0], f[1] = 0, 1, 0, 0
		} else {
			share := &shares[steps]
			earlier := moments{slots[2*steps], slots[2*steps+1]}
			distance := prefix.m - earlier.m
			whole.m = earlier.m + float64(distance*share.mean)
			whole.sum = (earlier.sum + prefix.sum) + float64(float64(distance*distance)*share.square)
			u[0], f[0], f[1] = steps, prefix.m, prefix.sum
		}
		out[i] = lowered(op, whole, divisor, value)
	}
	ended.build(n)
}

// lowered is the value of STD, VAR or ZSCORE.
func lowered(op core.Op, whole moments, divisor, x float64) float64 {
	variance := whole.sum / divisor
	if op == core.OpVar {
		return variance
	}
	deviation := math.Sqrt(variance)
	if op == core.OpStd {
		return deviation
	}
	if deviation > 0 {
		return (x - whole.m) / deviation
	}
	return core.NaN
}

// fourSuffixes is momentSuffixes for four symbols.
func fourSuffixes(slots *[sideBySide][]float64, n int) {
	a, b, c, d := slots[0], slots[1], slots[2], slots[3]
	last := 2 * (n - 1)
	sa, sb, sc, sd := liftMoments(a[last]), liftMoments(b[last]), liftMoments(c[last]), liftMoments(d[last])
	for j := last; ; j -= 2 {
		a[j], a[j+1] = sa.m, sa.sum
		b[j], b[j+1] = sb.m, sb.sum
		c[j], c[j+1] = sc.m, sc.sum
		d[j], d[j+1] = sd.m, sd.sum
		if j == 0 {
			return
		}
		count := float64(n - j/2 + 1)
		sa, sb = sa.push(count, a[j-2]), sb.push(count, b[j-2])
		sc, sd = sc.push(count, c[j-2]), sd.push(count, d[j-2])
	}
}
