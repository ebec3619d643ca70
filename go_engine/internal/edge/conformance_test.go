// Conformance: every recorded case, in one piece, event by event, and through a snapshot after every batch.

package edge

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"google.golang.org/protobuf/proto"

	pb "quartet.dev/go_engine/gen/quartet/v1"
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/engine"
	"quartet.dev/go_engine/internal/signal_engine"
)

// vectorFolder is where the recorded cases lie.
func vectorFolder() string {
	if folder := os.Getenv("QUARTET_VECTORS"); folder != "" {
		return folder
	}
	return filepath.Join("..", "..", "..", "tests", "conformance", "vectors")
}

// loadCases reads every binary twin.
func loadCases(tb testing.TB) []*pb.ConformanceCase {
	tb.Helper()
	paths, err := filepath.Glob(filepath.Join(vectorFolder(), "*.bin"))
	if err != nil {
		tb.Fatal(err)
	}
	var cases []*pb.ConformanceCase
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		item := &pb.ConformanceCase{}
		if err := proto.Unmarshal(data, item); err != nil {
			tb.Fatalf("%s: %v", path, err)
		}
		cases = append(cases, item)
	}
	return cases
}

// outcome is what the engine made of a case.
type outcome struct {
	records, snapshot []byte
	errorCode         uint32
}

func codeOf(err error) uint32 {
	refusal := &core.EngineError{}
	if errors.As(err, &refusal) {
		return uint32(refusal.Code)
	}
	return 0
}

// play runs a case; with swap, every batch goes to a fresh session restored from the last one's snapshot.
func play(t *testing.T, config []byte, batches []*pb.EventBatch, swap bool, options engine.Options) (out outcome) {
	t.Helper()
	session := NewSession(options)
	if err := session.Configure(config); err != nil {
		out.errorCode = codeOf(err)
		return out
	}
	for _, batch := range batches {
		if swap {
			session = swapped(t, session)
		}
		records, _, err := session.Process(batch)
		if err != nil {
			out.errorCode = codeOf(err)
			break
		}
		out.records = append(out.records, records.Bytes()...)
	}
	snapshot, err := session.Snapshot()
	if err != nil && session.failed == "" {
		t.Fatalf("snapshot: %v", err)
	}
	out.snapshot = snapshot
	return out
}

// swapped returns a session with the state of another one.
func swapped(t *testing.T, session *Session) *Session {
	t.Helper()
	snapshot, err := session.Snapshot()
	if err != nil {
		t.Fatalf("snapshot: %v", err)
	}
	fresh := NewSession(engine.Options{})
	if err := fresh.Restore(snapshot); err != nil {
		t.Fatalf("restore: %v", err)
	}
	again, err := fresh.Snapshot()
	if err != nil || !bytes.Equal(again, snapshot) {
		t.Fatalf("a restored engine's snapshot differs: %v, %s", err, firstDifference(snapshot, again))
	}
	return fresh
}

func firstDifference(expected, actual []byte) string {
	for i := range min(len(expected), len(actual)) {
		if expected[i] != actual[i] {
			return "byte " + itoa(i) + " of " + itoa(len(actual)) + ", expected " + itoa(len(expected)) + " bytes"
		}
	}
	return itoa(len(actual)) + " bytes, expected " + itoa(len(expected))
}

// compare reports how an outcome differs from the recorded one. The hash in a recorded snapshot is zero.
func compare(t *testing.T, mode string, expected *pb.ConformanceCase, actual outcome) {
	t.Helper()
	if actual.errorCode != expected.ErrorCode {
		t.Errorf("%s: error %v, expected %v", mode, core.ErrorCode(actual.errorCode), core.ErrorCode(expected.ErrorCode))
	}
	if text := recordDifference(expected.Records, actual.records); text != "" {
		t.Errorf("%s: %s", mode, text)
	}
	const hashEnd = 40
	if len(expected.Snapshot) > hashEnd && (len(actual.snapshot) < hashEnd ||
		!bytes.Equal(expected.Snapshot[:8], actual.snapshot[:8]) ||
		!bytes.Equal(expected.Snapshot[hashEnd:], actual.snapshot[hashEnd:])) {
		t.Errorf("%s: snapshot: %s", mode, firstDifference(
			append(bytes.Clone(actual.snapshot[:min(hashEnd, len(actual.snapshot))]), expected.Snapshot[hashEnd:]...), actual.snapshot))
	}
}

// everyWay are the ways in which an engine can run.
var everyWay = map[string]engine.Options{
	"by event":          {Mode: signalengine.ModeEvent},
	"by block":          {Mode: signalengine.ModeBlock},
	"by event, threads": {Mode: signalengine.ModeEvent, Threads: 2, BlockEvents: 5},
	"by block, threads": {Mode: signalengine.ModeBlock, Threads: 2, BlockEvents: 5},
}

func TestConformance(t *testing.T) {
	cases := loadCases(t)
	if len(cases) == 0 {
		t.Skipf("no recorded cases in %s", vectorFolder())
	}
	for _, item := range cases {
		t.Run(item.Name, func(t *testing.T) {
			for name, options := range everyWay {
				compare(t, name+", whole", item, play(t, item.Config, item.Batches, false, options))
				if item.ErrorCode == 0 {
					pieces := split(t, item.Batches)
					compare(t, name+", event by event", item, play(t, item.Config, pieces, false, options))
					compare(t, name+", through snapshots", item, play(t, item.Config, pieces, true, options))
				}
			}
			if len(item.Verdict) > 0 {
				compareEvaluation(t, item)
			}
		})
	}
}

func compareEvaluation(t *testing.T, item *pb.ConformanceCase) {
	t.Helper()
	session := NewSession(engine.Options{})
	if err := session.Configure(item.Config); err != nil {
		t.Fatal(err)
	}
	out, err := session.Evaluate(item.Batches[0])
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Verdict, item.Verdict) {
		t.Errorf("evaluate: verdicts are %v, expected %v", out.Verdict, item.Verdict)
	}
	if !bytes.Equal(out.Score, item.Score) {
		t.Errorf("evaluate: scores differ at %s", firstDifference(item.Score, out.Score))
	}
}
