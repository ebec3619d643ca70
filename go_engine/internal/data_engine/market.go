// Market view of phase two: levels, what we have taken from them, and the symbol's status (spec 6).

package dataengine

import "quartet.dev/go_engine/internal/core"

// Level is one price of a book side.
type Level struct{ Price, Size int64 }

// Market is the view of one symbol, one cache line: what is rarely used lies beside, in Markets.
type Market struct {
	top                  [2]Level // the best levels, bid and ask
	LastTs               int64
	TakenBid, TakenAsk   int64
	BidLevels, AskLevels uint8
	Stale, Halted        bool
	HasData              bool // a QUOTE, TRADE, BOOK or BAR was accepted
	HasQuote             bool // the latest QUOTE or BOOK had both sides
	Status               uint8
	HasBand              bool
}

// depth are the levels of sides with more than one.
type depth [2][core.LevelsMax]Level

// band are the prices between which a symbol may trade.
type band struct{ low, high int64 }

// Markets are the views of all symbols.
type Markets struct {
	Tops   []Market
	depths []*depth // by symbol, once one had a deep side
	bands  map[uint32]band
}

// NewMarkets returns empty views.
func NewMarkets(symbols int) *Markets { return &Markets{Tops: make([]Market, symbols)} }

// Band returns the prices between which a symbol may trade, zeros where it has none.
func (m *Markets) Band(symbol uint32) (low, high int64) {
	band := m.bands[symbol]
	return band.low, band.high
}

// SetBand gives a symbol a band, or takes it away.
func (m *Markets) SetBand(symbol uint32, has bool, low, high int64) {
	m.Tops[symbol].HasBand = has
	delete(m.bands, symbol)
	if !has {
		return
	}
	if m.bands == nil {
		m.bands = make(map[uint32]band)
	}
	m.bands[symbol] = band{low, high}
}

// SetQuote replaces the view by a quote (spec 6.2) and returns whether both sides are present.
func (m *Market) SetQuote(bid, ask, bidSize, askSize int64) bool {
	m.TakenBid, m.TakenAsk = 0, 0
	m.top = [2]Level{{bid, bidSize}, {ask, askSize}}
	m.BidLevels, m.AskLevels = isPresent(bidSize), isPresent(askSize)
	m.HasQuote = m.BidLevels&m.AskLevels != 0
	return m.HasQuote
}

// isPresent is 1 for a size above 0, else 0; sizes are not negative.
func isPresent(size int64) uint8 { return uint8(uint64(-size) >> 63) }

// SetBook replaces a symbol's view by a BOOK row.
func (m *Markets) SetBook(symbol uint32, batch *Batch, row int) bool {
	market := &m.Tops[symbol]
	market.TakenBid, market.TakenAsk = 0, 0
	bids, asks := int(batch.BookBidLevels[row]), int(batch.BookAskLevels[row])
	m.SetLevels(symbol, core.SideBuy, bids, func(k int) Level {
		return Level{batch.BookBidPrices[row*core.LevelsMax+k], batch.BookBidSizes[row*core.LevelsMax+k]}
	})
	m.SetLevels(symbol, core.SideSell, asks, func(k int) Level {
		return Level{batch.BookAskPrices[row*core.LevelsMax+k], batch.BookAskSizes[row*core.LevelsMax+k]}
	})
	market.HasQuote = bids > 0 && asks > 0
	return market.HasQuote
}

// SetLevels replaces the levels of one side.
func (m *Markets) SetLevels(symbol uint32, side core.Side, count int, level func(k int) Level) {
	market, own := &m.Tops[symbol], side-core.SideBuy
	if side == core.SideBuy {
		market.BidLevels = uint8(count)
	} else {
		market.AskLevels = uint8(count)
	}
	if count > 0 {
		market.top[own] = level(0)
	}
	if count <= 1 {
		return
	}
	deep := &m.depthOf(symbol)[own]
	deep[0] = market.top[own]
	for k := 1; k < count; k++ {
		deep[k] = level(k)
	}
}

// depthOf returns a symbol's room for deep sides, made on first use.
func (m *Markets) depthOf(symbol uint32) *depth {
	if m.depths == nil {
		m.depths = make([]*depth, len(m.Tops))
	}
	if m.depths[symbol] == nil {
		m.depths[symbol] = &depth{}
	}
	return m.depths[symbol]
}

// Seen takes the flags and the time of an accepted TRADE or BAR (spec 2.6, 6.1).
func (m *Market) Seen(flags uint32, now int64) {
	m.LastTs = now
	m.HasData = true
	m.Halted = flags&uint32(core.FlagHalt) != 0
}

// SeenQuote is Seen for a QUOTE or BOOK, which also says whether the symbol is stale.
func (m *Market) SeenQuote(flags uint32, now int64) {
	m.Seen(flags, now)
	m.Stale = flags&uint32(core.FlagStale|core.FlagGap) != 0
}

// IsOpen tells that neither a status nor the state of the data stands against an order.
func (m *Market) IsOpen() bool {
	return m.HasData && !m.Stale && !m.Halted && m.Status == 0 && !m.HasBand
}

// Frozen tells whether the venue does not match the symbol (spec 7.5).
func (m *Market) Frozen() bool {
	return m.Halted || m.Status&uint8(core.StatusHalted|core.StatusClosed) != 0
}

// Best returns the best price of the side's own book side (bids for BUY), and whether it is present.
func (m *Market) Best(side core.Side) (int64, bool) {
	if side == core.SideBuy {
		return m.top[0].Price, m.BidLevels > 0
	}
	return m.top[1].Price, m.AskLevels > 0
}

// Levels returns the levels of the side's own book side, best first.
func (m *Markets) Levels(symbol uint32, side core.Side) []Level {
	market, own := &m.Tops[symbol], side-core.SideBuy
	count := market.BidLevels
	if side == core.SideSell {
		count = market.AskLevels
	}
	if count <= 1 {
		return market.top[own:][:count]
	}
	return m.depths[symbol][own][:count]
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
