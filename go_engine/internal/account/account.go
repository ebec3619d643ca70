// Package account keeps positions, marks, cash and equity (spec 6.3, 6.4, 8.1 to 8.3).
package account

import "quartet.dev/go_engine/internal/core"

// Holding is one symbol's position and the prices that value it; what a mark touches comes first.
type Holding struct {
	Position   int64
	Mark       int64  // 0 where there is none
	ceiling    uint64 // marks below it stay within the symbol's share of the gross bound; 0: none does
	Multiplier int64
	riskEpoch  uint32
	HasMark    bool
	HasRisk    bool
	Worst      int64 // w of spec 9.5, as the gate gave it last
	gross      int64 // its share of the gross bound
	RiskPrice  int64 // as of riskEpoch; RiskPrice() brings it up to date
	Cost       core.Int128
}

// valueAt returns a position times a price times the multiplier.
func (h *Holding) valueAt(position, price int64) core.Int128 {
	return core.MulInt64(position, price).Mul(h.Multiplier)
}

// Exposure returns N of spec 9.5 for a worst position.
func (h *Holding) Exposure(worst int64) core.Int128 { return h.valueAt(worst, h.Mark) }

// Account is the engine's money.
type Account struct {
	Holdings    []Holding
	Held        core.Bitset // symbols with a position
	Cash        core.Int128
	Fees        core.Int128
	Realised    core.Int128
	Equity      core.Int128
	High        core.Int128 // H, the high-water mark
	SessionOpen core.Int128 // E_open
	GrossBound  int64       // sum of abs(N) at the worst positions and of marks a little higher, in coarse units, at least
	riskEpoch   uint32
	makerFeePpb int64
	takerFeePpb int64
}

// New returns the account of a configuration before its first event.
func New(config *core.Config) *Account {
	a := &Account{
		Holdings:    make([]Holding, len(config.Instruments)),
		Held:        core.NewBitset(len(config.Instruments)),
		Cash:        config.InitialCash,
		Equity:      config.InitialCash,
		High:        config.InitialCash,
		SessionOpen: config.InitialCash,
		makerFeePpb: config.Venue.MakerFeePpb,
		takerFeePpb: config.Venue.TakerFeePpb,
	}
	for i := range a.Holdings {
		h, instrument := &a.Holdings[i], config.Instruments[i]
		h.Multiplier = instrument.Multiplier
		if instrument.ReferencePrice.Set {
			h.Mark, h.HasMark = instrument.ReferencePrice.Value, true
			h.RiskPrice, h.HasRisk = h.Mark, true
		}
	}
	return a
}

// SetMark gives a symbol its mark (spec 6.3) and returns whether it is the first one.
func (a *Account) SetMark(symbol uint32, price int64) bool {
	h := &a.Holdings[symbol]
	if uint64(price) >= h.ceiling || h.riskEpoch != a.riskEpoch {
		return a.changeMark(h, price)
	}
	if h.Position != 0 && h.Mark != price {
		a.Equity = a.Equity.Add(h.valueAt(h.Position, price-h.Mark))
	}
	h.Mark = price
	return false
}

// changeMark is SetMark in every case.
func (a *Account) changeMark(h *Holding, price int64) bool {
	a.renewRiskPrice(h)
	a.Equity = a.Equity.Add(h.valueAt(h.Position, price-h.Mark))
	h.Mark = price
	isFirst := !h.HasMark
	if isFirst {
		h.HasMark, h.HasRisk = true, true
		h.RiskPrice = price
	}
	a.bound(h)
	return isFirst
}

// Amounts that only bound others are counted in coarse units of 2^56, seven hundredths of a unit of money, rounded up. A sum
// of them over all symbols fits 64 bits.
const (
	coarseBits = 56
	CoarseMax  = 1 << 46 // stands for all amounts from there on
)

