package edge

import (
	"bytes"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	pb "quartet.dev/go_engine/gen/quartet/v1"
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/engine"
)

// seeds gives the fuzzer a part of the recorded cases.
func seeds(f *testing.F, take func(*pb.ConformanceCase)) {
	f.Helper()
	for i, item := range loadCases(f) {
		if i%8 == 0 && len(item.Records) < 100_000 {
			take(item)
		}
	}
}

// FuzzConfig: any bytes are a configuration or an error with a code.
func FuzzConfig(f *testing.F) {
	blob, err := proto.Marshal(w1Config(2))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(blob)
	f.Add([]byte{})
	seeds(f, func(item *pb.ConformanceCase) { f.Add(item.Config) })
	f.Fuzz(func(t *testing.T, blob []byte) {
		config, err := DecodeConfig(blob)
		if err != nil && codeOf(err) == 0 {
			t.Errorf("an error without a code: %v", err)
		}
		if err == nil && (config == nil || config.Program == nil || config.Risk == nil) {
			t.Error("a configuration with parts missing")
		}
	})
}

// FuzzBatch: any batch gives records or an error, the engine latches only at money beyond its bounds (spec 12.1), and
// every cut gives the same.
func FuzzBatch(f *testing.F) {
	seeds(f, func(item *pb.ConformanceCase) {
		for _, batch := range item.Batches {
			if blob, err := proto.Marshal(batch); err == nil {
				f.Add(item.Config, blob)
			}
		}
	})
	f.Fuzz(func(t *testing.T, configBlob, batchBlob []byte) {
		batch := &pb.EventBatch{}
		config, err := DecodeConfig(configBlob)
		if err != nil || proto.Unmarshal(batchBlob, batch) != nil || len(batch.Kind) > 500 || isLarge(config) {
			return
		}
		session := NewSession(engine.Options{})
		if err := session.Configure(configBlob); err != nil {
			t.Fatal(err)
		}
		records, _, err := session.Process(batch)
		if err != nil {
			if codeOf(err) != uint32(core.ErrorCodeBadBatch) && !strings.Contains(err.Error(), "2^120") {
				t.Fatalf("process: %v", err)
			}
			return
		}
		out := play(t, configBlob, split(t, []*pb.EventBatch{batch}), true, engine.Options{})
		if !bytes.Equal(out.records, records.Bytes()) {
			t.Fatal(recordDifference(records.Bytes(), out.records))
		}
	})
}

// isLarge keeps the fuzzer away from configurations that take much room.
func isLarge(config *core.Config) bool {
	words := 0
	for i := range config.Program.Nodes {
		words += int(config.Program.Nodes[i].N)
	}
	return words*len(config.Instruments) > 1<<20 || config.OpenOrders > 4096
}

// FuzzSnapshot: any bytes are a snapshot or an error; one that is taken comes back the same, and runs or latches.
func FuzzSnapshot(f *testing.F) {
	seeds(f, func(item *pb.ConformanceCase) {
		if len(item.Snapshot) > 40 {
			f.Add(append(append(bytes.Clone(item.Snapshot[:8]), contractHash...), item.Snapshot[40:]...))
		}
	})
	quotes := w1Quotes(50, 1)
	f.Fuzz(func(t *testing.T, snapshot []byte) {
		session := NewSession(engine.Options{})
		if err := session.Restore(snapshot); err != nil {
			if code := core.ErrorCode(codeOf(err)); code != core.ErrorCodeBadSnapshot && code != core.ErrorCodeContractMismatch {
				t.Fatalf("restore: %v", err)
			}
			return
		}
		again, err := session.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		if len(again) != len(snapshot) {
			t.Fatalf("it comes back with %d bytes, expected %d", len(again), len(snapshot))
		}
		if _, _, err := session.Process(quotes); err != nil && codeOf(err) != uint32(core.ErrorCodeEngineFailed) {
			t.Fatalf("process: %v", err)
		}
	})
}
