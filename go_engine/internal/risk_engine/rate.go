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
	next     int32 // of the symbol, or free; 0: none
	Quantity int64
	Price    int64
	Ts       int64
}

// chain are the orders of a symbol in order of acceptance; 0 is none.
type chain struct{ first, last int32 }

// roomEntries are the orders of one room of the duplicate memory.
const roomEntries = 256

// duplicateMemory holds the accepted orders of all symbols in rooms, which are never moved and so leave no garbage.
type duplicateMemory struct {
	rooms []*[roomEntries]Accepted
	count int32 // of places given out; the first one is none
	free  int32
}

// at returns the order of a place.
func (m *duplicateMemory) at(place int32) *Accepted {
	return &m.rooms[uint32(place)/roomEntries][uint32(place)%roomEntries]
}

// take returns a place that is free.
func (m *duplicateMemory) take() int32 {
	if place := m.free; place != 0 {
		m.free = m.at(place).next
		return place
	}
	m.count++
	if int(m.count) >= len(m.rooms)*roomEntries {
		m.rooms = append(m.rooms, &[roomEntries]Accepted{})
	}
	return m.count
}

// add remembers an order.
func (m *duplicateMemory) add(c *chain, entry Accepted) {
	place := m.take()
	*m.at(place) = entry // whose next is none
	if c.first == 0 {
		c.first = place
	} else {
		m.at(c.last).next = place
	}
	c.last = place
}

// forget drops entries that are a window old.
func (m *duplicateMemory) forget(c *chain, now, windowNs int64) {
	for c.first != 0 {
		oldest := m.at(c.first)
		if now-oldest.Ts < windowNs {
			return
		}
		c.first, oldest.next, m.free = oldest.next, m.free, c.first
	}
}

// Remember enters an accepted order of a symbol.
func (g *Gate) Remember(symbol uint32, entry Accepted) {
	g.duplicates.add(&g.Symbols[symbol].accepted, entry)
}

// Remembered returns the accepted orders of a symbol, oldest first.
func (g *Gate) Remembered(symbol uint32) (entries []Accepted) {
	for place := g.Symbols[symbol].accepted.first; place != 0; {
		entry := *g.duplicates.at(place)
		place, entry.next = entry.next, 0
		entries = append(entries, entry)
	}
	return entries
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
	memory, accepted := &g.duplicates, &g.Symbols[t.Symbol].accepted
	memory.forget(accepted, g.ctx.Now, g.limits.DuplicateWindowNs.Value)
	for place := accepted.first; place != 0; place = memory.at(place).next {
		entry := memory.at(place)
		if entry.Side == t.Side && entry.Type == t.Type && entry.Quantity == t.DesiredQuantity && entry.Price == t.DesiredPrice {
			return true
		}
	}
	return false
}

// Bucket holds tokens of 1e-9, at most two seconds' worth, which fit 61 bits.
type Bucket struct {
	Tokens uint64
	Ts     int64
}

const token = core.Scale

func burst(rate int64) uint64 { return uint64(2 * rate * token) }

// fill is the start of a bucket that has a limit.
func (b *Bucket) fill(limit core.Optional) {
	if limit.Set {
		b.Tokens = burst(limit.Value)
	}
}

// hold keeps the tokens within the burst of a limit.
func (b *Bucket) hold(limit core.Optional) {
	if limit.Set {
		b.Tokens = min(b.Tokens, burst(limit.Value))
	}
}

// refill adds the tokens of the time that passed.
func (b *Bucket) refill(limit core.Optional, now int64) {
	if !limit.Set || now <= b.Ts {
		return
	}
	most := burst(limit.Value)
	hi, gained := bits.Mul64(uint64(limit.Value), uint64(now-b.Ts))
	b.Ts = now
	if tokens := gained + b.Tokens; hi == 0 && gained < most && tokens < most {
		b.Tokens = tokens
	} else {
		b.Tokens = most
	}
}

// empty tells whether a limited bucket lacks a token.
func (b *Bucket) empty(limit core.Optional) bool {
	return limit.Set && b.Tokens < token
}

// rate is row 11.
func (g *Gate) rate(t *Ticket) (refusal Refusal) {
	engineLimit, symbolLimit := g.limits.MaxOrdersPerSecond, g.limits.MaxOrdersPerSecondSymbol
	bucket := &g.Symbols[t.Symbol].Bucket
	g.Bucket.refill(engineLimit, g.ctx.Now)
	bucket.refill(symbolLimit, g.ctx.Now)
	if g.Bucket.empty(engineLimit) {
		return Refusal{core.CodeMessageRate, core.FromInt64(token), core.FromUint64(g.Bucket.Tokens)}
	}
	if bucket.empty(symbolLimit) {
		return Refusal{core.CodeMessageRate, core.FromInt64(token), core.FromUint64(bucket.Tokens)}
	}
	return refusal
}

// charge takes the tokens of an order that passed every row, and remembers it.
func (g *Gate) charge(t *Ticket) {
	if g.limits.MaxOrdersPerSecond.Set {
		g.Bucket.Tokens -= token
	}
	symbol := &g.Symbols[t.Symbol]
	if g.limits.MaxOrdersPerSecondSymbol.Set {
		symbol.Bucket.Tokens -= token
	}
	if g.remembers(t) {
		g.duplicates.add(&symbol.accepted, Accepted{
			Side: t.Side, Type: t.Type, Quantity: t.DesiredQuantity, Price: t.DesiredPrice, Ts: g.ctx.Now,
		})
	}
}
