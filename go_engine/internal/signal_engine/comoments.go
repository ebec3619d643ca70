// Block operators over two inputs: CORR and COV (spec 4.5, 4.6).

package signalengine

import (
	"math"

	"quartet.dev/go_engine/internal/core"
)

// comoments are the means, the sums of squared deviations and of their products, of pairs.
type comoments struct{ mx, my, xx, yy, xy float64 }

func liftComoments(x, y float64) comoments {
	return comoments{x, y, x - x, y - y, (x - x) + (y - y)}
}

// push adds a pair; count includes it.
func (a comoments) push(count, x, y float64) comoments {
	dx, dy := x-a.mx, y-a.my
	mx, my := a.mx+dx/count, a.my+dy/count
	return comoments{
		mx, my,
		a.xx + float64(dx*(x-mx)),
		a.yy + float64(dy*(y-my)),
		a.xy + float64(dx*(y-my)),
	}
}

// merge joins the aggregates of earlier and later pairs.
func (a comoments) merge(earlier float64, b comoments, later float64) comoments {
	dx, dy := b.mx-a.mx, b.my-a.my
	both := earlier + later
	k := float64(earlier*later) / both
	g := later / both
	return comoments{
		a.mx + float64(dx*g),
		a.my + float64(dy*g),
		(a.xx + b.xx) + float64(float64(dx*dx)*k),
		(a.yy + b.yy) + float64(float64(dy*dy)*k),
		(a.xy + b.xy) + float64(float64(dx*dy)*k),
	}
}

const comomentWords = 5

func loadComoments(f []float64) comoments { return comoments{f[0], f[1], f[2], f[3], f[4]} }

func (a comoments) store(f []float64) {
	f[0], f[1], f[2], f[3], f[4] = a.mx, a.my, a.xx, a.yy, a.xy
}

// comomentBlock steps CORR and COV; a slot is five words.
func comomentBlock(nd *node, u []uint64, f []float64, x, y float64) float64 {
	slots := f[comomentWords:]
	n := uint64(nd.n)
	p := u[0]
	prefix := liftComoments(x, y)
	if p != 0 {
		prefix = loadComoments(f).push(float64(p+1), x, y)
	}
	comoments{mx: x, my: y}.store(slots[comomentWords*p:])
	p++
	prefix.store(f)
	whole := comoments{core.NaN, core.NaN, core.NaN, core.NaN, core.NaN}
	if p == n {
		whole = prefix
		comomentSuffixes(slots, n)
		comoments{}.store(f)
		p, u[1] = 0, 1
	} else if u[1] == 1 {
		whole = loadComoments(slots[comomentWords*p:]).merge(float64(n-p), prefix, float64(p))
	}
	u[0] = p
	if nd.op == core.OpCov {
		return whole.xy / (nd.nFloat - nd.p)
	}
	if whole.xx > 0 && whole.yy > 0 {
		return whole.xy / math.Sqrt(whole.xx*whole.yy)
	}
	return core.NaN
}

func comomentSuffixes(slots []float64, n uint64) {
	last := slots[comomentWords*(n-1):]
	suffix := liftComoments(last[0], last[1])
	suffix.store(last)
	for j := int(n) - 2; j >= 0; j-- {
		slot := slots[comomentWords*j:]
		suffix = suffix.push(float64(int(n)-j), slot[0], slot[1])
		suffix.store(slot)
	}
}
