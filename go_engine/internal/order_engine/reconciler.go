// Reconciler: working orders follow the desired state in three passes (spec 10.5).

package orderengine

import "quartet.dev/go_engine/internal/core"

// reconcile brings the symbol's orders towards the desired bid and ask.
func (e *Engine) reconcile(symbol uint32, desires [2]Desire) {
	var marked [2]handle
	if e.FirstOf(symbol) != 0 {
		for k := range desires {
			marked[k] = e.sortOut(symbol, core.SideBuy+core.Side(k), &desires[k])
		}
		for k := range desires {
			o := e.Open(marked[k].index, marked[k].id)
			if o != nil && o.Working() && !e.heldBack(symbol, o.Side, desires[k]) {
				e.requestReplace(marked[k].index, desires[k])
			}
		}
	}
	for k := range desires {
		side := core.SideBuy + core.Side(k)
		if desires[k].Wanted && !e.sideHasOrder(symbol, side) && !e.heldBack(symbol, side, desires[k]) {
			e.create(symbol, side, desires[k], false)
		}
	}
}

// sortOut is pass 1 for a side: keeps one live order, marks at most one for replacement, cancels the other live ones.
func (e *Engine) sortOut(symbol uint32, side core.Side, d *Desire) (marked handle) {
	kept, busy := int32(0), false
	e.walk = e.walk[:0]
	for index := e.FirstOf(symbol); index != 0; index = e.NextOf(index) {
		o := e.At(index)
		if o.Side != side {
			continue
		}
		if !o.Working() {
			busy = true
			continue
		}
		if kept == 0 && d.Wanted && e.matches(o, d) {
			kept = index
			continue
		}
		e.walk = append(e.walk, handle{index, o.ID})
	}
	mayReplace := e.config.Reconciler.UseReplace && d.Wanted && kept == 0 && !busy &&
		(d.Type == core.OrderTypeLimit || d.Type == core.OrderTypePostOnly)
	for _, h := range e.walk {
		o := e.Open(h.index, h.id)
		if o == nil || !o.Working() {
			continue
		}
		if mayReplace && marked.id == 0 && o.Type == d.Type {
			marked = h
			continue
		}
		e.requestCancel(h.index)
	}
	return marked
}

// matches tells whether a live order is what is desired.
func (e *Engine) matches(o *Order, d *Desire) bool {
	if o.Type != d.Type {
		return false
	}
	policy := &e.config.Policy
	if policy.Kind == core.PolicyKindTarget {
		return o.Price == d.Price && o.Leaves() == d.Quantity
	}
	apart := core.FromInt64(o.Price).Sub(core.FromInt64(d.Price)).Abs()
	most := core.FromInt64(policy.Quoting.RequoteTicks * e.config.Instruments[o.Symbol].Tick)
	return apart.LessEqual(most) && o.Leaves() <= d.Quantity
}

// sideHasOrder tells whether a side of the symbol has an open order.
func (e *Engine) sideHasOrder(symbol uint32, side core.Side) bool {
	for index := e.FirstOf(symbol); index != 0; index = e.NextOf(index) {
		if e.At(index).Side == side {
			return true
		}
	}
	return false
}
