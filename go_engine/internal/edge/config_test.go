package edge

import (
	"errors"
	"math"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	pb "quartet.dev/go_engine/gen/quartet/v1"
	"quartet.dev/go_engine/internal/core"
)

// decode checks a configuration of the workload after a change.
func decode(t *testing.T, change func(*pb.EngineConfig)) error {
	t.Helper()
	config := w1Config(2)
	change(config)
	blob, err := proto.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	_, err = DecodeConfig(blob)
	return err
}

func TestConfigBounds(t *testing.T) {
	for key, change := range map[string]func(*pb.EngineConfig){
		"number of instruments": func(c *pb.EngineConfig) { c.Instruments = nil },
		"is not after":          func(c *pb.EngineConfig) { c.Instruments[1].Symbol = c.Instruments[0].Symbol },
		"currency":              func(c *pb.EngineConfig) { c.Instruments[1].Currency = "EUR" },
		"tick":                  func(c *pb.EngineConfig) { c.Instruments[0].Tick = 0 },
		"lot":                   func(c *pb.EngineConfig) { c.Instruments[0].Lot = 1<<50 + 1 },
		"multiplier":            func(c *pb.EngineConfig) { c.Instruments[0].Multiplier = 1_000_001 },
		"fill_model":            func(c *pb.EngineConfig) { c.Instruments[0].FillModel = 3 },
		"price_max":             func(c *pb.EngineConfig) { c.Instruments[0].PriceMax = proto.Int64(1 << 62) },
		"price_min":             func(c *pb.EngineConfig) { c.Instruments[0].PriceMin = proto.Int64(1 << 51) },
		"quantity_max":          func(c *pb.EngineConfig) { c.Instruments[0].QuantityMax = proto.Int64(0) },
		"reference_price":       func(c *pb.EngineConfig) { c.Instruments[0].ReferencePrice = proto.Int64(0) },
		"adv":                   func(c *pb.EngineConfig) { c.Instruments[0].Adv = proto.Int64(-1) },
		"price_collar_ppb":      func(c *pb.EngineConfig) { c.Instruments[0].PriceCollarPpb = proto.Int64(-1) },
		"initial_margin_ppb":    func(c *pb.EngineConfig) { c.Instruments[0].InitialMarginPpb = proto.Int64(100_000_000_001) },
		"at their largest": func(c *pb.EngineConfig) {
			c.Instruments[0].PriceMin = proto.Int64(-(1<<62 - 1))
			c.Instruments[0].Multiplier = 1000
		},
		"initial_cash":           func(c *pb.EngineConfig) { c.Account.InitialCash = []byte{1} },
		"account_type":           func(c *pb.EngineConfig) { c.Account.AccountType = 300 },
		"max_signals_per_symbol": func(c *pb.EngineConfig) { c.Signals.MaxSignalsPerSymbol = 1001 },
		"min_confidence":         func(c *pb.EngineConfig) { c.Signals.MinConfidence = math.NaN() },
		"max_age_ns":             func(c *pb.EngineConfig) { c.Signals.MaxAgeNs = -1 },
		"policy.kind":            func(c *pb.EngineConfig) { c.Policy.Kind = 0 },
		"direction_threshold":    func(c *pb.EngineConfig) { c.Policy.DirectionThreshold = math.Inf(1) },
		"sizing":                 func(c *pb.EngineConfig) { c.Policy.Target.Sizing = 0 },
		"max_quantity":           func(c *pb.EngineConfig) { c.Policy.Target.MaxQuantity = 0 },
		"max_weight_ppb":         func(c *pb.EngineConfig) { c.Policy.Target.Sizing = uint32(core.SizingWeight) },
		"offset_ticks":           func(c *pb.EngineConfig) { c.Policy.Target.OffsetTicks = -1_000_001 },
		"requote_ticks":          func(c *pb.EngineConfig) { c.Policy.Quoting = &pb.QuotingPolicy{RequoteTicks: -1} },
		"half_spread":            func(c *pb.EngineConfig) { c.Policy.Kind, c.Policy.Quoting = 2, &pb.QuotingPolicy{HalfSpread: -1} },
		"quote_quantity": func(c *pb.EngineConfig) {
			c.Policy.Kind, c.Policy.Quoting = 2, &pb.QuotingPolicy{MaxInventory: 5, QuoteQuantity: 6}
		},
		"slice_quantity":          func(c *pb.EngineConfig) { c.Reconciler.SliceQuantity = w1Lot - 1 },
		"retry_after_ns":          func(c *pb.EngineConfig) { c.Reconciler.RetryAfterNs = 1<<60 + 1 },
		"order_ttl_ns":            func(c *pb.EngineConfig) { c.Reconciler.OrderTtlNs = -1 },
		"venue.mode":              func(c *pb.EngineConfig) { c.Venue.Mode = 0 },
		"queue_model":             func(c *pb.EngineConfig) { c.Venue.QueueModel = 9 },
		"maker_fee_ppb":           func(c *pb.EngineConfig) { c.Venue.MakerFeePpb = -1_000_000_001 },
		"bar_slippage_ppb":        func(c *pb.EngineConfig) { c.Venue.BarSlippagePpb = 100_000_001 },
		"max_participation_ppb":   func(c *pb.EngineConfig) { c.Venue.MaxParticipationPpb = 1_000_000_001 },
		"open_orders":             func(c *pb.EngineConfig) { c.Capacity.OpenOrders = 0 },
		"source_count":            func(c *pb.EngineConfig) { c.Capacity.SourceCount = 65537 },
		"session_roll_ns":         func(c *pb.EngineConfig) { c.SessionRollNs = core.SessionNs },
		"self_trade":              func(c *pb.EngineConfig) { c.Risk.SelfTrade = 0 },
		"risk_clock_ns":           func(c *pb.EngineConfig) { c.Risk.RiskClockNs = 0 },
		"max_open_orders":         func(c *pb.EngineConfig) { c.Risk.MaxOpenOrders = proto.Int64(1025) },
		"max_orders_per_second":   func(c *pb.EngineConfig) { c.Risk.MaxOrdersPerSecond = proto.Int64(0) },
		"max_order_notional has":  func(c *pb.EngineConfig) { c.Risk.MaxOrderNotional = []byte{} },
		"max_order_notional is":   func(c *pb.EngineConfig) { c.Risk.MaxOrderNotional = money(-1) },
		"duplicate_window_ns":     func(c *pb.EngineConfig) { c.Risk.DuplicateWindowNs = proto.Int64(-1) },
		"is not known":            func(c *pb.EngineConfig) { c.RiskModel.Symbols[1] = 2 },
		"not ascending":           func(c *pb.EngineConfig) { c.RiskModel.Symbols[1] = 0 },
		"covariance has":          func(c *pb.EngineConfig) { c.RiskModel.Covariance = c.RiskModel.Covariance[:3] },
		"not finite":              func(c *pb.EngineConfig) { c.RiskModel.Covariance[0] = math.Inf(1) },
		"not symmetric":           func(c *pb.EngineConfig) { c.RiskModel.Covariance[1] = 0.5 },
		"diagonal":                func(c *pb.EngineConfig) { c.RiskModel.Covariance[0] = -1 },
		"var_multiplier_ppb":      func(c *pb.EngineConfig) { c.Risk.VarMultiplierPpb = -1 },
		"account.account_type is": func(c *pb.EngineConfig) { c.Account = &pb.AccountConfig{Currency: "USD"} },
	} {
		err := decode(t, change)
		refusal := &core.EngineError{}
		if !errors.As(err, &refusal) || refusal.Code != core.ErrorCodeBadConfig || !strings.Contains(refusal.Message, key) {
			t.Errorf("%s: %v", key, err)
		}
	}
	if err := decode(t, func(*pb.EngineConfig) {}); err != nil {
		t.Errorf("a good configuration: %v", err)
	}
	if err := decode(t, func(c *pb.EngineConfig) { c.Program = nil }); codeOf(err) != uint32(core.ErrorCodeBadProgram) {
		t.Errorf("no program: %v", err)
	}
	if _, err := DecodeConfig([]byte{0xff}); codeOf(err) != uint32(core.ErrorCodeBadConfig) {
		t.Errorf("unreadable: %v", err)
	}
}

