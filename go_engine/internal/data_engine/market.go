// Market view of phase two: levels, what we have taken from them, and the symbol's status (spec 6).

package dataengine

import "quartet.dev/go_engine/internal/core"

// Level is one price of a book side.
type Level struct{ Price, Size int64 }

// Market is the view of one symbol.
type Market struct {
	BidLevels, AskLevels uint8
	Stale, Halted        bool
	HasData              bool // a QUOTE, TRADE, BOOK or BAR was accepted
	HasQuote             bool // the latest QUOTE or BOOK had both sides
	Status               uint8
	HasBand              bool
	LastTs               int64
	TakenBid, TakenAsk   int64
	BandLow, BandHigh    int64
	Bids                 [core.LevelsMax]Level
	Asks                 [core.LevelsMax]Level
}

// SetQuote replaces the view by a quote (spec 6.2) and returns whether both sides are present.
func (m *Market) SetQuote(bid, ask, bidSize, askSize int64) bool {
	m.TakenBid, m.TakenAsk = 0, 0
	m.BidLevels, m.AskLevels = 0, 0
	if bidSize > 0 {
		m.BidLevels = 1
		m.Bids[0] = Level{bid, bidSize}
	}
	if askSize > 0 {
		m.AskLevels = 1
		m.Asks[0] = Level{ask, askSize}
	}
	m.HasQuote = bidSize > 0 && askSize > 0
	return m.HasQuote
}

// SetBook replaces the view by a BOOK row.
func (m *Market) SetBook(batch *Batch, row int) bool {
	m.TakenBid, m.TakenAsk = 0, 0
	m.BidLevels, m.AskLevels = batch.BookBidLevels[row], batch.BookAskLevels[row]
	prices, sizes := Side(batch.BookBidPrices, batch.BookBidSizes, row, int(m.BidLevels))
	for k := range prices {
		m.Bids[k] = Level{prices[k], sizes[k]}
	}
	prices, sizes = Side(batch.BookAskPrices, batch.BookAskSizes, row, int(m.AskLevels))
	for k := range prices {
		m.Asks[k] = Level{prices[k], sizes[k]}
	}
	m.HasQuote = m.BidLevels > 0 && m.AskLevels > 0
	return m.HasQuote
}

// Seen takes the flags and the time of an accepted QUOTE, TRADE, BOOK or BAR (spec 2.6, 6.1).
func (m *Market) Seen(kind core.EventKind, flags uint32, now int64) {
	m.LastTs = now
	m.HasData = true
	m.Halted = flags&uint32(core.FlagHalt) != 0
	if kind == core.EventKindQuote || kind == core.EventKindBook {
		m.Stale = flags&uint32(core.FlagStale|core.FlagGap) != 0
	}
}

// Frozen tells whether the venue does not match the symbol (spec 7.5).
func (m *Market) Frozen() bool {
	return m.Halted || m.Status&uint8(core.StatusHalted|core.StatusClosed) != 0
}

// Best returns the best price of the side's own book side (bids for BUY), and whether it is present.
func (m *Market) Best(side core.Side) (int64, bool) {
	if side == core.SideBuy {
		return m.Bids[0].Price, m.BidLevels > 0
	}
	return m.Asks[0].Price, m.AskLevels > 0
}

// Levels returns the levels of the side's own book side, best first.
func (m *Market) Levels(side core.Side) []Level {
	if side == core.SideBuy {
		return m.Bids[:m.BidLevels]
	}
	return m.Asks[:m.AskLevels]
}

// Taken returns the count of displayed size that we have taken from the side's own book side.
func (m *Market) Taken(side core.Side) *int64 {
	if side == core.SideBuy {
		return &m.TakenBid
	}
	return &m.TakenAsk
}

// Opposite returns the other side.
func Opposite(side core.Side) core.Side { return core.SideBuy + core.SideSell - side }

// Reaches tells whether a price of our side reaches another: a buy is at or above it, a sell at or below.
func Reaches(side core.Side, price, other int64) bool {
	if side == core.SideBuy {
		return price >= other
	}
	return price <= other
}
