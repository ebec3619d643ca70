// Reading the orders and what is in flight (spec 14.1, sections 7 and 8).

package edge

import (
	"math"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/engine"
	"quartet.dev/go_engine/internal/execution_engine"
	"quartet.dev/go_engine/internal/order_engine"
)

// orders reads sections 7 and 8.
func (r *reader) orders(e *engine.Engine) {
	index := make(map[uint64]int32)
	last := uint64(0)
	for range r.count(orderBytes, uint64(e.Config.OpenOrders)) {
		o := r.order()
		if r.failure == "" && !restorable(&o, e.Config, last, e.Orders.LastOrderID) {
			r.fail("an order cannot be")
		}
		if r.failure != "" {
			return
		}
		last = o.ID
		index[o.ID] = e.Orders.Restore(&o)
		if o.AtVenue {
			e.Venue.Admit(o.Symbol)
		}
	}
	r.inbound(e, index)
	for range r.count(reportBytes, math.MaxUint32) {
		report := r.report()
		report.Index = index[report.OrderID]
		e.Venue.Outbound.Push(report)
	}
}

// order reads one open order.
func (r *reader) order() orderengine.Order {
	o := orderengine.Order{
		ID: r.u64(), Symbol: r.u32(), Side: enumOf[core.Side](r), Type: enumOf[core.OrderType](r),
		State: enumOf[core.OrderState](r), Flatten: r.flag(), Price: r.i64(), Quantity: r.i64(), Cum: r.i64(),
		Created: r.i64(), SignalID: r.u64(), LastExecID: r.u64(),
	}
	o.Replacing = r.flag()
	o.PendingPrice, o.PendingQuantity = r.i64(), r.i64()
	o.AtVenue = r.flag()
	o.VenuePrice, o.VenueQuantity, o.VenueCum = r.i64(), r.i64(), r.i64()
	o.Resting = r.flag()
	o.Ahead, o.Level, o.Traded = r.i64(), r.i64(), r.i64()
	return o
}

// restorable tells whether an order of a snapshot can be one of ours.
func restorable(o *orderengine.Order, config *core.Config, after, upTo uint64) bool {
	return o.ID > after && o.ID <= upTo && uint64(o.Symbol) < uint64(len(config.Instruments)) &&
		!o.State.Terminal() && o.State != core.OrderStateCreated &&
		o.Cum >= 0 && o.Cum < o.Quantity && o.Created >= 0 &&
		(!o.AtVenue || (o.VenueCum >= 0 && o.VenueCum < o.VenueQuantity)) && (o.AtVenue || !o.Resting) &&
		(!o.AtVenue || config.Venue.Mode == core.VenueModeSimulated)
}

// inbound reads the messages on their way; a NEW must be of an open order that is not at the venue.
func (r *reader) inbound(e *engine.Engine, index map[uint64]int32) {
	for range r.count(messageBytes, math.MaxUint32) {
		message := executionengine.Message{
			Arrival: r.i64(), Kind: orderengine.MessageKind(r.u8()), OrderID: r.u64(), Price: r.i64(), Quantity: r.i64(),
		}
		message.Index = index[message.OrderID]
		isNew := message.Kind == orderengine.MessageNew
		if message.Kind < orderengine.MessageNew || message.Kind > orderengine.MessageReplace ||
			(isNew && (message.Index == 0 || e.Orders.At(message.Index).AtVenue || message.Quantity <= 0)) {
			r.fail("a message cannot be")
			return
		}
		e.Venue.Inbound.Push(message)
	}
}

// report reads one report on its way.
func (r *reader) report() orderengine.Report {
	report := orderengine.Report{
		Due: r.i64(), T: r.i64(), Trigger: enumOf[core.Trigger](r), OrderID: r.u64(), ExecID: r.u64(),
		Price: r.i64(), Quantity: r.i64(),
	}
	isFill := report.Trigger == core.TriggerFill
	report.Liquidity = optionalEnum[core.Liquidity](r, isFill)
	report.Reason = optionalEnum[core.FillReason](r, isFill)
	code := r.u16()
	report.Code = core.Code(code)
	if code > math.MaxUint8 || !report.Code.Valid() {
		r.fail("a number is in no table")
	}
	report.Cause = r.u64()
	return report
}
