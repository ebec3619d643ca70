// Reading snapshots into a fresh engine (spec 14.2); the caller's engine is untouched until all is read.

package edge

import (
	"bytes"
	"math"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
	"quartet.dev/go_engine/internal/engine"
	"quartet.dev/go_engine/internal/order_engine"
	"quartet.dev/go_engine/internal/risk_engine"
	"quartet.dev/go_engine/internal/signal_engine"
)

// Bytes of the smallest entry of each counted section.
const (
	signalBytes    = 36
	duplicateBytes = 26
	orderBytes     = 131
	messageBytes   = 33
	reportBytes    = 61
)

func badSnapshot(reason string) error {
	return core.Errorf(core.ErrorCodeBadSnapshot, "snapshot: %s", reason)
}

// ReadSnapshot returns the engine of a snapshot and its configuration's blob.
func ReadSnapshot(snapshot []byte, options engine.Options) (*engine.Engine, []byte, error) {
	r := &reader{in: snapshot}
	magic, hash := r.take(len(snapshotMagic)), r.take(len(contractHash))
	if r.failure != "" || string(magic) != snapshotMagic {
		return nil, nil, badSnapshot("it does not start as one of ours")
	}
	if !bytes.Equal(hash, contractHash) {
		return nil, nil, core.Errorf(core.ErrorCodeContractMismatch, "snapshot: contract %x, expected %s", hash, core.ContractHash)
	}
	configBlob, limitsBlob, modelBlob, programBlob := r.blob(), r.blob(), r.blob(), r.blob()
	if r.failure != "" {
		return nil, nil, badSnapshot(r.failure)
	}
	config, err := DecodeConfig(configBlob)
	if err != nil {
		return nil, nil, badSnapshot(err.Error())
	}
	if reason := r.fits(config, programBlob); reason != "" {
		return nil, nil, badSnapshot(reason)
	}
	e := engine.New(config, options)
	if err := restoreBlobs(e, limitsBlob, modelBlob, programBlob); err != nil {
		return nil, nil, badSnapshot(err.Error())
	}
	r.engine(e)
	for source := range e.PhaseOne.Validator.LastSequence {
		e.PhaseOne.Validator.LastSequence[source] = r.u64()
	}
	for symbol := 0; symbol < len(e.Markets.Tops) && r.failure == ""; symbol++ {
		r.phaseOne(e, symbol)
	}
	for symbol := 0; symbol < len(e.Markets.Tops) && r.failure == ""; symbol++ {
		r.phaseTwo(e, uint32(symbol))
	}
	r.orders(e)
	if r.failure == "" && r.at != len(r.in) {
		r.fail("bytes follow its end")
	}
	if r.failure != "" {
		return nil, nil, badSnapshot(r.failure)
	}
	e.Restored()
	// Whatever no test above has refused, but would come back as other bytes.
	if !bytes.Equal(WriteSnapshot(e, configBlob), snapshot) {
		return nil, nil, badSnapshot("it is not as an engine writes it")
	}
	return e, configBlob, nil
}

// fits tells why the rest cannot hold the state words of the program, before room is made for them.
func (r *reader) fits(config *core.Config, programBlob []byte) string {
	program := config.Program
	if len(programBlob) > 0 {
		spec, err := DecodeProgram(programBlob, config)
		if err != nil {
			return err.Error()
		}
		program = spec
	}
	words := signalengine.WordsPerSymbol(program)
	if words*uint64(len(config.Instruments))*8 > uint64(len(r.in)-r.at) {
		return "it is cut short"
	}
	return ""
}

// restoreBlobs puts the limits, the model and the program of the last controls in force.
func restoreBlobs(e *engine.Engine, limitsBlob, modelBlob, programBlob []byte) error {
	if len(limitsBlob) > 0 {
		limits, err := DecodeLimits(limitsBlob, e.Config)
		if err != nil {
			return err
		}
		e.SetLimits(limits)
		e.LimitsBlob = limitsBlob
	}
	if len(modelBlob) > 0 {
		model, err := DecodeModel(modelBlob, e.Config)
		if err != nil {
			return err
		}
		e.Gate.SetModel(model)
		e.ModelBlob = modelBlob
	}
	if len(programBlob) > 0 {
		program, err := DecodeProgram(programBlob, e.Config)
		if err != nil {
			return err
		}
		e.PhaseOne.SetProgram(signalengine.Compile(program))
		e.ProgramBlob = programBlob
	}
	return nil
}

