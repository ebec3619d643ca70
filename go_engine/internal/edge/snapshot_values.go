// Snapshot values: what a snapshot may hold (spec 14.4).

package edge

import (
	"math"

	"quartet.dev/go_engine/internal/core"
)

const (
	timeMax    = 1<<62 - 1
	arrivalMax = 1<<62 + 1<<60
	sizeMax    = 1<<62 - 1
	sessionMax = 1<<31 - 1
	tokensMax  = 2_000_000_000_000_000_000
	// restoredMoneyBits bounds the money of a snapshot.
	restoredMoneyBits = 121
)

// require notes what cannot be.
func (r *reader) require(holds bool, reason string) {
	if !holds {
		r.fail(reason)
	}
}

func (r *reader) within(low, high int64, reason string) int64 {
	value := r.i64()
	r.require(low <= value && value <= high, reason)
	return value
}

func (r *reader) time() int64 { return r.within(0, timeMax, "a time is out of range") }
func (r *reader) session() int64 {
	return r.within(-sessionMax, sessionMax, "a session is out of range")
}
func (r *reader) size() int64      { return r.within(0, sizeMax, "a size is out of range") }
func (r *reader) saturated() int64 { return r.within(0, math.MaxInt64, "a size is negative") }

func (r *reader) money() core.Int128 {
	money := r.i128()
	r.require(money.WithinBits(restoredMoneyBits), "an amount of money is out of range")
	return money
}

// absent notes a value that is not zero although there is none.
func (r *reader) absent(has bool, values ...int64) {
	for _, value := range values {
		r.require(has || value == 0, "an absent value is not zero")
	}
}

// price notes a price outside of the instrument's bounds.
func (r *reader) price(i *core.Instrument, has bool, price int64) {
	r.require(!has || (i.PriceMin <= price && price <= i.PriceMax), "a price is out of range")
}

// nearlyTakes tells whether a price is within the bounds, one tick wider: a collar's limit may lie there.
func nearlyTakes(i *core.Instrument, price int64) bool {
	return i.PriceMin-i.Tick <= price && price <= i.PriceMax+i.Tick
}

// quantityBound is what a position, or a symbol's open orders of a side, never exceeds.
func quantityBound(config *core.Config, symbol uint32) int64 {
	most := config.Instruments[symbol].QuantityMax
	if config.Policy.Kind == core.PolicyKindQuoting {
		most = max(most, config.Policy.Quoting.MaxInventory)
	}
	return 4 * most
}