// Coarse returns an upper bound of abs(position * price * multiplier), at most CoarseMax.
func Coarse(position, price, multiplier int64) int64 {
	if position == 0 {
		return 0
	}
	size := core.MulInt64(position, price).Mul(multiplier).Abs()
	if uint64(size.Hi) >= CoarseMax>>(64-coarseBits) {
		return CoarseMax
	}
	return CoarseBelow(size) + 1
}

// CoarseBelow returns a lower bound of an amount that is not negative.
func CoarseBelow(amount core.Int128) int64 {
	return int64(min(uint64(amount.Hi), 1<<(62-(64-coarseBits)))<<(64-coarseBits) | amount.Lo>>coarseBits)
}

// bound renews a symbol's share of the gross bound, with room for the mark to rise.
func (a *Account) bound(h *Holding) {
	const markMax = 1 << 61
	h.ceiling = 0
	if h.HasMark && 0 <= h.Mark && h.Mark < markMax {
		h.ceiling = uint64(h.Mark+h.Mark>>6) + 1
	}
	gross := Coarse(h.Worst, h.boundPrice(), h.Multiplier)
	a.GrossBound += gross - h.gross
	h.gross = gross
}

// boundPrice is the price of a symbol's share of the gross bound.
func (h *Holding) boundPrice() int64 {
	if h.ceiling == 0 {
		return h.Mark
	}
	return int64(h.ceiling - 1)
}

// GrossBoundWith returns the gross bound with another worst position of a symbol, and the symbol's share of it.
func (a *Account) GrossBoundWith(symbol uint32, worst int64) (all, own int64) {
	h := &a.Holdings[symbol]
	own = Coarse(worst, h.boundPrice(), h.Multiplier)
	return a.GrossBound - h.gross + own, own
}

// SetWorst gives a symbol its worst position (spec 9.5).
func (a *Account) SetWorst(symbol uint32, worst int64) {
	h := &a.Holdings[symbol]
	if h.Worst != worst {
		h.Worst = worst
		a.bound(h)
	}
}

// RenewRiskPrices makes every symbol's present mark its risk price (spec 8.3); each takes it when next touched.
func (a *Account) RenewRiskPrices() { a.riskEpoch++ }

// RiskEpoch counts the renewals of the risk prices.
func (a *Account) RiskEpoch() uint32 { return a.riskEpoch }

func (a *Account) renewRiskPrice(h *Holding) {
	if h.riskEpoch != a.riskEpoch {
		h.riskEpoch = a.riskEpoch
		if h.HasMark {
			h.RiskPrice, h.HasRisk = h.Mark, true
		}
	}
}

// RiskPrice returns the symbol's risk price, 0 where there is none, and whether there is one.
func (a *Account) RiskPrice(symbol uint32) (int64, bool) {
	h := &a.Holdings[symbol]
	a.renewRiskPrice(h)
	return h.RiskPrice, h.HasRisk
}

// setPosition moves a position; the caller accounts for its value.
func (a *Account) setPosition(symbol uint32, h *Holding, position int64) {
	h.Position = position
	if position == 0 {
		a.Held.Clear(int(symbol))
	} else {
		a.Held.Set(int(symbol))
	}
}

// FeePpb returns the fee rate of a fill.
func (a *Account) FeePpb(liquidity core.Liquidity) int64 {
	if liquidity == core.LiquidityMaker {
		return a.makerFeePpb
	}
	return a.takerFeePpb
}

// InMoney tells whether an amount is below 2^120 in magnitude (spec 11, 12.1).
func InMoney(x core.Int128) bool {
	return uint64(x.Hi+1<<55) < 1<<56 || x.WithinBits(120) // the first tells almost always
}

// LeavesMoney tells whether a change would bring equity, H or E_open out of their range.
func (a *Account) LeavesMoney(change core.Int128) bool {
	return !InMoney(a.Equity.Add(change)) || !InMoney(a.High.Add(change)) || !InMoney(a.SessionOpen.Add(change))
}