// engine reads section 3.
func (r *reader) engine(e *engine.Engine) {
	counters := e.Context.Counters.Array()
	for i := range counters {
		counters[i] = r.number()
	}
	e.Context.Counters.SetArray(counters)
	e.PhaseOne.Validator.LastTsInit = r.time()
	e.Session = r.session()
	e.RiskNumber = r.time()
	e.Started = r.flag()
	e.Gate.Level = enumOf[core.Level](r)
	e.Gate.Flatten = r.flag()
	e.Gate.DrawdownLatched = r.flag()
	e.Gate.DailyLossLatched = r.flag()
	a := e.Account
	for _, money := range [5]*core.Int128{&a.Cash, &a.Fees, &a.Realised, &a.High, &a.SessionOpen} {
		*money = r.money()
	}
	e.Orders.LastOrderID = r.number()
	e.Venue.LastExecID = r.number()
	e.Orders.LastSignalID = r.number()
	r.bucket(&e.Gate.Bucket)
}

// number reads a counter or an id, below 2^63.
func (r *reader) number() uint64 {
	number := r.u64()
	if number > math.MaxInt64 {
		r.fail("a counter or an id is out of range")
	}
	return number
}

func (r *reader) bucket(b *riskengine.Bucket) {
	tokens := r.i128()
	r.require(tokens.Hi == 0 && tokens.Lo <= tokensMax, "a bucket's tokens are out of range")
	b.Tokens = tokens.Lo
	b.Ts = r.time()
}

// phaseOne reads a symbol's part of section 5.
func (r *reader) phaseOne(e *engine.Engine, symbol int) {
	s, instrument := &e.PhaseOne.Symbols[symbol], e.Config.Instruments[symbol]
	s.Bid, s.Ask, s.BidSize, s.AskSize = r.i64(), r.i64(), r.size(), r.size()
	r.price(instrument, s.BidSize != 0, s.Bid)
	r.price(instrument, s.AskSize != 0, s.Ask)
	r.tape(e, s, instrument)
	values := make([]float64, e.PhaseOne.NodeCount())
	for i := range values {
		values[i] = r.f64()
	}
	e.PhaseOne.RestoreValues(symbol, values)
	for node := range e.PhaseOne.NodeCount() {
		u, f := e.PhaseOne.State(symbol, node)
		for i := range u {
			u[i] = r.u64()
		}
		for i := range f {
			f[i] = r.f64()
		}
		if !e.PhaseOne.StateHolds(symbol, node) {
			r.fail("a node's counters are impossible")
		}
	}
}

// tape reads what trades and external signals have left; most symbols have nothing.
func (r *reader) tape(e *engine.Engine, s *signalengine.Symbol, instrument *core.Instrument) {
	start, t := r.at, signalengine.Tape{}
	t.LastTradePrice = r.i64()
	t.HasTrade = r.flag()
	r.absent(t.HasTrade, t.LastTradePrice)
	r.price(instrument, t.HasTrade, t.LastTradePrice)
	t.LastSign = int8(r.u8())
	r.require(-1 <= t.LastSign && t.LastSign <= 1, "a sign is out of range")
	t.VwapSession = r.session()
	t.VwapNotional, t.VwapSize = r.f64(), r.f64()
	t.Signals = make([]signalengine.Signal, r.count(signalBytes, uint64(e.Config.Signals.MaxSignalsPerSymbol)))
	for i := range t.Signals {
		t.Signals[i] = signalengine.Signal{
			Source: r.u32(), Score: r.f64(), Confidence: r.f64(), TsEvent: r.i64(), EventIndex: r.u64(),
		}
		r.require(t.Signals[i].Source < e.Config.SourceCount, "an external signal is of an unknown source")
	}
	if read := r.in[start:r.at]; bytes.Count(read, []byte{0}) != len(read) {
		*s.OwnTape() = t
	}
}

