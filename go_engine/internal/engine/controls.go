// Controls: the commands of spec 11, in step S3.

package engine

import (
	"quartet.dev/go_engine/internal/account"
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/signal_engine"
)

// takeControl carries out a command; false: it is rejected and nothing has changed.
func (e *Engine) takeControl(c *core.Control) bool {
	if c.Bad {
		return false
	}
	scope := uint32(core.NoSymbol)
	if c.HasSymbol {
		scope = c.Symbol
	}
	switch c.Kind {
	case core.ControlKindSetLevel:
		e.setLevel(scope, c)
	case core.ControlKindResume:
		e.Gate.Resume()
		e.Account.Record(&e.Context, core.NoSymbol, core.AccountCauseResume)
	case core.ControlKindSetLimits:
		e.LimitsBlob = c.Blob
		e.SetLimits(c.Limits)
	case core.ControlKindSetRiskModel:
		e.ModelBlob = c.Blob
		e.Gate.SetModel(c.RiskModel)
	case core.ControlKindSetProgram:
		e.ProgramBlob = c.Blob
		e.PhaseOne.SetProgram(signalengine.Compile(c.Program))
		e.Orders.ForgetTargets()
	case core.ControlKindLoadPosition:
		return e.loadPosition(c)
	case core.ControlKindCashFlow:
		if !account.InMoney(e.Account.Cash.Add(c.Cash)) || e.Account.LeavesMoney(c.Cash) {
			return false
		}
		e.Account.CashFlow(c.Cash)
		e.Gate.HaltsChanged()
		e.Account.Record(&e.Context, core.NoSymbol, core.AccountCauseCash)
	case core.ControlKindSetStatus:
		e.Markets.Tops[c.Symbol].Status = c.Status
		e.Markets.SetBand(c.Symbol, c.BandLow < c.BandHigh, c.BandLow, c.BandHigh)
	case core.ControlKindCancelAll:
		e.Orders.CancelAll(scope)
	}
	return true
}

// setLevel is SET_LEVEL (spec 11.1).
func (e *Engine) setLevel(scope uint32, c *core.Control) {
	e.Gate.SetLevel(scope, c.Level, c.Flatten)
	e.countFlattening()
	if c.Level == core.LevelKilled {
		e.Orders.CancelAll(scope)
	}
}

// countFlattening counts the symbols whose flatten is set.
func (e *Engine) countFlattening() {
	e.flattening = 0
	for symbol := e.Gate.Flattening.Next(0); symbol >= 0; symbol = e.Gate.Flattening.Next(symbol + 1) {
		e.flattening++
	}
}

// SetLimits puts limits in force; the risk clock may be another one.
func (e *Engine) SetLimits(limits *core.RiskLimits) {
	e.Gate.SetLimits(limits)
	if e.riskClockNs = limits.RiskClockNs; e.Started {
		e.scheduleTime()
	}
}

// loadPosition is LOAD_POSITION (spec 11.4).
func (e *Engine) loadPosition(c *core.Control) bool {
	h := &e.Account.Holdings[c.Symbol]
	mark := h.Mark
	if !h.HasMark {
		mark = c.Price
	}
	before := core.MulInt64(h.Position, h.Mark).Mul(h.Multiplier)
	after := core.MulInt64(c.Quantity, mark).Mul(h.Multiplier)
	if e.Account.LeavesMoney(after.Sub(before)) {
		return false
	}
	e.Account.LoadPosition(c.Symbol, c.Quantity, c.Price)
	e.Gate.PositionChanged(c.Symbol)
	e.Gate.HaltsChanged()
	e.Account.Record(&e.Context, c.Symbol, core.AccountCausePosition)
	return true
}

// Restored brings derived values up to date after the state of a snapshot has been loaded.
func (e *Engine) Restored() {
	e.Account.Revalue()
	for i := range e.Account.Holdings {
		e.Gate.PositionChanged(uint32(i))
	}
	e.Gate.HaltsChanged()
	e.countFlattening()
	if e.Started {
		e.scheduleTime()
	}
}
