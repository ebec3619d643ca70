package engine

import (
	"testing"

	"quartet.dev/go_engine/internal/core/coretest"
)

// fails runs the stream on two threads after a change, and returns what Process panics with.
func fails(s *stream, change func(*Engine)) (cause any) {
	e := New(coretest.Config(1), Options{Threads: 2, BlockEvents: 3})
	change(e)
	defer func() { cause = recover() }()
	e.Process(&s.batch, s.controls)
	return nil
}

func TestEitherThreadMayFail(t *testing.T) {
	s := &stream{}
	for i := range int64(100) {
		s.quote(90+i%20, 92+i%20)
	}
	if cause := fails(s, func(*Engine) {}); cause != nil {
		t.Errorf("nothing is wrong: %v", cause)
	}
	if cause := fails(s, func(e *Engine) { e.PhaseOne.Program = nil }); cause == nil {
		t.Error("a failure in the first block ends the worker")
	}
	if cause := fails(s, func(e *Engine) { e.Markets = nil }); cause == nil {
		t.Error("the caller's failure ends the worker")
	}
	s.batch.BidPrice = s.batch.BidPrice[:50]
	if cause := fails(s, func(*Engine) {}); cause == nil {
		t.Error("the worker's failure is the caller's")
	}
}

func TestTurnstileWakesItsReader(t *testing.T) {
	there, back := newTurnstile(), newTurnstile()
	const rounds = 2000
	go func() {
		for k := int64(1); k <= rounds; k++ {
			there.await(k)
			back.pass(1)
		}
	}()
	for k := int64(1); k <= rounds; k++ {
		there.pass(1)
		back.await(k)
	}
	if there.count.Load() != rounds || back.count.Load() != rounds {
		t.Errorf("counts are %d and %d", there.count.Load(), back.count.Load())
	}
}
