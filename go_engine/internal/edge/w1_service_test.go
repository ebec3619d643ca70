// Workload W1 through gRPC over a unix socket: batches of a few thousand quotes in a stream.

package edge

import (
	"context"
	"path/filepath"
	"testing"

	pb "quartet.dev/go_engine/gen/quartet/v1"
)

// chunks cuts a batch of quotes into batches of size events.
func chunks(batch *pb.EventBatch, size int) (out []*pb.EventBatch) {
	cut := func(column []byte, width, first, last int) []byte { return column[first*width : last*width] }
	for first := 0; first < len(batch.Kind); first += size {
		last := min(first+size, len(batch.Kind))
		out = append(out, &pb.EventBatch{
			Kind: cut(batch.Kind, 1, first, last), Symbol: cut(batch.Symbol, 4, first, last),
			TsEvent: cut(batch.TsEvent, 8, first, last), TsInit: cut(batch.TsInit, 8, first, last),
			Sequence: cut(batch.Sequence, 8, first, last), BidPrice: cut(batch.BidPrice, 8, first, last),
			AskPrice: cut(batch.AskPrice, 8, first, last), BidSize: cut(batch.BidSize, 8, first, last),
			AskSize: cut(batch.AskSize, 8, first, last),
		})
	}
	return out
}

func BenchmarkW1Service(b *testing.B) {
	for _, size := range []int{1, 1000, 10000} {
		count := min(w1Count, size*2000)
		batches := chunks(w1Quotes(count, 1), size)
		b.Run("batch="+itoa(size), func(b *testing.B) {
			client := pb.NewTradingEngineClient(dial(b, "unix:"+filepath.Join(b.TempDir(), "e.sock")))
			for b.Loop() {
				b.StopTimer()
				configure(b, client, 1)
				b.StartTimer()
				calls, err := client.ProcessStream(context.Background())
				if err != nil {
					b.Fatal(err)
				}
				go func() {
					for _, batch := range batches {
						if calls.Send(&pb.ProcessStreamRequest{Batch: batch}) != nil {
							return
						}
					}
				}()
				for range batches {
					if _, err := calls.Recv(); err != nil {
						b.Fatal(err)
					}
				}
				if err := calls.CloseSend(); err != nil {
					b.Fatal(err)
				}
			}
			perQuote := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / float64(count)
			b.ReportMetric(perQuote, "ns/quote")
			b.ReportMetric(1000/perQuote, "Mquotes/s")
		})
	}
}
