package signalengine

import (
	"math/rand/v2"
	"testing"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/core/coretest"
	"quartet.dev/go_engine/internal/data_engine"
)

// randomGraph has sources, constants, operators with and without state, and nodes that read others of another clock.
func randomGraph(random *rand.Rand) *core.ProgramSpec {
	quote, trade := core.ClockQuote, core.ClockTrade
	nodes := []core.NodeSpec{
		mid, {Op: core.OpConst, Params: []float64{2}}, {Op: core.OpTradePrice, Clock: trade}, {Op: core.OpImbalance, Clock: quote},
	}
	for range 4 + random.IntN(12) {
		clock := []core.Clock{quote, quote, quote, trade, quote | trade}[random.IntN(5)]
		input := func() uint32 { return uint32(random.IntN(len(nodes))) }
		nodes = append(nodes, []core.NodeSpec{
			{Op: core.OpAdd, Inputs: []uint32{input(), input()}, Clock: clock},
			{Op: core.OpGt, Inputs: []uint32{input(), input()}, Clock: clock},
			{Op: core.OpIsNan, Inputs: []uint32{input()}, Clock: clock},
			{Op: core.OpEma, Inputs: []uint32{input()}, Clock: clock, N: 3, Params: []float64{0.5}},
			{Op: core.OpLinear, Inputs: []uint32{input(), input()}, Clock: clock, Params: []float64{1, 2, 3}},
		}[random.IntN(5)])
	}
	count := uint32(len(nodes))
	return &core.ProgramSpec{Nodes: nodes, Score: count - 1, Confidence: uint32(random.IntN(int(count))), HasConfidence: true}
}

// quotesAndTrades are events of some symbols in runs of a kind.
func quotesAndTrades(random *rand.Rand, count, symbols int) *dataengine.Batch {
	batch, kind := &dataengine.Batch{}, core.EventKindQuote
	for i := range count {
		if random.IntN(6) == 0 {
			kind = []core.EventKind{core.EventKindQuote, core.EventKindTrade}[random.IntN(2)]
		}
		batch.Kind = append(batch.Kind, uint8(kind))
		batch.Symbol = append(batch.Symbol, uint32(random.IntN(symbols)))
		batch.TsEvent, batch.TsInit = append(batch.TsEvent, int64(i)), append(batch.TsInit, int64(i))
		price, size := (90+random.Int64N(20))*unit, unit*random.Int64N(3)
		if kind == core.EventKindTrade {
			batch.TradePrice, batch.TradeSize = append(batch.TradePrice, price), append(batch.TradeSize, size+unit)
			batch.Aggressor = append(batch.Aggressor, 1)
			continue
		}
		batch.BidPrice, batch.AskPrice = append(batch.BidPrice, price), append(batch.AskPrice, price+unit)
		batch.BidSize, batch.AskSize = append(batch.BidSize, size), append(batch.AskSize, unit)
	}
	return batch
}

// stored is a graph that keeps each value.
type stored struct {
	values []float64
	u      []uint64
	f      []float64
}

// TestValuesAreAsIfAllWereKept steps random graphs beside one that keeps each value, through restores.
func TestValuesAreAsIfAllWereKept(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	const symbols = 3
	for graph := range 400 {
		config := coretest.Config(symbols)
		config.Program = randomGraph(random)
		program := Compile(config.Program)
		oracle := make([]stored, symbols)
		for i := range oracle {
			oracle[i] = stored{append([]float64(nil), program.initial...), make([]uint64, program.uWords), make([]float64, program.fWords)}
		}
		phase := NewPhaseOne(config, []Mode{ModeEvent, ModeBlock}[graph%2])
		batch := quotesAndTrades(random, 60, symbols)
		rows, oracleRows, block := dataengine.Rows{}, dataengine.Rows{}, &Block{}
		for first := 0; first < len(batch.Kind); first = block.Next {
			phase.Run(batch, first, min(first+1+random.IntN(20), len(batch.Kind)), 0, &rows, block)
			for i := first; i < block.Next; i++ {
				s, kind := Symbol{}, core.EventKind(batch.Kind[i])
				one := &oracle[batch.Symbol[i]]
				ev := event{batch: batch, row: oracleRows.Trade}
				if row := oracleRows.Quote; kind == core.EventKindQuote {
					s.Bid, s.Ask, s.BidSize, s.AskSize = batch.BidPrice[row], batch.AskPrice[row], batch.BidSize[row], batch.AskSize[row]
				}
				program.run(program.ticks[kind], &s, one.values, one.u, one.f, &ev)
				oracleRows.Advance(batch.Kind[i])
			}
			phase.Settle()
			if random.IntN(4) == 0 {
				phase = restored(config, phase, oracle)
			}
			for symbol := range oracle {
				wantValues(t, config.Program, phase.Values(symbol), oracle[symbol].values)
			}
		}
	}
}

// restored is a phase one as a snapshot leaves it.
func restored(config *core.Config, from *PhaseOne, oracle []stored) *PhaseOne {
	p := NewPhaseOne(config, from.mode)
	p.Validator, p.Symbols = from.Validator, from.Symbols
	copy(p.u, from.u)
	copy(p.f, from.f)
	for symbol := range oracle {
		p.RestoreValues(symbol, oracle[symbol].values)
	}
	return p
}

func wantValues(t *testing.T, spec *core.ProgramSpec, got, expected []float64) {
	t.Helper()
	for i := range expected {
		if core.FloatBits(got[i]) != core.FloatBits(expected[i]) {
			t.Fatalf("node %d of %+v is %v, expected %v", i, spec.Nodes, got[i], expected[i])
		}
	}
}

// TestRestoredValuesStayAsTheyAre restores what no graph computes, until a clock ticks.
func TestRestoredValuesStayAsTheyAre(t *testing.T) {
	config := coretest.Config(2)
	config.Program = &core.ProgramSpec{
		Nodes: []core.NodeSpec{mid, {Op: core.OpConst, Params: []float64{2}}, onMid(core.OpNeg, 0)}, Score: 2,
	}
	phase := NewPhaseOne(config, ModeEvent)
	phase.RestoreValues(0, []float64{5, 3, 7})
	wantValues(t, config.Program, phase.Values(0), []float64{5, 2, 7})
	wantValues(t, config.Program, phase.Values(1), []float64{core.NaN, 2, core.NaN})
	phase.Run(quotes(100), 0, 1, 0, &dataengine.Rows{}, &Block{})
	wantValues(t, config.Program, phase.Values(0), []float64{100, 2, -100})
}

// TestSlots counts what a symbol keeps: what has state, and what another clock reads.
func TestSlots(t *testing.T) {
	trade := core.NodeSpec{Op: core.OpAdd, Inputs: []uint32{0, 1}, Clock: core.ClockTrade}
	constant := core.NodeSpec{Op: core.OpConst, Params: []float64{2}}
	for _, item := range []struct {
		nodes    []core.NodeSpec
		expected int
	}{
		{[]core.NodeSpec{mid, constant, onMid(core.OpNeg, 0)}, 0},
		{[]core.NodeSpec{mid, onMid(core.OpEma, 3, 0.5), onMid(core.OpNeg, 0)}, 1},
		{[]core.NodeSpec{mid, constant, trade}, 2}, // the mid that a trade reads, and what it makes of it
	} {
		if got := len(Compile(&core.ProgramSpec{Nodes: item.nodes}).kept); got != item.expected {
			t.Errorf("%v: a symbol keeps %d values, expected %d", item.nodes, got, item.expected)
		}
	}
}
