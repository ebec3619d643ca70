package riskengine

import (
	"math/rand/v2"
	"testing"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/core/coretest"
)

func TestDuplicateWindow(t *testing.T) {
	d := newDesk(risk(func(r *core.RiskLimits) { r.DuplicateWindowNs = value(10) }))
	buy := limitBuy(100*unit, unit)
	for _, step := range []struct {
		now      int64
		ticket   Ticket
		expected core.Code
	}{
		{0, buy, core.CodeNone},
		{9, buy, core.CodeDuplicateOrder},
		{9, limitBuy(100*unit, 2*unit), core.CodeNone},
		{9, limitSell(100*unit, unit), core.CodeNone},
		{10, buy, core.CodeNone},
		{11, buy, core.CodeDuplicateOrder},
	} {
		d.ctx.Now = step.now
		if refusal := d.pass(step.ticket); refusal.Code != step.expected {
			t.Errorf("at %d: %v, expected %v", step.now, refusal.Code, step.expected)
		}
	}
	if entries := d.gate.Remembered(0); len(entries) != 3 {
		t.Errorf("memory holds %d orders", len(entries))
	}
}

func TestDuplicateMemoryGivesRoomBack(t *testing.T) {
	d := newDesk()
	for now := range int64(10000) {
		symbol := uint32(now % 3)
		d.gate.duplicates.forget(&d.gate.Symbols[symbol].accepted, now, 15)
		d.gate.Remember(symbol, Accepted{Ts: now})
		entries := d.gate.Remembered(symbol)
		for k, entry := range entries {
			if expected := now - 3*int64(len(entries)-1-k); entry.Ts != expected || now-entry.Ts >= 15 {
				t.Fatalf("at %d the memory is %+v", now, entries)
			}
		}
		if expected := min(now/3+1, 5); int64(len(entries)) != expected {
			t.Fatalf("at %d the memory holds %d orders, expected %d", now, len(entries), expected)
		}
	}
	if count := d.gate.duplicates.count; count > 3*5 {
		t.Errorf("the memory grew to %d entries", count)
	}
}

func TestTokenBuckets(t *testing.T) {
	d := newDesk(risk(func(r *core.RiskLimits) {
		r.MaxOrdersPerSecond, r.MaxOrdersPerSecondSymbol = value(2), value(1)
	}))
	buy := limitBuy(100*unit, unit)
	for i, expected := range []core.Code{core.CodeNone, core.CodeNone, core.CodeMessageRate} {
		if refusal := d.pass(buy); refusal.Code != expected {
			t.Errorf("order %d: %v, expected %v", i, refusal.Code, expected)
		}
	}
	d.ctx.Now = coretest.Second
	if refusal := d.pass(buy); refusal.Refused() {
		t.Errorf("after a second: %v", refusal.Code)
	}
	if d.gate.Bucket.Tokens != 3*core.Scale || d.gate.Symbols[0].Bucket.Tokens != 0 {
		t.Errorf("buckets are %+v and %+v", d.gate.Bucket, d.gate.Symbols[0].Bucket)
	}
	limits := *d.config.Risk
	limits.MaxOrdersPerSecond, limits.MaxOrdersPerSecondSymbol = value(1), core.Optional{}
	d.gate.SetLimits(&limits)
	if d.gate.Bucket.Tokens != 2*core.Scale {
		t.Errorf("tokens are held to the new burst: %v", d.gate.Bucket.Tokens)
	}
}

// TestSumsAgainstAWalk compares the sums that are kept with a walk over all symbols.
func TestSumsAgainstAWalk(t *testing.T) {
	d := newDesk(risk(func(r *core.RiskLimits) { r.InitialMarginPpb = value(300_000_000) }))
	d.config.Instruments[1].Multiplier = 10
	random := rand.New(rand.NewPCG(17, 18))
	for range 3000 {
		symbol := uint32(random.IntN(3))
		switch random.IntN(4) {
		case 0:
			if d.account.SetMark(symbol, (random.Int64N(100)-20)*unit) {
				d.gate.FirstMark(symbol)
			}
			if random.IntN(9) == 0 {
				d.account.RenewRiskPrices()
			}
		case 1:
			d.account.LoadPosition(symbol, (random.Int64N(9)-4)*unit, unit)
			d.gate.PositionChanged(symbol)
		case 2:
			side := core.SideBuy + core.Side(random.IntN(2))
			e := &d.gate.Symbols[symbol]
			open := e.open[side-core.SideBuy]
			d.gate.ChangeLeaves(symbol, side, random.Int64N(5)*unit-min(open, 2*unit))
		}
		ticket := limitBuy(100*unit, random.Int64N(4)*unit)
		ticket.Symbol = uint32(random.IntN(3))
		p := d.gate.prospectOf(&ticket)
		d.gate.followRiskClock()
		var gross, net, margin core.Int128
		atRisk := int64(0)
		count := int64(0)
		for i := range d.gate.Symbols {
			e := d.gate.Symbols[i]
			held := worst(d.account.Holdings[i].Position, e.open[0], e.open[1])
			atRisk += d.gate.amountAtRisk(uint32(i), held)
			if uint32(i) == ticket.Symbol {
				e.open[0] += ticket.Quantity
			}
			w := worst(d.account.Holdings[i].Position, e.open[0], e.open[1])
			notional := d.account.Holdings[i].Exposure(w)
			gross, net = gross.Add(notional.Abs()), net.Add(notional)
			margin = margin.Add(core.Cap(300_000_000, notional.Abs()))
			if w != 0 {
				count++
			}
		}
		if p.gross != gross || p.net != net || d.gate.margin(&ticket, &p) != margin || p.held != count {
			t.Fatalf("sums are %+v, expected gross %v net %v margin %v held %d", p, gross, net, margin, count)
		}
		if d.gate.marginSurelyWithin(&p) && d.account.Equity.Less(margin) {
			t.Fatalf("a margin of %v is not within %v", margin, d.account.Equity)
		}
		if d.gate.riskBound != atRisk {
			t.Fatalf("at risk is %v, expected %v", d.gate.riskBound, atRisk)
		}
		if bound, _ := d.account.GrossBoundWith(ticket.Symbol, p.worst); core.MulInt64(bound, 1<<56).Less(gross) {
			t.Fatalf("the gross bound %d is below %v", bound, gross)
		}
	}
}
