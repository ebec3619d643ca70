// One event at a time: W1 with a call for each quote, in an open loop.

package edge

import (
	"slices"
	"testing"
	"time"

	pb "quartet.dev/go_engine/gen/quartet/v1"
	"quartet.dev/go_engine/internal/data_engine"
	"quartet.dev/go_engine/internal/engine"
)

// BenchmarkOneEvent gives one event a call, for two seconds after a warm-up. At a rate, an event is due at its time whether
// the engine is ready or not, and its latency counts from there; its service is the time in the engine.
func BenchmarkOneEvent(b *testing.B) {
	const warmUp, measured = time.Second / 5, 2 * time.Second
	for _, perSecond := range []int{1_000_000, 20_000} {
		interval := time.Second / time.Duration(perSecond)
		warm := int(warmUp / interval)
		quotes := w1Quotes(warm+int(measured/interval), 1)
		b.Run("rate="+itoa(perSecond), func(b *testing.B) {
			for b.Loop() {
				b.ReportAllocs()
				service, latency := openLoop(b, sessionOf(b, 1, engine.Options{}), quotes, interval)
				for name, times := range map[string][]int64{"service-": service[warm:], "latency-": latency[warm:]} {
					slices.Sort(times)
					at := func(share float64) float64 { return float64(times[int(share*float64(len(times)-1))]) }
					b.ReportMetric(at(0.5), name+"p50-ns")
					b.ReportMetric(at(0.99), name+"p99-ns")
					b.ReportMetric(at(0.999), name+"p99.9-ns")
				}
			}
		})
	}
}

// openLoop returns the time in the engine and the latency of each quote.
func openLoop(b *testing.B, session *Session, quotes *pb.EventBatch, interval time.Duration) (service, latency []int64) {
	b.Helper()
	service, latency = make([]int64, len(quotes.Kind)), make([]int64, len(quotes.Kind))
	start := time.Now()
	for i := range quotes.Kind {
		raw := quoteOf(quotes, i)
		due := time.Duration(i+1) * interval
		for time.Since(start) < due {
		}
		records, ns, err := session.ProcessRaw(&raw, nil)
		if err != nil {
			b.Fatal(err)
		}
		service[i], latency[i] = ns, int64(time.Since(start)-due)
		records.Free()
	}
	return service, latency
}

// quoteOf is a batch of one quote.
func quoteOf(quotes *pb.EventBatch, i int) dataengine.Raw {
	word := func(column []byte) []byte { return column[8*i:][:8] }
	return dataengine.Raw{
		Kind: quotes.Kind[i:][:1], Symbol: quotes.Symbol[4*i:][:4],
		TsEvent: word(quotes.TsEvent), TsInit: word(quotes.TsInit), Sequence: word(quotes.Sequence),
		BidPrice: word(quotes.BidPrice), AskPrice: word(quotes.AskPrice),
		BidSize: word(quotes.BidSize), AskSize: word(quotes.AskSize),
	}
}