// phaseTwo reads a symbol's part of section 6.
func (r *reader) phaseTwo(e *engine.Engine, symbol uint32) {
	market, holding, risk := &e.Markets.Tops[symbol], &e.Account.Holdings[symbol], &e.Gate.Symbols[symbol]
	bids, asks := int(r.u8()), int(r.u8())
	if bids > core.LevelsMax || asks > core.LevelsMax {
		r.fail("a count is impossible")
		return
	}
	instrument, most := e.Config.Instruments[symbol], quantityBound(e.Config, symbol)
	level := func(int) dataengine.Level {
		level := dataengine.Level{Price: r.i64(), Size: r.size()}
		r.require(level.Size > 0, "a level is empty")
		r.price(instrument, true, level.Price)
		return level
	}
	e.Markets.SetLevels(symbol, core.SideBuy, bids, level)
	e.Markets.SetLevels(symbol, core.SideSell, asks, level)
	market.TakenBid, market.TakenAsk = r.saturated(), r.saturated()
	market.HasQuote = r.flag()
	holding.Mark, holding.HasMark = r.i64(), r.flag()
	r.absent(holding.HasMark, holding.Mark)
	r.price(instrument, holding.HasMark, holding.Mark)
	holding.RiskPrice, holding.HasRisk = r.i64(), r.flag()
	r.absent(holding.HasRisk, holding.RiskPrice)
	r.price(instrument, holding.HasRisk, holding.RiskPrice)
	market.LastTs = r.time()
	market.HasData = r.flag()
	r.absent(market.HasData, market.LastTs)
	market.Stale, market.Halted = r.flag(), r.flag()
	market.Status = r.u8()
	r.require(market.Status < 32, "a status has unknown bits")
	risk.Level = enumOf[core.Level](r)
	risk.Flatten = r.flag()
	if risk.Flatten {
		e.Gate.Flattening.Set(int(symbol))
	}
	low, high := r.i64(), r.i64()
	e.Markets.SetBand(symbol, r.flag(), low, high)
	r.absent(market.HasBand, low, high)
	holding.Position = r.within(-most, most, "a position is out of range")
	r.require(holding.HasMark || holding.Position == 0, "a position has no mark")
	holding.Cost = r.money()
	r.decisions(e.Orders, symbol, most)
	r.bucket(&risk.Bucket)
	for range r.count(duplicateBytes, math.MaxUint32) {
		e.Gate.Remember(symbol, riskengine.Accepted{
			Side: enumOf[core.Side](r), Type: enumOf[core.OrderType](r), Quantity: r.i64(), Price: r.i64(), Ts: r.time(),
		})
	}
}

func (r *reader) decisions(orders *orderengine.Engine, symbol uint32, most int64) {
	state := &orders.States[symbol]
	state.Direction = int8(r.u8())
	r.require(-1 <= state.Direction && state.Direction <= 1, "a direction is out of range")
	state.SignalID = r.u64()
	state.Target = r.within(-most, most, "a target is out of range")
	state.TargetX = r.f64()
	state.HasTarget = r.flag()
	r.absent(state.HasTarget, state.Target, int64(math.Float64bits(state.TargetX)))
	r.require(math.Abs(state.TargetX) <= 1, "a target is out of range")
	hasPending := r.flag()
	pending := orderengine.Decision{Score: r.f64(), Confidence: r.f64(), FairValue: r.f64(), TsInit: r.time()}
	r.require(core.IsFinite(pending.Score) && core.IsFinite(pending.Confidence), "a verdict is not finite")
	r.absent(hasPending, int64(math.Float64bits(pending.Score)), int64(math.Float64bits(pending.Confidence)),
		int64(math.Float64bits(pending.FairValue)), pending.TsInit)
	if hasPending {
		orders.Keep(symbol, pending)
	}
	for side := core.SideBuy; side <= core.SideSell; side++ {
		retry := orderengine.Retry{Set: r.flag()}
		retry.Price, retry.Quantity = r.i64(), r.i64()
		retry.Type = optionalEnum[core.OrderType](r, retry.Set)
		retry.Ts = r.time()
		r.absent(retry.Set, retry.Price, retry.Quantity, retry.Ts)
		if retry.Set {
			orders.SetRetry(symbol, side, retry)
		}
	}
}
