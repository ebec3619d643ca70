// Rows 10 and 11: duplicate memory and token buckets (spec 9.6).

package riskengine

import (
	"math/bits"

	"quartet.dev/go_engine/internal/core"
)

// Accepted is what the duplicate memory keeps of an accepted order, as it was desired.
type Accepted struct {
	Side     core.Side
	Type     core.OrderType
	Quantity int64
	Price    int64
	Ts       int64
}

// DuplicateMemory holds accepted orders in order of acceptance.
type DuplicateMemory struct {
	entries []Accepted
	first   int
}

// Entries returns the remembered orders, oldest first.
func (m *DuplicateMemory) Entries() []Accepted { return m.entries[m.first:] }

// Add remembers an order.
func (m *DuplicateMemory) Add(entry Accepted) {
	if m.first > 16 && m.first > len(m.entries)/2 {
		m.entries = m.entries[:copy(m.entries, m.entries[m.first:])]
		m.first = 0
	}
	m.entries = append(m.entries, entry)
}

// forget drops entries that are a window old.
func (m *DuplicateMemory) forget(now, windowNs int64) {
	for m.first < len(m.entries) && now-m.entries[m.first].Ts >= windowNs {
		m.first++
	}
}

// remembers tells whether row 10 is tested for the ticket.
func (g *Gate) remembers(t *Ticket) bool {
	return g.limits.DuplicateWindowNs.Set && g.config.Policy.Kind != core.PolicyKindQuoting && !t.Replaces
}

// duplicate is row 10: an equal order was accepted within the window.
func (g *Gate) duplicate(t *Ticket) bool {
	if !g.remembers(t) {
		return false
	}
	memory := &g.Symbols[t.Symbol].Duplicates
	memory.forget(g.ctx.Now, g.limits.DuplicateWindowNs.Value)
	for _, entry := range memory.Entries() {
		if entry.Side == t.Side && entry.Type == t.Type && entry.Quantity == t.DesiredQuantity && entry.Price == t.DesiredPrice {
			return true
		}
	}
	return false
}

// Bucket holds tokens of 1e-9.
type Bucket struct {
	Tokens core.Int128
	Ts     int64
}

const token = core.Scale

func burst(rate int64) core.Int128 { return core.FromInt64(2 * rate * token) }

// fill is the start of a bucket that has a limit.
func (b *Bucket) fill(limit core.Optional) {
	if limit.Set {
		b.Tokens = burst(limit.Value)
	}
}

// hold keeps the tokens within the burst of a limit.
func (b *Bucket) hold(limit core.Optional) {
	if most := burst(limit.Value); limit.Set && most.Less(b.Tokens) {
		b.Tokens = most
	}
}

// refill adds the tokens of the time that passed.
func (b *Bucket) refill(limit core.Optional, now int64) {
	if !limit.Set || now <= b.Ts {
		return
	}
	most := uint64(2 * limit.Value * token) // below 2^61
	hi, gained := bits.Mul64(uint64(limit.Value), uint64(now-b.Ts))
	b.Ts = now
	if tokens := gained + b.Tokens.Lo; hi == 0 && b.Tokens.Hi == 0 && tokens >= gained && tokens < most {
		b.Tokens.Lo = tokens
	} else if b.Tokens.Hi >= 0 {
		b.Tokens = core.FromUint64(most)
	} else {
		b.Tokens = b.Tokens.Add(core.Int128{Hi: int64(hi), Lo: gained})
		b.hold(limit)
	}
}

// empty tells whether a limited bucket lacks a token.
func (b *Bucket) empty(limit core.Optional) bool {
	return limit.Set && b.Tokens.Less(core.FromInt64(token))
}

// rate is row 11.
func (g *Gate) rate(t *Ticket) (refusal Refusal) {
	engineLimit, symbolLimit := g.limits.MaxOrdersPerSecond, g.limits.MaxOrdersPerSecondSymbol
	bucket := &g.Symbols[t.Symbol].Bucket
	g.Bucket.refill(engineLimit, g.ctx.Now)
	bucket.refill(symbolLimit, g.ctx.Now)
	if g.Bucket.empty(engineLimit) {
		return Refusal{core.CodeMessageRate, core.FromInt64(token), g.Bucket.Tokens}
	}
	if bucket.empty(symbolLimit) {
		return Refusal{core.CodeMessageRate, core.FromInt64(token), bucket.Tokens}
	}
	return refusal
}

// charge takes the tokens of an order that passed every row, and remembers it.
func (g *Gate) charge(t *Ticket) {
	if g.limits.MaxOrdersPerSecond.Set {
		g.Bucket.Tokens = g.Bucket.Tokens.Sub(core.FromInt64(token))
	}
	symbol := &g.Symbols[t.Symbol]
	if g.limits.MaxOrdersPerSecondSymbol.Set {
		symbol.Bucket.Tokens = symbol.Bucket.Tokens.Sub(core.FromInt64(token))
	}
	if g.remembers(t) {
		symbol.Duplicates.Add(Accepted{t.Side, t.Type, t.DesiredQuantity, t.DesiredPrice, g.ctx.Now})
	}
}
