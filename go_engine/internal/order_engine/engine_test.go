package orderengine

import (
	"slices"
	"testing"

	"quartet.dev/go_engine/internal/account"
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/core/coretest"
	"quartet.dev/go_engine/internal/data_engine"
	"quartet.dev/go_engine/internal/risk_engine"
)

const unit = coretest.Unit

// message is what the order engine sent.
type message struct {
	kind            MessageKind
	id              uint64
	price, quantity int64
}

// desk is an order engine whose venue keeps silent; symbol 0 is quoted 99 to 101.
type desk struct {
	*Engine
	ctx  core.Context
	sent []message
}

func (d *desk) Send(kind MessageKind, index int32, price, quantity int64) {
	d.sent = append(d.sent, message{kind, d.At(index).ID, price, quantity})
}

func newDesk(changes ...func(*core.Config)) *desk {
	config := coretest.Config(2)
	config.Policy.Target.OrderType = core.OrderTypeLimit
	for _, change := range changes {
		change(config)
	}
	d := &desk{}
	holdings, markets := account.New(config), dataengine.NewMarkets(2)
	gate := riskengine.New(&d.ctx, config, holdings, markets)
	d.Engine = New(&d.ctx, config, holdings, gate, markets)
	d.Connect(d)
	markets.Tops[0].SetQuote(99*unit, 101*unit, unit, unit)
	holdings.SetMark(0, 100*unit)
	return d
}

func limit(price, quantity int64) Desire {
	return Desire{Wanted: true, Type: core.OrderTypeLimit, Price: price, Quantity: quantity}
}

// acknowledge makes every pending order live.
func (d *desk) acknowledge() {
	for index := d.First(); index != 0; index = d.Next(index) {
		if o := d.At(index); o.State == core.OrderStatePendingNew {
			d.Apply(&Report{Index: index, OrderID: o.ID, Trigger: core.TriggerAck})
		}
	}
}

// expect compares what was sent since the last call.
func (d *desk) expect(t *testing.T, what string, expected ...message) {
	t.Helper()
	if !slices.Equal(d.sent, expected) {
		t.Errorf("%s: sent %+v, expected %+v", what, d.sent, expected)
	}
	d.sent = nil
}

func TestReconcilerCancelsReplacesAndCreates(t *testing.T) {
	d := newDesk(func(c *core.Config) { c.Reconciler.UseReplace = true })
	desires := [2]Desire{limit(98*unit, unit), {}}
	d.reconcile(0, desires)
	d.expect(t, "create", message{MessageNew, 1, 98 * unit, unit})
	d.reconcile(0, desires)
	d.expect(t, "a busy side waits")
	d.acknowledge()
	d.reconcile(0, desires)
	d.expect(t, "a match is kept")
	d.reconcile(0, [2]Desire{limit(97*unit, 2*unit), {}})
	d.expect(t, "replace", message{MessageReplace, 1, 97 * unit, 2 * unit})
	d.Apply(&Report{Index: 1, OrderID: 1, Trigger: core.TriggerReplace})
	if o := d.At(1); o.Price != 97*unit || o.Quantity != 2*unit || o.State != core.OrderStateNew || o.Replacing {
		t.Errorf("replaced order is %+v", o)
	}
	d.reconcile(0, [2]Desire{{}, limit(103*unit, unit)})
	d.expect(t, "the other side", message{MessageCancel, 1, 0, 0}, message{MessageNew, 2, 103 * unit, unit})
	d.Apply(&Report{Index: 1, OrderID: 1, Trigger: core.TriggerCancel})
	d.Apply(&Report{Index: 1, OrderID: 1, Trigger: core.TriggerCancel})
	if d.ctx.Counters.Cancels != 1 || d.ctx.Counters.LateReports != 1 {
		t.Errorf("counters are %+v", d.ctx.Counters)
	}
}

func TestRejectedDesireWaits(t *testing.T) {
	d := newDesk()
	d.gate.Level = core.LevelKilled
	desires := [2]Desire{limit(98*unit, unit), {}}
	for range 3 {
		d.reconcile(0, desires)
	}
	if d.ctx.Counters.Orders != 1 || d.ctx.Counters.RiskRejects != 1 {
		t.Errorf("counters are %+v", d.ctx.Counters)
	}
	d.ctx.Now = coretest.Second
	d.reconcile(0, desires)
	d.reconcile(0, [2]Desire{limit(98*unit, 2*unit), {}})
	if d.ctx.Counters.Orders != 3 {
		t.Errorf("a desire comes again after its time, or when it changes: %d orders", d.ctx.Counters.Orders)
	}
}

