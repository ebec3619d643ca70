// Sources: what a symbol's latest event and its kept values give the graph (spec 3.2 to 3.7).

package signalengine

import (
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
)

// Signal is a live external signal.
type Signal struct {
	Source     uint32
	Score      float64
	Confidence float64
	TsEvent    int64
	EventIndex uint64
}

// Symbol is what phase one keeps of a symbol beside the values and states of the nodes.
type Symbol struct {
	Bid, Ask, BidSize, AskSize int64
	tape                       *Tape // nil until there is one
}

// Tape is what trades and external signals leave.
type Tape struct {
	LastTradePrice         int64
	HasTrade               bool
	LastSign               int8
	VwapSession            int64
	VwapNotional, VwapSize float64
	Signals                []Signal
}

// noTape is that of symbols without one; nobody writes it.
var noTape Tape

// Tape returns what is to be read.
func (s *Symbol) Tape() *Tape {
	if s.tape == nil {
		return &noTape
	}
	return s.tape
}

// OwnTape returns what may be written.
func (s *Symbol) OwnTape() *Tape {
	if s.tape == nil {
		s.tape = &Tape{}
	}
	return s.tape
}

// event is the accepted event that ticks.
type event struct {
	batch    *dataengine.Batch
	row      int
	now      int64
	roll     int64 // session_roll_ns
	maxAgeNs int64
	present  [2]int // levels of a BOOK, bids then asks
	session  int64
}

func (s *Symbol) bothSides() bool { return s.BidSize > 0 && s.AskSize > 0 }

func (s *Symbol) mid() float64 {
	if !s.bothSides() {
		return core.NaN
	}
	return float64(s.Bid+s.Ask) / 2e9
}

// source returns the value of a source other than MID.
func (s *Symbol) source(nd *node, ev *event) float64 {
	switch nd.op {
	case core.OpBid:
		return sidePrice(s.Bid, s.BidSize)
	case core.OpAsk:
		return sidePrice(s.Ask, s.AskSize)
	case core.OpBidSize:
		return core.PriceFloat(s.BidSize)
	case core.OpAskSize:
		return core.PriceFloat(s.AskSize)
	case core.OpSpread:
		if !s.bothSides() {
			return core.NaN
		}
		return core.PriceFloat(s.Ask - s.Bid)
	case core.OpMicroprice:
		return s.microprice()
	case core.OpImbalance:
		bidSize, askSize := core.PriceFloat(s.BidSize), core.PriceFloat(s.AskSize)
		return (bidSize - askSize) / (bidSize + askSize)
	case core.OpBidPriceLevel:
		return level(ev.batch.BookBidPrices, ev, nd.n, ev.present[0])
	case core.OpAskPriceLevel:
		return level(ev.batch.BookAskPrices, ev, nd.n, ev.present[1])
	case core.OpBidSizeLevel:
		return level(ev.batch.BookBidSizes, ev, nd.n, ev.present[0])
	case core.OpAskSizeLevel:
		return level(ev.batch.BookAskSizes, ev, nd.n, ev.present[1])
	case core.OpTradePrice:
		return core.PriceFloat(ev.batch.TradePrice[ev.row])
	case core.OpTradeSize:
		return core.PriceFloat(ev.batch.TradeSize[ev.row])
	case core.OpTradeSign:
		return float64(s.Tape().LastSign)
	case core.OpVwap:
		return s.Tape().VwapNotional / s.Tape().VwapSize
	case core.OpOpen:
		return core.PriceFloat(ev.batch.BarOpen[ev.row])
	case core.OpHigh:
		return core.PriceFloat(ev.batch.BarHigh[ev.row])
	case core.OpLow:
		return core.PriceFloat(ev.batch.BarLow[ev.row])
	case core.OpClose:
		return core.PriceFloat(ev.batch.BarClose[ev.row])
	case core.OpVolume:
		return core.PriceFloat(ev.batch.BarVolume[ev.row])
	case core.OpExternalScore, core.OpExternalConfidence:
		return s.external(nd, ev)
	case core.OpSeconds:
		return core.PriceFloat(ev.now - ev.roll - ev.session*core.SessionNs)
	}
	return core.NaN
}

func sidePrice(price, size int64) float64 {
	if size <= 0 {
		return core.NaN
	}
	return core.PriceFloat(price)
}

func (s *Symbol) microprice() float64 {
	if !s.bothSides() {
		return core.NaN
	}
	bid, ask := core.PriceFloat(s.Bid), core.PriceFloat(s.Ask)
	bidSize, askSize := core.PriceFloat(s.BidSize), core.PriceFloat(s.AskSize)
	return (float64(bid*askSize) + float64(ask*bidSize)) / (bidSize + askSize)
}

func level(column []int64, ev *event, n int32, present int) float64 {
	if int(n) >= present {
		return core.NaN
	}
	return core.PriceFloat(column[ev.row*core.LevelsMax+int(n)])
}

func (s *Symbol) external(nd *node, ev *event) float64 {
	signals := s.Tape().Signals
	for i := range signals {
		live := &signals[i]
		if live.Source != uint32(nd.n) {
			continue
		}
		if ev.now-live.TsEvent > ev.maxAgeNs {
			return core.NaN
		}
		if nd.op == core.OpExternalScore {
			return live.Score
		}
		return live.Confidence
	}
	return core.NaN
}

// takeTrade updates the trade sign and the session's sums (spec 3.5, 3.6).
func (s *Symbol) takeTrade(price, size int64, aggressor int8, session int64) {
	tape := s.OwnTape()
	tape.LastSign = s.signOf(price, aggressor)
	tape.LastTradePrice = price
	tape.HasTrade = true
	if tape.VwapSession != session {
		tape.VwapSession, tape.VwapNotional, tape.VwapSize = session, 0, 0
	}
	floatSize := core.PriceFloat(size)
	tape.VwapNotional += float64(core.PriceFloat(price) * floatSize)
	tape.VwapSize += floatSize
}

func (s *Symbol) signOf(price int64, aggressor int8) int8 {
	if aggressor != 0 {
		return aggressor
	}
	if s.bothSides() {
		switch twice, sum := 2*price, s.Bid+s.Ask; {
		case twice > sum:
			return 1
		case twice < sum:
			return -1
		}
	}
	switch tape := s.Tape(); {
	case !tape.HasTrade:
		return 0
	case price > tape.LastTradePrice:
		return 1
	case price < tape.LastTradePrice:
		return -1
	default:
		return tape.LastSign
	}
}

// takeSignal enters an external signal: in its source's place, else at the end; the weakest leaves a full list
// (spec 3.7).
func (t *Tape) takeSignal(signal Signal, most int) {
	for i := range t.Signals {
		if t.Signals[i].Source == signal.Source {
			t.Signals[i] = signal
			return
		}
	}
	t.Signals = append(t.Signals, signal)
	if len(t.Signals) <= most {
		return
	}
	weakest := 0
	for i := range t.Signals {
		a, b := &t.Signals[i], &t.Signals[weakest]
		if a.Confidence < b.Confidence || (a.Confidence == b.Confidence && a.EventIndex < b.EventIndex) {
			weakest = i
		}
	}
	t.Signals = append(t.Signals[:weakest], t.Signals[weakest+1:]...)
}
