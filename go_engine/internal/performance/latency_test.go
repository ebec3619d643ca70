package performance

import "testing"

func TestLatencySummary(t *testing.T) {
	latency := NewLatency()
	for ns := range int64(1000) {
		latency.Record(ns + 1)
	}
	latency.Record(-5)
	latency.Record(2 * latencyMaxNs)
	s := latency.Summary()
	if s.Count != 1002 || s.MaxNs < latencyMaxNs || s.P50 < 490 || s.P50 > 510 || s.P99 < 980 || s.P90 < s.P50 {
		t.Errorf("summary is %+v", s)
	}
	latency.Reset()
	if s := latency.Summary(); s.Count != 0 || s.TotalNs != 0 {
		t.Errorf("after reset: %+v", s)
	}
	if StartClock().Ns() < 0 {
		t.Error("time runs backwards")
	}
}
