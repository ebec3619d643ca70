// Lifecycle: creating, canceling and replacing orders (spec 9.2, 9.7, 8.6, 8.7).

package orderengine

import (
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/risk_engine"
)

// create makes an order of a desire: the rows, then SUBMIT, then the message.
func (e *Engine) create(symbol uint32, side core.Side, d Desire, flatten bool) {
	e.LastOrderID++
	e.ctx.Counters.Orders++
	ticket := riskengine.Ticket{
		Symbol: symbol, Side: side, Type: d.Type, Price: d.Price, Quantity: d.Quantity,
		DesiredPrice: d.Price, DesiredQuantity: d.Quantity, Flatten: flatten,
	}
	refusal := e.gate.Before(&ticket)
	effect := effectNone
	if !refusal.Refused() {
		refusal.Code, effect = e.selfTrade(&ticket, 0)
	}
	var approved riskengine.Approved
	if !refusal.Refused() {
		approved, refusal = e.gate.After(&ticket)
		if refusal.Refused() {
			effect = effectNone
		}
	}
	if refusal.Refused() {
		e.ctx.Counters.RiskRejects++
		e.remember(symbol, side, d.Type, d.Price, d.Quantity)
		record := core.OrderRecord{
			Side: uint8(side), OrderType: uint8(d.Type), OrderID: e.LastOrderID, Symbol: symbol,
			StateFrom: uint8(core.OrderStateCreated), StateTo: uint8(core.OrderStateRiskRejected),
			Trigger: uint8(core.TriggerRiskReject), Code: uint16(refusal.Code),
			Price: ticket.Price, Quantity: ticket.Quantity, Leaves: ticket.Quantity,
			SignalID: e.States[symbol].SignalID, Limit: refusal.Limit, Value: refusal.Value,
		}
		e.write(&record)
		e.carryOut(effect)
		return
	}
	e.carryOut(effect)
	e.submit(approved)
}

// submit opens an approved order under the last id given and sends it.
func (e *Engine) submit(approved riskengine.Approved) {
	t := approved.Ticket()
	index := e.Add(&Order{
		ID: e.LastOrderID, Symbol: t.Symbol, Side: t.Side, Type: t.Type, State: core.OrderStateCreated, Flatten: t.Flatten,
		Price: t.Price, Quantity: t.Quantity, Created: e.ctx.Now, SignalID: e.States[t.Symbol].SignalID,
	})
	o := e.At(index)
	e.gate.OrderOpened(t.Symbol)
	e.expose(o, false)
	e.move(o, core.TriggerSubmit, core.OrderStatePendingNew, core.CodeNone, 0)
	e.gateway.Send(MessageNew, index, o.Price, o.Quantity)
}

// write adds an ORDER record of the event at hand.
func (e *Engine) write(record *core.OrderRecord) {
	record.EventIndex, record.TsInit = e.ctx.EventIndex, e.ctx.Now
	record.Put(e.ctx.Output.Next())
}

// move records a transition with the order's values after it, and makes it.
func (e *Engine) move(o *Order, trigger core.Trigger, next core.OrderState, code core.Code, tsVenue int64) {
	record := core.OrderRecord{
		Symbol: o.Symbol, Side: uint8(o.Side), OrderType: uint8(o.Type), StateFrom: uint8(o.State), StateTo: uint8(next),
		Trigger: uint8(trigger), Code: uint16(code), OrderID: o.ID, Price: o.Price, Quantity: o.Quantity,
		Leaves: o.Leaves(), Cum: o.Cum, SignalID: o.SignalID, TsVenue: tsVenue,
	}
	o.State = next
	e.write(&record)
}

// requestCancel asks the venue to cancel an order; the caller has tested Cancelable.
func (e *Engine) requestCancel(index int32) {
	o := e.At(index)
	e.move(o, core.TriggerRequestCancel, core.OrderStatePendingCancel, core.CodeUserCancel, 0)
	e.gateway.Send(MessageCancel, index, 0, 0)
}