// Fill books an execution and returns its fee (spec 8.1).
func (a *Account) Fill(symbol uint32, side core.Side, price, quantity int64, liquidity core.Liquidity) core.Int128 {
	h := &a.Holdings[symbol]
	notional := h.valueAt(quantity, price)
	fee := core.Cap(a.FeePpb(liquidity), notional)
	isSell := side == core.SideSell
	signed, paid := quantity, notional.NegateIf(isSell)
	if isSell {
		signed = -quantity
	}
	a.Cash = a.Cash.Sub(paid).Sub(fee)
	a.Fees = a.Fees.Add(fee)
	a.bookCost(h, signed, quantity, price, notional)
	a.Equity = a.Equity.Sub(fee).Add(h.valueAt(signed, h.Mark-price))
	a.setPosition(symbol, h, h.Position+signed)
	if !h.HasMark {
		a.SetMark(symbol, price)
	}
	if !InMoney(a.Cash) || !InMoney(a.Fees) || !InMoney(a.Realised) || !InMoney(a.Equity) {
		panic("a fill has brought money to 2^120 (spec 12.1)")
	}
	return fee
}

// bookCost moves the cost of a position that changes by signed at a price; notional is that of the whole quantity.
func (a *Account) bookCost(h *Holding, signed, quantity, price int64, notional core.Int128) {
	isSell := signed < 0
	if h.Position == 0 || (h.Position < 0) == isSell {
		h.Cost = h.Cost.Add(notional.NegateIf(isSell))
		return
	}
	held := core.Abs64(h.Position)
	closed := min(quantity, held)
	gone, got := h.Cost, notional
	if closed < held {
		gone = core.MulDiv(h.Cost, closed, held)
	} else if closed < quantity {
		got = h.valueAt(closed, price)
	}
	opened := notional.Sub(got)
	a.Realised = a.Realised.Add(got.NegateIf(!isSell)).Sub(gone)
	h.Cost = h.Cost.Sub(gone).Add(opened.NegateIf(isSell))
}

// LoadPosition sets a position and its price; H and E_open move with equity (spec 11.4).
func (a *Account) LoadPosition(symbol uint32, quantity, price int64) {
	h := &a.Holdings[symbol]
	before := a.Equity
	a.Equity = a.Equity.Add(h.valueAt(quantity-h.Position, h.Mark))
	a.setPosition(symbol, h, quantity)
	h.Cost = h.valueAt(quantity, price)
	if !h.HasMark {
		a.SetMark(symbol, price)
	}
	a.shiftReferences(a.Equity.Sub(before))
}

// CashFlow adds cash or takes it away (spec 11.5).
func (a *Account) CashFlow(amount core.Int128) {
	a.Cash = a.Cash.Add(amount)
	a.Equity = a.Equity.Add(amount)
	a.shiftReferences(amount)
}

func (a *Account) shiftReferences(change core.Int128) {
	a.High = a.High.Add(change)
	a.SessionOpen = a.SessionOpen.Add(change)
}

// Revalue computes equity anew from cash, positions and marks; for a restored state.
func (a *Account) Revalue() {
	a.Equity = a.Cash
	a.Held.Reset()
	for i := range a.Holdings {
		h := &a.Holdings[i]
		a.setPosition(uint32(i), h, h.Position)
		a.Equity = a.Equity.Add(h.valueAt(h.Position, h.Mark))
	}
}

// Record writes an ACCOUNT record of a symbol, or of the engine where symbol is core.NoSymbol.
func (a *Account) Record(ctx *core.Context, symbol uint32, cause core.AccountCause) {
	record := core.NewAccountRecord(ctx, symbol)
	record.SetCause(uint8(cause))
	record.SetCash(a.Cash)
	record.SetEquity(a.Equity)
	record.SetFees(a.Fees)
	record.SetRealised(a.Realised)
	if symbol != core.NoSymbol {
		h := &a.Holdings[symbol]
		record.SetPosition(h.Position)
		record.SetCost(h.Cost)
		record.SetMark(h.Mark)
	}
}