func TestSelfTradeRules(t *testing.T) {
	resting := func(rule core.SelfTrade) *desk {
		d := newDesk(func(c *core.Config) { c.Risk.SelfTrade = rule })
		d.create(0, core.SideBuy, limit(100*unit, 2*unit), false)
		d.create(0, core.SideBuy, limit(99*unit, 3*unit), false)
		d.acknowledge()
		d.sent = nil
		return d
	}
	d := resting(core.SelfTradeCancelNewest)
	d.create(0, core.SideSell, limit(100*unit, unit), false)
	d.expect(t, "cancel newest")
	d.create(0, core.SideSell, limit(101*unit, unit), false)
	d.expect(t, "out of reach", message{MessageNew, 4, 101 * unit, unit})

	d = resting(core.SelfTradeCancelOldest)
	d.create(0, core.SideSell, limit(100*unit, unit), false)
	d.expect(t, "cancel oldest", message{MessageCancel, 1, 0, 0}, message{MessageNew, 3, 100 * unit, unit})

	d = resting(core.SelfTradeCancelBoth)
	d.create(0, core.SideSell, limit(99*unit, unit), false)
	d.expect(t, "cancel both", message{MessageCancel, 1, 0, 0}, message{MessageCancel, 2, 0, 0})

	d = resting(core.SelfTradeDecrement)
	d.create(0, core.SideSell, limit(99*unit, 3*unit), false)
	d.expect(t, "decrement all of it", message{MessageCancel, 1, 0, 0}, message{MessageReplace, 2, 99 * unit, 2 * unit})
	if d.ctx.Counters.RiskRejects != 1 {
		t.Error("nothing was left, so the order is rejected")
	}
	d = resting(core.SelfTradeDecrement)
	d.create(0, core.SideSell, limit(100*unit, 3*unit), false)
	d.expect(t, "decrement part of it", message{MessageCancel, 1, 0, 0}, message{MessageNew, 3, 100 * unit, unit})
}

func TestCancelAllAndFlatten(t *testing.T) {
	d := newDesk()
	d.create(0, core.SideBuy, limit(98*unit, unit), false)
	d.create(0, core.SideBuy, limit(97*unit, unit), false)
	d.sent = nil
	d.CancelAll(1)
	d.expect(t, "another symbol")
	d.CancelAll(core.NoSymbol)
	d.expect(t, "all", message{MessageCancel, 1, 0, 0}, message{MessageCancel, 2, 0, 0})
	d.CancelAll(0)
	d.expect(t, "only once")
	d.account.LoadPosition(0, -3*unit, 100*unit)
	d.gate.SetLevel(0, core.LevelKilled, true)
	d.FlattenPositions()
	d.expect(t, "not while orders are open")
	for _, index := range []int32{1, 2} {
		d.Apply(&Report{Index: index, OrderID: uint64(index), Trigger: core.TriggerCancel})
	}
	d.FlattenPositions()
	d.expect(t, "flatten", message{MessageNew, 3, 105 * unit, 3 * unit})
}

func TestExternalReports(t *testing.T) {
	d := newDesk(func(c *core.Config) { c.Venue.Mode = core.VenueModeExternal })
	d.create(0, core.SideBuy, limit(98*unit, 4*unit), false)
	fill := ExternalReport{OrderID: 1, ExecID: 1, Trigger: uint8(core.TriggerFill), Liquidity: 1, Price: 98 * unit, Quantity: unit}
	for _, item := range []struct {
		name     string
		change   func(*ExternalReport)
		expected core.Code
	}{
		{"order", func(r *ExternalReport) { r.OrderID = 9 }, core.CodeUnknownOrder},
		{"trigger", func(r *ExternalReport) { r.Trigger = uint8(core.TriggerSubmit) }, core.CodeIllegalTransition},
		{"quantity", func(r *ExternalReport) { r.Quantity = 0 }, core.CodeBadSize},
		{"price", func(r *ExternalReport) { r.Price = 0 }, core.CodeBadPrice},
		{"too much", func(r *ExternalReport) { r.Quantity = 5 * unit }, core.CodeIllegalTransition},
		{"liquidity", func(r *ExternalReport) { r.Liquidity = 3 }, core.CodeIllegalTransition},
		{"code", func(r *ExternalReport) { r.Code = 999 }, core.CodeIllegalTransition},
		{"no replace", func(r *ExternalReport) { r.Trigger = uint8(core.TriggerReplace) }, core.CodeIllegalTransition},
		{"good", func(*ExternalReport) {}, core.CodeNone},
		{"again", func(*ExternalReport) {}, core.CodeDuplicateExec},
		{"resume", func(r *ExternalReport) { r.Trigger = uint8(core.TriggerResume) }, core.CodeIllegalTransition},
		{"suspend", func(r *ExternalReport) { r.Trigger = uint8(core.TriggerSuspend) }, core.CodeIllegalTransition},
		{"the rest", func(r *ExternalReport) { r.ExecID, r.Quantity = 2, 3*unit }, core.CodeNone},
	} {
		report := fill
		item.change(&report)
		code, symbol := d.TakeExternal(&report)
		if item.name == "suspend" {
			// PARTIALLY_FILLED orders can be suspended.
			item.expected = core.CodeNone
		}
		if code != item.expected || (code == core.CodeUnknownOrder) != (symbol == core.NoSymbol) {
			t.Errorf("%s: %v, expected %v", item.name, code, item.expected)
		}
	}
	if d.account.Holdings[0].Position != 4*unit || d.First() != 0 {
		t.Error("the order is filled and gone")
	}
}

func TestIllegalReportOfTheSimulatedVenueIsAFault(t *testing.T) {
	d := newDesk()
	d.create(0, core.SideBuy, limit(98*unit, unit), false)
	defer func() {
		if recover() == nil {
			t.Error("a broken invariant must not pass")
		}
	}()
	d.Apply(&Report{Index: 1, OrderID: 1, Trigger: core.TriggerResume})
}
