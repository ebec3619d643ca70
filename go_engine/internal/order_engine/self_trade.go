// Self-trade: orders of ours that a new one could meet (spec 9.9).

package orderengine

import (
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
	"quartet.dev/go_engine/internal/risk_engine"
)

// conflict is an order on the other side within reach, and what it loses.
type conflict struct {
	handle
	loses int64
}

// effect is what happens to the conflicts.
type effect uint8

const (
	effectNone   effect = iota
	effectCancel        // those that can be canceled are
	effectLose          // each loses its share
)

// selfTrade is row 12's first test; replaced is the index of the order that the ticket replaces, or 0. The effect
// is carried out after the reject record, or before SUBMIT.
func (e *Engine) selfTrade(t *riskengine.Ticket, replaced int32) (core.Code, effect) {
	rule, tested := e.gate.SelfTrade()
	if !tested || e.FirstOf(t.Symbol) == 0 {
		return core.CodeNone, effectNone
	}
	e.findConflicts(t)
	if len(e.conflicts) == 0 {
		return core.CodeNone, effectNone
	}
	switch rule {
	case core.SelfTradeCancelBoth:
		return core.CodeSelfTrade, effectCancel
	case core.SelfTradeCancelOldest:
		if replaced == 0 {
			return core.CodeNone, effectCancel
		}
	case core.SelfTradeDecrement:
		if replaced == 0 {
			return e.decrement(t)
		}
	}
	return core.CodeSelfTrade, effectNone
}

// findConflicts collects the conflicts by ascending id.
func (e *Engine) findConflicts(t *riskengine.Ticket) {
	e.conflicts = e.conflicts[:0]
	for index := e.FirstOf(t.Symbol); index != 0; index = e.NextOf(index) {
		o := e.At(index)
		if o.Side == t.Side {
			continue
		}
		if dataengine.Reaches(t.Side, t.Price, o.Price) ||
			(o.Replacing && dataengine.Reaches(t.Side, t.Price, o.PendingPrice)) {
			e.conflicts = append(e.conflicts, conflict{handle: handle{index, o.ID}})
		}
	}
}

// decrement shares the order's quantity among the conflicts; the later rows test the rest.
func (e *Engine) decrement(t *riskengine.Ticket) (core.Code, effect) {
	rest := t.Quantity
	for i := range e.conflicts {
		o := e.At(e.conflicts[i].index)
		if !o.Working() {
			return core.CodeSelfTrade, effectNone
		}
		e.conflicts[i].loses = min(rest, o.Leaves())
		rest -= e.conflicts[i].loses
	}
	if rest == 0 {
		return core.CodeSelfTrade, effectLose
	}
	t.Quantity = rest
	return core.CodeNone, effectLose
}

// carryOut acts on the conflicts found last, by ascending id.
func (e *Engine) carryOut(what effect) {
	if what == effectNone {
		return
	}
	for i := range e.conflicts {
		c := &e.conflicts[i]
		o := e.Open(c.index, c.id)
		switch {
		case o == nil:
		case what == effectCancel:
			if o.Cancelable() {
				e.requestCancel(c.index)
			}
		case c.loses == 0 || !o.Working():
		case c.loses >= o.Leaves():
			e.requestCancel(c.index)
		default:
			e.sendReplace(c.index, o.Price, o.Leaves()-c.loses)
		}
	}
}
