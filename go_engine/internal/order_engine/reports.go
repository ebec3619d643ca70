// Reports: what the venue says moves an order to its next state (spec 7.3, 9.8).

package orderengine

import "quartet.dev/go_engine/internal/core"

// Apply takes a report of the simulated venue; one about an order that is no longer open is late.
func (e *Engine) Apply(report *Report) {
	if e.Open(report.Index, report.OrderID) == nil {
		e.ctx.Counters.LateReports++
		return
	}
	e.apply(report.Index, report)
}

// apply makes the transition of a report about an open order.
func (e *Engine) apply(index int32, report *Report) {
	o := e.At(index)
	trigger := report.Trigger
	isFill := trigger == core.TriggerFill
	if isFill && report.Quantity < o.Leaves() {
		trigger = core.TriggerPartialFill
	}
	next := core.NextState(o.State, trigger)
	if next == 0 {
		panic("order " + o.State.String() + " cannot take " + trigger.String())
	}
	switch {
	case isFill:
		e.fill(o, report)
	case trigger == core.TriggerReplace:
		o.Price, o.Quantity = o.PendingPrice, o.PendingQuantity
		o.Replacing = false
	case trigger == core.TriggerReplaceReject:
		o.Replacing = false
	case trigger == core.TriggerVenueReject:
		price := o.Price
		if o.Type == core.OrderTypeMarket {
			price = 0
		}
		e.ctx.Counters.VenueRejects++
		e.remember(o.Symbol, o.Side, o.Type, price, o.Quantity)
	case trigger == core.TriggerCancel:
		e.ctx.Counters.Cancels++
	}
	if next == core.Live {
		next = core.OrderStateNew
		if o.Cum > 0 {
			next = core.OrderStatePartiallyFilled
		}
	}
	if next != core.OrderStatePendingReplace && next != core.OrderStatePendingCancel {
		o.Replacing = false
	}
	if !o.Replacing {
		o.PendingPrice, o.PendingQuantity = 0, 0
	}
	e.expose(o, next.Terminal())
	e.move(o, trigger, next, report.Code, report.T)
	symbol := o.Symbol
	if next.Terminal() {
		e.gate.OrderClosed(symbol)
		e.Remove(index)
	}
	if isFill {
		e.account.Record(e.ctx, symbol, core.AccountCauseFill)
	}
}

// fill books an execution and writes its record.
func (e *Engine) fill(o *Order, report *Report) {
	fee := e.account.Fill(o.Symbol, o.Side, report.Price, report.Quantity, report.Liquidity)
	e.gate.PositionChanged(o.Symbol)
	o.Cum += report.Quantity
	o.LastExecID = report.ExecID
	e.ctx.Counters.Fills++
	record := core.NewFillRecord(e.ctx, o.Symbol)
	record.SetSide(uint8(o.Side))
	record.SetLiquidity(uint8(report.Liquidity))
	record.SetReason(uint8(report.Reason))
	record.SetOrderID(o.ID)
	record.SetExecID(report.ExecID)
	record.SetPrice(report.Price)
	record.SetQuantity(report.Quantity)
	record.SetFee(fee)
	record.SetCauseEvent(report.Cause)
	record.SetTsVenue(report.T)
	record.SetPosition(e.account.Holdings[o.Symbol].Position)
}

// ExternalReport is an EXECUTION_REPORT event's row.
type ExternalReport struct {
	OrderID, ExecID    uint64
	Trigger, Liquidity uint8
	Code               uint16
	Price, Quantity    int64
}

// TakeExternal tests a live venue's report and applies it; the reject code and the order's symbol otherwise
// (spec 7.11).
func (e *Engine) TakeExternal(r *ExternalReport) (core.Code, uint32) {
	index := e.Find(r.OrderID)
	if index == 0 {
		return core.CodeUnknownOrder, core.NoSymbol
	}
	o := e.At(index)
	trigger := core.Trigger(r.Trigger)
	report := Report{OrderID: r.OrderID, Trigger: trigger, T: e.ctx.TsEvent}
	switch trigger {
	case core.TriggerAck, core.TriggerVenueReject, core.TriggerCancel, core.TriggerCancelReject, core.TriggerExpire,
		core.TriggerSuspend, core.TriggerResume, core.TriggerLose:
	case core.TriggerPartialFill, core.TriggerFill:
		if code := e.checkExternalFill(o, r); code != core.CodeNone {
			return code, o.Symbol
		}
		report.Trigger = core.TriggerFill
		report.ExecID, report.Price, report.Quantity = r.ExecID, r.Price, r.Quantity
		report.Liquidity, report.Reason = core.Liquidity(r.Liquidity), core.FillReasonExternal
		report.Cause = e.ctx.EventIndex
		if trigger = core.TriggerFill; r.Quantity < o.Leaves() {
			trigger = core.TriggerPartialFill
		}
	case core.TriggerReplace, core.TriggerReplaceReject:
		if !o.Replacing || (trigger == core.TriggerReplace && o.PendingQuantity <= o.Cum) {
			return core.CodeIllegalTransition, o.Symbol
		}
	default:
		return core.CodeIllegalTransition, o.Symbol
	}
	if core.NextState(o.State, trigger) == 0 || r.Code > 255 || !core.Code(r.Code).Valid() {
		return core.CodeIllegalTransition, o.Symbol
	}
	report.Code = core.Code(r.Code)
	e.apply(index, &report)
	return core.CodeNone, 0
}

func (e *Engine) checkExternalFill(o *Order, r *ExternalReport) core.Code {
	instrument := e.config.Instruments[o.Symbol]
	switch {
	case r.ExecID <= o.LastExecID:
		return core.CodeDuplicateExec
	case r.Quantity <= 0:
		return core.CodeBadSize
	case r.Price < instrument.PriceMin || r.Price > instrument.PriceMax:
		return core.CodeBadPrice
	case r.Quantity > o.Leaves() || !core.Liquidity(r.Liquidity).Valid():
		return core.CodeIllegalTransition
	}
	return core.CodeNone
}
