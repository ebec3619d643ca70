// Package edge turns messages into what the rooms use, checks it, and serves the engine.
package edge

import (
	"math"

	"google.golang.org/protobuf/proto"

	pb "quartet.dev/go_engine/gen/quartet/v1"
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/signal_engine"
)

// Bounds of spec 1.8.
const (
	ppbMax       = 100_000_000_000
	durationMax  = 1 << 60
	priceMaxNone = 1<<50 - 1
	quantityNone = 1 << 54
	moneyBits    = 118
)

// checker collects the first thing that is wrong with a configuration.
type checker struct{ failure *core.EngineError }

// require notes a value that cannot be.
func (c *checker) require(holds bool, format string, arguments ...any) {
	if !holds && c.failure == nil {
		c.failure = core.Errorf(core.ErrorCodeBadConfig, format, arguments...)
	}
}

// within notes a value outside [low, high].
func (c *checker) within(key string, value, low, high int64) {
	c.require(low <= value && value <= high, "%s is %d, expected %d to %d", key, value, low, high)
}

// optional converts an optional field and notes a value outside [low, high].
func (c *checker) optional(key string, value *int64, low, high int64) core.Optional {
	if value == nil {
		return core.Optional{}
	}
	c.within(key, *value, low, high)
	return core.Optional{Value: *value, Set: true}
}

// anyValue converts an optional field that has no bounds.
func anyValue(value *int64) core.Optional {
	if value == nil {
		return core.Optional{}
	}
	return core.Optional{Value: *value, Set: true}
}

// err returns the failure as an error.
func (c *checker) err() error {
	if c.failure == nil {
		return nil
	}
	return c.failure
}

// DecodeConfig reads and checks a serialised EngineConfig.
func DecodeConfig(blob []byte) (*core.Config, error) {
	message := &pb.EngineConfig{}
	if err := testConfig(blob, message); err != nil {
		return nil, err
	}
	rows, rest := splitInstruments(blob)
	if err := proto.Unmarshal(rest, message); err != nil {
		return nil, core.Errorf(core.ErrorCodeBadConfig, "%v", err)
	}
	c := &checker{}
	config := &core.Config{SessionRollNs: message.GetSessionRollNs(), CheckRisk: message.GetCheckRisk()}
	c.within("session_roll_ns", config.SessionRollNs, 0, core.SessionNs-1)
	c.capacity(message.GetCapacity(), config)
	c.account(message.GetAccount(), config)
	c.instruments(rows, message, config)
	c.signals(message.GetSignals(), config)
	c.venue(message.GetVenue(), config)
	c.reconciler(message.GetReconciler(), config)
	c.policy(message.GetPolicy(), config)
	config.Risk = c.limits(message.GetRisk(), config.OpenOrders)
	if message.GetRiskModel() != nil {
		config.RiskModel = c.model(message.GetRiskModel(), len(config.Instruments))
	}
	if c.failure != nil {
		return nil, c.failure
	}
	config.Program = programSpec(message.GetProgram())
	if err := signalengine.Check(config.Program, len(config.Instruments), config.SourceCount); err != nil {
		return nil, err
	}
	return config, nil
}

func (c *checker) capacity(m *pb.Capacity, config *core.Config) {
	c.within("capacity.open_orders", int64(m.GetOpenOrders()), 1, 65536)
	c.within("capacity.source_count", int64(m.GetSourceCount()), 1, core.SourcesMax)
	config.OpenOrders, config.SourceCount = int(m.GetOpenOrders()), m.GetSourceCount()
}

// enum converts an enum's number, 0 where it is not in the table.
func enum[E interface {
	~uint8
	Valid() bool
}](c *checker, key string, number uint32) E {
	value := E(number)
	c.require(number <= math.MaxUint8 && value.Valid(), "%s is %d, which is not in the table", key, number)
	return value
}

func (c *checker) account(m *pb.AccountConfig, config *core.Config) {
	config.AccountType = enum[core.AccountType](c, "account.account_type", m.GetAccountType())
	c.require(len(m.GetInitialCash()) == 16, "account.initial_cash has %d bytes, expected 16", len(m.GetInitialCash()))
	if len(m.GetInitialCash()) == 16 {
		config.InitialCash = core.GetInt128(m.GetInitialCash())
	}
}

func (c *checker) signals(m *pb.SignalLimits, config *core.Config) {
	c.within("signals.max_signals_per_symbol", int64(m.GetMaxSignalsPerSymbol()), 1, 1000)
	confidence := m.GetMinConfidence()
	c.require(confidence >= 0 && confidence <= 1, "signals.min_confidence is %v, expected 0 to 1", confidence)
	c.within("signals.max_age_ns", m.GetMaxAgeNs(), 0, durationMax)
	config.Signals = core.SignalLimits{
		MaxSignalsPerSymbol: int(m.GetMaxSignalsPerSymbol()), MinConfidence: confidence, MaxAgeNs: m.GetMaxAgeNs(),
	}
}

func (c *checker) venue(m *pb.VenueConfig, config *core.Config) {
	c.within("venue.order_latency_ns", m.GetOrderLatencyNs(), 0, durationMax)
	c.within("venue.response_latency_ns", m.GetResponseLatencyNs(), 0, durationMax)
	c.within("venue.maker_fee_ppb", m.GetMakerFeePpb(), -core.Scale, core.Scale)
	c.within("venue.taker_fee_ppb", m.GetTakerFeePpb(), -core.Scale, core.Scale)
	c.within("venue.bar_slippage_ppb", m.GetBarSlippagePpb(), 0, 100_000_000)
	c.within("venue.max_participation_ppb", m.GetMaxParticipationPpb(), 0, core.Scale)
	config.Venue = core.VenueConfig{
		Mode:              enum[core.VenueMode](c, "venue.mode", m.GetMode()),
		OrderLatencyNs:    m.GetOrderLatencyNs(),
		ResponseLatencyNs: m.GetResponseLatencyNs(),
		MakerFeePpb:       m.GetMakerFeePpb(),
		TakerFeePpb:       m.GetTakerFeePpb(),
		QueueModel:        enum[core.QueueModel](c, "venue.queue_model", m.GetQueueModel()),
		BarSlippagePpb:    m.GetBarSlippagePpb(), MaxParticipationPpb: m.GetMaxParticipationPpb(),
	}
}

func (c *checker) reconciler(m *pb.ReconcilerConfig, config *core.Config) {
	c.within("reconciler.retry_after_ns", m.GetRetryAfterNs(), 0, durationMax)
	c.within("reconciler.order_ttl_ns", m.GetOrderTtlNs(), 0, durationMax)
	largest := int64(0)
	for i := range config.Instruments {
		largest = max(largest, config.Instruments[i].Lot)
	}
	slice := m.GetSliceQuantity()
	c.require(slice == 0 || slice >= largest, "reconciler.slice_quantity is %d, expected 0 or at least %d", slice, largest)
	config.Reconciler = core.ReconcilerConfig{
		UseReplace: m.GetUseReplace(), RetryAfterNs: m.GetRetryAfterNs(), SliceQuantity: slice, OrderTTLNs: m.GetOrderTtlNs(),
	}
}
