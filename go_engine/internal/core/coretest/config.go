// Package coretest gives the tests of the rooms a small configuration and its parts.
package coretest

import "quartet.dev/go_engine/internal/core"

// Unit is one whole unit of price or quantity.
const Unit = core.Scale

// Second is one second.
const Second = 1_000_000_000

// Money is whole units of currency.
func Money(units int64) core.Int128 { return core.MulInt64(units*core.Scale, core.Scale) }

// Value is a limit that is set.
func Value(value int64) core.Optional { return core.Optional{Value: value, Set: true} }

// Config is a configuration without limits: zero latency, no fees, market orders of up to ten units.
func Config(symbols int) *core.Config {
	config := &core.Config{
		Program: MidProgram(),
		Signals: core.SignalLimits{MaxSignalsPerSymbol: 4, MaxAgeNs: Second},
		Policy: core.PolicyConfig{Kind: core.PolicyKindTarget, Target: core.TargetPolicy{
			Sizing: core.SizingQuantity, MaxQuantity: 10 * Unit, MaxWeightPpb: 100_000_000, Rebalance: core.RebalanceOnChange,
			OrderType: core.OrderTypeMarket, PriceReference: core.PriceReferenceOpposite,
		}, Quoting: core.QuotingPolicy{HalfSpread: Unit / 50, QuoteQuantity: 5 * Unit, MaxInventory: 20 * Unit}},
		Reconciler: core.ReconcilerConfig{RetryAfterNs: Second},
		Risk: &core.RiskLimits{
			SelfTrade: core.SelfTradeCancelNewest, RiskClockNs: Second, VarDefaultDailyVolPpb: 20_000_000,
			VarMultiplierPpb: core.Scale,
		},
		Venue: core.VenueConfig{
			Mode: core.VenueModeSimulated, QueueModel: core.QueueModelRiskAverse, MaxParticipationPpb: core.Scale,
		},
		InitialCash: Money(100_000), AccountType: core.AccountTypeMargin,
		OpenOrders: 64, SourceCount: 4, CheckRisk: true,
	}
	for range symbols {
		config.Instruments = append(config.Instruments, &core.Instrument{
			Tick: Unit / 100, Lot: Unit, Multiplier: 1, PriceMin: Unit / 100,
			PriceMax: 1<<50 - 1, QuantityMax: 1 << 54, FillModel: core.FillModelBook,
		})
	}
	return config
}

// MidProgram scores the mid and gives it as fair value.
func MidProgram() *core.ProgramSpec {
	return &core.ProgramSpec{
		Nodes: []core.NodeSpec{{Op: core.OpMid, Clock: core.ClockQuote}}, HasFairValue: true,
	}
}
