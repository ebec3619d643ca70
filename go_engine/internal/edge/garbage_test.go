package edge

import (
	"runtime/debug"
	"testing"

	"google.golang.org/protobuf/proto"

	"quartet.dev/go_engine/internal/engine"
)

func TestGarbageIsLimitedBesideALargeEngine(t *testing.T) {
	const usual = 400
	before := debug.SetGCPercent(usual)
	defer debug.SetGCPercent(before)
	percent := func() int {
		now := debug.SetGCPercent(usual)
		debug.SetGCPercent(now)
		return now
	}
	session := NewSession(engine.Options{GCPercent: usual})
	configure := func(symbols int) {
		config := w1Config(1)
		config.RiskModel, config.Program = nil, defaultProgram()
		first := config.Instruments[0]
		config.Instruments = nil
		for i := range symbols {
			instrument := proto.CloneOf(first)
			instrument.Symbol = string([]byte{byte('A' + i/400), byte('A' + i/20%20), byte('A' + i%20)})
			config.Instruments = append(config.Instruments, instrument)
		}
		blob, err := proto.Marshal(config)
		if err != nil {
			t.Fatal(err)
		}
		if err := session.Configure(blob); err != nil {
			t.Fatal(err)
		}
	}
	configure(10)
	if got := percent(); got != usual {
		t.Errorf("beside a small engine the heap may grow by %d percent, expected %d", got, usual)
	}
	configure(6000)
	if got := percent(); got >= usual/2 || got < 1 {
		t.Errorf("beside a large engine the heap may grow by %d percent", got)
	}
	configure(10)
	if got := percent(); got <= usual/2 {
		t.Errorf("beside a small engine after a large one the heap may grow by %d percent", got)
	}
}
