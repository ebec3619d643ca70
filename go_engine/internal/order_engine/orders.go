// Package orderengine owns the orders: their slab and states, the policy and the reconciler (spec 9 and 10).
package orderengine

import "quartet.dev/go_engine/internal/core"

// Order is one open order; the fields after AtVenue are the simulated venue's own view of it.
type Order struct {
	ID         uint64
	Symbol     uint32
	Side       core.Side
	Type       core.OrderType
	State      core.OrderState
	Flatten    bool
	Price      int64
	Quantity   int64
	Cum        int64
	Created    int64
	SignalID   uint64
	LastExecID uint64

	Replacing       bool // a replace is pending
	PendingPrice    int64
	PendingQuantity int64

	AtVenue       bool
	Resting       bool
	VenuePrice    int64
	VenueQuantity int64
	VenueCum      int64
	Ahead         int64 // -1: unseen
	Level         int64
	Traded        int64

	exposed        int64       // leaves as the gate counts them
	reserved       core.Int128 // cash that the gate holds back
	next, previous int32       // all open orders, ascending id
	nextOfSymbol   int32
	previousOfSym  int32
}

// Leaves is what is left to execute.
func (o *Order) Leaves() int64 { return o.Quantity - o.Cum }

// VenueLeaves is what the venue has left to execute.
func (o *Order) VenueLeaves() int64 { return o.VenueQuantity - o.VenueCum }

// Working tells whether the order is live: NEW or PARTIALLY_FILLED.
func (o *Order) Working() bool {
	return o.State == core.OrderStateNew || o.State == core.OrderStatePartiallyFilled
}

// Cancelable tells whether the order may be asked to cancel (spec 8.7).
func (o *Order) Cancelable() bool {
	return core.NextState(o.State, core.TriggerRequestCancel) != 0
}

// LeaveVenue takes the order off the venue's view.
func (o *Order) LeaveVenue() {
	o.AtVenue, o.Resting = false, false
	o.VenuePrice, o.VenueQuantity, o.VenueCum = 0, 0, 0
	o.Ahead, o.Level, o.Traded = 0, 0, 0
}

// list is a chain of orders by ascending id; 0 is no order.
type list struct{ first, last int32 }

// Slab holds the open orders; an order keeps its index while it is open.
type Slab struct {
	orders  []Order
	free    []int32
	all     list
	symbols []list
	byID    map[uint64]int32 // kept for external venues only, whose reports name ids
}

// NewSlab returns an empty slab.
func NewSlab(capacity, symbols int, external bool) Slab {
	s := Slab{orders: make([]Order, capacity+1), free: make([]int32, 0, capacity), symbols: make([]list, symbols)}
	for index := capacity; index > 0; index-- {
		s.free = append(s.free, int32(index))
	}
	if external {
		s.byID = make(map[uint64]int32)
	}
	return s
}

// At returns the order of an index.
func (s *Slab) At(index int32) *Order { return &s.orders[index] }

// Open returns the order where it is still the one of that id, else nil.
func (s *Slab) Open(index int32, id uint64) *Order {
	if o := &s.orders[index]; o.ID == id && id != 0 {
		return o
	}
	return nil
}

// Find returns the index of an open order by id, 0 where there is none. It walks unless the venue is external.
func (s *Slab) Find(id uint64) int32 {
	if s.byID != nil {
		return s.byID[id]
	}
	for index := s.all.first; index != 0; index = s.orders[index].next {
		if s.orders[index].ID == id {
			return index
		}
	}
	return 0
}

// First and Next walk all open orders by ascending id.
func (s *Slab) First() int32 { return s.all.first }

// Next returns the index after index.
func (s *Slab) Next(index int32) int32 { return s.orders[index].next }

// FirstOf and NextOf walk the open orders of a symbol by ascending id.
func (s *Slab) FirstOf(symbol uint32) int32 { return s.symbols[symbol].first }

// NextOf returns the index of the symbol's order after index.
func (s *Slab) NextOf(index int32) int32 { return s.orders[index].nextOfSymbol }

// Add opens an order, whose id is above all others', and returns its index.
func (s *Slab) Add(order *Order) int32 {
	index, o := s.take(order.Symbol, order.ID)
	order.next, order.nextOfSymbol = o.next, o.nextOfSymbol
	order.previous, order.previousOfSym = o.previous, o.previousOfSym
	*o = *order
	return index
}

// take returns the place of a new order, last of all and of its symbol, and empty but for its id and symbol.
func (s *Slab) take(symbol uint32, id uint64) (int32, *Order) {
	index := s.free[len(s.free)-1]
	s.free = s.free[:len(s.free)-1]
	o, chain := &s.orders[index], &s.symbols[symbol]
	*o = Order{}
	o.ID, o.Symbol = id, symbol
	o.previous, o.previousOfSym = s.all.last, chain.last
	if s.all.last != 0 {
		s.orders[s.all.last].next = index
	} else {
		s.all.first = index
	}
	if chain.last != 0 {
		s.orders[chain.last].nextOfSymbol = index
	} else {
		chain.first = index
	}
	s.all.last, chain.last = index, index
	if s.byID != nil {
		s.byID[id] = index
	}
	return index, o
}

// Remove closes an order.
func (s *Slab) Remove(index int32) {
	o := &s.orders[index]
	chain := &s.symbols[o.Symbol]
	if o.previous != 0 {
		s.orders[o.previous].next = o.next
	} else {
		s.all.first = o.next
	}
	if o.next != 0 {
		s.orders[o.next].previous = o.previous
	} else {
		s.all.last = o.previous
	}
	if o.previousOfSym != 0 {
		s.orders[o.previousOfSym].nextOfSymbol = o.nextOfSymbol
	} else {
		chain.first = o.nextOfSymbol
	}
	if o.nextOfSymbol != 0 {
		s.orders[o.nextOfSymbol].previousOfSym = o.previousOfSym
	} else {
		chain.last = o.previousOfSym
	}
	if s.byID != nil {
		delete(s.byID, o.ID)
	}
	o.ID = 0
	s.free = append(s.free, index)
}
