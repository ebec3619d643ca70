// Package executionengine simulates the venue: messages in, matching, reports out (spec 7).
package executionengine

import (
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
	"quartet.dev/go_engine/internal/order_engine"
)

// Message is on its way to the venue.
type Message struct {
	Arrival         int64
	Kind            orderengine.MessageKind
	Index           int32
	OrderID         uint64
	Price, Quantity int64
}

// Venue is the simulated venue; it looks at orders through its own view of them.
type Venue struct {
	Inbound    fifo[Message]
	Outbound   fifo[orderengine.Report]
	LastExecID uint64

	ctx         *core.Context
	config      *core.VenueConfig
	orderTTLNs  int64
	instruments []*core.Instrument
	markets     *dataengine.Markets
	orders      *orderengine.Engine
	present     []int32 // orders at the venue, by symbol
	simulated   bool
	atOnce      bool               // reports are applied as they are made: nothing is before them and none is late
	report      orderengine.Report // the one applied at once
}

// New returns the venue of a configuration before its first event.
func New(ctx *core.Context, config *core.Config, orders *orderengine.Engine, markets *dataengine.Markets) *Venue {
	return &Venue{
		ctx: ctx, config: &config.Venue, orderTTLNs: config.Reconciler.OrderTTLNs, instruments: config.Instruments,
		markets: markets, orders: orders, present: make([]int32, len(config.Instruments)),
		simulated: config.Venue.Mode == core.VenueModeSimulated,
	}
}

// Send takes a message of the order engine (spec 7.1); an external venue has none.
func (v *Venue) Send(kind orderengine.MessageKind, index int32, price, quantity int64) {
	if !v.simulated {
		return
	}
	o := v.orders.At(index)
	if v.config.OrderLatencyNs > 0 {
		*v.Inbound.Room() = Message{v.ctx.Now + v.config.OrderLatencyNs, kind, index, o.ID, price, quantity}
		return
	}
	respondsNow := v.config.ResponseLatencyNs == 0
	v.atOnce = respondsNow && v.Outbound.Len() == 0
	if kind == orderengine.MessageNew {
		v.accept(index, o, price, quantity, v.ctx.Now)
	} else {
		v.deliver(&Message{Kind: kind, Index: index, OrderID: o.ID, Price: price, Quantity: quantity}, v.ctx.Now)
	}
	if respondsNow && !v.atOnce {
		v.Respond()
	}
	v.atOnce = false
}

// ArrivalsDue tells whether step S2 has anything to do.
func (v *Venue) ArrivalsDue() bool {
	return (v.Inbound.Len() > 0 && v.Inbound.At(0).Arrival < v.ctx.TsEvent) || v.orderTTLNs > 0
}

// Arrive delivers the messages that reached the venue before the event, then ends lives that ran out (spec 7.2).
func (v *Venue) Arrive() {
	for v.Inbound.Len() > 0 && v.Inbound.At(0).Arrival < v.ctx.TsEvent {
		message := v.Inbound.Pop()
		v.deliver(&message, message.Arrival)
	}
	if v.orderTTLNs == 0 || !v.simulated {
		return
	}
	// Orders are made in order of time, so the first that lives on ends the walk.
	for index := v.orders.First(); index != 0; index = v.orders.Next(index) {
		o := v.orders.At(index)
		expire := o.Created + v.orderTTLNs
		if expire > v.ctx.TsEvent {
			return
		}
		if o.AtVenue {
			v.leave(index, core.TriggerExpire, core.CodeTimeInForce, expire)
		}
	}
}

// ReportsWait tells whether step S4 has anything to look at.
func (v *Venue) ReportsWait() bool { return v.Outbound.Len() > 0 }

// Respond applies the reports that are due (spec 7.3).
func (v *Venue) Respond() {
	for v.Outbound.Len() > 0 && v.Outbound.At(0).Due <= v.ctx.Now {
		report := v.Outbound.Pop()
		v.orders.Apply(&report)
	}
}

// room returns where the next report is written; send sends it on its way.
func (v *Venue) room() *orderengine.Report {
	if v.atOnce {
		return &v.report
	}
	return v.Outbound.Room()
}

func (v *Venue) send() {
	if v.atOnce {
		v.orders.Apply(&v.report)
	}
}

// say reports something other than a fill.
func (v *Venue) say(index int32, id uint64, trigger core.Trigger, code core.Code, t int64) {
	*v.room() = orderengine.Report{
		Due: t + v.config.ResponseLatencyNs, T: t, OrderID: id, Index: index, Trigger: trigger, Code: code,
	}
	v.send()
}

