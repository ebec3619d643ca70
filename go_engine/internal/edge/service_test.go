package edge

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	reflectionpb "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	pb "quartet.dev/go_engine/gen/quartet/v1"
	"quartet.dev/go_engine/internal/core"
	"quartet.dev/go_engine/internal/engine"
)

// dial serves a new session at the address and returns a connection to it.
func dial(tb testing.TB, address string) *grpc.ClientConn {
	tb.Helper()
	listener, err := Listen(address)
	if err != nil {
		tb.Fatal(err)
	}
	server, _ := NewServer(NewSession(engine.Options{}), true)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	target := strings.TrimPrefix(AddressOf(listener), "tcp:")
	connection, err := grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(MessageBytesMax), grpc.MaxCallSendMsgSize(MessageBytesMax)),
		grpc.WithReadBufferSize(bufferBytes), grpc.WithWriteBufferSize(bufferBytes),
		grpc.WithInitialWindowSize(windowBytes), grpc.WithInitialConnWindowSize(windowBytes))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := connection.Close(); err != nil {
			tb.Error(err)
		}
		server.GracefulStop()
		if err := <-served; err != nil {
			tb.Error(err)
		}
	})
	return connection
}

func configure(tb testing.TB, client pb.TradingEngineClient, symbols int) {
	tb.Helper()
	blob, err := proto.Marshal(w1Config(symbols))
	if err != nil {
		tb.Fatal(err)
	}
	_, err = client.Configure(context.Background(), &pb.ConfigureRequest{Config: blob, ContractHash: core.ContractHash})
	if err != nil {
		tb.Fatal(err)
	}
}

// refusal returns the status and the detail of a refused call.
func refusal(t *testing.T, err error, trailer metadata.MD) (codes.Code, core.ErrorCode) {
	t.Helper()
	detail := &pb.EngineErrorDetail{}
	values := trailer.Get(detailKey)
	if len(values) != 1 || proto.Unmarshal([]byte(values[0]), detail) != nil {
		t.Errorf("no detail in %v of %v", trailer, err)
	}
	return status.Code(err), core.ErrorCode(detail.Code)
}

func TestService(t *testing.T) {
	for name, address := range map[string]string{
		"unix": "unix:" + filepath.Join(t.TempDir(), "e.sock"), "tcp": "tcp:127.0.0.1:0",
	} {
		t.Run(name, func(t *testing.T) { serviceScenario(t, dial(t, address)) })
	}
}

func serviceScenario(t *testing.T, connection *grpc.ClientConn) {
	ctx, client := context.Background(), pb.NewTradingEngineClient(connection)
	version, err := client.Version(ctx, &pb.VersionRequest{})
	if err != nil || version.Engine != "go" || version.ContractHash != core.ContractHash || version.Build == "" {
		t.Fatalf("version: %v, %v", version, err)
	}
	health, err := healthpb.NewHealthClient(connection).Check(ctx, &healthpb.HealthCheckRequest{Service: "quartet.v1.TradingEngine"})
	if err != nil || health.Status != healthpb.HealthCheckResponse_SERVING {
		t.Errorf("health: %v, %v", health, err)
	}
	var trailer metadata.MD
	_, err = client.Process(ctx, &pb.ProcessRequest{}, grpc.Trailer(&trailer))
	if code, detail := refusal(t, err, trailer); code != codes.Internal || detail != core.ErrorCodeEngineFailed {
		t.Errorf("before Configure: %v, %v", code, detail)
	}
	_, err = client.Configure(ctx, &pb.ConfigureRequest{ContractHash: "0"}, grpc.Trailer(&trailer))
	if code, detail := refusal(t, err, trailer); code != codes.FailedPrecondition || detail != core.ErrorCodeContractMismatch {
		t.Errorf("another contract: %v, %v", code, detail)
	}
	configure(t, client, 3)
	_, err = client.Process(ctx, &pb.ProcessRequest{Batch: &pb.EventBatch{Kind: []byte{1}}}, grpc.Trailer(&trailer))
	if code, detail := refusal(t, err, trailer); code != codes.InvalidArgument || detail != core.ErrorCodeBadBatch {
		t.Errorf("a broken frame: %v, %v", code, detail)
	}
	quotes := w1Quotes(3000, 3)
	first, err := client.Process(ctx, &pb.ProcessRequest{Batch: quotes})
	if err != nil || len(first.Records) == 0 || first.ProcessingNs <= 0 {
		t.Fatalf("process: %v", err)
	}
	snapshot, err := client.Snapshot(ctx, &pb.SnapshotRequest{})
	if err != nil {
		t.Fatal(err)
	}
	statistics, err := client.Statistics(ctx, &pb.StatisticsRequest{Reset_: true})
	if err != nil || statistics.Counters[0] != 3000 || statistics.LatencyCount == 0 || statistics.LatencyNsP50 == 0 {
		t.Errorf("statistics: %v, %v", statistics, err)
	}
	configure(t, client, 3)
	if streamed := stream(t, client, split(t, []*pb.EventBatch{quotes})); !bytes.Equal(streamed, first.Records) {
		t.Errorf("streamed records: %s", recordDifference(first.Records, streamed))
	}
	again, err := client.Snapshot(ctx, &pb.SnapshotRequest{})
	if err != nil || !bytes.Equal(again.Snapshot, snapshot.Snapshot) {
		t.Errorf("the stream's state differs: %v", err)
	}
	if _, err := client.Restore(ctx, &pb.RestoreRequest{Snapshot: snapshot.Snapshot}); err != nil {
		t.Error(err)
	}
	_, err = client.Restore(ctx, &pb.RestoreRequest{Snapshot: snapshot.Snapshot[:50]}, grpc.Trailer(&trailer))
	if code, detail := refusal(t, err, trailer); code != codes.InvalidArgument || detail != core.ErrorCodeBadSnapshot {
		t.Errorf("a broken snapshot: %v, %v", code, detail)
	}
	configure(t, client, 3)
	evaluation, err := client.Evaluate(ctx, &pb.EvaluateRequest{Batch: quotes})
	if err != nil || len(evaluation.Verdict) != 3000 || len(evaluation.FairValue) != 8*3000 {
		t.Errorf("evaluate: %v", err)
	}
	_, err = client.Evaluate(ctx, &pb.EvaluateRequest{Batch: &pb.EventBatch{Kind: []byte{1}}}, grpc.Trailer(&trailer))
	if code, _ := refusal(t, err, trailer); code != codes.InvalidArgument {
		t.Errorf("evaluate of a broken frame: %v", err)
	}
	reflected(t, connection)
}

