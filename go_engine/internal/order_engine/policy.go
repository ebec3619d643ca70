// Policy: from a verdict to a desired state (spec 10.1 to 10.4).

package orderengine

import (
	"math"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
)

// Desire is one side of the desired state.
type Desire struct {
	Wanted   bool
	Type     core.OrderType
	Price    int64 // MARKET: 0
	Quantity int64
}

// Keep makes a bar's verdict the symbol's pending one.
func (e *Engine) Keep(symbol uint32, d Decision) {
	if e.pending == nil {
		e.pending = make([]Decision, len(e.States))
	}
	e.pending[symbol], e.States[symbol].HasPending = d, true
	e.Waiting.Set(int(symbol))
}

// Pending returns the verdict that waits, nothing where none does.
func (e *Engine) Pending(symbol uint32) (d Decision) {
	if e.States[symbol].HasPending {
		d = e.pending[symbol]
	}
	return d
}

// DecidePending takes the pending verdicts at a CLOCK, by ascending symbol.
func (e *Engine) DecidePending() {
	for symbol := e.Waiting.Next(0); symbol >= 0; symbol = e.Waiting.Next(symbol + 1) {
		pending := e.pending[symbol]
		e.States[symbol].HasPending = false
		e.Waiting.Clear(symbol)
		if e.ctx.Now-pending.TsInit > e.config.Signals.MaxAgeNs {
			e.ctx.Counters.ExpiredSignals++
			continue
		}
		e.Decide(uint32(symbol), &pending)
	}
}

// ForgetTargets drops targets and pending verdicts, for a new program (spec 11.3).
func (e *Engine) ForgetTargets() {
	e.Waiting.Reset()
	for i := range e.States {
		state := &e.States[i]
		state.HasTarget, state.Target, state.TargetX = false, 0, 0
		state.decided = false
		state.HasPending = false
	}
}

// Settled tells that a VALID verdict changes nothing: it repeats the last one, whose target has been reached.
func (e *Engine) Settled(symbol uint32, score, confidence float64) bool {
	state := &e.States[symbol]
	return state.decided && state.score == score && state.confidence == confidence &&
		state.Target == e.account.Holdings[symbol].Position && e.FirstOf(symbol) == 0
}

// Decide acts on a VALID verdict.
func (e *Engine) Decide(symbol uint32, d *Decision) {
	policy := &e.config.Policy
	direction := int8(0)
	if d.Score > policy.DirectionThreshold {
		direction = 1
	} else if d.Score < -policy.DirectionThreshold {
		direction = -1
	}
	state := &e.States[symbol]
	if direction != state.Direction {
		e.signal(symbol, state, direction, d)
	}
	if policy.Kind == core.PolicyKindTarget {
		e.decideTarget(symbol, state, direction, d)
	} else {
		e.decideQuotes(symbol, d)
	}
}

// signal records a new direction (spec 10.2).
func (e *Engine) signal(symbol uint32, state *SymbolState, direction int8, d *Decision) {
	e.LastSignalID++
	e.ctx.Counters.Signals++
	state.Direction, state.SignalID = direction, e.LastSignalID
	record := core.NewSignalRecord(e.ctx, symbol)
	record.SetDirection(direction)
	record.SetSignalID(e.LastSignalID)
	record.SetScore(core.Canonical(d.Score))
	record.SetConfidence(core.Canonical(d.Confidence))
	record.SetFairValue(core.Canonical(d.FairValue))
	record.SetTsSignal(d.TsInit)
}

// decideTarget is the target policy (spec 10.3).
func (e *Engine) decideTarget(symbol uint32, state *SymbolState, direction int8, d *Decision) {
	policy := &e.config.Policy.Target
	state.decided = false
	x := d.Score * d.Confidence
	if x < -1 {
		x = -1
	} else if 1 < x {
		x = 1
	}
	if direction == 0 || x == 0 {
		x = 0
	}
	if policy.Rebalance == core.RebalanceAlways || !state.HasTarget || x != state.TargetX {
		target, known := e.target(symbol, x)
		if !known {
			return
		}
		state.Target, state.TargetX, state.HasTarget = target, x, true
	}
	state.decided = policy.Rebalance == core.RebalanceOnChange
	state.score, state.confidence = d.Score, d.Confidence
	difference := state.Target - e.account.Holdings[symbol].Position
	lot := e.config.Instruments[symbol].Lot
	quantity := int64(0)
	if difference != 0 { // most often there is none, and a division is slow
		quantity = core.FloorTo(core.Abs64(difference), lot)
	}
	if quantity == 0 {
		if e.FirstOf(symbol) != 0 {
			e.reconcile(symbol, [2]Desire{})
		}
		return
	}
	side := core.SideBuy
	if difference < 0 {
		side = core.SideSell
	}
	if slice := e.config.Reconciler.SliceQuantity; slice != 0 {
		quantity = min(quantity, core.FloorTo(slice, lot))
	}
	desire := Desire{Wanted: true, Type: policy.OrderType, Quantity: quantity}
	if policy.OrderType != core.OrderTypeMarket {
		price, present := e.referencePrice(symbol, side)
		if !present {
			return
		}
		desire.Price = price
	}
	if e.FirstOf(symbol) == 0 { // nothing to reconcile
		if !e.heldBack(symbol, side, desire) {
			e.create(symbol, side, desire, false)
		}
		return
	}
	var desires [2]Desire
	desires[side-core.SideBuy] = desire
	e.reconcile(symbol, desires)
}

