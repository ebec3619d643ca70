// Memory: what a session holds for each symbol.

package edge

import (
	"runtime"
	"testing"

	"google.golang.org/protobuf/proto"

	pb "quartet.dev/go_engine/gen/quartet/v1"
	"quartet.dev/go_engine/internal/engine"
)

// held returns the bytes of the heap that are in use.
func held() int64 {
	runtime.GC() // twice, as pools keep what they have for one collection
	runtime.GC()
	stats := runtime.MemStats{}
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// heldBySession returns what a session holds when each symbol has had so many quotes, and the orders that came of them.
func heldBySession(t *testing.T, symbols, rounds, rows int, change func(*pb.EngineConfig)) (bytes int64, orders uint64) {
	t.Helper()
	config := w1Config(1)
	config.RiskModel, config.Risk.DuplicateWindowNs = nil, proto.Int64(0)
	change(config)
	first := config.Instruments[0]
	config.Instruments = nil
	for i := range symbols {
		instrument := proto.CloneOf(first)
		instrument.Symbol = string([]byte{'S', byte('0' + i/1000), byte('0' + i/100%10), byte('0' + i/10%10), byte('0' + i%10)})
		config.Instruments = append(config.Instruments, instrument)
	}
	blob, err := proto.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	batches := chunks(w1Quotes(rounds*rows, symbols), rows)
	before := held()
	session := NewSession(engine.Options{})
	if err := session.Configure(blob); err != nil {
		t.Fatal(err)
	}
	blob = nil // the session's now
	pass(t, session, batches)
	bytes = held() - before
	runtime.KeepAlive(batches)
	return bytes, session.engine.Context.Counters.Orders
}

// TestFootprint bounds what a symbol costs: one with a position and an order in the duplicate memory, and one whose graph
// of 29 nodes has a window of 200 values, 16 bytes each.
func TestFootprint(t *testing.T) {
	const symbols, settled = 4000, 20
	for name, item := range map[string]struct {
		change func(*pb.EngineConfig)
		slots  int
		most   int64
		orders uint64
	}{
		"W1":                {func(*pb.EngineConfig) {}, 0, 450, symbols},
		"the default graph": {func(c *pb.EngineConfig) { c.Program = defaultProgram() }, 200, 450 + 16*200, 0},
	} {
		rounds := item.slots + settled
		one, _ := heldBySession(t, 1, rounds, symbols, item.change)
		many, orders := heldBySession(t, symbols, rounds, symbols, item.change)
		if bytes := (many - one) / (symbols - 1); bytes > item.most {
			t.Errorf("%s: a symbol holds %d bytes, at most %d are wanted", name, bytes, item.most)
		} else {
			t.Logf("%s: %d bytes a symbol", name, bytes)
		}
		if orders < item.orders {
			t.Errorf("%s: %d symbols have made %d orders", name, symbols, orders)
		}
	}
}
