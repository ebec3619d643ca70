// Halts: kill levels, drawdown and daily loss (spec 8.2, 8.4, 8.5, 11.1, 11.2).

package riskengine

import (
	"math"

	"quartet.dev/go_engine/internal/core"
)

var (
	least = core.Int128{Hi: math.MinInt64}
	most  = core.Int128{Hi: math.MaxInt64, Lo: math.MaxUint64}
)

// HaltsChanged makes the next event test the halts in full.
func (g *Gate) HaltsChanged() { g.alarm = most }

// Calm tells that FollowEquity has nothing to do.
func (g *Gate) Calm() bool {
	return g.alarm.Less(g.account.Equity) && !g.account.High.Less(g.account.Equity)
}

// FollowEquity raises H to equity (spec 8.4) and tells whether equity has left the range in which no halt can be due.
func (g *Gate) FollowEquity() bool {
	a := g.account
	if a.High.Less(a.Equity) && g.alarm.Less(a.Equity) {
		// A limit's share of H falls by no more than H rises, so the alarm stays an upper bound.
		g.alarm = g.alarm.Add(a.Equity.Sub(a.High))
		a.High = a.Equity
	}
	return a.Equity.LessEqual(g.alarm)
}

// record writes a HALT record.
func (g *Gate) record(symbol uint32, action core.HaltAction, code core.Code, limit, value core.Int128) {
	record := core.NewHaltRecord(g.ctx, symbol)
	record.SetAction(uint8(action))
	record.SetCode(uint16(code))
	record.SetLimit(limit)
	record.SetValue(value)
}

// LatchDrawdown raises H and latches where the drawdown limit is hit (spec 8.4); true: it has just latched.
func (g *Gate) LatchDrawdown() bool {
	a := g.account
	if a.High.Less(a.Equity) {
		a.High = a.Equity
	}
	if !g.limits.MaxDrawdownPpb.Set || g.DrawdownLatched {
		return false
	}
	limit := core.Cap(g.limits.MaxDrawdownPpb.Value, a.High)
	value := a.High.Sub(a.Equity)
	if value.Less(limit) && a.Equity.Positive() {
		return false
	}
	g.DrawdownLatched = true
	g.record(core.NoSymbol, core.HaltActionLatched, core.CodeDrawdown, limit, value)
	return true
}

// LatchDailyLoss latches where the daily loss limit is hit (spec 8.5).
func (g *Gate) LatchDailyLoss() bool {
	a := g.account
	if !g.limits.MaxDailyLossPpb.Set || g.DailyLossLatched {
		return false
	}
	limit := core.Cap(g.limits.MaxDailyLossPpb.Value, a.SessionOpen)
	value := a.SessionOpen.Sub(a.Equity)
	if value.Less(limit) && a.SessionOpen.Positive() {
		return false
	}
	g.DailyLossLatched = true
	g.record(core.NoSymbol, core.HaltActionLatched, core.CodeDailyLoss, limit, value)
	return true
}

// SetAlarm computes the equity at or below which a halt is due.
func (g *Gate) SetAlarm() {
	a := g.account
	g.alarm = least
	if g.limits.MaxDrawdownPpb.Set && !g.DrawdownLatched {
		g.alarm = a.High.Sub(core.Cap(g.limits.MaxDrawdownPpb.Value, a.High))
		if g.alarm.Hi < 0 {
			g.alarm = core.Int128{}
		}
	}
	if g.limits.MaxDailyLossPpb.Set && !g.DailyLossLatched {
		floor := most
		if a.SessionOpen.Positive() {
			floor = a.SessionOpen.Sub(core.Cap(g.limits.MaxDailyLossPpb.Value, a.SessionOpen))
		}
		if g.alarm.Less(floor) {
			g.alarm = floor
		}
	}
}

// NewSession starts a session day: E_open is equity, a daily loss halt ends (spec 8.2).
func (g *Gate) NewSession() {
	g.account.SessionOpen = g.account.Equity
	if g.DailyLossLatched {
		g.DailyLossLatched = false
		g.record(core.NoSymbol, core.HaltActionCleared, core.CodeDailyLoss, core.Int128{}, core.Int128{})
	}
	g.HaltsChanged()
}

// Resume clears both latches and takes equity as the new reference (spec 11.2).
func (g *Gate) Resume() {
	g.account.High, g.account.SessionOpen = g.account.Equity, g.account.Equity
	if g.DrawdownLatched {
		g.record(core.NoSymbol, core.HaltActionCleared, core.CodeDrawdown, core.Int128{}, core.Int128{})
	}
	if g.DailyLossLatched {
		g.record(core.NoSymbol, core.HaltActionCleared, core.CodeDailyLoss, core.Int128{}, core.Int128{})
	}
	g.DrawdownLatched, g.DailyLossLatched = false, false
	g.HaltsChanged()
}

// codeOf is the code of a level other than RUN.
func codeOf(level core.Level) core.Code {
	if level == core.LevelKilled {
		return core.CodeKilled
	}
	return core.CodeReduceOnly
}

// SetLevel sets the level and the flatten mark of the engine (core.NoSymbol) or of a symbol (spec 11.1).
func (g *Gate) SetLevel(symbol uint32, level core.Level, flatten bool) {
	current, mark := &g.Level, &g.Flatten
	if symbol != core.NoSymbol {
		current, mark = &g.Symbols[symbol].Level, &g.Symbols[symbol].Flatten
	}
	before := *current
	*current = level
	*mark = flatten && level == core.LevelKilled
	if symbol != core.NoSymbol {
		if *mark {
			g.Flattening.Set(int(symbol))
		} else {
			g.Flattening.Clear(int(symbol))
		}
	}
	switch {
	case before == level:
	case level == core.LevelRun:
		g.record(symbol, core.HaltActionCleared, codeOf(before), core.Int128{}, core.Int128{})
	default:
		g.record(symbol, core.HaltActionLatched, codeOf(level), core.Int128{}, core.Int128{})
	}
}
