// Policy, limits, risk model and program of a configuration or a control (spec 1.8, 9.10).

package edge

import (
	"math"

	pb "quartet.dev/go_engine/gen/quartet/v1"
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/signal_engine"
)

const (
	ticksMax   = 1_000_000
	priceBound = 1 << 50
)

func (c *checker) policy(m *pb.PolicyConfig, config *core.Config) {
	p := &config.Policy
	p.Kind = enum[core.PolicyKind](c, "policy.kind", m.GetKind())
	p.DirectionThreshold = m.GetDirectionThreshold()
	c.require(core.IsFinite(p.DirectionThreshold) && p.DirectionThreshold >= 0,
		"policy.direction_threshold is %v, expected a finite number from 0", p.DirectionThreshold)
	target, quoting := m.GetTarget(), m.GetQuoting()
	// A tick of at most 2^40 and these ticks keep the shift of a price below 2^61.
	c.within("policy.target.offset_ticks", int64(target.GetOffsetTicks()), -ticksMax, ticksMax)
	c.within("policy.quoting.requote_ticks", int64(quoting.GetRequoteTicks()), 0, ticksMax)
	if p.Kind == core.PolicyKindTarget {
		c.targetPolicy(target, &p.Target)
	} else {
		c.quotingPolicy(quoting, &p.Quoting)
	}
}

func (c *checker) targetPolicy(m *pb.TargetPolicy, out *core.TargetPolicy) {
	*out = core.TargetPolicy{
		Sizing:       enum[core.Sizing](c, "policy.target.sizing", m.GetSizing()),
		MaxQuantity:  m.GetMaxQuantity(),
		MaxWeightPpb: m.GetMaxWeightPpb(),
		Rebalance:    enum[core.Rebalance](c, "policy.target.rebalance", m.GetRebalance()),
		OrderType:    enum[core.OrderType](c, "policy.target.order_type", m.GetOrderType()),
		OffsetTicks:  int64(m.GetOffsetTicks()),

		PriceReference: enum[core.PriceReference](c, "policy.target.price_reference", m.GetPriceReference()),
	}
	if out.Sizing == core.SizingQuantity {
		c.within("policy.target.max_quantity", out.MaxQuantity, 1, 1<<60)
	} else {
		c.within("policy.target.max_weight_ppb", out.MaxWeightPpb, 1, ppbMax)
	}
}

func (c *checker) quotingPolicy(m *pb.QuotingPolicy, out *core.QuotingPolicy) {
	*out = core.QuotingPolicy{
		HalfSpread: m.GetHalfSpread(), InventorySkew: m.GetInventorySkew(), QuoteQuantity: m.GetQuoteQuantity(),
		MaxInventory: m.GetMaxInventory(), RequoteTicks: int64(m.GetRequoteTicks()),
	}
	c.within("policy.quoting.half_spread", out.HalfSpread, 0, priceBound)
	c.within("policy.quoting.inventory_skew", out.InventorySkew, -priceBound, priceBound)
	c.within("policy.quoting.max_inventory", out.MaxInventory, 1, 1<<60)
	c.within("policy.quoting.quote_quantity", out.QuoteQuantity, 1, out.MaxInventory)
}

// limits converts and checks RiskLimits.
func (c *checker) limits(m *pb.RiskLimits, openOrders int) *core.RiskLimits {
	if m == nil {
		m = &pb.RiskLimits{}
	}
	ppb := func(key string, value *int64) core.Optional { return c.optional("risk."+key, value, 0, ppbMax) }
	duration := func(key string, value *int64) core.Optional { return c.optional("risk."+key, value, 0, durationMax) }
	rate := func(key string, value *int64) core.Optional { return c.optional("risk."+key, value, 1, core.Scale) }
	out := &core.RiskLimits{
		MaxQuoteAgeNs:            duration("max_quote_age_ns", m.MaxQuoteAgeNs),
		PriceCollarPpb:           ppb("price_collar_ppb", m.PriceCollarPpb),
		PriceCollarFarPpb:        ppb("price_collar_far_ppb", m.PriceCollarFarPpb),
		MaxOrderQuantity:         anyValue(m.MaxOrderQuantity),
		HasMaxOrderNotional:      m.MaxOrderNotional != nil,
		MaxOrderWeightPpb:        ppb("max_order_weight_ppb", m.MaxOrderWeightPpb),
		MaxAdvSharePpb:           ppb("max_adv_share_ppb", m.MaxAdvSharePpb),
		DuplicateWindowNs:        duration("duplicate_window_ns", m.DuplicateWindowNs),
		MaxOrdersPerSecond:       rate("max_orders_per_second", m.MaxOrdersPerSecond),
		MaxOrdersPerSecondSymbol: rate("max_orders_per_second_symbol", m.MaxOrdersPerSecondSymbol),
		SelfTrade:                enum[core.SelfTrade](c, "risk.self_trade", m.GetSelfTrade()),
		MaxOpenOrders:            c.optional("risk.max_open_orders", m.MaxOpenOrders, math.MinInt64, int64(openOrders)),
		MaxOpenOrdersSymbol:      anyValue(m.MaxOpenOrdersSymbol),
		InitialMarginPpb:         ppb("initial_margin_ppb", m.InitialMarginPpb),
		MaxPositionWeightPpb:     ppb("max_position_weight_ppb", m.MaxPositionWeightPpb),
		MaxPositionQuantity:      anyValue(m.MaxPositionQuantity),
		MaxPositions:             anyValue(m.MaxPositions),
		MaxConcentrationPpb:      ppb("max_concentration_ppb", m.MaxConcentrationPpb),
		MaxLeveragePpb:           ppb("max_leverage_ppb", m.MaxLeveragePpb),
		MaxNetLeveragePpb:        ppb("max_net_leverage_ppb", m.MaxNetLeveragePpb),
		MaxPositionVarPpb:        ppb("max_position_var_ppb", m.MaxPositionVarPpb),
		MaxPortfolioVarPpb:       ppb("max_portfolio_var_ppb", m.MaxPortfolioVarPpb),
		MaxDrawdownPpb:           ppb("max_drawdown_ppb", m.MaxDrawdownPpb),
		MaxDailyLossPpb:          ppb("max_daily_loss_ppb", m.MaxDailyLossPpb),
		RiskClockNs:              m.GetRiskClockNs(),
		VarDefaultDailyVolPpb:    m.GetVarDefaultDailyVolPpb(),
		VarMultiplierPpb:         m.GetVarMultiplierPpb(),
	}
	c.within("risk.risk_clock_ns", out.RiskClockNs, 1, math.MaxInt64)
	c.within("risk.var_default_daily_vol_ppb", out.VarDefaultDailyVolPpb, 0, ppbMax)
	c.within("risk.var_multiplier_ppb", out.VarMultiplierPpb, 0, ppbMax)
	if out.HasMaxOrderNotional {
		length := len(m.MaxOrderNotional)
		c.require(length == 16, "risk.max_order_notional has %d bytes, expected 16", length)
		if length == 16 {
			out.MaxOrderNotional = core.GetInt128(m.MaxOrderNotional)
			c.require(out.MaxOrderNotional.Hi >= 0, "risk.max_order_notional is negative")
		}
	}
	return out
}

