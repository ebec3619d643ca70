package executionengine

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"quartet.dev/go_engine/internal/account"
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/core/coretest"
	"quartet.dev/go_engine/internal/data_engine"
	"quartet.dev/go_engine/internal/order_engine"
	"quartet.dev/go_engine/internal/risk_engine"
)

const unit = coretest.Unit

// floor is a venue with one symbol, quoted 99 to 101 for ten units, whose reports stay in flight.
type floor struct {
	*Venue
	ctx    core.Context
	config *core.Config
	orders *orderengine.Engine
	nextID uint64
}

func newFloor(changes ...func(*core.Config)) *floor {
	config := coretest.Config(1)
	config.Venue.OrderLatencyNs, config.Venue.ResponseLatencyNs = 10, 10
	for _, change := range changes {
		change(config)
	}
	f := &floor{config: config}
	holdings, markets := account.New(config), dataengine.NewMarkets(1)
	gate := riskengine.New(&f.ctx, config, holdings, markets)
	f.orders = orderengine.New(&f.ctx, config, holdings, gate, markets)
	f.Venue = New(&f.ctx, config, f.orders, markets)
	f.orders.Connect(f.Venue)
	markets.Tops[0].SetQuote(99*unit, 101*unit, 10*unit, 10*unit)
	return f
}

// enterOrder brings an order to the venue and returns its index.
func (f *floor) enterOrder(side core.Side, orderType core.OrderType, price, quantity int64) int32 {
	f.nextID++
	index := f.orders.Add(&orderengine.Order{
		ID: f.nextID, Side: side, Type: orderType, Price: price, Quantity: quantity, State: core.OrderStatePendingNew,
	})
	f.deliver(&Message{Kind: orderengine.MessageNew, Index: index, OrderID: f.nextID, Price: price, Quantity: quantity}, f.ctx.Now)
	return index
}

// said takes the reports in flight as text.
func (f *floor) said() (out []string) {
	for f.Outbound.Len() > 0 {
		r := f.Outbound.Pop()
		text := fmt.Sprint(r.OrderID, " ", r.Trigger)
		if r.Trigger == core.TriggerFill {
			text += fmt.Sprintf(" %d@%d %v", r.Quantity/unit, r.Price/unit, r.Reason)
		} else if r.Code != core.CodeNone {
			text += " " + r.Code.String()
		}
		out = append(out, text)
	}
	return out
}

func (f *floor) expect(t *testing.T, what string, expected ...string) {
	t.Helper()
	if actual := f.said(); !slices.Equal(actual, expected) {
		t.Errorf("%s: %q, expected %q", what, actual, expected)
	}
}

func TestArrivalsOnTheBook(t *testing.T) {
	const buy, sell = core.SideBuy, core.SideSell
	f := newFloor()
	f.enterOrder(buy, core.OrderTypeMarket, 105*unit, 4*unit)
	f.expect(t, "market", "1 FILL 4@101 AGGRESSIVE")
	f.enterOrder(buy, core.OrderTypeFok, 101*unit, 7*unit)
	f.expect(t, "fill or kill", "2 CANCEL FOK_UNFILLABLE")
	f.enterOrder(buy, core.OrderTypeIoc, 101*unit, 7*unit)
	f.expect(t, "immediate or cancel", "3 FILL 6@101 AGGRESSIVE", "3 CANCEL NO_LIQUIDITY")
	f.enterOrder(sell, core.OrderTypePostOnly, 99*unit, unit)
	f.expect(t, "post only", "4 VENUE_REJECT POST_ONLY_WOULD_TAKE")
	f.enterOrder(sell, core.OrderTypeLimit, 99*unit, 12*unit)
	f.expect(t, "limit", "5 ACK", "5 FILL 10@99 AGGRESSIVE")
	f.markets.Tops[0].Halted = true
	f.enterOrder(sell, core.OrderTypeIoc, 99*unit, unit)
	f.enterOrder(sell, core.OrderTypeFok, 99*unit, unit)
	f.enterOrder(sell, core.OrderTypeLimit, 99*unit, unit)
	f.expect(t, "halted", "6 CANCEL MARKET_HALTED", "7 CANCEL MARKET_HALTED", "8 ACK")
}

