// Workload W1: a million quotes, a crossover of two averages, one lot either way by market orders, every row on.

package edge

import (
	"encoding/binary"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	pb "quartet.dev/go_engine/gen/quartet/v1"
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/engine"
)

const w1Lot = 1_000_000_000

// w1Quotes is a random walk of prices in cents, symbols in turn.
func w1Quotes(count, symbols int) *pb.EventBatch {
	walk := make([]int64, symbols)
	for i := range walk {
		walk[i] = 10000
	}
	state := uint64(88172645463325252)
	random := func() uint64 {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		return state >> 11
	}
	batch := &pb.EventBatch{}
	for i := range count {
		symbol := i % symbols
		walk[symbol] = max(walk[symbol]+int64(random()%3)-1, 1000)
		ask := walk[symbol] + 1 + int64(random()%2)
		event := 1700000000000000000 + int64(i)*100000
		batch.Kind = append(batch.Kind, byte(core.EventKindQuote))
		batch.Symbol = binary.LittleEndian.AppendUint32(batch.Symbol, uint32(symbol))
		batch.TsEvent = binary.LittleEndian.AppendUint64(batch.TsEvent, uint64(event))
		batch.TsInit = binary.LittleEndian.AppendUint64(batch.TsInit, uint64(event+5000))
		batch.Sequence = binary.LittleEndian.AppendUint64(batch.Sequence, uint64(i+1))
		batch.BidPrice = binary.LittleEndian.AppendUint64(batch.BidPrice, uint64(walk[symbol]*10000000))
		batch.AskPrice = binary.LittleEndian.AppendUint64(batch.AskPrice, uint64(ask*10000000))
		batch.BidSize = binary.LittleEndian.AppendUint64(batch.BidSize, 100000000000*(1+random()%100))
		batch.AskSize = binary.LittleEndian.AppendUint64(batch.AskSize, 100000000000*(1+random()%100))
	}
	return batch
}

func w1Program() *pb.Program {
	quote := uint32(core.ClockQuote)
	return &pb.Program{
		Nodes: []*pb.Node{
			{Op: uint32(core.OpMid), Clock: quote},
			{Op: uint32(core.OpEma), Inputs: []uint32{0}, Clock: quote, N: 20, Params: []float64{2.0 / 11}},
			{Op: uint32(core.OpEma), Inputs: []uint32{0}, Clock: quote, N: 20, Params: []float64{2.0 / 21}},
			{Op: uint32(core.OpGe), Inputs: []uint32{1, 2}, Clock: quote},
			{Op: uint32(core.OpConst), Params: []float64{1}},
			{Op: uint32(core.OpConst), Params: []float64{-1}},
			{Op: uint32(core.OpSelect), Inputs: []uint32{3, 4, 5}, Clock: quote},
		},
		Score: 6,
	}
}

// money is whole units of currency in 16 bytes.
func money(units int64) []byte {
	out := make([]byte, 16)
	core.MulInt64(units, core.Scale).Mul(core.Scale).Put(out)
	return out
}