// model converts and checks a RiskModel (spec 9.10).
func (c *checker) model(m *pb.RiskModel, symbols int) *core.RiskModel {
	ids, covariance := m.GetSymbols(), m.GetCovariance()
	for k, id := range ids {
		c.require(uint64(id) < uint64(symbols), "risk_model.symbols: %d is not known", id)
		c.require(k == 0 || ids[k-1] < id, "risk_model.symbols are not ascending at %d", id)
	}
	width := len(ids)
	c.require(len(covariance) == width*width, "risk_model.covariance has %d values, expected %d", len(covariance), width*width)
	if c.failure != nil {
		return nil
	}
	for i := range width {
		for j := range width {
			value, mirror := covariance[i*width+j], covariance[j*width+i]
			c.require(core.IsFinite(value), "risk_model.covariance: a value of row %d is not finite", i)
			c.require(math.Float64bits(value) == math.Float64bits(mirror), "risk_model.covariance is not symmetric at %d, %d", i, j)
		}
		c.require(covariance[i*width+i] >= 0, "risk_model.covariance: the diagonal of row %d is negative", i)
	}
	return &core.RiskModel{Symbols: ids, Covariance: covariance, ValidUntilNs: m.GetValidUntilNs()}
}

// DecodeLimits reads a serialised RiskLimits.
func DecodeLimits(blob []byte, config *core.Config) (*core.RiskLimits, error) {
	message := &pb.RiskLimits{}
	if err := readMessage(blob, message); err != nil {
		return nil, err
	}
	c := &checker{}
	limits := c.limits(message, config.OpenOrders)
	return limits, c.err()
}

// DecodeModel reads a serialised RiskModel.
func DecodeModel(blob []byte, config *core.Config) (*core.RiskModel, error) {
	message := &pb.RiskModel{}
	if err := readMessage(blob, message); err != nil {
		return nil, err
	}
	c := &checker{}
	model := c.model(message, len(config.Instruments))
	return model, c.err()
}

// DecodeProgram reads a serialised Program.
func DecodeProgram(blob []byte, config *core.Config) (*core.ProgramSpec, error) {
	message := &pb.Program{}
	if err := readMessage(blob, message); err != nil {
		return nil, err
	}
	spec := programSpec(message)
	return spec, signalengine.Check(spec, len(config.Instruments), config.SourceCount)
}

// programSpec converts a program; numbers beyond a table's width become ones that are in no table.
func programSpec(m *pb.Program) *core.ProgramSpec {
	spec := &core.ProgramSpec{
		Nodes: make([]core.NodeSpec, len(m.GetNodes())), Score: m.GetScore(),
		Confidence: m.GetConfidence(), HasConfidence: m != nil && m.Confidence != nil,
		FairValue: m.GetFairValue(), HasFairValue: m != nil && m.FairValue != nil,
	}
	for i, node := range m.GetNodes() {
		op := core.Op(math.MaxUint8)
		if node.GetOp() < math.MaxUint8 {
			op = core.Op(node.GetOp())
		}
		spec.Nodes[i] = core.NodeSpec{
			Op: op, Inputs: node.GetInputs(), Clock: core.Clock(node.GetClock()), N: node.GetN(), Params: node.GetParams(),
		}
	}
	return spec
}
