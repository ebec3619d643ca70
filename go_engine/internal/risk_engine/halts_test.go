package riskengine

import (
	"math/rand/v2"
	"testing"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/core/coretest"
)

// settle is step S5 without its cancels.
func (d *desk) settle() (drawdown, dailyLoss bool) {
	if d.gate.FollowEquity() {
		drawdown, dailyLoss = d.gate.LatchDrawdown(), d.gate.LatchDailyLoss()
		d.gate.SetAlarm()
	}
	return drawdown, dailyLoss
}

func TestHaltsLatchAtTheirLimits(t *testing.T) {
	d := newDesk(risk(func(r *core.RiskLimits) {
		r.MaxDrawdownPpb, r.MaxDailyLossPpb = value(100_000_000), value(50_000_000)
	}))
	d.settle()
	d.account.Equity = coretest.Money(95_001)
	if drawdown, dailyLoss := d.settle(); drawdown || dailyLoss {
		t.Error("nothing is due above both limits")
	}
	d.account.Equity = coretest.Money(95_000)
	if drawdown, dailyLoss := d.settle(); drawdown || !dailyLoss {
		t.Error("the daily loss is due")
	}
	d.gate.NewSession()
	if d.gate.DailyLossLatched || d.account.SessionOpen != coretest.Money(95_000) {
		t.Error("a new session clears the daily loss")
	}
	d.account.Equity = coretest.Money(90_000)
	if drawdown, dailyLoss := d.settle(); !drawdown || !dailyLoss {
		t.Error("both are due")
	}
	d.gate.Resume()
	if drawdown, dailyLoss := d.settle(); drawdown || dailyLoss || d.account.High != coretest.Money(90_000) {
		t.Error("resume takes equity as the new reference")
	}
	records := d.ctx.Output.Take(nil).Bytes()
	if len(records) != 6*core.RecordSize {
		t.Errorf("%d halt records", len(records)/core.RecordSize)
	}
}

// TestAlarmAgainstTheFormulas compares the two compares of every event with the formulas of spec 8.4 and 8.5.
func TestAlarmAgainstTheFormulas(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 22))
	for range 400 {
		d := newDesk(risk(func(r *core.RiskLimits) {
			if random.IntN(4) > 0 {
				r.MaxDrawdownPpb = value(random.Int64N(300_000_000))
			}
			if random.IntN(4) > 0 {
				r.MaxDailyLossPpb = value(random.Int64N(300_000_000))
			}
		}))
		high, open := d.account.High, d.account.SessionOpen
		drawdown, dailyLoss := false, false
		for range 60 {
			change := core.MulInt64(random.Int64N(9_000*core.Scale)-4_600*core.Scale, core.Scale)
			d.account.Equity = d.account.Equity.Add(change)
			if high.Less(d.account.Equity) {
				high = d.account.Equity
			}
			due := func(limit core.Optional, reference, low core.Int128) bool {
				return limit.Set && (core.Cap(limit.Value, reference).LessEqual(reference.Sub(d.account.Equity)) || !low.Positive())
			}
			drawdown = drawdown || due(d.config.Risk.MaxDrawdownPpb, high, d.account.Equity)
			dailyLoss = dailyLoss || due(d.config.Risk.MaxDailyLossPpb, open, open)
			d.settle()
			if d.gate.DrawdownLatched != drawdown || d.gate.DailyLossLatched != dailyLoss || d.account.High != high {
				t.Fatalf("latches %v %v, expected %v %v", d.gate.DrawdownLatched, d.gate.DailyLossLatched, drawdown, dailyLoss)
			}
			if random.IntN(20) == 0 {
				d.gate.NewSession()
				open, dailyLoss = d.account.Equity, false
			}
		}
	}
}

func TestLevels(t *testing.T) {
	d := newDesk()
	d.gate.SetLevel(core.NoSymbol, core.LevelKilled, true)
	d.gate.SetLevel(core.NoSymbol, core.LevelKilled, false)
	if d.gate.Flatten {
		t.Error("the second command does not flatten")
	}
	d.gate.SetLevel(1, core.LevelKilled, true)
	if !d.gate.Symbols[1].Flatten || !d.gate.Flattening.Has(1) {
		t.Error("symbol 1 flattens")
	}
	d.gate.SetLevel(1, core.LevelReduceOnly, true)
	if d.gate.Symbols[1].Flatten || d.gate.Flattening.Has(1) {
		t.Error("only a killed symbol flattens")
	}
	d.gate.SetLevel(core.NoSymbol, core.LevelRun, false)
	records := d.ctx.Output.Take(nil).Bytes()
	var codes []core.Code
	for i := 0; i < len(records); i += core.RecordSize {
		codes = append(codes, core.Code(records[i+24]))
	}
	expected := []core.Code{core.CodeKilled, core.CodeKilled, core.CodeReduceOnly, core.CodeKilled}
	if len(codes) != len(expected) || codes[0] != expected[0] || codes[2] != expected[2] || codes[3] != expected[3] {
		t.Errorf("codes are %v, expected %v", codes, expected)
	}
}
