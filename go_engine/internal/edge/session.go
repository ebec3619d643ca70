// Session: the one engine of a process. Calls are serialised; a panic latches the engine (spec 12.1).

package edge

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	pb "quartet.dev/go_engine/gen/quartet/v1"
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/data_engine"
	"quartet.dev/go_engine/internal/engine"
	"quartet.dev/go_engine/internal/performance"
)

// Session holds the engine between calls.
type Session struct {
	mutex      sync.Mutex
	waiting    atomic.Int32
	engine     *engine.Engine
	configBlob []byte
	failed     string // why the engine has latched; empty: it has not
	isLarge    bool   // the engine
	idle       *performance.Latency
	options    engine.Options
	batch      dataengine.Batch // of the call at hand
}

// NewSession returns a session that waits to be configured; its engines run as the options say.
func NewSession(options engine.Options) *Session {
	return &Session{idle: performance.NewLatency(), options: options}
}

// locked runs a call alone; a panic in it latches the engine.
func (s *Session) locked(call func() error) (err error) {
	s.waiting.Add(1)
	s.mutex.Lock()
	s.waiting.Add(-1)
	defer s.mutex.Unlock()
	defer func() {
		if cause := recover(); cause != nil {
			s.failed = fmt.Sprint(cause)
			err = s.latchedError()
		}
	}()
	return call()
}

func (s *Session) latchedError() error {
	return core.Errorf(core.ErrorCodeEngineFailed, "the engine has latched: %s; configure or restore it", s.failed)
}

// running tests that there is an engine to run.
func (s *Session) running() error {
	if s.failed != "" {
		return s.latchedError()
	}
	if s.engine == nil {
		return core.Errorf(core.ErrorCodeEngineFailed, "the engine is not configured; call Configure or Restore first")
	}
	return nil
}

// adopt makes an engine the present one.
func (s *Session) adopt(e *engine.Engine, configBlob []byte) {
	s.engine, s.configBlob, s.failed = e, configBlob, ""
	s.limitGarbage()
}

// Configure starts an engine afresh and keeps the bytes; the one before stays where the configuration is refused.
func (s *Session) Configure(config []byte) error {
	return s.locked(func() error {
		checked, err := DecodeConfig(config)
		if err != nil {
			return err
		}
		s.adopt(engine.New(checked, s.options), config)
		return nil
	})
}

// Process runs a batch and returns its records and the time inside the engine.
func (s *Session) Process(message *pb.EventBatch) (core.Records, int64, error) {
	raw := rawBatch(message)
	return s.ProcessRaw(&raw, message.GetControls())
}

// ProcessRaw is Process for columns as they came; the caller frees the records.
func (s *Session) ProcessRaw(raw *dataengine.Raw, blobs [][]byte) (records core.Records, ns int64, err error) {
	err = s.locked(func() error {
		if err := s.running(); err != nil {
			return err
		}
		if err := s.batch.Frame(raw); err != nil {
			return err
		}
		controls := decodeControls(blobs, s.engine.Config)
		clock := performance.StartClock()
		records = s.engine.Process(&s.batch, controls)
		ns = clock.Ns()
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	return records, ns, nil
}

// Evaluate runs phase one alone.
func (s *Session) Evaluate(message *pb.EventBatch) (out engine.Evaluation, err error) {
	err = s.locked(func() error {
		if err := s.running(); err != nil {
			return err
		}
		raw := rawBatch(message)
		if err := s.batch.Frame(&raw); err != nil {
			return err
		}
		out = s.engine.Evaluate(&s.batch)
		return nil
	})
	return out, err
}

// Snapshot returns the engine's state.
func (s *Session) Snapshot() (snapshot []byte, err error) {
	err = s.locked(func() error {
		if err := s.running(); err != nil {
			return err
		}
		snapshot = WriteSnapshot(s.engine, s.configBlob)
		return nil
	})
	return snapshot, err
}

// Restore takes a snapshot's state; a latched engine runs again.
func (s *Session) Restore(snapshot []byte) error {
	return s.locked(func() error {
		failed := s.failed
		s.failed = ""
		restored, configBlob, err := ReadSnapshot(snapshot, s.options)
		if err != nil {
			s.failed = failed
			return err
		}
		s.adopt(restored, configBlob)
		return nil
	})
}

// Statistics returns counters and latencies; it answers in every state.
func (s *Session) Statistics(reset bool) *pb.StatisticsResponse {
	s.waiting.Add(1)
	s.mutex.Lock()
	s.waiting.Add(-1)
	defer s.mutex.Unlock()
	latency := s.idle
	var counters core.Counters
	inUse := 0
	if s.engine != nil {
		latency, counters, inUse = s.engine.Latency, s.engine.Context.Counters, s.engine.Gate.OpenOrders
	}
	array := counters.Array()
	summary := latency.Summary()
	if reset {
		latency.Reset()
	}
	return &pb.StatisticsResponse{
		Counters: array[:], LatencyCount: summary.Count, LatencyNsTotal: summary.TotalNs, LatencyNsMax: summary.MaxNs,
		LatencyNsP50: summary.P50, LatencyNsP90: summary.P90, LatencyNsP99: summary.P99, LatencyNsP999: summary.P999,
		UptimeNs: summary.UptimeNs, QueueDepth: uint32(max(s.waiting.Load(), 0)),
		PoolInUse: uint32(min(inUse, math.MaxUint32)),
	}
}