func TestQueueAhead(t *testing.T) {
	f := newFloor()
	at := f.enterOrder(core.SideBuy, core.OrderTypeLimit, 99*unit, unit)
	inside := f.enterOrder(core.SideBuy, core.OrderTypeLimit, 100*unit, unit)
	behind := f.enterOrder(core.SideBuy, core.OrderTypeLimit, 98*unit, unit)
	f.said()
	for index, ahead := range map[int32]int64{at: 10 * unit, inside: 0, behind: unseen} {
		if got := f.orders.At(index).Ahead; got != ahead {
			t.Errorf("order %d has %d ahead, expected %d", index, got, ahead)
		}
	}
	f.MeetTrade(0, 99*unit, 4*unit, -1)
	f.expect(t, "a trade below the inside order", "2 FILL 1@100 TRADED_THROUGH")
	if o := f.orders.At(at); o.Ahead != 6*unit || o.Traded != 4*unit {
		t.Errorf("after a trade: %+v", o)
	}
	f.MeetTrade(0, 99*unit, 9*unit, 1)
	f.expect(t, "buyers took")
	f.MeetTrade(0, 99*unit, 7*unit, 0)
	f.expect(t, "the queue is used up", "1 FILL 1@99 QUEUE_EXHAUSTED")
	f.markets.Tops[0].SetQuote(98*unit, 101*unit, 3*unit, unit)
	f.MeetBook(0)
	if o := f.orders.At(behind); o.Ahead != 3*unit || o.Level != 3*unit {
		t.Errorf("now seen: %+v", o)
	}
	f.markets.Tops[0].SetQuote(97*unit, 98*unit, unit, unit)
	f.MeetBook(0)
	f.expect(t, "the ask came down", "3 FILL 1@98 BOOK_CROSSED")
	if f.markets.Tops[0].TakenAsk != unit {
		t.Errorf("taken is %d", f.markets.Tops[0].TakenAsk)
	}
}

func TestProbabilityQueue(t *testing.T) {
	f := newFloor(func(c *core.Config) { c.Venue.QueueModel = core.QueueModelProbability })
	o := &orderengine.Order{Ahead: 6, Level: 10, Traded: 1}
	f.shorten(o, 5)
	// c = 10 - 5 - 1 = 4; a*a/(a*a + b*b) = 36/52; rint(4*36/52) = 3.
	if o.Ahead != 3 || o.Level != 5 || o.Traded != 0 {
		t.Errorf("order is %+v", o)
	}
	o = &orderengine.Order{Ahead: 2, Level: 4, Traded: math.MaxInt64}
	if f.shorten(o, 3); o.Ahead != 2 {
		t.Errorf("more traded than went: %+v", o)
	}
	o = &orderengine.Order{Ahead: unseen}
	if f.shorten(o, 7); o.Ahead != 7 {
		t.Errorf("unseen until now: %+v", o)
	}
}

func TestReplaceAndCancel(t *testing.T) {
	f := newFloor()
	index := f.enterOrder(core.SideBuy, core.OrderTypeLimit, 99*unit, 3*unit)
	replace := func(price, quantity int64) {
		f.deliver(&Message{Kind: orderengine.MessageReplace, Index: index, OrderID: 1, Price: price, Quantity: quantity}, 0)
	}
	f.orders.At(index).Ahead = 4
	replace(99*unit, 2*unit)
	if o := f.orders.At(index); o.Ahead != 4 || o.VenueQuantity != 2*unit {
		t.Errorf("less at the same price keeps its place: %+v", o)
	}
	replace(99*unit, 3*unit)
	if o := f.orders.At(index); o.Ahead != 10*unit {
		t.Errorf("more starts anew: %+v", o)
	}
	replace(101*unit, 12*unit)
	f.expect(t, "a price that takes", "1 ACK", "1 REPLACE", "1 REPLACE", "1 REPLACE", "1 FILL 10@101 AGGRESSIVE")
	replace(101*unit, 10*unit)
	f.expect(t, "below what was filled", "1 CANCEL REPLACE_BELOW_CUM")
	replace(101*unit, 20*unit)
	f.deliver(&Message{Kind: orderengine.MessageCancel, Index: index, OrderID: 1}, 0)
	f.expect(t, "gone", "1 REPLACE_REJECT", "1 CANCEL_REJECT")
	post := f.enterOrder(core.SideSell, core.OrderTypePostOnly, 102*unit, unit)
	f.deliver(&Message{Kind: orderengine.MessageReplace, Index: post, OrderID: 2, Price: 99 * unit, Quantity: unit}, 0)
	f.deliver(&Message{Kind: orderengine.MessageCancel, Index: post, OrderID: 2}, 0)
	f.expect(t, "post only", "2 ACK", "2 REPLACE_REJECT POST_ONLY_WOULD_TAKE", "2 CANCEL USER_CANCEL")
}