// sizeMemo remembers the last size, as scores are often of a few steps and sizes take divisions.
type sizeMemo struct {
	instrument *core.Instrument
	share      float64
	size       int64
}

// of returns the whole lots of a share of the largest quantity.
func (m *sizeMemo) of(policy *core.TargetPolicy, instrument *core.Instrument, share float64) int64 {
	if share == 0 {
		return 0
	}
	if m.instrument != instrument || m.share != share {
		size := core.Cap(core.Rint(share*1e9), core.FromInt64(policy.MaxQuantity)).Int64()
		*m = sizeMemo{instrument, share, core.FloorTo(size, instrument.Lot)}
	}
	return m.size
}

// target is the position of a full or partial score x; unknown: nothing can be decided.
func (e *Engine) target(symbol uint32, x float64) (int64, bool) {
	policy := &e.config.Policy.Target
	instrument := e.config.Instruments[symbol]
	var size int64
	if policy.Sizing == core.SizingQuantity {
		size = e.size.of(policy, instrument, math.Abs(x))
	} else {
		a := core.Rint(math.Abs(x) * 1e9)
		h := &e.account.Holdings[symbol]
		if !h.HasMark || h.Mark <= 0 {
			return 0, false
		}
		if equity := e.account.Equity; equity.Positive() {
			value := core.Cap(a, core.Cap(policy.MaxWeightPpb, equity))
			// Two divisions towards zero are one by the product.
			size = value.FloorDiv(h.Mark).FloorDiv(h.Multiplier).Int64()
			size = core.FloorTo(size, instrument.Lot)
		}
	}
	if size > instrument.QuantityMax {
		size = core.FloorTo(instrument.QuantityMax, instrument.Lot)
	}
	if x < 0 {
		size = -size
	}
	return size, true
}

// referencePrice is the price of a target order; not present: nothing can be decided.
func (e *Engine) referencePrice(symbol uint32, side core.Side) (price int64, present bool) {
	policy := &e.config.Policy.Target
	tick := e.config.Instruments[symbol].Tick
	switch policy.PriceReference {
	case core.PriceReferenceOpposite:
		price, present = e.markets.Tops[symbol].Best(dataengine.Opposite(side))
	case core.PriceReferenceOwn:
		price, present = e.markets.Tops[symbol].Best(side)
	default:
		h := &e.account.Holdings[symbol]
		price, present = core.FloorTo(h.Mark, tick), h.HasMark
		if side == core.SideSell {
			price = core.CeilTo(h.Mark, tick)
		}
	}
	if side == core.SideBuy {
		return price + policy.OffsetTicks*tick, present
	}
	return price - policy.OffsetTicks*tick, present
}

// fairValueLimit is the magnitude from which a fair value is not used (spec 10.4).
const fairValueLimit = 4e9

// decideQuotes is the quoting policy (spec 10.4).
func (e *Engine) decideQuotes(symbol uint32, d *Decision) {
	policy := &e.config.Policy.Quoting
	if !core.IsFinite(d.FairValue) || math.Abs(d.FairValue) >= fairValueLimit {
		e.reconcile(symbol, [2]Desire{})
		return
	}
	tick := e.config.Instruments[symbol].Tick
	position := e.account.Holdings[symbol].Position
	skew := core.MulDiv(core.FromInt64(policy.InventorySkew), position, policy.MaxInventory)
	centre := core.FromInt64(core.Rint(d.FairValue * 1e9)).Sub(skew)
	half := core.FromInt64(policy.HalfSpread)
	bid := core.FloorToWide(centre.Sub(half), tick)
	ask := core.CeilToWide(centre.Add(half), tick)
	market := &e.markets.Tops[symbol]
	if best, present := market.Best(core.SideSell); present {
		bid = min(bid, core.FloorTo(best-1, tick))
	}
	if best, present := market.Best(core.SideBuy); present {
		ask = max(ask, core.CeilTo(best+1, tick))
	}
	e.reconcile(symbol, [2]Desire{
		{position+policy.QuoteQuantity <= policy.MaxInventory, core.OrderTypePostOnly, bid, policy.QuoteQuantity},
		{position-policy.QuoteQuantity >= -policy.MaxInventory, core.OrderTypePostOnly, ask, policy.QuoteQuantity},
	})
}
