// Validation: the tests of an event, in their order (spec 2.4).

package dataengine

import "quartet.dev/go_engine/internal/core"

// Validator tests events and keeps the clocks of the input.
type Validator struct {
	LastTsInit   int64
	LastSequence []uint64 // per source
	instruments  []*core.Instrument
	signals      core.SignalLimits
}

// NewValidator returns the validator of a configuration before its first event.
func NewValidator(config *core.Config) *Validator {
	return &Validator{
		LastSequence: make([]uint64, config.SourceCount), instruments: config.Instruments, signals: config.Signals,
	}
}

const timeLimit = 1 << 62

// badSize tells whether a size is negative or above 2^62 - 1.
func badSize(size int64) bool { return uint64(size) > core.PriceMax }

// Check tests event i, whose row of its kind is in rows, and accepts it into the input's clocks (spec 2.5).
func (v *Validator) Check(batch *Batch, i int, rows *Rows, gaps *uint64) core.Code {
	kind := core.EventKind(batch.Kind[i])
	if kind < core.EventKindQuote || kind > core.EventKindControl {
		return core.CodeUnknownKind
	}
	source := batch.SourceOf(i)
	if uint64(source) >= uint64(len(v.LastSequence)) {
		return core.CodeUnknownSource
	}
	tsInit, tsEvent := batch.TsInit[i], batch.TsEvent[i]
	if tsInit < v.LastTsInit {
		return core.CodeOutOfOrder
	}
	if tsInit >= timeLimit || (tsEvent > tsInit && tsEvent-tsInit > core.FutureNsMax) {
		return core.CodeFutureTs
	}
	if batch.Seq != nil {
		if sequence := batch.Seq[i]; sequence != 0 {
			last := v.LastSequence[source]
			if sequence <= last {
				return core.CodeDuplicateSequence
			}
			if last != 0 && sequence > last+1 {
				*gaps++
			}
			v.LastSequence[source] = sequence
		}
	}
	if kind <= core.EventKindExternalSignal {
		symbol := batch.Symbol[i]
		if uint64(symbol) >= uint64(len(v.instruments)) {
			return core.CodeUnknownSymbol
		}
		var code core.Code
		limits := v.instruments[symbol]
		switch kind {
		case core.EventKindQuote:
			code = checkQuote(batch, rows.Quote, limits)
		case core.EventKindTrade:
			code = checkTrade(batch, rows.Trade, limits)
		case core.EventKindBook:
			code = checkBook(batch, rows.Book, limits)
		case core.EventKindBar:
			code = checkBar(batch, rows.Bar, limits)
		default:
			code = v.checkSignal(batch, rows.Signal, tsInit, tsEvent)
		}
		if code != core.CodeNone {
			return code
		}
	}
	v.LastTsInit = tsInit
	return core.CodeNone
}

func checkQuote(batch *Batch, row int, limits *core.Instrument) core.Code {
	bidSize, askSize := batch.BidSize[row], batch.AskSize[row]
	if badSize(bidSize) || badSize(askSize) {
		return core.CodeBadSize
	}
	bid, ask := batch.BidPrice[row], batch.AskPrice[row]
	if bidSize > 0 && (bid < limits.PriceMin || bid > limits.PriceMax) {
		return core.CodeBadPrice
	}
	if askSize > 0 && (ask < limits.PriceMin || ask > limits.PriceMax) {
		return core.CodeBadPrice
	}
	if bidSize > 0 && askSize > 0 && bid > ask {
		return core.CodeCrossed
	}
	return core.CodeNone
}

func checkTrade(batch *Batch, row int, limits *core.Instrument) core.Code {
	if size := batch.TradeSize[row]; size == 0 || badSize(size) {
		return core.CodeBadSize
	}
	if price := batch.TradePrice[row]; price < limits.PriceMin || price > limits.PriceMax {
		return core.CodeBadPrice
	}
	if aggressor := batch.Aggressor[row]; aggressor < -1 || aggressor > 1 {
		return core.CodeMissingField
	}
	return core.CodeNone
}

func checkBook(batch *Batch, row int, limits *core.Instrument) core.Code {
	bidLevels, askLevels := int(batch.BookBidLevels[row]), int(batch.BookAskLevels[row])
	if bidLevels > core.LevelsMax || askLevels > core.LevelsMax {
		return core.CodeBadBook
	}
	bids, bidSizes := Side(batch.BookBidPrices, batch.BookBidSizes, row, bidLevels)
	asks, askSizes := Side(batch.BookAskPrices, batch.BookAskSizes, row, askLevels)
	for _, sizes := range [2][]int64{bidSizes, askSizes} {
		for _, size := range sizes {
			if size == 0 || badSize(size) {
				return core.CodeBadSize
			}
		}
	}
	for _, prices := range [2][]int64{bids, asks} {
		for _, price := range prices {
			if price < limits.PriceMin || price > limits.PriceMax {
				return core.CodeBadPrice
			}
		}
	}
	for k := 1; k < bidLevels; k++ {
		if bids[k] >= bids[k-1] {
			return core.CodeBadBook
		}
	}
	for k := 1; k < askLevels; k++ {
		if asks[k] <= asks[k-1] {
			return core.CodeBadBook
		}
	}
	if bidLevels > 0 && askLevels > 0 && bids[0] > asks[0] {
		return core.CodeCrossed
	}
	return core.CodeNone
}

func checkBar(batch *Batch, row int, limits *core.Instrument) core.Code {
	if badSize(batch.BarVolume[row]) {
		return core.CodeBadSize
	}
	first, high, low, last := batch.BarOpen[row], batch.BarHigh[row], batch.BarLow[row], batch.BarClose[row]
	for _, price := range [4]int64{first, high, low, last} {
		if price < limits.PriceMin || price > limits.PriceMax {
			return core.CodeBadPrice
		}
	}
	if low > min(first, last) || high < max(first, last) {
		return core.CodeBadBar
	}
	return core.CodeNone
}

func (v *Validator) checkSignal(batch *Batch, row int, tsInit, tsEvent int64) core.Code {
	score, confidence := batch.SignalScore[row], batch.SignalConfidence[row]
	if !core.IsFinite(score) || !core.IsFinite(confidence) || confidence < 0 || confidence > 1 {
		return core.CodeBadSignal
	}
	if confidence < v.signals.MinConfidence {
		return core.CodeLowConfidence
	}
	// The age of a very old event does not fit int64, but it fits uint64.
	if tsInit > tsEvent && uint64(tsInit)-uint64(tsEvent) > uint64(v.signals.MaxAgeNs) {
		return core.CodeStaleSignal
	}
	return core.CodeNone
}
