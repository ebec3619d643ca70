package engine

import (
	"runtime/debug"
	"testing"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/core/coretest"
)

// crossing scores the distance of the mid from a hundred, so that quotes on either side turn the target.
func crossing(config *core.Config) {
	config.Program = &core.ProgramSpec{Nodes: []core.NodeSpec{
		{Op: core.OpMid, Clock: core.ClockQuote}, {Op: core.OpConst, Params: []float64{100}},
		{Op: core.OpSub, Inputs: []uint32{0, 1}, Clock: core.ClockQuote},
	}, Score: 2}
}

// TestEventsAllocateNothing runs quotes that make orders; a call may take memory for its list of chunks, an event none.
func TestEventsAllocateNothing(t *testing.T) {
	const events, callMost = 4000, 64
	s := &stream{}
	for i := range int64(events) {
		s.quote(97+4*(i/3%2), 99+4*(i/3%2))
	}
	for name, change := range map[string]func(*core.Config){
		"filled at once": func(*core.Config) {},
		"in flight":      func(c *core.Config) { c.Venue.OrderLatencyNs, c.Venue.ResponseLatencyNs = 2, 2 },
		"resting": func(c *core.Config) {
			c.Policy.Target.OrderType, c.Policy.Target.PriceReference = core.OrderTypeLimit, core.PriceReferenceOwn
		},
	} {
		config := coretest.Config(1)
		crossing(config)
		change(config)
		e := New(config, Options{})
		call := func() {
			for i := range s.batch.TsInit { // time goes on from call to call
				s.batch.TsInit[i] += events
				s.batch.TsEvent[i] += events
			}
			e.Process(&s.batch, nil).Free()
		}
		call()
		call()
		orders := e.Context.Counters.Orders
		percent := debug.SetGCPercent(-1) // a collection would empty the pool of chunks
		allocations := testing.AllocsPerRun(5, call)
		debug.SetGCPercent(percent)
		if allocations > callMost {
			t.Errorf("%s: a call of %d events allocates %v times", name, events, allocations)
		}
		if made := e.Context.Counters.Orders - orders; made < events/10 {
			t.Errorf("%s: %d orders in six calls", name, made)
		}
	}
}
