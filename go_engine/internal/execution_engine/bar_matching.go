// Matching on bars: an order meets the bar after the one that made it (spec 7.9).

package executionengine

import (
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
	"quartet.dev/go_engine/internal/order_engine"
)

// Bar is what waiting orders meet.
type Bar struct{ Open, High, Low, Volume int64 }

// MeetBar matches the waiting orders of a symbol with a BAR.
func (v *Venue) MeetBar(symbol uint32, bar Bar) {
	if v.present[symbol] == 0 || v.instruments[symbol].FillModel != core.FillModelBar {
		return
	}
	instrument := v.instruments[symbol]
	frozen := v.markets.Tops[symbol].Frozen()
	share := core.Cap(v.config.MaxParticipationPpb, core.FromInt64(bar.Volume)).Int64()
	volume := core.FloorTo(share, instrument.Lot)
	next := int32(0)
	for index := v.orders.FirstOf(symbol); index != 0; index = next {
		next = v.orders.NextOf(index)
		o := v.orders.At(index)
		switch {
		case !o.AtVenue:
		case frozen:
			if !rests(o.Type) {
				v.cancel(index, core.CodeMarketHalted, v.ctx.TsEvent)
			}
		case rests(o.Type):
			volume -= v.meetResting(index, o, &bar, volume)
		default:
			volume -= v.meetOpen(index, o, instrument, bar.Open, volume)
		}
	}
}

// meetOpen fills MARKET, IOC and FOK at the open and cancels what remains; it returns what was filled.
func (v *Venue) meetOpen(index int32, o *orderengine.Order, instrument *core.Instrument, open, volume int64) int64 {
	price := open
	if o.Type == core.OrderTypeMarket {
		price = v.slipped(open, o.Side, instrument.Tick)
	}
	if !dataengine.Reaches(o.Side, o.VenuePrice, price) {
		v.cancel(index, core.CodeNoLiquidity, v.ctx.TsEvent)
		return 0
	}
	if o.Type == core.OrderTypeFok && volume < o.VenueLeaves() {
		v.cancel(index, core.CodeFokUnfillable, v.ctx.TsEvent)
		return 0
	}
	quantity := min(o.VenueLeaves(), volume)
	if quantity > 0 {
		v.fill(index, price, quantity, core.LiquidityTaker, core.FillReasonBarOpen, v.ctx.TsEvent)
	}
	if o.AtVenue {
		v.cancel(index, core.CodeNotEnoughVolume, v.ctx.TsEvent)
	}
	return quantity
}

// slipped is the open with the configured slippage, rounded to a tick against us.
func (v *Venue) slipped(open int64, side core.Side, tick int64) int64 {
	if side == core.SideBuy {
		scaled := core.MulInt64(open, core.Scale+v.config.BarSlippagePpb)
		return core.CeilToWide(scaled.CeilDiv(core.Scale), tick)
	}
	scaled := core.MulInt64(open, core.Scale-v.config.BarSlippagePpb)
	return core.FloorToWide(scaled.FloorDiv(core.Scale), tick)
}

// meetResting fills LIMIT at a better open, LIMIT and POST_ONLY when traded through; it returns what was filled.
func (v *Venue) meetResting(index int32, o *orderengine.Order, bar *Bar, volume int64) int64 {
	quantity := min(o.VenueLeaves(), volume)
	if quantity <= 0 {
		return 0
	}
	extreme := bar.Low
	if o.Side == core.SideSell {
		extreme = bar.High
	}
	switch {
	case o.Type == core.OrderTypeLimit && better(o.Side, bar.Open, o.VenuePrice):
		v.fill(index, bar.Open, quantity, core.LiquidityTaker, core.FillReasonBarOpen, v.ctx.TsEvent)
	case better(o.Side, extreme, o.VenuePrice):
		v.fill(index, o.VenuePrice, quantity, core.LiquidityMaker, core.FillReasonTradedThrough, v.ctx.TsEvent)
	default:
		return 0
	}
	return quantity
}

// better tells whether a price is strictly better for the side than another.
func better(side core.Side, price, other int64) bool {
	if side == core.SideBuy {
		return price < other
	}
	return price > other
}
