// Block operators: time in blocks of n steps, suffixes of the last block merged with the present one's prefix
// (spec 4.5, 4.6). f holds the prefix P first, then n slots.

package signalengine

import "quartet.dev/go_engine/internal/core"

// sumBlock steps SUM and MEAN.
func sumBlock(nd *node, u []uint64, f []float64, x float64) float64 {
	slots := f[1:]
	p := u[0]
	if p == 0 {
		f[0] = x
	} else {
		f[0] += x
	}
	slots[p] = x
	p++
	value := core.NaN
	if p == uint64(len(slots)) {
		value = f[0]
		for j := len(slots) - 2; j >= 0; j-- {
			slots[j] = slots[j+1] + slots[j]
		}
		p, u[1], f[0] = 0, 1, 0
	} else if u[1] == 1 {
		value = slots[p] + f[0]
	}
	u[0] = p
	if nd.op == core.OpMean {
		value /= nd.nFloat
	}
	return value
}

// productBlock steps PRODUCT.
func productBlock(u []uint64, f []float64, x float64) float64 {
	slots := f[1:]
	p := u[0]
	if p == 0 {
		f[0] = x
	} else {
		f[0] *= x
	}
	slots[p] = x
	p++
	value := core.NaN
	if p == uint64(len(slots)) {
		value = f[0]
		for j := len(slots) - 2; j >= 0; j-- {
			slots[j] = slots[j+1] * slots[j]
		}
		p, u[1], f[0] = 0, 1, 0
	} else if u[1] == 1 {
		value = slots[p] * f[0]
	}
	u[0] = p
	return value
}

// extremeBlock steps ROLLING_MIN and ROLLING_MAX.
func extremeBlock(u []uint64, f []float64, x float64, choose func(a, b float64) float64) float64 {
	slots := f[1:]
	p := u[0]
	if p == 0 {
		f[0] = x
	} else {
		f[0] = choose(f[0], x)
	}
	slots[p] = x
	p++
	value := core.NaN
	if p == uint64(len(slots)) {
		value = f[0]
		for j := len(slots) - 2; j >= 0; j-- {
			slots[j] = choose(slots[j+1], slots[j])
		}
		p, u[1], f[0] = 0, 1, 0
	} else if u[1] == 1 {
		value = choose(slots[p], f[0])
	}
	u[0] = p
	return value
}

// moments are the mean and the sum of squared deviations of some values.
type moments struct{ m, sum float64 }

// liftMoments makes NaN of NaN and of infinities.
func liftMoments(x float64) moments { return moments{x, x - x} }

// push adds x; count includes it.
func (a moments) push(count, x float64) moments {
	d := x - a.m
	m := a.m + d/count
	return moments{m, a.sum + float64(d*(x-m))}
}

// merge joins the aggregates of earlier and later values.
func (a moments) merge(earlier float64, b moments, later float64) moments {
	d := b.m - a.m
	both := earlier + later
	return moments{
		a.m + float64(d*(later/both)),
		(a.sum + b.sum) + float64(float64(d*d)*(float64(earlier*later)/both)),
	}
}

// momentBlock steps STD, VAR and ZSCORE; a slot is two words.
func momentBlock(nd *node, u []uint64, f []float64, x float64) float64 {
	slots := f[2:]
	n := uint64(nd.n)
	p := u[0]
	prefix := liftMoments(x)
	if p != 0 {
		prefix = moments{f[0], f[1]}.push(float64(p+1), x)
	}
	slots[2*p], slots[2*p+1] = x, 0
	p++
	whole := moments{core.NaN, core.NaN}
	f[0], f[1] = prefix.m, prefix.sum
	if p == n {
		whole = prefix
		momentSuffixes(slots, n)
		p, u[1], f[0], f[1] = 0, 1, 0, 0
	} else if u[1] == 1 {
		suffix := moments{slots[2*p], slots[2*p+1]}
		whole = suffix.merge(float64(n-p), prefix, float64(p))
	}
	u[0] = p
	return lowered(nd.op, whole, nd.nFloat-nd.p, x)
}

// momentSuffixes replaces the raw values by the aggregates of the values from there to the end.
func momentSuffixes(slots []float64, n uint64) {
	suffix := liftMoments(slots[2*(n-1)])
	slots[2*(n-1)], slots[2*(n-1)+1] = suffix.m, suffix.sum
	for j := int(n) - 2; j >= 0; j-- {
		suffix = suffix.push(float64(int(n)-j), slots[2*j])
		slots[2*j], slots[2*j+1] = suffix.m, suffix.sum
	}
}