func TestControls(t *testing.T) {
	blob, err := proto.Marshal(w1Config(2))
	if err != nil {
		t.Fatal(err)
	}
	config, err := DecodeConfig(blob)
	if err != nil {
		t.Fatal(err)
	}
	one, nine := proto.Uint32(1), proto.Uint32(9)
	limits, err := proto.Marshal(w1Config(1).Risk)
	if err != nil {
		t.Fatal(err)
	}
	for name, item := range map[string]struct {
		control *pb.Control
		holds   bool
	}{
		"kind 0":              {&pb.Control{}, false},
		"kind 10":             {&pb.Control{Kind: 10}, false},
		"level":               {&pb.Control{Kind: 1, Level: 3}, true},
		"level of a symbol":   {&pb.Control{Kind: 1, Level: 2, Symbol: one}, true},
		"level 0":             {&pb.Control{Kind: 1}, false},
		"level of nobody":     {&pb.Control{Kind: 1, Level: 2, Symbol: nine}, false},
		"resume":              {&pb.Control{Kind: 2}, true},
		"limits":              {&pb.Control{Kind: 3, Limits: limits}, true},
		"no limits":           {&pb.Control{Kind: 3}, false},
		"no model":            {&pb.Control{Kind: 4}, false},
		"unreadable model":    {&pb.Control{Kind: 4, RiskModel: []byte{0xff}}, false},
		"no program":          {&pb.Control{Kind: 5}, false},
		"position":            {&pb.Control{Kind: 6, Symbol: one, Quantity: -w1Lot, Price: w1Lot}, true},
		"position of nobody":  {&pb.Control{Kind: 6, Quantity: w1Lot, Price: w1Lot}, false},
		"position's price":    {&pb.Control{Kind: 6, Symbol: one, Quantity: w1Lot}, false},
		"position's quantity": {&pb.Control{Kind: 6, Symbol: one, Quantity: 1<<54 + 1, Price: w1Lot}, false},
		"cash":                {&pb.Control{Kind: 7, Cash: money(-5)}, true},
		"no cash":             {&pb.Control{Kind: 7}, false},
		"too much cash":       {&pb.Control{Kind: 7, Cash: append(make([]byte, 15), 0x40)}, false},
		"status":              {&pb.Control{Kind: 8, Symbol: one, Status: 31}, true},
		"unknown status":      {&pb.Control{Kind: 8, Symbol: one, Status: 32}, false},
		"status of nobody":    {&pb.Control{Kind: 8}, false},
		"cancel all":          {&pb.Control{Kind: 9}, true},
		"cancel for nobody":   {&pb.Control{Kind: 9, Symbol: nine}, false},
	} {
		blob, err := proto.Marshal(item.control)
		if err != nil {
			t.Fatal(err)
		}
		if c := decodeControl(blob, config); c.Bad == item.holds {
			t.Errorf("%s: bad is %v", name, c.Bad)
		}
	}
	if c := decodeControl([]byte{0xff}, config); !c.Bad {
		t.Error("an unreadable control is bad")
	}
}