// fill executes part of an order at the venue; the order leaves when nothing is left.
func (v *Venue) fill(index int32, price, quantity int64, liquidity core.Liquidity, reason core.FillReason, t int64) {
	o := v.orders.At(index)
	v.LastExecID++
	report := v.room()
	report.Due, report.T, report.OrderID, report.Index = t+v.config.ResponseLatencyNs, t, o.ID, index
	report.Trigger, report.Liquidity, report.Reason, report.Code = core.TriggerFill, liquidity, reason, core.CodeNone
	report.ExecID, report.Price, report.Quantity, report.Cause = v.LastExecID, price, quantity, v.ctx.EventIndex
	o.VenueCum += quantity
	if o.VenueLeaves() == 0 {
		v.remove(o)
	}
	v.send()
}

// enter puts an order at the venue.
func (v *Venue) enter(o *orderengine.Order, price, quantity int64) {
	o.AtVenue, o.VenuePrice, o.VenueQuantity, o.VenueCum = true, price, quantity, 0
	v.present[o.Symbol]++
}

// Admit counts a restored order that is at the venue.
func (v *Venue) Admit(symbol uint32) { v.present[symbol]++ }

func (v *Venue) remove(o *orderengine.Order) {
	o.LeaveVenue()
	v.present[o.Symbol]--
}

// leave takes an order off the venue with a report.
func (v *Venue) leave(index int32, trigger core.Trigger, code core.Code, t int64) {
	o := v.orders.At(index)
	v.remove(o)
	v.say(index, o.ID, trigger, code, t)
}

// cancel takes an order off the venue that the venue will not execute further.
func (v *Venue) cancel(index int32, code core.Code, t int64) {
	v.leave(index, core.TriggerCancel, code, t)
}

// deliver hands a message to the venue at time t.
func (v *Venue) deliver(m *Message, t int64) {
	o := v.orders.Open(m.Index, m.OrderID)
	switch m.Kind {
	case orderengine.MessageNew:
		v.accept(m.Index, o, m.Price, m.Quantity, t)
	case orderengine.MessageCancel:
		if o != nil && o.AtVenue && o.VenueLeaves() > 0 {
			v.cancel(m.Index, core.CodeUserCancel, t)
		} else {
			v.say(m.Index, m.OrderID, core.TriggerCancelReject, core.CodeNone, t)
		}
	default:
		v.replace(m, o, t)
	}
}

// accept takes a NEW.
func (v *Venue) accept(index int32, o *orderengine.Order, price, quantity, t int64) {
	v.enter(o, price, quantity)
	if v.instruments[o.Symbol].FillModel == core.FillModelBook {
		v.newOnBook(index, o, t)
	} else if rests(o.Type) {
		v.say(index, o.ID, core.TriggerAck, core.CodeNone, t)
	}
}

// rests tells whether a type of order waits at its price.
func rests(orderType core.OrderType) bool {
	return orderType == core.OrderTypeLimit || orderType == core.OrderTypePostOnly
}

// replace gives an order new terms (spec 7.10).
func (v *Venue) replace(m *Message, o *orderengine.Order, t int64) {
	if o == nil || !o.AtVenue {
		v.say(m.Index, m.OrderID, core.TriggerReplaceReject, core.CodeNone, t)
		return
	}
	if m.Quantity <= o.VenueCum {
		v.cancel(m.Index, core.CodeReplaceBelowCum, t)
		return
	}
	market := &v.markets.Tops[o.Symbol]
	matching := v.instruments[o.Symbol].FillModel == core.FillModelBook && !market.Frozen()
	if matching && o.Type == core.OrderTypePostOnly && wouldTake(market, o.Side, m.Price) {
		v.say(m.Index, o.ID, core.TriggerReplaceReject, core.CodePostOnlyWouldTake, t)
		return
	}
	keepsPlace := m.Price == o.VenuePrice && m.Quantity-o.VenueCum <= o.VenueLeaves()
	o.VenuePrice, o.VenueQuantity = m.Price, m.Quantity
	v.say(m.Index, o.ID, core.TriggerReplace, core.CodeNone, t)
	if keepsPlace || v.instruments[o.Symbol].FillModel != core.FillModelBook {
		return
	}
	if matching && o.Type == core.OrderTypeLimit {
		v.take(m.Index, o, t)
	}
	if o.AtVenue {
		v.rest(o)
	}
}

// wouldTake tells whether a price reaches the other side's best.
func wouldTake(market *dataengine.Market, side core.Side, price int64) bool {
	best, present := market.Best(dataengine.Opposite(side))
	return present && dataengine.Reaches(side, price, best)
}
