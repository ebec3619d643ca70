// Service: quartet.v1.TradingEngine over gRPC; errors carry an EngineErrorDetail in their trailing metadata.

package edge

import (
	"context"
	"errors"
	"io"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	pb "quartet.dev/go_engine/gen/quartet/v1"
	"quartet.dev/go_engine/internal/core"
)

// detailKey is the trailing metadata key of an error's detail.
const detailKey = "quartet-error-bin"

// Service answers the calls of the contract.
type Service struct {
	pb.UnimplementedTradingEngineServer
	session *Session
}

// NewService returns the service of a session.
func NewService(session *Session) *Service { return &Service{session: session} }

// statusOf maps an error's code to gRPC's.
func statusOf(code core.ErrorCode) codes.Code {
	switch code {
	case core.ErrorCodeBadConfig, core.ErrorCodeBadProgram, core.ErrorCodeBadBatch, core.ErrorCodeBadSnapshot:
		return codes.InvalidArgument
	case core.ErrorCodeContractMismatch, core.ErrorCodeCapacity:
		return codes.FailedPrecondition
	default:
		return codes.Internal
	}
}

// refuse turns an error into a status and returns its trailer.
func refuse(err error) (metadata.MD, error) {
	refusal := &core.EngineError{}
	if !errors.As(err, &refusal) {
		refusal = &core.EngineError{Code: core.ErrorCodeEngineFailed, Message: err.Error()}
	}
	detail, failure := proto.Marshal(&pb.EngineErrorDetail{Code: uint32(refusal.Code), Message: refusal.Message})
	if failure != nil {
		return nil, status.Error(codes.Internal, failure.Error())
	}
	return metadata.Pairs(detailKey, string(detail)), status.Error(statusOf(refusal.Code), refusal.Error())
}

// unary refuses a unary call.
func unary(ctx context.Context, err error) error {
	trailer, refusal := refuse(err)
	if failure := grpc.SetTrailer(ctx, trailer); failure != nil {
		return status.Error(codes.Internal, failure.Error())
	}
	return refusal
}

// Configure starts an engine afresh.
func (s *Service) Configure(ctx context.Context, request *pb.ConfigureRequest) (*pb.ConfigureResponse, error) {
	if hash := request.GetContractHash(); hash != core.ContractHash {
		err := core.Errorf(core.ErrorCodeContractMismatch, "the caller's contract is %q, this engine's is %s", hash, core.ContractHash)
		return nil, unary(ctx, err)
	}
	if err := s.session.Configure(request.GetConfig()); err != nil {
		return nil, unary(ctx, err)
	}
	return &pb.ConfigureResponse{}, nil
}

// Process runs one batch.
func (s *Service) Process(ctx context.Context, request *pb.ProcessRequest) (*pb.ProcessResponse, error) {
	records, ns, err := s.session.Process(request.GetBatch())
	if err != nil {
		return nil, unary(ctx, err)
	}
	defer records.Free()
	return &pb.ProcessResponse{Records: records.Bytes(), ProcessingNs: ns}, nil
}

// processDirectly is the handler of Process with the room of a request and without copies of records.
func processDirectly(service any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	q := requests.Get().(*request)
	defer requests.Put(q)
	if err := decode(q); err != nil {
		return nil, err
	}
	records, ns, err := service.(*Service).session.ProcessRaw(&q.raw, q.controls)
	if err != nil {
		return nil, unary(ctx, err)
	}
	return &answer{records, ns}, nil
}

// requests keep the room of calls that have ended.
var requests = sync.Pool{New: func() any { return &request{} }}

// directly is the service's description with processDirectly in the place of Process.
func directly() *grpc.ServiceDesc {
	description := pb.TradingEngine_ServiceDesc
	description.Methods = slices.Clone(description.Methods)
	for i := range description.Methods {
		if method := &description.Methods[i]; method.MethodName == "Process" {
			method.Handler = processDirectly
		}
	}
	return &description
}

// ProcessStream runs batches in order until the client ends; state stays for the next client.
func (s *Service) ProcessStream(stream pb.TradingEngine_ProcessStreamServer) error {
	q := requests.Get().(*request)
	defer requests.Put(q)
	for {
		err := stream.RecvMsg(q)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		records, ns, err := s.session.ProcessRaw(&q.raw, q.controls)
		if err != nil {
			trailer, refusal := refuse(err)
			stream.SetTrailer(trailer)
			return refusal
		}
		if err := stream.SendMsg(&answer{records, ns}); err != nil {
			return err
		}
	}
}

// Evaluate runs phase one alone.
func (s *Service) Evaluate(ctx context.Context, request *pb.EvaluateRequest) (*pb.EvaluateResponse, error) {
	out, err := s.session.Evaluate(request.GetBatch())
	if err != nil {
		return nil, unary(ctx, err)
	}
	return &pb.EvaluateResponse{Verdict: out.Verdict, Score: out.Score, Confidence: out.Confidence, FairValue: out.FairValue}, nil
}

// Snapshot returns the engine's state.
func (s *Service) Snapshot(ctx context.Context, _ *pb.SnapshotRequest) (*pb.SnapshotResponse, error) {
	snapshot, err := s.session.Snapshot()
	if err != nil {
		return nil, unary(ctx, err)
	}
	return &pb.SnapshotResponse{Snapshot: snapshot}, nil
}

// Restore takes a snapshot's state.
func (s *Service) Restore(ctx context.Context, request *pb.RestoreRequest) (*pb.RestoreResponse, error) {
	if err := s.session.Restore(request.GetSnapshot()); err != nil {
		return nil, unary(ctx, err)
	}
	return &pb.RestoreResponse{}, nil
}

// Statistics answers in every state.
func (s *Service) Statistics(_ context.Context, request *pb.StatisticsRequest) (*pb.StatisticsResponse, error) {
	return s.session.Statistics(request.GetReset_()), nil
}

// Version says what runs here.
func (s *Service) Version(context.Context, *pb.VersionRequest) (*pb.VersionResponse, error) {
	return &pb.VersionResponse{Engine: "go", Version: core.Version, ContractHash: core.ContractHash, Build: Build()}, nil
}

// Build names the compiler, the target and its flags.
func Build() string {
	text := runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH
	info, known := debug.ReadBuildInfo()
	if !known {
		return text
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "GOAMD64", "GOARM64", "CGO_ENABLED", "-race", "-ldflags":
			text += " " + setting.Key + "=" + setting.Value
		}
	}
	return text
}