func TestBars(t *testing.T) {
	barModel := func(c *core.Config) {
		c.Instruments[0].FillModel = core.FillModelBar
		c.Venue.BarSlippagePpb, c.Venue.MaxParticipationPpb = 1_000_000, 500_000_000
	}
	f := newFloor(barModel)
	f.enterOrder(core.SideBuy, core.OrderTypeMarket, 200*unit, 3*unit)
	f.enterOrder(core.SideBuy, core.OrderTypeFok, 100*unit, 9*unit)
	f.enterOrder(core.SideBuy, core.OrderTypeIoc, 99*unit, unit)
	f.enterOrder(core.SideBuy, core.OrderTypeLimit, 98*unit, unit)
	f.enterOrder(core.SideSell, core.OrderTypeLimit, 99*unit, 4*unit)
	f.said()
	f.MeetBar(0, Bar{Open: 100 * unit, High: 101 * unit, Low: 98 * unit, Volume: 10*unit + 5})
	f.expect(t, "a bar", "1 FILL 3@100 BAR_OPEN", "2 CANCEL FOK_UNFILLABLE", "3 CANCEL NO_LIQUIDITY", "5 FILL 2@100 BAR_OPEN")
	f.MeetBar(0, Bar{Open: 98 * unit, High: 99 * unit, Low: 97 * unit, Volume: 100 * unit})
	f.expect(t, "the next bar", "4 FILL 1@98 TRADED_THROUGH")
	f.markets.Tops[0].Halted = true
	f.enterOrder(core.SideSell, core.OrderTypeMarket, unit, unit)
	f.MeetBar(0, Bar{Open: 98 * unit, High: 200 * unit, Low: 97 * unit, Volume: 100 * unit})
	f.expect(t, "halted", "6 CANCEL MARKET_HALTED")
	if price := f.slipped(100*unit+unit/100, core.SideSell, unit/100); price != 99*unit+90*unit/100 {
		t.Errorf("slipped open of a sell is %d", price)
	}
}

func TestLatencyAndLives(t *testing.T) {
	f := newFloor(func(c *core.Config) { c.Reconciler.OrderTTLNs = 1000 })
	index := f.orders.Add(&orderengine.Order{ID: 1, Side: core.SideBuy, Type: core.OrderTypeLimit, Price: 90 * unit, Quantity: unit,
		State: core.OrderStatePendingNew})
	f.Send(orderengine.MessageNew, index, 90*unit, unit)
	f.ctx.TsEvent = 10
	f.Arrive()
	f.expect(t, "at its arrival it is not yet there")
	f.ctx.TsEvent = 11
	if !f.ArrivalsDue() {
		t.Error("an arrival is due")
	}
	f.Arrive()
	if f.Outbound.At(0).Due != 20 || f.Outbound.At(0).T != 10 {
		t.Errorf("report is %+v", f.Outbound.At(0))
	}
	f.expect(t, "after it", "1 ACK")
	f.ctx.TsEvent = 1000
	f.Arrive()
	f.expect(t, "its life has run out", "1 EXPIRE TIME_IN_FORCE")
}

func TestFifoGrows(t *testing.T) {
	q := fifo[int]{}
	next := 0
	for i := range 1000 {
		q.Push(i)
		if i%3 == 0 {
			if got := q.Pop(); got != next {
				t.Fatalf("popped %d, expected %d", got, next)
			}
			next++
		}
	}
	for i := range q.Len() {
		if *q.At(i) != next+i {
			t.Fatalf("entry %d is %d", i, *q.At(i))
		}
	}
}

func TestAvailableIsHeld(t *testing.T) {
	v := Venue{markets: dataengine.NewMarkets(1)}
	v.markets.SetLevels(0, core.SideSell, 3, func(k int) dataengine.Level {
		return dataengine.Level{Price: int64(k), Size: core.PriceMax}
	})
	if got := v.available(0, core.SideBuy, 5, math.MaxInt64); got != math.MaxInt64 {
		t.Errorf("available is %d", got)
	}
	v.markets.Tops[0].TakenAsk = core.PriceMax
	if got := v.available(0, core.SideBuy, 1, math.MaxInt64); got != core.PriceMax {
		t.Errorf("available is %d", got)
	}
	if addHeld(math.MaxInt64, 1) != math.MaxInt64 {
		t.Error("sums are held")
	}
}