// stream sends batches and collects their records.
func stream(t *testing.T, client pb.TradingEngineClient, batches []*pb.EventBatch) (records []byte) {
	t.Helper()
	calls, err := client.ProcessStream(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for _, batch := range batches {
			if calls.Send(&pb.ProcessStreamRequest{Batch: batch}) != nil {
				return
			}
		}
		if calls.CloseSend() != nil {
			return
		}
	}()
	for {
		answer, err := calls.Recv()
		if errors.Is(err, io.EOF) {
			return records
		}
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, answer.Records...)
	}
}

func reflected(t *testing.T, connection *grpc.ClientConn) {
	t.Helper()
	calls, err := reflectionpb.NewServerReflectionClient(connection).ServerReflectionInfo(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	request := &reflectionpb.ServerReflectionRequest{MessageRequest: &reflectionpb.ServerReflectionRequest_ListServices{}}
	if err := calls.Send(request); err != nil {
		t.Fatal(err)
	}
	answer, err := calls.Recv()
	if err != nil || !strings.Contains(answer.String(), "quartet.v1.TradingEngine") {
		t.Errorf("reflection: %v, %v", answer, err)
	}
	if err := calls.CloseSend(); err != nil {
		t.Error(err)
	}
}

func TestStateSurvivesItsClient(t *testing.T) {
	address := "unix:" + filepath.Join(t.TempDir(), "e.sock")
	client := pb.NewTradingEngineClient(dial(t, address))
	configure(t, client, 1)
	other, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	calls, err := pb.NewTradingEngineClient(other).ProcessStream(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := calls.Send(&pb.ProcessStreamRequest{Batch: w1Quotes(100, 1)}); err != nil {
		t.Fatal(err)
	}
	if _, err := calls.Recv(); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	statistics, err := client.Statistics(context.Background(), &pb.StatisticsRequest{})
	if err != nil || statistics.Counters[0] != 100 {
		t.Errorf("statistics: %v, %v", statistics, err)
	}
}

func TestListen(t *testing.T) {
	folder := t.TempDir()
	long := "unix:" + filepath.Join(folder, strings.Repeat("x", 120))
	if _, err := Listen(long); err == nil || !strings.Contains(err.Error(), "1 to 107") {
		t.Errorf("a long path: %v", err)
	}
	for _, address := range []string{"", "127.0.0.1:0", "udp:127.0.0.1:0", "unix:", "tcp:127.0.0.1:x"} {
		if listener, err := Listen(address); err == nil {
			t.Errorf("%q: listens on %v", address, listener.Addr())
		}
	}
	for _, address := range []string{"unix:" + filepath.Join(folder, "e.sock"), "tcp:127.0.0.1:0"} {
		listener, err := Listen(address)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Listen(AddressOf(listener)); err == nil {
			t.Errorf("%s: a place in use", AddressOf(listener))
		}
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
	}
}
