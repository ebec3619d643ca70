// Package performance measures beside the state: a sampled latency histogram and the time of calls.
package performance

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

const (
	latencyMaxNs      = 60 * 1000 * 1000 * 1000
	significantDigits = 3
)

// Latency is a histogram of the sampled time of one event, in ns.
type Latency struct {
	histogram *hdrhistogram.Histogram
	totalNs   uint64
	started   time.Time
}

// NewLatency returns an empty histogram.
func NewLatency() *Latency {
	return &Latency{histogram: hdrhistogram.New(1, latencyMaxNs, significantDigits), started: time.Now()}
}

// Record adds a sample.
func (l *Latency) Record(ns int64) {
	ns = min(max(ns, 1), latencyMaxNs)
	l.totalNs += uint64(ns)
	// The value is within the histogram's range, so it cannot fail.
	_ = l.histogram.RecordValue(ns)
}

// Reset forgets all samples.
func (l *Latency) Reset() {
	l.histogram.Reset()
	l.totalNs = 0
}

// Summary are the figures of the Statistics call.
type Summary struct {
	Count, TotalNs, MaxNs, P50, P90, P99, P999, UptimeNs uint64
}

// Summary reads the histogram.
func (l *Latency) Summary() Summary {
	at := func(quantile float64) uint64 { return uint64(l.histogram.ValueAtQuantile(quantile)) }
	return Summary{
		Count: uint64(l.histogram.TotalCount()), TotalNs: l.totalNs, MaxNs: uint64(l.histogram.Max()),
		P50: at(50), P90: at(90), P99: at(99), P999: at(99.9), UptimeNs: uint64(time.Since(l.started)),
	}
}

// base is where clocks count from: a time since it reads the monotonic clock alone.
var base = time.Now()

// Clock reads times between points, in ns.
type Clock struct{ from time.Duration }

// StartClock starts a clock.
func StartClock() Clock { return Clock{time.Since(base)} }

// Ns returns the time since the start.
func (c Clock) Ns() int64 { return int64(time.Since(base) - c.from) }
