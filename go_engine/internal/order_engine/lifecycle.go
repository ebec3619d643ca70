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
		record := core.NewOrderRecord(e.ctx, symbol)
		record.SetSide(uint8(side))
		record.SetOrderType(uint8(d.Type))
		record.SetOrderID(e.LastOrderID)
		setTransition(record, core.TriggerRiskReject, core.OrderStateCreated, core.OrderStateRiskRejected)
		setTerms(record, ticket.Price, ticket.Quantity, ticket.Quantity, 0)
		record.SetSignalID(e.States[symbol].SignalID)
		setRefusal(record, &refusal)
		e.carryOut(effect)
		return
	}
	e.carryOut(effect)
	e.submit(approved)
}

// submit opens an approved order under the last id given and sends it.
func (e *Engine) submit(approved riskengine.Approved) {
	t := approved.Ticket()
	index, o := e.take(t.Symbol, e.LastOrderID)
	o.Side, o.Type, o.State, o.Flatten = t.Side, t.Type, core.OrderStateCreated, t.Flatten
	o.Price, o.Quantity = t.Price, t.Quantity
	o.Created, o.SignalID = e.ctx.Now, e.States[t.Symbol].SignalID
	e.gate.OrderOpened(t.Symbol)
	e.expose(o, false)
	e.move(o, core.TriggerSubmit, core.OrderStatePendingNew, core.CodeNone, 0)
	e.gateway.Send(MessageNew, index, o.Price, o.Quantity)
}

// recordOf begins an ORDER record of an open order.
func (e *Engine) recordOf(o *Order) *core.OrderRecord {
	record := core.NewOrderRecord(e.ctx, o.Symbol)
	record.SetSide(uint8(o.Side))
	record.SetOrderType(uint8(o.Type))
	record.SetOrderID(o.ID)
	record.SetSignalID(o.SignalID)
	return record
}

func setTransition(record *core.OrderRecord, trigger core.Trigger, from, to core.OrderState) {
	record.SetStateFrom(uint8(from))
	record.SetStateTo(uint8(to))
	record.SetTrigger(uint8(trigger))
}

func setTerms(record *core.OrderRecord, price, quantity, leaves, cum int64) {
	record.SetPrice(price)
	record.SetQuantity(quantity)
	record.SetLeaves(leaves)
	record.SetCum(cum)
}

func setRefusal(record *core.OrderRecord, refusal *riskengine.Refusal) {
	record.SetCode(uint16(refusal.Code))
	record.SetLimit(refusal.Limit)
	record.SetValue(refusal.Value)
}

// move records a transition with the order's values after it, and makes it.
func (e *Engine) move(o *Order, trigger core.Trigger, next core.OrderState, code core.Code, tsVenue int64) {
	record := e.recordOf(o)
	setTransition(record, trigger, o.State, next)
	setTerms(record, o.Price, o.Quantity, o.Leaves(), o.Cum)
	record.SetCode(uint16(code))
	record.SetTsVenue(tsVenue)
	o.State = next
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
	record := e.recordOf(o)
	setTransition(record, core.TriggerRiskReject, o.State, o.State)
	setTerms(record, d.Price, o.Cum+d.Quantity, d.Quantity, o.Cum)
	setRefusal(record, &refusal)
	e.carryOut(effect)
}

// sendReplace records REQUEST_REPLACE with the new terms and sends them; they hold from the REPLACE report on.
func (e *Engine) sendReplace(index int32, price, leaves int64) {
	o := e.At(index)
	quantity := o.Cum + leaves
	record := e.recordOf(o)
	setTransition(record, core.TriggerRequestReplace, o.State, core.OrderStatePendingReplace)
	setTerms(record, price, quantity, leaves, o.Cum)
	o.State = core.OrderStatePendingReplace
	o.Replacing, o.PendingPrice, o.PendingQuantity = true, price, quantity
	e.expose(o, false)
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
