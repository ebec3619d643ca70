package edge

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	pb "quartet.dev/go_engine/gen/quartet/v1"
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/engine"
)

func TestSessionBeforeConfigure(t *testing.T) {
	session := NewSession(engine.Options{})
	_, _, processed := session.Process(&pb.EventBatch{})
	_, evaluated := session.Evaluate(&pb.EventBatch{})
	_, snapped := session.Snapshot()
	for _, err := range []error{processed, evaluated, snapped} {
		if codeOf(err) != uint32(core.ErrorCodeEngineFailed) || !strings.Contains(err.Error(), "not configured") {
			t.Errorf("before Configure: %v", err)
		}
	}
	if s := session.Statistics(false); len(s.Counters) != len(core.CounterNames) {
		t.Errorf("statistics are %v", s)
	}
}

func TestRefusedCallsChangeNothing(t *testing.T) {
	session := w1Session(t, 2)
	if _, _, err := session.Process(w1Quotes(500, 2)); err != nil {
		t.Fatal(err)
	}
	before, err := session.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	broken := w1Quotes(10, 2)
	broken.AskPrice = broken.AskPrice[1:]
	if _, _, err := session.Process(broken); codeOf(err) != uint32(core.ErrorCodeBadBatch) {
		t.Errorf("a broken frame: %v", err)
	}
	if err := session.Configure([]byte{0xff}); codeOf(err) != uint32(core.ErrorCodeBadConfig) {
		t.Errorf("a broken configuration: %v", err)
	}
	if err := session.Restore(before[:100]); codeOf(err) != uint32(core.ErrorCodeBadSnapshot) {
		t.Errorf("a broken snapshot: %v", err)
	}
	after, err := session.Snapshot()
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the state changed: %v", err)
	}
}

func TestAFaultLatches(t *testing.T) {
	session := w1Session(t, 2)
	snapshot, err := session.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	err = session.locked(func() error { panic("a broken invariant") })
	if codeOf(err) != uint32(core.ErrorCodeEngineFailed) || !strings.Contains(err.Error(), "a broken invariant") {
		t.Errorf("the call that failed: %v", err)
	}
	if _, _, err := session.Process(&pb.EventBatch{}); codeOf(err) != uint32(core.ErrorCodeEngineFailed) {
		t.Errorf("a later call: %v", err)
	}
	if s := session.Statistics(true); s.Counters == nil {
		t.Error("statistics answer")
	}
	if err := session.Restore(snapshot); err != nil {
		t.Errorf("restore: %v", err)
	}
	if _, _, err := session.Process(w1Quotes(10, 2)); err != nil {
		t.Errorf("after restore: %v", err)
	}
}

func TestCallsAreSerialised(t *testing.T) {
	session := w1Session(t, 2)
	batch := w1Quotes(200, 2)
	batch.Sequence = nil
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 10 {
				if _, _, err := session.Process(batch); err != nil {
					t.Error(err)
				}
				session.Statistics(false)
				if _, err := session.Snapshot(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if events := session.Statistics(false).Counters[0]; events != 8*10*200 {
		t.Errorf("%d events", events)
	}
}

func TestSnapshotCutAnywhereIsRefused(t *testing.T) {
	session := w1Session(t, 2)
	if _, _, err := session.Process(w1Quotes(200, 2)); err != nil {
		t.Fatal(err)
	}
	snapshot, err := session.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	fresh := NewSession(engine.Options{})
	for end := 0; end < len(snapshot); end += 1 + end/97 {
		if err := fresh.Restore(snapshot[:end]); codeOf(err) != uint32(core.ErrorCodeBadSnapshot) {
			t.Fatalf("cut at %d of %d: %v", end, len(snapshot), err)
		}
	}
	if err := fresh.Restore(append(bytes.Clone(snapshot), 0)); codeOf(err) != uint32(core.ErrorCodeBadSnapshot) {
		t.Errorf("a trailing byte: %v", err)
	}
	other := bytes.Clone(snapshot)
	other[20] ^= 1
	if err := fresh.Restore(other); codeOf(err) != uint32(core.ErrorCodeContractMismatch) {
		t.Errorf("another contract: %v", err)
	}
}
