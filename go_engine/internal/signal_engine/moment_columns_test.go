package signalengine

import (
	"math/rand/v2"
	"testing"

	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/core/coretest"
	"quartet.dev/go_engine/internal/data_engine"
)

// TestMomentColumnsGiveWhatStepsGive runs symbols whose blocks end together, in other groups and in the middle of a run.
func TestMomentColumnsGiveWhatStepsGive(t *testing.T) {
	random := rand.New(rand.NewPCG(41, 42))
	for symbols := 1; symbols <= 9; symbols++ {
		config := coretest.Config(symbols)
		config.Program = &core.ProgramSpec{Nodes: []core.NodeSpec{mid}, Score: 1}
		for n := uint32(1); n <= 5; n++ {
			for _, op := range []core.Op{core.OpStd, core.OpVar, core.OpZscore} {
				config.Program.Nodes = append(config.Program.Nodes, core.NodeSpec{
					Op: op, Inputs: []uint32{0}, Clock: core.ClockQuote, N: n, Params: []float64{0},
				})
			}
		}
		prices := make([]int64, 400)
		for i := range prices {
			prices[i] = 90 + random.Int64N(20)
		}
		batch := quotes(prices...)
		for i := range batch.Symbol {
			batch.Symbol[i] = uint32(i % symbols)
			if random.IntN(5) == 0 {
				batch.Symbol[i] = uint32(random.IntN(symbols))
			}
		}
		plain, columns := NewPhaseOne(config, ModeEvent), NewPhaseOne(config, ModeBlock)
		plainRows, columnRows, block := dataengine.Rows{}, dataengine.Rows{}, &Block{}
		for first := 0; first < len(prices); first = block.Next {
			last := min(first+1+random.IntN(60), len(prices))
			plain.Run(batch, first, last, 0, &plainRows, block)
			if columns.Run(batch, first, last, 0, &columnRows, block); !block.Quotes || block.Next != last {
				t.Fatal("quotes are run as columns")
			}
			if random.IntN(3) == 0 { // blocks in between leave their values in the columns
				columns.Settle()
				sameState(t, plain, columns, symbols)
			}
		}
		columns.Settle()
		sameState(t, plain, columns, symbols)
	}
}

// sameState compares values and states bit by bit.
func sameState(t *testing.T, a, b *PhaseOne, symbols int) {
	t.Helper()
	for symbol := range symbols {
		for i := range a.NodeCount() {
			au, af := a.State(symbol, i)
			bu, bf := b.State(symbol, i)
			same := core.FloatBits(a.Values(symbol)[i]) == core.FloatBits(b.Values(symbol)[i])
			for k := range au {
				same = same && au[k] == bu[k]
			}
			for k := range af {
				same = same && core.FloatBits(af[k]) == core.FloatBits(bf[k])
			}
			if !same {
				t.Fatalf("node %d of symbol %d differs: %v and %v", i, symbol, a.Values(symbol)[i], b.Values(symbol)[i])
			}
		}
	}
}
