// The order engine: its state, and what it tells the venue.

package orderengine

import (
	"quartet.dev/go_engine/internal/account"
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
	"quartet.dev/go_engine/internal/risk_engine"
)

// MessageKind says what a message to the venue asks for.
type MessageKind uint8

// Values of MessageKind, as the snapshot writes them (spec 14.1).
const (
	MessageNew     MessageKind = 1
	MessageCancel  MessageKind = 2
	MessageReplace MessageKind = 3
)

// Gateway carries messages to the venue; price and quantity are 0 for a cancel.
type Gateway interface {
	Send(kind MessageKind, index int32, price, quantity int64)
}

// Report is what a venue says of an order (spec 7.1).
type Report struct {
	Due       int64
	T         int64 // the venue's time
	OrderID   uint64
	Index     int32
	Trigger   core.Trigger // fills: FILL
	Liquidity core.Liquidity
	Reason    core.FillReason
	Code      core.Code
	ExecID    uint64
	Price     int64
	Quantity  int64
	Cause     uint64 // the input event at which a fill was made
}

// Retry remembers the last rejected desire of a symbol's side (spec 10.6).
type Retry struct {
	Set      bool
	Type     core.OrderType
	Price    int64
	Quantity int64
	Ts       int64
}

// Decision is a VALID verdict.
type Decision struct {
	Score, Confidence, FairValue float64
	TsInit                       int64
}

// SymbolState is what the order engine keeps of a symbol beside its orders.
type SymbolState struct {
	Direction  int8
	HasTarget  bool
	HasPending bool // a bar's verdict waits for its clock
	decided    bool // the target is that of the score and the confidence here
	isRefused  bool // there is something in the retry memory
	score      float64
	confidence float64
	SignalID   uint64
	Target     int64
	TargetX    float64
}

// Engine is the order engine.
type Engine struct {
	Slab
	States       []SymbolState
	Waiting      core.Bitset // symbols with a pending verdict
	LastOrderID  uint64
	LastSignalID uint64

	size    sizeMemo
	pending []Decision           // by symbol, once a bar's verdict has waited
	retries map[uint32]*[2]Retry // BUY, SELL, of symbols of which a desire was rejected

	ctx       *core.Context
	config    *core.Config
	account   *account.Account
	gate      *riskengine.Gate
	markets   *dataengine.Markets
	gateway   Gateway
	walk      []handle   // orders to visit, of the walk at hand
	conflicts []conflict // of the order under test
}

// handle names an order that may close before its turn comes.
type handle struct {
	index int32
	id    uint64
}

// New returns the order engine of a configuration before its first event.
func New(ctx *core.Context, config *core.Config, holdings *account.Account, gate *riskengine.Gate, markets *dataengine.Markets) *Engine {
	count := len(config.Instruments)
	return &Engine{
		Slab:    NewSlab(config.OpenOrders, count, config.Venue.Mode == core.VenueModeExternal),
		States:  make([]SymbolState, count),
		Waiting: core.NewBitset(count),
		ctx:     ctx, config: config, account: holdings, gate: gate, markets: markets,
		walk: make([]handle, 0, config.OpenOrders), conflicts: make([]conflict, 0, config.OpenOrders),
	}
}

// Connect gives the order engine its venue.
func (e *Engine) Connect(gateway Gateway) { e.gateway = gateway }

// Retries returns the retry memory of a symbol, BUY and SELL.
func (e *Engine) Retries(symbol uint32) [2]Retry {
	if !e.States[symbol].isRefused {
		return [2]Retry{}
	}
	return *e.retries[symbol]
}

// SetRetry writes the retry memory of a symbol's side.
func (e *Engine) SetRetry(symbol uint32, side core.Side, retry Retry) {
	if state := &e.States[symbol]; !state.isRefused {
		if e.retries == nil {
			e.retries = make(map[uint32]*[2]Retry)
		}
		e.retries[symbol], state.isRefused = &[2]Retry{}, true
	}
	e.retries[symbol][side-core.SideBuy] = retry
}

// remember writes the retry memory.
func (e *Engine) remember(symbol uint32, side core.Side, orderType core.OrderType, price, quantity int64) {
	e.SetRetry(symbol, side, Retry{true, orderType, price, quantity, e.ctx.Now})
}

// heldBack tells whether a desire equals the last rejected one and must wait (spec 10.6).
func (e *Engine) heldBack(symbol uint32, side core.Side, d Desire) bool {
	if !e.States[symbol].isRefused {
		return false
	}
	r := &e.retries[symbol][side-core.SideBuy]
	return r.Set && r.Price == d.Price && r.Quantity == d.Quantity && r.Type == d.Type &&
		e.ctx.Now-r.Ts < e.config.Reconciler.RetryAfterNs
}

// expose tells the gate what an order holds open now (spec 9.5).
func (e *Engine) expose(o *Order, terminal bool) {
	leaves, price := o.Leaves(), o.Price
	if o.Replacing {
		leaves = max(leaves, o.PendingQuantity-o.Cum)
		price = max(price, o.PendingPrice)
	}
	if terminal {
		leaves = 0
	}
	e.gate.ChangeLeaves(o.Symbol, o.Side, leaves-o.exposed)
	o.exposed = leaves
	if o.Side == core.SideBuy && e.gate.Reserves() {
		reserved := e.gate.Reserve(o.Symbol, leaves, price)
		e.gate.ChangeReserved(reserved.Sub(o.reserved))
		o.reserved = reserved
	}
}

// Restore enters an open order of a snapshot.
func (e *Engine) Restore(order *Order) int32 {
	index := e.Add(order)
	e.gate.OrderOpened(order.Symbol)
	e.expose(e.At(index), false)
	return index
}
