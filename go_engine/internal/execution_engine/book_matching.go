// Matching on quotes, books and trades (spec 7.4 to 7.8).

package executionengine

import (
	"math"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
	"quartet.dev/go_engine/internal/order_engine"
)

// unseen is the queue ahead of an order behind the last displayed level.
const unseen = -1

// addHeld adds two sizes, held to the range of int64.
func addHeld(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// available returns the size that a limit reaches and we have not taken, at most most (spec 7.4).
func (v *Venue) available(symbol uint32, side core.Side, limit, most int64) int64 {
	other := dataengine.Opposite(side)
	taken, found := *v.markets.Tops[symbol].Taken(other), int64(0)
	for _, level := range v.markets.Levels(symbol, other) {
		if !dataengine.Reaches(side, limit, level.Price) || found >= most {
			break
		}
		skipped := min(taken, level.Size)
		taken -= skipped
		found = addHeld(found, level.Size-skipped)
	}
	return min(found, most)
}

// take executes an order against the displayed sizes that its price reaches, one fill per level (spec 7.4).
func (v *Venue) take(index int32, o *orderengine.Order, t int64) {
	market := &v.markets.Tops[o.Symbol]
	other := dataengine.Opposite(o.Side)
	count := market.Taken(other)
	skip := *count
	for _, level := range v.markets.Levels(o.Symbol, other) {
		if !o.AtVenue || !dataengine.Reaches(o.Side, o.VenuePrice, level.Price) {
			return
		}
		skipped := min(skip, level.Size)
		skip -= skipped
		if quantity := min(o.VenueLeaves(), level.Size-skipped); quantity > 0 {
			*count = addHeld(*count, quantity)
			v.fill(index, level.Price, quantity, core.LiquidityTaker, core.FillReasonAggressive, t)
		}
	}
}

// newOnBook is the arrival of a NEW (spec 7.5).
func (v *Venue) newOnBook(index int32, o *orderengine.Order, t int64) {
	market := &v.markets.Tops[o.Symbol]
	frozen := market.Frozen()
	switch o.Type {
	case core.OrderTypeMarket, core.OrderTypeIoc:
		if frozen {
			v.cancel(index, core.CodeMarketHalted, t)
			return
		}
		v.take(index, o, t)
		if o.AtVenue {
			v.cancel(index, core.CodeNoLiquidity, t)
		}
	case core.OrderTypeFok:
		switch {
		case frozen:
			v.cancel(index, core.CodeMarketHalted, t)
		case v.available(o.Symbol, o.Side, o.VenuePrice, o.VenueQuantity) < o.VenueQuantity:
			v.cancel(index, core.CodeFokUnfillable, t)
		default:
			v.take(index, o, t)
		}
	case core.OrderTypePostOnly:
		if !frozen && wouldTake(market, o.Side, o.VenuePrice) {
			v.leave(index, core.TriggerVenueReject, core.CodePostOnlyWouldTake, t)
			return
		}
		v.say(index, o.ID, core.TriggerAck, core.CodeNone, t)
		v.rest(o)
	case core.OrderTypeLimit:
		v.say(index, o.ID, core.TriggerAck, core.CodeNone, t)
		if !frozen {
			v.take(index, o, t)
		}
		if o.AtVenue {
			v.rest(o)
		}
	}
}

// displayed returns the size shown at a price of our side, or unseen (spec 7.6).
func (v *Venue) displayed(symbol uint32, side core.Side, price int64) int64 {
	levels := v.markets.Levels(symbol, side)
	if len(levels) == 0 {
		return 0
	}
	for _, level := range levels {
		if level.Price == price {
			return level.Size
		}
		if dataengine.Reaches(side, price, level.Price) {
			return 0 // better than this level, and none of those before it
		}
	}
	return unseen
}

// rest starts an order's wait in the queue.
func (v *Venue) rest(o *orderengine.Order) {
	o.Resting = true
	o.Ahead = v.displayed(o.Symbol, o.Side, o.VenuePrice)
	o.Level = max(o.Ahead, 0)
	o.Traded = 0
}

// MeetBook matches the resting orders of a symbol with a new QUOTE or BOOK (spec 7.7).
func (v *Venue) MeetBook(symbol uint32) {
	market := &v.markets.Tops[symbol]
	if v.present[symbol] == 0 || v.instruments[symbol].FillModel != core.FillModelBook || market.Frozen() {
		return
	}
	for index := v.orders.FirstOf(symbol); index != 0; index = v.orders.NextOf(index) {
		o := v.orders.At(index)
		if !o.Resting {
			continue
		}
		if wouldTake(market, o.Side, o.VenuePrice) {
			quantity := v.available(symbol, o.Side, o.VenuePrice, o.VenueLeaves())
			if quantity > 0 {
				count := market.Taken(dataengine.Opposite(o.Side))
				*count = addHeld(*count, quantity)
				v.fill(index, o.VenuePrice, quantity, core.LiquidityMaker, core.FillReasonBookCrossed, v.ctx.TsEvent)
			}
			continue
		}
		if size := v.displayed(symbol, o.Side, o.VenuePrice); size != unseen {
			v.shorten(o, size)
		}
	}
}

// shorten brings the queue ahead up to the displayed size.
func (v *Venue) shorten(o *orderengine.Order, size int64) {
	switch {
	case o.Ahead == unseen:
		o.Ahead = size
	case v.config.QueueModel == core.QueueModelProbability:
		if gone := o.Level - size; gone > o.Traded {
			a, b := float64(o.Ahead), float64(max(o.Level-o.Ahead, 0))
			square := float64(a * a)
			if total := square + float64(b*b); total > 0 {
				o.Ahead = max(o.Ahead-core.Rint(float64(gone-o.Traded)*(square/total)), 0)
			}
		}
		o.Ahead = min(o.Ahead, size)
	default:
		o.Ahead = min(o.Ahead, size)
	}
	o.Level, o.Traded = size, 0
}

// MeetTrade matches the resting orders of a symbol with a TRADE (spec 7.8).
func (v *Venue) MeetTrade(symbol uint32, price, size int64, aggressor int8) {
	if v.present[symbol] == 0 || v.instruments[symbol].FillModel != core.FillModelBook || v.markets.Tops[symbol].Frozen() {
		return
	}
	budget := size
	for index := v.orders.FirstOf(symbol); index != 0; index = v.orders.NextOf(index) {
		o := v.orders.At(index)
		isBuy := o.Side == core.SideBuy
		if !o.Resting || (isBuy && aggressor > 0) || (!isBuy && aggressor < 0) {
			continue
		}
		quantity, reason := int64(0), core.FillReasonTradedThrough
		switch {
		case price == o.VenuePrice:
			if o.Ahead < 0 {
				continue
			}
			used := min(o.Ahead, size)
			o.Ahead -= used
			o.Traded = addHeld(o.Traded, size)
			quantity, reason = min(o.VenueLeaves(), size-used, budget), core.FillReasonQueueExhausted
		case !dataengine.Reaches(o.Side, price, o.VenuePrice):
			quantity = min(o.VenueLeaves(), budget)
		}
		if quantity > 0 {
			budget -= quantity
			v.fill(index, o.VenuePrice, quantity, core.LiquidityMaker, reason, v.ctx.TsEvent)
		}
	}
}
