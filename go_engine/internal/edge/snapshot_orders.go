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
	exposed := make([][2]int64, len(e.Config.Instruments))
	for range r.count(orderBytes, uint64(e.Config.OpenOrders)) {
		o := r.order()
		if r.failure == "" && !restorable(&o, e.Config, last, e.Orders.LastOrderID) {
			r.fail("an order cannot be")
		}
		if r.failure != "" {
			return
		}
		last = o.ID
		sum := &exposed[o.Symbol][(o.Side-core.SideBuy)&1]
		if *sum += exposedLeaves(&o); *sum > quantityBound(e.Config, o.Symbol) {
			r.fail("open orders are out of range")
			return
		}
		index[o.ID] = e.Orders.Restore(&o)
		if o.AtVenue {
			e.Venue.Admit(o.Symbol)
		}
	}
	r.inbound(e, index)
	reports := r.count(reportBytes, math.MaxUint32)
	for range reports {
		report := r.report()
		report.Index = index[report.OrderID]
		if report.Index != 0 && report.Trigger == core.TriggerFill {
			symbol := e.Orders.At(report.Index).Symbol
			r.require(nearlyTakes(e.Config.Instruments[symbol], report.Price), "a report's price is out of range")
		}
		e.Venue.Outbound.Push(report)
	}
	r.require(reports == 0 || e.Config.Venue.Mode == core.VenueModeSimulated, "reports of a venue that is not ours")
}

// exposedLeaves are an order's leaves as the gate counts them (spec 9.5).
func exposedLeaves(o *orderengine.Order) int64 {
	if o.Replacing {
		return max(o.Leaves(), o.PendingQuantity-o.Cum)
	}
	return o.Leaves()
}

// order reads one open order.
func (r *reader) order() orderengine.Order {
	o := orderengine.Order{
		ID: r.u64(), Symbol: r.u32(), Side: enumOf[core.Side](r), Type: enumOf[core.OrderType](r),
		State: enumOf[core.OrderState](r), Flatten: r.flag(), Price: r.i64(), Quantity: r.i64(), Cum: r.i64(),
		Created: r.time(), SignalID: r.u64(), LastExecID: r.u64(),
	}
	o.Replacing = r.flag()
	o.PendingPrice, o.PendingQuantity = r.i64(), r.size()
	r.absent(o.Replacing, o.PendingPrice, o.PendingQuantity)
	o.AtVenue = r.flag()
	o.VenuePrice, o.VenueQuantity, o.VenueCum = r.i64(), r.i64(), r.i64()
	r.absent(o.AtVenue, o.VenuePrice, o.VenueQuantity, o.VenueCum)
	o.Resting = r.flag()
	o.Ahead, o.Level, o.Traded = r.within(-1, sizeMax, "a queue is out of range"), r.size(), r.saturated()
	r.absent(o.Resting, o.Ahead, o.Level, o.Traded)
	return o
}

// restorable tells whether an order of a snapshot can be one of ours.
func restorable(o *orderengine.Order, config *core.Config, after, upTo uint64) bool {
	if o.ID <= after || o.ID > upTo || uint64(o.Symbol) >= uint64(len(config.Instruments)) ||
		o.State.Terminal() || o.State == core.OrderStateCreated {
		return false
	}
	instrument, most := config.Instruments[o.Symbol], quantityBound(config, o.Symbol)
	return o.Cum >= 0 && o.Cum < o.Quantity && o.Quantity <= most && nearlyTakes(instrument, o.Price) &&
		replaceable(o, instrument, most) && (o.AtVenue || !o.Resting) &&
		(!o.AtVenue || (config.Venue.Mode == core.VenueModeSimulated && nearlyTakes(instrument, o.VenuePrice) &&
			o.VenueCum >= 0 && o.VenueCum < o.VenueQuantity && o.VenueQuantity <= most))
}

// replaceable tells whether the pending replace can be that of an order in this state.
func replaceable(o *orderengine.Order, instrument *core.Instrument, most int64) bool {
	if !o.Replacing {
		return o.State != core.OrderStatePendingReplace
	}
	return (o.State == core.OrderStatePendingReplace || o.State == core.OrderStatePendingCancel) &&
		o.PendingQuantity <= most && nearlyTakes(instrument, o.PendingPrice)
}

// inbound reads the messages on their way.
func (r *reader) inbound(e *engine.Engine, index map[uint64]int32) {
	messages := r.count(messageBytes, math.MaxUint32)
	r.require(messages == 0 || e.Config.Venue.Mode == core.VenueModeSimulated, "messages to a venue that is not ours")
	for range messages {
		message := executionengine.Message{
			Arrival: r.within(0, arrivalMax, "a time is out of range"), Kind: orderengine.MessageKind(r.u8()),
			OrderID: r.u64(), Price: r.i64(), Quantity: r.i64(),
		}
		message.Index = index[message.OrderID]
		var order *orderengine.Order
		if message.Index != 0 {
			order = e.Orders.At(message.Index)
		}
		if !deliverable(&message, order, e.Config) {
			r.fail("a message cannot be")
			return
		}
		e.Venue.Inbound.Push(message)
	}
}

// deliverable tells whether a message about an order, nil where it is not open, can be on its way.
func deliverable(message *executionengine.Message, order *orderengine.Order, config *core.Config) bool {
	switch message.Kind {
	case orderengine.MessageCancel:
		return message.Price == 0 && message.Quantity == 0
	case orderengine.MessageNew:
		if order == nil || order.AtVenue {
			return false
		}
	case orderengine.MessageReplace:
	default:
		return false
	}
	return message.Quantity > 0 && (order == nil || (message.Quantity <= quantityBound(config, order.Symbol) &&
		nearlyTakes(config.Instruments[order.Symbol], message.Price)))
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
	r.require(!isFill || report.Quantity > 0, "a fill of nothing")
	return report
}