func w1Config(symbols int) *pb.EngineConfig {
	wide, second := proto.Int64(100_000_000_000), proto.Int64(1_000_000_000)
	model := &pb.RiskModel{ValidUntilNs: 1 << 62}
	config := &pb.EngineConfig{
		Program: w1Program(),
		Signals: &pb.SignalLimits{MaxSignalsPerSymbol: 10, MaxAgeNs: 1_000_000_000},
		Policy: &pb.PolicyConfig{Kind: uint32(core.PolicyKindTarget), Target: &pb.TargetPolicy{
			Sizing: uint32(core.SizingQuantity), MaxQuantity: w1Lot, Rebalance: uint32(core.RebalanceOnChange),
			OrderType: uint32(core.OrderTypeMarket), PriceReference: uint32(core.PriceReferenceOpposite),
		}},
		Reconciler: &pb.ReconcilerConfig{},
		Risk: &pb.RiskLimits{
			MaxQuoteAgeNs: second, PriceCollarPpb: proto.Int64(50_000_000), MaxOrderQuantity: proto.Int64(1000 * w1Lot),
			MaxOrderNotional: money(1_000_000_000), MaxOrderWeightPpb: wide, MaxAdvSharePpb: wide,
			MaxOrdersPerSecond: second, MaxOrdersPerSecondSymbol: second, SelfTrade: uint32(core.SelfTradeCancelNewest),
			MaxOpenOrders: proto.Int64(1024), MaxOpenOrdersSymbol: proto.Int64(1024), InitialMarginPpb: second,
			MaxPositionWeightPpb: wide, MaxPositionQuantity: proto.Int64(1000 * w1Lot), MaxPositions: proto.Int64(65536),
			MaxConcentrationPpb: wide, MaxLeveragePpb: wide, MaxNetLeveragePpb: wide, MaxPositionVarPpb: wide,
			MaxPortfolioVarPpb: wide, MaxDrawdownPpb: proto.Int64(900_000_000), MaxDailyLossPpb: proto.Int64(900_000_000),
			RiskClockNs: 1_000_000_000, VarDefaultDailyVolPpb: 20_000_000, VarMultiplierPpb: 1_000_000_000,
		},
		RiskModel: model,
		Venue: &pb.VenueConfig{
			Mode: uint32(core.VenueModeSimulated), QueueModel: uint32(core.QueueModelRiskAverse), MaxParticipationPpb: core.Scale,
		},
		Account:   &pb.AccountConfig{InitialCash: money(100_000_000), AccountType: uint32(core.AccountTypeMargin), Currency: "USD"},
		Capacity:  &pb.Capacity{OpenOrders: 1024, SourceCount: 1},
		CheckRisk: true,
	}
	for i := range symbols {
		config.Instruments = append(config.Instruments, &pb.Instrument{
			Symbol: string([]byte{'S', byte('0' + i/100), byte('0' + i/10%10), byte('0' + i%10)}), Tick: 10_000_000, Lot: w1Lot,
			Multiplier: 1, Currency: "USD", FillModel: uint32(core.FillModelBook), Adv: proto.Int64(1_000_000 * w1Lot),
		})
		model.Symbols = append(model.Symbols, uint32(i))
		for j := range symbols {
			value := 0.00002
			if i == j {
				value = 0.0001
			}
			model.Covariance = append(model.Covariance, value)
		}
	}
	return config
}

// w1Session returns a session that is configured for the workload.
func w1Session(tb testing.TB, symbols int) *Session {
	tb.Helper()
	blob, err := proto.Marshal(w1Config(symbols))
	if err != nil {
		tb.Fatal(err)
	}
	session := NewSession(engine.Options{})
	if err := session.Configure(blob); err != nil {
		tb.Fatal(err)
	}
	return session
}

const (
	w1Count     = 1_000_000
	w1BatchRows = 65536
)

func BenchmarkW1(b *testing.B) {
	for _, symbols := range []int{1, 100} {
		batches := chunks(w1Quotes(w1Count, symbols), w1BatchRows)
		b.Run("symbols="+itoa(symbols), func(b *testing.B) {
			b.ReportAllocs()
			fills, best := uint64(0), time.Hour
			for b.Loop() {
				b.StopTimer()
				session := w1Session(b, symbols)
				b.StartTimer()
				start := time.Now()
				for _, batch := range batches {
					records, _, err := session.Process(batch)
					if err != nil {
						b.Fatal(err)
					}
					records.Free()
				}
				best = min(best, time.Since(start))
				fills = session.engine.Context.Counters.Fills
			}
			perQuote := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / w1Count
			b.ReportMetric(perQuote, "ns/quote")
			b.ReportMetric(float64(best.Nanoseconds())/w1Count, "best-ns/quote")
			b.ReportMetric(float64(fills), "fills")
		})
	}
}

func TestW1Trades(t *testing.T) {
	session := w1Session(t, 3)
	records, _, err := session.Process(w1Quotes(5000, 3))
	if err != nil {
		t.Fatal(err)
	}
	counters := session.engine.Context.Counters
	if counters.Rejected != 0 || counters.RiskRejects != 0 || counters.Fills == 0 {
		t.Errorf("W1 must trade without rejects: %+v", counters)
	}
	if records.Len()%core.RecordSize != 0 || records.Len() == 0 {
		t.Errorf("records have %d bytes", records.Len())
	}
}