// requestReplace asks for another price and other leaves, after the rows (spec 9.7).
func (e *Engine) requestReplace(index int32, d Desire) {
	o := e.At(index)
	ticket := riskengine.Ticket{
		Symbol: o.Symbol, Side: o.Side, Type: o.Type, Price: d.Price, Quantity: d.Quantity,
		DesiredPrice: d.Price, DesiredQuantity: d.Quantity,
		Replaces: true, NotMore: d.Quantity <= o.Leaves() && d.Price == o.Price,
		OldLeaves: o.exposed, OldReserved: o.reserved,
	}
	refusal := e.gate.Before(&ticket)
	effect := effectNone
	if !refusal.Refused() {
		refusal.Code, effect = e.selfTrade(&ticket, index)
	}
	if !refusal.Refused() {
		_, refusal = e.gate.After(&ticket)
	}
	if !refusal.Refused() {
		e.sendReplace(index, d.Price, d.Quantity)
		return
	}
	e.ctx.Counters.RiskRejects++
	e.remember(o.Symbol, o.Side, d.Type, d.Price, d.Quantity)
	record := core.OrderRecord{
		Symbol: o.Symbol, Side: uint8(o.Side), OrderType: uint8(o.Type), StateFrom: uint8(o.State), StateTo: uint8(o.State),
		Trigger: uint8(core.TriggerRiskReject), Code: uint16(refusal.Code), OrderID: o.ID,
		Price: d.Price, Quantity: o.Cum + d.Quantity, Leaves: d.Quantity, Cum: o.Cum, SignalID: o.SignalID,
		Limit: refusal.Limit, Value: refusal.Value,
	}
	e.write(&record)
	e.carryOut(effect)
}

// sendReplace records REQUEST_REPLACE with the new terms and sends them; they hold from the REPLACE report on.
func (e *Engine) sendReplace(index int32, price, leaves int64) {
	o := e.At(index)
	quantity := o.Cum + leaves
	record := core.OrderRecord{
		Symbol: o.Symbol, Side: uint8(o.Side), OrderType: uint8(o.Type), StateFrom: uint8(o.State),
		StateTo: uint8(core.OrderStatePendingReplace), Trigger: uint8(core.TriggerRequestReplace), OrderID: o.ID,
		Price: price, Quantity: quantity, Leaves: leaves, Cum: o.Cum, SignalID: o.SignalID,
	}
	o.State = core.OrderStatePendingReplace
	o.Replacing, o.PendingPrice, o.PendingQuantity = true, price, quantity
	e.expose(o, false)
	e.write(&record)
	e.gateway.Send(MessageReplace, index, price, quantity)
}

// CancelAll asks to cancel every working order of a symbol, or of all where symbol is core.NoSymbol (spec 8.7).
func (e *Engine) CancelAll(symbol uint32) {
	e.walk = e.walk[:0]
	if symbol == core.NoSymbol {
		for index := e.First(); index != 0; index = e.Next(index) {
			e.walk = append(e.walk, handle{index, e.At(index).ID})
		}
	} else {
		for index := e.FirstOf(symbol); index != 0; index = e.NextOf(index) {
			e.walk = append(e.walk, handle{index, e.At(index).ID})
		}
	}
	for _, h := range e.walk {
		if o := e.Open(h.index, h.id); o != nil && o.Cancelable() {
			e.requestCancel(h.index)
		}
	}
}

// FlattenPositions sends a market order against every position that is to be flattened (spec 8.6).
func (e *Engine) FlattenPositions() {
	marked := e.gate.Flattening
	if e.gate.Flatten {
		marked = e.account.Held
	}
	for symbol := marked.Next(0); symbol >= 0; symbol = marked.Next(symbol + 1) {
		position := e.account.Holdings[symbol].Position
		if position == 0 || e.FirstOf(uint32(symbol)) != 0 {
			continue
		}
		side := core.SideSell
		if position < 0 {
			side = core.SideBuy
		}
		d := Desire{Wanted: true, Type: core.OrderTypeMarket, Quantity: core.Abs64(position)}
		if !e.heldBack(uint32(symbol), side, d) {
			e.create(uint32(symbol), side, d, true)
		}
	}
}
