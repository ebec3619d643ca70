// Batches and controls from their messages (spec 2.2, 11).

package edge

import (
	pb "quartet.dev/go_engine/gen/quartet/v1"
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
)

// rawBatch names the columns of a message.
func rawBatch(m *pb.EventBatch) dataengine.Raw {
	return dataengine.Raw{
		Kind: m.GetKind(), Symbol: m.GetSymbol(), Source: m.GetSource(), Flags: m.GetFlags(),
		TsEvent: m.GetTsEvent(), TsInit: m.GetTsInit(), Sequence: m.GetSequence(),
		BidPrice: m.GetBidPrice(), AskPrice: m.GetAskPrice(), BidSize: m.GetBidSize(), AskSize: m.GetAskSize(),
		TradePrice: m.GetTradePrice(), TradeSize: m.GetTradeSize(), Aggressor: m.GetAggressor(),
		BookBidPrices: m.GetBookBidPrices(), BookBidSizes: m.GetBookBidSizes(),
		BookAskPrices: m.GetBookAskPrices(), BookAskSizes: m.GetBookAskSizes(),
		BookBidLevels: m.GetBookBidLevels(), BookAskLevels: m.GetBookAskLevels(),
		BarOpen: m.GetBarOpen(), BarHigh: m.GetBarHigh(), BarLow: m.GetBarLow(), BarClose: m.GetBarClose(),
		BarVolume: m.GetBarVolume(), SignalScore: m.GetSignalScore(), SignalConfidence: m.GetSignalConfidence(),
		ReportOrderID: m.GetReportOrderId(), ReportExecID: m.GetReportExecId(), ReportTrigger: m.GetReportTrigger(),
		ReportLiquidity: m.GetReportLiquidity(), ReportCode: m.GetReportCode(), ReportPrice: m.GetReportPrice(),
		ReportQuantity: m.GetReportQuantity(), ControlCount: len(m.GetControls()),
	}
}

// decodeControls reads the controls of a batch; one that cannot be carried out is marked bad.
func decodeControls(blobs [][]byte, config *core.Config) []core.Control {
	if len(blobs) == 0 {
		return nil
	}
	controls := make([]core.Control, len(blobs))
	for i, blob := range blobs {
		controls[i] = decodeControl(blob, config)
	}
	return controls
}

// decodeControl reads a command and tests the fields that its kind reads (spec 11).
func decodeControl(blob []byte, config *core.Config) core.Control {
	message := &pb.Control{}
	bad := core.Control{Bad: true}
	if readMessage(blob, message) != nil || message.GetKind() > uint32(core.ControlKindCancelAll) {
		return bad
	}
	c := core.Control{
		Kind: core.ControlKind(message.GetKind()), Symbol: message.GetSymbol(), HasSymbol: message.Symbol != nil,
		Flatten: message.GetFlatten(), Quantity: message.GetQuantity(), Price: message.GetPrice(),
		BandLow: message.GetBandLow(), BandHigh: message.GetBandHigh(),
	}
	isKnown := c.HasSymbol && uint64(c.Symbol) < uint64(len(config.Instruments))
	holds := true
	switch c.Kind {
	case core.ControlKindSetLevel:
		c.Level = core.Level(message.GetLevel())
		holds = message.GetLevel() <= uint32(core.LevelKilled) && c.Level.Valid() && (isKnown || !c.HasSymbol)
	case core.ControlKindResume:
	case core.ControlKindSetLimits:
		c.Blob = message.GetLimits()
		limits, err := DecodeLimits(c.Blob, config)
		c.Limits, holds = limits, err == nil && len(c.Blob) > 0
	case core.ControlKindSetRiskModel:
		c.Blob = message.GetRiskModel()
		model, err := DecodeModel(c.Blob, config)
		c.RiskModel, holds = model, err == nil && len(c.Blob) > 0
	case core.ControlKindSetProgram:
		c.Blob = message.GetProgram()
		program, err := DecodeProgram(c.Blob, config)
		c.Program, holds = program, err == nil && len(c.Blob) > 0
	case core.ControlKindLoadPosition:
		holds = isKnown && loadable(&c, config.Instruments[c.Symbol])
	case core.ControlKindCashFlow:
		holds = len(message.GetCash()) == 16
		if holds {
			c.Cash = core.GetInt128(message.GetCash())
			holds = withinMoney(c.Cash)
		}
	case core.ControlKindSetStatus:
		c.Status = uint8(message.GetStatus())
		holds = isKnown && message.GetStatus()&^uint32(statusBits) == 0
	case core.ControlKindCancelAll:
		holds = isKnown || !c.HasSymbol
	default:
		holds = false
	}
	if !holds {
		return bad
	}
	return c
}

const statusBits = core.StatusHalted | core.StatusClosed | core.StatusShortSale | core.StatusNoLocate | core.StatusRestricted

// loadable tests the bounds of LOAD_POSITION.
func loadable(c *core.Control, instrument *core.Instrument) bool {
	return c.Quantity >= -instrument.QuantityMax && c.Quantity <= instrument.QuantityMax &&
		c.Price >= instrument.PriceMin && c.Price <= instrument.PriceMax
}

// withinMoney tells whether |x| <= 2^118.
func withinMoney(x core.Int128) bool {
	limit := core.Int128{Hi: 1 << (moneyBits - 64)}
	return x.LessEqual(limit) && limit.Neg().LessEqual(x)
}
