package orderengine

import (
	"math"
	"testing"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/core/coretest"
)

func (d *desk) decide(score, confidence, fair float64) {
	d.Decide(0, &Decision{Score: score, Confidence: confidence, FairValue: fair})
}

func TestTargetPrices(t *testing.T) {
	for _, item := range []struct {
		reference core.PriceReference
		offset    int64
		score     float64
		expected  int64
	}{
		{core.PriceReferenceOpposite, 0, 1, 101 * unit},
		{core.PriceReferenceOpposite, 2, 1, 101*unit + unit/50},
		{core.PriceReferenceOwn, 0, 1, 99 * unit},
		{core.PriceReferenceOwn, -3, -1, 101*unit + 3*unit/100},
		{core.PriceReferenceMark, 0, -1, 100 * unit},
	} {
		d := newDesk(func(c *core.Config) {
			c.Policy.Target.PriceReference, c.Policy.Target.OffsetTicks = item.reference, item.offset
		})
		d.decide(item.score, 1, core.NaN)
		d.expect(t, item.reference.String(), message{MessageNew, 1, item.expected, 10 * unit})
	}
}

func TestTargetSizes(t *testing.T) {
	weight := func(c *core.Config) { c.Policy.Target.Sizing = core.SizingWeight }
	for name, item := range map[string]struct {
		change   func(*core.Config)
		score    float64
		expected int64
	}{
		"full":        {func(*core.Config) {}, 1, 10 * unit},
		"beyond full": {func(*core.Config) {}, 7, 10 * unit},
		"half":        {func(*core.Config) {}, 0.57, 5 * unit},
		"sliced":      {func(c *core.Config) { c.Reconciler.SliceQuantity = 3*unit + 1 }, 1, 3 * unit},
		"weight":      {weight, 1, 100 * unit},
		"quantity":    {func(c *core.Config) { c.Instruments[0].QuantityMax = 4*unit + 1 }, 1, 4 * unit},
	} {
		d := newDesk(item.change)
		d.decide(item.score, 1, core.NaN)
		d.expect(t, name, message{MessageNew, 1, 101 * unit, item.expected})
	}
	d := newDesk(func(c *core.Config) { c.Policy.DirectionThreshold = 0.5 })
	d.decide(0.5, 1, core.NaN)
	d.expect(t, "no direction, no order")
	d = newDesk(weight)
	d.account.Equity = core.FromInt64(-1)
	d.decide(1, 1, core.NaN)
	d.expect(t, "no equity, no order")
}

func TestSignalIsRecordedWhenTheDirectionChanges(t *testing.T) {
	d := newDesk()
	for _, score := range []float64{1, 0.5, -1, -1, 0, 0.2} {
		d.decide(score, 1, core.NaN)
	}
	if d.ctx.Counters.Signals != 4 || d.States[0].SignalID != 4 || d.States[0].Direction != 1 {
		t.Errorf("%d signals, state %+v", d.ctx.Counters.Signals, d.States[0])
	}
}

func TestQuotes(t *testing.T) {
	quoting := func(c *core.Config) { c.Policy.Kind = core.PolicyKindQuoting }
	d := newDesk(quoting)
	d.decide(0, 1, 100)
	d.expect(t, "around fair value", message{MessageNew, 1, 99*unit + 98*unit/100, 5 * unit}, message{MessageNew, 2, 100*unit + 2*unit/100, 5 * unit})
	d = newDesk(quoting)
	d.decide(0, 1, 105)
	d.expect(t, "not through the ask", message{MessageNew, 1, 100*unit + 99*unit/100, 5 * unit}, message{MessageNew, 2, 105*unit + 2*unit/100, 5 * unit})
	d = newDesk(quoting, func(c *core.Config) { c.Policy.Quoting.InventorySkew = unit })
	d.account.LoadPosition(0, 18*unit, 100*unit)
	d.decide(0, 1, 100)
	d.expect(t, "long: only the ask, lower", message{MessageNew, 1, 99*unit + 12*unit/100, 5 * unit})
	for _, fair := range []float64{core.NaN, math.Inf(1), 4e9} {
		d = newDesk(quoting)
		d.decide(0, 1, fair)
		d.expect(t, "no fair value")
	}
}

func TestPendingVerdicts(t *testing.T) {
	d := newDesk()
	d.Keep(0, Decision{Score: -1, Confidence: 1, TsInit: 5})
	d.Keep(0, Decision{Score: 1, Confidence: 1, TsInit: 6})
	d.DecidePending()
	d.expect(t, "the later verdict", message{MessageNew, 1, 101 * unit, 10 * unit})
	d.DecidePending()
	d.expect(t, "only once")
	d.Keep(0, Decision{Score: -1, Confidence: 1, TsInit: 6})
	d.ctx.Now = 7 + coretest.Second
	d.DecidePending()
	if d.ctx.Counters.ExpiredSignals != 1 || len(d.sent) != 0 {
		t.Error("an old verdict expires")
	}
	d.Keep(0, Decision{Score: -1, Confidence: 1, TsInit: d.ctx.Now})
	d.ForgetTargets()
	d.DecidePending()
	if len(d.sent) != 0 || d.States[0].HasTarget || d.States[0].HasPending {
		t.Error("a new program forgets targets and pending verdicts")
	}
}
